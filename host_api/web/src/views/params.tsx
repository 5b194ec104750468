// SPDX-License-Identifier: Apache-2.0
// The field above a page that a parameter is chosen by, by its type.
import {useState} from 'preact/hooks';
import {today} from '../core/format';
import {t} from '../core/i18n';
import type {Param} from '../core/types';
import {Combobox} from '../widgets/combobox';

export function ParamField({param, value, onChange}: {param: Param; value: unknown; onChange: (value: string | null) => void}) {
  const [title, setTitle] = useState('');
  const id = `param-${param.name}`;
  if (param.type === 'year') {
    const now = Number(today().slice(0, 4));
    return <label class="param"><span>{param.label}</span><select class="select" id={id} value={String(value)} onChange={(event) => onChange(event.currentTarget.value)}>{[...new Set([...Array.from({length: 8}, (_, at) => now + 2 - at), ...(typeof value === 'number' ? [value] : [])])].sort((x, y) => y - x).map((year) => <option key={year} value={year}>{year}</option>)}</select></label>;
  }
  if (param.type === 'period') return <label class="param"><span>{param.label}</span><input class="input" type="month" id={id} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || null)} /></label>;
  if (param.type === 'choice' || param.type === 'multi') return <label class="param"><span>{param.label}</span><select class="select" id={id} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || '-')}>{(param.optional || !param.default) && <option value="">{param.type === 'multi' ? t('saved.all') : '–'}</option>}{(param.choices ?? []).map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}</select></label>;
  if (param.type === 'boolean') return <label class="switch-line"><input type="checkbox" class="check" checked={value === true} onChange={(event) => onChange(String(event.currentTarget.checked))} />{param.label}</label>;
  if (param.type === 'ref') return <div class="param"><span id={id}>{param.label}</span><Combobox ref_={{list: param.ref?.list ?? param.list ?? '', create: false}} label={param.label} value={value ? {id: value as number, title: title || `#${value}`} : null} onChange={(item) => { setTitle(item?.title ?? ''); onChange(item ? String(item.id) : null); }} /></div>;
  return <label class="param"><span>{param.label}</span><input class="input" value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value || null)} /></label>;
}
