// SPDX-License-Identifier: Apache-2.0
// What people are used to and what pleases them, on the real host where the data matters and on the made-up one where faults are
// asked for: search, records, references, exports, states, looks, reports, the budget.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {startFixture} from '../fixture/server.mjs';
import {open, ready} from './browser.mjs';
import {call, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

const download = async (page, press) => { const [file] = await Promise.all([page.waitForEvent('download'), press()]); return readFile(await file.path()); };

export const tests = {
  async 'rows come before the sums; a sum that cannot be told says so'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/activity.list', async (page) => {
      let free; const held = new Promise((done) => { free = done; });
      await page.route('**/api/actions/list.summary*', async (route) => { await held; await route.continue(); });
      await page.goto(`${demo.url}/app/v/opportunity.list?v=all`);
      await page.locator('.grid-body .grid-row .cell-link').first().waitFor();
      assert.match(await page.locator('.grid-foot').textContent(), /…/);
      free();
      await page.locator('.grid-foot .sum').first().waitFor();
      await page.unroute('**/api/actions/list.summary*');
      await page.route('**/api/actions/list.summary*', (route) => route.abort());
      await page.goto(`${demo.url}/app/v/opportunity.list?v=all&s=title`);
      await page.locator('.grid-foot', {hasText: 'summan ej beräknad'}).waitFor();
      assert.ok(await page.locator('.grid-body .grid-row').count() > 5);
    });
  },
  async 'a view that one shares stands with all, marked by whose it is'({demo}) {
    await within(demo.url, {login: 'admin', width: 1440}, '/app/v/lead.list?f=kind:eq:company', async (page) => {
      await page.getByRole('button', {name: 'Spara vy'}).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Namn').fill('Bara företag');
      await dialog.getByLabel('Dela med alla').check();
      await dialog.getByRole('button', {name: 'Spara'}).click();
      await page.locator('.tab[aria-pressed="true"]', {hasText: 'Bara företag'}).waitFor();
      await within(demo.url, {login: 'erik', width: 1440}, '/app/v/lead.list', async (other) => {
        const tab = other.locator('.tab', {hasText: 'Bara företag'});
        await tab.waitFor();
        assert.equal(await tab.locator('[title]').getAttribute('title'), 'Delad av Administratör');
        await tab.click();
        await other.locator('.chip', {hasText: 'Företag'}).waitFor();
        assert.equal(await other.getByRole('button', {name: 'Ta bort vyn'}).count(), 0, 'only who shares it takes it away');
        await other.getByRole('button', {name: 'Rensa alla'}).click();
        await other.getByRole('button', {name: 'Spara vy'}).click();
        assert.equal(await other.getByRole('dialog').getByLabel('Dela med alla').count(), 0, 'sharing is a right');
      });
      await page.getByRole('button', {name: 'Ta bort vyn'}).click();
      await page.locator('.tab', {hasText: 'Bara företag'}).waitFor({state: 'detached'});
    });
  },
  async 'all hits are changed at once, each with its result'() {
    const host = await startFixture({rows: 60});
    try {
      await within(host.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
        await page.locator('.grid-box').focus();
        await page.keyboard.press('Space');
        await page.getByRole('button', {name: 'Markera alla 60 träffar'}).click();
        await page.locator('.bulk', {hasText: '60 markerade'}).waitFor();
        await page.getByRole('button', {name: 'Ändra …'}).click();
        await page.getByRole('dialog').getByLabel('Planerad stängning').fill('2027-03-01');
        await page.getByRole('dialog').getByRole('button', {name: 'Ändra …'}).click();
        await page.getByRole('dialog', {name: 'Vad som hände med varje rad'}).getByText('52 ändrade, 8 nekade').waitFor();
        assert.deepEqual([host.byId(60).cells.planned_close, host.byId(7).cells.planned_close === '2027-03-01'], ['2027-03-01', false]);
      });
    } finally { await host.close(); }
  },
  async 'the search finds customers, deals and leads; an action is run on the open record from it'({demo}) {
    await within(demo.url, {login: 'admin'}, '/app/v/opportunity.list', async (page, user) => {
      await page.keyboard.press('Control+k');
      const box = page.getByRole('combobox', {name: 'Sök och gå till'});
      await box.fill('Fjäll');
      for (const group of ['Kunder', 'Leads']) await page.locator('.palette .pop-head', {hasText: group}).waitFor();
      await page.getByRole('option', {name: /Fjällkraft AB/}).first().click();
      await page.waitForURL(/lead\.form\/\d+/); await ready(page);
      const id = Number(/form\/(\d+)/.exec(page.url())[1]);
      await page.keyboard.press('Control+k');
      await page.locator('.palette .pop-head', {hasText: 'Gör med detta'}).waitFor();
      await page.getByRole('option', {name: /Börja bearbeta|Bearbeta|arbeta/i}).first().click();
      await page.locator('.toast').first().waitFor();
      assert.equal((await call(user, demo.url, 'list.record', {list: 'lead', id})).cells.status, 'working');
    });
  },
  async 'a record shows facts, steps and tabs, its neighbours in the list, and a step back'({demo}) {
    await within(demo.url, {login: 'erik', width: 1440}, '/app/v/opportunity.list', async (page, user) => {
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', {name: 'Egen sida'}).click();
      await page.waitForURL(/opportunity\.form\/\d+/); await ready(page);
      const id = Number(/form\/(\d+)/.exec(page.url())[1]), {cells, title} = await call(user, demo.url, 'list.record', {list: 'opportunity', id});
      assert.equal(await page.locator('h1').textContent(), title);
      assert.match(await page.locator('.facts').textContent(), new RegExp(cells.customer.title));
      assert.equal(await page.locator('.path [aria-current="step"]').textContent(), cells.step.title);
      await page.getByRole('tab', {name: 'Tidslinje'}).focus();
      await page.keyboard.press('ArrowRight');
      assert.equal(await page.getByRole('tab', {name: 'Aktiviteter'}).getAttribute('aria-selected'), 'true');
      await page.waitForURL(/tab=1/);
      const other = page.locator('.path button').filter({hasNotText: cells.step.title}).first(), step = await other.textContent();
      await other.click();
      await page.locator('.toast', {hasText: `flyttad till ${step}`}).waitFor();
      await page.locator('.toast').getByRole('button', {name: 'Ångra'}).click();
      await page.waitForFunction((was) => document.querySelector('.path [aria-current="step"]')?.textContent === was, cells.step.title);
      await page.getByRole('button', {name: 'Nästa post'}).click();
      await page.waitForURL((address) => !address.pathname.endsWith(`/${id}`));
      await page.getByRole('button', {name: 'Föregående post'}).click();
      await page.waitForURL((address) => address.pathname.endsWith(`/${id}`));
    });
  },
  async 'a reference offers what was picked lately and leads to the record; a calendar begins on Monday and counts weeks'({demo}) {
    await within(demo.url, {login: 'maria', width: 1280}, '/app/v/opportunity.form/new', async (page) => {
      const box = page.getByRole('combobox', {name: 'Kund'});
      await box.fill('1006');
      await page.getByRole('option', {name: /C1006/}).first().click();
      const picked = await box.inputValue();
      await page.getByRole('link', {name: `Öppna: ${picked}`}).waitFor();
      await page.locator('#f-planned_close').locator('xpath=..').getByRole('button', {name: 'Välj datum'}).click();
      assert.deepEqual((await page.locator('.month thead th').allTextContents()).slice(0, 3), ['Vecka', 'må', 'ti']);
      assert.match(await page.locator('.month tbody th').first().textContent(), /^\d{1,2}$/);
      await page.keyboard.press('Home');
      await page.waitForFunction(() => /^måndag/i.test(document.activeElement?.getAttribute('aria-label') ?? ''));
      // A key that follows at once finds the focus where the last one led, before anything is painted.
      assert.deepEqual(await page.evaluate(async () => {
        const soon = () => new Promise((done) => { const after = new MessageChannel(); after.port1.onmessage = done; after.port2.postMessage(0); }), led = [];
        for (const key of ['End', 'ArrowRight', 'ArrowLeft', 'Home']) { document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); await soon(); led.push((document.activeElement.getAttribute('aria-label') ?? '').split(' ')[0].toLowerCase()); }
        return led;
      }), ['söndag', 'måndag', 'söndag', 'måndag']);
      await page.keyboard.press('Enter');
      assert.match(await page.locator('#f-planned_close').inputValue(), /^\d{4}-\d\d-\d\d$/);
      await page.goto(`${demo.url}/app/v/project.form/new`); await ready(page);
      await page.getByRole('dialog').getByRole('button', {name: 'Kasta ändringar'}).click({timeout: 1000}).catch(() => undefined);
      await page.getByRole('combobox', {name: 'Kund'}).click();
      await page.getByRole('option').first().waitFor();
      assert.match(await page.getByRole('option').first().textContent(), new RegExp(picked));
    });
  },
  async 'my day is one\'s own, or all that one sees: at first what there is, then as chosen last; few rows and how many there are'({demo}) {
    const block = (page, title) => page.locator('.home-block', {has: page.getByRole('heading', {name: title, exact: true})});
    await within(demo.url, {login: 'erik', width: 1440}, '/app/v/sales.home', async (page) => {
      await page.getByRole('button', {name: 'Mina', pressed: true}).waitFor();
      await page.locator('.home-block tbody tr').first().waitFor();
      assert.equal(await page.locator('.home-block tbody .avatar').count(), 0, 'one\'s own rows need no name');
    });
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/sales.home', async (page) => {
      await page.getByRole('button', {name: 'Alla jag ser', pressed: true}).waitFor();
      const rows = block(page, 'Står stilla').locator('tbody tr');
      await rows.first().waitFor();
      assert.equal(await rows.count(), 6);
      assert.match(await block(page, 'Står stilla').locator('.table-more').textContent(), /^6 av \d+$/);
      assert.ok(await rows.first().locator('.avatar').count() === 1, 'whose it is');
      await page.getByRole('button', {name: 'Mina'}).click();
      await block(page, 'Står stilla').getByText('Inget står stilla').waitFor();
      assert.equal(await block(page, 'Behöver uppmärksamhet').locator('tbody tr').count(), 0);
      await page.reload(); await ready(page);
      await page.getByRole('button', {name: 'Mina', pressed: true}).waitFor();
      await page.getByRole('button', {name: 'Alla jag ser'}).click();
      await block(page, 'Behöver uppmärksamhet').locator('tbody tr').first().waitFor();
    });
  },
  async 'thirty cards and then more; among the months a move is a new closing date'({demo}) {
    const host = await startFixture({rows: 400});
    try {
      await within(host.url, {width: 1600}, '/app/v/opportunity.board?v=all', async (page) => {
        const column = page.locator('.col').first();
        await column.locator('.col-card').first().waitFor();
        assert.equal(await column.locator('.col-card').count(), 30);
        await column.getByRole('button', {name: /till$/}).click();
        await page.waitForFunction(() => document.querySelectorAll('.col')[0].querySelectorAll('.col-card').length === 60);
      });
    } finally { await host.close(); }
    await within(demo.url, {login: 'maria', width: 1600}, '/app/v/opportunity.forecast_board', async (page, user) => {
      const card = page.locator('.col').nth(1).locator('.col-card').first(), id = Number(await card.getAttribute('data-card')), was = (await call(user, demo.url, 'list.record', {list: 'opportunity', id})).cells.planned_close;
      await card.focus();
      await page.keyboard.press('Space'); await page.keyboard.press('ArrowRight'); await page.keyboard.press('Space');
      await page.locator('.toast', {hasText: 'flyttad till'}).waitFor();
      const now = (await call(user, demo.url, 'list.record', {list: 'opportunity', id})).cells.planned_close, next = new Date(Date.UTC(Number(was.slice(0, 4)), Number(was.slice(5, 7)), 1)).toISOString().slice(0, 7);
      assert.equal(now.slice(0, 7), next);
      await page.locator('.toast').getByRole('button', {name: 'Ångra'}).click();
      await page.locator('.toast', {hasText: 'Ångrat'}).waitFor();
      assert.equal((await call(user, demo.url, 'list.record', {list: 'opportunity', id})).cells.planned_close, was);
    });
  },
  async 'what is seen is exported: filter, order and columns, as CSV and workbook; print leaves the tools out'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/opportunity.list?v=all&f=status:eq:won&s=-company_amount', async (page) => {
      await page.getByRole('button', {name: 'Kolumner'}).click();
      await page.getByRole('dialog').getByLabel('Viktat', {exact: true}).uncheck();
      await page.keyboard.press('Escape');
      const heads = await page.locator('.grid-head .head-btn').allTextContents(), first = await page.locator('.grid-body .grid-row .cell-link').first().textContent(), total = Number(/\d+/.exec(await page.locator('.page-head [role=status]').textContent())[0]);
      const press = (name) => async () => { await page.locator('.page-head').getByRole('button', {name: 'Mer'}).click(); await page.getByRole('menuitem', {name}).click(); };
      const lines = (await download(page, press('Exportera (CSV)'))).toString('utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/);
      assert.equal(lines.length, total + 1);
      const names = lines[0].split(';').map((one) => one.replace(/^"|"$/g, ''));
      assert.equal(names.length, heads.length);
      assert.ok(!names.includes('Viktat') && names.includes('Kund'));
      assert.ok(lines[1].includes(first), `${lines[1]} is not ${first}`);
      assert.equal((await download(page, press('Exportera (Excel)'))).subarray(0, 2).toString(), 'PK');
      await page.emulateMedia({media: 'print'});
      for (const tool of ['.side', '.topbar', '.list-tools']) assert.equal(await page.locator(tool).isVisible(), false, tool);
      assert.ok(await page.locator('h1').isVisible() && await page.locator('.grid-row').first().isVisible());
    });
  },
  async 'empty, loading, broken and forbidden pages each say what to do'({demo, empty}) {
    await within(demo.url, {login: 'erik'}, '/app/v/opportunity.list?v=all&q=finnsinte', async (page, user) => {
      await page.getByRole('heading', {name: 'Inga träffar'}).waitFor();
      await page.locator('.state').getByRole('button', {name: 'Rensa alla'}).click();
      await page.locator('.grid-body .grid-row').first().waitFor();
      await page.goto(`${demo.url}/app/v/step.list`);
      await page.locator('.state').getByText(/rättigheten|tagits bort/).waitFor();
      let release; const held = new Promise((done) => { release = done; });
      await page.route('**/api/actions/list.query*', async (route) => { await held; await route.abort(); });
      await page.goto(`${demo.url}/app/v/lead.list`);
      await page.locator('[aria-busy="true"] .skeleton, .skeleton').first().waitFor();
      release();
      await page.locator('.state.danger').getByRole('button', {name: 'Försök igen'}).waitFor();
      await page.unroute('**/api/actions/list.query*');
      await page.locator('.state.danger').getByRole('button', {name: 'Försök igen'}).click();
      await page.locator('.grid-body .grid-row').first().waitFor();
      await user.context.clearCookies();
      await page.goto(`${demo.url}/app/v/lead.list`);
      await page.waitForURL(/login\?next=/);
    });
    await within(empty.url, {login: 'admin'}, '/app/v/campaign.list?v=all', async (page) => {
      await page.locator('.state').getByRole('link', {name: 'Ny kampanj'}).waitFor();
    });
  },
  async 'rows are cosy or compact, the look light, dark or strong in contrast, and it is remembered'({demo}) {
    await within(demo.url, {login: 'erik'}, '/app/v/opportunity.list', async (page) => {
      const height = () => page.locator('.grid-body .grid-row').first().evaluate((row) => row.offsetHeight), ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const cosy = await height(), light = await ground();
      await page.getByRole('button', {name: /Dina inställningar|Erik Lindqvist/}).first().click();
      await page.getByRole('button', {name: 'Kompakt'}).click();
      await page.getByRole('button', {name: 'Mörkt'}).click();
      await page.reload(); await ready(page);
      assert.ok(await height() < cosy);
      const dark = await ground();
      assert.notEqual(dark, light);
      await page.getByRole('button', {name: /Dina inställningar|Erik Lindqvist/}).first().click();
      await page.getByRole('button', {name: 'Kontrast'}).click();
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'contrast');
      assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector('.badge')).borderTopColor), 'rgba(0, 0, 0, 0)');
    });
  },
  async 'any number of a report leads to the rows behind it'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/report.pipeline', async (page, user) => {
      const row = page.locator('table.plain tbody tr').filter({hasText: 'Förhandling'}).first();
      await row.locator('td').first().click();
      await page.waitForURL(/opportunity\.list.*step/); await ready(page);
      await page.locator('.chip', {hasText: 'Förhandling'}).waitFor();
      await page.goto(`${demo.url}/app/v/report.forecast?p.rows=month&p.columns=seller`); await ready(page);
      const cell = page.locator('table.plain tbody td.pick').filter({hasText: /[1-9]/}).first();
      await cell.click();
      await page.waitForURL(/opportunity\.list/); await ready(page);
      assert.equal(await page.locator('.chip').count(), 2, 'the month and the seller');
      void user;
    });
  },
  async 'pipeline and forecast as they were on a day: that day is told, what was frozen stands there, and nothing leads to what is now'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/report.pipeline', async (page, user) => {
      const {snapshots: [newest, ...older]} = await call(user, demo.url, 'forecast.snapshots', {}), frozen = older.find((one) => one.origin === 'daily') ?? older[0] ?? newest;
      const report = async (params) => (await (await user.context.request.get(`${demo.url}/api/reports/pipeline?lang=sv&params=${encodeURIComponent(JSON.stringify(params))}`)).json());
      const then = await report({rows: 'step', as_of: frozen.as_of});
      assert.equal(then.as_of, frozen.as_of);
      assert.notDeepEqual(then.totals, (await report({rows: 'step', filter: {status: 'open'}})).totals);
      await page.getByLabel('Som det var den').fill(frozen.as_of); await page.keyboard.press('Tab');
      await page.waitForURL(/p\.as_of=/); await page.locator('.page-help', {hasText: frozen.origin === 'backtest' ? /sammanställt i efterhand/ : /fryst/}).waitFor();
      assert.equal(await page.locator('table.plain tbody tr').count(), then.rows.length);
      const told = (text) => text.replace(/[^0-9,]/g, '');
      assert.equal(told(await page.locator('table.plain tfoot td').nth(1).textContent()), String(then.totals.measures.count));
      assert.equal(await page.locator('table.plain .pick, table.plain tbody button').count(), 0);
      await page.goto(`${demo.url}/app/v/report.pipeline?p.as_of=1999-01-01`); await ready(page);
      await page.getByText(/ingen fryst prognos för 1999-01-01/).waitFor();
      await page.goto(`${demo.url}/app/v/report.forecast?p.as_of=${frozen.as_of}`); await ready(page);
      await page.locator('.page-help', {hasText: /fryst/}).waitFor();
    });
  },
  async 'the forecast tells why: what moved between two days as a waterfall, with the same numbers as a table'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/report.forecast_bridge', async (page) => {
      await page.locator('.chart svg.plot').first().waitFor();
      const texts = await page.locator('.chart svg.plot text').allTextContents();
      assert.ok(texts.length > 4, 'the bars are named');
      await page.getByRole('button', {name: 'Visa som tabell'}).click();
      assert.ok(await page.locator('.chart table tbody tr').count() >= 3);
      await page.goto(`${demo.url}/app/v/report.forecast`); await ready(page);
      await page.locator('.chart .band').first().waitFor();
      assert.match(await page.locator('.legend').textContent(), /Budget/);
    });
  },
  async 'a block of a spreadsheet is looked at before it lands in the budget; a row is spread, grown by per cent, taken back'({demo}) {
    await within(demo.url, {login: 'admin', width: 1440}, '/app/v/sales_budget.matrix?p.year=2028', async (page, user) => {
      const grid = page.locator('.matrix-box'), load = async () => (await call(user, demo.url, 'budget.load', {year: 2028})).rows;
      await grid.waitFor();
      await grid.focus();
      await page.evaluate(() => { const data = new DataTransfer(); data.setData('text/plain', '1 000\t2 000,50\r\n3000\tmycket\r\n'); document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); });
      const dialog = page.getByRole('dialog', {name: 'Klistra in: titta först'});
      await dialog.getByText('1 går inte att läsa').waitFor();
      assert.match(await dialog.locator('table').textContent(), /2\s000,50/);
      await dialog.getByRole('button', {name: 'Klistra in 3 värden'}).click();
      await page.locator('.save-bar', {hasText: '3 ändrade rutor'}).waitFor();
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'Sparat'}).waitFor();
      const rows = await load();
      assert.deepEqual(rows[0].values.slice(0, 2), [100_000, 200_050]);
      assert.equal(rows[1].values[0], 300_000);

      const tools = page.locator('.matrix tbody tr').first().getByRole('button', {name: /^Mer/});
      await tools.click();
      await page.getByRole('menuitem', {name: /Historik/}).click();
      await page.getByRole('dialog', {name: /Ändringar/}).getByRole('row', {name: /jan\. 2028.*–.*1\s000/}).waitFor();
      await page.keyboard.press('Escape');
      await tools.click();
      await page.getByRole('menuitem', {name: /Fördela/}).click();
      const fill = page.getByRole('dialog');
      await fill.getByLabel('Årets summa').fill('120 000');
      await fill.getByRole('button', {name: 'Fördela'}).click();
      await page.locator('.matrix tbody tr').first().locator('td.total', {hasText: /120\s000/}).waitFor();
      await tools.click();
      await page.getByRole('menuitem', {name: /Fjolåret/}).click();
      await page.getByRole('dialog').getByLabel('Ändring i %').fill('10');
      await page.getByRole('dialog').getByRole('button', {name: 'Fördela'}).click();
      await page.getByRole('dialog').waitFor({state: 'detached'});
      const last = (await call(user, demo.url, 'budget.load', {year: 2027})).rows[0].values.reduce((all, one) => all + (one ?? 0), 0), grown = Math.round(last * 1.1 / 100).toLocaleString('sv-SE').replace(/\s/g, '\\s');
      await page.locator('.matrix tbody tr').first().locator('td.total', {hasText: new RegExp(grown)}).waitFor();
      await grid.focus();
      await page.keyboard.press('Control+z');
      await page.locator('.matrix tbody tr').first().locator('td.total', {hasText: /120\s000/}).waitFor();
      await page.getByRole('button', {name: 'Kasta'}).click();
      assert.deepEqual((await load())[0].values.slice(0, 2), [100_000, 200_050], 'nothing more was saved');
    });
  },
  async 'a budget has versions: one is tried beside the one in force, named, put in force, locked; a season is looked at before it is saved'({demo}) {
    await within(demo.url, {login: 'admin', width: 1440}, '/app/v/sales_budget.matrix?p.year=2029', async (page, user) => {
      const head = page.locator('.page-head'), more = async (name) => { await head.getByRole('button', {name: 'Mer'}).click(); await page.getByRole('menuitem', {name}).click(); }, rows = (await call(user, demo.url, 'budget.load', {year: 2029})).rows;
      await call(user, demo.url, 'budget.set_total', {year: 2029, rows: [{row: rows[0].key, total: 120_000}]});
      await call(user, demo.url, 'budget.set', {year: 2028, cells: [{row: rows[0].key, column: '2028-01', minor: 100}, {row: rows[0].key, column: '2028-02', minor: 300}]});
      await page.reload(); await ready(page);
      await page.locator('td.total', {hasText: /1\s200/}).first().waitFor();
      await more('Ny version …');
      await page.getByRole('dialog').getByLabel('Rubrik').fill('Försiktig');
      await page.getByRole('dialog').getByRole('button', {name: 'Ny version'}).click();
      await page.waitForURL(/p\.budget=\d+/);
      const versions = head.getByLabel('Version');
      await versions.waitFor();
      assert.match(await versions.locator('option:checked').textContent(), /Försiktig/);
      await page.locator('td.total', {hasText: /1\s200/}).first().waitFor();
      // By last year's season: it stands in the grid, unsaved, and steps back.
      await head.getByRole('button', {name: 'Sprid efter en säsong'}).click();
      await page.getByRole('dialog').getByLabel('Från året').selectOption('2028');
      await page.getByRole('dialog').getByRole('button', {name: 'Sprid efter en säsong'}).click();
      await page.locator('.save-bar').waitFor();
      assert.equal((await call(user, demo.url, 'budget.load', {year: 2029, budget: Number(new URL(page.url()).searchParams.get('p.budget'))})).rows.find((one) => one.key === rows[0].key).values[0], 10_000, 'nothing is saved yet');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'Sparat'}).waitFor();
      const tried = Number(new URL(page.url()).searchParams.get('p.budget'));
      const of = async (more_) => (await call(user, demo.url, 'budget.load', {year: 2029, ...more_})).rows.find((one) => one.key === rows[0].key).values;
      assert.deepEqual((await of({budget: tried})).slice(0, 2), [30_000, 90_000], 'a quarter and three');
      assert.equal((await of({}))[0], 10_000, 'the one in force is as it was');
      await more('Låt gälla');
      await page.locator('.toast', {hasText: 'Låt gälla'}).waitFor();
      assert.equal((await of({}))[0], 30_000);
      await more('Lås');
      await page.locator('.save-bar').waitFor({state: 'detached'});
      await page.waitForFunction(() => document.querySelector('.matrix td[aria-readonly="true"]'));
      await more('Lås upp');
      await page.waitForFunction(() => !document.querySelector('.matrix td[aria-readonly="true"]'));
      // With a group chosen, saving still saves: on a slow machine no key is lost, and what stands in the open cell is saved with the rest.
      const {rows: groups} = await call(user, demo.url, 'list.query', {list: 'group', limit: 50}), inGroup = async (group) => (await call(user, demo.url, 'budget.load', {year: 2029, group})).rows;
      let group = null;
      for (const one of groups) if (group === null && (await inGroup(one.id)).length > 1) group = one.id;
      await page.goto(`${demo.url}/app/v/sales_budget.matrix?p.year=2029&p.group=${group}`); await ready(page);
      const machine = await page.context().newCDPSession(page);
      await machine.send('Emulation.setCPUThrottlingRate', {rate: 20});
      await page.locator('.matrix-box').focus();
      await page.keyboard.type('771'); await page.keyboard.press('Enter');
      await page.keyboard.type('882'); await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'Sparat'}).waitFor();
      await machine.detach();
      assert.deepEqual((await inGroup(group)).slice(0, 2).map((one) => one.values[0]), [77_100, 88_200]);
    });
  },
  async 'a block of a spreadsheet is pasted into a list: its columns named, checked row by row, written, and taken back'({demo}) {
    await within(demo.url, {login: 'admin', width: 1440}, '/app/v/opportunity.list?v=all', async (page, user) => {
      const paste = (text) => page.evaluate((clip) => { document.querySelector('.grid-box').focus(); const data = new DataTransfer(); data.setData('text/plain', clip); document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }, text);
      await paste('Inklistrad ett\tC1001\r\nInklistrad två\tC1002\r\nInklistrad tre\tfinns inte\r\n');
      const dialog = page.getByRole('dialog', {name: /Klistra in i/});
      await dialog.locator('thead th').first().waitFor();
      assert.deepEqual((await dialog.locator('thead th').allTextContents()).slice(0, 2), ['Rubrik', 'Kund'], 'named by the columns it was pasted on');
      assert.equal(await dialog.getByLabel('Första raden är rubriker').isChecked(), false);
      await page.keyboard.press('Escape');
      await dialog.waitFor({state: 'detached'});
      await paste('Rubrik\tKund\r\nInklistrad ett\tC1001\r\nInklistrad två\tC1002\r\nInklistrad tre\tfinns inte\r\n');
      await dialog.locator('tbody tr').nth(2).waitFor();
      assert.equal(await dialog.getByLabel('Första raden är rubriker').isChecked(), true);
      assert.equal(await dialog.locator('tbody tr').count(), 3);
      await dialog.getByRole('button', {name: 'Gå vidare med 3 rader'}).click();
      await page.waitForURL(/import\.wizard/);
      await page.getByLabel('Fält: Rubrik').waitFor();
      assert.notEqual(await page.getByLabel('Fält: Kund').inputValue(), '', 'matched by itself');
      await page.getByRole('button', {name: /^Kontrollera/}).click();
      await page.locator('.badge', {hasText: /2 .*(rader|rad)/}).first().waitFor();
      await page.getByRole('button', {name: /^Importera/}).click();
      await page.getByRole('button', {name: /^Ta tillbaka|^Ångra/}).waitFor();
      assert.equal((await call(user, demo.url, 'list.summary', {list: 'opportunity', search: 'Inklistrad'})).total, 2);
      await page.getByRole('button', {name: /^Ta tillbaka|^Ångra/}).click();
      await page.locator('.notice.success', {hasText: /tillbaka|ångra/i}).waitFor();
      assert.equal((await call(user, demo.url, 'list.summary', {list: 'opportunity', search: 'Inklistrad'})).total, 0);
    });
  },
  async 'the measure of waiting looks at painted rows: it grows with a slow host, and its first row is the host\'s'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/campaign.list', async (page, user) => {
      const {clickTo} = await import('../bench/measure.mjs'), quick = await clickTo(page, 'opportunity.list', ['rows', 'totals']);
      const {rows: [first]} = await call(user, demo.url, 'list.query', {list: 'opportunity', filter: [{field: 'status', op: '=', value: 'open'}], sort: ['planned_close'], limit: 1});
      assert.equal(await page.evaluate(() => window.watch.rows()[0].querySelector('.cell-link').textContent), first.title);
      assert.ok(quick.rows > 0 && quick.totals > 0, JSON.stringify(quick));
      const board = await clickTo(page, 'opportunity.board', ['sums', 'cards']);
      assert.ok(board.sums > 0 && board.cards >= board.sums, JSON.stringify(board));
      // Held back by so much, the same is that much later: what is measured is what can be seen.
      const HELD = 900;
      await page.goto(`${demo.url}/app/v/campaign.list`); await ready(page);
      await page.route('**/api/actions/list.query*', async (route) => { await new Promise((done) => setTimeout(done, HELD)); await route.continue(); });
      assert.ok((await clickTo(page, 'opportunity.list', ['rows'])).rows >= HELD);
      await page.unroute('**/api/actions/list.query*');
    });
    const {scrolling} = await import('../bench/measure.mjs'), host = await startFixture({rows: 3000});
    try {
      const seen = await scrolling(host.url, {login: null, seconds: 1});
      for (const [how, figures] of Object.entries(seen)) assert.ok(figures.frames > 3 && figures.moved_px > 500 && figures.row_blank_longest_ms >= 0 && figures.of === 3000, `${how}: ${JSON.stringify(figures)}`);
      assert.ok(Object.values(seen).every((one) => one.at_row > 2), 'it did scroll');
    } finally { await host.close(); }
  },
};
