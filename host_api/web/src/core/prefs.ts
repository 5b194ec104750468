// SPDX-License-Identifier: Apache-2.0
// What a person likes: theme, density, menu, column widths, saved views. Kept by the host, so that it follows the person; a
// copy in the browser is used at once and when the host does not keep any.
import {signal} from '@preact/signals';
import {get, once, post} from './api';

const local = {
  get(key: string): unknown { try { const text = localStorage.getItem(`erp.${key}`); return text === null ? undefined : JSON.parse(text); } catch { return undefined; } },
  set(key: string, value: unknown) { try { localStorage.setItem(`erp.${key}`, JSON.stringify(value)); } catch { /* a browser without storage forgets */ } },
};

export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export type Density = 'cosy' | 'compact';
export const theme = signal<Theme>((local.get('theme') as Theme) ?? 'system');
export const density = signal<Density>((local.get('density') as Density) ?? 'cosy');
export const pageMode = signal<boolean>(local.get('page_mode') === true);
const small = () => typeof innerWidth !== 'undefined' && innerWidth < 960;
export const menuOpen = signal<boolean>(!small() && local.get('menu') !== false);
export const folded = signal<Record<string, boolean>>((local.get('folded') as Record<string, boolean>) ?? {});

export function applyLook(): void {
  theme.subscribe((value) => { document.documentElement.dataset.theme = value; local.set('theme', value); });
  density.subscribe((value) => { document.documentElement.dataset.density = value; local.set('density', value); });
  pageMode.subscribe((value) => local.set('page_mode', value));
  menuOpen.subscribe((value) => { if (!small()) local.set('menu', value); });
  folded.subscribe((value) => local.set('folded', value));
}

/** At log-out: what the browser kept of somebody's work goes; the look stays. */
export function forgetWork(): void {
  cache.clear();
  try {
    for (const name of Object.keys(localStorage)) if (/^erp\.(saved|shared|columns|recent|import|start)\b/.test(name)) localStorage.removeItem(name);
    for (const name of Object.keys(sessionStorage)) if (name.startsWith('erp.draft.')) sessionStorage.removeItem(name);
  } catch { /* nothing was kept */ }
}

const cache = new Map<string, unknown>();
export function recall<T>(key: string): T | undefined {
  if (!cache.has(key)) cache.set(key, local.get(key));
  return cache.get(key) as T | undefined;
}
export async function fetchPreference<T>(key: string): Promise<T | undefined> {
  try {
    const path = `/api/preferences?key=${encodeURIComponent(key)}`, found = await once(path, () => get<{value?: T | null}>(path));
    if (found.value !== undefined && found.value !== null) { cache.set(key, found.value); local.set(key, found.value); return found.value; }
  } catch { /* the copy in the browser serves */ }
  return recall<T>(key);
}
/** What I share under this key, and what others do, with their names. */
export async function fetchShared<T>(key: string): Promise<{own: T | undefined; theirs: {name: string; value: T}[]}> {
  try {
    const found = await get<{value?: T | null; shared?: {name: string | null; value: T}[]}>(`/api/preferences?key=${encodeURIComponent(key)}`), own = found.value ?? undefined;
    if (own !== undefined) { cache.set(key, own); local.set(key, own); }
    return {own, theirs: (found.shared ?? []).map((one) => ({name: one.name ?? '', value: one.value}))};
  } catch { return {own: recall<T>(key), theirs: []}; }
}
export function remember(key: string, value: unknown, shared = false): void {
  cache.set(key, value);
  local.set(key, value);
  void post('/api/preferences', {key, value, ...(shared ? {shared} : {})}).catch(() => undefined);
}
