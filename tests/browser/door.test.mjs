// Signing in, users, and the keyboard: what everybody meets before the register.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import { launch, open, signIn } from './browser.mjs';
import { inspect } from './inspect.mjs';
import { start } from './server.mjs';

let server, browser, page;
before(async () => { server = await start(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });
afterEach(async () => { await page?.context().close(); });

const come = async (who) => {
  page = await open(browser, server.url);
  if (who) await signIn(page, server.logins[who]);
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
/** What has the focus, by the words a person would use for it. */
const focused = () => page.evaluate(() => {
  const at = document.activeElement;
  return at.labels?.[0]?.textContent.trim() || at.getAttribute('aria-label') || at.textContent.trim();
});
/** Whether the thing in focus looks different from when it is not. */
const isFocusSeen = () => page.evaluate(() => {
  const at = document.activeElement;
  const look = () => { const s = getComputedStyle(at); return [s.outlineStyle !== 'none' && s.outlineWidth, s.boxShadow, s.backgroundColor].join(); };
  const seen = look();
  at.blur();
  const plain = look();
  at.focus();
  return seen !== plain;
});

describe('the door', () => {
  it('is walked by keyboard in the order it is read, and the focus is always seen', async () => {
    await come();
    await page.goto('/sign-in');
    const walk = [];
    for (let step = 0; step < 9; step += 1) {
      await page.keyboard.press('Tab');
      walk.push(await focused());
      assert.ok(await isFocusSeen(), `nobody sees the focus on "${walk.at(-1)}"`);
    }
    assert.deepEqual(walk, [
      'Skip to main content', 'Exampleshire County Council', 'Chaperone', 'Email address', 'Password', 'Show password',
      'Sign in', 'I have forgotten my password', 'Accessibility statement',
    ]);
  });

  it('has a way past its menu', async () => {
    await come('admin');
    await page.goto('/users');
    await page.keyboard.press('Tab');
    assert.ok(await page.getByRole('link', { name: 'Skip to main content' }).isVisible());
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Invite a user');
  });

  it('says what is wrong where the eye and the focus are', async () => {
    await come();
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.match(await page.title(), /^Error: Sign in/);
    assert.ok(await page.evaluate(() => document.activeElement.matches('.govuk-error-summary')), 'the summary has the focus');
    await page.getByRole('alert').getByRole('link', { name: 'Enter your password' }).click();
    assert.equal(await focused(), 'Password');
    await sound('none_error_sign-in');
  });

  it('shows a password and hides it again', async () => {
    await come();
    await page.goto('/sign-in');
    await page.getByLabel('Password', { exact: true }).fill('a long enough password');
    await page.getByRole('button', { name: 'Show password' }).click();
    assert.equal(await page.locator('#password').getAttribute('type'), 'text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    assert.equal(await page.locator('#password').getAttribute('type'), 'password');
  });

  it('opens for somebody an admin invited, once they have set a password', async () => {
    await come('admin');
    await page.goto('/users');
    await page.getByRole('button', { name: 'Invite a user' }).click();
    await page.getByRole('button', { name: 'Invite' }).click();
    await sound('admin_error_users_new');
    await page.getByLabel('Full name').fill('Newton Comer');
    await page.getByLabel('Email address').fill('newcomer@demo.example.org');
    await page.getByLabel('Officer', { exact: true }).check();
    await page.getByRole('button', { name: 'Invite' }).click();
    assert.match(await page.getByRole('alert').innerText(), /The user is invited/);
    await sound('admin_done_users_N');
    server.run('job', 'run', 'deliver');
    await page.context().close();

    const letters = readdirSync(`${server.folder}/mail`).map((file) => readFileSync(`${server.folder}/mail/${file}`, 'utf8'));
    const letter = letters.find((text) => text.includes('newcomer@demo.example.org'));
    const link = letter.replaceAll('=\r\n', '').match(/\/password\/[0-9A-Za-z_-]+/)[0];
    await come();
    await page.goto(link);
    await sound('none_password_N');
    await page.getByLabel(/password/i).first().fill('short');
    await page.getByRole('button', { name: /password/i }).last().click();
    await sound('none_error_password_N');
    const password = 'harbour lantern forty geese';
    await page.getByLabel(/password/i).first().fill(password);
    await page.getByRole('button', { name: /password/i }).last().click();
    await signIn(page, { email: 'newcomer@demo.example.org', password });
    await page.goto(link);
    await sound('none_dead_password_N');
  });
});
