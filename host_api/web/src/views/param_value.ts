// SPDX-License-Identifier: Apache-2.0
// The value of a page's parameter.
import {today} from '../core/format';
import {route} from '../core/router';
import {fill} from '../core/template';
import type {Param} from '../core/types';

/** "-5m": the first day of the month five months back; "+6m": the last day of the one six months ahead. */
export function monthAway(day: string, months: number): string {
  const at = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months, year = Math.floor(at / 12), month = at % 12 + 1;
  return `${year}-${String(month).padStart(2, '0')}-${months < 0 ? '01' : new Date(Date.UTC(year, month, 0)).getUTCDate()}`;
}
/** A parameter of a page out of the address, else its default. */
export function paramValue(param: Param): unknown {
  const asked = route.value.query.get(`p.${param.name}`);
  if (asked !== null) return asked === '-' ? null : param.type === 'year' || param.type === 'integer' || (param.type === 'ref' && /^\d+$/.test(asked)) ? Number(asked) : param.type === 'boolean' ? asked === 'true' : param.type === 'multi' ? asked.split(',') : asked;
  if (param.type === 'year') return Number(today().slice(0, 4));
  if (param.type === 'period') return String(fill(param.default ?? null, {today: today()}) ?? '').slice(0, 7) || null;
  if (param.type === 'date' && /^[+-]\d+m$/.test(String(param.default ?? ''))) return monthAway(today(), Number.parseInt(String(param.default), 10));
  return fill(param.default ?? null, {today: today()});
}
