// Applications from a firm's first page to the council's decision: of somebody clean, and of somebody who lived abroad.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { answerAll, answerOwnPart, begin, fillDate, ownLink, press, send, sendIn, takeUp } from './applying.mjs';
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
const soundOf = (who) => (name) => sound(`${who}_${name}`);
const said = () => page.getByRole('alert').innerText();
const main = () => page.locator('main').innerText();
const missing = () => page.locator('h2:has-text("What is missing") + ul li').allInnerTexts();
const TODAY = ['22', '11', '2026'];
const HOME = { lines: '1 High Street, Exampleton', postcode: 'EX1 1AA', from: ['3', '2015'] };

/** What an officer types when they have seen a document of somebody's: what to choose, to fill in and to date. */
const seen = ({ forename, surname, certificate }) => ({
  'Identity check': async () => {
    for (const title of [/^Passport/, /^Photocard driving licence, UK/, /^Bank or building society/]) {
      await page.getByLabel(title).check();
    }
    await fillDate(page, 'Date of the check', TODAY);
  },
  'Right to work': async () => {
    await page.getByLabel('British or Irish passport').check();
    await fillDate(page, 'Date of the check', TODAY);
    await page.getByLabel('Name of who made the check').fill('Olive Fisher');
  },
  'DBS certificate': async () => {
    await page.getByLabel('Certificate number').fill(certificate);
    await page.getByLabel('Enhanced', { exact: true }).check();
    await page.getByRole('group', { name: 'Workforce' }).getByLabel('Child', { exact: true }).check();
    await page.getByRole('group', { name: 'Barred lists checked' }).getByLabel('Children’s').check();
    await fillDate(page, 'Date of issue', ['16', '11', '2026']);
    await page.getByLabel('Forename on the certificate').fill(forename);
    await page.getByLabel('Surname on the certificate').fill(surname);
    await page.getByLabel('Name of who saw the original').fill('Olive Fisher');
    await fillDate(page, 'Day the original was seen', TODAY);
    await page.getByRole('group', { name: /whether it shows any information/ }).getByLabel('No', { exact: true }).check();
    await page.getByLabel('Our own application').check();
  },
  'Overseas criminal record check': async () => {
    await page.getByLabel('None needed: not abroad long enough').check();
    await fillDate(page, 'Date of the document or check', TODAY);
  },
  'Taxi or private hire driver': async () => {
    await page.getByLabel('Licensing authority').selectOption({ index: 1 });
    await page.getByLabel('Private hire', { exact: true }).check();
    await page.getByLabel('Licence number').fill('PH/2041');
    await fillDate(page, 'First day of the licence', ['1', '5', '2026']);
    await fillDate(page, 'Last day of the licence', ['30', '4', '2029']);
  },
});

/** Records what the application's page says is missing, by the links it gives. */
async function recordMissing(at, person) {
  for (let tries = 0; tries < 8; tries += 1) {
    await page.goto(at);
    const [line] = await missing();
    if (!line) return;
    const [, fill] = Object.entries(seen(person)).find(([title]) => line.startsWith(title)) ?? [];
    assert.ok(fill, `"${line}" is missing, and nothing says how to record it`);
    await page.locator('.govuk-task-list').getByRole('link', { name: line, exact: true }).click();
    await fill();
    await send(page, 'Save');
  }
  assert.fail(`still missing: ${await missing()}`);
}

describe('a clean driver', () => {
  const email = 'sian@home.example.org';
  const person = { forename: 'Siân', surname: 'O’Brien', certificate: '001234567890' };
  let application;

  it('a contractor answers every group and sends it in', async () => {
    await come('contractor');
    application = await begin(page, 'Taxi or private hire driver');
    await sound('contractor_applications_N_draft');
    await page.getByRole('link', { name: 'Names', exact: true }).click();
    assert.equal(await press(page, 'Save and continue'), 422);
    assert.match(await said(), /Enter the surname/);
    await sound('contractor_error_answers_name');
    await page.goto(application);
    await answerAll(page, { ...person, email, addresses: [HOME], drives: true, sound: soundOf('contractor_answers') });
    assert.equal(await press(page, 'Send the application'), 422, 'nothing goes without the declaration');
    await sound('contractor_error_answers');
    await sendIn(page);
    assert.match(await said(), /The application is with the council/);
    await sound('contractor_applications_N_sent');
  });

  it('the person answers their own part by the link in the letter', async () => {
    const link = ownLink(server, email);
    await come(null);
    await answerOwnPart(page, link, { sound: soundOf('own') });
    await sound('own_done');
    await come('contractor');
    await page.goto(application);
    assert.match(await main(), /Their part\s+Done/);
  });

  it('an officer takes it up, registers the person and records what is missing', async () => {
    await come('officer');
    await page.goto(application);
    await sound('officer_applications_N_sent');
    await takeUp(page, application, soundOf('officer_applications_N'));
    await page.goto(application);
    assert.ok((await missing()).includes('Identity check'));
    await sound('officer_applications_N_checking');
    await recordMissing(application, person);
    assert.match(await main(), /Nothing is missing: a decision maker can propose a decision/);
    await sound('officer_applications_N_complete');
  });

  it('one decision maker approves them, and they are on the register', async () => {
    await come('decider');
    await page.goto(application);
    await page.getByRole('button', { name: 'Propose a decision' }).click();
    await page.getByLabel('Approve', { exact: true }).check();
    await page.getByLabel('Reasons', { exact: true }).fill('Nothing is known, and all papers are there.');
    await sound('decider_proposal_clean');
    await send(page, 'Propose');
    assert.match(await main(), /Agreed/);
    await page.goto(application);
    assert.match(await main(), /Approved/);
    await sound('decider_applications_N_approved');
    await page.locator('a[href^="/people/"]').first().click();
    assert.match(await main(), /Cleared/);
    await come('contractor');
    await page.goto(application);
    assert.match(await main(), /Approved/);
    await sound('contractor_applications_N_approved');
  });
});

describe('a passenger assistant who lived abroad for two years', () => {
  const addresses = [
    { ...HOME, from: ['2', '2025'] },
    { lines: 'Calle Mayor 1, Sevilla', country: 'Spain', from: ['2', '2023'], until: ['2', '2025'] },
    { lines: '9 Low Road, Exampleton', postcode: 'EX1 1AB', from: ['1', '2000'], until: ['2', '2023'] },
  ];
  const email = 'ines@home.example.org';
  const person = { forename: 'Inés', surname: 'Maroto', certificate: '001234567891' };
  let application;

  it('the firm is told what will be asked for', async () => {
    await come('contractor');
    application = await begin(page, 'Passenger assistant');
    await answerAll(page, { ...person, email, addresses, sound: soundOf('contractor_abroad') });
    assert.match(await main(), /Time in Spain[\s\S]*25 months[\s\S]*certificate of good conduct/);
    await sound('contractor_answers_abroad');
    await page.goto(`${application}/answers/addresses`);
    assert.match(await main(), /Time in Spain[\s\S]*certificate of good conduct/);
    await sound('contractor_answers_addresses_abroad');
    await page.goto(`${application}/answers`);
    await sendIn(page);
    const link = ownLink(server, email);
    await come(null);
    await answerOwnPart(page, link);
  });

  it('the officer’s page waits for the check from that country', async () => {
    await come('officer');
    await takeUp(page, application);
    await page.goto(application);
    assert.match(await main(), /Time abroad[\s\S]*Spain/);
    assert.ok((await missing()).some((line) => /Overseas|Spain/.test(line)), `${await missing()}`);
    await sound('officer_applications_N_abroad');
    await page.locator('.govuk-task-list').getByRole('link', { name: 'Overseas criminal record check' }).click();
    await page.getByLabel('Certificate from that country').check();
    await page.getByLabel('Country', { exact: true }).fill('Spain');
    await fillDate(page, 'Last day lived there', ['1', '2', '2025']);
    await fillDate(page, 'Date of the document or check', ['10', '11', '2026']);
    await send(page, 'Save');
    await page.goto(application);
    assert.ok(!(await missing()).some((line) => /Overseas|Spain/.test(line)), `${await missing()}`);
  });

  it('they are approved once the rest is recorded', async () => {
    await come('officer');
    await recordMissing(application, person);
    await sound('officer_applications_N_abroad_complete');
    await come('decider');
    await page.goto(application);
    await page.getByRole('button', { name: 'Propose a decision' }).click();
    await page.getByLabel('Approve', { exact: true }).check();
    await page.getByLabel('Reasons', { exact: true }).fill('Nothing is known here or in Spain.');
    await send(page, 'Propose');
    assert.match(await main(), /Agreed/);
    await come('contractor');
    await page.goto(application);
    assert.match(await main(), /Approved/);
    await page.goto('/applications');
    await sound('contractor_applications');
    await page.getByLabel('Show').selectOption({ label: 'Decided' });
    await page.getByRole('button', { name: 'Apply filters' }).click();
    assert.match(await main(), /Inés Maroto/);
    await sound('contractor_applications_decided');
  });
});
