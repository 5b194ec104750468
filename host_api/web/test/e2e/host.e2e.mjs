// SPDX-License-Identifier: Apache-2.0
// The renderer on the real host with the demo company: every page of the menus, in three languages, light and dark, as pictures
// in build/screenshots; and a seller's day, a marketing manager's campaign, an administrator's set-up from an empty company.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {axe, open, ready, shot} from './browser.mjs';

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

export async function before() {
  const folder = mkdtempSync(join(tmpdir(), 'pages-')), demo = join(folder, 'demo'), empty = join(folder, 'empty');
  const laid = spawnSync('python3', [join(root, 'packaging/demo_company.py'), '--host', program, '--data', demo], {encoding: 'utf8'});
  if (laid.status !== 0) throw new Error(laid.stderr);
  action(empty, 'user.create', {login: 'admin', password: 'nordljus', name: 'Administratör', roles: ['administrator']});
  return {folder, demo: await serve(demo), empty: await serve(empty)};
}
export async function after({folder, demo, empty}) { demo.child.removeAllListeners('exit'); empty.child.removeAllListeners('exit'); demo.child.kill(); empty.child.kill(); rmSync(folder, {recursive: true, force: true}); }

async function within(base, options, path, work) {
  const user = await open(base, options);
  let bad = [];
  try { await user.visit(path); await work(user.page, user); } finally { bad = await user.end(); }
  assert.deepEqual(bad, []);
}
const call = async (user, base, name, input) => { const answer = await user.context.request.post(`${base}/api/actions/${name}?lang=sv`, {data: input}); const body = await answer.json(); assert.ok(answer.ok(), `${name}: ${JSON.stringify(body)}`); return body; };
async function leaves(user, base) {
  const {menus} = await (await user.context.request.get(`${base}/api/menus?lang=sv`)).json(), out = [];
  const walk = (list) => { for (const entry of list) { if (entry.view) out.push(entry.view); walk(entry.children); } };
  walk(menus);
  return [...new Set(out)];
}
const PICTURES = ['sales.home', 'opportunity.list', 'opportunity.board', 'opportunity.form', 'campaign.form', 'report.sales'];

export const tests = {
  async 'every entry of the menu opens a working page, for each role'({demo}) {
    for (const login of ['admin', 'maria', 'erik', 'linda']) {
      await within(demo.url, {login}, '/app/', async (page, user) => {
        for (const view of await leaves(user, demo.url)) {
          await page.goto(`${demo.url}/app/v/${view}`); await ready(page);
          assert.equal(await page.locator('main .state.danger, main .notice.danger, main .notice.warn').count(), 0, `${login}: ${view}: ${await page.locator('main').textContent().then((text) => text.slice(0, 200))}`);
          for (const grid of await page.locator('main .grid-box[aria-rowcount]').all()) {
            if (Number(await grid.getAttribute('aria-rowcount')) > 1) assert.ok(await grid.locator('.grid-body [role="row"]').count() > 0, `${login}: ${view} counts rows and shows none`);
          }
        }
      });
    }
  },
  async 'no violation by axe on any page of the menu, light and dark'({demo}) {
    const found = [];
    for (const dark of [false, true]) {
      await within(demo.url, {login: 'admin', dark}, '/app/', async (page, user) => {
        for (const view of [...await leaves(user, demo.url), 'opportunity.board', 'opportunity.forecast_board', 'opportunity.form/1', 'lead.form/1', 'campaign.form/1', 'customer.form/1', 'report.sales', 'report.campaign_results']) {
          await page.goto(`${demo.url}/app/v/${view}`); await ready(page);
          for (const one of await axe(page)) found.push(`${dark ? 'dark' : 'light'} ${view} ${one}`);
        }
      });
    }
    assert.deepEqual(found, []);
  },
  async 'pictures: light and dark, desktop and phone'({demo}) {
    for (const dark of [false, true]) {
      for (const [size, width, height] of [['desktop', 1440, 900], ['phone', 390, 844]]) {
        await within(demo.url, {login: 'erik', dark, width, height}, '/app/', async (page, user) => {
          for (const view of PICTURES) {
            const list = /^(\w+)\.form$/.exec(view)?.[1], record = list ? `/${(await call(user, demo.url, 'list.query', {list, limit: 1})).rows[0].id}` : '';
            await page.goto(`${demo.url}/app/v/${view}${record}`); await ready(page); await shot(page, `${view.replace(/\W/g, '_')}_${size}_${dark ? 'dark' : 'light'}`); assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${view} is wider than ${width}`);
          }
        });
      }
    }
  },
  async 'the pages speak Swedish, Norwegian and English'({demo}) {
    for (const [language, title, search] of [['sv', 'Säljmöjligheter', 'Sök …'], ['nb', 'Salgsmuligheter', 'Søk …'], ['en', 'Sales opportunities', 'Search …']]) {
      await within(demo.url, {login: 'erik', language}, '/app/v/opportunity.list', async (page) => {
        assert.equal(await page.locator('h1').textContent(), title);
        assert.equal(await page.getByRole('searchbox').getAttribute('placeholder'), search);
        assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      });
    }
  },
  async 'a seller\'s day: lead, convert, board by mouse and keyboard, won, order, invoice; the campaign\'s result changes while open'({demo}) {
    const marketing = await open(demo.url, {login: 'linda', width: 1440}), admin = await open(demo.url, {login: 'admin'});
    const campaign = (await call(admin, demo.url, 'campaign.create', {title: 'Vårens test', medium: 'web'})).id;
    await marketing.visit(`/app/v/campaign.form/${campaign}`);
    const invoicedNow = () => marketing.page.locator('main').textContent();
    const beforeText = await invoicedNow();
    await within(demo.url, {login: 'erik', width: 1600}, '/app/v/lead.form/new', async (page, user) => {
      await page.getByLabel('Namn', {exact: true}).or(page.getByLabel(/^Namn/)).first().fill('Testföretaget AB');
      await page.getByRole('button', {name: 'Skapa'}).click();
      await page.waitForURL(/lead\.form\/\d+/); await ready(page);
      await page.locator('.form-head').getByRole('button', {name: 'Konvertera till kund'}).click();
      await page.getByRole('dialog').getByRole('button', {name: 'Konvertera till kund'}).click();
      await page.locator('.toast').first().waitFor();
      const {items: [customer]} = await call(user, demo.url, 'list.lookup', {list: 'customer', text: 'Testföretaget', limit: 5});
      assert.ok(customer, 'the customer is there');
      await page.goto(`${demo.url}/app/v/opportunity.form/new?d.customer=${customer.id}&d.campaign=${campaign}`); await ready(page);
      await page.getByLabel('Rubrik').fill('Dagens affär');
      await page.locator('#f-amount').fill('125 000');
      await page.getByRole('button', {name: 'Skapa'}).click();
      await page.waitForURL(/opportunity\.form\/\d+/); await ready(page);
      const id = Number(/form\/(\d+)/.exec(page.url())[1]);
      const stepNow = async () => (await call(user, demo.url, 'list.record', {list: 'opportunity', id})).cells;
      await page.goto(`${demo.url}/app/v/opportunity.board?v=all&q=${encodeURIComponent('Dagens affär')}`); await ready(page);
      const card = page.locator(`[data-card="${id}"]`), from = await card.boundingBox(), to = await page.locator('.col').nth(1).boundingBox();
      await page.mouse.move(from.x + 60, from.y + 14); await page.mouse.down(); await page.mouse.move(from.x + 90, from.y + 40, {steps: 3}); await page.mouse.move(to.x + 80, to.y + 150, {steps: 6});
      await page.locator('.col.over').waitFor();
      await page.mouse.up();
      await page.locator('.toast', {hasText: 'flyttad till'}).waitFor();
      assert.equal((await stepNow()).step.title, 'Offert');
      await page.waitForFunction((one) => document.querySelectorAll('.col')[1]?.querySelector(`[data-card="${one}"]`), id);
      await card.focus();
      await page.keyboard.press('Space'); await page.keyboard.press('ArrowRight'); await page.keyboard.press('Space');
      await page.locator('.toast', {hasText: 'Förhandling'}).waitFor();
      assert.equal((await stepNow()).step.title, 'Förhandling');
      await page.goto(`${demo.url}/app/v/opportunity.form/${id}`); await ready(page);
      await page.locator('.form-head button', {hasText: /^(Vinn|Vunnen|Markera som vunnen|Stäng som vunnen)/}).first().click();
      await page.locator('.toast').first().waitFor();
      assert.equal((await stepNow()).status, 'won');
      const order = await call(admin, demo.url, 'order.create', {customer: customer.id, currency: 'SEK', state: 'draft', lines: [{net: 12500000, description: 'LED'}], opportunity: id});
      await call(admin, demo.url, 'order.confirm', {id: order.id});
      const invoice = await call(admin, demo.url, 'invoice.create', {order: order.id, lines: [{net: 12500000, description: 'LED', sources: [{order_line: order.lines[0].id}]}]});
      await call(admin, demo.url, 'invoice.post', {id: invoice.id});
    });
    await marketing.page.waitForFunction((was) => { const now = document.querySelector('main')?.textContent; return now && now !== was && now.replace(/\s/g, '').includes('125000'); }, beforeText);
    assert.deepEqual([...await marketing.end(), ...await admin.end()], []);
  },
  async 'an administrator sets up an empty company: a step, a group, the order of steps'({empty}) {
    await within(empty.url, {login: 'admin', width: 1440}, '/app/v/type.list', async (page) => {
      await page.getByRole('link', {name: /^Ny/}).first().click();
      await ready(page);
      for (const name of ['title_sv', 'title_nb', 'title_en']) await page.locator(`#f-${name}`).fill('Ombyggnad');
      await page.getByRole('button', {name: 'Skapa'}).click();
      await page.waitForURL(/type\.form\/\d+/);
      await page.goto(`${empty.url}/app/v/type.list`); await ready(page);
      await page.locator('.grid-row', {hasText: 'Ombyggnad'}).waitFor();
      await page.goto(`${empty.url}/app/v/step.list`); await ready(page);
      const first = await page.locator('.grid-body .grid-row').first().textContent();
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await page.waitForFunction((was) => document.querySelector('.grid-body .grid-row')?.textContent !== was, first);
      await page.goto(`${empty.url}/app/v/group.tree`); await ready(page);
    });
  },
};
