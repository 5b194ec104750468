// SPDX-License-Identifier: Apache-2.0
// The field above a page that a parameter is chosen by, by its type.
import {useState} from 'preact/hooks';
import {date, monthYear, today} from '../core/format';
import {t} from '../core/i18n';
import type {Param} from '../core/types';
import {useLoad} from '../core/use';
import {Combobox} from '../widgets/combobox';
import {lookup} from '../widgets/lookup';
import {paramValue} from './param_value';
import {label} from './report_words';

const listOf = (param: Param) => param.ref?.list ?? param.list ?? '';
/** What the record of a parameter is called: as it was picked, else as the host names it. */
function useTitle(param: Param, value: unknown, picked = ''): string {
  const id = param.type === 'ref' && picked === '' && value ? value as number | string : null;
  const found = useLoad(id === null ? null : `${listOf(param)}/${id}`, async (signal) => (await lookup(listOf(param), '', {ids: [id]}, 1, signal))[0]?.title ?? '');
  return picked || found.value || (value && !found.busy ? `#${value}` : '');
}

export function ParamField({param, value, onChange}: {param: Param; value: unknown; onChange: (value: string | null) => void}) {
  const [picked, setPicked] = useState<{id: unknown; title: string} | null>(null), title = useTitle(param, value, picked && picked.id === value ? picked.title : '');
  const id = `param-${param.name}`;
  if (param.type === 'year') {
    const now = Number(today().slice(0, 4));
    return <label class="param"><span>{param.label}</span><select class="select" id={id} value={String(value)} onChange={(event) => onChange(event.currentTarget.value)}>{[...new Set([...Array.from({length: 8}, (_, at) => now + 2 - at), ...(typeof value === 'number' ? [value] : [])])].sort((x, y) => y - x).map((year) => <option key={year} value={year}>{year}</option>)}</select></label>;
  }
  if (param.type === 'period') return <label class="param"><span>{param.label}</span><input class="input" type="month" id={id} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || null)} /></label>;
  if (param.type === 'choice' || param.type === 'multi') return <label class="param"><span>{param.label}</span><select class="select" id={id} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || '-')}>{(param.optional || !param.default) && <option value="">{param.type === 'multi' ? t('saved.all') : '–'}</option>}{(param.choices ?? []).map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}</select></label>;
  if (param.type === 'boolean') return <label class="switch-line"><input type="checkbox" class="check" checked={value === true} onChange={(event) => onChange(String(event.currentTarget.checked))} />{param.label}</label>;
  if (param.type === 'ref') return <div class="param"><span id={id}>{param.label}</span><Combobox ref_={{list: listOf(param), create: false}} label={param.label} value={value ? {id: value as number, title} : null} onChange={(item) => { setPicked(item ? {id: item.id, title: item.title} : null); onChange(item ? String(item.id) : null); }} /></div>;
  return <label class="param"><span>{param.label}</span><input class="input" value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || null)} /></label>;
}

/** What the parameters say, in words: a printed sheet tells what it shows. `picked`: the row and column behind whose number this is. */
export function ParamWords({params, picked}: {params: Param[]; picked?: Record<string, string> | undefined}) {
  const axisOf = (name: string) => { const param = params.find((one) => one.name === `${name}s`); return param?.choices?.find((choice) => choice.value === paramValue(param))?.label ?? param?.label ?? ''; };
  const of = Object.entries(picked ?? {});
  return (
    <p class={`page-help params-words ${of.length > 0 ? '' : 'print-only'}`}>
      {of.map(([name, text]) => <span key={name}>{axisOf(name)}: <strong>{label(text)}</strong></span>)}
      {params.filter((param) => !param.hidden).map((param) => <ParamWord key={param.name} param={param} />)}
    </p>
  );
}
function ParamWord({param}: {param: Param}) {
  const value = paramValue(param), title = useTitle(param, value), choice = (one: string) => param.choices?.find((other) => other.value === one)?.label ?? one;
  if (value === null || value === undefined || value === '') return null;
  const text = param.type === 'ref' ? title : param.type === 'choice' || param.type === 'multi' ? (Array.isArray(value) ? value.map(String) : [String(value)]).map(choice).join(', ')
    : param.type === 'date' ? date(String(value)) : param.type === 'period' ? monthYear(String(value)) : typeof value === 'boolean' ? t(value ? 'yes' : 'no') : String(value);
  return <span>{param.label}: <strong>{text}</strong></span>;
}
