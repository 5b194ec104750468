// SPDX-License-Identifier: Apache-2.0
// The host's view as the renderer uses it: nested parts lifted, words of tones and periods made one, "$me" filled in. A part
// that is not understood stays as it is; who draws it says so.
import {me, today} from './format';
import {PERIODS} from './filter';
import {fill} from './template';
import type {Action, Field, Filter, Tone, View} from './types';

const TONES: Record<string, Tone> = {positive: 'success', negative: 'danger', warning: 'warn', muted: 'neutral', primary: 'accent', critical: 'danger', success: 'success', danger: 'danger', warn: 'warn', info: 'info', neutral: 'neutral', accent: 'accent'};
export const tone = (name: unknown): Tone | undefined => (typeof name === 'string' ? TONES[name] : undefined);

const meNow = () => ({me: {employee: 0, ...Object.fromEntries(Object.entries(me.peek()?.user ?? {}).map(([key, value]) => [key, value ?? 0]))}, today: today()});

/** Periods stand as the operator inside the renderer, and as the value of "=" on the wire. */
export function filterIn(filter: Filter): Filter {
  const value = typeof filter.value === 'string' && filter.value.startsWith('$') && !filter.value.startsWith('$id') ? fill(filter.value, meNow()) : filter.value;
  if (filter.op === '=' && typeof value === 'string' && (PERIODS as string[]).includes(value)) return {field: filter.field, op: value};
  return value === undefined ? {field: filter.field, op: filter.op} : {field: filter.field, op: filter.op, value};
}
export const wire = (filters: Filter[]): Filter[] => filters.map((filter) => (PERIODS.includes(filter.op) ? {field: filter.field, op: '=', value: filter.op} : filter));

function field(raw: Field): Field {
  const out: Field = {...raw, ...(raw.choices ? {choices: raw.choices.map((choice) => (typeof choice === 'string' ? {value: choice, label: choice} : {...choice, ...(tone(choice.tone) ? {tone: tone(choice.tone)!} : {})}))} : {})};
  if (raw.of) out.of = Object.fromEntries(Object.entries(raw.of).map(([name, part]) => [name, field(part)]));
  return out;
}

function action(raw: Action): Action { return {...raw, ...(tone(raw.tone) ? {tone: tone(raw.tone)!} : {}), run: raw.run ?? (raw as unknown as {action?: string}).action ?? ''}; }

export function normalise(raw: View): View {
  const board = (raw as unknown as {board?: Partial<View> & {more?: number}}).board ?? {};
  const view: View = {...raw, ...board, fields: Object.fromEntries(Object.entries(raw.fields ?? {}).map(([name, one]) => [name, {...field(one), name}]))} as View;
  const column = view.column as (View['column'] & {by?: string}) | undefined;
  if (column?.by === 'month') view.column = {...column, kind: 'month'};
  if (board.more) view.limit = board.more;
  if (view.card?.flags) view.card = {...view.card, flags: view.card.flags.map((flag) => ({...flag, tone: tone(flag.tone) ?? 'neutral'}))};
  view.saved = (raw.saved ?? []).map((item) => ({...item, filter: (item.filter ?? []).map(filterIn)}));
  if (view.source?.filter) view.source = {...view.source, filter: view.source.filter.map(filterIn)};
  if (view.actions) view.actions = Object.fromEntries(Object.entries(view.actions).map(([name, one]) => [name, action(one)]));
  view.columns = (view.columns ?? []).map((one) => (typeof one === 'string' ? {field: one} : one));
  for (const block of view.blocks ?? []) {
    if (!block.filter) continue;
    const own = block.filter.filter((one) => one.value === '$me.employee').map((one) => one.field);
    if (own.length > 0) block.own = own;
    block.filter = block.filter.map(filterIn);
  }
  return view;
}
