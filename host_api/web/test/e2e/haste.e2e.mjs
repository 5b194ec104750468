// SPDX-License-Identifier: Apache-2.0
// Who is quicker than the page, on a slow machine or a slow line: no key, click or word is lost, and none goes elsewhere.
import assert from 'node:assert/strict';
import {startFixture} from '../fixture/server.mjs';
import {open, ready} from './browser.mjs';

export const before = async () => ({small: await startFixture({rows: 400})});
export const after = async ({small}) => { await small.close(); };

/** On a page whose processor is a small part of the machine's. */
async function slowly(base, options, path, work, rate = 20) {
  const user = await open(base, options);
  let bad = [];
  try {
    await user.visit(path);
    await (await user.context.newCDPSession(user.page)).send('Emulation.setCPUThrottlingRate', {rate});
    await user.page.evaluate(() => { window.keysSeen = []; addEventListener('keydown', (event) => window.keysSeen.push(event.key), true); });
    await work(user.page, user);
  } catch (error) {
    // A key that never came is Chromium's, one that did nothing is the page's.
    console.log(`  keys that came: ${await user.page.evaluate(() => window.keysSeen?.join(' ')).catch(() => '?')}`);
    throw error;
  } finally { bad = await user.end(); }
  assert.deepEqual(bad, []);
}
export const tests = {
  async 'a search that is typed on while its hits come keeps each letter'({small}) {
    for (const view of ['list', 'board']) {
      await slowly(small.url, {width: 1440}, `/app/v/opportunity.${view}?v=all`, async (page) => {
        const box = page.getByRole('searchbox');
        await box.focus();
        // The pause after which it is asked for falls between the letters, and on them.
        for (const letter of 'Projekt') { await page.keyboard.type(letter); await page.waitForTimeout(205 + letter.charCodeAt(0) % 4 * 10); }
        assert.equal(await box.inputValue(), 'Projekt');
        await page.waitForURL(/q=Projekt$/);
        assert.equal(await box.inputValue(), 'Projekt');
      }, 8);
    }
  },
  async 'Enter right after a name takes what is found for that name'({small}) {
    await slowly(small.url, {}, '/app/v/opportunity.form/4', async (page) => {
      const box = page.getByRole('combobox', {name: 'Kund'});
      await box.click();
      await page.getByRole('option').first().waitFor();
      const lookup = small.hold('list.lookup');
      await box.fill('solro');
      await page.keyboard.press('Enter'); await page.keyboard.press('Tab');
      await lookup.asked;
      lookup.free();
      await page.waitForFunction(() => document.querySelector('#f-customer')?.value === 'Café Solrosen');
      assert.equal(await page.getByRole('option').count(), 0, 'the list is closed');
      assert.equal(small.byId(4).version, 1, 'Enter did not save the form');
    });
  },
  async 'Enter right after a text in the palette opens what is found for it'({small}) {
    await slowly(small.url, {}, '/app/v/opportunity.list?v=all', async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('pro');
      await page.getByRole('option', {name: /Projektering/}).first().waitFor();
      const lookup = small.hold('list.lookup');
      await page.keyboard.type('jektering, 1');
      await page.keyboard.press('Enter');
      await lookup.asked;
      lookup.free();
      await page.waitForURL(/opportunity\.form\/\d+/); await ready(page);
      assert.match(await page.locator('main h1').textContent(), /^Projektering, 1/);
    });
  },
  async 'a card goes as many columns as arrows were pressed, and lands where the mouse let it go'({small}) {
    // Keys and moves that come before anything is painted.
    await slowly(small.url, {width: 1600}, '/app/v/opportunity.board?v=all', async (page) => {
      const first = (column) => page.locator('.col').nth(column).locator('.col-card').first().getAttribute('data-card').then(Number), id = await first(2);
      await page.locator('.col-card[tabindex="0"]').focus();
      await page.evaluate(async () => {
        for (const key of ['ArrowRight', 'ArrowRight', ' ', 'ArrowRight', ' ']) {
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
          for (let n = 0; n < 10; ++n) await null;
        }
      });
      await page.locator('.toast', {hasText: 'flyttad till Slutfas'}).waitFor();
      assert.equal(small.byId(id).cells.step.id, 4);
      await page.locator(`.col:nth-child(4) [data-card="${id}"]`).waitFor();
      const dragged = await first(0), from = await page.locator(`[data-card="${dragged}"]`).boundingBox(), to = await page.locator('.col').nth(2).boundingBox();
      await page.evaluate(([card, ...places]) => {
        for (const [type, clientX, clientY] of places) (type === 'pointerdown' ? document.querySelector(`[data-card="${card}"]`) : window).dispatchEvent(new PointerEvent(type, {clientX, clientY, button: 0, pointerType: 'mouse', bubbles: true, cancelable: true}));
      }, [dragged, ['pointerdown', from.x + 60, from.y + 14], ['pointermove', from.x + 90, from.y + 30], ['pointermove', to.x + 80, to.y + 200], ['pointerup', to.x + 80, to.y + 200]]);
      await page.locator('.toast', {hasText: 'flyttad till Förhandling'}).waitFor();
      assert.equal(small.byId(dragged).cells.step.id, 3);
    }, 1);
  },
  async 'a card that is moved again goes on, whether the first move or the board read anew is still on its way'({small}) {
    await slowly(small.url, {width: 1600}, '/app/v/opportunity.board?v=all', async (page) => {
      const id = Number(await page.locator('.col').nth(0).locator('.col-card').first().getAttribute('data-card')), titles = await page.locator('.col h2').allTextContents();
      const card = page.locator(`[data-card="${id}"]`), before = small.byId(id).cells.step.id;
      const further = async () => { for (const key of ['Space', 'ArrowRight', 'Space']) await page.keyboard.press(key); };
      await card.focus();
      const summary = small.hold('list.summary');
      await further();
      await page.locator('.toast', {hasText: `flyttad till ${titles[1]}`}).waitFor();
      await summary.asked;
      const move = small.hold('opportunity.set_step');
      await further(); await move.asked;
      await further();
      await page.waitForFunction((one) => document.querySelectorAll('.col')[3]?.querySelector(`[data-card="${one}"]`), id);
      move.free();
      await page.locator('.toast', {hasText: `flyttad till ${titles[3]}`}).waitFor();
      assert.equal(small.byId(id).cells.step.id, before + 3, 'each move was done');
      summary.free();
      await page.waitForFunction((one) => { const held = [...document.querySelectorAll('.col')].map((column) => column.querySelectorAll(`[data-card="${one}"]`).length); return held[3] === 1 && held[0] + held[1] + held[2] === 0; }, id);
      // What it is taken back to is where it came from last.
      await page.locator('.toast', {hasText: `flyttad till ${titles[3]}`}).getByRole('button', {name: 'Ångra'}).click();
      await page.waitForFunction((one) => document.querySelectorAll('.col')[2]?.querySelector(`[data-card="${one}"]`), id);
      assert.equal(small.byId(id).cells.step.id, before + 2);
    }, 1);
  },
  async 'what is typed while a form is being saved is there after it, and is saved by the next'({small}) {
    await slowly(small.url, {}, '/app/v/opportunity.form/20', async (page) => {
      await page.getByLabel('Rubrik').fill('Först sparad');
      const save = small.hold('opportunity.update');
      await page.keyboard.press('Control+s');
      await save.asked;
      await page.getByLabel('Sannolikhet').fill('35');
      await page.getByLabel('Rubrik').fill('Ändrad under tiden');
      save.free();
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(20).title, 'Först sparad');
      assert.deepEqual([await page.getByLabel('Rubrik').inputValue(), await page.getByLabel('Sannolikhet').inputValue()], ['Ändrad under tiden', '35']);
      await page.keyboard.press('Control+s');
      await page.waitForFunction(() => !document.querySelector('.save-bar'));
      assert.deepEqual([small.byId(20).title, small.byId(20).cells.probability], ['Ändrad under tiden', '35']);
    });
  },
  async 'Ctrl+S saves the date that stands in the field it is pressed in'({small}) {
    await slowly(small.url, {}, '/app/v/opportunity.form/21', async (page) => {
      await page.getByLabel('Planerad stängning').fill('24/12');
      await page.keyboard.press('Control+s');
      await page.locator('.toast', {hasText: 'sparad'}).waitFor();
      assert.equal(small.byId(21).cells.planned_close, '2026-12-24');
    });
  },
  async 'what is typed into a cell whose editor is on its way is in it; a click elsewhere keeps the focus there'({small}) {
    await slowly(small.url, {}, '/app/v/step.list', async (page) => {
      const code = small.hold('list_cell-');
      await page.locator('.grid-box').focus();
      await page.keyboard.press('Home'); await page.keyboard.press('Enter');
      await page.keyboard.type('xoj');
      code.free();
      await page.waitForFunction(() => document.querySelector('.cell-editor input')?.value === 'xoj');
      await page.keyboard.type('k');
      await page.keyboard.press('Enter'); await page.keyboard.press('ArrowDown'); await page.keyboard.press('Enter');
      await page.locator('.toast', {hasText: 'xojk'}).waitFor();
      const second = page.locator('.grid-body .grid-row').nth(1).locator('.cell-editor input');
      await second.waitFor();
      await page.getByRole('searchbox').click();
      await second.waitFor({state: 'detached'});
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search');
    });
  },
  async 'a change by somebody else is told of to who goes on typing'({small}) {
    await slowly(small.url, {}, '/app/v/opportunity.form/22', async (page) => {
      await page.getByLabel('Rubrik').fill('Skrivs');
      // What is changed before the page asks for changes is none.
      await page.waitForFunction(() => performance.getEntriesByType('resource').some((one) => one.name.includes('/api/changes')));
      let told = false;
      const news = page.locator('.notice', {hasText: 'Någon annan har just sparat'}).waitFor().then(() => { told = true; });
      small.write(22, {note: 'deras'});
      for (let n = 0; n < 30 && !told; ++n) await page.keyboard.type('a', {delay: 40});
      await news;
      assert.match(await page.getByLabel('Rubrik').inputValue(), /^Skrivsa+$/);
    }, 1);
  },
};
