// SPDX-License-Identifier: Apache-2.0
// What a board is of: a parameter that names a list (the pipeline) is chosen above it and narrows cards and columns. With one
// entry there is nothing to choose.
import type {ComponentChildren} from 'preact';
import {language} from '../core/api';
import {t} from '../core/i18n';
import {route, setQuery} from '../core/router';
import {useLoad} from '../core/use';
import type {Filter, Param, View} from '../core/types';
import {lookup, type Item} from '../widgets/lookup';

/** What could be chosen the last time: a board need not wait for it again. */
const before = new Map<string, Item[][]>();
const isChosen = (param: Param) => param.type === 'ref' && param.field !== undefined;
const ALL = '-';

/** `filter` is null until it is known what can be chosen. */
export function useBoardParams(view: View): {filter: Filter[] | null; chooser: ComponentChildren} {
  const params = (view.params ?? []).filter(isChosen);
  const key = `board-params/${view.id}/${language.value}`;
  const loaded = useLoad<Item[][]>(params.length > 0 ? key : null, async () => { const found = await Promise.all(params.map((param) => lookup(param.ref?.list ?? param.list ?? '', '', {}, 50))); before.set(key, found); return found; }, before.get(key));
  if (params.length === 0 || loaded.error) return {filter: [], chooser: null};
  if (!loaded.value) return {filter: null, chooser: null};
  const filter: Filter[] = [], choosers: ComponentChildren[] = [];
  params.forEach((param, at) => {
    const items = loaded.value![at]!.filter((item) => !item.archived);
    if (items.length < 2) return;
    const asked = route.value.query.get(`p.${param.name}`), value = asked ?? String(items[0]!.id);
    if (value !== ALL) filter.push({field: param.field!, op: '=', value: /^\d+$/.test(value) ? Number(value) : value});
    choosers.push(<label class="param" key={param.name}><span>{param.label}</span><select class="select" value={value} onChange={(event) => setQuery({[`p.${param.name}`]: event.currentTarget.value === String(items[0]!.id) ? null : event.currentTarget.value})}>
      {items.map((item) => <option key={item.id} value={String(item.id)}>{item.title}</option>)}<option value={ALL}>{t('saved.all')}</option></select></label>);
  });
  return {filter, chooser: choosers.length > 0 ? choosers : null};
}
