// SPDX-License-Identifier: Apache-2.0
// The step path of a record: where it stands, and a click (or Enter) moves it; what the host misses is asked. The same move
// serves the board.
import {useEffect, useRef, useState} from 'preact/hooks';
import {act, ApiError, read} from '../core/api';
import {askForm, refused, scopeOf} from '../core/act';
import {isRef} from '../core/format';
import {holds} from '../core/expr';
import {t} from '../core/i18n';
import {fill, filled} from '../core/template';
import type {Cells, Filter, Move, Page, Path, Row, View} from '../core/types';
import {lookup} from '../widgets/lookup';
import {formFields} from '../widgets/asked';
import {toast} from '../widgets/overlay';

interface Step { id: number | string; title: string; cells: Cells }

async function stepsOf(view: View, record: Row, path: Path): Promise<Step[]> {
  const field = view.fields[path.field], list = path.source?.list ?? field?.ref?.list;
  if (field?.choices) return field.choices.map((choice) => ({id: choice.value, title: choice.label, cells: {}}));
  if (!list) return [];
  // The path of the record's own pipeline: cells that must be alike.
  const filter: Filter[] = Object.entries(path.match ?? {}).flatMap(([name, own]) => { const cell = record.cells[own]; return isRef(cell) ? [{field: name, op: '=', value: cell.id}] : []; });
  if (path.source) return (await read<Page>('list.query', {list, filter, limit: 50})).rows.map((row) => ({id: row.id, title: row.title, cells: row.cells}));
  return (await lookup(list, '', field?.ref?.filter ? {filter: field.ref.filter} : {}, 50)).filter((item) => !item.archived).map((item) => ({id: item.id, title: item.title, cells: {}}));
}

export function StepPath({view, record, path: given, changed}: {view: View; record: Row; path: string | Path; changed: () => void}) {
  const path: Path = typeof given === 'string' ? {field: given} : given, name = path.field;
  const [steps, setSteps] = useState<Step[]>([]), [busy, setBusy] = useState(false);
  const matched = JSON.stringify(Object.values(path.match ?? {}).map((own) => record.cells[own]));
  useEffect(() => { stepsOf(view, record, path).then(setSteps, () => setSteps([])); }, [view.id, name, matched]);
  const strip = useRef<HTMLOListElement>(null);
  useEffect(() => { const list = strip.current, now = list?.querySelector<HTMLElement>('.now'); if (list && now) list.scrollLeft = now.offsetLeft - (list.clientWidth - now.offsetWidth) / 2; }, [steps]);
  const value = record.cells[name], current = isRef(value) ? value.id : value;
  const at = steps.findIndex((step) => String(step.id) === String(current)), end = String(steps[at]?.cells.status ?? 'open');
  // Where it was lost, what lies before was not all gone through; a step that closes is never on the way to another.
  const passed = (step: Step, i: number) => i < at && end !== 'lost' && end !== 'expired' && (step.cells.status ?? 'open') === 'open';
  if (steps.length === 0) return null;
  const rule = moveOf(view, path);
  const move = async (step: Step) => {
    if (busy || !rule || String(step.id) === String(current)) return;
    setBusy(true);
    const ask = rule.ask_if ? holds(rule.ask_if, {...record.cells, target: step.cells as never} as never, false) : false;
    const done = await changeStep(view, record, name, step.id, step.title, {rule, ask, onUndo: changed});
    setBusy(false);
    if (done !== null) changed();
  };
  return (
    <ol class="path" ref={strip} aria-label={view.fields[name]?.label}>
      {steps.map((step, i) => (
        <li key={step.id} class={passed(step, i) ? 'past' : i === at ? `now ${end}` : ''}>
          <button type="button" aria-current={i === at ? 'step' : undefined} disabled={busy || !rule} title={t('path.move', {step: step.title})} onClick={() => void move(step)}><span class="clip">{step.title}</span></button>
        </li>))}
    </ol>
  );
}

function moveOf(view: View, path: Path): Move | null {
  if (path.action) return {...path, action: path.action};
  const declared = view.actions?.set_step ?? view.actions?.[`set_${path.field}`];
  if (declared) return {action: declared.run, ...(declared.input ? {input: declared.input} : {}), ...(declared.form ? {form: declared.form} : {})};
  return view.save?.update ? {action: view.save.update, input: {id: '$id', [view.fields[path.field]?.input ?? path.field]: '$target', expected_version: '$version'}} : null;
}

/** One way to move a record for path and board: asks what is declared or what the host says is missing; can be undone. Answers the
 * version that the record has then, or null where it was not moved. */
export async function changeStep(view: View, record: Row, name: string, target: unknown, label: string, options: {rule: Move; ask: boolean; onUndo: () => void}): Promise<number | null> {
  const {rule, ask} = options, scope = (row: Row, to: unknown) => scopeOf(row, view.fields, {target: to});
  const before = record.cells[name], back = isRef(before) ? before.id : before;
  const template = rule.input ?? {id: '$id', [name]: '$target'}, fields = formFields(rule.form, view.fields);
  const send = (asked: Record<string, unknown>) => act<{version?: number}>(rule.action, {...filled(template, scope(record, target)), ...asked});
  // What was asked because the target demands it is demanded here too.
  const again = (text?: string) => askForm({title: t('path.move', {step: label}), fields: fields.map((field, at) => (text && at === 0 ? {...field, required: true} : field)), submit: t('path.go'), ...(text ? {text} : {})}, send);
  let result: {version?: number} | null;
  try {
    result = ask && fields.length > 0 ? await again() : await send({});
  } catch (error) {
    const refusal = error as ApiError;
    if (fields.length === 0 || refusal.offline || refusal.conflict || refusal.forbidden || !(refusal.http === 400 || refusal.http === 409)) { refused(refusal); return null; }
    result = await again(refusal.message);
  }
  if (result === null) return null;
  const version = result.version ?? record.version + 1, after: Row = {...record, version};
  const undo = rule.undo ? {run: rule.undo.run, input: fill(rule.undo.input ?? {}, {...scope(after, target), before: scopeOf(record, view.fields).field}) as Record<string, unknown>} : {run: rule.action, input: filled(template, scope(after, back))};
  toast('path.moved', {title: record.title, step: label}, {undo: () => void act(undo.run, undo.input).then(() => { toast('undone'); options.onUndo(); }, refused)});
  return version;
}
