// Steps of an application that several journeys share, each as a person takes it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Presses a button and answers the status of what it sends; the page it leads to has come. */
export async function press(page, name) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.getByRole('button', { name, exact: true }).click(),
  ]);
  await page.waitForLoadState('load');
  return answer.status();
}

/** Presses a button that has to lead on. */
export async function send(page, name) {
  const status = await press(page, name);
  const wrong = status === 303 ? '' : await page.locator('.govuk-error-summary, main').first().innerText();
  assert.equal(status, 303, `"${name}" at ${page.url()}: ${wrong.slice(0, 300)}`);
}

/** Day, month and year, or month and year. */
export async function fillDate(page, legend, parts) {
  const group = page.getByRole('group', { name: legend });
  const labels = parts.length === 3 ? ['Day', 'Month', 'Year'] : ['Month', 'Year'];
  for (const [at, label] of labels.entries()) await group.getByLabel(label).fill(parts[at]);
}

/** Begins an application about somebody new; answers where it is. */
export async function begin(page, role) {
  await page.goto('/applications');
  await page.getByRole('button', { name: 'Begin an application' }).click();
  await page.getByLabel('Somebody new').check();
  await page.getByLabel(role, { exact: true }).check();
  await send(page, 'Continue');
  return new URL(page.url()).pathname;
}

const month = async (page, legend, n, parts) => {
  const group = page.getByRole('group', { name: legend, exact: true }).nth(n);
  await group.getByLabel('Month').fill(parts[0]);
  await group.getByLabel('Year').fill(parts[1]);
};

/** The address of a number, from 0 the newest; `until` only when it was left. */
export async function fillAddress(page, n, { lines, postcode = '', country = '', from, until }) {
  await page.getByLabel('House, street and town').nth(n).fill(lines);
  await page.getByLabel('Postcode').nth(n).fill(postcode);
  await page.getByLabel('Country').nth(n).fill(country);
  await month(page, 'Moved in', n, from);
  if (until) await month(page, 'Left', n, until);
}

/** Answers every group of a passenger assistant or of a licensed driver, page after page, as the application leads on. */
export async function answerAll(page, { forename, surname, email, addresses, drives = false, sound = async () => {} }) {
  await page.getByRole('link', { name: 'Names', exact: true }).click();
  await page.getByLabel('Forenames').fill(forename);
  await page.getByLabel('Surname', { exact: true }).fill(surname);
  await page.getByLabel('They have used no other name').check();
  await send(page, 'Save and continue');
  await fillDate(page, 'Date of birth', ['3', '4', '1990']);
  await send(page, 'Save and continue');
  await page.getByLabel('The person’s own email address').fill(email);
  await send(page, 'Save and continue');
  for (const [n, address] of addresses.entries()) {
    await fillAddress(page, n, address);
    if (n + 1 < addresses.length) await send(page, 'Save and add another address');
  }
  await sound('addresses');
  await send(page, 'Save and continue');
  await page.getByLabel('A British or Irish passport, current or expired').check();
  await send(page, 'Save and continue');
  for (const document of ['Passport', 'Photocard driving licence, UK', 'Bank or building society statement']) {
    await page.getByLabel(document).first().check();
  }
  await send(page, 'Save and continue');
  if (drives) {
    await page.getByLabel('Licensing authority').selectOption({ index: 1 });
    await page.getByLabel('Private hire', { exact: true }).check();
    await page.getByLabel('Number of the licence').fill('PH/2041');
    await sound('licence');
    await send(page, 'Save and continue');
    return;
  }
  for (const [n, name] of ['Owen Price', 'Mary Hall'].entries()) {
    await page.getByLabel('Name', { exact: true }).nth(n).fill(name);
    await page.getByLabel('How they know the person').nth(n).fill('Their last employer');
    await page.getByLabel('Email address').nth(n).fill(`referee${n}@other.example.org`);
  }
  await sound('referees');
  await send(page, 'Save and continue');
}

/** Sends in what was answered. */
export async function sendIn(page) {
  await page.getByRole('checkbox').check();
  await send(page, 'Send the application');
}

/** Takes the application up and puts somebody new on the register for it. */
export async function takeUp(page, at, sound = async () => {}) {
  await page.goto(at);
  await send(page, 'Take it up');
  await page.getByRole('link', { name: /Find or register/ }).click();
  await page.getByLabel('Nobody on the register: register them').check();
  await sound('link');
  await send(page, 'Link the application');
}

/** Every letter to this address so far, once those that wait have gone. */
export function letters(server, email) {
  server.run('job', 'run', 'deliver');
  const files = readdirSync(`${server.folder}/mail`, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const mails = files.map((file) => readFileSync(path.join(file.parentPath, file.name), 'utf8').replace(/=\r?\n/g, ''));
  return mails.filter((mail) => mail.includes(email));
}

/** The path in the letter to this address that leads to the person's own part. */
export function ownLink(server, email) {
  const found = letters(server, email).map((mail) => mail.match(/\/own\/[0-9a-f]{64}/)?.[0]).filter(Boolean);
  assert.equal(found.length, 1, `one letter with a link went to ${email}`);
  return found[0];
}

/** The person's own part: what there is to declare, and consent. */
export async function answerOwnPart(page, link, { declares = '', sound = async () => {} } = {}) {
  await page.goto(link);
  await sound('enter');
  await send(page, 'Start');
  await sound('show');
  await page.getByRole('link', { name: 'Self-declaration' }).click();
  await page.getByLabel(declares ? 'Yes' : 'No', { exact: true }).check();
  await sound('declaration');
  if (!declares) await send(page, 'Continue');
  else {
    // What is declared is asked at the same address, which tells nobody that there is something.
    assert.equal(await press(page, 'Continue'), 200);
    await page.getByLabel('What do you have to declare?').fill(declares);
    await sound('declaration_words');
    await send(page, 'Send to the council');
  }
  await page.getByRole('link', { name: 'Consent to status checks' }).click();
  await page.getByRole('checkbox').check();
  await send(page, 'Send to the council');
  assert.match(await page.locator('main').innerText(), /We have all your answers/);
}
