// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {RowCache, type Ask} from '../../src/grid/cache';
import {MAX_SPACER, ScrollModel, StandIn} from '../../src/grid/scroll';

test('a million rows fit below the height that browsers clamp', () => {
  const model = new ScrollModel(1_000_000, 40, 700);
  assert.equal(model.spacer, MAX_SPACER);
  model.scrolled(MAX_SPACER - 700);
  assert.equal(model.window(0).last, 999_999);
  model.scrolled(0);
  assert.equal(model.window(0).first, 0);
});
test('small movements go one to one, large ones in proportion', () => {
  const model = new ScrollModel(1_000_000, 40, 700);
  model.scrolled(100);
  assert.equal(model.top, 100);
  model.scrolled(3_000_000);
  assert.ok(Math.abs(model.top / model.whole - 0.5) < 0.01);
  const top = model.top;
  model.scrolled(3_000_120);
  assert.equal(model.top, top + 120);
});
test('rows are drawn where the window is, whatever the scale', () => {
  const model = new ScrollModel(1_000_000, 40, 700);
  for (const bar of [0, 50, 1_234_567, 5_999_300]) {
    model.scrolled(bar);
    const {first, last} = model.window(0);
    assert.ok(model.offset(first) <= bar + 1 && model.offset(first) > bar - 41, `first at ${bar}`);
    assert.ok(model.offset(last) + 40 >= bar + 699 || last === 999_999, `last at ${bar}`);
  }
});
test('every row can be reached from the keyboard', () => {
  const model = new ScrollModel(1_000_000, 40, 700);
  for (let row = 0; row < 1_000_000; row += 99_991) { model.reveal(row); const {first, last} = model.window(0); assert.ok(first <= row && row <= last); }
});
test('a row far below the window does not make the spacer higher', () => {
  const model = new ScrollModel(1_000_000, 40, 700);
  assert.ok(model.offset(999_999) + 40 <= model.spacer);
  model.scrolled(MAX_SPACER - 700);
  assert.equal(model.offset(999_999) + 40, MAX_SPACER);
});
test('rows of the latest place that has come stand in for a moment, no longer', () => {
  const stand = new StandIn(), come = new Set([0]), here = (top: number) => come.has(top), hold = StandIn.HOLD_MS;
  stand.pass(5000);
  assert.equal(stand.top(true, here, 1000), 0, 'where the list began');
  assert.equal(stand.top(true, here, 1000 + hold - 1), 0);
  assert.equal(stand.top(true, here, 1000 + hold), undefined, 'then it is told that rows are on their way');
  stand.pass(9000);
  assert.equal(stand.top(true, here, 1010 + hold), undefined, 'the same rows do not come again');
  come.add(5000);
  assert.equal(stand.top(true, here, 1020 + hold), 5000, 'the hand went on; what it passed is here');
  assert.equal(stand.top(false, here, 1030 + hold), undefined, 'the place itself');
});

const list = (total: number) => {
  const asked: Ask[] = [];
  const load = (ask: Ask) => {
    asked.push(ask);
    const skip = ask.skip ?? 0, end = ask.before !== undefined ? Number(ask.before) - skip : total;
    const from = ask.after !== undefined ? Number(ask.after) + skip : ask.before !== undefined ? Math.max(0, end - ask.limit) : ask.at !== undefined ? Math.min(Math.floor(ask.at * total), total - ask.limit) : 0, to = Math.min(end, from + ask.limit);
    return Promise.resolve({position: from, rows: Array.from({length: Math.max(0, to - from)}, (_, i) => ({id: from + i, version: 1, title: `r${from + i}`, cells: {}})), after: to < total ? String(to) : null, before: from > 0 ? String(from) : null});
  };
  return {asked, load};
};
const settle = () => new Promise((done) => setTimeout(done, 5));

test('neighbours are asked by cursor, far places by a seek; what comes next is asked while nobody waits', async () => {
  const {asked, load} = list(100_000), cache = new RowCache(load, () => undefined);
  cache.want(0, 40); await settle();
  assert.deepEqual(asked.splice(0), [{limit: 50}], 'a list that is only looked at asks for no more');
  cache.setTotal(100_000, true);
  cache.want(60, 140); await settle();
  assert.deepEqual(asked.splice(0), [{limit: 100, after: '50'}, {limit: 200, after: '150'}, {limit: 200, after: '350'}], 'the window by cursor, then the rows below');
  cache.want(70_010, 70_050); await settle();
  assert.ok(asked.length >= 2);
  assert.equal(asked[0]!.limit, 100);
  assert.ok(Math.abs(asked[0]!.at! - 0.7) < 0.0001);
  for (const at of [0, 49, 50, 150, 340, 70_000, 70_099, 70_299]) assert.equal(cache.row(at)?.id, at);
  cache.want(69_960, 69_999); await settle();
  assert.equal(cache.row(69_960)?.id, 69_960, 'upwards by cursor too');
  assert.ok(asked.slice(2).every((ask) => ask.at === undefined));
});
test('before anything is here only the beginning is asked for: no place is known yet', async () => {
  const {asked, load} = list(1_000_000), cache = new RowCache(load, () => undefined);
  cache.want(0, 0);
  cache.want(0, 60); await settle();
  assert.deepEqual(asked[0], {limit: 50});
  assert.ok(asked.every((ask) => ask.at === undefined), JSON.stringify(asked));
  for (const at of [0, 49, 50, 60]) assert.equal(cache.row(at)?.id, at);
});
test('what is a little further on is reached from the nearest cursor, down and up', async () => {
  const {asked, load} = list(1_000_000), cache = new RowCache(load, () => undefined);
  cache.want(0, 40); await settle();
  cache.setTotal(1_000_000, true);
  asked.splice(0);
  cache.want(5_000, 5_040); await settle();
  assert.deepEqual(asked[0], {limit: 50, after: '50', skip: 4_950});
  cache.want(500_000, 500_040); await settle();
  const from = asked.length;
  cache.want(490_000, 490_040); await settle();
  assert.deepEqual(asked[from], {limit: 50, before: '500000', skip: 9_950});
  for (const at of [5_000, 5_049, 490_000, 490_049, 500_040]) assert.equal(cache.row(at)?.id, at);
});
test('a question that is broken off leaves none of its rows behind as asked for', async () => {
  const waiting: {ask: Ask; signal?: AbortSignal | undefined; answer: () => void}[] = [], {load} = list(1_000_000);
  const cache = new RowCache((ask, signal) => new Promise((done, fail) => { waiting.push({ask, signal, answer: () => void load(ask).then(done)}); signal?.addEventListener('abort', () => fail(new DOMException('left', 'AbortError'))); }), () => undefined);
  cache.want(0, 40); waiting.shift()!.answer(); await settle();
  cache.setTotal(1_000_000, true);
  // On its way: rows of two blocks, of which one is left farther behind than the other. Then back to that one.
  cache.want(60, 140); cache.want(460, 490); cache.want(510, 540); cache.want(100, 140);
  for (let turn = 0; turn < 40 && waiting.length > 0; ++turn) { for (const one of waiting.splice(0)) if (!one.signal?.aborted) one.answer(); await settle(); }
  for (let at = 100; at <= 140; ++at) assert.equal(cache.row(at)?.id, at);
});
test('a hand on the scroll bar: what it passes is not all asked for, what was asked comes, the last place follows', async () => {
  const waiting: {ask: Ask; signal?: AbortSignal | undefined; answer: () => void}[] = [], {load} = list(1_000_000);
  const cache = new RowCache((ask, signal) => new Promise((done, fail) => { waiting.push({ask, signal, answer: () => void load(ask).then(done)}); signal?.addEventListener('abort', () => fail(new DOMException('left', 'AbortError'))); }), () => undefined);
  cache.want(0, 40); waiting.shift()!.answer(); await settle();
  cache.setTotal(1_000_000, true);
  waiting.splice(0);
  for (let at = 300_000; at <= 700_000; at += 50_000) cache.want(at, at + 30);
  assert.equal(waiting.length, 2, 'two of nine places');
  waiting[0]!.answer(); await settle();
  assert.equal(cache.row(300_000)?.id, 300_000, 'rows on the way');
  assert.ok(!waiting[1]!.signal?.aborted);
  assert.ok(Math.abs(waiting[2]!.ask.at! - 0.7) < 0.0001, 'then the last place');
  for (let turn = 0; turn < 40 && waiting.length > 1; ++turn) { for (const one of waiting.splice(1)) one.answer(); await settle(); }
  assert.equal(cache.row(700_010)?.id, 700_010);
});
test('a place that was left is not waited for longer than a moment', async () => {
  const waiting: {ask: Ask; signal?: AbortSignal | undefined; answer: () => void}[] = [], {load} = list(1_000_000);
  const cache = new RowCache((ask, signal) => new Promise((done, fail) => { waiting.push({ask, signal, answer: () => void load(ask).then(done)}); signal?.addEventListener('abort', () => fail(new DOMException('left', 'AbortError'))); }), () => undefined);
  cache.want(0, 40); waiting.shift()!.answer(); await settle();
  cache.setTotal(1_000_000, true);
  waiting.splice(0);
  for (const at of [300_000, 500_000, 700_000]) cache.want(at, at + 30);
  while (!waiting.some(({ask}) => Math.abs(ask.at! - 0.7) < 0.0001)) await settle();
  assert.ok(waiting[0]!.signal!.aborted && waiting[1]!.signal!.aborted);
});
test('the faster it goes, the more is fetched ahead, and in large pieces', async () => {
  const {asked, load} = list(1_000_000), cache = new RowCache(load, () => undefined);
  cache.want(0, 40); await settle();
  cache.setTotal(1_000_000, true);
  let at = 0;
  for (let frame = 0; frame < 40; ++frame) { at += 60; cache.want(at, at + 30); await settle(); }
  assert.ok(asked.slice(-5).every((ask) => ask.limit === 200), JSON.stringify(asked.slice(-5)));
  assert.ok(cache.row(at + 1_500), 'ready beyond the eight blocks of a slow movement');
  assert.ok(cache.loaded().length <= 20_000 + 200);
});
test('of very many rows those near the window are kept', async () => {
  const {load} = list(1_000_000), cache = new RowCache(load, () => undefined);
  cache.want(0, 40); await settle();
  cache.setTotal(1_000_000, true);
  for (let at = 0; at < 30_000; at += 150) { cache.want(at, at + 40); await Promise.resolve(); await new Promise((done) => setImmediate(done)); }
  await settle();
  assert.ok(cache.loaded().length <= 20_000 && cache.row(29_850) && !cache.row(0), String(cache.loaded().length));
});
test('a seek near the end does not move its rows', async () => {
  const {load} = list(1_020), cache = new RowCache(load, () => undefined);
  cache.want(0, 40); await settle();
  cache.setTotal(1_020, true);
  cache.want(1_001, 1_019); await settle();
  for (const at of [1_000, 1_010, 1_019]) assert.equal(cache.row(at)?.id, at);
  assert.equal(cache.total, 1_020);
});
test('what has scrolled away is not waited for, and before its turn not asked', async () => {
  const asked: [Ask, AbortSignal | undefined][] = [];
  const cache = new RowCache((ask, signal) => { asked.push([ask, signal]); return new Promise(() => undefined); }, () => undefined);
  cache.setTotal(100_000, true);
  for (let at = 0; at < 90_000; at += 5000) cache.want(at, at + 30);
  await settle();
  assert.equal(asked.filter(([, signal]) => !signal?.aborted).length, 1, 'only the last place is still asked for');
});
test('a failure is told and asked again', async () => {
  let bad = true;
  const {load} = list(50), cache = new RowCache((ask) => (bad ? Promise.reject(new Error('down')) : load(ask)), () => undefined);
  cache.want(0, 20); await settle();
  assert.equal(cache.trouble?.message, 'down');
  bad = false;
  await cache.refresh();
  assert.equal(cache.trouble, null);
  assert.equal(cache.total, 50);
});
