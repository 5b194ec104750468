// SPDX-License-Identifier: Apache-2.0
// Export of what is seen: the same filter, order and columns, all hits. The host writes the file where it offers that
// (/api/export); otherwise CSV out of the pages of the list. Cells that a spreadsheet would take for a formula are quoted.
import {language, read} from '../core/api';
import {t} from '../core/i18n';
import {wire} from '../core/normalise';
import type {Column, Filter, Page, View} from '../core/types';
import {toast} from '../widgets/overlay';
import {plainText} from './list';

export const safe = (text: string): string => {
  const guarded = /^[=+\-@\t\r]/.test(text) && !/^[-+]?[\d\s.,\u2212]+( ?\S{1,3})?$/.test(text) ? `'${text}` : text;
  return /[";\n\r]/.test(guarded) ? `"${guarded.replace(/"/g, '""')}"` : guarded;
};

export const ROWS_MAX = 100_000;
/** The host writes large files; a short list is written here at once. */
export async function exportFile(view: View, columns: Column[], filter: Filter[], search: string, sort: string[], format: 'csv' | 'xlsx'): Promise<void> {
  const query = {list: view.source!.list, filter: wire(filter), sort, ...(search ? {search} : {})}, shown = columns.map((column) => ({field: column.field, label: view.fields[column.field]?.label ?? column.field}));
  const response = await fetch(`/api/export?query=${encodeURIComponent(JSON.stringify(query))}&columns=${encodeURIComponent(JSON.stringify(shown))}&format=${format}&lang=${language.peek()}`, {credentials: 'same-origin'});
  if (!response.ok) {
    if (format === 'csv' && response.status === 404) return exportAll(view, columns, filter, search, sort, null);
    throw new Error(((await response.json().catch(() => null)) as {error?: {message?: string}} | null)?.error?.message ?? response.statusText);
  }
  save(`${view.title}.${format}`, await response.blob());
}

/** A report as the host's workbook. */
export async function exportReport(view: View, report: string, params: unknown): Promise<void> {
  const response = await fetch(`/api/export?report=${encodeURIComponent(report)}&params=${encodeURIComponent(JSON.stringify(params))}&format=xlsx&lang=${language.peek()}`, {credentials: 'same-origin'});
  if (!response.ok) throw new Error(((await response.json().catch(() => null)) as {error?: {message?: string}} | null)?.error?.message ?? response.statusText);
  save(`${view.title}.xlsx`, await response.blob());
}

export async function exportAll(view: View, columns: Column[], filter: Filter[], search: string, sort: string[], known: string[][] | null): Promise<void> {
  const table = known ?? [columns.map((column) => view.fields[column.field]?.label ?? column.field)];
  if (!known) {
    let after: string | undefined;
    do {
      const page: Page = await read<Page>(view.source!.action, {list: view.source!.list, filter: wire(filter), ...(search ? {search} : {}), sort, limit: 200, ...(after ? {after} : {})});
      for (const row of page.rows) table.push(columns.map((column) => plainText(row.cells[column.field], view, column.field)));
      after = page.after ?? undefined;
    } while (after && table.length <= ROWS_MAX);
  }
  download(`${view.title}.csv`, `\ufeff${table.map((row) => row.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
  toast('export.done', {n: table.length - 1});
}

export const download = (name: string, text: string, type: string): void => save(name, new Blob([text], {type}));

function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content), link = document.createElement('a');
  link.href = address;
  link.download = name.replace(/[\\/:*?"<>|]/g, '-');
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
export {t};
