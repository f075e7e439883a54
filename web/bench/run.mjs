// Measures the built page against its bars, in a browser, on a running server with data.
// Started by `cargo xtask bench web`; prints one JSON list of {name, value, unit, target}.
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const { XINGLIN_ADDRESS: origin, XINGLIN_USER: username, XINGLIN_PASSWORD: password, XINGLIN_ASSESSMENT: assessment, CHROMIUM } = process.env;
const LOADS = 5;
const STEPS = 120;
const KEYS = 'l3ces101abc';
const MATRIX = `/assessments/${assessment}/matrix`;
const PAGES = ['/', '/systems', '/assets', '/people', '/assessments', `/assessments/${assessment}`, MATRIX, '/findings', '/plans', '/inspections', '/discovery', '/agents', '/integrity', '/exceptions', '/logs', '/logs/sources', '/logs/storage', '/catalogue', '/organisation'];

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const figures = [];
const note = (name, value, unit, target) => figures.push({ name, value: Math.round(value * 10) / 10, unit, target });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A fresh browser, signed in, that counts what the content policy refuses. */
async function visitor(colorScheme = 'light') {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', colorScheme });
  const answer = await context.request.post(`${origin}/api/v1/session`, { data: { username, password } });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
  await context.addInitScript(() => {
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective));
  });
  return { context, page: await context.newPage() };
}

/** Milliseconds until the overview shows its systems, and bytes received until then. */
async function load() {
  const { context, page } = await visitor();
  const wire = await context.newCDPSession(page);
  let bytes = 0;
  await wire.send('Network.enable');
  wire.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength;
  });
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('.area-systems .results li')) window.shownAt = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${origin}/`);
  await page.waitForFunction(() => window.shownAt !== undefined);
  await page.waitForLoadState('networkidle');
  const shown = await page.evaluate(() => window.shownAt);
  await context.close();
  return { shown, bytes };
}

/** Frames a second while the wheel moves the matrix. */
async function scroll(page) {
  await page.goto(origin + MATRIX);
  const grid = page.getByRole('grid');
  await grid.getByRole('gridcell').first().waitFor();
  const box = await grid.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    window.frames_seen = 0;
    const count = () => {
      window.frames_seen += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const start = Date.now();
  for (let step = 0; step < STEPS; step += 1) {
    await page.mouse.wheel(step % 8 === 7 ? 300 : 0, step < STEPS / 2 ? 200 : -200);
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
  }
  return ((await page.evaluate(() => window.frames_seen)) * 1000) / (Date.now() - start);
}

/** Milliseconds from a key in the search field until the next paint, by key. */
async function type(page) {
  const field = page.locator('input[data-search], [data-search] input').first();
  await field.focus();
  await page.evaluate(() => {
    window.paints = [];
    document.addEventListener(
      'keydown',
      (event) => requestAnimationFrame(() => setTimeout(() => window.paints.push(performance.now() - event.timeStamp))),
      true,
    );
  });
  for (const key of KEYS) {
    await page.keyboard.press(key);
    await page.waitForTimeout(50);
  }
  return page.evaluate(() => window.paints);
}

const loads = [];
for (let at = 0; at < LOADS; at += 1) loads.push(await load());
note('overview, content shown (median of 5)', median(loads.map((one) => one.shown)), 'ms', 800);
note('overview, received', loads[0].bytes / 1000, 'kB', 500);

const { context, page } = await visitor();
// A floor becomes a ceiling as the time a frame takes: 55 frames a second are 18.2 ms each.
note('matrix, time of a frame while scrolling', 1000 / (await scroll(page)), 'ms', 18.2);
note('matrix, key to paint (slowest)', Math.max(...(await type(page))), 'ms', 50);
await context.close();

let violations = 0;
let refused = 0;
for (const scheme of ['light', 'dark']) {
  const visit = await visitor(scheme);
  for (const path of PAGES) {
    await visit.page.goto(origin + path);
    await visit.page.waitForLoadState('networkidle');
    const found = (await new AxeBuilder({ page: visit.page }).analyze()).violations;
    for (const one of found) console.error(`axe ${scheme} ${path}: ${one.id} ×${one.nodes.length}`);
    violations += found.length;
    const policy = await visit.page.evaluate(() => window.refused);
    if (policy.length > 0) console.error(`policy ${scheme} ${path}: ${policy.join(' ')}`);
    refused += policy.length;
  }
  await visit.context.close();
}
note(`axe violations on ${PAGES.length} pages, light and dark`, violations, '', 0);
note('refused by the content policy', refused, '', 0);
await browser.close();
console.log(JSON.stringify(figures));
