// SPDX-License-Identifier: Apache-2.0
// The numbers of a matrix while they are edited: what was loaded, what changed, and the way back. Pure.
import {parseBlock, parseMinor, spread} from '../core/parse';

export interface MatrixRow { key: string; label: string; employee?: number; group?: string | null; version?: number; values: (number | null)[]; readonly?: boolean }
export interface MatrixData { rows: MatrixRow[]; columns: {key: string; label?: string; readonly?: boolean}[]; currency?: string; decimals?: number; title?: string; budget?: {id: number; title: string; locked?: boolean; version?: number} | null; locked?: boolean }
export type Edits = Map<string, number | null>;

export const cellKey = (row: string, column: number) => `${row}\u0000${column}`;
export const valueAt = (row: MatrixRow, column: number, edits: Edits) => { const key = cellKey(row.key, column); return edits.has(key) ? edits.get(key)! : row.values[column] ?? null; };
export const rowTotal = (row: MatrixRow, edits: Edits) => row.values.reduce<number>((sum, _, at) => sum + (valueAt(row, at, edits) ?? 0), 0);
export const columnTotal = (rows: MatrixRow[], column: number, edits: Edits) => rows.reduce((sum, row) => sum + (valueAt(row, column, edits) ?? 0), 0);

/** New edits with these cells changed; a cell back at its loaded value is no edit. */
export function change(rows: MatrixRow[], edits: Edits, cells: {row: string; column: number; minor: number | null}[]): Edits {
  const next = new Map(edits), byKey = new Map(rows.map((row) => [row.key, row]));
  for (const {row, column, minor} of cells) {
    const base = byKey.get(row);
    if (!base || base.readonly) continue;
    if ((base.values[column] ?? null) === minor) next.delete(cellKey(row, column)); else next.set(cellKey(row, column), minor);
  }
  return next;
}

export const spreadRow = (row: MatrixRow, total: number, weights: number[] | null) => spread(total, weights ?? row.values.map(() => 1)).map((minor, column) => ({row: row.key, column, minor}));

/** The year before, changed by so many percent; each row's year grows to the minor unit, its months keep their season. */
export function grow(values: (number | null)[], percent: number): number[] {
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0), target = Math.round(total * (100 + percent) / 100);
  return spread(target, values.map((value) => value ?? 0));
}

export interface Pasted { cells: {row: string; column: number; minor: number | null; text: string}[]; bad: {row: number; column: number; text: string}[] }
/** A block out of a spreadsheet from the active cell on; what lies outside or cannot be read is told apart. */
export function paste(text: string, rows: MatrixRow[], columns: number, at: {row: number; column: number}, digits: number, language: string): Pasted {
  const out: Pasted = {cells: [], bad: []};
  parseBlock(text).forEach((line, i) => line.forEach((piece, j) => {
    const row = rows[at.row + i], column = at.column + j, read = parseMinor(piece, digits, language);
    if (!row || row.readonly || column >= columns || !read.ok) out.bad.push({row: at.row + i, column, text: piece});
    else out.cells.push({row: row.key, column, minor: read.value, text: piece});
  }));
  return out;
}
