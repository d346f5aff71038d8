// An officer publishes a bulletin; a driver reads it on a phone by their own link and answers; the firm sees that they did.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fillDate, letters, press, send } from './applying.mjs';
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
const phone = async (options) => {
  await come(null, options);
  await page.setViewportSize({ width: 390, height: 844 });
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const main = () => page.locator('main').innerText();
const here = () => new URL(page.url()).pathname;

/** Somebody who has not read it and was written to: where their page is and what address they have. */
async function reader(bulletin) {
  await page.goto(`${bulletin}/readers?standing=unread`);
  const rows = page.locator('main tbody tr', { hasNotText: 'No email of their own' });
  const href = await rows.first().getByRole('link').first().getAttribute('href');
  await page.goto(href);
  const email = await page.locator('.govuk-summary-list__row', { hasText: 'Email' }).locator('dd').first().innerText();
  return { href, email };
}

describe('a bulletin', () => {
  let bulletin, whose, link, readers;

  it('is written, translated and published by an officer', async () => {
    await come('officer');
    await page.goto('/bulletins');
    await sound('officer_bulletins');
    await page.getByRole('button', { name: 'Write a bulletin' }).click();
    await sound('officer_bulletins_new');
    assert.equal(await press(page, 'Save the draft'), 422);
    await sound('officer_error_bulletin');
    await page.getByLabel('Title').fill('Wheelchairs and tail lifts');
    await page.getByLabel('Text', { exact: true }).fill('Check the four straps each time.\n\nNobody rides on the lift beside a pupil.');
    await page.getByRole('group', { name: 'Does it have to be read?' }).getByRole('checkbox').check();
    await fillDate(page, 'Read by', ['13', '12', '2026']);
    for (const [nth, question, options] of [
      ['first', 'How many straps do you check?', 'Two\nFour'], ['second', 'Who rides on the lift?', 'The pupil alone\nThe pupil and you'],
    ]) {
      await page.getByLabel(`What is the ${nth} question?`).fill(question);
      await page.getByLabel(`Options of the ${nth} question`).fill(options);
      await page.getByLabel(`Which line is the right answer to the ${nth} question?`).fill(nth === 'first' ? '2' : '1');
    }
    await send(page, 'Save the draft');
    bulletin = here();
    await sound('officer_bulletins_N_draft');
    await page.getByRole('button', { name: 'Add another language' }).click();
    await sound('officer_bulletins_N_languages_new');
    await page.getByLabel('Language', { exact: true }).selectOption('pl');
    await page.getByLabel('Title').fill('Wózki i podnośniki');
    await page.getByLabel('Text', { exact: true }).fill('Za każdym razem sprawdź cztery pasy.');
    await page.getByLabel('Question 1', { exact: true }).fill('Ile pasów sprawdzasz?');
    await page.getByLabel('Options of question 1').fill('Dwa\nCztery');
    await page.getByLabel('Question 2', { exact: true }).fill('Kto jedzie na podnośniku?');
    await page.getByLabel('Options of question 2').fill('Tylko uczeń\nUczeń i ty');
    await send(page, 'Add the language');
    await send(page, 'Publish and send');
    assert.match(await main(), /Who has read it/);
    await sound('officer_bulletins_N');
    whose = await reader(bulletin);
    assert.match(await main(), /Wheelchairs and tail lifts \(has to be read\)[\s\S]*To read/);
    await sound('officer_people_N_bulletins');
    const found = letters(server, whose.email).map((mail) => mail.match(/\/read\/[\w-]{20,}/g)).filter(Boolean).flat();
    assert.ok(found.length, `a letter with a link went to ${whose.email}`);
    link = found;
  });

  it('is read on a phone by whoever has the link, and wrong answers do not do', async () => {
    await phone();
    for (const one of link) {
      await page.goto(one);
      await press(page, 'Read it');
      if (/Wheelchairs/.test(await main())) break;
    }
    link = here();
    await page.goto(link);
    await sound('driver_read');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await press(page, 'Read it'), 200);
    await sound('driver_read_open');
    assert.equal(await press(page, 'Polski'), 200);
    assert.match(await main(), /Wózki i podnośniki/);
    await sound('driver_read_polish');
    await page.getByLabel('Dwa').check();
    await page.getByLabel('Tylko uczeń').check();
    assert.equal(await press(page, 'Send my answers'), 422);
    assert.match(await main(), /question 1 is not right/);
    assert.match(await main(), /Wózki i podnośniki/);
    await sound('driver_read_wrong');
  });

  it('right answers acknowledge it, without scripts as well', async () => {
    await phone({ js: false });
    await page.goto(link);
    await press(page, 'Read it');
    await page.getByLabel('Four').check();
    await page.getByLabel('The pupil alone').check();
    assert.equal(await press(page, 'Send my answers'), 200);
    assert.match(await main(), /Thank you/);
    await phone();
    await page.goto(link);
    await press(page, 'Read it');
    assert.match(await main(), /You read this on/);
    await sound('driver_read_done');
  });

  it('the firm sees its own people alone, and prints links', async () => {
    await come('officer');
    await page.goto(whose.href);
    assert.match(await main(), /Wheelchairs and tail lifts[^\n]*[\s\S]*?Read/);
    assert.match(await main(), /Bulletin read and its questions answered/);
    await page.goto(`${bulletin}/readers?standing=read`);
    assert.equal(await page.locator('main tbody tr').count(), 1);
    await sound('officer_bulletins_N_readers');
    await come('contractor');
    await page.goto('/bulletins');
    assert.match(await main(), /\d+ of \d+/);
    await sound('contractor_bulletins');
    await page.getByRole('link', { name: 'Wheelchairs and tail lifts' }).click();
    await sound('contractor_bulletins_N');
    await page.locator('main table').getByRole('link').first().click();
    readers = here();
    await sound('contractor_bulletins_N_readers');
    const person = await page.locator('main tbody a[href^="/people/"]').first().getAttribute('href');
    await page.goto(person);
    assert.match(await main(), /Wheelchairs and tail lifts/);
    await sound('contractor_people_N_bulletins');
    await page.goto(readers);
    await page.getByRole('button', { name: 'Print links for those without email' }).click();
    await page.waitForURL(/\/sheet$/);
    await sound('contractor_bulletins_N_sheet');
  });

  it('is withdrawn with a reason, and the link is dead', async () => {
    await come('officer');
    await page.goto(bulletin);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    assert.equal(await press(page, 'Withdraw'), 422);
    await page.getByLabel('Why is it withdrawn?').fill('The lift has changed');
    await sound('officer_bulletins_N_withdraw');
    await send(page, 'Withdraw');
    assert.match(await main(), /The lift has changed/);
    await phone();
    await page.goto(link);
    assert.equal(await press(page, 'Read it'), 404);
    await sound('driver_read_dead');
  });
});
