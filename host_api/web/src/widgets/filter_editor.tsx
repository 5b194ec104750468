// SPDX-License-Identifier: Apache-2.0
// What opens at a chip of the filter bar: the values of one filter, by the field's type.
import {useRef, useState} from 'preact/hooks';
import {language} from '../core/api';
import {companyCurrency} from '../core/format';
import {PERIODS} from '../core/filter';
import {t} from '../core/i18n';
import type {Cell, Field, Filter} from '../core/types';
import {Combobox} from './combobox';
import {DateField} from './date';
import {Editor} from './editor';
import {titles} from './filters';
import {Icon} from './icon';
import {useFirstFocus} from './overlay';

const MANY = 14;
/** Check boxes; where there are many, in the order of their words and with a search above. */
function ChoiceEditor({field, values, onChange}: {field: Field; values: unknown[]; onChange: (values: unknown[]) => void}) {
  const [text, setText] = useState(''), long = (field.choices?.length ?? 0) > MANY, all = long ? [...field.choices!].sort((a, b) => a.label.localeCompare(b.label, language.value)) : field.choices ?? [];
  const shown = all.filter((choice) => values.includes(choice.value) || choice.label.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <div role="group" aria-label={field.label}>
      {long && <div class="pop-body"><input class="input" data-autofocus type="search" aria-label={t('list.search', {title: field.label})} placeholder={t('list.search.short')} value={text} onInput={(event) => setText(event.currentTarget.value)} /></div>}
      {shown.map((choice) => (
        <label class="pop-item" key={choice.value}><input type="checkbox" class="check" checked={values.includes(choice.value)} onChange={(event) => onChange(event.currentTarget.checked ? [...values, choice.value] : values.filter((value) => value !== choice.value))} />{choice.label}</label>))}
    </div>);
}

interface EditorProps { field: Field | undefined; filter: Filter; onChange: (filter: Filter | null) => void; onClose: () => void }

export function FilterEditor(props: EditorProps) {
  const ref = useRef<HTMLDivElement>(null);
  useFirstFocus(ref);
  return <div ref={ref}><ByType {...props} /></div>;
}

function ByType({field, filter, onChange, onClose}: EditorProps) {
  if (!field) return <p class="pop-head">{t('filter.unknown', {field: filter.field})}</p>;
  const name = filter.field, values = filter.value === undefined ? [] : Array.isArray(filter.value) ? filter.value : [filter.value];
  const many = (list: unknown[]) => onChange(list.length === 0 ? null : list.length === 1 ? {field: name, op: '=', value: list[0]} : {field: name, op: 'in', value: list});
  if (field.type === 'date' || field.type === 'datetime') return <PeriodEditor name={name} filter={filter} onChange={onChange} onClose={onClose} />;
  if (field.type === 'choice' || field.type === 'tags') {
    return <ChoiceEditor field={field} values={values} onChange={many} />;
  }
  if (field.type === 'ref' && field.ref) {
    return (
      <div class="pop-body">
        <Combobox ref_={{...field.ref, create: false}} label={field.label} value={null} onChange={(item) => { if (item) { const next = new Map(titles.peek()); next.set(`${field.ref!.list}/${item.id}`, item.title); titles.value = next; many([...values.filter((value) => value !== item.id), item.id]); } }} autofocus />
        {values.map((value) => <div class="row" key={String(value)}><span class="grow clip">{String(value).startsWith('@') ? t('me') : titles.value.get(`${field.ref!.list}/${value}`) ?? `#${value}`}</span>
          <button type="button" class="btn quiet icon-only mini" aria-label={t('clear')} onClick={() => many(values.filter((other) => other !== value))}><Icon name="close" /></button></div>)}
        <label class="switch-line"><input type="checkbox" class="check" checked={filter.op === 'is_null'} onChange={(event) => onChange(event.currentTarget.checked ? {field: name, op: 'is_null'} : null)} />{t('filter.empty')}</label>
      </div>);
  }
  if (field.type === 'boolean') {
    return <div role="group" aria-label={field.label}>{[true, false].map((value) => <button type="button" class={`pop-item ${values[0] === value ? 'active' : ''}`} key={String(value)} aria-pressed={values[0] === value} onClick={() => { onChange({field: name, op: '=', value}); onClose(); }}>{t(value ? 'yes' : 'no')}</button>)}</div>;
  }
  if (field.type === 'money' || field.type === 'integer' || field.type === 'percent' || field.type === 'decimal') return <RangeEditor field={field} name={name} filter={filter} onChange={onChange} />;
  return <div class="pop-body"><input class="input" data-autofocus type="text" aria-label={field.label} placeholder={t('filter.contains')} value={String(values[0] ?? '')} onChange={(event) => onChange(event.currentTarget.value ? {field: name, op: 'contains', value: event.currentTarget.value} : null)} onKeyDown={(event) => { if (event.key === 'Enter') { event.currentTarget.blur(); onClose(); } }} /></div>;
}

function PeriodEditor({name, filter, onChange, onClose}: {name: string; filter: Filter; onChange: (filter: Filter | null) => void; onClose: () => void}) {
  const [from, to] = filter.op === 'between' ? filter.value as [string | null, string | null] : filter.op === '>=' ? [String(filter.value), null] : filter.op === '<=' ? [null, String(filter.value)] : [null, null];
  const range = (a: string | null, b: string | null) => onChange(a && b ? {field: name, op: 'between', value: [a, b]} : a ? {field: name, op: '>=', value: a} : b ? {field: name, op: '<=', value: b} : null);
  return (
    <>
      <div role="group" aria-label={t('filter.period')}>{PERIODS.map((period) => (
        <button type="button" key={period} class={`pop-item ${filter.op === period ? 'active' : ''}`} aria-pressed={filter.op === period} onClick={() => { onChange({field: name, op: period}); onClose(); }}>{t(`period.${period}`)}{filter.op === period && <Icon name="check" />}</button>))}</div>
      <hr />
      <div class="pop-body"><div class="field"><span class="label">{t('filter.from')}</span><DateField label={t('filter.from')} value={from ?? null} onChange={(day) => range(day, to ?? null)} /></div>
        <div class="field"><span class="label">{t('filter.to')}</span><DateField label={t('filter.to')} value={to ?? null} onChange={(day) => range(from ?? null, day)} /></div></div>
    </>
  );
}

function RangeEditor({field, name, filter, onChange}: {field: Field; name: string; filter: Filter; onChange: (filter: Filter | null) => void}) {
  const plain = (value: unknown): Cell => (value === undefined || value === null ? null : field.type === 'money' ? {minor: Number(value), currency: companyCurrency()} : value as Cell);
  const [from, to] = filter.op === 'between' ? filter.value as [unknown, unknown] : filter.op === '>=' ? [filter.value, null] : filter.op === '<=' ? [null, filter.value] : [null, null];
  const [low, setLow] = useState<Cell>(plain(from)), [high, setHigh] = useState<Cell>(plain(to));
  const raw = (cell: Cell) => (cell !== null && typeof cell === 'object' && 'minor' in cell ? cell.minor : cell);
  const apply = () => { const a = raw(low), b = raw(high); onChange(a !== null && b !== null ? {field: name, op: 'between', value: [a, b]} : a !== null ? {field: name, op: '>=', value: a} : b !== null ? {field: name, op: '<=', value: b} : null); };
  return (
    <form class="pop-body" onSubmit={(event) => { event.preventDefault(); apply(); }}>
      <div class="field"><span class="label">{t('filter.from')}</span><Editor field={{...field, label: t('filter.from')}} label={t('filter.from')} value={low} onChange={setLow} /></div>
      <div class="field"><span class="label">{t('filter.to')}</span><Editor field={{...field, label: t('filter.to')}} label={t('filter.to')} value={high} onChange={setHigh} /></div>
      <button type="submit" class="btn primary">{t('filter.apply')}</button>
    </form>
  );
}
