// SPDX-License-Identifier: Apache-2.0
// From a number of a report to the lines of documents behind it, and back; reports on paper; what a parameter's record is called.
import assert from 'node:assert/strict';
import {open, ready} from './browser.mjs';
import {skip, within, world} from './world.mjs';

export {skip};
export const before = world;

const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/\u2212/g, '-').trim();
const minor = (text) => { const [, sign, whole, part = ''] = /^(-?)([\d ]+)(?:,(\d+))? kr$/.exec(plain(text)); return Number(sign + whole.replace(/ /g, '') + part.padEnd(2, '0')); };
const told = async (page) => plain(await page.locator('.tile dd').textContent());
const report = async (user, base, name, params) => (await user.context.request.get(`${base}/api/reports/${name}?lang=sv&params=${encodeURIComponent(JSON.stringify(params))}`)).json();
/** All lines that the page can be brought to show, and what they come to. */
async function sumOfLines(page) {
  for (const more = page.getByRole('button', {name: 'Visa fler'}); await more.count() > 0;) { const before = await page.locator('table.words tbody tr').count(); await more.click(); await page.waitForFunction((n) => document.querySelectorAll('table.words tbody tr').length !== n, before); }
  const at = (await page.locator('table.words thead th').allTextContents()).indexOf('Belopp') + 1;
  return (await page.locator(`table.words tbody td:nth-child(${at})`).allTextContents()).reduce((sum, text) => sum + minor(text), 0);
}

/** What is wrong with a report as it would be printed. */
const onPaper = (page) => page.evaluate(() => {
  const wrong = [], seen = (one) => { const box = one.getBoundingClientRect(); return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility !== 'hidden'; };
  for (const one of document.querySelectorAll('.side, .topbar, main :is(button, select, input, nav, [role="group"]), .toasts')) if (seen(one) && !one.closest('table') && !one.matches('svg *')) wrong.push(`to be pressed: ${one.className} ${one.textContent.slice(0, 30)}`);
  if (!seen(document.querySelector('main h1'))) wrong.push('no title');
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`${document.documentElement.scrollWidth} px wide on a sheet of ${innerWidth}`);
  for (const table of document.querySelectorAll('main table')) {
    const box = table.closest('.table-box');
    if (box && box.scrollWidth > box.clientWidth) wrong.push(`a table of ${box.scrollWidth} px in ${box.clientWidth}`);
    for (const cell of table.querySelectorAll('th, td')) { const at = cell.getBoundingClientRect(); if (at.right > innerWidth + 0.5 || at.left < -1 || cell.scrollWidth > cell.clientWidth + 1) { wrong.push(`cut: ${cell.textContent.slice(0, 40)}`); break; } }
  }
  for (const one of document.querySelectorAll('main .tile :is(dt, dd)')) if (one.scrollWidth > one.clientWidth + 1) wrong.push(`cut: ${one.textContent}`);
  // A number is one word: none goes on in the next line, where the sheet has room for it.
  for (const cell of document.querySelectorAll('main table:not(.columns-beyond) td.num')) { const range = document.createRange(); range.selectNodeContents(cell); if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) { wrong.push(`a broken number: ${cell.textContent}`); break; } }
  for (const chart of document.querySelectorAll('main .chart')) { const drawn = chart.querySelector('.chart-body svg'); if (drawn ? !seen(drawn) : !chart.querySelector('.chart-none')) wrong.push('a chart that is not drawn'); }
  return wrong;
});

export const tests = {
  async 'a number of the sales report leads to the lines behind it: their sum is the number; a line leads to its document, the way back to the report'({still}) {
    await within(still.url, {login: 'maria', width: 1440}, '/app/v/report.sales?p.rows=seller&p.columns=month&p.from=2026-01-01', async (page) => {
      await page.getByLabel('Siffror').selectOption('ordered');
      const cell = page.locator('table.plain tbody tr').nth(1).locator('td.pick').nth(2), number = plain(await cell.textContent()), seller = plain(await page.locator('table.plain tbody tr').nth(1).locator('th').textContent());
      await cell.scrollIntoViewIfNeeded();
      const down = await page.evaluate(() => scrollY), from = page.url();
      assert.ok(down > 0 && /m=ordered/.test(from));
      await cell.click();
      await page.waitForURL(/report\.sales_lines/); await ready(page);
      assert.equal(await told(page), number);
      assert.match(plain(await page.locator('.params-words').textContent()), new RegExp(`Säljare: ${seller}.*Månad: .* 2026.*Tal: Beställt.*Från: `));
      const sum = await sumOfLines(page);
      assert.equal(sum, minor(number));
      const line = page.locator('table.words tbody tr').first(), document = plain(await line.locator('td').nth(2).textContent()), words = plain(await line.locator('td').nth(3).textContent());
      await line.locator('td').nth(2).locator('a').click();
      await page.waitForURL(/order\.form\/\d+\?line=\d+/); await ready(page);
      assert.match(await page.locator('main h1').textContent(), new RegExp(document));
      const named = page.locator('table.plain tr.named[aria-current="true"]');
      assert.equal(await named.count(), 1, 'at the line');
      assert.match(words, new RegExp(`^\\d+ ${await named.locator('td').first().evaluate((cell) => cell.querySelector('input')?.value ?? cell.textContent)}$`));
      await page.goBack(); await page.waitForURL(/sales_lines/); await ready(page);
      assert.equal(await told(page), number);
      await page.goBack(); await page.waitForURL(/report\.sales\?/); await ready(page);
      assert.equal(page.url(), from);
      assert.equal(await page.getByLabel('Siffror').inputValue(), 'ordered');
      await page.waitForFunction((y) => Math.abs(scrollY - y) < 2, down);
      await page.goForward(); await page.waitForURL(/sales_lines/); await page.reload(); await ready(page);
      assert.equal(await told(page), number, 'the address says it all');
    });
  },
  async 'every kind of number leads there: a row by its name with the keyboard, the totals, those that are not told apart'({still}) {
    await within(still.url, {login: 'maria', width: 1440}, '/app/v/report.sales?p.rows=customer&p.limit=3', async (page, user) => {
      const whole = await report(user, still.url, 'sales', {rows: 'customer', limit: 3}), rest = whole.rows.at(-1);
      assert.ok(rest.others > 1, 'a demo of more customers');
      const back = async () => { await page.goBack(); await page.waitForURL(/report\.sales\?/); await ready(page); };
      const there = async (amount, text) => { await page.waitForURL(/sales_lines/); await ready(page); assert.equal(minor(await told(page)), amount.minor, text); assert.equal(await sumOfLines(page), amount.minor, text); };
      await page.locator('table.plain tfoot .rest td.pick').nth(1).click();
      await there(rest.measures.ordered, 'the others');
      assert.match(plain(await page.locator('.params-words').textContent()), new RegExp(`Kund: ${rest.label}`));
      await back();
      await page.locator('table.plain tfoot tr:last-child td.pick').nth(2).click();
      await there(whole.totals.measures.invoices, 'all of them');
      await back();
      await page.locator('table.plain thead').getByRole('button', {name: 'Beställt'}).click();
      await page.waitForURL(/s=-ordered/);
      const row = [...whole.rows].filter((one) => one.others === undefined).sort((a, b) => b.measures.ordered.minor - a.measures.ordered.minor)[0];
      await page.locator('table.plain tbody th button').first().focus();
      await page.keyboard.press('Enter');
      await there(row.measures.ordered, 'a row by its name: what the table is sorted by');
    });
    await within(still.url, {login: 'erik', width: 1440}, '/app/v/report.sales?p.rows=month', async (page) => {
      const number = plain(await page.locator('table.plain tbody tr').first().locator('td').nth(1).textContent());
      await page.locator('table.plain tbody tr').first().locator('td').nth(1).click();
      await page.waitForURL(/sales_lines/); await ready(page);
      assert.equal(await told(page), number, 'a seller: what that seller sold');
    });
    await within(still.url, {login: 'maria', width: 1440}, '/app/v/report.campaign_results', async (page, user) => {
      const answer = await report(user, still.url, 'campaign_results', {}), all = answer.scope === 'all', at = answer.rows.findIndex((row) => row.id > 0 && row.measures.invoiced.minor !== 0), column = Object.keys(answer.rows[at].measures).indexOf('invoiced');
      await page.locator('table.plain tbody tr').nth(at).locator('td').nth(column).click();
      await page.waitForURL(all ? /sales_lines\?p\.rows=campaign/ : /campaign\.form/); await ready(page);
      if (all) assert.equal(minor(await told(page)), answer.rows[at].measures.invoiced.minor);
    });
  },
  async 'the lines are exported whole, in words and as a workbook'({still}) {
    await within(still.url, {login: 'maria', width: 1440}, '/app/v/report.sales_lines?p.rows=month&p.measure=invoiced', async (page, user) => {
      const {readFileSync} = await import('node:fs');
      let lines = 0;
      for (let after = null; ;) { const answer = await report(user, still.url, 'sales_lines', {rows: 'month', after}); lines += answer.rows.length; after = answer.next; if (!after) break; }
      assert.ok(lines > 100, 'more than a page');
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Exportera'}).click()]);
      const text = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
      assert.equal(text.length, lines + 1);
      assert.match(text[0], /Datum;Dokument;Nummer;Rad;Kund;/);
      assert.match(text[1], /^\d{4}-\d\d-\d\d;(Faktura|Kreditfaktura);\w+;1 /);
      const [book] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Arbetsbok'}).click()]);
      assert.equal(readFileSync(await book.path()).subarray(0, 2).toString(), 'PK');
    });
  },
  async 'every report on paper: its title, what it shows in words, all columns within the sheet, nothing to press, charts drawn'({still}) {
    const {views} = await (await open(still.url, {login: 'admin'}).then((user) => user.context.request.get(`${still.url}/api/views?lang=sv`))).json(), found = [];
    const reports = views.filter(({id, kind}) => kind === 'report').map(({id}) => id);
    assert.ok(reports.length >= 15, String(reports));
    await within(still.url, {login: 'admin', width: 1047, height: 720}, '/app/v/report.index', async (page, user) => {
      const look = async (id, query = '') => {
        await page.goto(`${still.url}/app/v/${id}${query}`); await ready(page);
        await page.emulateMedia({media: 'print'});
        for (const one of await onPaper(page)) found.push(`${id}${query}: ${one}`);
        const view = await (await user.context.request.get(`${still.url}/api/views/${id}?lang=sv`)).json(), words = await page.locator('.params-words:visible').count() > 0 ? plain(await page.locator('.params-words').textContent()) : '';
        for (const param of view.params ?? []) {
          const asked = new URLSearchParams(query).get(`p.${param.name}`) ?? (typeof param.default === 'string' && !/^[$+-]/.test(param.default) ? param.default : null);
          if (!param.hidden && asked && !words.includes(`${param.label}: ${param.choices?.find((one) => one.value === asked)?.label ?? asked}`)) found.push(`${id}${query}: ${param.label} ${asked} is not told in "${words}"`);
        }
        if (words.includes('#')) found.push(`${id}: a number where a name should be: ${words}`);
        await page.emulateMedia({media: 'screen'});
      };
      for (const id of reports) await look(id);
      await look('report.sales', '?p.rows=customer&p.columns=month&p.from=2026-01-01&p.to=2026-12-31');
      await look('report.sales', '?p.rows=month&p.columns=campaign');
      await look('report.sales_lines', '?p.rows=month&p.row=2026-04&p.row_id=0&p.measure=ordered&p.from=2026-04-01');
      await look('report.campaign_results', '?p.from=2026-01-01&p.to=2026-12-31');
    });
    assert.deepEqual(found, []);
  },
  async 'a parameter that is a record is called by its name after a reload, and on paper'({still}) {
    await within(still.url, {login: 'maria', width: 1440}, '/app/v/report.funnel', async (page, user) => {
      const {items: [pipeline]} = await (await user.context.request.post(`${still.url}/api/actions/list.lookup?lang=sv`, {data: {list: 'pipeline', text: '', limit: 1}})).json();
      const box = page.getByRole('combobox', {name: 'Pipeline'});
      await box.click();
      await page.getByRole('option', {name: pipeline.title}).click();
      await page.waitForURL(new RegExp(`p\\.pipeline=${pipeline.id}`));
      assert.equal(await box.inputValue(), pipeline.title);
      await page.reload(); await ready(page);
      await page.waitForFunction(() => document.querySelector('main [role="combobox"]').value !== '');
      assert.equal(await box.inputValue(), pipeline.title);
      await page.emulateMedia({media: 'print'});
      assert.match(plain(await page.locator('.params-words').textContent()), new RegExp(`Pipeline: ${pipeline.title}`));
    });
  },
};
