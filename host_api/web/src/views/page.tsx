// SPDX-License-Identifier: Apache-2.0
// From a view's kind to what draws it. Kinds that few pages need come as chunks of their own when first opened.
import type {ComponentType} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import {getKept, keptNow} from '../core/api';
import type {View} from '../core/types';
import {pathOf, viewNames} from '../core/use';
import {Heading, Loading, Placeholder, Trouble} from './frame';
import {ListView} from './list';
import {Icon} from '../widgets/icon';
import {later, opened} from '../widgets/later';

export const loadForm = () => import('./form').then((module) => module.FormView);
const FormView = later(loadForm, () => <Loading rows={8} />);

type Kind = ComponentType<{view: View}>;
const LAZY: Record<string, () => Promise<Kind>> = {
  board: () => import('./board').then((module) => module.BoardView),
  tree: () => import('./tree').then((module) => module.TreeView),
  matrix: () => import('./matrix').then((module) => module.MatrixView),
  report: () => import('./report').then((module) => module.ReportView),
  import: () => import('./import').then((module) => module.ImportView),
  home: () => import('./home').then((module) => module.HomeView),
  wizard: () => import('./wizard').then((module) => module.WizardView),
};
const ready = signal<Record<string, Kind>>({});

const load = async (kind: string) => { if (!ready.peek()[kind]) { const known = await (kind === 'home' ? LAZY[kind]!() : opened(LAZY[kind]!())); ready.value = {...ready.peek(), [kind]: known}; } };
/** Fetches what a page needs to be drawn: its view and the code of its kind. */
export function prefetch(id: string, kind = viewNames.peek().find((view) => view.id === id)?.kind ?? ''): void {
  const quiet = () => undefined;
  if (id && !keptNow(pathOf(id))) void getKept(pathOf(id)).catch(quiet);
  // With a form come the editors, which a cell of the list or a filter may want as well.
  if (kind === 'form') void opened(Promise.all([loadForm(), import('./list_cell'), import('../widgets/filter_editor')])).catch(quiet);
  else if (Object.prototype.hasOwnProperty.call(LAZY, kind)) void load(kind).catch(quiet);
}

function Lazy({view}: {view: View}) {
  const [error, setError] = useState<Error | null>(null), Known = ready.value[view.kind];
  useEffect(() => { if (!Known) load(view.kind).catch(setError); }, [view.kind]);
  if (error) return <div class="page"><Trouble error={error} again={() => location.reload()} /></div>;
  return Known ? <Known view={view} /> : <div class="page"><Loading /></div>;
}

export function ViewPage({view, record, onTitle}: {view: View; record: string; onTitle: (title: string) => void}) {
  if (record || view.kind === 'form') return <div class="page"><FormView view={view} id={record || 'new'} onTitle={onTitle} key={`${view.id}/${record}`} /></div>;
  if (view.kind === 'list') return <ListView view={view} key={view.id} />;
  if (Object.prototype.hasOwnProperty.call(LAZY, view.kind)) return <Lazy view={view} key={view.id} />;
  if (view.kind === 'broken') return <div class="page"><Heading view={{...view, title: view.title ?? view.id}} /><div class="notice danger" role="alert"><Icon name="warn" /><span>{view.message}</span></div></div>;
  return <div class="page"><Heading view={view} /><Placeholder what="kind" name={view.kind} /></div>;
}
