// SPDX-License-Identifier: Apache-2.0
// The tools above a list: saved views with their counts, columns, and the bar of a selection with its bulk actions.
import {useEffect, useState} from 'preact/hooks';
import {act, ApiError, read} from '../core/api';
import {askForm, refused} from '../core/act';
import {me} from '../core/format';
import {recall, remember} from '../core/prefs';
import {t} from '../core/i18n';
import {wire} from '../core/normalise';
import {filled} from '../core/template';
import type {Action, Filter, Page, Saved, Summary, View} from '../core/types';
import {formFields} from '../widgets/field';
import {Icon} from '../widgets/icon';
import {Dialog, PopButton, toast} from '../widgets/overlay';
import {ownShared, sharedKey, type ColumnPrefs, type ListState} from './list_state';

export function SavedViews({view, state}: {view: View; state: ListState}) {
  const [counts, setCounts] = useState<Record<string, number>>({});
  const [, draw] = useState(0);
  useEffect(() => {
    for (const item of state.saved) {
      if (!item.badge || !view.source) continue;
      void read<Summary>(view.source.summary ?? 'list.summary', {list: view.source.list, filter: wire([...(view.source.filter ?? []), ...item.filter]), ...(item.archived ? {archived: true} : {})}).then((found) => setCounts((now) => ({...now, [item.id]: found.total})), () => undefined);
    }
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

interface RowResult { id: number; title: string; ok: boolean; message: string }
const BULK_MAX = 10_000;

export async function allIds(view: View, filter: Filter[], search: string, max = BULK_MAX): Promise<{id: number; version: number; title: string}[]> {
  const out: {id: number; version: number; title: string}[] = [];
  let after: string | undefined;
  do {
    const page: Page = await read<Page>(view.source!.action, {list: view.source!.list, filter: wire(filter), ...(search ? {search} : {}), limit: 200, ...(after ? {after} : {})});
    out.push(...page.rows.map((row) => ({id: row.id, version: row.version, title: row.title})));
    after = page.after ?? undefined;
  } while (after && out.length < max);
  return out.slice(0, max);
}

export function BulkBar({view, selected, all, total, onAll, onClear, filter, search, changed}: {view: View; selected: Map<number, {version: number; title: string}>; all: boolean; total: number; onAll: () => void; onClear: () => void; filter: Filter[]; search: string; changed: () => void}) {
  const [results, setResults] = useState<RowResult[] | null>(null), [progress, setProgress] = useState<[number, number] | null>(null);
  const actions = (view.bulk ?? []).flatMap((item) => {
    if (typeof item === 'string') { const found = view.actions?.[item]; return found ? [found] : []; }
    const raw = item as Action & {action?: string};
    return [{...raw, run: raw.run ?? raw.action ?? ''} as Action];
  });
  const run = async (action: Action) => {
    const fields = formFields(action.form, view.fields);
    const asked = fields.length > 0 || action.confirm ? await askForm({title: action.label, text: action.confirm ?? t('bulk.for', {n: all ? total : selected.size}), fields, submit: action.label, danger: action.tone === 'danger'}, async (input) => input) : {};
    if (asked === null) return;
    try {
      const rows = all ? await allIds(view, filter, search) : [...selected].map(([id, {version, title}]) => ({id, version, title}));
      const outcome: RowResult[] = [];
      const template = action.input ?? {id: '$id'};
      if (JSON.stringify(template).includes('"$ids"')) {
        for (let at = 0; at < rows.length; at += 500) {
          const part = rows.slice(at, at + 500);
          setProgress([at, rows.length]);
          const fill = filled(template, {ids: part.map(({id, version}) => (action.input && JSON.stringify(action.input).includes('version') ? {id, expected_version: version} : id)), asked});
          const body = action.form_into ? {...fill, [action.form_into]: asked} : {...fill, ...asked};
          const answer = await act<{rows?: {id: number; ok?: boolean; error?: {message: string} | string; message?: string}[]; results?: {id: number; ok?: boolean; error?: {message: string}}[]}>(action.run, body);
          const told = new Map((answer.rows ?? answer.results ?? []).map((row) => [row.id, row]));
          for (const row of part) {
            const one = told.get(row.id) as {ok?: boolean; error?: {message: string} | string; message?: string} | undefined;
            const message = typeof one?.error === 'string' ? one.error : one?.error?.message ?? '';
            outcome.push({id: row.id, title: row.title, ok: one?.ok !== false && !one?.error, message: message || (one?.ok === false ? one.message ?? '' : '')});
          }
        }
      } else {
        for (const [at, row] of rows.entries()) {
          setProgress([at, rows.length]);
          try { await act(action.run, {...filled(template, {id: row.id, version: row.version}), ...asked}); outcome.push({id: row.id, title: row.title, ok: true, message: ''}); }
          catch (error) { if ((error as ApiError).offline) throw error; outcome.push({id: row.id, title: row.title, ok: false, message: (error as Error).message}); }
        }
      }
      setProgress(null);
      changed();
      const bad = outcome.filter((row) => !row.ok).length;
      if (bad === 0) { toast('bulk.done', {n: outcome.length}); onClear(); } else setResults(outcome);
    } catch (error) { setProgress(null); refused(error as Error); }
  };
  const count = all ? total : selected.size;
  return (
    <div class="bulk" role="region" aria-label={t('bulk')}>
      <strong class="num">{t('bulk.selected', {n: count})}</strong>
      {!all && total > selected.size && <button type="button" class="link-btn" onClick={onAll}>{t('bulk.all', {n: total})}</button>}
      <span class="spacer" />
      {progress ? <span role="status">{t('bulk.progress', {at: progress[0], of: progress[1]})}</span>
        : actions.map((action) => <button type="button" key={action.label} class={`btn ${action.tone === 'danger' ? 'danger' : ''}`} onClick={() => void run(action)}>{action.label}</button>)}
      <button type="button" class="btn quiet icon-only" aria-label={t('bulk.clear')} onClick={onClear}><Icon name="close" /></button>
      {results && (
        <Dialog title={t('bulk.result')} wide onClose={() => { setResults(null); onClear(); }}>
          <p>{t('bulk.result.text', {ok: results.filter((row) => row.ok).length, bad: results.filter((row) => !row.ok).length})}</p>
          <table class="plain"><thead><tr><th scope="col">{t('bulk.row')}</th><th scope="col">{t('bulk.outcome')}</th></tr></thead>
            <tbody>{[...results].sort((a, b) => Number(a.ok) - Number(b.ok)).slice(0, 200).map((row) => <tr key={row.id}><th scope="row">{row.title}</th><td>{row.ok ? <span class="badge tone-success">{t('bulk.ok')}</span> : <span class="row"><span class="badge tone-danger">{t('bulk.refused')}</span>{row.message}</span>}</td></tr>)}</tbody></table>
        </Dialog>)}
    </div>
  );
}
