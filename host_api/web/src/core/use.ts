// SPDX-License-Identifier: Apache-2.0
// Hooks for what every page needs: a view's definition, an answer of the host with its three states, the width of the window.
import {useCallback, useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {ApiError, getKept, keptNow, language} from './api';
import {normalise} from './normalise';
import type {View, ViewName} from './types';
import {signal} from '@preact/signals';

export const viewNames = signal<ViewName[]>([]);
export const titleOf = (id: string) => viewNames.value.find((view) => view.id === id)?.title ?? id;
export const mayOpen = (id: string) => viewNames.value.length === 0 || viewNames.value.some((view) => view.id === id);

export interface Loaded<T> { value: T | undefined; error: Error | undefined; busy: boolean; again: () => void }

/** Loads by key; an answer that comes after a newer question is dropped. The old value stays until the new one is there. */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>, first?: T): Loaded<T> {
  const [state, setState] = useState<{key: string | null; value: T | undefined; error: Error | undefined; busy: boolean}>({key, value: first, error: undefined, busy: key !== null && first === undefined});
  const [turn, setTurn] = useState(0), loader = useRef(load);
  loader.current = load;
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    setState((now) => ({key, value: now.key === key ? now.value : first, error: undefined, busy: true}));
    loader.current(abort.signal).then((value) => { if (!abort.signal.aborted) setState({key, value, error: undefined, busy: false}); },
      (error: Error) => { if (!abort.signal.aborted && error.name !== 'AbortError') setState((now) => ({...now, error, busy: false})); });
    return () => abort.abort();
  }, [key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const mine = state.key === key;
  return {value: mine ? state.value : undefined, error: mine ? state.error : undefined, busy: mine ? state.busy : key !== null, again};
}

export const SCHEMA_MAJOR = '1';
const ready = new WeakMap<object, View>();
function known(path: string | null): View | undefined {
  const raw = path ? keptNow<View>(path) : undefined;
  if (!raw || String(raw.schema ?? '1').split('.')[0] !== SCHEMA_MAJOR) return undefined;
  if (!ready.has(raw)) ready.set(raw, normalise(raw));
  return ready.get(raw);
}

export const pathOf = (id: string) => `/api/views/${encodeURIComponent(id)}`;
export function useView(id: string | null): Loaded<View> {
  const path = id ? pathOf(id) : null;
  return useLoad<View>(path === null ? null : `${path}|${language.value}`, async () => {
    const view = await getKept<View>(path!);
    if (String(view.schema ?? '1').split('.')[0] !== SCHEMA_MAJOR) throw new ApiError(400, 'view.version', String(view.schema));
    return normalise(view);
  }, known(path));
}

const narrowQuery = typeof matchMedia === 'undefined' ? null : matchMedia('(max-width: 40rem)');
export const narrow = signal(narrowQuery?.matches ?? false);
narrowQuery?.addEventListener('change', (event) => { narrow.value = event.matches; });

export function useKeys(handler: (event: KeyboardEvent) => void): void {
  const ref = useRef(handler);
  ref.current = handler;
  // From the first drawing on: a key pressed before the next paint of a slow machine is one of the page's, too.
  useLayoutEffect(() => {
    const call = (event: KeyboardEvent) => ref.current(event);
    addEventListener('keydown', call);
    return () => removeEventListener('keydown', call);
  }, []);
}

const SEARCH_PAUSE = 220;
/** The text of a search box, and what sets it; `set` is called after a pause. An answer to the user's own typing that comes back by
 *  the address changes nothing in the box: more may have been typed since. */
export function useSearchText(search: string, set: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(search), sent = useRef(search);
  useLayoutEffect(() => { if (search !== sent.current) { sent.current = search; setText(search); } }, [search]);
  useLayoutEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => { sent.current = text; set(text); }, SEARCH_PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText];
}
export const typing = (event: Event) => Boolean((event.target as Element | null)?.closest?.('input, textarea, select, [contenteditable]'));
