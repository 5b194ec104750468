// SPDX-License-Identifier: Apache-2.0
// A report's answer as columns and rows: measures by name (money, counts, percent texts), two axes when it has columns. Pure.
import {isMoney} from '../core/format';
import type {Money} from '../core/types';

export type Measure = Money | number | string | null | undefined;
/** others: so many rows or columns that are not told apart; this one is their sum. */
export interface ReportRow { key: string; label: string; id?: number; others?: number; measures: Record<string, Measure>; columns?: {key: string; label: string; id?: number; others?: number; measures: Record<string, Measure>}[]; drill?: {view: string; filter: unknown[]}; [more: string]: unknown }
export interface ReportAnswer { rows: ReportRow[]; totals?: {measures?: Record<string, Measure>; columns?: ReportRow['columns']}; measures?: string[]; columns?: {key: string; label: string}[]; scope?: string; next?: string | null; picked?: Record<string, string>; as_of?: string | null; origin?: string | null }

/** "0.8158" of a whole as per cent, the point moved: no float rounds it. */
const perCent = (text: string): string => {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)\.(\d+)$/.exec(text) ?? [], digits = `${whole}${part.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  return `${sign}${digits}${part.length > 2 ? `.${part.slice(2)}` : ''}`;
};

/** One shape for all reports: groups of measures become names of their own ("pipeline_error", "chances_30_brier"), parts of a
 *  whole become per cent: "share" comes in hundredths of one, the groups' in parts of 1. */
export function flat(measures: Record<string, unknown>): Record<string, Measure> {
  const out: Record<string, Measure> = {};
  const put = (name: string, value: unknown, deep: boolean) => {
    if (Array.isArray(value)) { for (const one of value) if (one !== null && typeof one === 'object' && 'days' in one) put(`${name}_${String((one as {days: unknown}).days)}`, one, true); }
    else if (value !== null && typeof value === 'object' && !isMoney(value as Measure as never)) for (const [key, one] of Object.entries(value)) put(`${name}_${key}`, one, true);
    else if (typeof value === 'number' && /(^|_)share$/.test(name)) out[name] = perCent((value / 10_000).toFixed(4));
    else if (deep && typeof value === 'string' && !name.includes('brier')) out[name] = perCent(value);
    else out[name] = value as Measure;
  };
  for (const [name, value] of Object.entries(measures)) put(name, value, false);
  return out;
}

export function tidy(answer: ReportAnswer): ReportAnswer {
  const rows = answer.rows.map((row) => ({...row, key: row.key ?? '', label: row.label ?? '', measures: flat(row.measures ?? {}), ...(row.columns ? {columns: row.columns.map((one) => ({...one, measures: flat(one.measures)}))} : {})}));
  return {...answer, rows, ...(answer.totals?.measures ? {totals: {...answer.totals, measures: flat(answer.totals.measures)}} : {})};
}

/** Another list of rows that stands in the answer under a name of its own. */
export const partOf = (answer: ReportAnswer, name: string): ReportAnswer => {
  const rows = (answer as unknown as Record<string, unknown>)[name];
  return tidy({rows: Array.isArray(rows) ? rows as ReportRow[] : []});
};

/** The rows of a list within a report: those of its groups where it has any, each with the group that it stands in. */
export function linesOf(answer: ReportAnswer): Record<string, unknown>[] {
  return answer.rows.flatMap((row): Record<string, unknown>[] => {
    const inner = row.documents ?? row.activities;
    return Array.isArray(inner) ? inner.map((one: Record<string, unknown>) => ({group: row.label, seller: row.label, ...one})) : [row];
  });
}

/** What a report's rows are where no parameter says so; '' = nothing that a list could be filtered by. */
export const AXES: Record<string, string> = {campaign_results: 'campaign', pipeline: 'step', funnel: 'step', loss_reasons: 'rejection', top_sellers: 'seller', commission: 'seller', not_invoiced: 'seller', won_trend: 'won', forecast_bridge: '', forecast_accuracy: ''};

export const measuresOf = (answer: ReportAnswer): string[] => {
  const names: string[] = [];
  for (const row of [...answer.rows.slice(0, 50), ...(answer.totals?.measures ? [{measures: answer.totals.measures}] : [])]) for (const name of Object.keys(row.measures ?? {})) if (!names.includes(name)) names.push(name);
  return names;
};

export const columnsOf = (answer: ReportAnswer): {key: string; label: string; id?: number; others?: number}[] => {
  const seen = new Map<string, {key: string; label: string; id?: number; others?: number}>();
  for (const row of answer.rows) for (const column of row.columns ?? []) seen.set(`${column.key}/${column.id ?? 0}`, column);
  return [...seen.values()].sort((a, b) => (a.others ?? 0) - (b.others ?? 0) || (a.key < b.key ? -1 : 1));
};

/** The row of those that are not told apart: it stands below all, whatever they are sorted by. */
export const restOf = (answer: ReportAnswer): ReportRow | undefined => answer.rows.find((row) => row.others !== undefined);
export const toldApart = (answer: ReportAnswer): ReportRow[] => answer.rows.filter((row) => row.others === undefined);

/** For charts: minor units, counts and percents as plain numbers; text that is no number is none. */
export function plainNumber(value: Measure): number | null {
  if (value === null || value === undefined) return null;
  if (isMoney(value)) return value.minor;
  if (typeof value === 'number') return value;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

export const find = (answer: unknown, path: string): unknown => path.split('.').reduce<unknown>((at, part) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[part] : undefined), answer);

/** Where the document lines behind a number are: the questions of a report's page. Null = of all rows, or columns. */
export interface Spot { key: string; id?: number; others?: number }
export function lineParams(measure: string, axes: {rows: string; columns?: string}, row: Spot | null, column: Spot | null, asked: Record<string, unknown>): Record<string, string> {
  const spot = (name: string, one: Spot | null): Record<string, string> => (!one ? {} : one.others !== undefined ? {[`p.${name}_others`]: 'true'} : {[`p.${name}`]: one.key, [`p.${name}_id`]: String(one.id ?? 0)});
  return {
    'p.rows': axes.rows, ...(axes.columns ? {'p.columns': axes.columns} : {}), ...spot('row', row), ...(axes.columns ? spot('column', column) : {}), 'p.measure': measure,
    ...Object.fromEntries(['from', 'to'].filter((name) => asked[name]).map((name) => [`p.${name}`, String(asked[name])])), ...(typeof asked.limit === 'number' ? {'p.most': String(asked.limit)} : {}),
  };
}

/** The rows behind a number: filters of the list by the row's axis. */
export function axisFilter(axis: string, row: {key: string; id?: number}): {field: string; op: string; value?: unknown}[] {
  if (axis === 'won') return [{field: 'status', op: '=', value: 'won'}, {field: 'actual_close', op: 'between', value: axisFilter('month', row)[0]?.value}];
  if (axis === 'month' && /^\d{4}-\d\d$/.test(row.key)) return [{field: 'planned_close', op: 'between', value: [`${row.key}-01`, `${row.key}-${new Date(Date.UTC(Number(row.key.slice(0, 4)), Number(row.key.slice(5)), 0)).getUTCDate()}`]}];
  if (axis === 'year' && /^\d{4}$/.test(row.key)) return [{field: 'planned_close', op: 'between', value: [`${row.key}-01-01`, `${row.key}-12-31`]}];
  if (axis === 'quarter' && /^\d{4}-Q[1-4]$/.test(row.key)) { const year = row.key.slice(0, 4), month = (Number(row.key.slice(6)) - 1) * 3 + 1; return [{field: 'planned_close', op: 'between', value: [`${year}-${String(month).padStart(2, '0')}-01`, `${year}-${String(month + 2).padStart(2, '0')}-${month === 4 || month === 7 ? 30 : 31}`]}]; }
  if (axis === 'status') return [{field: 'status', op: '=', value: row.key}];
  const field = {seller: 'owner'}[axis] ?? axis;
  if (!row.id) return row.key === '' || row.key === 'none' ? [{field, op: 'is_null'}] : [];
  return [{field, op: '=', value: row.id}];
}
