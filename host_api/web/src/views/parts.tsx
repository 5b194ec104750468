// SPDX-License-Identifier: Apache-2.0
// The parts of a record: timeline, links with their reasons, touches, activities, history; lists of other views. Each loads by
// itself: a slow or broken part tells so in its own place.
import type {ComponentType} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import {read} from '../core/api';
import {scopeOf} from '../core/act';
import {cellText, date, dateTime, relativeDate} from '../core/format';
import {t} from '../core/i18n';
import {useLive} from '../core/live';
import {href, route, setQuery} from '../core/router';
import {fill, filled} from '../core/template';
import type {Filter, Money, Part, Row, Tone, View} from '../core/types';
import {useLoad, useView} from '../core/use';
import {Badge} from '../widgets/cell';
import {Icon} from '../widgets/icon';
import {FieldRow} from '../widgets/field';
import {ListView} from './list';
import {Catch, Waiting} from './catch';
import {Message, Placeholder, Trouble} from './frame';
import {ActButton, type Proposed} from './report_act';

export function Parts({parts, record, view, panel}: {parts: Part[]; record: Row; view: View; panel: boolean}) {
  const [local, setLocal] = useState(0), strip = useRef<HTMLDivElement>(null);
  const fromAddress = Number(route.value.query.get('tab') ?? 0);
  const at = Math.min(parts.length - 1, panel ? local : fromAddress);
  const choose = (to: number) => { if (panel) setLocal(to); else setQuery({tab: to === 0 ? null : String(to)}); };
  const key = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? parts.length - 1 : NaN;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    choose((to + parts.length) % parts.length);
    requestAnimationFrame(() => (strip.current?.querySelector('[aria-selected="true"]') as HTMLElement | null)?.focus());
  };
  const base = panel ? 'pp' : 'part';
  return (
    <section class="card parts">
      <div class="tab-strip" role="tablist" ref={strip} onKeyDown={key}>
        {parts.map((part, i) => <button type="button" role="tab" key={i} id={`${base}-tab-${i}`} aria-selected={i === at} aria-controls={`${base}-panel`} tabIndex={i === at ? 0 : -1} onClick={() => choose(i)}>{part.label}</button>)}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-tab-${at}`} class="card-body" tabIndex={0}>{parts[at] && <Catch key={`c${at}/${record.id}`} name={parts[at]!.label}><PartBody key={`${at}/${record.id}`} part={parts[at]!} record={record} view={view} /></Catch>}</div>
    </section>
  );
}

export function PartBody({part, record, view}: {part: Part; record: Row; view: View}) {
  switch (part.part) {
    case 'feed': case 'timeline': case 'links': case 'touches': case 'activities': case 'history': case 'documents': case 'audit':
      return part.view ? <ListPart part={part} record={record} view={view} /> : <Feed part={part} record={record} view={view} />;
    case 'list': return <ListPart part={part} record={record} view={view} />;
    case 'fields': return <div class="fields cols-1">{(part.fields ?? []).filter((name) => view.fields[name]).map((name) => <FieldRow key={name} field={{...view.fields[name]!, readonly: true}} value={record.cells[name]} onChange={() => undefined} />)}</div>;
    case 'report': return <ReportPart part={part} record={record} view={view} />;
    default: return <Placeholder what="part" name={part.part} />;
  }
}

export const reportKind = signal<ComponentType<{view: View; fixed?: Record<string, unknown>}> | null>(null);
export const loadReport = () => { if (!reportKind.value) void import('./report').then((module) => { reportKind.value = module.ReportView; }); };
function ReportPart({part, record, view}: {part: Part; record: Row; view: View}) {
  const loaded = useView(part.view ?? null), Report = reportKind.value;
  useEffect(loadReport, []);
  if (loaded.error) return <Trouble error={loaded.error} again={loaded.again} />;
  return loaded.value && Report ? <Report view={loaded.value} fixed={fill(part.params ?? {}, scopeOf(record, view.fields)) as Record<string, unknown>} /> : <span class="skeleton" />;
}

function ListPart({part, record, view}: {part: Part; record: Row; view: View}) {
  const loaded = useView(part.view ?? null);
  if (loaded.error) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <span class="skeleton" />;
  const scope = scopeOf(record, view.fields);
  return <ListView view={loaded.value} embedded fixed={fill(part.filter ?? [], scope) as Filter[]} createWith={part.create_with ? filled(part.create_with, scope) : undefined} />;
}

interface FeedItem { at?: string; who?: string; kind?: string; title: string; text?: string; tone?: Tone; badge?: string; changes?: {label: string; from?: unknown; to?: unknown}[]; amount?: Money | null; link?: {view: string; id: number; title?: string}; act?: Proposed; key?: string }
const ICONS: Record<string, string> = {call: 'keyboard', meeting: 'users', email: 'doc', mail: 'doc', note: 'edit', created: 'spark', step: 'flag', visit: 'flag', order: 'doc', offer: 'doc', invoice: 'money', credit: 'money', credit_note: 'money', link: 'link', suggestion: 'spark', touch: 'campaign', campaign: 'campaign', change: 'edit', changed: 'edit', task: 'check', activity: 'calendar', won: 'check', lost: 'close'};

/** Needs of the view no more than its fields: a block of a module's panel has none. */
export function Feed({part, record, view}: {part: Part; record: Row; view: Pick<View, 'fields'>}) {
  const loaded = useLoad<{items: FeedItem[]}>(`${part.action}/${record.id}/${record.version}`, (signal) => read(part.action ?? '', filled(part.input ?? {id: '$id'}, scopeOf(record, view.fields)), signal));
  const [shown, setShown] = useState(25);
  useLive(['*'], loaded.again);
  if (loaded.error && !loaded.value) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Waiting name={part.label} again={loaded.again} />;
  const items = loaded.value.items ?? [];
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
              {item.changes?.map((change, i) => <p class="small feed-change" key={i}><span class="muted">{change.label}: </span>{isPlain(change.from) && <><s class="muted">{plain(change.from)}</s><span aria-hidden="true"> → </span><span class="sr">{t('part.became')}</span></>}<strong>{plain(change.to) || '–'}</strong></p>)}
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
