// A driver declares something, is interviewed, assessed and refused by two people, appeals, and is heard by three others.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { answerAll, answerOwnPart, begin, fillDate, letters, ownLink, press, send, sendIn, takeUp } from './applying.mjs';
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
  if (who) await signIn(page, server.logins[who]);
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const main = () => page.locator('main').innerText();
const here = () => new URL(page.url()).pathname;
const HOME = { lines: '1 High Street, Exampleton', postcode: 'EX1 1AA', from: ['3', '2015'] };
/** The day after the interview: on it everything else happens. */
const DAY = '2026-11-25';
const PANEL = ['Paula Nell', 'Pankaj Ellis', 'Perpetua Lane'];

describe('a refused and appealed driver', () => {
  const email = 'ross@home.example.org';
  let application, proposal, appeal;

  it('a contractor applies, and the driver declares something', async () => {
    await come('contractor');
    application = await begin(page, 'Taxi or private hire driver');
    await answerAll(page, { forename: 'Ross', surname: 'Whitlow', email, addresses: [HOME], drives: true });
    await sendIn(page);
    const link = ownLink(server, email);
    await come(null);
    await answerOwnPart(page, link, { declares: 'Two cautions for theft from an employer, in 2025.', sound: (name) => sound(`own_declares_${name}`) });
    await come('contractor');
    await page.goto(application);
    assert.match(await main(), /With the council/);
    assert.ok(!/interview|declar/i.test(await main()), 'the firm learns nothing of it');
  });

  it('an officer arranges the interview, and the invitation has a file for the calendar', async () => {
    await come('officer');
    await takeUp(page, application);
    await page.goto(application);
    await sound('officer_applications_N_interview_due');
    await page.getByRole('button', { name: 'Arrange the interview' }).click();
    await fillDate(page, 'Day', ['24', '11', '2026']);
    await page.getByLabel('Time', { exact: true }).fill('10:30');
    await page.getByLabel('Minutes').fill('45');
    await page.getByLabel('In person').check();
    await page.getByLabel('Address, telephone number or link').fill('Room 2, County Buildings');
    for (const name of ['Olive Fisher', 'Thea Thord']) await page.getByLabel(name, { exact: true }).check();
    await sound('officer_interviews_new');
    await send(page, 'Arrange the interview');
    await sound('officer_interviews_N');
    assert.ok(letters(server, email).some((mail) => /interview\.ics/.test(mail)), 'the invitation has its file');
  });

  it('the interview is held, written down and assessed', async () => {
    await server.wake(DAY);
    await come('officer');
    await page.goto(application);
    await page.getByRole('button', { name: 'Open the interview' }).click();
    await page.getByRole('button', { name: 'Record that it was held' }).click();
    await fillDate(page, 'Day it was held', ['24', '11', '2026']);
    for (const name of ['Olive Fisher', 'Thea Thord']) await page.getByLabel(name, { exact: true }).check();
    await send(page, 'Record the interview');
    await page.getByRole('button', { name: 'Write your notes' }).click();
    await page.getByLabel('What was said').fill('They say that they were short of money, and have paid it back.');
    await send(page, 'Seal the notes');
    await page.goto(application);
    await page.getByRole('button', { name: 'Record the assessment' }).click();
    for (const group of await page.getByRole('group', { name: /^Finding: / }).all()) {
      const isMet = /Dishonesty/i.test(await group.innerText());
      await group.getByLabel(isMet ? 'The period has not passed' : 'Not relevant', { exact: true }).check();
    }
    for (const words of await page.locator('textarea').all()) await words.fill('Weighed with what they told us.');
    await sound('officer_assessment');
    await send(page, 'Save the assessment');
    await page.goto(application);
    await sound('officer_applications_N_assessed');
  });

  it('a decision maker proposes to refuse, and cannot agree alone', async () => {
    await come('decider');
    await page.goto(application);
    await page.getByRole('button', { name: 'Propose a decision' }).click();
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
    await page.getByRole('link', { name: 'read them there' }).click();
    await page.getByLabel('Why do you need to read them?').fill('To agree the decision or send it back');
    await press(page, 'Read the notes');
    assert.match(await main(), /Dishonesty\s+The period has not passed[\s\S]*Weighed with what they told us/);
    assert.ok(!/[{}]/.test(await main()), 'the assessment reads as words');
    await sound('second_applications_N_vault');
    await page.goto(proposal);
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
    await fillDate(page, 'When did the appeal come?', ['25', '11', '2026']);
    await page.getByLabel('Grounds of the appeal').fill('It was somebody else of the same name.');
    await send(page, 'Record the appeal');
    appeal = here();
    assert.match(appeal, /^\/appeals\/\d+$/);
    await sound('officer_appeals_N');
    await page.getByRole('link', { name: 'Arrange the hearing' }).click();
    const offered = page.getByRole('group', { name: 'Who sits on it?' });
    for (const name of PANEL) await offered.getByLabel(name, { exact: true }).check();
    await page.getByLabel('Chair').selectOption({ label: PANEL[0] });
    await fillDate(page, 'Day of the hearing', ['25', '11', '2026']);
    await page.getByLabel('Time', { exact: true }).fill('00:00');
    await page.getByLabel('Place', { exact: true }).fill('County Hall');
    await sound('officer_appeals_N_hearing');
    await send(page, 'Arrange the hearing');
    assert.match(await main(), /25 November 2026 at 00:00[\s\S]*County Hall[\s\S]*, chair/);
    await sound('officer_appeals_N_arranged');
    const mails = letters(server, email);
    assert.ok(mails.some((mail) => /hearing\.ics/.test(mail)), 'the invitation to the hearing has its file');
    assert.ok(mails.some((mail) => /Your application is refused/.test(mail)), 'and the decision came before it');
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
    await page.getByLabel('Why do you need the bundle?').fill('To prepare the hearing');
    await Promise.all([page.waitForEvent('download'), page.locator('main form button').click()]);
    await page.goto(appeal);
    await link().click();
    await page.getByRole('group', { name: 'Was the appellant at the hearing?' }).getByLabel('Yes').check();
    for (const name of PANEL) await page.getByLabel(name, { exact: true }).check();
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
