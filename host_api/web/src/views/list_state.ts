// SPDX-License-Identifier: Apache-2.0
// What a list shows: saved view, search, filters, sort and columns; all but widths in the address. And the data behind it:
// rows by blocks, totals apart, kept for the way back from a record.
import {useCallback, useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {ApiError, read} from '../core/api';
import {decodeFilters, encodeFilters, sameFilters} from '../core/filter';
import {useLive} from '../core/live';
import {wire} from '../core/normalise';
import {fetchPreference, fetchShared, recall, remember} from '../core/prefs';
import {places, route, setQuery} from '../core/router';
import type {Column, Filter, Page, Saved, Summary, View} from '../core/types';
import {RowCache, type Ask} from '../grid/cache';

export interface ListState {
  saved: Saved[]; savedId: string; filters: Filter[]; search: string; sort: string[]; dirty: boolean; archived: boolean;
  set: (change: {filters?: Filter[]; search?: string; sort?: string[]; saved?: string}) => void;
}

/** What I share with everybody stands under a key of its own; what others share is kept while the pages are open. */
export const sharedKey = (view: View) => `shared.${view.id}`;
export const ownShared = (view: View) => recall<Saved[]>(sharedKey(view)) ?? [];
const theirs = new Map<string, Saved[]>();

/** A browser has few lines to the host: what a person likes is asked after the rows are. */
function afterRows(ask: () => void): () => void {
  const timer = setTimeout(ask, 0);
  return () => clearTimeout(timer);
}

/** `fixed` belongs to the place where the list stands (a part of a record) and is neither shown nor changed. */
export function useListState(view: View, embedded: boolean): ListState {
  const own = (recall<Saved[]>(`saved.${view.id}`) ?? []);
  const [mine, setMine] = useState(own);
  const [others, setOthers] = useState<Saved[]>(() => theirs.get(view.id) ?? []);
  useEffect(() => {
    if (embedded) return;
    const ask = () => {
      void fetchPreference<Saved[]>(`saved.${view.id}`).then((found) => { if (found) setMine(found); });
      void fetchShared<Saved[]>(sharedKey(view)).then(({own, theirs: found}) => { if (own) setMine((now) => [...now]); const list = found.flatMap(({name, value}) => value.map((item) => ({...item, default: false, shared: true, by: name}))); theirs.set(view.id, list); setOthers(list); });
    };
    return afterRows(ask);
  }, [view.id]);
  const saved = [...(view.saved ?? []), ...others, ...ownShared(view).map((item) => ({...item, shared: true, mine: true})), ...(recall<Saved[]>(`saved.${view.id}`) ?? mine).map((item) => ({...item, mine: true}))];
  const [local, setLocal] = useState<Record<string, string>>({});
  const query = embedded ? new URLSearchParams(local) : route.value.query;
  const change = (next: Record<string, string | null>) => {
    if (embedded) setLocal((now) => Object.fromEntries(Object.entries({...now, ...next}).filter(([, value]) => value !== null && value !== '')) as Record<string, string>);
    else setQuery(next);
  };
  const chosen = query.get('v') ?? (embedded ? 'all' : saved.find((item) => item.default)?.id ?? 'all');
  const at = saved.find((item) => item.id === chosen);
  const text = query.get('f');
  const filters = useMemo(() => (text === null ? at?.filter ?? [] : decodeFilters(text, view.fields)), [text, at?.id, view]);
  const search = query.get('q') ?? at?.search ?? '';
  const sort = query.get('s')?.split(',').filter(Boolean) ?? at?.sort ?? view.sort ?? [];
  const base = at?.filter ?? [];
  return {
    saved, savedId: at ? chosen : 'all', archived: at?.archived === true, filters, search, sort, dirty: !sameFilters(filters, base) || (query.get('s') !== null && query.get('s') !== (at?.sort ?? view.sort ?? []).join(',')),
    set: ({filters: f, search: q, sort: s, saved: v}) => {
      const next: Record<string, string | null> = {};
      if (v !== undefined) { next.v = v === (saved.find((item) => item.default)?.id ?? 'all') ? null : v; next.f = null; next.s = null; next.q = null; }
      if (f !== undefined) next.f = sameFilters(f, base) ? null : encodeFilters(f);
      if (q !== undefined) next.q = q || null;
      if (s !== undefined) next.s = s.join(',') === (at?.sort ?? view.sort ?? []).join(',') ? null : s.join(',') || null;
      change(next);
    },
  };
}

/** Where a view says nothing: as wide as what usually stands in such a column. */
const WIDTHS: Record<string, number> = {ref: 160, datetime: 160, choice: 125, date: 115, tags: 150, longtext: 220, text: 140, email: 180, money: 125, boolean: 80, integer: 100};

export const columnsOf = (view: View, order: string[] | undefined, hidden: string[] | undefined): Column[] => {
  const all = (view.columns ?? []).map((column) => (typeof column === 'string' ? {field: column} as Column : column)).filter((column) => view.fields[column.field]).map((column) => (column.width ? column : {...column, width: WIDTHS[view.fields[column.field]!.type] ?? 110}));
  const place = new Map((order ?? []).map((field, at) => [field, at]));
  const off = new Set(hidden ?? all.filter((column) => column.hidden).map((column) => column.field));
  return all.map((column, at) => ({column, rank: place.get(column.field) ?? 1000 + at})).sort((a, b) => a.rank - b.rank).map(({column}) => column).filter((column) => !off.has(column.field));
};

export interface ColumnPrefs { widths: Record<string, number>; order?: string[]; hidden?: string[] }
/** `own`: a list whose columns are one's own to choose; those of a block are the block's. */
export function useColumns(view: View, own = true): {columns: Column[]; prefs: ColumnPrefs; setPrefs: (prefs: ColumnPrefs) => void} {
  const key = `columns.${view.id}`;
  const [prefs, set] = useState<ColumnPrefs>(() => (own ? recall<ColumnPrefs>(key) : undefined) ?? {widths: {}});
  useEffect(() => (own ? afterRows(() => void fetchPreference<ColumnPrefs>(key).then((found) => { if (found) set(found); })) : undefined), [key]);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const setPrefs = (next: ColumnPrefs) => { set(next); clearTimeout(timer.current); timer.current = setTimeout(() => remember(key, next), 400); };
  return {columns: columnsOf(view, prefs.order, prefs.hidden), prefs, setPrefs};
}

/** The fields that a row's cells are needed of: the view's columns, and what its actions ask of the row, by a condition, as
 *  `$field.name` or in their form. A row with all its fields is four times as much work for the host. */
export function cellsOf(view: View): string[] {
  const names = new Set((view.columns ?? []).map((column) => (typeof column === 'string' ? column : column.field)));
  const look = (part: unknown, key = ''): void => {
    if (typeof part === 'string') {
      for (const [, name] of part.matchAll(/\$(?:field|before)\.(\w+)/g)) names.add(name!);
      if (key.endsWith('_if')) for (const [name] of part.matchAll(/[a-z_]\w*/g)) names.add(name);
    } else if (Array.isArray(part)) for (const one of part) look(one, key);
    else if (part !== null && typeof part === 'object') for (const [name, one] of Object.entries(part)) look(one, name);
  };
  look([view.actions, view.bulk, view.reorder, view.delete, view.open, view.explain]);
  for (const {form} of Object.values(view.actions ?? {})) for (const item of form ?? []) { if (typeof item === 'string') names.add(item); else if ('field' in item) names.add(item.field); }
  if (view.reorder?.group) names.add(view.reorder.group);
  return [...names].filter((name) => view.fields[name]);
}

/** An action may ask for what the list does not know: then rows come with all they have. */
async function rowsOf(action: string, columns: string[], input: Record<string, unknown>, signal?: AbortSignal): Promise<Page> {
  if (action !== 'list.query') return read<Page>(action, input, signal);
  try { return await read<Page>(action, {...input, columns}, signal); } catch (error) {
    if (!(error instanceof ApiError) || error.key !== 'list.field.unknown') throw error;
    return read<Page>(action, input, signal);
  }
}

export interface ListData { cache: RowCache; summary: Summary | null; summaryTrouble: boolean; place: {scroll: number; row: number; column: number}; refresh: () => void; filter: Filter[] }
interface Kept { key: string; cache: RowCache; summary: Summary | null; place: {scroll: number; row: number; column: number} }

/** `limit`: a block of a page that shows so many rows and no more. */
export function useListData(view: View, state: Pick<ListState, 'filters' | 'search' | 'sort' | 'archived'>, fixed: Filter[], keep: boolean, limit?: number): ListData {
  const source = view.source ?? {action: 'list.query', list: view.entity ?? view.id};
  const filter = [...(source.filter ?? []), ...fixed, ...state.filters], archived = state.archived ? {archived: true} : {};
  const key = JSON.stringify([view.id, filter, state.search, state.sort, archived]);
  const [, draw] = useState(0), [summary, setSummary] = useState<Summary | null>(null), [summaryTrouble, setTrouble] = useState(false);
  const holder = useRef<Kept | null>(null);
  if (holder.current?.key !== key) {
    const old = keep ? places.get(view.id) as Kept | undefined : undefined;
    if (old?.key === key) holder.current = old;
    else {
      const body = {list: source.list, ...(source.input ?? {}), filter: wire(filter), ...archived, ...(state.search ? {search: state.search} : {}), sort: state.sort};
      const made: Kept = {key, summary: null, place: {scroll: 0, row: -1, column: 0}, cache: new RowCache((ask: Ask, signal) => rowsOf(source.action, cellsOf(view), {...body, ...ask}, signal), () => draw((n) => n + 1), limit)};
      holder.current = made;
    }
    if (keep) places.set(view.id, holder.current);
  }
  const kept = holder.current;
  (kept.cache as unknown as {changed: () => void}).changed = () => draw((n) => n + 1);
  const sums = (view.columns ?? []).filter((column) => column.total === 'sum').map((column) => column.field);
  // A short list within a page knows its number by its rows.
  const short = !keep && sums.length === 0;
  const counting = useRef<AbortController | null>(null);
  const count = useCallback(() => {
    const mine = holder.current!;
    counting.current?.abort();
    counting.current = new AbortController();
    setTrouble(false);
    read<Summary>(source.summary ?? 'list.summary', {list: source.list, ...(source.input ?? {}), filter: wire(filter), ...archived, ...(state.search ? {search: state.search} : {}), ...(sums.length > 0 ? {sums} : {})}, counting.current.signal).then((found) => {
      if (holder.current !== mine) return;
      mine.summary = found;
      setSummary(found);
      mine.cache.setTotal(found.total, found.exact);
    }, (error: Error) => { if (holder.current === mine && error.name !== 'AbortError') setTrouble(true); });
  }, [key]);
  useEffect(() => () => counting.current?.abort(), []);
  useEffect(() => {
    setSummary(kept.summary);
    if (kept.cache.started) void kept.cache.refresh(); else kept.cache.want(0, limit ? limit - 1 : 60);
    if (!short) count();
  }, [key]);
  useEffect(() => { if (short && kept.cache.started && !kept.cache.complete) count(); }, [key, kept.cache.started]);
  const refresh = useCallback(() => {
    const {cache} = holder.current!, fresh = cache.refresh();
    if (!short) count(); else void fresh.then(() => { if (!cache.complete) count(); });
  }, [count, short]);
  useLive([source.list, view.entity ?? source.list], refresh);
  return {cache: kept.cache, summary: summary ?? kept.summary, summaryTrouble, place: kept.place, refresh, filter};
}
