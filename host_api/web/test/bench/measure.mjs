// SPDX-License-Identifier: Apache-2.0
// From a click to what is painted, in a real browser. A moment counts when a frame that holds the thing has been handed to the
// screen: the next task after an animation frame in which it was found. Found means: in the window, where a pixel of it is asked for.
import {open, ready} from '../e2e/browser.mjs';

/** In the page: the watch. `stop[name]` answers true when that thing can be seen. */
const install = () => {
  const seen = (element) => { if (!element) return false; const box = element.getBoundingClientRect(), at = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, box.top + box.height / 2); return box.width > 0 && at !== null && (element.contains(at) || at.contains(element)); };
  const rows = () => [...document.querySelectorAll('.grid-body .grid-row:not([aria-busy])')];
  window.watch = {
    seen, rows,
    finds: {
      rows: () => rows().length > 0 && seen(rows()[0].querySelector('.cell-link')) && rows()[0].querySelector('.cell-link').textContent.trim() !== '',
      totals: () => { const sum = document.querySelector('.grid-foot .sum'); return Boolean(sum) && seen(sum) && /\d/.test(sum.textContent); },
      sums: () => { const open = [...document.querySelectorAll('.col:not(.shut)')]; return open.length > 0 && open.every((one) => /\d/.test(one.querySelector('.col-sums')?.textContent ?? '') || one.querySelector('.count-pill').textContent === '0') && seen(open[0].querySelector('.col-sums')); },
      cards: () => seen(document.querySelector('.col:not(.shut) [data-card]')),
    },
    /** Clicks nothing: waits for the next click, then for each thing; milliseconds from the click's own time stamp. */
    start(names) {
      window.watch.result = new Promise((done, fail) => {
        setTimeout(() => fail(new Error(`never painted: ${names.filter((name) => !window.watch.finds[name]()).join(', ')}`)), 20_000);
        addEventListener('click', (event) => {
          // The page that is left may hold such things too: they do not count.
          for (const old of document.querySelectorAll('.grid-row, .col')) old.setAttribute('data-left', '');
          const began = event.timeStamp, times = {}, after = new MessageChannel(), look = () => {
            const found = names.filter((name) => !(name in times) && !document.querySelector('main [data-left]') && window.watch.finds[name]());
            if (found.length > 0) { after.port1.onmessage = () => { const now = performance.now(); for (const name of found) times[name] ??= now - began; if (Object.keys(times).length === names.length) done(times); }; after.port2.postMessage(0); }
            if (Object.keys(times).length < names.length) requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }, {capture: true, once: true});
      });
    },
    /** Every frame until `ended`: for how long a row that can be seen stood empty, for how long all of them did, how far apart frames were;
     *  after the bar was thrown, for how long the window did not show the rows of its place: rows of another stand in, or empty ones. */
    blanks() {
      const box = document.querySelector('.grid-box'), state = {row: 0, window: 0, elsewhere: [], frames: [], moved: 0, before: performance.now(), ended: false}, empty = new Map();
        let thrown = null, left = '';
      let since = null, last = performance.now(), top = box.scrollTop;
      const step = () => {
        const now = performance.now(), frame = box.getBoundingClientRect();
        state.frames.push(now - last); last = now;
        const by = Math.abs(box.scrollTop - top);
        state.moved += by; top = box.scrollTop;
        const shown = [...box.querySelectorAll('.grid-body .grid-row')].filter((row) => { const at = row.getBoundingClientRect(); return at.bottom > frame.top && at.top < frame.bottom; });
        const blank = shown.filter((row) => row.hasAttribute('aria-busy')).map((row) => row.getAttribute('aria-rowindex'));
        for (const index of [...empty.keys()]) if (!blank.includes(index)) empty.delete(index);
        for (const index of blank) { if (!empty.has(index)) empty.set(index, now); state.row = Math.max(state.row, now - empty.get(index)); }
        const firstIndex = shown[0]?.getAttribute('aria-rowindex') ?? '';
        if (thrown !== null && blank.length === 0 && firstIndex !== left) { state.elsewhere.push(now - thrown); thrown = null; }
        if (by > box.clientHeight * 2 && thrown === null) { thrown = state.before; left = state.index; if (blank.length === 0 && firstIndex !== left) { state.elsewhere.push(now - thrown); thrown = null; } }
        state.before = now; state.index = firstIndex;
        if (blank.length === shown.length) { since ??= now; state.window = Math.max(state.window, now - since); } else since = null;
        if (!state.ended) requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
      window.watch.state = state;
    },
  };
};

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
export const told = (list) => ({median: Math.round(median(list) * 10) / 10, worst: Math.round(Math.max(...list) * 10) / 10});

/** Clicks the link to `view`, in the menu or above the list, and answers the milliseconds until each of `names` is painted. */
export async function clickTo(page, view, names) {
  await page.evaluate(install);
  const link = page.locator(`.side a[href$="/v/${view}"], main a[href*="/v/${view}"]`).first();
  await link.scrollIntoViewIfNeeded();
  // From elsewhere to the link and at once the press: no hand is that quick, and nothing could be fetched ahead.
  await page.mouse.move(5, 5);
  await page.evaluate((list) => window.watch.start(list), names);
  const box = await link.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  return page.evaluate(() => window.watch.result);
}

/** The page at rest: what is fetched ahead is there, as a second after the page came. */
const rest = async (page) => { await ready(page); await page.waitForTimeout(800); };

/** One visitor per round: from the first page to the list, to the board, and both once more. */
export async function clicks(base, {login, password, rounds, from = 'campaign.list', list = 'opportunity.list', board = 'opportunity.board', prepare = null}) {
  const out = {'list, first visit': [], 'board, first visit': [], 'list, again': [], 'board, again': []};
  for (let round = 0; round < rounds; ++round) {
    const user = await open(base, {width: 1440, height: 900, login, password});
    try {
      await prepare?.(user);
      await user.page.goto(`${base}/app/v/${from}`);
      await rest(user.page);
      for (const turn of ['first visit', 'again']) {
        out[`list, ${turn}`].push(await clickTo(user.page, list, ['rows', 'totals']));
        await rest(user.page);
        out[`board, ${turn}`].push(await clickTo(user.page, board, ['sums', 'cards']));
        await rest(user.page);
        await user.page.locator(`.side a[href$="/v/${from}"]`).click();
        await rest(user.page);
      }
    } finally { await user.end(); }
  }
  return Object.fromEntries(Object.entries(out).map(([name, times]) => [name, Object.fromEntries(Object.keys(times[0]).map((what) => [what, told(times.map((one) => one[what]))]))]));
}

/** Wheel, page keys and the scroll bar, over a list of all rows. */
export async function scrolling(base, {login, password, seconds, list = 'opportunity.list'}) {
  const user = await open(base, {width: 1440, height: 900, login, password}), out = {};
  try {
    const {page} = user;
    await page.goto(`${base}/app/v/${list}?v=all`);
    await rest(page);
    await page.evaluate(install);
    const box = await page.locator('.grid-box').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    let questions = 0;
    page.on('request', (request) => { if (request.url().includes('/list.query')) questions += 1; });
    const during = async (name, work) => {
      questions = 0;
      await page.evaluate(() => window.watch.blanks());
      const until = Date.now() + seconds * 1000;
      while (Date.now() < until) await work();
      await page.waitForTimeout(400);
      const state = await page.evaluate(() => { window.watch.state.ended = true; return window.watch.state; });
      const frames = [...state.frames].sort((a, b) => a - b);
      out[name] = {row_blank_longest_ms: Math.round(state.row), window_blank_longest_ms: Math.round(state.window), ...(state.elsewhere.length > 0 ? {rows_of_the_place_ms: told(state.elsewhere)} : {}), frame_p95_ms: Math.round(frames[Math.floor(frames.length * 0.95)]), frames: frames.length, questions, moved_px: Math.round(state.moved), at_row: await page.evaluate(() => Number(document.querySelector('.grid-body .grid-row')?.getAttribute('aria-rowindex'))), of: await page.evaluate(() => Number(document.querySelector('.grid-box').getAttribute('aria-rowcount')) - 1)};
    };
    await during('wheel', async () => { await page.mouse.wheel(0, 240); await page.waitForTimeout(16); });
    await during('fast wheel', async () => { await page.mouse.wheel(0, 1600); await page.waitForTimeout(16); });
    await page.locator('.grid-box').focus();
    await during('page down', async () => { await page.keyboard.press('PageDown'); await page.waitForTimeout(30); });
    // A hand on the scroll bar: to places all over the list, three a second.
    let at = 0;
    await during('scroll bar', async () => { at = (at + 0.137) % 1; await page.evaluate((part) => { const grid = document.querySelector('.grid-box'); grid.scrollTop = part * (grid.scrollHeight - grid.clientHeight); }, at); await page.waitForTimeout(300); });
  } finally { await user.end(); }
  return out;
}

/** What comes over the line, heads of answers and all, before the first page stands, in a browser that knows nothing yet; and what it
 *  fetches ahead after that. `path`: that page. */
export async function firstLoad(base, {login, password, path = '/app/v/opportunity.list', language = 'sv'}) {
  const user = await open(base, {width: 1440, height: 900, login, password, language});
  try {
    const session = await user.context.newCDPSession(user.page), answers = new Map();
    await session.send('Network.enable');
    session.on('Network.responseReceived', ({requestId, response}) => answers.set(requestId, {url: response.url.replace(base, ''), bytes: 0, encoding: response.headers['content-encoding'] ?? response.headers['Content-Encoding'] ?? ''}));
    session.on('Network.loadingFinished', ({requestId, encodedDataLength}) => { const one = answers.get(requestId); if (one) one.bytes = encodedDataLength; });
    // What is fetched ahead waits for an idle moment: here for the end of the count, however slow the machine is.
    await user.page.addInitScript(() => { window.held = []; window.requestIdleCallback = (run) => window.held.push(run); });
    await user.page.goto(base + path);
    await ready(user.page);
    await user.page.waitForTimeout(300);
    const atFirst = new Set(answers.keys());
    await user.page.evaluate(() => { window.requestIdleCallback = (run) => setTimeout(run); for (const run of window.held.splice(0)) run(); });
    await user.page.waitForTimeout(2500);
    const kb = (bytes) => Math.round(bytes / 102.4) / 10, first = [...answers].filter(([id]) => atFirst.has(id)).map(([, one]) => one), all = [...answers.values()], sum = (some) => kb(some.reduce((bytes, one) => bytes + one.bytes, 0));
    const data = (one) => one.url.startsWith('/api/'), name = (one) => one.url.replace(/\?.*/, '').split('/').pop();
    return {on_the_wire_kb: sum(first), files_kb: sum(first.filter((one) => !data(one))), answers: first.length, files: first.filter((one) => !data(one)).map((one) => `${name(one)} ${kb(one.bytes)} ${one.encoding}`), ahead_kb: Math.round((sum(all) - sum(first)) * 10) / 10, ahead: all.filter((one) => !first.includes(one) && !data(one)).map(name)};
  } finally { await user.end(); }
}

/** What the same browser and host take for nothing: an empty call, and forty plain rows painted after a click. */
export async function calibration(base, {login, password, rounds}) {
  const user = await open(base, {width: 1440, height: 900, login, password}), empty = [], plain = [];
  try {
    await user.page.goto(`${base}/app/v/campaign.list`);
    await rest(user.page);
    for (let round = 0; round < rounds; ++round) {
      empty.push(await user.page.evaluate(async () => { const began = performance.now(); await (await fetch('/api/actions/company.get', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'})).json(); return performance.now() - began; }));
      plain.push(await user.page.evaluate(() => new Promise((done) => {
        const began = performance.now(), table = document.createElement('table'), main = document.querySelector('main');
        for (let i = 0; i < 40; ++i) { const row = table.insertRow(); for (let j = 0; j < 10; ++j) row.insertCell().textContent = `${i}·${j} Bageriet`; }
        main.prepend(table);
        requestAnimationFrame(() => { const after = new MessageChannel(); after.port1.onmessage = () => { table.remove(); done(performance.now() - began); }; after.port2.postMessage(0); });
      })));
    }
  } finally { await user.end(); }
  return {'an empty call from the page': told(empty), 'forty plain rows of text painted': told(plain)};
}
