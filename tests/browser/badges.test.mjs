// A contractor asks for a badge and uploads a photo; an officer issues it, opens the card, and takes it back.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { press, send } from './applying.mjs';
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

/** A drawn head and shoulders as a PNG. */
const portrait = async () => Buffer.from(await page.evaluate(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 800 });
  const draw = canvas.getContext('2d');
  const fill = (colour, shape) => { draw.fillStyle = colour; draw.beginPath(); shape(); draw.fill(); };
  fill('#dfe6ec', () => draw.rect(0, 0, 600, 800));
  fill('#2a6e5a', () => draw.ellipse(300, 820, 250, 260, 0, 0, 7));
  fill('#be8c69', () => draw.ellipse(300, 330, 120, 160, 0, 0, 7));
  return canvas.toDataURL('image/png').split(',')[1];
}), 'base64');

/** Somebody of the contractor's who may work and for whom nothing is asked. */
async function somebody() {
  await page.goto('/people');
  const links = await page.locator('main table a[href^="/people/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  for (const href of new Set(links.filter((href) => /^\/people\/\d+$/.test(href)))) {
    await page.goto(href);
    if (!/They may work in this role(?! on)/.test(await main())) continue;
    await page.goto(`${href}/badges`);
    if (!/\bopen\b/.test(await main())) return href;
  }
  throw new Error('nobody of the contractor may work');
}

describe('a badge', () => {
  let person, request, badge;

  it('is asked for by a contractor, with a photo it chooses the cut of', async () => {
    await come('contractor');
    person = await somebody();
    await sound('contractor_people_N_badges');
    await page.goto(`${person}/badges/new`);
    await page.getByLabel('Renewal').check();
    const work = page.getByRole('group', { name: 'Which work is the badge for?' }).getByRole('radio');
    await work.first().check();
    await sound('contractor_badges_new');
    await send(page, 'Ask for the badge');
    request = here();
    assert.match(request, /^\/badge-requests\/\d+$/);
    await sound('contractor_badge_request');
    await page.goto(`${person}/photo`);
    await page.setInputFiles('#photo', { name: 'me.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<svg></svg>') });
    assert.equal(await press(page, 'Upload'), 422);
    assert.match(await main(), /must be a JPEG or PNG/);
    await sound('contractor_error_photo');
    await page.setInputFiles('#photo', { name: 'me.png', mimeType: 'image/png', buffer: await portrait() });
    await send(page, 'Upload');
    assert.equal(await page.getByRole('radio').count(), 3);
    await sound('contractor_photo_cut');
    await page.getByLabel('Closer', { exact: true }).check();
    await send(page, 'Use this photo');
    await page.goto(request);
    assert.match(await main(), /With the council/);
  });

  it('is issued by an officer, and its card opens as a PDF', async () => {
    await come('officer');
    await page.goto('/badge-requests');
    await sound('officer_badge_requests');
    await page.goto(request);
    assert.match(await main(), /Last day of the badge/, await main());
    await sound('officer_badge_request');
    await send(page, 'Issue the badge');
    badge = here();
    assert.match(badge, /^\/badges\/\d+$/);
    assert.match(await main(), /Authorised/);
    const csrf = await page.locator('input[name=csrf]').first().inputValue();
    const answer = await page.request.post(`${badge}/print`, {
      form: { csrf, layout: 'card' }, headers: { 'Sec-Fetch-Site': 'same-origin' },
    });
    assert.equal(answer.status(), 200);
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    assert.match((await answer.body()).subarray(0, 8).toString(), /^%PDF-1\.7/);
    await page.reload();
    assert.match(await main(), /Printed[\s\S]*Card/);
    await sound('officer_badges_N');
  });

  it('is suspended at once, and listed with the others', async () => {
    await come('officer');
    await page.goto(badge);
    await page.getByRole('link', { name: 'Suspend the badge' }).click();
    assert.equal(await press(page, 'Suspend the badge'), 422);
    await page.getByLabel('Reason').fill('The photo is in doubt');
    await sound('officer_badges_N_change');
    await send(page, 'Suspend the badge');
    assert.match(await main(), /Not authorised/);
    await page.goto('/badges?state=suspended');
    assert.ok((await main()).includes('Suspended'));
    await page.goto('/badges');
    await sound('officer_badges');
    await page.goto(`${person}/badges`);
    await sound('officer_people_N_badges');
  });

  it('many are issued together, and what is not says why', async () => {
    await come('officer');
    await page.goto('/badge-requests');
    await send(page, 'Issue all that can be issued');
    assert.match(here(), /^\/badge-batches\/\d+$/);
    for (let tries = 0; tries < 60 && await page.locator('progress').count(); tries += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    assert.match(await main(), /Not issued[\s\S]*There is no photo of them/);
    await sound('officer_badge_batches_N');
  });
});
