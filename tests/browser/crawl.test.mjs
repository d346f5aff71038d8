// Each kind of user opens every page they can reach by a link, and every page is inspected.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, open, signIn } from './browser.mjs';
import { inspect } from './inspect.mjs';
import { start } from './server.mjs';

const VISITS_PER_SHAPE = 3;
const PAGES_PER_USER = 80;
const USERS = [null, 'admin', 'officer', 'decider', 'compliance', 'auditor', 'contractor', 'two-firms', 'panel1'];
/** Pages no link leads to. */
const UNLINKED = [['/nothing-here', 404]];

let server, browser;
/** Title → the one route shape that bears it. */
const titles = new Map();
/** What was inspected already: lists read the same to an officer and a decision maker. */
const inspected = new Set();

before(async () => {
  server = await start({ night: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** "/people/#/holds/#": numbers and keys are of one shape. A query is a shape of its own when it brings a new key. */
function shapeOf(href, keysSeen) {
  const { pathname, searchParams } = new URL(href);
  const way = pathname.split('/').map((part) => (/^(\d+|[0-9a-f]{16,}|\d{4}-\d\d-\d\d)$/.test(part) ? '#' : part)).join('/');
  const keys = [...new Set([...searchParams].filter(([, value]) => value).map(([key]) => key))];
  const fresh = keys.find((key) => !keysSeen.has(`${way}?${key}`)) ?? keys[0];
  return { way, shape: fresh ? `${way}?${fresh}` : way, keys: keys.map((key) => `${way}?${key}`) };
}

/** The page without what differs between two visits to the same page. */
function substance(page) {
  return page.evaluate(() => document.title + document.querySelector('main').outerHTML.replace(/(name="(csrf|submission|key)" value=)"[^"]*"/g, '$1'));
}

function linksOf(page) {
  return page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0]));
}

/** The status and, when it is a page of ours, where it stands; a file answers no page. */
async function visit(page, href) {
  const answer = await page.goto(href, { waitUntil: 'load' }).catch((error) => {
    if (/ERR_ABORTED|Download is starting/.test(error.message)) return null;
    throw error;
  });
  if (answer) return { status: answer.status(), isPage: /text\/html/.test(answer.headers()['content-type'] ?? '') };
  const file = await page.context().request.get(href);
  return { status: file.status(), isPage: false };
}

async function check(page, { user, href, expected, shot }) {
  const { status, isPage } = await visit(page, href);
  const wrong = status === expected ? [] : [`status ${status}`];
  if (!isPage || wrong.length) return { wrong, links: [] };
  const title = await page.title();
  // Where it ended up; a firm's start page is its home.
  const here = status === 404 ? 'what is not there' : shapeOf(page.url(), new Set()).way.replace(/^\/home$/, '/');
  if (titles.has(title) && titles.get(title) !== here) wrong.push(`the title "${title}" is also that of ${titles.get(title)}`);
  titles.set(title, titles.get(title) ?? here);
  const seen = await substance(page);
  if (!inspected.has(seen)) {
    inspected.add(seen);
    wrong.push(...await inspect(page, { shot: shot && `crawl/${user ?? 'none'}${shot.replaceAll(/[^a-z0-9#]+/gi, '_')}`.replaceAll('#', 'N') }));
  }
  wrong.push(...page.complaints.splice(0));
  return { wrong, links: await linksOf(page) };
}

async function crawl(page, user) {
  const [visits, keysSeen, wrong] = [new Map(), new Set(), []];
  const waiting = new Map([['/', 200], ['/accessibility', 200], ...UNLINKED].map(([way, expected]) => [`${server.url}${way}`, expected]));
  const known = new Set(waiting.keys());
  const count = (href) => {
    const { shape, keys } = shapeOf(href, keysSeen);
    const isSpent = keys.length && keys.every((key) => keysSeen.has(key));
    return isSpent ? Infinity : visits.get(shape) ?? 0;
  };
  let pages = 0;
  for (; waiting.size && pages < PAGES_PER_USER; pages += 1) {
    const href = [...waiting.keys()].reduce((best, next) => (count(next) < count(best) ? next : best));
    if (count(href) >= VISITS_PER_SHAPE) break;
    const expected = waiting.get(href);
    waiting.delete(href);
    const { shape, keys } = shapeOf(href, keysSeen);
    keys.forEach((key) => keysSeen.add(key));
    visits.set(shape, (visits.get(shape) ?? 0) + 1);
    const found = await check(page, { user, href, expected, shot: visits.get(shape) === 1 && shape });
    if (found.wrong.length) wrong.push(`${href.slice(server.url.length)}\n    ${found.wrong.join('\n    ')}`);
    for (const link of found.links.filter((link) => link.startsWith(`${server.url}/`) && !known.has(link))) {
      known.add(link);
      waiting.set(link, 200);
    }
  }
  return { wrong, pages, shapes: visits.size };
}

describe('every page a user can reach is sound', { concurrency: 2 }, () => {
  for (const user of USERS) {
    it(user ?? 'nobody signed in', async (test) => {
      const page = await open(browser, server.url);
      if (user) await signIn(page, server.logins[user]);
      const { wrong, pages, shapes } = await crawl(page, user);
      await page.context().close();
      test.diagnostic(`${pages} pages of ${shapes} shapes`);
      assert.ok(pages > 2, 'the crawl found no pages');
      assert.equal(wrong.length, 0, `${wrong.length} pages of ${user ?? 'nobody'}:\n  ${wrong.join('\n  ')}\n${server.troubles()}`);
    });
  }
});
