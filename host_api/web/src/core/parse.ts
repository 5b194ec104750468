// SPDX-License-Identifier: Apache-2.0
// Reads what people type: amounts with comma or point, dates in the ways of sv, nb and en. Pure; no answer is guessed: what
// has two meanings is refused with the reason.

import {addDays, daysIn, iso, weekday, type Day} from './days';

export type Language = string;
export type Read<T> = {ok: true; value: T} | {ok: false; key: string};

const GROUPS = /[\s\u00a0\u202f'’]/g;

/** Minor units; `digits` = decimals of the currency. "1 234,50", "1,234.50", "25k", "1,5 m" are read. */
export function parseMinor(text: string, digits: number, language: Language): Read<number | null> {
  let rest = text.trim().replace(GROUPS, '').replace(/\u2212/g, '-').toLowerCase();
  if (rest === '') return {ok: true, value: null};
  rest = rest.replace(/(kr|sek|nok|eur|usd|gbp|€|\$|£)$/, (unit) => (unit === 'kr' && /(t|m)$/.test(rest.slice(0, -2)) ? '' : ''));
  let scale = 0;
  const unit = /(k|t|m)$/.exec(rest);
  if (unit) { scale = unit[1] === 'm' ? 6 : 3; rest = rest.slice(0, -1); }
  const negative = rest.startsWith('-') || /^\(.*\)$/.test(rest);
  rest = rest.replace(/^[-+]/, '').replace(/^\((.*)\)$/, '$1');
  if (!/^[\d.,]+$/.test(rest)) return {ok: false, key: 'parse.amount'};
  const commas = rest.split(',').length - 1, points = rest.split('.').length - 1;
  let decimalAt = -1;
  if (commas > 0 && points > 0) decimalAt = Math.max(rest.lastIndexOf(','), rest.lastIndexOf('.'));
  else if (commas === 1 || points === 1) {
    const at = Math.max(rest.indexOf(','), rest.indexOf('.'));
    const grouping = language.startsWith('en') && rest[at] === ',' && rest.length - at === 4;
    decimalAt = grouping ? -1 : at;
  }
  const sign = decimalAt >= 0 ? rest[decimalAt]! : '';
  if (sign && rest.indexOf(sign) !== decimalAt) return {ok: false, key: 'parse.amount'};
  const grouped = rest.slice(0, decimalAt < 0 ? undefined : decimalAt);
  if (/[.,]/.test(grouped) && !/^\d{1,3}([.,]\d{3})+$/.test(grouped)) return {ok: false, key: 'parse.amount'};
  const whole = (decimalAt < 0 ? rest : rest.slice(0, decimalAt)).replace(/[.,]/g, '');
  let part = decimalAt < 0 ? '' : rest.slice(decimalAt + 1);
  const places = digits + scale;
  part = part.replace(new RegExp(`^(\\d{${places}})0+$`), '$1');
  if (part.length > places) return {ok: false, key: 'parse.decimals'};
  if (whole === '' && part === '') return {ok: false, key: 'parse.amount'};
  const number = Number(`${whole || '0'}${part.padEnd(places, '0')}`);
  if (!Number.isSafeInteger(number) || number > 900_000_000_000_000) return {ok: false, key: 'parse.large'};
  return {ok: true, value: negative && number !== 0 ? -number : number};
}

/** "31,56" -> "31.56": percents and shares travel as texts, so that no binary fraction touches them. */
export function parseDecimal(text: string, places = 2): Read<string | null> {
  const rest = text.trim().replace(GROUPS, '').replace(/%$/, '').replace(',', '.').replace(/\u2212/g, '-');
  if (rest === '') return {ok: true, value: null};
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(rest)) return {ok: false, key: 'parse.number'};
  const [whole = '0', part = ''] = rest.split('.');
  if (part.length > places) return {ok: false, key: 'parse.decimals'};
  const trimmed = part.replace(/0+$/, '');
  return {ok: true, value: `${whole === '' || whole === '-' ? `${whole}0` : whole.replace(/^(-?)0+(?=\d)/, '$1')}${trimmed ? `.${trimmed}` : ''}`};
}

export function parseInteger(text: string): Read<number | null> {
  const rest = text.trim().replace(GROUPS, '').replace(/\u2212/g, '-');
  if (rest === '') return {ok: true, value: null};
  if (!/^-?\d{1,15}$/.test(rest)) return {ok: false, key: 'parse.whole'};
  return {ok: true, value: Number(rest)};
}

const WORDS: Record<string, number> = {
  today: 0, idag: 0, 'i dag': 0, tomorrow: 1, imorgon: 1, 'i morgon': 1, imorgen: 1, 'i morgen': 1, yesterday: -1, igår: -1, 'i går': -1,
};

/** "2026-11-28", "28.11.2026", "28/11", "20261128", "+7", "idag", "v48". */
export function parseDate(text: string, today: string): Read<string | null> {
  const rest = text.trim().toLowerCase();
  if (rest === '') return {ok: true, value: null};
  if (rest in WORDS) return {ok: true, value: addDays(today, WORDS[rest]!)};
  const moved = /^([+-]\d{1,4})$/.exec(rest);
  if (moved) return {ok: true, value: addDays(today, Number(moved[1]))};
  const week = /^[vuw]\.?\s*(\d{1,2})$/.exec(rest);
  if (week) {
    const year = Number(today.slice(0, 4)), first = `${year}-01-04`;
    const monday = addDays(first, 1 - weekday(first) + (Number(week[1]) - 1) * 7);
    return Number(week[1]) >= 1 && Number(week[1]) <= 53 ? {ok: true, value: monday} : {ok: false, key: 'parse.date'};
  }
  const found = /^(\d{4})[-./]?(\d{2})[-./]?(\d{2})$/.exec(rest) ?? /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})$/.exec(rest);
  let day: Day | null = null;
  if (found) day = {year: Number(found[1]), month: Number(found[2]), day: Number(found[3])};
  const european = /^(\d{1,2})[./ ](\d{1,2})(?:[./ ](\d{4}|\d{2}))?\.?$/.exec(rest);
  if (!day && european) {
    const year = european[3] === undefined ? Number(today.slice(0, 4)) : european[3].length === 2 ? 2000 + Number(european[3]) : Number(european[3]);
    day = {year, month: Number(european[2]), day: Number(european[1])};
  }
  if (!day || day.month < 1 || day.month > 12 || day.day < 1 || day.day > daysIn(day.year, day.month) || day.year < 1900) return {ok: false, key: 'parse.date'};
  return {ok: true, value: iso(day)};
}

/** Splits to the minor unit, the remainder from the first part on: 100.00 over 12 -> 8.34 x 4, 8.33 x 8. */
export function spread(total: number, weights: number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (weights.length === 0) return [];
  const even = sum <= 0 ? weights.map(() => 1) : weights;
  const whole = even.reduce((a, b) => a + b, 0);
  const sign = total < 0 ? -1 : 1, size = BigInt(Math.abs(total));
  const scale = even.map((weight) => BigInt(Math.round(weight * 1000))), scaleSum = scale.reduce((a, b) => a + b, 0n) || BigInt(whole);
  const parts = scale.map((weight) => Number(size * weight / scaleSum));
  let rest = Math.abs(total) - parts.reduce((a, b) => a + b, 0);
  for (let i = 0; rest > 0; i = (i + 1) % parts.length) {
    if (scale[i]! > 0n) { parts[i] = parts[i]! + 1; --rest; }
  }
  return parts.map((part) => (part === 0 ? 0 : sign * part));
}

/** A block out of a spreadsheet: rows by line, cells by tab, quotes around cells that hold either. */
export function parseBlock(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], cell = '', quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i]!;
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; ++i; } else if (c === '"') quoted = false; else cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\t') { row.push(cell); cell = ''; }
    else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') ++i;
      row.push(cell); rows.push(row); row = []; cell = '';
    } else cell += c;
  }
  if (cell !== '' || row.length > 0) { row.push(cell); rows.push(row); }
  return rows;
}
