// SPDX-License-Identifier: Apache-2.0
// View kind "wizard": a few questions in turn, each step an action or a choice; a step can be skipped where it says so. The step
// stands in the address, so that the way to a page that a step leads to, and back, loses nothing.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {act, ApiError} from '../core/api';
import {isNone, me, today} from '../core/format';
import {t} from '../core/i18n';
import {announce} from '../core/live';
import {remember} from '../core/prefs';
import {href, route, setQuery} from '../core/router';
import {fill, inputValue} from '../core/template';
import type {Cells, Field, FormItem, View} from '../core/types';
import {mayOpen, titleOf} from '../core/use';
import {formFields} from '../widgets/asked';
import {FieldRow, nest} from '../widgets/field';
import {Icon, iconOf} from '../widgets/icon';
import {Heading, Message} from './frame';

interface Step { id?: string; label: string; help?: string; fields?: FormItem[]; form?: FormItem[]; run?: string; action?: string; input?: Record<string, unknown>; optional?: boolean; choices?: {label: string; help?: string; view?: string; query?: Record<string, string>; run?: string; input?: Record<string, unknown>}[]; links?: {view: string; label?: string}[] }

export function WizardView({view}: {view: View}) {
  const steps = (view.steps ?? []) as Step[], at = Math.min(steps.length, Math.max(0, Number(route.value.query.get('step') ?? 1) - 1)), setAt = (to: number) => setQuery({step: to === 0 ? null : String(to + 1)}, false), [cells, setCells] = useState<Cells>(() => Object.fromEntries([...Object.entries(view.fields), ...steps.flatMap((one) => formFields(one.fields ?? one.form, view.fields).map((field) => [field.name, field] as const))].filter(([, field]) => field.default !== undefined).map(([name, field]) => [name, fill(field.default, {me: {...me.value?.user}, company: {...me.value?.company}, today: today()}) as never])));
  const [errors, setErrors] = useState<Record<string, string>>({}), [general, setGeneral] = useState(''), [busy, setBusy] = useState(false), heading = useRef<HTMLHeadingElement>(null);
  // Before the page is painted: a focus that comes later would be taken away from whoever tabs at once.
  useLayoutEffect(() => { if (at > 0) heading.current?.focus(); }, [at]);
  useEffect(() => { if (at === steps.length) remember(`start.${view.id}`, true); }, [at]);
  const step = steps[at], fields: (Field & {name: string})[] = formFields(step?.fields ?? step?.form, view.fields);
  const next = async (run?: string, input?: Record<string, unknown>) => {
    const found = Object.fromEntries(fields.filter((field) => field.required && isNone(cells[field.name])).map((field) => [field.name, t('form.required', {field: field.label})]));
    setErrors(found); setGeneral('');
    if (Object.keys(found).length > 0) return;
    const name = run ?? step?.run ?? step?.action;
    setBusy(true);
    try {
      if (name) { await act(name, {...fill(input ?? step?.input ?? {}, {today: today()}) as object, ...nest(Object.fromEntries(fields.map((field) => [field.input ?? field.name, inputValue(cells[field.name], field)]).filter(([, value]) => value !== null)))}); announce(['*']); }
      setAt(at + 1);
    } catch (error) {
      const refusal = error as ApiError, where = fields.find((field) => (field.input ?? field.name) === refusal.field);
      if (where) setErrors({[where.name]: refusal.message}); else setGeneral(refusal.message);
    }
    setBusy(false);
  };
  return (
    <div class="page"><Heading view={{...view, links: []}} />
      {!step ? <Message icon="check" title={t('wizard.done')} text={view.text}>{(view.links ?? []).filter((link) => mayOpen(link.view)).map((link) => <a class="btn" key={link.view} href={href(link.view)}>{link.label ?? titleOf(link.view)}</a>)}</Message> : (<>
        <ol class="steps" aria-label={view.title}>{steps.map((one, i) => <li key={one.label} class={i < at ? 'past' : i === at ? 'now' : ''} aria-current={i === at ? 'step' : undefined}><span class="count-pill">{i < at ? '✓' : i + 1}</span>{one.label}</li>)}</ol><section class="card wizard"><div class="card-head"><h2 tabIndex={-1} ref={heading}>{step.label}</h2><span class="spacer" /><span class="muted small">{t('wizard.step', {at: at + 1, of: steps.length})}</span></div>
          <form class="card-body stack" noValidate onSubmit={(event) => { event.preventDefault(); void next(); }}>
            {step.help && <p>{step.help}</p>}
            {general && <div class="notice danger" role="alert"><Icon name="warn" /><span>{general}</span></div>}
            {fields.length > 0 && <div class="fields cols-2">{fields.map((field) => <FieldRow key={field.name} field={field} value={cells[field.name]} error={errors[field.name]} onChange={(value, trouble) => { setCells((now) => ({...now, [field.name]: value})); setErrors((now) => { const {[field.name]: _, ...rest} = now; return trouble ? {...rest, [field.name]: t(trouble)} : rest; }); }} />)}</div>}
            {step.choices && <ul class="shortcuts">{step.choices.map((choice) => <li key={choice.label}>{choice.view ? <a class="card shortcut" href={href(choice.view, null, choice.query)}><span class="picture"><Icon name={iconOf(choice.view)} /></span><span class="grow"><strong>{choice.label}</strong>{choice.help && <span class="small muted block">{choice.help}</span>}</span></a> : <button type="button" class="card shortcut" disabled={busy} onClick={() => void next(choice.run, choice.input)}><span class="picture"><Icon name="check" /></span><span class="grow"><strong>{choice.label}</strong>{choice.help && <span class="small muted block">{choice.help}</span>}</span></button>}</li>)}</ul>}
            {step.links && <p class="row wrap">{step.links.filter((link) => mayOpen(link.view)).map((link) => <a class="btn" key={link.view} href={href(link.view)} target="_self">{link.label ?? titleOf(link.view)}</a>)}</p>}
            <div class="row wrap">{at > 0 && <button type="button" class="btn" onClick={() => setAt(at - 1)}>{t('wizard.back')}</button>}<span class="spacer" />{(step.optional || step.choices) && <button type="button" class="btn quiet" onClick={() => setAt(at + 1)}>{t('wizard.skip')}</button>}{!step.choices && <button type="submit" class="btn primary" disabled={busy}>{t('wizard.next')}</button>}</div>
          </form></section></>)}
    </div>
  );
}
