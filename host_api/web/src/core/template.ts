// SPDX-License-Identifier: Apache-2.0
// Input templates of actions ("$id", "$target", "$field.owner" …) and the way from a cell to the value an action takes.
import {isMoney, isRef} from './format';
import type {Cell, Field, Line} from './types';

export function inputValue(cell: Cell, field?: Field): unknown {
  if (cell === undefined || cell === null || cell === '') return null;
  if (isMoney(cell)) return field?.input_as === 'minor' ? cell.minor : {minor: cell.minor, currency: cell.currency};
  if (isRef(cell)) return cell.id;
  if (Array.isArray(cell) && field?.type === 'refs') return (cell as unknown as {id: unknown}[]).map((item) => item.id);
  if (Array.isArray(cell) && field?.type === 'lines') {
    return (cell as Line[]).map((line) => {
      const out: Record<string, unknown> = {};
      for (const [name, column] of Object.entries(field.of ?? {})) {
        if (column.readonly) continue;
        const value = inputValue(line.cells[name], column);
        if (value !== null) out[column.input ?? name] = value;
      }
      return out;
    });
  }
  return cell;
}

export interface Scope { [name: string]: unknown }

function resolve(text: string, scope: Scope): unknown {
  let at: unknown = scope;
  for (const part of text.slice(1).split('.')) {
    if (at === null || typeof at !== 'object') return null;
    at = (at as Record<string, unknown>)[part];
  }
  return at === undefined ? null : at;
}

export function fill(template: unknown, scope: Scope): unknown {
  if (typeof template === 'string') return /^\$[a-z]/.test(template) ? resolve(template, scope) : template;
  if (Array.isArray(template)) return template.map((item) => fill(item, scope));
  if (template !== null && typeof template === 'object') {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, scope)]));
  }
  return template;
}

export function filled(template: Record<string, unknown> | undefined, scope: Scope): Record<string, unknown> {
  return fill(template ?? {}, scope) as Record<string, unknown>;
}

/** Cells as input values, for "$field.X" and "$before.X". */
export function inputs(cells: Record<string, Cell>, fields: Record<string, Field>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, inputValue(cell, fields[name])]));
}
