// SPDX-License-Identifier: Apache-2.0
// While a new record is being filled in: who it could be already (`check` of a form). Asks the host after a pause in the typing,
// shows the hits with their reasons and the way to them, and never stands in the way of creating.
import {useEffect, useState} from 'preact/hooks';
import {read} from '../core/api';
import {t} from '../core/i18n';
import {href} from '../core/router';
import {mayOpen} from '../core/use';
import type {Cells, View} from '../core/types';
import {Icon} from '../widgets/icon';
import {nest} from '../widgets/field';
import {changes} from './form_state';

interface Hit { id: number; title?: string; name?: string; number?: string; score?: number; reasons?: {text?: string}[] }
type Answer = Record<string, Hit[] | undefined>;
const PAGES: [string, string][] = [['duplicates', 'lead.form'], ['customers', 'customer.form']];
const PAUSE = 450;

export function FormCheck({view, cells}: {view: View; cells: Cells}) {
  const [answer, setAnswer] = useState<Answer>({});
  const input = nest(changes({id: 0, version: 0, title: '', cells: {}}, cells, view.fields)), text = JSON.stringify(input);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // What is half typed may be no name yet; the host says so, and there is nothing to warn of.
      read<Answer>(view.check!.action, input, abort.signal).then(setAnswer, (error: Error) => { if (error.name !== 'AbortError') setAnswer({}); });
    }, PAUSE);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [text]);
  const hits = PAGES.flatMap(([kind, page]) => (answer[kind] ?? []).map((hit) => ({...hit, page, kind})));
  if (hits.length === 0) return null;
  return (
    <div class="notice warn duplicates" role="status"><Icon name="users" /><div class="grow"><strong>{t('check.title', {n: hits.length})}</strong>
      <ul>{hits.slice(0, 5).map((hit) => <li key={hit.page + hit.id}>
        {mayOpen(hit.page) ? <a href={href(hit.page, hit.id)}>{hit.title ?? hit.name}</a> : <span>{hit.title ?? hit.name}</span>} <span class="badge">{t(`check.${hit.kind}`)}</span>
        <span class="block small">{(hit.reasons ?? []).map((reason) => reason.text).filter(Boolean).join(' · ')}</span></li>)}</ul></div></div>
  );
}
