// SPDX-License-Identifier: Apache-2.0
// A report's answer as columns and rows: measures by name (money, counts, percent texts), two axes when it has columns. Pure.
import {isMoney} from '../core/format';
import type {Money} from '../core/types';

export type Measure = Money | number | string | null | undefined;
export interface ReportRow { key: string; label: string; id?: number; measures: Record<string, Measure>; columns?: {key: string; label: string; measures: Record<string, Measure>}[]; drill?: {view: string; filter: unknown[]}; [more: string]: unknown }
export interface ReportAnswer { rows: ReportRow[]; totals?: {measures?: Record<string, Measure>; columns?: ReportRow['columns']}; measures?: string[]; columns?: {key: string; label: string}[]; scope?: string }

export const measuresOf = (answer: ReportAnswer): string[] => {
  const names: string[] = [];
  for (const row of [...answer.rows.slice(0, 50), ...(answer.totals?.measures ? [{measures: answer.totals.measures}] : [])]) for (const name of Object.keys(row.measures ?? {})) if (!names.includes(name)) names.push(name);
  return names;
};

export const columnsOf = (answer: ReportAnswer): {key: string; label: string}[] => {
  const seen = new Map<string, string>();
  for (const row of answer.rows) for (const column of row.columns ?? []) seen.set(column.key, column.label);
  return [...seen].map(([key, label]) => ({key, label})).sort((a, b) => (a.key < b.key ? -1 : 1));
};

/** For charts: minor units, counts and percents as plain numbers; text that is no number is none. */
export function plainNumber(value: Measure): number | null {
  if (value === null || value === undefined) return null;
  if (isMoney(value)) return value.minor;
  if (typeof value === 'number') return value;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

export const find = (answer: unknown, path: string): unknown => path.split('.').reduce<unknown>((at, part) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[part] : undefined), answer);

/** The rows behind a number: filters of the list by the row's axis. */
export function axisFilter(axis: string, row: {key: string; id?: number}): {field: string; op: string; value?: unknown}[] {
  if (axis === 'month' && /^\d{4}-\d\d$/.test(row.key)) return [{field: 'planned_close', op: 'between', value: [`${row.key}-01`, `${row.key}-${new Date(Date.UTC(Number(row.key.slice(0, 4)), Number(row.key.slice(5)), 0)).getUTCDate()}`]}];
  if (axis === 'year' && /^\d{4}$/.test(row.key)) return [{field: 'planned_close', op: 'between', value: [`${row.key}-01-01`, `${row.key}-12-31`]}];
  if (axis === 'quarter' && /^\d{4}-Q[1-4]$/.test(row.key)) { const year = row.key.slice(0, 4), month = (Number(row.key.slice(6)) - 1) * 3 + 1; return [{field: 'planned_close', op: 'between', value: [`${year}-${String(month).padStart(2, '0')}-01`, `${year}-${String(month + 2).padStart(2, '0')}-${month === 4 || month === 7 ? 30 : 31}`]}]; }
  if (axis === 'status') return [{field: 'status', op: '=', value: row.key}];
  const field = {seller: 'owner'}[axis] ?? axis;
  if (!row.id) return row.key === '' || row.key === 'none' ? [{field, op: 'is_null'}] : [];
  return [{field, op: '=', value: row.id}];
}
