// SPDX-License-Identifier: Apache-2.0
// What an action asks before it runs, and which fields a list's cells can be edited by: known at once, while the editors come when
// one is opened.
import type {Cells, Field, FormItem} from '../core/types';

export interface AskedForm { title: string; fields: (Field & {name: string})[]; submit: string; danger?: boolean; text?: string; preview?: {action: string; input: Record<string, unknown>; whole: boolean; into?: string | undefined}; initial?: Cells; values?: Record<string, unknown> }

/** Resolves the form list of an action: names of fields of the view, or fields of its own. */
export function formFields(list: FormItem[] | undefined, fields: Record<string, Field>): (Field & {name: string})[] {
  return (list ?? []).flatMap((item): (Field & {name: string})[] => {
    if (typeof item !== 'string' && !('field' in item)) return [item];
    const source = typeof item === 'string' ? item : item.field, field = fields[source];
    // What hides a field on the form does not hold while it is being asked.
    return field ? [{...field, name: source, input: typeof item === 'string' ? field.input ?? item : item.name ?? item.field, readonly: false, visible_if: ''}] : [];
  });
}

export const EDITABLE = (field: Field | undefined) => field !== undefined && !field.readonly && field.type !== 'lines' && field.type !== 'datetime';
