// SPDX-License-Identifier: Apache-2.0
// Every page of the menus, and what opens on them, in the shapes that people need: a narrow window, text twice the size, colours that
// are forced; dialogs, panels and wizards by axe in light and dark.
import assert from 'node:assert/strict';
import {axe, ready, shot} from './browser.mjs';
import {BESIDES, call, leaves, NOWHERE, show, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

/** What cannot be read: the page wider than its window, text cut off without a way to all of it, controls outside or on each other. */
const lost = (page) => page.evaluate(() => {
  const wrong = [], name = (one) => `${one.tagName.toLowerCase()}.${String(one.className).split(' ').join('.')} "${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 50)}"`;
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const scrolls = (one) => { for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true; return false; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, one = text.parentElement;
    if (!text.data.trim() || one.closest('.sr, script, noscript, [aria-hidden="true"], select, .side') || one.offsetParent === null || getComputedStyle(one).visibility !== 'visible') continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || one.getBoundingClientRect().width <= 2) continue;
    if (!scrolls(one) && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`outside the window: ${name(one)}`);
    for (let at = one; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), frame = at.getBoundingClientRect();
      // Cut short with dots, told whole by its title, its link's page or the cell's own tooltip.
      if (style.overflowX === 'hidden' && style.textOverflow === 'ellipsis' && box.right > frame.right + 1) { if (!at.closest('[title]') && !at.closest('a[href], .grid-cell, .col-card, [aria-label], .crumbs')) wrong.push(`cut without a title: ${name(at)}`); break; }
      if (/hidden|clip/.test(style.overflowX) && !/ellipsis/.test(style.textOverflow) && box.right > frame.right + 2 && box.left < frame.right) { wrong.push(`cut off: ${name(one)} in ${name(at).slice(0, 40)}`); break; }
      if (/auto|scroll/.test(style.overflowX)) break;
    }
  }
  return [...new Set(wrong)];
});

/** Of a list in its grid or table: each cell that cannot be brought into the window whole, or stands under something else there; each
 *  amount, number or date that is cut; a first column that does not stay beside the others; columns out of sight that nothing tells of. */
const unreachable = (page) => page.evaluate(async () => {
  const box = document.querySelector('main .grid-box, main .table-box'), wrong = [], frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  if (!box) return document.querySelector('main .state') ? [] : ['no list'];
  const rows = [...box.querySelectorAll('[role="row"], tr')], seen = rows.filter((row) => !row.closest('.grid-body, tbody')).concat(rows.filter((row) => row.closest('.grid-body, tbody')).slice(0, 2));
  // Where scroll bars are hidden their room is one that columns can be seen in.
  box.scrollLeft = box.scrollWidth;
  const overflow = box.scrollLeft, inside = box.scrollWidth - overflow;
  box.scrollLeft = 0;
  await frame();
  const more = document.querySelector('.grid-more'), told = more ? more.getBoundingClientRect() : null;
  if (box.matches('.grid-box') && overflow > 12 && !(told && told.width > 0 && told.right <= innerWidth && document.elementFromPoint(told.left + told.width / 2, told.top + told.height / 2)?.closest('.grid-more'))) wrong.push(`${overflow} px at the right that nothing tells of`);
  for (const row of seen) {
    for (const cell of row.children) {
      const name = `${cell.getAttribute('role') ?? cell.tagName.toLowerCase()} ${[...row.children].indexOf(cell)} "${cell.textContent.trim().slice(0, 30)}"`;
      const before = box.scrollLeft;
      cell.scrollIntoView({block: 'nearest', inline: 'center'});
      if (box.scrollLeft !== before) await frame();
      const at = cell.getBoundingClientRect(), edge = box.getBoundingClientRect(), right = edge.left + box.clientLeft + inside;
      if (at.width === 0) continue;
      if (at.left < edge.left - 1 || at.right > right + 1 || at.right > innerWidth + 1) wrong.push(`cut by the edge: ${name}`);
      // The words at the foot go on over empty cells.
      for (const x of cell.textContent.trim() === '' ? [] : [at.left + 3, (at.left + at.right) / 2, at.right - 3]) {
        const top = document.elementFromPoint(x, at.top + at.height / 2);
        if (!top || !(cell.contains(top) || top.contains(cell))) { wrong.push(`under ${top?.className ?? 'nothing'}: ${name}`); break; }
      }
      cell.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
      if (cell.closest('.grid-body') && [cell, ...cell.querySelectorAll('*')].some((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'hidden') && cell.title !== cell.textContent) wrong.push(`cut without a word of the rest: ${name}`);
      for (const value of cell.querySelectorAll('.num')) if (value.scrollWidth > value.clientWidth + 1 && getComputedStyle(value).overflowX === 'hidden') wrong.push(`a number that is cut: ${name}`);
    }
  }
  if (overflow > 12) {
    box.scrollLeft = overflow;
    await frame();
    const first = box.querySelector('.grid-body [aria-colindex="1"], tbody th'), at = first?.getBoundingClientRect();
    // One that takes half of the window passes with the others.
    if (box.matches('.grid-box') && first && first.offsetLeft + first.offsetWidth < 0.44 * box.clientWidth && (at.left < box.getBoundingClientRect().left - 1 || !first.contains(document.elementFromPoint((at.left + at.right) / 2, at.top + at.height / 2)))) wrong.push('the first column is out of sight');
    if (box.matches('.grid-box') && document.querySelector('.grid-more')) wrong.push('more is told of at the end');
    box.scrollLeft = 0;
    await frame();
  }
  return wrong;
});
/** The names of all values of the list's first row that a card of it does not tell. */
async function untold(page, user, base, id) {
  const view = await (await user.context.request.get(`${base}/api/views/${id}?lang=sv`)).json(), list = view.source?.list ?? view.entity ?? id, card = page.locator('main .list-card').first();
  if (await page.locator('main .list-card').count() === 0) return await page.locator('main .state').count() > 0 ? [] : ['no card'];
  const columns = (view.columns ?? []).map((one) => (typeof one === 'string' ? {field: one} : one)).filter((one) => !one.hidden && view.fields[one.field]), text = await card.textContent();
  const title = await card.locator('.card-title').textContent(), {rows} = await call(user, base, view.source?.action ?? 'list.query', {list, ...(view.source?.input ?? {}), columns: columns.map((one) => one.field), ...(view.source?.filter ? {filter: view.source.filter} : {}), limit: 200});
  const row = rows.find((one) => [one.title, ...Object.values(one.cells)].some((cell) => title.trim() === (cell?.title ?? cell)));
  if (!row) return [];
  return columns.slice(1).filter((one) => { const cell = row.cells[one.field]; return cell !== undefined && cell !== null && cell !== '' && !(Array.isArray(cell) && cell.length === 0) && cell !== false && !text.includes(one.label ?? view.fields[one.field].label); }).map((one) => `${one.field} is not told on the card`);
}

/** Dialogs that a record's buttons open, by its view: those that ask something first. */
async function asking(user, base, id) {
  const view = await (await user.context.request.get(`${base}/api/views/${id}?lang=sv`)).json();
  return Object.values(view.actions ?? {}).filter((one) => (one.form ?? []).length > 0).map((one) => one.label);
}

export const tests = {
  async 'nothing is lost on any page 320 px wide, or with text twice the size'({still}) {
    const found = [];
    await within(still.url, {login: 'admin', width: 320, height: 640}, NOWHERE, async (page, user) => {
      for (const view of [...await leaves(user, still.url), ...BESIDES]) { await show(page, view); for (const one of await lost(page)) found.push(`320 px: ${view}: ${one}`); }
    });
    await within(still.url, {login: 'admin', width: 1280, height: 900}, NOWHERE, async (page, user) => {
      await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
      for (const view of [...await leaves(user, still.url), ...BESIDES]) { await show(page, view); for (const one of await lost(page)) found.push(`200 %: ${view}: ${one}`); }
    });
    assert.deepEqual(found, []);
  },
  async 'every column of every list can be read: 1440, 1024 and 320 px wide'({still}) {
    const found = [];
    for (const width of [1440, 1024, 320]) {
      await within(still.url, {login: 'admin', width, height: 900}, NOWHERE, async (page, user) => {
        const {views} = await (await user.context.request.get(`${still.url}/api/views?lang=sv`)).json();
        let walked = 0, wide = 0;
        for (const {id} of views.filter((one) => one.kind === 'list')) {
          await show(page, `${id}?v=all`);
          walked += 1;
          if (await page.locator('.grid-more').count() > 0) wide += 1;
          if (process.env.SHOTS) await shot(page, `wide_${id}_${width}`);
          const wrong = width > 640 ? await unreachable(page) : [...await lost(page), ...await untold(page, user, still.url, id)];
          for (const one of wrong) found.push(`${width} px: ${id}: ${one}`);
          if (await page.locator('.grid-more').count() === 0) continue;
          await page.locator('.grid-box').focus();
          for (const [key, at] of [['End', 'last'], ['Home', 'first']]) {
            await page.keyboard.press(key);
            await page.waitForFunction((which) => { const box = document.querySelector('.grid-box'), cells = [...box.querySelectorAll('.grid-row.current [data-column]')], cell = which === 'last' ? cells.pop() : cells[0], frame = box.getBoundingClientRect(), place = cell?.getBoundingClientRect(); return cell?.matches('.active') && place.left >= frame.left && place.right <= frame.right && (which === 'last' || box.scrollLeft === 0); }, at);
          }
        }
        console.log(`  ${width} px: ${walked} lists, ${wide} of them wider than the window`);
        assert.ok(walked > 20, `only ${walked} lists`);
      });
    }
    assert.deepEqual(found, []);
  },
  async 'forced colours: on every page what is chosen, current or focused differs from what is not'({still}) {
    const found = [];
    await within(still.url, {login: 'admin', width: 1280, height: 900, forced: true}, NOWHERE, async (page, user) => {
      for (const view of [...await leaves(user, still.url), ...BESIDES]) {
        await show(page, view);
        found.push(...(await page.evaluate(() => {
          const look = (one) => { const style = getComputedStyle(one), mark = getComputedStyle(one, '::after'); return [style.backgroundColor, style.outlineStyle, style.outlineColor, style.borderTopColor, style.borderBottomColor, style.borderBottomWidth, style.borderTopWidth, style.fontWeight, style.textDecorationLine, style.forcedColorAdjust, mark.content].join('|'); };
          const wrong = [];
          for (const chosen of document.querySelectorAll('[aria-current]:not([aria-current="false"]), [aria-selected="true"], [aria-pressed="true"]')) {
            if (chosen.closest('.crumbs') || chosen.offsetParent === null) continue;
            const other = [...(chosen.closest('ul, ol, [role="tablist"], [role="rowgroup"], .seg, .tabs') ?? chosen.parentElement).querySelectorAll(chosen.tagName)].find((one) => one !== chosen && one.offsetParent !== null && !['true', 'page', 'step'].some((on) => [one.getAttribute('aria-current'), one.getAttribute('aria-selected'), one.getAttribute('aria-pressed')].includes(on)) && one.className.split(' ')[0] === chosen.className.split(' ')[0]);
            if (other && look(other) === look(chosen)) wrong.push(`looks like the others: ${chosen.tagName.toLowerCase()}.${chosen.className} "${chosen.textContent.trim().slice(0, 30)}"`);
          }
          for (const button of document.querySelectorAll('main button.btn:not(.quiet):not(:disabled), main a.btn')) if (button.offsetParent !== null && getComputedStyle(button).borderTopStyle === 'none' && getComputedStyle(button).outlineStyle === 'none') wrong.push(`a button without an edge: ${button.textContent.trim().slice(0, 30)}`);
          return wrong;
        })).map((one) => `${view}: ${one}`));
      }
    });
    assert.deepEqual([...new Set(found)], []);
  },
  async 'no violation by axe in any dialog, panel, menu or wizard step, light and dark; each closes with Escape'({still}) {
    const found = [];
    await within(still.url, {login: 'admin', width: 1440, height: 900}, NOWHERE, async (page, user) => {
      let seen = 0;
      const check = async (what, within_ = 'dialog[open], .pop, .panel, main') => {
        const part = await page.evaluate((list) => list.split(', ').find((one) => document.querySelector(one)), within_);
        for (const one of await axe(page, null, part)) found.push(`light ${what}: ${one}`);
        await page.emulateMedia({colorScheme: 'dark'});
        for (const one of await axe(page, ['color-contrast', 'link-in-text-block'], part)) found.push(`dark ${what}: ${one}`);
        await page.emulateMedia({colorScheme: 'light'});
        for (const one of await lost(page)) found.push(`${what}: ${one}`);
        seen += 1;
      };
      const closes = async (what, selector) => { await page.keyboard.press('Escape'); try { await page.locator(selector).first().waitFor({state: 'detached', timeout: 3000}); } catch { found.push(`${what} stays after Escape`); await page.reload(); await ready(page); } };
      const dialog = async (what, opens) => { await opens(); try { await page.locator('dialog[open]').first().waitFor({timeout: 8000}); } catch { found.push(`${what} did not open`); return; } await page.waitForFunction(() => !document.querySelector('dialog[open] .skeleton')); await check(what, 'dialog[open]'); await closes(what, 'dialog[open]'); };
      const pop = async (what, opens) => { await opens(); await page.locator('.pop').first().waitFor(); await check(what, '.pop'); await closes(what, '.pop'); };
      const firstOf = async (list, more = {}) => (await call(user, still.url, 'list.query', {list, limit: 1, ...more})).rows[0].id;

      await show(page, 'opportunity.list');
      await dialog('palette', () => page.keyboard.press('Control+k'));
      await dialog('keys', () => page.getByRole('button', {name: 'Kortkommandon'}).first().click());
      await pop('user menu', () => page.locator('.user-btn').click());
      await pop('columns', () => page.getByRole('button', {name: 'Kolumner'}).click());
      await pop('filter', async () => { await page.getByRole('button', {name: 'Filter', exact: true}).click(); await page.getByRole('menuitem', {name: 'Planerat avslut'}).click(); });
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Space');
      await dialog('bulk change', () => page.locator('.bulk').getByRole('button', {name: /^Ändra/}).click());
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Escape');
      await dialog('paste into a list', () => page.evaluate(() => { document.querySelector('.grid-box').focus(); const data = new DataTransfer(); data.setData('text/plain', 'Rubrik\tKund\nEn affär\tC1001\n'); document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }));
      await page.locator('.grid-box').focus();
      await page.keyboard.press('o');
      await page.locator('.panel h1').waitFor(); await ready(page);
      await check('record in a panel', '.panel');
      await closes('record in a panel', '.panel');

      await show(page, 'to_link.list');
      await page.locator('.grid-box').focus(); await page.keyboard.press('Home'); await page.keyboard.press('o');
      await page.locator('.panel').waitFor(); await ready(page);
      await check('why it waits', '.panel');
      await closes('why it waits', '.panel');

      await show(page, 'opportunity.board');
      await pop('card menu', () => page.locator('[data-card]').first().getByRole('button').first().click());
      await show(page, 'group.tree');
      await page.locator('[role="treegrid"] [role="row"], .tree [role="row"]').first().waitFor();
      await check('tree with members', 'main');

      for (const [view, more] of [['opportunity.form', {filter: [{field: 'status', op: '=', value: 'open'}]}], ['lead.form', {filter: [{field: 'status', op: '=', value: 'new'}]}], ['campaign.form', {}], ['group.form', {}], ['customer.form', {}], ['order.form', {}], ['invoice.form', {}]]) {
        await show(page, `${view}/${await firstOf(view.split('.')[0], more)}`);
        for (const label of await asking(user, still.url, view)) {
          const head = page.locator('.form-head'), button = head.getByRole('button', {name: label, exact: true});
          if (await button.count() > 0) { await dialog(`${view}: ${label}`, () => button.first().click()); continue; }
          const many = head.getByRole('button', {name: 'Mer', exact: true});
          if (await many.count() === 0) continue;
          await many.click();
          const item = page.getByRole('menuitem', {name: label, exact: true});
          if (await item.count() > 0) await dialog(`${view}: ${label}`, () => item.click()); else await page.keyboard.press('Escape');
        }
      }
      await page.goto(`${still.url}/app/v/opportunity.form/new`); await ready(page);
      await page.getByRole('combobox', {name: 'Kund'}).fill('a');
      await page.getByRole('option').first().waitFor();
      await check('a reference being looked up', 'main');
      await page.keyboard.press('Escape');
      await pop('calendar', () => page.locator('#f-planned_close').locator('xpath=..').getByRole('button', {name: 'Välj datum'}).click());
      await page.getByRole('combobox', {name: 'Kund'}).fill('');
      await dialog('unsaved changes', async () => { await page.locator('#f-title').fill('Osparad'); await page.locator('.side').getByRole('link', {name: 'Kampanjer'}).click(); });
      await page.goto(NOWHERE.startsWith('http') ? NOWHERE : `${still.url}${NOWHERE}`);

      await show(page, 'sales_budget.matrix');
      const tools = () => page.locator('.matrix tbody tr').first().getByRole('button', {name: /^Mer/});
      for (const name of [/Fördela/, /Fjolåret/, /Historik/]) await dialog(`budget: ${name}`, async () => { await tools().click(); await page.getByRole('menuitem', {name}).click(); });
      for (const name of ['Sprid efter en säsong', 'Kopiera ett år']) await dialog(`budget: ${name}`, () => page.locator('.page-head').getByRole('button', {name}).click());
      await pop('budget: versions', () => page.locator('.page-head').getByRole('button', {name: 'Mer'}).click());

      for (const step of ['', '?step=1', '?step=2', '?step=3', '?step=4']) { await show(page, 'import.wizard'); await page.goto(`${still.url}/app/v/start.wizard${step}`); await ready(page); await check(`first steps ${step}`, 'main'); }
      await page.goto(`${still.url}/app/v/import.wizard?p.profile=opportunities`); await ready(page);
      await page.locator('input[type="file"]').setInputFiles({name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('Rubrik;Kund\nEn affär;C1001\n;C1001\n')});
      await page.getByRole('button', {name: /^Kontrollera/}).waitFor();
      await check('import: columns', 'main');
      await page.getByRole('button', {name: /^Kontrollera/}).click();
      await page.getByRole('button', {name: /^Importera/}).waitFor();
      await check('import: what it would do', 'main');
      assert.ok(seen > 25, `${seen} looked at`);
    });
    assert.deepEqual(found, []);
  },
};
