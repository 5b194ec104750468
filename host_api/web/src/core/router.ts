// SPDX-License-Identifier: Apache-2.0
// Everything that is shown stands in the address: /app/v/VIEW[/RECORD]?filter, sort, panel … Back and reload show the same.
import {computed, signal} from '@preact/signals';

export interface Route { view: string; record: string; query: URLSearchParams }
export const BASE = '/app';

function parse(path: string, search: string): Route {
  const parts = path.replace(/^\/app\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const query = new URLSearchParams(search);
  if (parts[0] === 'v' && parts[1]) return {view: parts[1], record: parts[2] ?? '', query};
  return {view: parts[0] ?? '', record: parts[1] ?? '', query};
}

export const address = signal(typeof location === 'undefined' ? '/app/' : location.pathname + location.search);
export const route = computed<Route>(() => {
  const [path = '', search = ''] = address.value.split('?');
  return parse(path, search);
});

/** Answers false to keep the user here (unsaved changes); may ask. */
type Guard = () => boolean | Promise<boolean>;
const guards = new Set<Guard>();
export function guard(ask: Guard): () => void { guards.add(ask); return () => guards.delete(ask); }
async function mayLeave(): Promise<boolean> {
  for (const ask of [...guards].reverse()) if (!(await ask())) return false;
  return true;
}

/** One "back" away: remembered so that a list finds its place again. */
export const places = new Map<string, unknown>();

export function href(view: string, record?: string | number | null, query?: Record<string, string> | URLSearchParams): string {
  const text = query ? new URLSearchParams(query).toString() : '';
  return `${BASE}/v/${encodeURIComponent(view)}${record === undefined || record === null || record === '' ? '' : `/${encodeURIComponent(String(record))}`}${text ? `?${text}` : ''}`;
}

export async function go(target: string, options: {replace?: boolean; force?: boolean} = {}): Promise<boolean> {
  if (!options.force && !(await mayLeave())) return false;
  history[options.replace ? 'replaceState' : 'pushState'](null, '', target);
  address.value = target;
  return true;
}

/** Changes the query alone; no guard, the page stays. */
export function setQuery(change: Record<string, string | null>, replace = true): void {
  const query = new URLSearchParams(route.peek().query);
  for (const [key, value] of Object.entries(change)) value === null || value === '' ? query.delete(key) : query.set(key, value);
  const text = query.toString(), path = address.peek().split('?')[0]!;
  const target = text ? `${path}?${text}` : path;
  if (target === address.peek()) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', target);
  address.value = target;
}

export function startRouter(): void {
  let here = address.peek();
  address.subscribe((value) => { here = value; });
  addEventListener('popstate', () => {
    const target = location.pathname + location.search;
    if (target === here) return;
    const before = here;
    void mayLeave().then((may) => {
      if (may) address.value = target;
      else history.pushState(null, '', before);
    });
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.('a[href]') as HTMLAnchorElement | null;
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin || !link.pathname.startsWith(BASE) || link.pathname.startsWith(`${BASE}/assets/`)) return;
    event.preventDefault();
    void go(link.pathname + link.search);
  });
  addEventListener('beforeunload', (event) => { if (guards.size > 0 && dirty()) event.preventDefault(); });
}

const dirtyMarks = new Set<() => boolean>();
export function markDirty(test: () => boolean): () => void { dirtyMarks.add(test); return () => dirtyMarks.delete(test); }
const dirty = () => [...dirtyMarks].some((test) => test());
