// SPDX-License-Identifier: Apache-2.0
// What has happened on a record, newest first: visits, documents, changes, each with who and when, and what may be done about it.
import {useState} from 'preact/hooks';
import {read} from '../core/api';
import {scopeOf} from '../core/act';
import {cellText, date, dateTime, relativeDate} from '../core/format';
import {t} from '../core/i18n';
import {useLive} from '../core/live';
import {href} from '../core/router';
import {filled} from '../core/template';
import type {Money, Part, Row, Tone, View} from '../core/types';
import {useLoad} from '../core/use';
import {Badge} from '../widgets/cell';
import {Icon} from '../widgets/icon';
import {Waiting} from './catch';
import {Message, Trouble} from './frame';
import {ActButton, type Proposed} from './report_act';

interface FeedItem { at?: string; who?: string; kind?: string; title: string; text?: string; tone?: Tone; badge?: string; changes?: {label: string; type?: string; from?: unknown; to?: unknown}[]; amount?: Money | null; link?: {view: string; id: number; title?: string}; act?: Proposed; key?: string }
const ICONS: Record<string, string> = {call: 'keyboard', meeting: 'users', email: 'doc', mail: 'doc', note: 'edit', created: 'spark', step: 'flag', visit: 'flag', order: 'doc', offer: 'doc', invoice: 'money', credit: 'money', credit_note: 'money', link: 'link', suggestion: 'spark', touch: 'campaign', campaign: 'campaign', change: 'edit', changed: 'edit', task: 'check', activity: 'calendar', won: 'check', lost: 'close'};

/** Needs of the view no more than its fields: a block of a module's panel has none. */
export function Feed({part, record, view}: {part: Part; record: Row; view: Pick<View, 'fields'>}) {
  const loaded = useLoad<{items: FeedItem[]}>(`${part.action}/${record.id}/${record.version}`, (signal) => read(part.action ?? '', filled(part.input ?? {id: '$id'}, scopeOf(record, view.fields)), signal));
  const [shown, setShown] = useState(25);
  useLive(['*'], loaded.again);
  if (loaded.error && !loaded.value) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Waiting name={part.label} again={loaded.again} />;
  const items = loaded.value.items ?? [];
  // The host tells a value bare; its field, where the page knows it, how it looks.
  const said = (value: unknown, name = '') => (['percent', 'date', 'boolean'].includes(view.fields[name]?.type ?? '') && isPlain(value) ? cellText(value as never, view.fields[name]) : plain(value));
  if (items.length === 0) return <Message icon="clock" title={t('part.empty', {part: part.label})} />;
  return (
    <>
      <ol class="feed">
        {items.slice(0, shown).map((item, at) => (
          <li key={item.key ?? at}>
            <span class={`feed-mark tone-${item.tone ?? 'neutral'}`}><Icon name={ICONS[item.kind ?? ''] ?? 'clock'} /></span>
            <div class="grow">
              <div class="row wrap feed-line"><span class="feed-title">{item.link ? <a href={href(item.link.view, item.link.id)}>{item.title || item.link.title}</a> : item.title || t(`feed.${item.kind ?? 'change'}`)}</span>{item.badge && <Badge tone={item.tone}>{known(`badge.${item.badge}`, item.badge)}</Badge>}{item.kind === 'suggestion' && <span class="small muted">{t('feed.suggestion')}</span>}{item.amount && <span class="num small">{cellText(item.amount)}</span>}
                {item.act && <><span class="spacer" /><ActButton proposed={item.act} title={item.title} sure /></>}</div>
              {item.text && <p class="small">{item.text}</p>}
              {item.changes?.map((change, i) => <p class="small feed-change" key={i}><span class="muted">{change.label}: </span>{isPlain(change.from) && <><s class="muted">{said(change.from, change.type)}</s><span aria-hidden="true"> → </span><span class="sr">{t('part.became')}</span></>}<strong>{plain(change.to) || '–'}</strong></p>)}
              <p class="small muted">{item.who && <>{item.who} · </>}{item.at && <time dateTime={item.at} title={item.at.length > 10 ? dateTime(item.at) : item.at}>{/T00:00:00/.test(item.at) ? date(item.at.slice(0, 10)) : item.at.length > 10 ? dateTime(item.at) : relativeDate(item.at)}</time>}</p>
            </div>
          </li>))}
      </ol>
      {items.length > shown && <button type="button" class="btn" onClick={() => setShown(shown + 50)}>{t('list.load_more')}</button>}
    </>
  );
}
const known = (key: string, otherwise: string) => { const text = t(key); return text === key ? otherwise : text; };
const isPlain = (value: unknown) => value !== undefined && value !== null && value !== '';
const plain = (value: unknown): string => (typeof value === 'object' && value !== null ? cellText(value as never) : value === undefined || value === null ? '' : String(value));
