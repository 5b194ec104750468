// SPDX-License-Identifier: Apache-2.0
// A module's panel on a page of the host: loads by itself; when it fails or is not known, the page stays.
import {useEffect, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import type {ComponentType} from 'preact';
import type {Row, View} from '../core/types';
import {useView} from '../core/use';
import {Trouble} from './frame';

const home = signal<ComponentType<{view: View; record?: Row}> | null>(null);

export function Slot({view: id, title, record}: {view: string; title: string; record: Row}) {
  const loaded = useView(id), Home = home.value, [error, setError] = useState<Error | null>(null);
  useEffect(() => { if (!Home) import('./home').then((module) => { home.value = module.HomeView; }, setError); }, []);
  const trouble = error ?? loaded.error;
  return (
    <section class="slot" aria-label={title || loaded.value?.title}>
      <h2 class="block-title">{title || loaded.value?.title}</h2>
      {trouble ? <div class="card"><Trouble error={trouble} again={loaded.again} /></div> : loaded.value && Home ? <Home view={loaded.value} record={record} /> : <span class="skeleton" />}
    </section>
  );
}
