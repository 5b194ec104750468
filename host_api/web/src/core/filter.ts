// SPDX-License-Identifier: Apache-2.0
// Filters in the address and in words. `step:in:3,4~planned_close:this_month~amount:ge:100000`.
import {cellText, choiceLabel, date, minorText, digitsOf, companyCurrency} from './format';
import {t} from './i18n';
import type {Field, Filter} from './types';

export const PERIODS = ['overdue', 'today', 'this_week', 'this_month', 'next_month', 'this_quarter', 'this_year', 'last_30_days'];
const NAMES: Record<string, string> = {'=': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge'};
const SIGNS = Object.fromEntries(Object.entries(NAMES).map(([sign, name]) => [name, sign]));

const one = (value: unknown) => encodeURIComponent(value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/~/g, '%7E').replace(/'/g, '%27');
export function encodeFilters(filters: Filter[]): string {
  return filters.map(({field, op, value}) => {
    const name = NAMES[op] ?? op;
    if (value === undefined) return `${field}:${name}`;
    return `${field}:${name}:${Array.isArray(value) ? value.map(one).join(',') : one(value)}`;
  }).join('~') || '-';
}

export function decodeFilters(text: string, fields: Record<string, Field>): Filter[] {
  if (text === '' || text === '-') return [];
  return text.split('~').flatMap((part) => {
    const [field = '', name = '', ...rest] = part.split(':');
    if (!field || !name) return [];
    const op = SIGNS[name] ?? name;
    if (rest.length === 0) return [{field, op}];
    const type = fields[field]?.type;
    const read = (piece: string): unknown => {
      let plain: string;
      try { plain = decodeURIComponent(piece); } catch { plain = piece; }
      if (plain.startsWith('{')) { try { return JSON.parse(plain); } catch { return plain; } }
      if (plain === 'true' && type === 'boolean') return true;
      if (plain === 'false' && type === 'boolean') return false;
      return /^-?\d{1,15}$/.test(plain) && type !== undefined && ['ref', 'integer', 'money'].includes(type) ? Number(plain) : plain;
    };
    const values = rest.join(':').split(',').map(read);
    return [{field, op, value: ['in', 'not_in', 'between'].includes(op) ? values : values[0]}];
  });
}

export const sameFilters = (a: Filter[], b: Filter[]) => encodeFilters([...a].sort(order)) === encodeFilters([...b].sort(order));
const order = (a: Filter, b: Filter) => (a.field + a.op).localeCompare(b.field + b.op);

/** "Step: Offer, Negotiation"; `titles` knows the names of refs. */
export function filterWords(filter: Filter, field: Field | undefined, titles: Map<string, string>): string {
  const label = field?.label ?? filter.field;
  const word = (value: unknown): string => {
    if (value === null || value === undefined) return '–';
    if (field?.type === 'ref') return titles.get(`${field.ref?.list}/${value}`) ?? (typeof value === 'string' && value.startsWith('@') ? t('me') : `#${value}`);
    if (field?.type === 'choice' || field?.type === 'tags') return choiceLabel(String(value), field);
    if (field?.type === 'date') return String(value).startsWith('@') ? t(`period.${String(value).slice(1)}`) : date(String(value));
    if (field?.type === 'money') return typeof value === 'number' ? minorText(value, digitsOf(companyCurrency())) : cellText(value as never, field);
    if (field?.type === 'boolean') return t(value === true ? 'yes' : 'no');
    return String(value);
  };
  switch (filter.op) {
    case 'is_null': return t('filter.none', {field: label});
    case 'not_null': return t('filter.any', {field: label});
    case 'between': { const [from, to] = (filter.value ?? []) as unknown[]; return `${label}: ${word(from)} – ${word(to)}`; }
    case '!=': case 'not_in': return t('filter.not', {field: label, value: (Array.isArray(filter.value) ? filter.value : [filter.value]).map(word).join(', ')});
    case '=': case 'in': return `${label}: ${(Array.isArray(filter.value) ? filter.value : [filter.value]).map(word).join(', ')}`;
    case '<': case '<=': case '>': case '>=': return `${label} ${({'<': '<', '<=': '≤', '>': '>', '>=': '≥'} as Record<string, string>)[filter.op]} ${word(filter.value)}`;
    case 'contains': return `${label}: “${word(filter.value)}”`;
    default: return filter.value === undefined ? `${label}: ${t(`period.${filter.op}`)}` : `${label} ${filter.op} ${word(filter.value)}`;
  }
}
