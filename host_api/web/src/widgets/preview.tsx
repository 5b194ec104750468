// SPDX-License-Identifier: Apache-2.0
// What an action would do, before it runs: the host's answer as words. Knows lists of hits (duplicates), amounts that move, and
// shows anything else of an answer as label and value.
import {useEffect, useState} from 'preact/hooks';
import {read} from '../core/api';
import {cellText, isMoney} from '../core/format';
import {t} from '../core/i18n';
import {Icon} from './icon';

type Item = Record<string, unknown>;
const words = (value: unknown): string => (value === null || value === undefined ? '' : isMoney(value) ? cellText(value) : Array.isArray(value) ? value.map(words).filter(Boolean).join(', ') : typeof value === 'object' ? words((value as Item).title ?? (value as Item).name ?? (value as Item).text ?? '') : typeof value === 'boolean' ? t(value ? 'yes' : 'no') : String(value));
const NAMES = ['title', 'name', 'label', 'seller', 'campaign', 'month'], NOTES = ['reasons', 'reason', 'why', 'explanation', 'score', 'from', 'to', 'amount', 'moved'];

export function Preview({action, input}: {action: string; input: Record<string, unknown>}) {
  const [answer, setAnswer] = useState<Item | null>(null), [trouble, setTrouble] = useState('');
  useEffect(() => { read<Item>(action, input).then(setAnswer, (error: Error) => setTrouble(error.message)); }, []);
  if (trouble) return <p class="small muted">{trouble}</p>;
  if (!answer) return <span class="skeleton" />;
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
