// SPDX-License-Identifier: Apache-2.0
// How a report's measures look and what they are called.
import {isMoney, money, monthYear, percent} from '../core/format';
import {number, t} from '../core/i18n';
import type {View} from '../core/types';
import type {Measure} from './report_data';

export function measureText(value: Measure, name = ''): string {
  if (value === null || value === undefined) return '–';
  if (isMoney(value)) return money(value);
  if (typeof value === 'number') return number(value);
  if (name.includes('brier')) return number(Number(value), 4);
  return /rate|roi|percent|share/.test(name) || /^-?\d+\.\d+$/.test(value) ? percent(value) : value;
}
export const measureName = (name: string, view: View): string => {
  for (const block of view.blocks ?? []) {
    const column = block.columns?.find((one): one is {field: string; label: string} => typeof one !== 'string' && one.field === name && one.label !== undefined)?.label;
    if (column) return column;
    const series = block.series?.find((one) => one.field === name)?.label ?? block.items?.find((item) => item.value?.endsWith(`.${name}`))?.label;
    if (series) return series;
  }
  const known = view.fields?.[name]?.label ?? t(`measure.${name}`);
  return known.startsWith('measure.') ? name.replace(/_/g, ' ') : known;
};
export const label = (text: string) => (/^\d{4}-\d\d$/.test(text) ? monthYear(text) : text);

/** How large a table's letters are on paper, so that its columns fit a sheet: the class of the largest that do. `widths`: letters in each column. */
const SHEET_PX = 1_000, LETTER = 0.57, SIZES = [{name: '', px: 10.7, between: 12}, {name: 'columns-many', px: 8.7, between: 9}, {name: 'columns-most', px: 6.7, between: 5}, {name: 'columns-all', px: 5.3, between: 3}];
export const paperSize = (widths: number[]): string => SIZES.find((size) => widths.reduce((sum, letters) => sum + letters * size.px * LETTER + size.between, 0) <= SHEET_PX)?.name ?? 'columns-beyond';
export const longestWord = (text: string): number => Math.max(0, ...text.split(/\s+/).map((word) => word.length));
