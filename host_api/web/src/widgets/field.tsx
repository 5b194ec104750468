// SPDX-License-Identifier: Apache-2.0
// Label, mark, editor, help and error of one field; and the small form that an action may ask before it runs.
import {useId, useState} from 'preact/hooks';
import {act, ApiError, requestId} from '../core/api';
import {isNone, isRef} from '../core/format';
import {holds} from '../core/expr';
import {t} from '../core/i18n';
import {href} from '../core/router';
import {inputValue} from '../core/template';
import type {Cell, Cells, Field} from '../core/types';
import {mayOpen} from '../core/use';
import type {AskedForm} from './asked';
import {CellView} from './cell';
import {Editor} from './editor';
import {Icon} from './icon';
import {Dialog} from './overlay';
import {Preview} from './preview';

export function FieldRow({field, value, onChange, error, required, currency, autofocus, id: given}: {field: Field; value: Cell; onChange: (value: Cell, trouble?: string) => void; error?: string | undefined; required?: boolean; currency?: string | undefined; autofocus?: boolean; id?: string}) {
  const own = useId(), id = given ?? own, help = field.help ? `${id}-help` : '', bad = error ? `${id}-error` : '';
  const needed = required ?? field.required;
  if (field.readonly) return <div class="field"><span class="label">{field.label}</span><div class="value">{isNone(value) ? <span class="muted">–</span> : <CellView cell={value} field={field} />}</div></div>;
  return (
    <div class={`field ${error ? 'invalid' : ''}`}>
      <span class="row label-row"><label for={id}>{field.label}{needed && <span class="req" aria-hidden="true"> *</span>}</label>
        {given && field.type === 'ref' && isRef(value) && field.ref?.view && mayOpen(field.ref.view) && <a class="field-open" href={href(field.ref.view, value.id)} aria-label={`${t('open')}: ${value.title}`} title={`${t('open')}: ${value.title}`}><Icon name="external" /></a>}</span>
      <Editor id={id} field={field} value={value} onChange={onChange} invalid={Boolean(error)} describedBy={[bad, help].filter(Boolean).join(' ') || undefined} required={needed} currency={currency} {...(autofocus ? {autofocus} : {})} />
      {error && <span class="error" id={bad}><Icon name="warn" />{error}</span>}
      {field.help && <span class="help" id={help}>{field.help}</span>}
    </div>
  );
}

/** "opportunity.title" becomes {opportunity: {title}}. */
export function nest(input: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    const [first = '', ...rest] = key.split('.');
    if (rest.length === 0) out[key] = value;
    else out[first] = {...(out[first] as object | undefined), ...nest({[rest.join('.')]: value})};
  }
  return out;
}

/** A dialog with a few fields; `run` gets input values and may refuse (its error lands at the field it names). */
export function FormDialog({form, run, onClose}: {form: AskedForm; run: (input: Record<string, unknown>) => Promise<void>; onClose: () => void}) {
  const [cells, setCells] = useState<Cells>(() => ({...form.initial}));
  const [errors, setErrors] = useState<Record<string, string>>({}), [general, setGeneral] = useState(''), [busy, setBusy] = useState(false);
  const shown = form.fields.filter((field) => holds(field.visible_if, {...form.values, ...cells}));
  const given = () => { const out: Record<string, unknown> = {}; for (const field of shown) { const value = inputValue(cells[field.name], field); if (value !== null) out[field.input ?? field.name] = value; } return nest(out); };
  // A preview that is the action itself is asked with what stands in the form, once nothing needed is missing.
  const ahead = form.preview && (!form.preview.whole ? form.preview.input : shown.some((field) => errors[field.name] !== undefined || ((field.required || field.type === 'lines') && isNone(cells[field.name]))) ? null : {...form.preview.input, ...(form.preview.into ? {[form.preview.into]: given()} : given())});
  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Record<string, string> = {};
    for (const field of shown) {
      if ((field.required || holds(field.required_if, {...form.values, ...cells}, false)) && isNone(cells[field.name])) found[field.name] = t('form.required', {field: field.label});
      else if (errors[field.name]?.startsWith('!')) found[field.name] = errors[field.name]!.slice(1);
    }
    setErrors(found); setGeneral('');
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try { await run(given()); } catch (error) {
      const refused = error as ApiError, at = shown.find((field) => (field.input ?? field.name) === refused.field || field.name === refused.field);
      if (at) setErrors({[at.name]: refused.message}); else setGeneral(refused.message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={form.title} onClose={onClose} foot={<><button type="button" class="btn" onClick={onClose}>{t('cancel')}</button><button type="submit" form="ask-form" class={`btn primary ${form.danger ? 'danger strong' : ''}`} disabled={busy}>{form.submit}</button></>}>
      <form id="ask-form" class="stack" onSubmit={(event) => void submit(event)} noValidate>
        {form.text && <p>{form.text}</p>}{form.preview && !form.preview.whole && <Preview action={form.preview.action} input={form.preview.input} />}
        {general && <div class="notice danger" role="alert"><Icon name="warn" /><span>{general}</span></div>}
        {shown.map((field) => <FieldRow key={field.name} field={field} value={cells[field.name]} error={errors[field.name]?.replace(/^!/, '')} required={field.required || holds(field.required_if, {...form.values, ...cells}, false)}
          onChange={(value, trouble) => { setCells((now) => ({...now, [field.name]: value})); setErrors((now) => { const next = {...now}; if (trouble) next[field.name] = `!${t(trouble)}`; else delete next[field.name]; return next; }); }} />)}
        {form.preview?.whole && <Preview action={form.preview.action} input={ahead ?? null} />}
      </form>
    </Dialog>
  );
}

export async function runAction(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> { return act(name, input); }
export {requestId};
