// A session day on a phone: the register is opened, each person has a tap, a mistaken one is undone; and what leads there.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { fillDate, send } from './applying.mjs';
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
  await signIn(page, server.logins[who]);
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const main = () => page.locator('main').innerText();
/** The first session to come that is full. */
const full = async () => {
  await page.goto('/training');
  await page.locator('tr', { hasText: 'Full' }).first().getByRole('link').click();
  return new URL(page.url()).pathname;
};

describe('training', () => {
  let session, day;

  it('an officer sees what is short and arranges a session', async () => {
    await come('officer');
    await page.goto('/training');
    await sound('officer_training');
    await page.getByRole('link', { name: 'Training demand' }).click();
    assert.match(await main(), /short by/);
    await sound('officer_training_demand');
    await page.getByRole('link', { name: /^Everybody who needs Safeguarding/ }).click();
    await sound('officer_training_demand_people');
    await page.goto('/courses');
    await sound('officer_courses');
    await page.getByRole('link', { name: 'SG1', exact: true }).click();
    await sound('officer_courses_edit');
    await page.goto('/training/new');
    await page.getByLabel('Course').selectOption({ label: 'Safeguarding, level 1' });
    await fillDate(page, 'Day', ['12', '3', '2027']);
    await page.getByLabel('Time', { exact: true }).fill('9.30');
    await page.getByLabel('Venue').fill('Millfield depot');
    await page.getByLabel('Trainer').fill('J Shah');
    await page.getByLabel('Places').fill('16');
    await sound('officer_training_new');
    await send(page, 'Arrange the session');
    await page.getByRole('button', { name: 'Invite people in need' }).click();
    await sound('officer_training_invite');
    await page.getByRole('button', { name: 'Send the invitations' }).click();
    assert.match(await main(), /Invited/);
  });

  it('a cancelled place falls to the first who waits', async () => {
    await come('officer');
    session = await full();
    await sound('officer_training_N');
    const before = await page.getByRole('link', { name: /^Cancel the waiting/ }).count();
    assert.ok(before > 0, 'some wait');
    await page.getByRole('link', { name: /^Cancel the place/ }).first().click();
    await page.getByLabel('Why is it cancelled?').fill('They are on leave');
    await sound('officer_training_N_cancel_booking');
    await send(page, 'Cancel the booking');
    assert.equal(await page.getByRole('link', { name: /^Cancel the waiting/ }).count(), before - 1);
    await page.getByRole('button', { name: 'Book a place' }).click();
    await sound('officer_training_N_book');
    await page.goto(`${session}/register`);
    await sound('officer_training_N_register');
  });

  it('a contractor sees its own people alone', async () => {
    await come('contractor');
    await page.goto('/training');
    await sound('contractor_training');
    await page.goto('/training/demand');
    assert.ok(!/short by/.test(await main()));
    await sound('contractor_training_demand');
    await page.goto(session);
    await sound('contractor_training_N');
    assert.match(await main(), /Your people with a place/);
  });

  it('on the day a trainer taps each person on a phone', async () => {
    await come('officer');
    await page.goto(session);
    day = await page.locator('dd').first().innerText();
    const on = new Date(`${day.replace(/ at .*/, '')} 12:00 UTC`);
    on.setUTCDate(on.getUTCDate() + 1);
    await server.wake(on.toISOString().slice(0, 10));
    await come('officer');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(session);
    await page.getByRole('button', { name: 'Take attendance' }).click();
    await sound('phone_attendance');
    await page.setViewportSize({ width: 390, height: 844 });
    const left = await page.getByRole('button', { name: /^Passed\s*:/ }).count();
    await page.getByRole('button', { name: /^Passed\s*:/ }).first().click();
    await page.getByRole('button', { name: /^No show\s*:/ }).first().click();
    assert.equal(await page.getByRole('button', { name: /^Passed\s*:/ }).count(), left - 2);
    await page.getByRole('button', { name: /^Undo/ }).last().click();
    assert.equal(await page.getByRole('button', { name: /^Passed\s*:/ }).count(), left - 1);
    await sound('phone_attendance_tapped');
  });

  it('the taps work without scripts', async () => {
    await come('officer', { js: false });
    await page.goto(`${session}/attendance`);
    const left = await page.getByRole('button', { name: /^Passed\s*:/ }).count();
    await page.getByRole('button', { name: /^Passed\s*:/ }).first().click();
    assert.equal(await page.getByRole('button', { name: /^Passed\s*:/ }).count(), left - 1);
    assert.match(page.url(), /#b\d+$/);
  });

  it('a completion file says what came of each row', async () => {
    await come('officer');
    await page.goto('/courses');
    await page.getByRole('link', { name: /^Take completions/ }).click();
    await page.getByLabel('File of completions').setInputFiles({
      name: 'completions.csv', mimeType: 'text/csv', buffer: Buffer.from('reference,surname,completed_on\nP999999,Nobody,2026-11-20\n'),
    });
    await page.getByRole('button', { name: 'Upload the file' }).click();
    assert.match(await main(), /Nobody has this reference/);
    await sound('officer_courses_completions');
  });
});
