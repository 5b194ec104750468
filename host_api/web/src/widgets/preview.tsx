// SPDX-License-Identifier: Apache-2.0
// What an action would do, before it runs: the host's answer as words, asked anew while the form is filled in. Knows amounts that
// move (before and after), and lists of hits (duplicates) with their reasons.
import {useEffect, useState} from 'preact/hooks';
import {read} from '../core/api';
import {cellText, isMoney, monthYear} from '../core/format';
import {t} from '../core/i18n';
import {Icon} from './icon';

type Item = Record<string, unknown>;
const words = (value: unknown): string => (value === null || value === undefined ? '' : isMoney(value) ? cellText(value) : Array.isArray(value) ? value.map(words).filter(Boolean).join(', ') : typeof value === 'object' ? words((value as Item).title ?? (value as Item).name ?? (value as Item).text ?? '') : typeof value === 'boolean' ? t(value ? 'yes' : 'no') : String(value));
const NAMES = ['title', 'name', 'label', 'seller', 'campaign', 'month'], NOTES = ['reasons', 'reason', 'why', 'explanation', 'score', 'from', 'to', 'amount', 'moved'];
const PAUSE = 300, MOST = 8;

/** `input` null: not enough is filled in yet. */
export function Preview({action, input}: {action: string; input: Record<string, unknown> | null}) {
  const [answer, setAnswer] = useState<Item | null>(null), [trouble, setTrouble] = useState(''), text = JSON.stringify(input);
  useEffect(() => {
    if (input === null) { setAnswer(null); setTrouble(''); return; }
    const abort = new AbortController();
    const timer = setTimeout(() => { read<Item>(action, input, abort.signal).then((found) => { setAnswer(found); setTrouble(''); }, (error: Error) => { if (error.name !== 'AbortError') { setAnswer(null); setTrouble(error.message); } }); }, answer ? PAUSE : 0);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [text]);
  if (input === null) return <p class="small muted" role="status">{t('preview.wait')}</p>;
  if (trouble) return <p class="small muted" role="status">{trouble}</p>;
  if (!answer) return <span class="skeleton" />;
  if (Array.isArray(answer.changes)) return <Changes answer={answer} changes={answer.changes as Item[]} />;
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value) && value.length > 0 && typeof value[0] === 'object') as [string, Item[]][];
  if (lists.length === 0) return null;
  return (
    <div class="notice warn" role="note"><Icon name="info" /><div class="grow">{lists.map(([name, items]) => (
      <ul key={name}>{items.slice(0, 6).map((item, at) => {
        const title = NAMES.map((key) => words(item[key])).find(Boolean) ?? '', note = NOTES.map((key) => words(item[key])).filter(Boolean).join(' · ');
        return <li key={at}><strong>{title}</strong>{note && <span> – {note}</span>}</li>;
      })}</ul>))}</div></div>
  );
}

function Changes({answer, changes}: {answer: Item; changes: Item[]}) {
  const tried = typeof answer.documents === 'number' ? t('preview.documents', {n: answer.documents, moved: Number(answer.moved ?? 0)}) : '';
  return (
    <div class="preview" role="status">
      <p class="small">{tried} {changes.length === 0 && t('preview.nothing')}</p>
      {changes.length > 0 && <div class="table-box"><table class="plain"><caption class="sr">{t('preview.title')}</caption>
        <thead><tr><th scope="col">{t('preview.who')}</th><th scope="col">{t('preview.what')}</th><th scope="col" class="end">{t('preview.before')}</th><th scope="col" class="end">{t('preview.after')}</th></tr></thead>
        <tbody>{changes.slice(0, MOST).map((one, at) => <tr key={at}><th scope="row">{words(one.seller_name) || '–'}<span class="small muted block">{words(one.campaign_title)}</span></th><td>{t(`measure.${words(one.measure)}`)}<span class="small muted block">{/^\d{4}-\d\d/.test(words(one.month)) ? monthYear(words(one.month)) : ''}</span></td><td class="num end muted">{words(one.before)}</td><td class="num end"><strong>{words(one.after)}</strong></td></tr>)}</tbody></table></div>}
      {changes.length > MOST && <p class="small muted">{t('board.more', {n: changes.length - MOST})}</p>}
    </div>
  );
}
