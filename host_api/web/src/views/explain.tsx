// SPDX-License-Identifier: Apache-2.0
// Beside a list of things that wait for somebody's decision (`explain`): why each waits, and what it may belong to, best first
// with the reasons. One press takes a suggestion; the toast takes it back.
import {useRef, useState} from 'preact/hooks';
import {act, get} from '../core/api';
import {refused, scopeOf, runDeclared} from '../core/act';
import {t} from '../core/i18n';
import {announce} from '../core/live';
import {href} from '../core/router';
import {filled} from '../core/template';
import type {Row, View} from '../core/types';
import {mayOpen, useLoad} from '../core/use';
import {CellView} from '../widgets/cell';
import {Icon} from '../widgets/icon';
import {toast} from '../widgets/overlay';
import {Message, Trouble} from './frame';
import type {ReportAnswer} from './report_data';

interface Suggestion { opportunity?: number; invoice?: number; title?: string; number?: string; reasons_text?: string[]; shares?: {opportunity: number; share: string; title?: string}[] }

export function ExplainPanel({view, row, onClose, onWalk, changed}: {view: View; row: Row; onClose: () => void; onWalk: (by: number) => void; changed: () => void}) {
  const rule = view.explain!, scope = scopeOf(row, view.fields), [busy, setBusy] = useState(false), box = useRef<HTMLElement>(null);
  const params = filled(rule.params ?? {}, scope);
  const loaded = useLoad<ReportAnswer>(`explain/${rule.report}/${JSON.stringify(params)}`, (signal) => get(`/api/reports/${encodeURIComponent(rule.report)}?params=${encodeURIComponent(JSON.stringify(params))}`, signal));
  const found = loaded.value?.rows[0] as {reason_text?: string; suggestions?: Suggestion[]; invoices?: Suggestion[]} | undefined;
  const take = async (id: number, title: string) => {
    setBusy(true);
    try {
      await act(rule.link!.action, filled(rule.link!.input, {...scope, suggestion: id}));
      const undo = rule.link!.undo;
      toast('explain.linked', {document: row.title, title}, undo ? {undo: () => void act(undo.run, filled(undo.input ?? {}, scope)).then(() => { toast('undone'); announce([view.source!.list]); changed(); }, refused)} : {});
      announce([view.source!.list, 'ledger']);
      onClose();
      changed();
    } catch (error) { refused(error as Error); }
    setBusy(false);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !(event.target as Element).closest('.pop, dialog')) { event.preventDefault(); event.stopPropagation(); onClose(); return; }
    const walk = event.altKey && event.key === 'ArrowDown' ? 1 : event.altKey && event.key === 'ArrowUp' ? -1 : 0;
    if (walk) { event.preventDefault(); event.stopPropagation(); onWalk(walk); }
  };
  const others = (view.row_actions ?? []).flatMap((name) => { const action = view.actions?.[name]; return action ? [action] : []; });
  return (
    <aside class="panel card" ref={box} aria-label={t('panel')} onKeyDown={key} tabIndex={-1}>
      <div class="panel-bar">
        <span class="seg"><button type="button" aria-label={t('form.previous')} onClick={() => onWalk(-1)}><Icon name="up" /></button><button type="button" aria-label={t('form.next')} onClick={() => onWalk(1)}><Icon name="down" /></button></span>
        <span class="spacer" />
        <button type="button" class="btn quiet icon-only" aria-label={t('panel.close')} onClick={onClose}><Icon name="close" /></button>
      </div>
      <div class="panel-body stack">
        <h1>{row.title}</h1>
        <dl class="facts">{(view.columns ?? []).filter((column) => view.fields[column.field] && column.field !== 'reason' && row.cells[column.field] !== undefined && row.cells[column.field] !== null).slice(0, 5).map((column) => <div key={column.field}><dt>{view.fields[column.field]!.label}</dt><dd><CellView cell={row.cells[column.field]} field={view.fields[column.field]} as={column.as} /></dd></div>)}</dl>
        {loaded.error ? <Trouble error={loaded.error} again={loaded.again} /> : !loaded.value ? <div class="stack" aria-busy="true"><span class="skeleton" /><span class="skeleton" /></div> : (
          <>
            {found?.reason_text && <div class="notice warn"><Icon name="info" /><span>{found.reason_text}</span></div>}
            <h2 class="block-title">{t('explain.suggestions')}</h2>
            {(found?.suggestions ?? []).length === 0 && (found?.invoices ?? []).length === 0 && <Message icon="link" title={t('explain.none')} text={t('explain.none.text')} />}
            <ol class="suggestions">{(found?.suggestions ?? []).map((one) => (
              <li class="card" key={one.opportunity}><div class="grow"><strong>{mayOpen('opportunity.form') ? <a href={href('opportunity.form', one.opportunity!)}>{one.title}</a> : one.title}</strong><p class="small muted">{(one.reasons_text ?? []).join(' · ')}</p></div>
                {rule.link && <button type="button" class="btn" disabled={busy} onClick={() => void take(one.opportunity!, one.title ?? '')}><Icon name="link" />{t('explain.link')}<span class="sr">: {one.title}</span></button>}</li>))}</ol>
            {(found?.invoices ?? []).length > 0 && <><h2 class="block-title">{t('explain.invoices')}</h2>
              <ul class="suggestions">{found!.invoices!.map((one) => <li class="card" key={one.invoice}><div class="grow"><strong>{one.number}</strong><p class="small muted">{(one.reasons_text ?? []).join(' · ')}</p></div></li>)}</ul></>}
            {others.map((action) => <button type="button" class="btn quiet" key={action.label} onClick={() => void runDeclared(action, row, view, changed)}>{t('explain.other')}</button>)}
          </>)}
      </div>
    </aside>
  );
}
