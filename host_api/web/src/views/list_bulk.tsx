// SPDX-License-Identifier: Apache-2.0
// The bar of a selection: bulk actions, how far they are, and what was refused row by row.
import {useState} from 'preact/hooks';
import {act, ApiError, read} from '../core/api';
import {askForm, refused} from '../core/act';
import {t} from '../core/i18n';
import {wire} from '../core/normalise';
import {filled} from '../core/template';
import type {Action, Filter, Page, View} from '../core/types';
import {formFields} from '../widgets/asked';
import {Icon} from '../widgets/icon';
import {Dialog, toast} from '../widgets/overlay';

interface RowResult { id: number; title: string; ok: boolean; message: string }
const BULK_MAX = 10_000;

async function allIds(view: View, filter: Filter[], search: string, max = BULK_MAX): Promise<{id: number; version: number; title: string}[]> {
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
