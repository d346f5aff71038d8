// One Chromium, and a context of its own for each person who signs in.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOUD = `document.addEventListener('securitypolicyviolation', (e) =>
  console.error('content security policy: ' + e.violatedDirective + ' ' + e.blockedURI));`;

/** Debian's browser, kept from talking to anyone but us. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

/** A page of a new context whose complaints (console, policy, other origins) gather in `page.complaints`. */
export async function open(browser, url, { js = true } = {}) {
  const context = await browser.newContext({
    baseURL: url, javaScriptEnabled: js, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB',
  });
  context.setDefaultTimeout(60_000);
  if (js) await context.addInitScript({ content: `${AXE}\n${LOUD}` });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // What is missing is counted below, with its address; that of a page is asserted where the page is asked for.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) page.complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (answer) => {
    const isPage = answer.request().resourceType() === 'document';
    if (!isPage && answer.status() >= 400) page.complaints.push(`${answer.status()} for ${answer.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !/^(data|blob|about):/.test(request.url())) {
      page.complaints.push(`asked another origin: ${request.url()}`);
    }
  });
  return page;
}

/** Signs in at the door. */
export async function signIn(page, { email, password }) {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}
