// SPDX-License-Identifier: Apache-2.0
// What a form holds: the record as loaded, what the user changed, what is wrong. Pure parts (changes, three-way comparison) and
// the drafts that survive a lost connection or a reload.
import {isNone, me} from '../core/format';
import {holds} from '../core/expr';
import {inputValue} from '../core/template';
import type {Cell, Cells, Field, Row, View} from '../core/types';

export const same = (a: Cell, b: Cell, field?: Field): boolean => JSON.stringify(inputValue(a, field) ?? null) === JSON.stringify(inputValue(b, field) ?? null) || (isNone(a) && isNone(b));

/** Only what differs from the record, as input values. */
export function changes(record: Row, edits: Cells, fields: Record<string, Field>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(edits)) {
    const field = fields[name];
    if (!field || field.readonly || same(record.cells[name], cell, field)) continue;
    out[field.input ?? name] = inputValue(cell, field);
  }
  return out;
}

export interface Clash { field: string; base: Cell; mine: Cell; theirs: Cell }
/** Three ways: what both changed to unlike values is a clash; what they alone changed is taken. */
export function compare(base: Row, edits: Cells, theirs: Row, fields: Record<string, Field>): {clashes: Clash[]; taken: string[]} {
  const clashes: Clash[] = [], taken: string[] = [];
  for (const name of Object.keys(fields)) {
    const field = fields[name]!, theirsChanged = !same(base.cells[name], theirs.cells[name], field);
    if (!theirsChanged) continue;
    const mineChanged = name in edits && !same(base.cells[name], edits[name], field);
    if (mineChanged && !same(edits[name], theirs.cells[name], field)) clashes.push({field: name, base: base.cells[name], mine: edits[name], theirs: theirs.cells[name]});
    else if (!mineChanged) taken.push(name);
  }
  return {clashes, taken};
}

export function fieldsShown(view: View, cells: Cells): string[] {
  const values = cells as Record<string, unknown>;
  return (view.sections ?? []).filter((section) => holds(section.visible_if, values)).flatMap((section) => [...(section.fields ?? []), ...(section.lines ? [section.lines] : [])])
    .filter((name) => view.fields[name] && holds(view.fields[name]!.visible_if, values));
}

export const isRequired = (field: Field, cells: Cells): boolean => field.required === true || holds(field.required_if, cells as Record<string, unknown>, false);

/** Errors that need no host: required and empty; shares that do not add up. `text` makes the words. */
export function check(view: View, cells: Cells, text: (key: string, args?: Record<string, string | number>) => string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of fieldsShown(view, cells)) {
    const field = view.fields[name]!, cell = cells[name];
    if (field.readonly) continue;
    if (isRequired(field, cells) && isNone(cell)) out[name] = text('form.required', {field: field.label});
    if (field.type === 'lines' && field.sum && Array.isArray(cell) && cell.length > 0) {
      const total = lineSum(cell as {cells: Cells}[], field.sum.field);
      if (Math.abs(total - field.sum.equals) > 0.001) out[name] = text('form.sum', {field: field.label, sum: String(total), equals: String(field.sum.equals)});
    }
  }
  return out;
}

/** In hundredths, so that 33.34 + 33.33 + 33.33 is 100 and not nearly so. */
export const lineSum = (lines: {cells: Cells}[], field: string) => lines.reduce((sum, line) => sum + Math.round(Number(line.cells[field] ?? 0) * 100), 0) / 100;

/** Passwords are kept nowhere. */
export const withoutSecrets = (edits: Cells, fields: Record<string, Field>): Cells => Object.fromEntries(Object.entries(edits).filter(([name]) => fields[name]?.type !== 'password'));

interface Draft { version: number; edits: Cells; at: string }
/** A draft belongs to who wrote it: whoever logs in next in this window does not find it. */
const key = (view: string, id: number | string) => `erp.draft.${me.peek()?.user.id ?? 0}.${view}/${id}`;
export function keepDraft(view: string, id: number | string, version: number, edits: Cells): void {
  try {
    if (Object.keys(edits).length === 0) sessionStorage.removeItem(key(view, id));
    else sessionStorage.setItem(key(view, id), JSON.stringify({version, edits, at: new Date().toISOString()} satisfies Draft));
  } catch { /* no storage: nothing is kept */ }
}
export function findDraft(view: string, id: number | string): Draft | null {
  try { const text = sessionStorage.getItem(key(view, id)); return text ? JSON.parse(text) as Draft : null; } catch { return null; }
}
