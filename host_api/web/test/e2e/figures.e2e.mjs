// SPDX-License-Identifier: Apache-2.0
// Worked cases of the rules entered on the pages and read from them, each in a company of its own; what the accuracy report tells of
// the demo's history; a report's workbook, its print and its saved questions.
import assert from 'node:assert/strict';
import {open, ready} from './browser.mjs';
import {call, ownCompany, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/\u2212/g, '-');
const tile = async (page, name) => plain(await page.locator('.tile', {hasText: name}).first().locator('dd').textContent());
/** The cells of a table's row by its heading. */
const cells = async (page, name) => (await page.locator('table.plain tbody tr').filter({has: page.getByRole('rowheader', {name})}).first().locator('td').allTextContents()).map(plain);
const headings = async (page) => (await page.locator('table.plain').last().locator('thead th').allTextContents()).map(plain);

async function customer(host) {
  const admin = await open(host.url, {login: 'admin'}), made = await call(admin, host.url, 'customer.create', {name: 'Kund AB'});
  assert.deepEqual(await admin.end(), []);
  return made.id;
}
/** Typed into the form of a new opportunity. */
async function enter(page, url, query, fields) {
  await page.goto(`${url}/app/v/opportunity.form/new?${query}`); await ready(page);
  for (const [name, text] of Object.entries(fields)) await page.locator(`#f-${name}`).fill(text);
  await page.getByRole('button', {name: 'Skapa'}).click();
  await page.waitForURL(/opportunity\.form\/\d+/); await ready(page);
}

export const tests = {
  async 'W7: 100 at 99 % and 200 at 0 % are 99,00 weighted, whatever they are grouped by'() {
    const host = await ownCompany(), buyer = await customer(host);
    await within(host.url, {login: 'admin', width: 1440}, '/app/v/opportunity.list', async (page) => {
      await enter(page, host.url, `d.customer=${buyer}`, {title: 'Nästan säker', amount: '100', probability: '99'});
      await enter(page, host.url, `d.customer=${buyer}`, {title: 'Utan chans', amount: '200', probability: '0'});
      await page.goto(`${host.url}/app/v/report.pipeline`); await ready(page);
      assert.match(await tile(page, 'Viktat'), /^99(,00)? kr/);
      assert.match(await tile(page, 'Belopp'), /^300(,00)? kr/);
      await page.goto(`${host.url}/app/v/report.pipeline?p.rows=seller`); await ready(page);
      assert.match(await tile(page, 'Viktat'), /^99(,00)? kr/, 'whatever it is grouped by');
    });
  },
  async 'W8: two won of 100 each on a campaign that cost 50, nothing invoiced: ROI on won 300 %, ROI -100 %'() {
    const host = await ownCompany(), buyer = await customer(host);
    await within(host.url, {login: 'admin', width: 1440}, '/app/v/campaign.form/new', async (page) => {
      await page.getByLabel('Rubrik').fill('Vårkampanj');
      await page.getByRole('button', {name: 'Skapa'}).click();
      await page.waitForURL(/campaign\.form\/\d+/); await ready(page);
      const campaign = /form\/(\d+)/.exec(page.url())[1];
      await page.getByRole('button', {name: 'Lägg till kostnad'}).click();
      const cost = page.getByRole('dialog', {name: 'Lägg till kostnad'});
      await cost.getByLabel('Belopp').fill('50');
      await cost.getByLabel('Text').fill('Annons');
      await cost.getByRole('button', {name: 'Lägg till kostnad'}).click();
      await cost.waitFor({state: 'detached'});
      for (const title of ['Första', 'Andra']) {
        await enter(page, host.url, `d.customer=${buyer}&d.campaign=${campaign}`, {title, amount: '100'});
        await page.locator('.form-head button', {hasText: /^(Vinn|Vunnen|Markera som vunnen|Stäng som vunnen)/}).first().click();
        await page.locator('.toast').first().waitFor();
      }
      await page.goto(`${host.url}/app/v/report.campaign_results`); await ready(page);
      const row = await cells(page, 'Vårkampanj'), names = (await headings(page)).slice(1), of = (pattern) => row[names.findIndex((name) => pattern.test(name))];
      assert.match(of(/ROI.*vunn/i), /^300(,0+)? %/, `${names}: ${row}`);
      assert.match(of(/^ROI(?!.*vunn)/i), /^-100(,0+)? %/, `${names}: ${row}`);
    });
  },
  async 'W11: a yearly total of 100,00 in the budget is four times 8,34 and eight times 8,33'() {
    const host = await ownCompany(), admin = await open(host.url, {login: 'admin'});
    const seller = (await call(admin, host.url, 'employee.create', {name: 'Anna Berg'})).id;
    await call(admin, host.url, 'group.import', {rows: [{path: ['Försäljning'], employee: seller, from: '2020-01-01'}]});
    assert.deepEqual(await admin.end(), []);
    await within(host.url, {login: 'admin', width: 1440}, '/app/v/sales_budget.matrix?p.year=2028', async (page, user) => {
      const row = page.locator('.matrix tbody tr').filter({hasText: 'Anna Berg'}).first();
      await row.getByRole('button', {name: /^Mer/}).click();
      await page.getByRole('menuitem', {name: /Fördela/}).click();
      await page.getByRole('dialog').getByLabel('Årets summa').fill('100');
      await page.getByRole('dialog').getByRole('button', {name: 'Fördela'}).click();
      await page.getByRole('dialog').waitFor({state: 'detached'});
      await page.locator('.matrix-box').focus();
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'Sparat'}).waitFor();
      await page.reload(); await ready(page);
      const shown = (await row.locator('td').allTextContents()).map(plain).filter((text) => /^\d+(,\d+)?$/.test(text.trim())).map((text) => text.trim());
      assert.deepEqual(shown.filter((text) => text === '8,34').length, 4, String(shown));
      assert.deepEqual(shown.filter((text) => text === '8,33').length, 8, String(shown));
      assert.match(plain(await row.locator('td.total').textContent()), /100(,00)?/);
      const {rows} = await call(user, host.url, 'budget.load', {year: 2028});
      assert.deepEqual(rows[0].values, [834, 834, 834, 834, 833, 833, 833, 833, 833, 833, 833, 833]);
    });
  },
  async 'W12: one closes in August 2021, another in August 2022: two months, never one'() {
    const host = await ownCompany(), buyer = await customer(host);
    await within(host.url, {login: 'admin', width: 1440}, '/app/v/opportunity.list', async (page) => {
      await enter(page, host.url, `d.customer=${buyer}`, {title: 'Den ena', amount: '100', planned_close: '2021-08-15'});
      await enter(page, host.url, `d.customer=${buyer}`, {title: 'Den andra', amount: '250', planned_close: '2022-08-15'});
      await page.goto(`${host.url}/app/v/report.pipeline?p.rows=month`); await ready(page);
      const months = (await page.locator('table.plain tbody th').allTextContents()).map(plain);
      assert.equal(months.length, 2, String(months));
      assert.ok(/aug.*2021/.test(months[0]) && /aug.*2022/.test(months[1]), String(months));
      const [one, other] = [await cells(page, /2021/), await cells(page, /2022/)];
      assert.ok(one.some((text) => /^100(,00)? /.test(text)) && other.some((text) => /^250(,00)? /.test(text)), `${one} | ${other}`);
      await page.locator('table.plain tbody tr').first().locator('td').first().click();
      await page.waitForURL(/opportunity\.list/); await ready(page);
      await page.getByText('Den ena').first().waitFor();
      assert.equal(await page.getByText('Den andra').count(), 0, 'the rows behind the one month alone');
    });
  },
  async 'how the forecasts did on the demo\'s history: interval coverage, calibration and error, as the host tells them'({demo}) {
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/report.forecast_accuracy', async (page, user) => {
      const answer = await (await user.context.request.get(`${demo.url}/api/reports/forecast_accuracy?params=${encodeURIComponent('{}')}`)).json(), whole = answer.totals.measures, in30 = whole.chances.find((one) => one.days === 30);
      assert.ok(in30.count >= 50 && whole.pipeline.cells >= 10, 'a history to judge by');
      const percent = (text) => plain(Number(text * 100).toLocaleString('sv-SE', {maximumFractionDigits: 2}));
      const shows = async (name, value) => { const text = await tile(page, name); assert.ok(Math.abs(Number(text.replace(/[^\d,-]/g, '').replace(',', '.')) - value) < 0.51, `${name}: ${text} is not ${value}`); };
      await shows('Inom 80 %-intervallet', Number(whole.pipeline.held80) * 100);
      await shows('Inom 95 %-intervallet', Number(whole.pipeline.held95) * 100);
      await shows('Chanserna fel med', Number(in30.calibration_error) * 100);
      await shows('Fel', Number(whole.pipeline.error) * 100);
      assert.match(await tile(page, 'Brier, 30 dagar'), new RegExp(`^${Number(in30.brier).toLocaleString('sv-SE', {minimumFractionDigits: 4})}`));
      // Calibration by tenth of chance: a chart and the same numbers as a table.
      await page.locator('.chart', {hasText: 'förutsagt och utfall'}).locator('svg rect.bar').first().waitFor();
      const table = page.locator('section.card', {hasText: 'förutsagt och utfall'}), first = answer.calibration[0];
      assert.equal(await table.locator('tbody tr').count(), answer.calibration.length);
      const row = (await table.locator('tbody tr').first().locator('td').allTextContents()).map(plain);
      assert.equal(Number(row[0].replace(/\D/g, '')), first.measures.count);
      assert.ok(Math.abs(Number(row[1].replace(/[^\d,]/g, '').replace(',', '.')) - Number(first.measures.foretold)) < 0.51, `${row} ${percent(first.measures.foretold / 100)}`);
      assert.equal(answer.calibration.reduce((sum, one) => sum + one.measures.count, 0), in30.count, 'every deal stands in one tenth');
      // Every frozen forecast by itself.
      const days = (await page.locator('section.card').last().locator('tbody th').allTextContents()).map(plain);
      assert.equal(days.length, answer.rows.length);
    });
  },
  async 'a report is saved under a name, shared with everybody, taken as a workbook and printed'({demo}) {
    await within(demo.url, {login: 'admin', width: 1440}, '/app/v/report.sales?p.rows=medium&p.columns=currency', async (page) => {
      await page.getByRole('button', {name: 'Spara vy'}).click();
      const dialog = page.getByRole('dialog', {name: 'Spara vy'});
      await dialog.getByLabel('Namn').fill('Medium och valuta');
      await dialog.getByLabel('Dela med alla').check();
      await dialog.getByRole('button', {name: 'Spara'}).click();
      await page.locator('.toast', {hasText: 'Medium och valuta'}).waitFor();
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Arbetsbok'}).click()]);
      assert.match(file.suggestedFilename(), /\.xlsx$/);
      const {readFileSync} = await import('node:fs');
      assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), 'PK', 'a workbook');
      await page.emulateMedia({media: 'print'});
      assert.equal(await page.getByRole('button', {name: 'Arbetsbok'}).isVisible(), false, 'print leaves the tools out');
      assert.ok(await page.locator('table.plain').first().isVisible());
    });
    await within(demo.url, {login: 'maria', width: 1440}, '/app/v/report.sales', async (page) => {
      await page.getByRole('group', {name: 'Sparade vyer'}).getByRole('button', {name: /Medium och valuta/}).click();
      await page.waitForURL(/p\.rows=medium/); await ready(page);
      await page.getByRole('rowheader', {name: 'event'}).waitFor();
      assert.equal(await page.getByRole('button', {name: 'Ta bort vyn'}).count(), 0, 'only who shared it takes it away');
    });
  },
};
