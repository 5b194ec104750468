// SPDX-License-Identifier: Apache-2.0
// Tryton's own web client in Chromium, as a user works: logs in, reads the menu, opens modules' pages, looks at a form.
//   node browser.mjs BASE DATABASE SALE PICTURES        prints a line per look; the last is "N ok"; exit status 1 otherwise
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {close, launch, ready} from '../../../web/test/e2e/browser.mjs';

const [base, database, sale, pictures] = process.argv.slice(2);
let good = 0;
const ok = (what) => { good += 1; console.log(`ok   ${what}`); };
const bad = [];

async function logIn(context) {
  const page = await context.newPage();
  page.on('pageerror', (error) => bad.push(error.message));
  await page.goto(`${base}/#${database}`);
  await page.fill('#login', 'admin');
  await page.click('.modal button:has-text("Login")');
  await page.waitForSelector('input[type="password"]');
  await page.fill('input[type="password"]', 'nordljus');
  await page.keyboard.press('Enter');
  return page;
}

const context = await (await launch()).newContext({viewport: {width: 1280, height: 800}, locale: 'en-GB'});
context.setDefaultTimeout(60_000);
const page = await logIn(context);
const row = (title) => page.locator('#menu tr', {has: page.locator(`td:has-text("${title}")`)}).first();
const unfold = (title) => row(title).locator('.expander, img.icon').first().click();

await row('CRM').waitFor();
await unfold('CRM');
await row('Campaigns').waitFor();
const entries = (await page.locator('#menu tr').allInnerTexts()).map((text) => text.trim());
for (const title of ['Sales opportunities', 'Leads', 'Campaigns', 'Customers', 'Notices']) assert.ok(entries.includes(title), `${title} is not in the menu: ${entries}`);
ok(`Tryton's menu: CRM / ${entries.slice(entries.indexOf('CRM') + 1, entries.indexOf('Company')).join(', ')}`);
await page.screenshot({path: join(pictures, 'tryton_menu.png')});

let link = '';
context.on('request', (request) => { if (request.url().includes('/erp/open?')) link = request.url(); });
const opened = context.waitForEvent('page');
await row('Campaigns').dblclick();
const pages = await opened;
await ready(pages);
assert.equal(pages.url(), `${base}/app/v/campaign.list`);
await pages.getByText('Höstmässan').first().waitFor();
await pages.screenshot({path: join(pictures, 'pages_campaigns.png')});
ok('CRM / Campaigns opens the stock renderer in a tab of its own, with the campaign');

const stranger = await (await launch()).newContext();
const again = await stranger.newPage();
assert.equal((await again.goto(link)).status(), 403);
await again.getByText('used or is too old').waitFor();
assert.equal((await again.goto(`${base}/app/v/campaign.list`)).status(), 401);
await stranger.close();
await pages.bringToFront();  // the stranger's tab was before it: what is not shown is not painted, and waits for that
ok('its link is good once');

const failed = [];
pages.on('pageerror', (error) => bad.push(error.message));
pages.on('response', (answer) => { if (answer.status() >= 400) failed.push(`${answer.status()} ${answer.url()}`); });
pages.on('request', (request) => { if (!request.url().startsWith(base) && !/^(blob|data):/.test(request.url())) failed.push(`left the host: ${request.url()}`); });
await pages.addInitScript((list) => document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective}`)), []);
pages.on('console', (said) => { if (said.text().startsWith('policy:')) failed.push(said.text()); });
const leaves = [], walk = (list) => list.forEach((one) => { if (one.view) leaves.push(one.view); walk(one.children ?? []); });
walk((await (await context.request.get(`${base}/api/menus`)).json()).menus);
for (const view of leaves) {
  await pages.goto(`${base}/app/v/${view}`);
  await ready(pages);
  assert.deepEqual(failed, [], view);
}
assert.ok(leaves.length > 20, `${leaves.length}`);
ok(`${leaves.length} entries of the pages' menu open, with nothing refused`);

await pages.goto(`${base}/app/v/host.customers`);
await pages.getByText('Café Solrosen').first().waitFor();
ok('the customers are those of Tryton');

await pages.goto(`${base}/app/v/report.campaign_results`);
await ready(pages);
const result = await pages.locator('main').innerText();
assert.match(result, /^Höstmässan\t.*\t1,734.kr\t.500.kr\t1,234.kr\t/m);
await pages.screenshot({path: join(pictures, 'pages_results.png')});
ok("the campaign's net stands in its report");

await page.evaluate((hash) => { location.hash = hash; }, `${database}/model/sale.sale/${sale}`);
await page.locator('.form input').first().waitFor().catch(() => {});
await page.waitForFunction(() => [...document.querySelectorAll('input')].some((one) => one.value === 'Höstmässan'), null, {timeout: 60_000}).finally(() => page.screenshot({path: join(pictures, 'tryton_sale.png')}));
ok("the sale's form in Tryton names the campaign");
assert.deepEqual(bad, []);
await close();
console.log(`${good} ok`);
