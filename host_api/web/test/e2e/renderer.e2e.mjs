// SPDX-License-Identifier: Apache-2.0
// The renderer's behaviours against the made-up host: each test is named by the behaviour that it shows (README.md).
import assert from 'node:assert/strict';
import {startFixture} from '../fixture/server.mjs';
import {axe, open, ready} from './browser.mjs';

export const before = async () => ({small: await startFixture({rows: 400}), large: await startFixture({rows: 1_000_000})});
export const after = async ({small, large}) => { await small.close(); await large.close(); };

async function within(base, options, path, work) {
  const user = await open(base, options);
  let bad = [];
  try { await user.visit(path); await work(user.page, user); } finally { bad = await user.end(); }
  assert.deepEqual(bad, []);
}

export const tests = {
  async 'the menu shows the exact path, marks the page and remembers what is folded'({small}) {
    await within(small.url, {}, '/app/v/step.list', async (page) => {
      assert.equal(await page.locator('.crumbs li').allTextContents().then((all) => all.join(' / ')), 'Administration / Inställningar / CRM / Säljmöjligheter / Steg');
      assert.equal(await page.locator('.side [aria-current="page"]').textContent(), 'Steg');
      const crm = () => page.locator('.side button', {hasText: /^CRM$/}).first();
      await crm().click();
      await page.reload(); await ready(page);
      assert.equal(await crm().getAttribute('aria-expanded'), 'false');
    });
  },
  async 'every state is in the address, and back works'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.getByRole('columnheader', {name: 'Belopp'}).getByRole('button').click();
      await page.waitForURL(/s=amount/);
      await page.getByRole('searchbox').fill('Projektering');
      await page.waitForURL(/q=Projektering/);
      await page.reload(); await ready(page);
      assert.equal(await page.getByRole('searchbox').inputValue(), 'Projektering');
      assert.equal(await page.getByRole('columnheader', {name: 'Belopp'}).getAttribute('aria-sort'), 'ascending');
      await page.locator('.side').getByRole('link', {name: 'Tavla'}).click();
      await page.waitForURL(/opportunity\.board/);
      await page.goBack();
      await page.waitForURL(/q=Projektering/);
    });
  },
  async 'columns are sorted, resized, moved and hidden; the sum is of all hits'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.locator('.grid-foot .sum').waitFor();
      assert.match(await page.locator('.page-head').textContent(), /400 rader/);
      const head = page.locator('.grid-head [role=columnheader]', {hasText: 'Kund'}), width = (await head.boundingBox()).width, grip = await head.locator('.resizer').boundingBox();
      await page.mouse.move(grip.x + 4, grip.y + 8); await page.mouse.down(); await page.mouse.move(grip.x + 84, grip.y + 8); await page.mouse.up();
      assert.ok((await head.boundingBox()).width > width + 50);
      await page.getByRole('button', {name: 'Kolumner'}).click();
      await page.getByRole('dialog').getByLabel('Ansvarig', {exact: true}).uncheck();
      await page.getByRole('button', {name: 'Flytta Belopp åt vänster'}).click();
      await page.keyboard.press('Escape');
      const names = await page.locator('.grid-head .head-btn').allTextContents();
      assert.ok(!names.includes('Ansvarig'));
      assert.ok(names.indexOf('Belopp') < names.indexOf('Steg'));
    });
  },
  async 'filters are chips, periods have words, all can be cleared'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.getByRole('button', {name: 'Filter', exact: true}).click();
      await page.getByRole('menuitem', {name: 'Planerad stängning'}).click();
      await page.getByRole('button', {name: 'den här månaden'}).click();
      await page.waitForURL(/f=planned_close/);
      await page.locator('.chip', {hasText: 'Planerad stängning: den här månaden'}).waitFor();
      await page.getByRole('button', {name: 'Rensa alla'}).click();
      assert.equal(await page.locator('.chip').count(), 0);
    });
  },
  async 'saved views: mine, default, dirty mark, count'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list', async (page) => {
      assert.equal(await page.locator('.tab[aria-pressed="true"]').textContent(), 'Öppna');
      await page.locator('.tab .count-pill').first().waitFor();
      await page.getByRole('button', {name: 'Rensa alla'}).click();
      await page.locator('.tab .dot').waitFor();
      await page.getByRole('button', {name: 'Spara vy'}).click();
      await page.getByLabel('Namn').fill('Min egen');
      await page.getByRole('dialog').getByRole('button', {name: 'Spara'}).click();
      await page.locator('.tab[aria-pressed="true"]', {hasText: 'Min egen'}).waitFor();
      await page.reload(); await ready(page);
      await page.locator('.tab', {hasText: 'Min egen'}).waitFor();
    });
  },
  async 'list and board keep the filter between them'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list?v=all&f=owner:eq:1', async (page) => {
      await page.getByRole('navigation', {name: 'Sätt att visa'}).getByRole('link', {name: 'Tavla'}).click();
      await page.waitForURL(/opportunity\.board\?.*f=owner/);
      await page.locator('.chip', {hasText: 'Erik Lindqvist'}).waitFor();
    });
  },
  async 'a million rows: the scroll bar tells the truth, the place is kept on return'({large}) {
    await within(large.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.waitForFunction(() => document.querySelector('.grid-box')?.getAttribute('aria-rowcount') === '1000001');
      await page.locator('.grid-box').evaluate((box) => { box.scrollTop = box.scrollHeight * 0.63; });
      await page.waitForFunction(() => { const index = Number(document.querySelector('.grid-body .grid-row:not([aria-busy])')?.getAttribute('aria-rowindex')); return index > 600_000 && index < 660_000; });
      assert.ok(await page.locator('.grid-box *').count() < 1200, 'few nodes');
      // Rows of the place that was left stand in for a moment; where the new ones are long in coming that is told.
      let free, asked = new Promise((done) => { free = done; });
      await page.route('**/list.query*', async (route) => { await asked; await route.continue(); });
      await page.locator('.grid-box').evaluate((box) => { box.scrollTop = box.scrollHeight * 0.2; });
      await page.waitForFunction(() => { const rows = [...document.querySelectorAll('.grid-body .grid-row[aria-busy]')]; return rows.length > 10 && rows.every((row) => Math.abs(Number(row.getAttribute('aria-rowindex')) - 200_000) < 20_000); });
      free();
      await page.waitForFunction(() => { const rows = [...document.querySelectorAll('.grid-body .grid-row:not([aria-busy])')]; return rows.length > 10 && rows.every((row) => Math.abs(Number(row.getAttribute('aria-rowindex')) - 200_000) < 20_000); });
      await page.unroute('**/list.query*');
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Control+End');
      await page.waitForFunction(() => document.querySelector('.grid-row.current')?.getAttribute('aria-rowindex') === '1000001');
      await page.waitForTimeout(400);
      await page.locator('.side').getByRole('link', {name: 'Hologram'}).click();
      await page.waitForURL(/odd\.kind/);
      await page.goBack();
      await page.waitForFunction(() => Number([...document.querySelectorAll('.grid-body .grid-row')].pop()?.getAttribute('aria-rowindex')) > 999_900);
    });
  },
  async 'many rows are changed at once, with a result for each'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.locator('.grid-box').focus();
      for (let i = 0; i < 7; ++i) { await page.keyboard.press('Space'); await page.keyboard.press('ArrowDown'); }
      await page.locator('.bulk', {hasText: '7 markerade'}).waitFor();
      await page.getByRole('button', {name: 'Markera alla 400 träffar'}).waitFor();
      await page.getByRole('button', {name: 'Ändra …'}).click();
      await page.getByRole('dialog').getByLabel('Ansvarig').fill('Sara');
      await page.getByRole('option', {name: /Sara Holm/}).click();
      await page.getByRole('dialog').getByRole('button', {name: 'Ändra …'}).click();
      const result = page.getByRole('dialog', {name: 'Vad som hände med varje rad'});
      await result.waitFor();
      assert.match(await result.textContent(), /6 ändrade, 1 nekade/);
      assert.match(await result.textContent(), /Posten är låst/);
    });
  },
  async 'the palette goes to pages and runs commands; ? shows the keys'({small}) {
    await within(small.url, {}, '/app/v/opportunity.list', async (page) => {
      await page.locator('.grid-box').focus();
      // Fast fingers: the palette's own file is still on its way, and nothing that is typed is lost.
      await page.route('**/palette-*.js', async (route) => { await new Promise((done) => setTimeout(done, 400)); await route.continue(); });
      await page.keyboard.press('Control+k');
      await page.keyboard.type('steg');
      const box = page.getByRole('combobox', {name: 'Sök och gå till'});
      await box.waitFor();
      assert.equal(await box.inputValue(), 'steg');
      await page.getByRole('option', {name: /Steg/}).first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/step\.list/); await ready(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', {name: 'Sök och gå till'}).fill('mörkt');
      await page.getByRole('option', {name: /Mörkt/}).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
      await page.locator('.grid-box').focus();
      await page.keyboard.press('?');
      await page.getByRole('dialog', {name: 'Kortkommandon'}).waitFor();
    });
  },
  async 'a record opens in a panel beside the list; keys walk through the rows'({small}) {
    await within(small.url, {width: 1440}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.locator('.grid-box').focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.locator('.panel h1').waitFor();
      const first = await page.locator('.panel h1').textContent();
      await page.locator('.panel').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await page.waitForFunction((was) => { const now = document.querySelector('.panel h1')?.textContent; return now && now !== was; }, first);
      await page.keyboard.press('Escape');
      await page.locator('.panel').waitFor({state: 'detached'});
      await page.waitForFunction(() => document.activeElement?.classList.contains('grid-box'));
    });
  },
  async 'errors stand at the field and in a summary that leads to it; leaving asks'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/3', async (page) => {
      await page.getByLabel('Rubrik').fill('');
      await page.getByLabel('Planerad stängning').fill('31/2');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+s');
      const summary = page.locator('.notice.danger');
      await summary.waitFor();
      assert.match(await summary.textContent(), /2 saker att rätta/);
      await summary.getByRole('link', {name: /Rubrik/}).click();
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'f-title');
      await page.getByLabel('Rubrik').fill('x'.repeat(150));
      await page.getByLabel('Planerad stängning').fill('+7');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+s');
      await page.locator('.field.invalid', {hasText: 'för lång'}).waitFor();
      await page.locator('.side').getByRole('link', {name: 'Tavla'}).click();
      await page.getByRole('dialog', {name: 'Osparade ändringar'}).getByRole('button', {name: 'Stanna kvar'}).click();
      assert.match(page.url(), /opportunity\.form/);
      await page.locator('.side').getByRole('link', {name: 'Tavla'}).click();
      await page.getByRole('dialog').getByRole('button', {name: 'Kasta ändringar'}).click();
      await page.waitForURL(/board/);
    });
  },
  async 'references are found by name or number'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/4', async (page) => {
      await page.getByRole('combobox', {name: 'Kund'}).fill('solro');
      await page.getByRole('option', {name: /Café Solrosen.*nr 1002/}).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('#f-customer')?.value === 'Café Solrosen');
    });
  },
  async 'amounts take comma and point, dates take words; undo instead of asking'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/5', async (page) => {
      await page.getByLabel('Belopp').fill('1.234,50');
      await page.getByLabel('Planerad stängning').fill('idag');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(5).cells.amount.minor, 123450);
      assert.equal(small.byId(5).cells.planned_close, '2026-11-28');
      await page.locator('.toast').getByRole('button', {name: 'Ångra'}).click();
      await page.locator('.toast', {hasText: 'Ångrat'}).waitFor();
      assert.notEqual(small.byId(5).cells.amount?.minor, 123450);
    });
  },
  async 'a card moves by mouse, lost asks the reason, sums follow'({small}) {
    await within(small.url, {width: 1600}, '/app/v/opportunity.board?v=all', async (page) => {
      const columns = page.locator('.col'), count = (at) => columns.nth(at).locator('.count-pill').textContent().then(Number);
      const [a, b] = [await count(0), await count(1)], card = columns.nth(0).locator('.col-card').first(), id = Number(await card.getAttribute('data-card'));
      const from = await card.boundingBox(), to = await columns.nth(1).boundingBox();
      await page.mouse.move(from.x + 60, from.y + 14); await page.mouse.down(); await page.mouse.move(from.x + 90, from.y + 30, {steps: 3}); await page.mouse.move(to.x + 80, to.y + 200, {steps: 6});
      await page.locator('.col.over').waitFor();
      await page.mouse.up();
      await page.locator('.toast', {hasText: 'flyttad till Offert'}).waitFor();
      await page.waitForFunction(([x, y]) => { const all = [...document.querySelectorAll('.col .count-pill')].map((pill) => Number(pill.textContent)); return all[0] === x - 1 && all[1] === y + 1; }, [a, b]);
      await page.getByRole('searchbox').fill(small.byId(id).title.split(',')[0]);
      await page.locator(`[data-card="${id}"]`).getByRole('button').click();
      await page.getByRole('menuitem', {name: 'Stängd – tappad'}).click();
      const dialog = page.getByRole('dialog', {name: /Flytta till Stängd – tappad/});
      await dialog.getByRole('button', {name: 'Flytta'}).click();
      await dialog.locator('.field.invalid').waitFor();
      await dialog.getByLabel('Avvisning').fill('Pris');
      await page.getByRole('option', {name: /Pris/}).click();
      await dialog.getByRole('button', {name: 'Flytta'}).click();
      await page.locator('.toast', {hasText: 'tappad'}).waitFor();
      assert.equal(small.byId(id).cells.rejection.title, 'Pris');
      assert.equal(await page.locator('.col.shut').count(), 2);
    });
  },
  async 'a card moves by keyboard alone and can be put back'({small}) {
    await within(small.url, {width: 1600}, '/app/v/opportunity.board?v=all', async (page) => {
      const id = Number(await page.locator('.col').nth(2).locator('.col-card').first().getAttribute('data-card'));
      await page.locator('.col-card[tabindex="0"]').focus();
      await page.keyboard.press('ArrowRight'); await page.keyboard.press('ArrowRight');
      await page.waitForFunction((one) => document.activeElement?.getAttribute('data-card') === String(one), id);
      await page.keyboard.press('Space'); await page.keyboard.press('ArrowRight'); await page.keyboard.press('Escape');
      assert.equal(small.byId(id).cells.step.id, 3);
      await page.keyboard.press('Space'); await page.keyboard.press('ArrowRight'); await page.keyboard.press('Space');
      await page.locator('.toast', {hasText: 'flyttad till Slutfas'}).waitFor();
      assert.equal(small.byId(id).cells.step.id, 4);
      await page.locator('.toast').getByRole('button', {name: 'Ångra'}).click();
      await page.locator('.toast', {hasText: 'Ångrat'}).waitFor();
      assert.equal(small.byId(id).cells.step.id, 3);
    });
  },
  async 'two users on one record: per field, keep mine or take theirs'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/6', async (page) => {
      await page.getByLabel('Rubrik').fill('Min rubrik');
      await page.getByLabel('Sannolikhet').fill('55');
      small.write(6, {title: 'Deras rubrik', probability: '70', note: 'deras anteckning'});
      await page.getByLabel('Rubrik').focus();
      await page.keyboard.press('Control+s');
      const dialog = page.getByRole('dialog', {name: 'Ändrad av någon annan'});
      await dialog.waitFor();
      assert.match(await dialog.textContent(), /Maria Sjöberg/);
      await dialog.getByLabel(/Ta deras: Deras rubrik/).check();
      await dialog.getByRole('button', {name: 'Fortsätt med dessa'}).click();
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(6).title, 'Deras rubrik');
      assert.equal(small.byId(6).cells.probability, '55');
      assert.equal(small.byId(6).cells.note, 'deras anteckning');
    });
  },
  async 'a lost connection in the middle of an edit loses nothing'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/8', async (page, user) => {
      await page.getByLabel('Rubrik').fill('Skrivet utan nät');
      await user.context.setOffline(true);
      await page.keyboard.press('Control+s');
      await page.locator('.notice', {hasText: 'inte sparade'}).waitFor();
      assert.notEqual(small.byId(8).title, 'Skrivet utan nät');
      await user.context.setOffline(false);
      await page.reload(); await ready(page);
      await page.locator('.notice', {hasText: 'återställts'}).waitFor();
      assert.equal(await page.getByLabel('Rubrik').inputValue(), 'Skrivet utan nät');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(8).title, 'Skrivet utan nät');
    });
  },
  async 'deleting tells what uses the entry and offers a replacement'({small}) {
    await within(small.url, {}, '/app/v/opportunity.form/9', async (page) => {
      await page.locator('.form-head').getByRole('button', {name: 'Mer'}).click();
      await page.getByRole('menuitem', {name: 'Ta bort'}).click();
      await page.getByRole('dialog').getByRole('button', {name: 'Ta bort'}).click();
      await page.getByRole('dialog', {name: /används/}).getByText('används av 2 fakturor').waitFor();
      await page.getByRole('dialog').getByLabel('Ersätt med').waitFor();
    });
  },
  async 'settings are edited in the list and ordered by keyboard'({small}) {
    await within(small.url, {}, '/app/v/step.list', async (page) => {
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Enter');
      await page.locator('.cell-editor input').fill('Första kontakt');
      await page.keyboard.press('Enter');
      await page.locator('.toast', {hasText: 'Första kontakt'}).waitFor();
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await page.waitForFunction(() => document.querySelectorAll('.grid-body .grid-row')[0]?.textContent?.includes('Offert'));
    });
  },
  async 'an unknown kind, part or version, a slow and a broken part: told, and the page stays'({small}) {
    await within(small.url, {}, '/app/v/odd.kind', async (page) => {
      assert.match(await page.locator('main').textContent(), /känner inte till sidtypen ”hologram”/);
      await page.goto(`${small.url}/app/v/odd.version`);
      await page.getByText('Sidan är nyare än visaren').waitFor();
      await page.goto(`${small.url}/app/v/opportunity.form/11`);
      await page.getByRole('tab', {name: 'Framtid'}).click();
      await page.getByText('känner inte till delen').waitFor();
      await page.getByRole('tab', {name: 'Trasig'}).click();
      await page.getByText('Delen svarar inte just nu.').waitFor();
      await page.getByRole('tab', {name: 'Långsam'}).click();
      await page.getByText('Långsam dröjer').waitFor();
      await page.locator('#f-title').fill('Sidan lever');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
    });
  },
  async 'panels of partners: own fields are saved by their own action; broken, new, slow and stopped ones say so in their place'({small}) {
    await within(small.url, {width: 1440}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.goto(`${small.url}/app/v/partner.page/17`);
      const slot = (name) => page.getByRole('region', {name: `Partner ${name}`});
      await slot('fields').getByLabel('Montörer').waitFor();
      assert.equal(await slot('fields').getByLabel('Montörer').inputValue(), 'Ada och Bo');
      await slot('fields').getByLabel('Montörer').fill('Cleo');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(17).version, 1, 'the page of the host was not saved with it');
      await slot('future').getByText('Sidan är nyare än visaren').waitFor();
      await slot('kind').getByText('känner inte till sidtypen ”hologram”').waitFor();
      await slot('misfit').getByText('passar inte schemat').waitFor();
      await slot('crash').getByText('Resten av sidan fungerar').waitFor();
      await slot('down').getByText('Partnerns modul är stoppad.').waitFor();
      await slot('slow').getByText('Partner slow dröjer').waitFor();
      await page.locator('#f-title').fill('Sidan lever också');
      await page.keyboard.press('Control+s');
      await page.waitForFunction(() => [...document.querySelectorAll('.toast')].some((one) => one.textContent.includes('sparad')));
      await page.waitForFunction(() => !document.querySelector('.save-bar'));
      assert.equal(small.byId(17).title, 'Sidan lever också');
    });
  },
  async 'a text that is missing shows its key, and the page works'({small}) {
    const user = await open(small.url);
    await user.page.route(/\/assets\/sv-.*\.js$/, async (route) => { const answer = await route.fetch(), body = await answer.text(); await route.fulfill({response: answer, body: body.replace(/"list\.search\.short":"[^"]*",/, '').replace(/"filter\.add":"[^"]*",/, '')}); });
    await user.visit('/app/v/opportunity.list?v=all');
    assert.equal(await user.page.getByRole('searchbox').getAttribute('placeholder'), 'list.search.short');
    await user.page.getByRole('button', {name: 'filter.add'}).click();
    await user.page.getByRole('menuitem', {name: 'Planerad stängning'}).click();
    assert.deepEqual(await user.end(), []);
  },
  async 'script in a text field stays text'({small}) {
    const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
    await within(small.url, {}, '/app/v/opportunity.form/13', async (page) => {
      await page.getByLabel('Rubrik').fill(evil);
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      await page.goto(`${small.url}/app/v/opportunity.list?v=all&q=onerror`); await ready(page);
      await page.locator('.grid-body .grid-row', {hasText: 'onerror'}).first().waitFor();
      assert.equal(await page.locator('main img, main script').count(), 0);
    });
  },
  async 'no violation by axe, light and dark; nothing lost at 320 px and 200 % text'({small}) {
    await within(small.url, {width: 1440}, '/app/v/opportunity.list?v=all&r=3', async (page) => {
      // Dark changes colours alone: what looks at them is asked again.
      const both = async (where) => { assert.deepEqual(await axe(page), [], where); await page.emulateMedia({colorScheme: 'dark'}); assert.deepEqual(await axe(page, ['color-contrast', 'link-in-text-block']), [], `${where}, dark`); await page.emulateMedia({colorScheme: 'light'}); };
      await page.locator('.panel h1').waitFor();
      await both('panel');
      for (const path of ['/app/v/opportunity.board?v=all', '/app/v/opportunity.form/3', '/app/v/step.list']) { await page.goto(small.url + path); await ready(page); await both(path); }
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
      await both('palette');
    });
    await within(small.url, {width: 320, height: 640}, '/app/v/opportunity.list?v=all', async (page) => {
      for (const path of ['/app/v/opportunity.list?v=all', '/app/v/opportunity.board?v=all', '/app/v/opportunity.form/3']) {
        await page.goto(small.url + path); await ready(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, `wide at 320: ${path}`);
      }
    });
    await within(small.url, {width: 1280}, '/app/v/opportunity.form/3', async (page) => {
      await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 1280);
    });
  },
  async 'forced colours keep the current page and selected rows visible'({small}) {
    await within(small.url, {forced: true}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Space');
      const [own, other] = await page.locator('.grid-row.selected').evaluate((row) => [getComputedStyle(row).backgroundColor, getComputedStyle(row.parentElement).backgroundColor]);
      assert.notEqual(own, other);
      assert.notEqual(await page.locator('.side [aria-current="page"]').evaluate((link) => getComputedStyle(link).outlineStyle), 'none');
    });
  },
};
