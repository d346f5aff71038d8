// With scripts off everything still works: a form is a form, a link is a link.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { launch, open, signIn } from './browser.mjs';
import { start } from './server.mjs';

let server, browser, page;
before(async () => { server = await start(); browser = await launch(); });
after(async () => { await browser?.close(); await server?.stop(); });
afterEach(async () => { await page?.context().close(); });

const bare = async (who) => {
  page = await open(browser, server.url, { js: false });
  if (who) await signIn(page, server.logins[who]);
};

describe('with scripts off', () => {
  it('a wrong password is explained, and the address typed stays', async () => {
    await bare();
    await page.goto('/sign-in');
    await page.getByLabel('Email address').fill('officer@demo.example.org');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.match(await page.title(), /^Error: /);
    assert.match(await page.getByRole('alert').innerText(), /There is a problem[\s\S]*not right/);
    assert.equal(await page.getByLabel('Email address').inputValue(), 'officer@demo.example.org');
    assert.equal(await page.getByRole('button', { name: 'Show' }).count(), 0, 'a button that needs a script is shown');
  });

  it('an officer signs in, and signs out', async () => {
    await bare('officer');
    await page.getByRole('button', { name: 'Sign out' }).click();
    assert.match(await page.locator('main').innerText(), /You have signed out/);
    await page.goto('/users');
    assert.equal(new URL(page.url()).pathname, '/sign-in');
  });

  it('the menu stands open on a phone', async () => {
    await bare('admin');
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto('/users');
    assert.ok(await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Users' }).isVisible());
    assert.equal(await page.getByRole('button', { name: 'Menu' }).count(), 0);
  });

  it('a list is filtered, and the filter taken off again', async () => {
    await bare('admin');
    await page.goto('/users');
    await page.getByLabel('Access', { exact: true }).selectOption({ label: 'Auditor' });
    await page.getByRole('button', { name: 'Apply filters' }).click();
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.getByRole('link', { name: /Remove filter: Auditor/ }).click();
    assert.ok(await page.locator('tbody tr').count() > 5);
  });

  it('an empty invitation is refused with each fault linked to its field', async () => {
    await bare('admin');
    await page.goto('/users/new');
    await page.getByRole('button', { name: 'Invite' }).click();
    const faults = page.getByRole('alert').getByRole('link');
    assert.ok(await faults.count() >= 2);
    for (const fault of await faults.all()) {
      assert.equal(await page.locator(await fault.getAttribute('href')).count(), 1, await fault.innerText());
    }
  });
});
