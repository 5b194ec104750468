// SPDX-License-Identifier: Apache-2.0
// The filter bar: a chip for every filter that holds, each opens its editor; "Filter" adds one; "Clear all" ends them.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import {filterWords} from '../core/filter';
import {t} from '../core/i18n';
import type {Field, Filter} from '../core/types';
import {Icon} from './icon';
import {later} from './later';
import {lookup} from './lookup';
import {PopButton} from './overlay';

/** Names of what a filter holds by number: `list/id`. */
export const titles = signal(new Map<string, string>());
const FilterEditor = later(() => import('./filter_editor').then((module) => module.FilterEditor), () => <span class="pop-body"><span class="skeleton" /></span>);
async function learn(list: string, ids: unknown[]): Promise<void> {
  const missing = ids.filter((id) => typeof id !== 'object' && !String(id).startsWith('@') && !titles.peek().has(`${list}/${id}`));
  if (missing.length === 0) return;
  try {
    const items = await lookup(list, '', {ids: missing}, missing.length);
    const next = new Map(titles.peek());
    for (const item of items) next.set(`${list}/${item.id}`, item.title);
    titles.value = next;
  } catch { /* the number stands in for the name */ }
}

interface BarProps { fields: Record<string, Field>; available: string[]; filters: Filter[]; onChange: (filters: Filter[]) => void }

export function FilterBar({fields, available, filters, onChange}: BarProps) {
  const [fresh, setFresh] = useState<string | null>(null), bar = useRef<HTMLDivElement>(null);
  // The entry of the menu is gone: the focus goes to what it opened.
  useLayoutEffect(() => { if (fresh && !bar.current?.querySelector('.pop')?.contains(document.activeElement)) bar.current?.querySelector<HTMLElement>('.pop :is(input, select, button)')?.focus(); }, [fresh]);
  useEffect(() => {
    for (const filter of filters) {
      const field = fields[filter.field];
      if (field?.type === 'ref' && field.ref && filter.value !== undefined) void learn(field.ref.list, Array.isArray(filter.value) ? filter.value : [filter.value]);
    }
  }, [filters]);
  const set = (at: number, next: Filter | null) => onChange(next ? filters.map((filter, i) => (i === at ? next : filter)) : filters.filter((_, i) => i !== at));
  return (
    <div class="filters row wrap" ref={bar} role="group" aria-label={t('filters')}>
      {filters.map((filter, at) => (
        <span class="chip" key={`${filter.field}${at}`}>
          <PopButton label={filterWords(filter, fields[filter.field], titles.value)} class="chip-main" content={<span class="clip">{filterWords(filter, fields[filter.field], titles.value)}</span>}>
            {(close) => <FilterEditor field={fields[filter.field]} filter={filter} onChange={(next) => set(at, next)} onClose={close} />}
          </PopButton>
          <button type="button" class="chip-x" aria-label={t('filter.remove', {name: fields[filter.field]?.label ?? filter.field})} onClick={() => set(at, null)}><Icon name="close" /></button>
        </span>))}
      <PopButton label={t('filter.add')} class="btn quiet" icon="filter" content={t('filter.add')}>
        {(close) => fresh && fields[fresh]
          ? <FilterEditor field={fields[fresh]} filter={{field: fresh, op: '='}} onChange={(next) => { if (next) onChange([...filters.filter((other) => other.field !== fresh || !['=', 'in'].includes(other.op)), next]); }} onClose={() => { setFresh(null); close(); }} />
          : <div role="menu" aria-label={t('filter.add')}>{available.map((name) => (
            <button type="button" role="menuitem" class="pop-item" key={name} onClick={() => setFresh(name)}>{fields[name]?.label ?? name}</button>))}</div>}
      </PopButton>
      {filters.length > 0 && <button type="button" class="link-btn" onClick={() => onChange([])}>{t('filter.clear')}</button>}
    </div>
  );
}
