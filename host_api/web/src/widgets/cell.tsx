// SPDX-License-Identifier: Apache-2.0
// One value as it is read: badge, money, avatar, relative date, progress. Text nodes alone; nothing a user typed becomes markup.
import {cellText, date, dateTime, initials, isMoney, isNone, isRef, longDate, money, relativeDate, today} from '../core/format';
import {daysBetween} from '../core/days';
import type {Cell, Column, Field, Tone} from '../core/types';

export function Badge({tone, children}: {tone?: Tone | undefined; children: string}) {
  return <span class={`badge tone-${tone ?? 'neutral'}`}>{children}</span>;
}
export function Avatar({name}: {name: string}) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)!) % 997;
  return <span class={`avatar h${sum % 5}`} aria-hidden="true">{initials(name)}</span>;
}

export const alignOf = (column: Column, field?: Field) =>
  column.align ?? (field && ['money', 'integer', 'decimal'].includes(field.type) || (field?.type === 'percent' && column.as !== 'progress') ? 'end' : 'start');

export function toneOf(cell: Cell, field?: Field): Tone | undefined {
  const value = isRef(cell) ? String(cell.id) : typeof cell === 'string' ? cell : typeof cell === 'boolean' ? String(cell) : undefined;
  return field?.choices?.find((choice) => choice.value === value)?.tone ?? (cell as {tone?: Tone} | null)?.tone;
}

export function CellView({cell, field, as}: {cell: Cell; field?: Field | undefined; as?: string | undefined}) {
  if (isNone(cell)) return <span class="muted" aria-hidden="true">{''}</span>;
  if (as === 'badge' || (as === undefined && field?.type === 'choice')) return <Badge tone={toneOf(cell, field)}>{cellText(cell, field)}</Badge>;
  if (as === 'initials' && isRef(cell)) return <span title={cell.title}><Avatar name={cell.title} /><span class="sr">{cell.title}</span></span>;
  if (as === 'avatar' && isRef(cell)) return <span class="row clip"><Avatar name={cell.title} /><span class="clip">{cell.title}</span></span>;
  if (as === 'progress' && (typeof cell === 'string' || typeof cell === 'number')) {
    const part = Math.max(0, Math.min(100, Number(cell)));
    return <span class="progress"><span class="num small">{cellText(cell, field)}</span><span class="track"><i style={{width: `${part}%`}} /></span></span>;
  }
  if (field?.type === 'date' && typeof cell === 'string') {
    if (as === 'relative_date') return <span title={longDate(cell)} class={daysBetween(today(), cell) < 0 ? 'late' : ''}>{relativeDate(cell)}</span>;
    return <span class="num" title={longDate(cell)}>{date(cell)}</span>;
  }
  if (field?.type === 'datetime' && typeof cell === 'string') return <span class="num">{dateTime(cell)}</span>;
  if (isMoney(cell)) return <span class={`num ${cell.minor < 0 ? 'minus' : ''}`}>{money(cell)}</span>;
  if (Array.isArray(cell) && field?.type === 'tags') return <span class="row wrap">{(cell as string[]).map((tag) => <span class="tag" key={tag}>{field.choices?.find((choice) => choice.value === tag)?.label ?? tag}</span>)}</span>;
  if (typeof cell === 'boolean') return <span>{cellText(cell, field)}</span>;
  // Only addresses of the web become links; javascript: and the like stay text.
  if (field?.type === 'url' && typeof cell === 'string' && /^https?:\/\/[^\s]+$/i.test(cell)) return <a href={cell} target="_blank" rel="noopener noreferrer">{cell.replace(/^https?:\/\//i, '').replace(/\/$/, '')}</a>;
  if (field?.type === 'email' && typeof cell === 'string' && /^[^\s@:?&]+@[^\s@:?&]+$/.test(cell)) return <a href={`mailto:${cell}`} target="_self">{cell}</a>;
  if (field && ['integer', 'percent', 'decimal'].includes(field.type)) return <span class="num">{cellText(cell, field)}</span>;
  return <>{cellText(cell, field)}</>;
}
