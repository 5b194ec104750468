// SPDX-License-Identifier: Apache-2.0
// A module's panel on a page of the host: loads by itself, a page of blocks, a form of the module's own fields or a list; when it
// fails, is slow or not known, it says so in its place and the page stays.
import {useEffect, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import type {ComponentType} from 'preact';
import type {Filter, Row, View} from '../core/types';
import {useView} from '../core/use';
import {Icon} from '../widgets/icon';
import {opened} from '../widgets/later';
import {Catch, Waiting} from './catch';
import {FormView} from './form';
import {Placeholder, Trouble} from './frame';
import {ListView} from './list';

const home = signal<ComponentType<{view: View; record?: Row}> | null>(null);

/** The rows of a list panel are those of the page's record, where the list has such a field. */
function ofPage(view: View, page: string, record: Row): Filter[] {
  const field = Object.entries(view.fields).find(([name, one]) => one.ref?.list === page || (name === page && one.type === 'ref'))?.[0];
  return field ? [{field, op: '=', value: record.id}] : [];
}

function Drawn({view, page, record}: {view: View; page: string; record: Row}) {
  const Home = home.value, [error, setError] = useState<Error | null>(null);
  useEffect(() => { if (view.kind === 'home' && !Home) opened(import('./home')).then((module) => { home.value = module.HomeView; }, setError); }, []);
  if (error) return <div class="card"><Trouble error={error} /></div>;
  switch (view.kind) {
    case 'home': return Home ? <Home view={view} record={record} /> : <Waiting name={view.title} />;
    case 'form': return <div class="card card-body"><FormView view={{...view, tabs: [], panels: []}} id={String(record.id)} panel /></div>;
    case 'list': { const fixed = ofPage(view, page, record); return <ListView view={view} embedded fixed={fixed} createWith={Object.fromEntries(fixed.map((one) => [one.field, one.value]))} />; }
    case 'broken': return <div class="notice danger" role="alert"><Icon name="warn" /><span>{view.message}</span></div>;
    default: return <Placeholder what="kind" name={view.kind} />;
  }
}

export function Slot({view: id, page, title, record}: {view: string; page: string; title: string; record: Row}) {
  const loaded = useView(id), name = title || loaded.value?.title || id;
  return (
    <section class="slot" aria-label={name}>
      <h2 class="block-title">{name}</h2>
      <Catch name={name}>{loaded.error ? <div class="card"><Trouble error={loaded.error} again={loaded.again} /></div> : loaded.value ? <Drawn view={loaded.value} page={page} record={record} /> : <Waiting name={name} again={loaded.again} />}</Catch>
    </section>
  );
}
