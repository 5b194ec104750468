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
    const series = block.series?.find((one) => one.field === name)?.label ?? block.items?.find((item) => item.value?.endsWith(`.${name}`))?.label;
    if (series) return series;
  }
  const known = view.fields?.[name]?.label ?? t(`measure.${name}`);
  return known.startsWith('measure.') ? name.replace(/_/g, ' ') : known;
};
export const label = (text: string) => (/^\d{4}-\d\d$/.test(text) ? monthYear(text) : text);
