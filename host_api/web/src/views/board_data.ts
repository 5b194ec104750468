// SPDX-License-Identifier: Apache-2.0
// The board's columns and cards: columns with counts and sums in one question, the first cards of every open column beside it,
// "more" by cursor. Sums always come from the host, never from the cards that happen to be loaded.
import {useCallback, useEffect, useRef, useState} from 'preact/hooks';
import {language, read} from '../core/api';
import {tone, wire} from '../core/normalise';
import {monthYear, today} from '../core/format';
import {addMonths, daysIn} from '../core/days';
import type {Filter, Group, Money, Page, Row, Summary, View} from '../core/types';

export interface BoardColumn { group: Group; rows: Row[]; after: string | null; loaded: boolean; trouble?: string | undefined }

export const monthly = (view: View) => view.column !== undefined && (view.column.kind === 'month' || view.fields[view.column.field]?.type === 'date');

export function columnFilter(view: View, key: string): Filter[] {
  const field = view.column!.field;
  if (key === '' || key === 'null') return [{field, op: 'is_null'}];
  if (monthly(view)) {
    const [year = 0, month = 1] = key.split('-').map(Number);
    return [{field, op: 'between', value: [`${key.slice(0, 7)}-01`, `${key.slice(0, 7)}-${String(daysIn(year, month)).padStart(2, '0')}`]}];
  }
  return [{field, op: '=', value: /^\d+$/.test(key) && view.fields[field]?.type === 'ref' ? Number(key) : key}];
}

export function sumFields(view: View): string[] {
  return (Array.isArray(view.header) ? view.header as (string | {sum?: string})[] : []).flatMap((item) => (typeof item === 'object' && item.sum ? [item.sum] : []));
}

/** Boards as they were left, by what they show: shown at once on return, then asked anew. */
const boards = new Map<string, BoardColumn[]>();

export function useBoard(view: View, filter: Filter[] | null, search: string, isFolded: (group: Group) => boolean) {
  const source = view.source!, limit = view.limit ?? 30, turn = useRef(0);
  const whole = [...(source.filter ?? []), ...(filter ?? [])], key = JSON.stringify([view.id, filter && whole, search, language.value]);
  const now = useRef<BoardColumn[]>(boards.get(key) ?? []);
  const [columns, setColumns] = useState<BoardColumn[] | null>(boards.get(key) ?? null), [error, setError] = useState<Error | null>(null);
  const put = (next: BoardColumn[]) => { now.current = next; setColumns(next); boards.set(key, next); };
  const cards = (group: Group, size: number, after?: string | null) => read<Page>(source.action, {list: source.list, ...(source.input ?? {}), filter: wire([...whole, ...columnFilter(view, group.key)]), ...(search ? {search} : {}), sort: view.sort ?? [], limit: size, ...(after ? {after} : {})});

  /** A month is a column: overdue ones together first, then the months to come. */
  const byMonth = async (): Promise<Summary> => {
    const first = `${today().slice(0, 7)}-01`, months = Array.from({length: (view.column as {months?: number}).months ?? 6}, (_, at) => addMonths(first, at).slice(0, 7));
    const groups = await Promise.all(months.map(async (month) => {
      const found = await read<Summary>(source.summary ?? 'list.summary', {list: source.list, ...(source.input ?? {}), filter: wire([...whole, ...columnFilter(view, month)]), ...(search ? {search} : {}), sums: sumFields(view)});
      return {key: month, label: monthYear(month), count: found.total, sums: (found.sums ?? {}) as Record<string, Money[]>};
    }));
    return {total: 0, exact: true, groups};
  };
  const load = useCallback(async () => {
    if (filter === null) return;
    const mine = ++turn.current, left = now.current.length === 0 ? boards.get(key) : undefined;
    if (left) put(left);
    try {
      const summary: Summary = monthly(view) ? await byMonth() : await read<Summary>(source.summary ?? 'list.summary', {list: source.list, ...(source.input ?? {}), filter: wire(whole), ...(search ? {search} : {}), group: view.column!.field, sums: sumFields(view)});
      summary.groups = (summary.groups ?? []).map((group) => ({...group, key: String(group.key), tone: tone(group.tone) ?? 'neutral'}));
      if (mine !== turn.current) return;
      const old = new Map(now.current.map((column) => [column.group.key, column]));
      put((summary.groups ?? []).map((group) => { const known = old.get(group.key); return {group, rows: known?.rows ?? [], after: known?.after ?? null, loaded: known?.loaded ?? false}; }));
      setError(null);
      await Promise.all((summary.groups ?? []).filter((group) => !isFolded(group)).map(async (group) => {
        const before = old.get(group.key);
        try {
          const page = group.count === 0 ? {rows: [], after: null} : await cards(group, Math.min(200, Math.max(limit, before?.rows.length ?? 0)));
          if (mine === turn.current) put(now.current.map((column) => (column.group.key === group.key ? {...column, rows: page.rows, after: page.after ?? null, loaded: true, trouble: undefined} : column)));
        } catch (problem) {
          if (mine === turn.current) put(now.current.map((column) => (column.group.key === group.key ? {...column, loaded: true, trouble: (problem as Error).message} : column)));
        }
      }));
    } catch (problem) { if (mine === turn.current) setError(problem as Error); }
  }, [key]);
  useEffect(() => { void load(); }, [load]);

  const more = async (group: Group) => {
    const column = now.current.find((one) => one.group.key === group.key);
    if (!column) return;
    const page = await cards(group, limit, column.loaded ? column.after : null);
    put(now.current.map((one) => (one.group.key === group.key ? {...one, rows: [...(column.loaded ? one.rows : []), ...page.rows], after: page.after ?? null, loaded: true} : one)));
  };
  /** Shows the move at once; the host's numbers follow. Answers the way back. */
  const shift = (row: Row, to: string, place?: number): (() => void) => {
    const before = now.current;
    ++turn.current;  // what was asked before the move would put the card back
    put(before.map((column) => {
      const had = column.rows.some((other) => other.id === row.id), without = column.rows.filter((other) => other.id !== row.id);
      if (column.group.key === to) { const rows = [...without]; rows.splice(place ?? 0, 0, row); return {...column, rows, group: {...column.group, count: column.group.count + (had ? 0 : 1)}}; }
      return had ? {...column, rows: without, group: {...column.group, count: column.group.count - 1}} : column;
    }));
    return () => put(before);
  };
  return {columns, error, load, more, shift};
}
