// SPDX-License-Identifier: Apache-2.0
// Days of the calendar as "2026-11-28": arithmetic, weekdays, ISO weeks. Pure; no time zone touches them.

export interface Day { year: number; month: number; day: number }
const pad = (n: number, width = 2) => String(n).padStart(width, '0');
export const iso = (d: Day) => `${pad(d.year, 4)}-${pad(d.month)}-${pad(d.day)}`;
export function split(text: string): Day {
  const [year = 0, month = 1, day = 1] = text.slice(0, 10).split('-').map(Number);
  return {year, month, day};
}
export const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const utc = (text: string) => { const d = split(text); return Date.UTC(d.year, d.month - 1, d.day); };
export const addDays = (text: string, days: number) => new Date(utc(text) + days * 86_400_000).toISOString().slice(0, 10);
export const daysBetween = (from: string, to: string) => Math.round((utc(to) - utc(from)) / 86_400_000);
export function addMonths(text: string, months: number): string {
  const d = split(text);
  const at = d.year * 12 + d.month - 1 + months;
  const year = Math.floor(at / 12), month = (at % 12 + 12) % 12 + 1;
  return iso({year, month, day: Math.min(d.day, daysIn(year, month))});
}
/** 1 = Monday … 7 = Sunday. */
export const weekday = (text: string) => (new Date(utc(text)).getUTCDay() + 6) % 7 + 1;
export function isoWeek(text: string): number {
  const thursday = addDays(text, 4 - weekday(text));
  return Math.floor(daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) / 7) + 1;
}
