// SPDX-License-Identifier: Apache-2.0
// The real host for the tests: the demo company and an empty one, laid out once and shared by every file of scenarios.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {open, ready} from './browser.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..'), program = process.env.ERP_HOST ?? join(root, 'build/bin/erp-host');
export const skip = () => (existsSync(program) ? null : `no erp-host at ${program}: packaging/build`);

function serve(data) {
  return new Promise((done, fail) => {
    const child = spawn(program, ['serve', '--data', data, '--port', '0'], {stdio: ['ignore', 'pipe', 'inherit']});
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text); if (found) done({url: found[0], child}); });
    child.on('exit', (code) => fail(new Error(`the host ended (${code})`)));
  });
}
const action = (data, name, input) => { const ran = spawnSync(program, ['action', name, JSON.stringify(input), '--data', data], {encoding: 'utf8'}); if (ran.status !== 0) throw new Error(`${name}: ${ran.stderr}`); return JSON.parse(ran.stdout); };

let made = null;
export function world() {
  made ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pages-')), demo = join(folder, 'demo'), empty = join(folder, 'empty');
    const laid = spawnSync('python3', [join(root, 'packaging/demo_company.py'), '--host', program, '--data', demo], {encoding: 'utf8'});
    if (laid.status !== 0) throw new Error(laid.stderr);
    action(empty, 'user.create', {login: 'admin', password: 'nordljus', name: 'Administratör', roles: ['administrator']});
    // What looks at pages beside those that work in them has a company of its own.
    cpSync(demo, join(folder, 'still'), {recursive: true});
    return {folder, demo: await serve(demo), still: await serve(join(folder, 'still')), empty: await serve(empty)};
  })();
  return made;
}
const others = [];
/** A company of a test's own on a host of its own: an administrator, sums that hold nothing but the test's. */
export async function ownCompany() {
  const data = mkdtempSync(join(tmpdir(), 'pages-'));
  action(data, 'company.update', {currency: 'SEK', time_zone: 'Europe/Stockholm'});
  action(data, 'user.create', {login: 'admin', password: 'nordljus', name: 'Administratör', roles: ['administrator']});
  const host = await serve(data);
  others.push({data, child: host.child});
  return host;
}
export async function endWorld() {
  for (const {data, child} of others.splice(0)) { child.removeAllListeners('exit'); child.kill(); rmSync(data, {recursive: true, force: true}); }
  if (!made) return;
  const {folder, demo, still, empty} = await made;
  for (const host of [demo, still, empty]) { host.child.removeAllListeners('exit'); host.child.kill(); }
  rmSync(folder, {recursive: true, force: true});
  made = null;
}

/** A page of one user; whatever must not happen there fails the test. */
export async function within(base, options, path, work) {
  const user = await open(base, options);
  let bad = [];
  try { await user.visit(path); await work(user.page, user); } finally { bad = await user.end(); }
  assert.deepEqual(bad, []);
}
export const call = async (user, base, name, input) => { const answer = await user.context.request.post(`${base}/api/actions/${name}?lang=sv`, {data: input}); const body = await answer.json(); assert.ok(answer.ok(), `${name}: ${JSON.stringify(body)}`); return body; };
/** The views of the menu's entries, as this user has them. */
export async function leaves(user, base) {
  const {menus} = await (await user.context.request.get(`${base}/api/menus?lang=sv`)).json(), out = [];
  const walk = (list) => { for (const entry of list) { if (entry.view) out.push(entry.view); walk(entry.children); } };
  walk(menus);
  return [...new Set(out)];
}
/** To another page as a link goes there, without loading the program anew. */
export const goTo = (page, path) => page.evaluate((target) => { history.pushState(null, '', target); dispatchEvent(new PopStateEvent('popstate')); }, path);
/** Writes into a reference field and takes the first hit that says `title`. */
export async function choose(page, label, text, title = text) {
  const box = page.getByRole('combobox', {name: label}).first();
  await box.fill(text);
  await page.getByRole('option', {name: title}).first().click();
}

export const BESIDES = ['opportunity.board', 'opportunity.forecast_board', 'opportunity.form/1', 'lead.form/1', 'campaign.form/1', 'customer.form/1', 'report.sales', 'report.sales_lines?p.rows=month', 'report.campaign_results', 'report.nudges', 'start.wizard?step=4', 'order.form/1', 'invoice.form/1'];

export const NOWHERE = '/app/v/no.such.page';

/** Goes as a link goes, and waits until the page of that view stands. */
export async function show(page, view) {
  const path = `/app/v/${view}`, same = new URL(page.url()).pathname === path.split('?')[0];
  if (!same) await page.evaluate(() => { document.querySelector('main h1, main .state h2')?.setAttribute('data-old', ''); });
  await goTo(page, path);
  try {
    await page.waitForFunction(() => !document.querySelector('main [data-old]'));
    await ready(page);
  } catch (error) { throw new Error(`${view}: ${error.message}: ${(await page.locator('body').textContent()).slice(0, 300)}`); }
}

/** The views that no menu names; a form with the first record of its list, in each of its tabs. */
export async function besides(user, base) {
  const menu = new Set(await leaves(user, base)), {views} = await (await user.context.request.get(`${base}/api/views?lang=sv`)).json(), out = [];
  for (const {id, kind} of views) {
    if (menu.has(id) || kind === 'home' && id.startsWith('panel.')) continue;
    if (kind !== 'form') { out.push(id); continue; }
    const view = await (await user.context.request.get(`${base}/api/views/${id}?lang=sv`)).json(), list = view.load?.input?.list ?? view.entity;
    const {rows} = await call(user, base, 'list.query', {list, limit: 1});
    out.push(...(rows[0] ? (view.tabs ?? [{}]).map((_, tab) => `${id}/${rows[0].id}${tab === 0 ? '' : `?tab=${tab}`}`) : [`${id}/new`]));
  }
  return out;
}
