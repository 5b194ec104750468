// SPDX-License-Identifier: Apache-2.0
// The editor of one field, by its type. A value that cannot be read stays as typed, with the reason; the last good value is
// what the form holds.
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {companyCurrency, digitsOf, isMoney, isRef, minorText, percent, today, unitOf} from '../core/format';
import {language} from '../core/api';
import {t} from '../core/i18n';
import {parseDecimal, parseInteger, parseMinor} from '../core/parse';
import type {Cell, Field, Money, Ref} from '../core/types';
import {Combobox} from './combobox';
import {DateField, takes} from './date';
import {Icon} from './icon';
import {Lines} from '../views/lines';

export interface EditorProps {
  id?: string; field: Field; value: Cell; onChange: (value: Cell, trouble?: string) => void; label?: string; invalid?: boolean; describedBy?: string | undefined;
  disabled?: boolean; autofocus?: boolean; required?: boolean | undefined; currency?: string | undefined; onKey?: (event: KeyboardEvent) => void; onDone?: (how: 'enter' | 'escape' | 'blur') => void;
}

/** Text of a value while it is typed: kept as typed until it is read at blur or Enter. */
function Typed({props, shown, read, unit, mode}: {props: EditorProps; shown: string; read: (text: string) => {ok: true; value: Cell} | {ok: false; key: string}; unit?: string; mode?: 'decimal' | 'numeric' | 'text'}) {
  const [text, setText] = useState<string | null>(null), input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => { if (props.autofocus) { input.current?.focus(); input.current?.select(); } }, []);
  const take = () => {
    if (text === null) return;
    const result = read(text);
    if (result.ok) { props.onChange(result.value); setText(null); } else props.onChange(props.value, result.key);
  };
  return (
    <div class="affix">
      <input ref={input} id={props.id} class={`input ${mode === 'text' ? '' : 'has-unit'}`} type="text" inputMode={mode ?? 'decimal'} autocomplete="off" aria-label={props.label} aria-invalid={props.invalid || undefined} aria-describedby={props.describedBy} aria-required={props.required || undefined}
        disabled={props.disabled} value={text ?? shown} onInput={(event) => { setText(event.currentTarget.value); const result = read(event.currentTarget.value); if (result.ok) props.onChange(result.value); }}
        onBlur={take} onKeyDown={(event) => { if (takes(event)) take(); props.onKey?.(event); }} />
      {unit && <span class="unit" aria-hidden="true">{unit}</span>}
    </div>
  );
}

export function Editor(props: EditorProps) {
  const {field, value, onChange, id, label, invalid, describedBy, disabled, autofocus, required} = props;
  const input = useRef<HTMLInputElement & HTMLTextAreaElement & HTMLSelectElement>(null);
  useLayoutEffect(() => { if (autofocus) { input.current?.focus(); input.current?.select?.(); } }, []);
  const common = {id, 'aria-label': label, 'aria-invalid': invalid || undefined, 'aria-describedby': describedBy, 'aria-required': required || undefined, disabled, onKeyDown: props.onKey};
  switch (field.type) {
    case 'money': {
      const now = isMoney(value) ? value : null, currency = now?.currency ?? props.currency ?? field.currency ?? companyCurrency(), digits = digitsOf(currency);
      return <Typed props={props} unit={unitOf(currency)} shown={now ? minorText(now.minor, digits) : ''}
        read={(text) => { const read = parseMinor(text, digits, language.value); return read.ok ? {ok: true, value: read.value === null ? null : {minor: read.value, currency} satisfies Money} : read; }} />;
    }
    case 'percent': case 'decimal':
      return <Typed props={props} {...(field.type === 'percent' ? {unit: '%'} : {})} shown={value === null || value === undefined ? '' : field.type === 'percent' ? percent(String(value)).replace(/\s*%$/, '') : String(value)}
        read={(text) => { const read = parseDecimal(text, field.type === 'decimal' ? 6 : 2); return read.ok && read.value !== null && field.type === 'percent' && (Number(read.value) > (field.max ?? 100) || Number(read.value) < (field.min ?? 0)) ? {ok: false, key: 'parse.percent'} : read; }} />;
    case 'integer':
      return <Typed props={props} mode="numeric" shown={value === null || value === undefined ? '' : String(value)} read={parseInteger} />;
    case 'date':
      return <DateField {...{id: id!, label: label!, invalid: invalid!, describedBy, disabled: disabled!, autofocus: autofocus!, required, onKey: props.onKey!}} value={typeof value === 'string' ? value : null} onChange={(next, trouble) => onChange(next, trouble)} />;
    case 'ref':
      return <Combobox {...{id: id!, label: label!, invalid: invalid!, describedBy, disabled: disabled!, autofocus: autofocus!, required, onDone: props.onDone!}} ref_={field.ref ?? {list: 'unknown'}} value={isRef(value) ? value as Ref : null} onChange={onChange} />;
    case 'choice':
      return (
        <select {...common} ref={input} class="select" value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.currentTarget.value || null)}>
          {(!required || !value) && <option value="">{t('choose')}</option>}
          {field.choices?.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>);
    case 'year': {
      const now = Number(today().slice(0, 4));
      return (
        <select {...common} ref={input} class="select" value={typeof value === 'number' ? String(value) : ''} onChange={(event) => onChange(event.currentTarget.value ? Number(event.currentTarget.value) : null)}>
          <option value="">{t('choose')}</option>
          {Array.from({length: 8}, (_, at) => now + 2 - at).map((year) => <option key={year} value={year}>{year}</option>)}
        </select>);
    }
    case 'boolean':
      return <label class="switch-line"><input {...common} ref={input} type="checkbox" class="check" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />{label ? '' : <span>{t(value === true ? 'yes' : 'no')}</span>}</label>;
    case 'tags':
      if (field.choices) {
        const now = new Set(Array.isArray(value) ? value as string[] : []);
        return <div class="row wrap" role="group" aria-label={label ?? field.label}>{field.choices.map((choice) => (
          <label class="switch-line" key={choice.value}><input type="checkbox" class="check" checked={now.has(choice.value)} disabled={disabled} onChange={() => { now.has(choice.value) ? now.delete(choice.value) : now.add(choice.value); onChange([...now]); }} />{choice.label}</label>))}</div>;
      }
      return <Typed props={props} mode="text" shown={Array.isArray(value) ? (value as string[]).join(', ') : ''} read={(text) => ({ok: true, value: text.split(/[,;]/).map((part) => part.trim()).filter(Boolean)})} />;
    case 'refs': {
      const now = (Array.isArray(value) ? value : []) as unknown as Ref[];
      return <div class="stack">
        <Combobox {...{id: id!, label: label ?? field.label, describedBy}} ref_={{...(field.ref ?? {list: 'unknown'}), create: false}} value={null} onChange={(item) => { if (item && now.every((other) => other.id !== item.id)) onChange([...now, item] as unknown as Cell); }} />
        {now.length > 0 && <span class="row wrap">{now.map((item) => <span class="chip" key={item.id}><span class="chip-main">{item.title}</span><button type="button" class="chip-x" aria-label={t('tree.remove', {title: item.title})} onClick={() => onChange(now.filter((other) => other.id !== item.id) as unknown as Cell)}><Icon name="close" /></button></span>)}</span>}</div>;
    }
    case 'lines':
      return <Lines id={id ?? 'lines'} field={field} value={value} onChange={onChange} currency={props.currency} />;
    case 'longtext':
      return <textarea {...common} ref={input} class="textarea" rows={4} maxLength={field.max} value={typeof value === 'string' ? value : ''} onInput={(event) => onChange(event.currentTarget.value || null)} />;
    default:
      return <input {...common} ref={input} class="input" type={field.type === 'email' ? 'email' : field.type === 'phone' ? 'tel' : field.type === 'url' ? 'url' : field.type === 'password' ? 'password' : 'text'} maxLength={field.max} placeholder={field.placeholder} autocomplete={field.type === 'password' ? 'new-password' : 'off'}
        value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''} onInput={(event) => onChange(event.currentTarget.value || null)} />;
  }
}

