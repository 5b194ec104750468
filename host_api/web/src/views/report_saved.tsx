// SPDX-License-Identifier: Apache-2.0
// A report's saved questions: its parameters under a name, mine or shared with everybody, one press away. Kept like a list's views.
import {useEffect, useState} from 'preact/hooks';
import {askForm} from '../core/act';
import {me} from '../core/format';
import {t} from '../core/i18n';
import {fetchPreference, fetchShared, recall, remember} from '../core/prefs';
import {route, setQuery} from '../core/router';
import type {View} from '../core/types';
import {Icon} from '../widgets/icon';
import {toast} from '../widgets/overlay';

interface Question { id: string; label: string; params: Record<string, string>; by?: string; shared?: boolean; mine?: boolean }

const present = (): Record<string, string> => Object.fromEntries([...route.value.query].filter(([name]) => name.startsWith('p.')).sort(([a], [b]) => (a < b ? -1 : 1)));
const same = (a: Record<string, string>, b: Record<string, string>) => JSON.stringify(a) === JSON.stringify(b);

export function SavedReports({view}: {view: View}) {
  const key = `saved.${view.id}`, sharedKey = `shared.${view.id}`, [, draw] = useState(0), [others, setOthers] = useState<Question[]>([]);
  useEffect(() => {
    const again = () => draw((n) => n + 1);
    void fetchPreference<Question[]>(key).then(again);
    void fetchShared<Question[]>(sharedKey).then(({theirs}) => setOthers(theirs.flatMap(({name, value}) => value.map((item) => ({...item, shared: true, by: name})))));
  }, [view.id]);
  const listOf = (of: string) => recall<Question[]>(of) ?? [], now = present();
  const all: Question[] = [...others, ...listOf(sharedKey).map((item) => ({...item, shared: true, mine: true})), ...listOf(key).map((item) => ({...item, mine: true}))];
  const current = all.find((item) => same(item.params, now)), plain = Object.keys(now).length === 0;
  const show = (params: Record<string, string>) => setQuery({...Object.fromEntries(Object.keys(now).map((name) => [name, null])), ...params});
  const save = async () => {
    const given = await askForm({title: t('saved.save'), fields: [{name: 'label', type: 'text', label: t('saved.name'), required: true, max: 60}, ...(me.value?.permissions.includes('host.preference.share') ? [{name: 'shared', type: 'boolean' as const, label: t('saved.share')}] : [])], submit: t('save')}, async (input) => input);
    if (!given) return;
    const item: Question = {id: `mine-${Date.now().toString(36)}`, label: String(given.label), params: now}, to = given.shared ? sharedKey : key;
    remember(to, [...listOf(to), item], given.shared === true);
    draw((n) => n + 1);
    toast('saved.done', {name: item.label});
  };
  const drop = (item: Question) => {
    const from = item.shared ? sharedKey : key, before = listOf(from);
    remember(from, before.filter((other) => other.id !== item.id), item.shared === true);
    show({});
    toast('saved.gone', {name: item.label}, {undo: () => { remember(from, before, item.shared === true); draw((n) => n + 1); }});
  };
  if (all.length === 0 && plain) return null;
  return (
    <div class="tabs no-print" role="group" aria-label={t('saved.views')}>
      <button type="button" class="tab" aria-pressed={plain} onClick={() => show({})}>{t('saved.all')}</button>
      {all.map((item) => <button type="button" key={item.id} class="tab" aria-pressed={current?.id === item.id} onClick={() => show(item.params)}>
        {item.shared && <span class="tab-shared" title={item.by ? t('saved.shared_by', {name: item.by}) : t('saved.shared')}><Icon name="users" /><span class="sr">{t('saved.shared')}: </span></span>}{item.label}</button>)}
      {!plain && !current && <button type="button" class="link-btn" onClick={() => void save()}>{t('saved.save')}</button>}
      {current?.mine && <button type="button" class="link-btn" onClick={() => drop(current)}>{t('saved.delete')}</button>}
    </div>
  );
}
