// SPDX-License-Identifier: Apache-2.0
// How values look: amounts, dates, percents, by language. Money is cut from its minor units as text; no float carries it.
import {signal} from '@preact/signals';
import {locale, number, t} from './i18n';
import {daysBetween, isoWeek} from './days';
import type {Cell, Field, Line, Me, Money, Ref} from './types';

export const me = signal<Me | null>(null);
export const today = () => me.value?.today ?? new Date().toISOString().slice(0, 10);
export const digitsOf = (currency: string) => me.value?.currencies?.[currency] ?? 2;
export const companyCurrency = () => me.value?.company.currency ?? 'SEK';

export const isMoney = (cell: unknown): cell is Money => typeof cell === 'object' && cell !== null && 'minor' in cell;
export const isRef = (cell: unknown): cell is Ref => typeof cell === 'object' && cell !== null && 'id' in cell && 'title' in cell;
export const isNone = (cell: unknown): cell is null | undefined => cell === null || cell === undefined || cell === '' || (Array.isArray(cell) && cell.length === 0);

/** The number alone: 1 234,50; whole amounts without decimals unless asked. */
export function minorText(minor: number, digits: number, always = false): string {
  const size = 10n ** BigInt(digits), whole = BigInt(Math.abs(minor)) / size, part = BigInt(Math.abs(minor)) % size;
  const sign = minor < 0 ? '\u2212' : '';
  const point = locale().startsWith('en') ? '.' : ',';
  const grouped = new Intl.NumberFormat(locale()).format(whole);
  return `${sign}${grouped}${digits > 0 && (always || part !== 0n) ? `${point}${String(part).padStart(digits, '0')}` : ''}`;
}

const UNITS: Record<string, string> = {SEK: 'kr', NOK: 'kr', DKK: 'kr', EUR: '€', USD: '$', GBP: '£'};
/** The company's own currency goes by its sign; every other by its code, so that two kinds of "kr" are never mixed up. */
export const unitOf = (currency: string) => (currency === companyCurrency() ? UNITS[currency] ?? currency : currency);
export const money = (value: Money, always = false) => `${minorText(value.minor, digitsOf(value.currency), always)}\u00a0${unitOf(value.currency)}`;
export const moneys = (values: Money[] | null | undefined) => (values ?? []).filter((value) => value.minor !== 0 || values!.length === 1).map((value) => money(value)).join(' + ');

/** Sums in headings: whole units, the smallest unit tells nothing there. */
export const roundMoneys = (values: Money[] | null | undefined) => (values ?? []).filter((value) => value.minor !== 0 || values!.length === 1).map((value) => { const unit = 10 ** digitsOf(value.currency); return money({minor: Math.round(value.minor / unit) * unit, currency: value.currency}); });
/** 2,4 mn kr: for tiles and axes, where the whole number does not fit. */
export function shortMinor(minor: number, digits: number): string {
  return new Intl.NumberFormat(locale(), {notation: 'compact', maximumFractionDigits: 1}).format(minor / 10 ** digits);
}

export function percent(text: string | number): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return String(text);
  const places = (String(text).split('.')[1] ?? '').replace(/0+$/, '').length;
  return `${number(value, Math.min(places, 2))}\u00a0%`;
}

export function date(text: string): string {
  const [year = '', month = '', day = ''] = text.slice(0, 10).split('-');
  if (locale() === 'nb-NO') return `${day}.${month}.${year}`;
  if (locale() === 'en-GB') return `${day}/${month}/${year}`;
  return `${year}-${month}-${day}`;
}
export function longDate(text: string): string {
  const name = new Intl.DateTimeFormat(locale(), {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC'}).format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
  return `${name}, ${t('date.week', {n: isoWeek(text)})}`;
}
export function shortDay(text: string): string {
  const far = text.slice(0, 4) !== today().slice(0, 4);
  return new Intl.DateTimeFormat(locale(), {day: 'numeric', month: 'short', ...(far ? {year: 'numeric'} : {}), timeZone: 'UTC'}).format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
}
export function relativeDate(text: string): string {
  const days = daysBetween(today(), text);
  if (Math.abs(days) > 45) return shortDay(text);
  if (Math.abs(days) > 13) return new Intl.RelativeTimeFormat(locale(), {numeric: 'auto', style: 'short'}).format(Math.round(days / 7), 'week');
  return new Intl.RelativeTimeFormat(locale(), {numeric: 'auto', style: 'short'}).format(days, 'day');
}
export function dateTime(text: string): string {
  const at = new Date(/Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(at.getTime())) return text;
  const zone = me.value?.company.time_zone;
  return new Intl.DateTimeFormat(locale(), {dateStyle: 'medium', timeStyle: 'short', ...(zone ? {timeZone: zone} : {})}).format(at);
}
export function monthName(text: string, style: 'short' | 'long' = 'short'): string {
  return new Intl.DateTimeFormat(locale(), {month: style, timeZone: 'UTC'}).format(new Date(`${text.slice(0, 7)}-01T00:00:00Z`));
}
export function monthYear(text: string): string {
  return new Intl.DateTimeFormat(locale(), {month: 'short', year: 'numeric', timeZone: 'UTC'}).format(new Date(`${text.slice(0, 7)}-01T00:00:00Z`));
}

export function cellText(cell: Cell, field?: Field): string {
  if (isNone(cell)) return '';
  if (isMoney(cell)) return money(cell);
  if (isRef(cell)) return cell.title;
  if (typeof cell === 'boolean') return t(cell ? 'yes' : 'no');
  if (Array.isArray(cell)) {
    return cell.map((item) => (typeof item === 'string' ? choiceLabel(item, field) : Object.values((item as Line).cells ?? {}).map((inner) => cellText(inner)).join(' '))).join(', ');
  }
  switch (field?.type) {
    case 'percent': return percent(cell as string | number);
    case 'date': return date(String(cell));
    case 'datetime': return dateTime(String(cell));
    case 'choice': return choiceLabel(String(cell), field);
    case 'integer': return typeof cell === 'number' ? number(cell) : String(cell);
    default: return typeof cell === 'object' ? '' : String(cell);
  }
}
export const choiceLabel = (value: string, field?: Field) => field?.choices?.find((choice) => choice.value === value)?.label ?? value;

export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? parts[parts.length - 1]![0] ?? '' : '')).toUpperCase();
}
