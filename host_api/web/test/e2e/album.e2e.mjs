// SPDX-License-Identifier: Apache-2.0
// Pictures of the pages in build/screenshots, light and dark, desktop and phone, before other tests have worked in the company.
import assert from 'node:assert/strict';
import {ready, shot} from './browser.mjs';
import {call, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

const PICTURES = ['sales.home', 'opportunity.list', 'opportunity.board', 'opportunity.form', 'campaign.form', 'report.sales'];
/** The record that a form shows: an open deal, the first campaign. */
const SHOWN = {opportunity: {filter: [{field: 'status', op: '=', value: 'open'}]}, campaign: {search: 'Höstmässan'}};


export const tests = {
  async 'pictures: light and dark, desktop and phone'({demo}) {
    for (const dark of [false, true]) {
      for (const [size, width, height] of [['desktop', 1440, 900], ['phone', 390, 844]]) {
        await within(demo.url, {login: 'erik', dark, width, height}, '/app/', async (page, user) => {
          for (const view of PICTURES) {
            const list = /^(\w+)\.form$/.exec(view)?.[1], record = list ? `/${(await call(user, demo.url, 'list.query', {list, ...SHOWN[list], limit: 1})).rows[0].id}` : '';
            await page.goto(`${demo.url}/app/v/${view}${record}`); await ready(page); await shot(page, `${view.replace(/\W/g, '_')}_${size}_${dark ? 'dark' : 'light'}`); assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width, `${view} is wider than ${width}`);
          }
        });
      }
    }
  },
};
