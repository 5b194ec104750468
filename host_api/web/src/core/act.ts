// SPDX-License-Identifier: Apache-2.0
// Runs declared actions: asks their small form, sends, says it was done with an Undo, and tells the page to look again. One
// place, so that list, board, form and palette behave alike.
import {signal} from '@preact/signals';
import {act, ApiError, requestId} from './api';
import {me, today} from './format';
import {announce} from './live';
import {t} from './i18n';
import {fill, filled, inputs} from './template';
import {formFields, type AskedForm} from '../widgets/asked';
import {toast} from '../widgets/overlay';
import type {Action, Cells, Field, Row, View} from './types';

export interface Pending { form: AskedForm; run: (input: Record<string, unknown>) => Promise<void>; cancel: () => void }
export const pendingForm = signal<Pending | null>(null);

/** Shows a form and resolves with what `run` answered, or null when the user went back. */
export function askForm<T>(form: AskedForm, run: (input: Record<string, unknown>) => Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    pendingForm.value = {form, run: async (input) => { const result = await run(input); pendingForm.value = null; resolve(result); }, cancel: () => { pendingForm.value = null; resolve(null); }};
  });
}

export function scopeOf(row: Row, fields: Record<string, Field>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {id: row.id, version: row.version, title: row.title, field: inputs(row.cells, fields), before: inputs(row.cells, fields), me: {...me.peek()?.user}, today: today(), ...more};
}

export const takesVersion = (input: Record<string, unknown> | undefined) => input !== undefined && Object.values(input).includes('$version');

/** Runs `action` on `row`. Answers the result, or null when the user thought better of it or the host refused (said in a toast). */
export async function runDeclared(action: Action, row: Row, view: Pick<View, 'fields' | 'source'>, changed: () => void, more: Record<string, unknown> = {}): Promise<Record<string, unknown> | null> {
  const scope = scopeOf(row, view.fields, more), base = {...filled(action.input ?? {id: '$id'}, scope)};
  const fields = formFields(action.form, view.fields);
  // Only the record's own fields begin with its values: a question of the action that happens to be called alike is another.
  const ofRecord = new Set((action.form ?? []).flatMap((item) => (typeof item === 'string' ? [item] : 'field' in item ? [item.field] : [])));
  const send = async (asked: Record<string, unknown>) => act(action.run, action.form_into ? {...base, [action.form_into]: asked} : {...base, ...asked});
  let result: Record<string, unknown> | null;
  if (fields.length > 0 || action.confirm) {
    const initial: Cells = Object.fromEntries(fields.map((field) => [field.name, (fill(field.default, scope) as never) ?? (ofRecord.has(field.name) ? row.cells[field.name] : null)]));
    const form: AskedForm = {title: action.label, fields, submit: action.label, danger: action.tone === 'danger', initial, values: row.cells as Record<string, unknown>, ...(action.confirm ? {text: action.confirm} : {}), ...(action.preview ? {preview: {action: action.preview.action, input: filled(action.preview.input ?? {id: '$id'}, scope), whole: action.preview.action === action.run, into: action.form_into}} : {})};
    result = await askForm(form, send);
  } else {
    try { result = await send({}); } catch (error) { refused(error as ApiError); return null; }
  }
  if (result === null) return null;
  changed();
  announce([view.source?.list ?? '*']);
  const undo = action.undo;
  toast('done', {}, {text: action.done ?? `${row.title}: ${action.label}`, ...(undo ? {undo: () => void act(undo.run, filled(undo.input ?? {id: '$id'}, {...scope, result})).then(() => { toast('undone'); changed(); announce([view.source?.list ?? '*']); }, refused)} : {})});
  return result;
}

export function refused(error: Error): void { toast('', {}, {bad: true, text: error.message}); }

/** Tries a change that is already shown; takes it back when the host refuses. */
export async function tryChange(run: () => Promise<unknown>, back: () => void): Promise<boolean> {
  try { await run(); return true; } catch (error) { back(); refused(error as Error); return false; }
}
export {requestId, t};
