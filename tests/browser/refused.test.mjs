// A driver who was assessed is refused by two people, appeals, and is heard by three others.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fillDate, press, send } from './applying.mjs';
import { launch, open, signIn } from './browser.mjs';
import { inspect } from './inspect.mjs';
import { start } from './server.mjs';

let server, browser, page;
before(async () => { server = await start(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });
afterEach(async () => { await page?.context().close(); });

const come = async (who) => {
  await page?.context().close();
  page = await open(browser, server.url);
  await signIn(page, server.logins[who]);
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const main = () => page.locator('main').innerText();
const here = () => new URL(page.url()).pathname;
const PANEL = ['Paula Nell', 'Pankaj Ellis', 'Perpetua Lane'];

describe('a refused and appealed driver', () => {
  let application, proposal, appeal;

  it('a decision maker proposes to refuse, and cannot agree alone', async () => {
    await come('decider');
    await page.goto('/queues/decide');
    await page.locator('tbody tr').first().getByRole('link').first().click();
    application = here();
    await page.getByRole('link', { name: 'Propose a decision' }).click();
    assert.equal(await press(page, 'Propose'), 422);
    assert.match(await page.title(), /^Error: /);
    await sound('decider_error_proposal');
    await page.getByLabel('Refuse', { exact: true }).check();
    await page.getByLabel('Reasons', { exact: true }).fill('Dishonesty at work, twice in the last two years.');
    await send(page, 'Propose');
    proposal = here();
    assert.match(proposal, /^\/proposals\/\d+$/);
    assert.equal(await page.getByRole('button', { name: 'Agree' }).count(), 0, 'nobody agrees with themselves');
    assert.match(await main(), /You proposed/);
    await sound('decider_proposals_N');
  });

  it('a second decision maker agrees, and the driver is unsuitable at once', async () => {
    await come('second');
    await page.goto(proposal);
    await sound('second_proposals_N');
    await send(page, 'Agree');
    await page.goto(application);
    assert.match(await main(), /Refused/);
    await sound('second_applications_N_refused');
    await page.locator('a[href^="/people/"]').first().click();
    assert.match(await main(), /Unsuitable/);
  });

  it('an officer records the appeal and arranges the hearing', async () => {
    await come('officer');
    await page.goto(proposal);
    await page.getByRole('link', { name: 'Record an appeal' }).click();
    assert.equal(await press(page, 'Record the appeal'), 422);
    await sound('officer_error_appeal_new');
    await fillDate(page, 'When did the appeal come?', ['22', '11', '2026']);
    await page.getByLabel('Grounds of the appeal').fill('It was somebody else of the same name.');
    await send(page, 'Record the appeal');
    appeal = here();
    assert.match(appeal, /^\/appeals\/\d+$/);
    await sound('officer_appeals_N');
    await page.getByRole('link', { name: 'Arrange the hearing' }).click();
    const offered = page.getByRole('group', { name: 'Who sits on it?' });
    for (const name of PANEL) await offered.getByLabel(name, { exact: true }).check();
    await page.getByLabel('Chair').selectOption({ label: PANEL[0] });
    await fillDate(page, 'Day of the hearing', ['22', '11', '2026']);
    await page.getByLabel('Time', { exact: true }).fill('16:30');
    await page.getByLabel('Place', { exact: true }).fill('County Hall');
    await sound('officer_appeals_N_hearing');
    await send(page, 'Arrange the hearing');
    assert.match(await main(), /22 November 2026 at 16:30[\s\S]*County Hall[\s\S]*, chair/);
    await sound('officer_appeals_N_arranged');
  });

  it('the chair reads the bundle and records that the panel upholds the appeal', async () => {
    const link = () => page.getByRole('link', { name: 'Record what the panel decided' });
    for (const who of ['panel2', 'panel3', 'panel1']) {
      await come(who);
      assert.equal((await page.goto(appeal)).status(), 200, who);
      assert.equal(await link().count(), who === 'panel1' ? 1 : 0, 'the chair decides, nobody else of the panel');
    }
    await page.getByRole('link', { name: 'Bundle for the panel' }).click();
    await sound('chair_appeals_N_bundle');
    await page.goto(appeal);
    await link().click();
    await page.getByLabel('Upheld').check();
    await page.getByLabel('Reasons', { exact: true }).fill('The panel believed the appellant.');
    await sound('chair_appeals_N_decision');
    await send(page, 'Record the decision');
    assert.match(await main(), /Upheld/);
    await sound('chair_appeals_N_decided');
    await come('officer');
    await page.goto(application);
    assert.match(await main(), /Approved/);
    await page.locator('a[href^="/people/"]').first().click();
    assert.match(await main(), /changed from Unsuitable to/, "both decisions stay on file, the later one stands");
    await sound('officer_people_N_upheld');
  });
});
