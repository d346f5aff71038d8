// A day's work on the register: an officer, two decision makers and a contractor, each through a browser of their own.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
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
  await signIn(page, server.logins[who]);
};
const sound = async (name) => assert.deepEqual(await inspect(page, { shot: name }), []);
const said = () => page.getByRole('alert').innerText();
const fillDate = async (legend, [day, month, year]) => {
  const group = page.getByRole('group', { name: legend });
  await group.getByLabel('Day').fill(day);
  await group.getByLabel('Month').fill(month);
  await group.getByLabel('Year').fill(year);
};
const item = (title) => page.locator('.app-matrix__item').filter({ hasText: title });
const main = () => page.locator('main').innerText();

describe('a day on the register', () => {
  it('Today counts what the lists behind its figures hold', async () => {
    await come('officer');
    assert.match(await page.locator('h1').innerText(), /Today/);
    const figures = await page.locator('.app-figure:has(a)').evaluateAll((all) => all.map((figure) => ({
      count: figure.querySelector('.app-figure__number').textContent.trim(), href: figure.querySelector('a').href,
    })));
    assert.ok(figures.length >= 5, 'Today shows its figures');
    for (const { count, href } of figures) {
      await page.goto(href);
      assert.match(await main(), new RegExp(`\\b${count} (results?|in this queue)\\b`), href);
    }
  });

  it('an officer finds somebody stopped, records their training, and sees it met', async () => {
    await come('officer');
    const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: /^Safeguarding training/ }) }).first();
    const name = (await row.getByRole('link').first().innerText()).trim();
    await page.goto('/people');
    await page.getByLabel('Find a person').fill(name.split(' ').at(-1));
    await page.getByRole('button', { name: 'Search' }).click();
    assert.ok(!decodeURIComponent(page.url()).includes(name.split(' ').at(-1)), 'no name travels in an address');
    await page.getByRole('link', { name, exact: true }).first().click();
    assert.equal(await page.locator('h1').innerText(), name);
    await item('Safeguarding training').getByRole('link', { name: /Safeguarding training/ }).first().click();

    await fillDate('Date of the course', ['31', '2', '2026']);
    await page.getByLabel('Training provider').fill('Harbour Training');
    const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.getByRole('button', { name: 'Save' }).click()]);
    assert.equal(answer.status(), 422);
    await page.getByRole('alert').waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.match(await said(), /must be a real date/);
    assert.ok(await page.evaluate(() => document.activeElement.matches('.govuk-error-summary')), 'the summary has the focus');
    assert.equal(await page.getByRole('group', { name: 'Date of the course' }).getByLabel('Day').inputValue(), '31');
    assert.equal(await page.getByLabel('Training provider').inputValue(), 'Harbour Training');
    await sound('officer_error_evidence_new');

    await fillDate('Date of the course', ['20', 'November', '2026']);
    await page.getByRole('button', { name: 'Save' }).click();
    assert.match(await said(), /The evidence is recorded/);
    assert.match(await item('Safeguarding training').first().innerText(), /Met/);
    await sound('officer_done_people_N');
  });

  it('a decision maker holds somebody, and another lifts it', async () => {
    await come('decider');
    await page.goto('/people?status=cleared');
    await page.locator('tbody tr').first().getByRole('link').first().click();
    const person = page.url();
    await page.getByRole('button', { name: 'Place a hold' }).click();
    await page.getByRole('button', { name: 'Place the hold' }).click();
    assert.match(await page.title(), /^Error: /);
    await sound('decider_error_holds_new');
    await page.getByLabel('Suspended by the council').check();
    await page.getByLabel('Reason', { exact: true }).fill('A parent has complained; the council looks into it.');
    await page.getByRole('button', { name: 'Place the hold' }).click();
    assert.match(await said(), /The hold is in place/);
    assert.match(await main(), /Suspended/);
    assert.equal(await page.getByRole('link', { name: /Lift this hold/ }).count(), 0, 'nobody lifts a hold of their own');
    await page.context().close();

    await come('second');
    await page.goto(person);
    await page.getByRole('link', { name: /Lift this hold/ }).click();
    await page.getByLabel('Why is the hold lifted?').fill('The complaint was about somebody else.');
    await sound('second_holds_N_lift');
    await page.getByRole('button', { name: 'Lift the hold' }).click();
    assert.match(await said(), /The hold is lifted/);
  });

  it('a register with one bad row is imported, and the bad row comes back to be mended', async () => {
    const model = `${server.folder}/model.csv`;
    server.run('demo', '--people', '3', '--csv', model);
    const [header, row] = readFileSync(model, 'utf8').trim().split(/\r?\n/);
    const column = header.replace('\uFEFF', '').split(',').indexOf('date_of_birth');
    const rows = ['JOURNEY1', 'JOURNEY2'].map((ref, n) => {
      const cells = row.split(',');
      cells[0] = ref;
      cells[1] = ['Ottoline', 'Peregrine'][n];
      if (n) cells[column] = '1980-02-31';
      return cells.join(',');
    });
    writeFileSync(`${server.folder}/two.csv`, `${[header, ...rows].join('\n')}\n`);
    await come('officer');
    await page.getByRole('link', { name: 'More', exact: true }).click();
    await sound('officer_more');
    await page.getByRole('link', { name: 'Imports', exact: true }).click();
    await page.getByRole('button', { name: 'Import a register' }).click();
    await page.getByRole('button', { name: 'Upload' }).click();
    await sound('officer_error_imports_new');
    await page.getByLabel('Register file').setInputFiles(`${server.folder}/two.csv`);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('link', { name: /Download the rows with problems/ }).waitFor();
    assert.match(await main(), /JOURNEY2|date_of_birth|[Dd]ate of birth/);
    await sound('officer_imports_N_done');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /Download the rows/ }).click()]);
    const report = readFileSync(await file.path(), 'utf8');
    assert.ok(report.includes('JOURNEY2') && !report.includes('JOURNEY1'));
  });

  it('a contractor sees what is asked of their own people, and nobody else’s', async () => {
    await come('contractor');
    assert.match(await main(), /What we need from you, by when/);
    const own = await page.locator('main a[href^="/people/"]').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
    assert.ok(own.length > 0);
    await page.goto(own[0]);
    assert.ok(!/trace|Unsuitable|hold/i.test(await main()));
    const other = Array.from({ length: 300 }, (_, n) => `/people/${n + 1}`).find((href) => !own.includes(href));
    const [theirs, missing] = [await page.goto(other), await page.goto('/people/999999')];
    assert.deepEqual([theirs.status(), missing.status()], [404, 404]);
  });
});
