// SPDX-License-Identifier: Apache-2.0
// The parts of a record: timeline, links with their reasons, touches, activities, history; lists of other views. Each loads by
// itself: a slow or broken part tells so in its own place.
import {useEffect, useRef, useState} from 'preact/hooks';
import {scopeOf} from '../core/act';
import {route, setQuery} from '../core/router';
import {fill, filled} from '../core/template';
import type {Filter, Part, Row, View} from '../core/types';
import {useView} from '../core/use';
import {FieldRow} from '../widgets/field';
import {ListView} from './list';
import {Catch} from './catch';
import {Feed} from './feed';
import {Placeholder, Trouble} from './frame';
import {loadReport, reportKind} from './report_kind';

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
