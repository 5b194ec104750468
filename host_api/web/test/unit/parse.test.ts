// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {addDays, addMonths, isoWeek, weekday} from '../../src/core/days';
import {parseBlock, parseDate, parseDecimal, parseMinor, spread} from '../../src/core/parse';

const minor = (text: string, language = 'sv', digits = 2) => { const read = parseMinor(text, digits, language); return read.ok ? read.value : read.key; };

test('amounts are read with comma or point, spaces, signs and short units', () => {
  for (const [text, value] of [['1 234,50', 123450], ['1\u00a0234,5', 123450], ['1234.50', 123450], ['1.234,50', 123450], ['1,234.50', 123450], ['25k', 2500000], ['1,5 m', 150000000], ['\u2212100', -10000], ['0', 0], ['100 kr', 10000], ['', null], ['12,00', 1200]] as const) assert.equal(minor(text), value, text);
  assert.equal(minor('1,234', 'en'), 123400);
  assert.equal(minor('500', 'sv', 0), 500);
});
test('what has two meanings or none is refused, never guessed', () => {
  for (const [text, key] of [['1,234', 'parse.decimals'], ['abc', 'parse.amount'], ['1,2,3', 'parse.amount'], ['--1', 'parse.amount'], ['99999999999999999', 'parse.large'], ['12,345', 'parse.decimals'], [',', 'parse.amount']] as const) {
    assert.equal(minor(text), key, text);
  }
});
test('percents travel as text', () => {
  assert.deepEqual(parseDecimal('31,56'), {ok: true, value: '31.56'});
  assert.deepEqual(parseDecimal('33.340 %'), {ok: false, key: 'parse.decimals'});
  assert.deepEqual(parseDecimal('007'), {ok: true, value: '7'});
  assert.deepEqual(parseDecimal('x'), {ok: false, key: 'parse.number'});
});
test('dates in the ways of three languages', () => {
  const today = '2026-11-28';
  for (const [text, day] of [['2026-12-31', '2026-12-31'], ['31.12.2026', '2026-12-31'], ['31/12', '2026-12-31'], ['20261231', '2026-12-31'], ['+7', '2026-12-05'], ['idag', today], ['i morgen', '2026-11-29'], ['v48', '2026-11-23'], ['1.2.27', '2027-02-01']] as const) assert.deepEqual(parseDate(text, today), {ok: true, value: day}, text);
  for (const text of ['31.2.2026', '2026-13-01', 'soon', '0', '2026-02-29', 'v54']) assert.deepEqual(parseDate(text, today), {ok: false, key: 'parse.date'}, text);
});
test('calendar arithmetic', () => {
  assert.equal(addMonths('2026-01-31', 1), '2026-02-28');
  assert.equal(addDays('2026-02-28', 1), '2026-03-01');
  assert.equal(isoWeek('2026-01-01'), 1);
  assert.equal(isoWeek('2027-01-01'), 53);
  assert.equal(weekday('2026-11-29'), 7);
});
test('a spread keeps the whole to the minor unit', () => {
  assert.deepEqual(spread(10000, Array<number>(12).fill(1)), [834, 834, 834, 834, 833, 833, 833, 833, 833, 833, 833, 833]);
  let seed = 7;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
  for (let round = 0; round < 500; ++round) {
    const weights = Array.from({length: 1 + next() % 12}, () => next() % 1000), total = (next() % 2 ? 1 : -1) * next() * 1000;
    assert.equal(spread(total, weights).reduce((a, b) => a + b, 0), total);
  }
});
test('a block of a spreadsheet', () => {
  assert.deepEqual(parseBlock('1\t2\r\n"a\tb"\t"say ""hi"""\n'), [['1', '2'], ['a\tb', 'say "hi"']]);
  assert.deepEqual(parseBlock(''), []);
});
