// SPDX-License-Identifier: Apache-2.0
// The tools above a list: saved views with their counts, columns, and the bar of a selection with its bulk actions.
import {useEffect, useState} from 'preact/hooks';
import {read} from '../core/api';
import {askForm} from '../core/act';
import {me} from '../core/format';
import {recall, remember} from '../core/prefs';
import {t} from '../core/i18n';
import {wire} from '../core/normalise';
import type {Saved, Summary, View} from '../core/types';
import {Icon} from '../widgets/icon';
import {PopButton, toast} from '../widgets/overlay';
import {ownShared, sharedKey, type ColumnPrefs, type ListState} from './list_state';

export function SavedViews({view, state}: {view: View; state: ListState}) {
  const [counts, setCounts] = useState<Record<string, number>>({});
  const [, draw] = useState(0);
  useEffect(() => {
    // A browser asks a host six questions at a time: one that nobody waits for any more would hold up the next page.
    const abort = new AbortController();
    for (const item of state.saved) {
      if (!item.badge || !view.source) continue;
      void read<Summary>(view.source.summary ?? 'list.summary', {list: view.source.list, filter: wire([...(view.source.filter ?? []), ...item.filter]), ...(item.archived ? {archived: true} : {})}, abort.signal).then((found) => setCounts((now) => ({...now, [item.id]: found.total})), () => undefined);
    }
    return () => abort.abort();
  }, [view.id, state.saved.length]);
  const own = () => recall<Saved[]>(`saved.${view.id}`) ?? [];
  const save = async () => {
    const title = await askForm({title: t('saved.save'), fields: [{name: 'label', type: 'text', label: t('saved.name'), required: true, max: 60}, {name: 'default', type: 'boolean', label: t('saved.default')}, ...(me.value?.permissions.includes('host.preference.share') ? [{name: 'shared', type: 'boolean' as const, label: t('saved.share')}] : [])], submit: t('save')}, async (input) => input);
    if (!title) return;
    const item: Saved = {id: `mine-${Date.now().toString(36)}`, label: String(title.label), filter: state.filters, sort: state.sort, search: state.search, ...(title.default ? {default: true} : {})};
    if (title.shared) remember(sharedKey(view), [...ownShared(view), {...item, default: false}], true);
    else remember(`saved.${view.id}`, [...own().map((other) => (title.default ? {...other, default: false} : other)), item]);
    state.set({saved: item.id});
    draw((n) => n + 1);
    toast('saved.done', {name: item.label});
  };
  const drop = (item: Saved) => {
    const key = item.shared ? sharedKey(view) : `saved.${view.id}`, before = item.shared ? ownShared(view) : own();
    remember(key, before.filter((other) => other.id !== item.id), item.shared);
    state.set({saved: 'all'});
    toast('saved.gone', {name: item.label}, {undo: () => { remember(key, before, item.shared); draw((n) => n + 1); }});
  };
  if (state.saved.length === 0 && !state.dirty) return null;
  const tabs: Saved[] = [...(state.saved.some((item) => item.id === 'all') ? [] : [{id: 'all', label: t('saved.all'), filter: []}]), ...state.saved];
  const current = tabs.find((item) => item.id === state.savedId);
  return (
    <div class="tabs no-print" role="group" aria-label={t('saved.views')}>
      {tabs.map((item) => (
        <button type="button" key={item.id} class="tab" aria-pressed={item.id === state.savedId} onClick={() => state.set({saved: item.id})}>
          {item.shared && <span class="tab-shared" title={item.by ? t('saved.shared_by', {name: item.by}) : t('saved.shared')}><Icon name="users" /><span class="sr">{t('saved.shared')}: </span></span>}{item.label}{item.id === state.savedId && state.dirty && <span class="dot" title={t('saved.dirty')}><span class="sr">{t('saved.dirty')}</span></span>}
          {counts[item.id] !== undefined && <span class="count-pill">{counts[item.id]}</span>}
        </button>))}
      {state.dirty && <button type="button" class="link-btn" onClick={() => void save()}>{t('saved.save')}</button>}
      {current?.mine && <button type="button" class="link-btn" onClick={() => drop(current)}>{t('saved.delete')}</button>}
    </div>
  );
}

export function ColumnsMenu({view, prefs, setPrefs}: {view: View; prefs: ColumnPrefs; setPrefs: (prefs: ColumnPrefs) => void}) {
  const all = (view.columns ?? []).map((column) => column.field).filter((field) => view.fields[field]);
  const order = [...(prefs.order ?? []).filter((field) => all.includes(field)), ...all.filter((field) => !(prefs.order ?? []).includes(field))];
  const hidden = new Set(prefs.hidden ?? (view.columns ?? []).filter((column) => column.hidden).map((column) => column.field));
  const move = (field: string, by: number) => {
    const at = order.indexOf(field), to = at + by;
    if (to < 0 || to >= order.length) return;
    const next = [...order];
    next.splice(at, 1); next.splice(to, 0, field);
    setPrefs({...prefs, order: next});
  };
  return (
    <PopButton label={t('columns')} icon="columns" class="btn quiet icon-only" end>{() => (
      <>
        <div class="pop-head">{t('columns')}</div>
        <ul>{order.map((field) => (
          <li class="row column-row" key={field}><label class="switch-line grow"><input type="checkbox" class="check" checked={!hidden.has(field)} disabled={!hidden.has(field) && hidden.size === order.length - 1}
            onChange={(event) => { const next = new Set(hidden); event.currentTarget.checked ? next.delete(field) : next.add(field); setPrefs({...prefs, hidden: [...next]}); }} />{view.fields[field]?.label ?? field}</label>
            <button type="button" class="btn quiet icon-only mini" aria-label={t('columns.up', {name: view.fields[field]?.label ?? field})} onClick={() => move(field, -1)}><Icon name="up" /></button>
            <button type="button" class="btn quiet icon-only mini" aria-label={t('columns.down', {name: view.fields[field]?.label ?? field})} onClick={() => move(field, 1)}><Icon name="down" /></button></li>))}</ul>
        <hr /><button type="button" class="pop-item" onClick={() => setPrefs({widths: {}})}>{t('columns.reset')}</button>
      </>)}</PopButton>
  );
}
