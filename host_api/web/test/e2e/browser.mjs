// SPDX-License-Identifier: Apache-2.0
// Chromium for the tests: one browser for all, a context per test, with an eye on errors, the content policy and requests that
// leave the host. The machine may be slow: waits are for things, never for times. SALES_LEADS_SLOW_BROWSER=N makes each page's
// processor N times slower, to find what holds only on a quick one: a key typed before the focus has moved, a click on what is
// drawn anew, a test that looks once and too early. Waits are N times as long then.
import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const require = createRequire(import.meta.url), root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
export const shots = join(root, 'build/screenshots');
export const findChromium = () => [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path)) ?? null;
const slowness = Math.max(1, Number(process.env.SALES_LEADS_SLOW_BROWSER) || 1);
export const SLOW = 45_000 * slowness;

let browser = null;
export async function launch() {
  const {chromium} = await import('playwright-core');
  browser ??= chromium.launch({executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none']});
  return browser;
}
export async function close() { await (await browser)?.close(); browser = null; }

/** The page's processor as slow as the environment asks for. Another page in its tab, of this host, stays as slow. */
export async function slowDown(page) {
  if (slowness > 1) await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', {rate: slowness});
}

/** A page of its own; `login` through the host's API. `bad` collects what must not happen. */
export async function open(base, {width = 1280, height = 800, dark = false, language = 'sv', login = null, password = 'nordljus', forced = false} = {}) {
  const context = await (await launch()).newContext({viewport: {width, height}, colorScheme: dark ? 'dark' : 'light', locale: {sv: 'sv-SE', nb: 'nb-NO', en: 'en-GB'}[language], reducedMotion: 'reduce', ...(forced ? {forcedColors: 'active'} : {})});
  context.setDefaultTimeout(SLOW);
  if (login) {
    const knock = () => context.request.post(`${base}/api/login`, {data: {login, password}});
    let answer = await knock();
    // A disk that others keep busy: the host says when to come again.
    for (let again = 0; answer.status() === 503 && again < 4; ++again) { await new Promise((done) => setTimeout(done, 1000)); answer = await knock(); }
    if (!answer.ok()) throw new Error(`login ${login}: ${answer.status()} ${await answer.text()}`); }
  await context.addInitScript((name) => { try { if (!localStorage.getItem('erp.language')) localStorage.setItem('erp.language', name); } catch { /* about:blank */ } window.policyBroken = []; document.addEventListener('securitypolicyviolation', (event) => window.policyBroken.push(`${event.violatedDirective} ${event.blockedURI}`)); }, language);
  const page = await context.newPage(), bad = [];
  await slowDown(page);
  page.on('pageerror', (error) => bad.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { if (dialog.type() === 'beforeunload') { void dialog.accept(); return; } bad.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('request', (request) => { const url = request.url(); if (!url.startsWith(base) && !/^(blob|data):/.test(url)) bad.push(`left the host: ${url}`); });
  return {context, page, bad, async visit(path) { await page.goto(base + path); await ready(page); }, async end() { bad.push(...await page.evaluate(() => window.policyBroken ?? []).catch(() => [])); await context.close(); return bad; }};
}

/** The page has its heading, nothing in the main part is still being fetched, and it has been painted and shown: before, Chromium throws keys away. */
export async function ready(page) {
  await page.waitForSelector('main h1, main .state h2', {timeout: SLOW});
  await page.waitForFunction(() => !document.querySelector('main [aria-busy="true"], main .skeleton') && performance.getEntriesByName('first-contentful-paint').length > 0, null, {timeout: SLOW});
  // Painted is not yet shown: two frames later it is.
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); }));
}

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** `part`: a selector, for what has opened on a page. */
export async function axe(page, rules = null, part = null) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axeSource);
  return page.evaluate(async ([only, selector]) => {
    const found = await window.axe.run(selector ? {include: [[selector]]} : document, only ? {runOnly: {type: 'rule', values: only}} : {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
    return found.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.html.slice(0, 140)} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message?.slice(0, 140) ?? ''})`));
  }, [rules, part]);
}
export async function shot(page, name) { mkdirSync(shots, {recursive: true}); await page.screenshot({path: join(shots, `${name}.png`)}); }
