// A school's receptionist checks a badge on a phone, by its square and by what is printed on it, and reports a concern.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { press, send } from './applying.mjs';
import { launch, open, signIn } from './browser.mjs';
import { inspect } from './inspect.mjs';
import { start } from './server.mjs';

let server, browser, page;
before(async () => { server = await start(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });
afterEach(async () => { await page?.context().close(); });

const come = async (who, options) => {
  await page?.context().close();
  page = await open(browser, server.url, options);
  if (who) await signIn(page, server.logins[who]);
};
/** Somebody without an account, on a telephone. */
const phone = async (options) => {
  await come(null, options);
  await page.setViewportSize({ width: 390, height: 844 });
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const main = () => page.locator('main').innerText();
const here = () => new URL(page.url()).pathname;

/** What a camera reads on the card. */
async function scan(badge) {
  const csrf = await page.locator('input[name=csrf]').first().inputValue();
  const answer = await page.request.post(`${badge}/print`, {
    form: { csrf, layout: 'card' }, headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  assert.equal(answer.status(), 200);
  const file = (name) => path.join(server.folder, name);
  writeFileSync(file('card.pdf'), await answer.body());
  execFileSync('pdftoppm', ['-r', '300', '-png', '-singlefile', '-f', '2', file('card.pdf'), file('card')]);
  return execFileSync('zbarimg', ['-q', '--raw', file('card.png')], { encoding: 'utf8' }).trim();
}

describe('the public check of a badge', () => {
  let square, person, number, code;

  it('a square on a card leads to the check, and the person is authorised', async () => {
    await come('officer');
    await page.goto('/badges?state=live');
    for (const href of await page.locator('main table a[href^="/badges/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
      await page.goto(href);
      if (/Code on the card/.test(await main()) && !/Not authorised/.test(await main())) break;
    }
    const value = (key) => page.locator('.govuk-summary-list__row', { hasText: key }).locator('dd').first().innerText();
    number = (await page.getByRole('heading', { level: 1 }).innerText()).replace('Badge ', '');
    code = await value('Code on the card');
    square = await scan(here());
    assert.ok(square.startsWith(`${server.url}/b/`), square);
    const name = await page.locator('.govuk-caption-l').innerText();
    await phone();
    await page.goto(square);
    assert.match(await main(), /✓ Authorised/);
    const photo = page.getByRole('img', { name: /Photograph/ });
    assert.ok(await photo.evaluate((img) => img.naturalWidth > 0), 'the photo is there');
    assert.equal((await page.context().cookies()).length, 0, 'a school is given no cookie');
    assert.ok(!(await main()).includes(name), 'a first name and an initial will do');
    await sound('public_check_yes');
  });

  it('number and code do as well, and without scripts', async () => {
    await phone();
    await page.goto('/b');
    await sound('public_check');
    assert.equal(await press(page, 'Check'), 422);
    await sound('public_error_check');
    await phone({ js: false });
    await page.goto('/b');
    await page.getByLabel('Number of the badge').fill(number.toLowerCase());
    await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
    assert.equal(await press(page, 'Check'), 200);
    assert.match(await main(), /✓ Authorised/);
    await page.goto('/b');
    await page.getByLabel('Number of the badge').fill(number);
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await press(page, 'Check');
    assert.match(await main(), /✗ Not authorised/);
  });

  it('once the person is held the same square says no', async () => {
    await come('decider');
    await page.goto(`/badges?state=live`);
    await page.getByRole('link', { name: number, exact: true }).click();
    await page.goto((await page.getByRole('link', { name: /^Back/ }).getAttribute('href')).replace('/badges', ''));
    person = here();
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByRole('radio').first().check();
    await page.getByLabel('Reason', { exact: true }).fill('A school rang: it is looked into');
    await send(page, 'Place the hold');
    await phone();
    await page.goto(square);
    assert.match(await main(), /✗ Not authorised/);
    assert.equal(await page.getByRole('img', { name: /Photograph/ }).count(), 0);
    assert.ok(!(await main()).includes(number), 'a dead badge tells nothing');
    await sound('public_check_no');
  });

  it('a concern reaches the team', async () => {
    await phone();
    await page.goto(square);
    await page.getByRole('link', { name: /^Report a concern/ }).click();
    await sound('public_concern');
    assert.equal(await press(page, 'Send to the council'), 422);
    assert.match(await page.title(), /^Error: /);
    await page.getByLabel('What are you concerned about?').fill('They came to the gate with a badge that does not work.');
    await page.getByLabel(/^How can we reach you/).fill('01632 960987');
    assert.equal(await press(page, 'Send to the council'), 200);
    assert.match(await main(), /Your concern is with the council/);
    await sound('public_concern_sent');
    await come('officer');
    await page.goto('/concerns?state=new');
    await sound('officer_concerns');
    await page.getByRole('link', { name: /^Concern \d+$/ }).first().click();
    assert.match(await main(), /a badge that does not work/);
    assert.ok((await main()).includes(number));
    await sound('officer_concerns_N');
    await page.getByLabel('What was done about it?').fill('The person is held; rang the school back.');
    await send(page, 'Save');
    assert.match(await main(), /rang the school back/);
    await page.goto(person);
    assert.match(await main(), /Concern received from the public/);
    await page.goto('/verify');
    await sound('public_keys');
  });
});
