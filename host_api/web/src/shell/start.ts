// SPDX-License-Identifier: Apache-2.0
// Asks the host who is here, what may be seen and how the menu looks; and again when the language changes.
import {get, words} from '../core/api';
import {me} from '../core/format';
import {t} from '../core/i18n';
import type {Me, Menu, ViewName} from '../core/types';
import {viewNames} from '../core/use';
import {menus} from './state';

export async function loadShell(): Promise<void> {
  const [who, tree, views] = await Promise.all([get<Me>('/api/me'), get<{menus?: RawMenu[]; entries?: RawMenu[]} | RawMenu[]>('/api/menus'), get<{views: ViewName[]}>('/api/views').catch(() => ({views: []}))]);
  me.value = who;
  viewNames.value = views.views;
  const list = Array.isArray(tree) ? tree : tree.menus ?? tree.entries ?? [];
  menus.value = list.map(entry).filter((one) => one.view || one.children.length > 0);
  words.offline = t('state.offline');
  words.unreadable = t('state.unreadable');
}
interface RawMenu { id: string; title: string; view?: string | null; module?: string; children?: RawMenu[] }
function entry(raw: RawMenu): Menu {
  return {id: raw.id, title: raw.title, ...(raw.view ? {view: raw.view} : {}), children: (raw.children ?? []).map(entry).filter((one) => one.view || one.children.length > 0)};
}
