// What must hold of every page: one heading, a title, nothing axe finds, nothing that leaves the screen.

import { mkdirSync } from 'node:fs';
import path from 'node:path';

const SHOTS = path.join(import.meta.dirname, 'shots');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, each as "rule: what to do (where)". Target size is off unless asked for. */
async function axe(page) {
  const violations = await page.evaluate(async (tags) => {
    const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
    const found = await window.axe.run(document, options);
    return found.violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.slice(0, 3).map((node) => node.target.join(' ')) }));
  }, TAGS);
  return violations.map(({ id, help, at }) => `axe ${id}: ${help} (${at.join(' | ')})`);
}

/** The outermost things that stick out of the screen, when the page scrolls sideways. */
function overflow(page, name) {
  return page.evaluate((name) => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const isBoxed = (el) => { for (let at = el.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX !== 'visible' && at !== document.documentElement && at !== document.body) return true; return false; };
    const out = [...document.body.querySelectorAll('*')].filter((el) => el.getBoundingClientRect().right > wide + 0.5 && !isBoxed(el));
    const inner = out.filter((el) => !out.some((other) => other !== el && el.contains(other)));
    const told = inner.slice(0, 3).map((el) => `<${el.tagName.toLowerCase()} class="${el.className}"> ${el.textContent.trim().slice(0, 40)}`);
    return [`wider than the screen at ${name} (${document.documentElement.scrollWidth} > ${wide}): ${told.join(' | ')}`];
  }, name);
}

const resize = (page, width) => page.setViewportSize({ width, height: 900 });
const textAt = (page, size) => page.evaluate((size) => { document.documentElement.style.fontSize = size; }, size);

async function shoot(page, name, width) {
  if (!name) return;
  const file = path.join(SHOTS, `${name}-${width}.png`);
  mkdirSync(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file, fullPage: true });
}

/** Everything wrong with the page as it stands; pictures of it when `shot` names them. */
export async function inspect(page, { shot = null } = {}) {
  const wrong = [];
  await page.waitForLoadState('load');
  const { title, headings } = await page.evaluate(() => ({
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((h1) => h1.textContent.trim()),
  }));
  if (!title.trim()) wrong.push('no title');
  if (headings.length !== 1 || !headings[0]) wrong.push(`${headings.length} h1: ${headings.join(' | ')}`);
  wrong.push(...await axe(page));
  await shoot(page, shot, 1280);
  await textAt(page, '200%');
  wrong.push(...await overflow(page, '1280 px with text at 200 %'));
  await textAt(page, '');
  await resize(page, 390);
  wrong.push(...await overflow(page, '390 px'));
  await shoot(page, shot, 390);
  await resize(page, 320);
  wrong.push(...await overflow(page, '320 px'));
  await resize(page, 1280);
  wrong.push(...page.complaints.splice(0));
  return wrong;
}
