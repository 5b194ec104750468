// SPDX-License-Identifier: Apache-2.0
// Every page of the menus on the real host with the demo company: it opens for each role, axe finds nothing in light and dark,
// the keyboard reaches everything; three languages.
import assert from 'node:assert/strict';
import {axe, ready} from './browser.mjs';
import {firstLoad} from '../bench/measure.mjs';
import {besides, BESIDES, call, leaves, NOWHERE, show, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

/** Tabs through the main part: every stop is inside the window and looks focused, none is left out, and the way leads out again. */
async function walk(page) {
  const wrong = [];
  await page.evaluate(() => { window.stops = new Set(); document.getElementById('main').focus(); });
  for (let step = 0; ; ++step) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement, main = document.getElementById('main');
      if (!main.contains(element)) return null;
      const known = window.stops.has(element), box = element.getBoundingClientRect();
      window.stops.add(element);
      // A grid shows the focus at its active cell, a check box in a label of its own at the label.
      const shown = [element, ...element.querySelectorAll('.grid-cell.active, td.active')].some((one) => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none' && one.matches('.grid-cell.active, td.active'); });
      return {known, name: `${element.tagName.toLowerCase()}.${element.className} "${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)}"`, shown, inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
    });
    if (at === null) break;
    if (at.known || step > 400) { wrong.push(`trapped at ${at.name}`); break; }
    if (!at.shown) wrong.push(`no focus to be seen: ${at.name}`);
    if (!at.inside) wrong.push(`outside the window: ${at.name}`);
  }
  wrong.push(...await page.evaluate(() => {
    // Within these, arrows move (one stop for all), or the typing itself does what the button does; so it is with columns out of sight.
    const moved = '[role="grid"] *, [role="tablist"] [role="tab"], [data-card], [data-card] *, .affix > .btn, [role="treegrid"] *, .resizer, .grid-more';
    return [...document.querySelectorAll('#main :is(a[href], button, input, select, textarea, summary, [tabindex="0"])')]
      .filter((one) => !one.disabled && one.type !== 'hidden' && one.offsetParent !== null && getComputedStyle(one).visibility === 'visible' && !window.stops.has(one) && !one.matches(moved) && !(one.type === 'radio' && [...window.stops].some((stop) => stop.name === one.name)))
      .map((one) => `not reached: ${one.tagName.toLowerCase()}.${one.className} "${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 40)}"`);
  }));
  return wrong;
}

export const tests = {
  async 'the first page is at most 80 KB on the wire, heads of answers and data with it'({still}) {
    for (const path of ['/app', '/app/v/opportunity.list']) {
      for (const [login, language] of [['admin', 'sv'], ['erik', 'nb']]) {
        const first = await firstLoad(still.url, {login, password: 'nordljus', path, language});
        assert.ok(first.on_the_wire_kb <= 80, `${path}, ${login}: ${JSON.stringify(first)}`);
        assert.ok(first.answers > 10 && first.on_the_wire_kb > 40, `not all is counted: ${JSON.stringify(first)}`);
        assert.ok(first.files.every((one) => one.startsWith('app ') || one.startsWith('opportunity.list ') || one.endsWith(' br')), `packed by brotli: ${first.files.join(', ')}`);
        console.log(`  first load of ${path} as ${login}: ${first.on_the_wire_kb} KB in ${first.answers} answers`);
      }
    }
  },
  async 'every entry of the menu opens a working page, for each role'({demo}) {
    for (const [login, language] of [['admin', 'sv'], ['maria', 'nb'], ['erik', 'sv'], ['linda', 'en']]) {
      await within(demo.url, {login, language}, NOWHERE, async (page, user) => {
        const {views} = await (await user.context.request.get(`${demo.url}/api/views?lang=${language}`)).json(), titles = new Map(views.map((one) => [one.id, one.title]));
        // The administrator's menu is walked by the tests below; here it is every page that no menu leads to, each with a record.
        for (const view of login === 'admin' ? await besides(user, demo.url) : await leaves(user, demo.url)) {
          await show(page, view);
          assert.equal(await page.locator('main .notice[role="note"]').count(), 0, `${view}: a part that is not known`);
          if (login !== 'admin' && view !== 'sales.home') assert.equal(await page.locator('main h1').first().textContent(), titles.get(view), `${language}: ${view}`);
          // A key where a text should be; the log of changes names actions.
          if (!view.startsWith('audit.')) assert.deepEqual(await page.evaluate(() => { const out = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); while (walker.nextNode()) { const text = walker.currentNode.data.trim(); if (/^[a-z][a-z_]*(\.[a-z_0-9]+)+$/.test(text)) out.push(text); } return out; }), [], `${language}: ${view}`);
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
    await within(demo.url, {login: 'admin'}, NOWHERE, async (page, user) => {
      for (const view of [...await leaves(user, demo.url), ...BESIDES]) {
        await show(page, view);
        for (const one of await axe(page)) found.push(`light ${view} ${one}`);
        // Dark changes colours alone: what looks at them is asked again.
        await page.emulateMedia({colorScheme: 'dark'});
        for (const one of await axe(page, ['color-contrast', 'link-in-text-block'])) found.push(`dark ${view} ${one}`);
        await page.emulateMedia({colorScheme: 'light'});
      }
    });
    assert.deepEqual(found, []);
  },
  async 'the keyboard alone reaches everything on every page of the menu: the focus is seen, nothing traps it'({demo}) {
    const found = [];
    await within(demo.url, {login: 'admin', height: 900}, NOWHERE, async (page, user) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.className), 'skip', 'the first stop leads past the menu');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
      for (const view of [...await leaves(user, demo.url), ...BESIDES]) {
        await show(page, view);
        for (const one of await walk(page)) found.push(`${view}: ${one}`);
      }
    });
    assert.deepEqual(found, []);
  },
  async 'by keyboard alone: from the menu to a list, a record changed and saved, a card lost with its reason, taken back, the palette'({demo}) {
    await within(demo.url, {login: 'erik', width: 1440, height: 900}, '/app/', async (page, user) => {
      const focused = (test, what) => page.waitForFunction(test, what), tabTo = async (selector) => { for (let n = 0; n < 80; ++n) { if (await page.evaluate((one) => document.activeElement?.matches(one), selector)) return; await page.keyboard.press('Tab'); } assert.fail(`Tab never reaches ${selector}`); };
      await page.keyboard.press('F6');
      await tabTo('.side a[href="/app/v/opportunity.list"]');
      await page.keyboard.press('Enter');
      await page.waitForURL(/opportunity\.list/); await ready(page);
      await tabTo('.grid-box');
      await page.keyboard.press('ArrowDown'); await page.keyboard.press('Enter');
      await page.locator('.panel h1').waitFor(); await ready(page);
      for (let n = 0; n < 5 && !await page.evaluate(() => document.activeElement.closest('.panel')); ++n) await page.keyboard.press('F6');
      await tabTo('.panel #f-opportunity-form-title');
      await page.keyboard.press('Control+a'); await page.keyboard.type('Bara med tangenter');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      await page.keyboard.press('Escape');
      await focused(() => document.activeElement?.classList.contains('grid-box'));
      const {rows: [deal]} = await call(user, demo.url, 'list.query', {list: 'opportunity', search: 'Bara med tangenter', limit: 1});
      assert.ok(deal, 'saved');

      await page.evaluate(() => document.getElementById('main').focus());
      await tabTo('main a[href^="/app/v/opportunity.board"]');
      await page.keyboard.press('Enter');
      await page.waitForURL(/opportunity\.board/); await ready(page);
      await page.keyboard.press('/');
      await page.keyboard.type('Bara med tangenter');
      await page.waitForFunction(() => document.querySelectorAll('[data-card]').length === 1);
      await tabTo(`[data-card="${deal.id}"]`);
      await page.keyboard.press('Space');
      for (let n = 0; n < 8 && !/tappad/.test(await page.locator('.board-lift').textContent()); ++n) await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await tabTo('dialog [role="combobox"]');
      await page.keyboard.type('Pris');
      await page.getByRole('option', {name: 'Pris'}).waitFor();
      await page.keyboard.press('Enter');
      await tabTo('dialog .primary');
      await page.keyboard.press('Enter');
      await page.locator('.toast', {hasText: 'tappad'}).waitFor();
      assert.equal((await call(user, demo.url, 'list.record', {list: 'opportunity', id: deal.id})).cells.status, 'lost');
      for (let n = 0; n < 6 && !await page.evaluate(() => document.activeElement.closest('.toasts')); ++n) await page.keyboard.press('F6');
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Ångra');
      await page.keyboard.press('Enter');
      await page.locator('.toast', {hasText: 'Ångrat'}).waitFor();
      assert.equal((await call(user, demo.url, 'list.record', {list: 'opportunity', id: deal.id})).cells.status, 'open');

      await page.keyboard.press('Control+k');
      await page.keyboard.type('kampanjer');
      await page.getByRole('option', {name: /Kampanjer/}).first().waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(/campaign\.list/);
    });
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
};
