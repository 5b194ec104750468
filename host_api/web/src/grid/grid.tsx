// SPDX-License-Identifier: Apache-2.0
// The ARIA grid: draws only what is in the window, sticky header, one tab stop; the active cell is told by
// aria-activedescendant and its row always stays in the document. Sorting, width and order of columns by mouse and keyboard.
// What stood there stays for a moment where the scroll bar is thrown elsewhere, so that rows follow rows.
// Columns that do not fit pass beside the first one, which stays in sight; how many are left at the right is told at the edge.
import type {ComponentChildren} from 'preact';
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {isMoney, money, roundMoneys} from '../core/format';
import {t} from '../core/i18n';
import type {Column, Field, Money, Row} from '../core/types';
import {alignOf} from '../widgets/cell';
import {Icon} from '../widgets/icon';
import {ScrollModel, StandIn} from './scroll';

export interface GridProps {
  id: string; label: string; columns: Column[]; fields: Record<string, Field>; widths: Record<string, number>; total: number; row: (index: number) => Row | undefined;
  want: (first: number, last: number) => void; sort: string[]; onSort: (sort: string[]) => void; onWidth: (field: string, px: number | null) => void; onMove: (field: string, before: string) => void;
  cell: (row: Row, column: Column, index: number) => ComponentChildren; selected: Set<number>; onSelect: ((index: number, how: 'toggle' | 'range' | 'all') => void) | null; allSelected: boolean;
  onOpen: (row: Row, index: number, column: Column) => void; onEdit: ((row: Row, column: Column, first?: string) => boolean) | null; active: {row: number; column: number}; onActive: (row: number, column: number) => void;
  place: {scroll: number}; footer?: ((column: Column) => ComponentChildren) | undefined; sums?: Record<string, Money[] | number | null> | undefined; onKey?: (event: KeyboardEvent, row: Row | undefined) => void; editing: {id: number; field: string} | null; /** A letter typed before the editor is there. */ onAhead: (letter: string) => void; opened: number | null; handle?: ((row: Row, index: number) => ComponentChildren) | undefined; tail?: ((row: Row) => ComponentChildren) | undefined;
}

const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
/** What stands before the first column and after the last, in rem. */
const HANDLE = 2.25, SELECT = 2.75, TAIL = 9;
/** The first column stays in sight while it leaves the others more than half of the window. */
const LEAD = 0.45;
/** Words may be cut, with the whole text at hand; an amount never: it would be read as another. */
const GIVES = ['ref', 'refs', 'text', 'longtext', 'email', 'url', 'tags'];
/** Declared widths are pixels at the usual text size; they grow with it and share what is left over. Columns of words give way where all fit then; else one scrolls. */
const leastWidth = (column: Column, amounts: number, give: boolean) => Math.max(Math.round((column.width ?? 110) / 16 * rem() * (give ? 0.7 : 1)), amounts === 0 ? 0 : Math.ceil((amounts * 0.5 + 1.75) * rem()));

/** What is cut short is told whole under the mouse. */
function tellWhole(cell: HTMLElement): void {
  const cut = [cell, ...cell.querySelectorAll<HTMLElement>('*')].some((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'hidden');
  if (cut) cell.title = cell.textContent ?? ''; else cell.removeAttribute('title');
}

export function Grid(p: GridProps) {
  const body = useRef<HTMLDivElement>(null), model = useRef<ScrollModel>();
  const [, draw] = useState(0);
  const redraw = () => draw((n) => n + 1);
  const rowHeight = useRef(40), settleTimer = useRef<ReturnType<typeof setTimeout>>();
  model.current ??= new ScrollModel(p.total, rowHeight.current, 600);
  const m = model.current;
  // The observers below outlive the drawing that made them: they read the present count.
  const count = useRef(p.total);
  count.current = p.total;

  useLayoutEffect(() => {
    const element = body.current!;
    const measure = () => {
      rowHeight.current = Math.max(24, Math.round(parseFloat(getComputedStyle(element).getPropertyValue('--row')) * rem()));
      m.resize(count.current, rowHeight.current, element.clientHeight);
      redraw();
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    const look = new MutationObserver(measure);
    look.observe(document.documentElement, {attributes: true, attributeFilter: ['data-density']});
    if (p.place.scroll > 0) element.scrollTop = m.jump(p.place.scroll);
    return () => { watch.disconnect(); look.disconnect(); };
  }, []);
  const before = useRef(p.total);
  useLayoutEffect(() => {
    m.resize(p.total, rowHeight.current, body.current!.clientHeight);
    if (before.current === 0 && p.place.scroll > 0) body.current!.scrollTop = m.jump(p.place.scroll);
    before.current = p.total;
    redraw();
  }, [p.total]);
  const {first, last} = m.window(), amounts = useRef<Record<string, number>>({});  // letters of the longest seen in a column
  useEffect(() => { p.want(first, Math.max(first, last)); }, [first, last, p.total]);

  const standIn = useRef<StandIn>();
  standIn.current ??= new StandIn();
  const aside = useRef(0);  // how far the columns have passed to the left
  const scroll = () => {
    const box = body.current;
    if (!box) return;  // the page was left meanwhile
    m.scrolled(box.scrollTop);
    aside.current = box.scrollLeft;
    p.place.scroll = m.top;
    standIn.current!.pass(m.top);
    // Asked for at once: the drawing may take a frame or two.
    const {first, last} = m.window();
    p.want(first, Math.max(first, last));
    redraw();
    clearTimeout(settleTimer.current);
    if (m.scaled) settleTimer.current = setTimeout(() => { if (!body.current) return; const bar = Math.round(m.bar); if (Math.abs(bar - body.current!.scrollTop) > 1) { m.settle(); body.current!.scrollTop = bar; redraw(); } }, 180);
  };
  const reveal = (row: number) => {
    if (row < 0) return;
    const header = (body.current!.querySelector('.grid-head') as HTMLElement | null)?.offsetHeight ?? 0;
    const to = m.reveal(row, header + (p.footer ? rowHeight.current : 0));
    if (to !== null) { body.current!.scrollTop = to; m.scrolled(body.current!.scrollTop); p.place.scroll = m.top; }
  };
  const go = (row: number, column: number) => {
    const r = Math.max(-1, Math.min(p.total - 1, row)), c = Math.max(0, Math.min(p.columns.length - 1, column));
    reveal(r);
    p.onActive(r, c);
    redraw();
    // A first column that stays in sight would call for nothing: the ones beside it come back with it.
    if (c === 0) body.current!.scrollLeft = 0;
    requestAnimationFrame(() => document.getElementById(`${p.id}-${r}-${c}`)?.scrollIntoView({block: 'nearest', inline: 'nearest'}));
  };
  const key = (event: KeyboardEvent) => {
    if ((event.target as Element).closest('.cell-editor')) return;
    const {row, column} = p.active, page = Math.max(1, Math.floor(m.viewport / m.rowHeight) - 2), at = p.columns[column], record = row >= 0 ? p.row(row) : undefined;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const stop = () => { event.preventDefault(); event.stopPropagation(); };
    // The editor that is opening has the key, not the list.
    if (p.editing && p.editing.id === record?.id && event.key !== 'Escape' && !body.current!.querySelector('.cell-editor')) { if (plain) stop(); if (plain && event.key.length === 1) p.onAhead(event.key); return; }
    if (row === -1 && at) {
      if (event.key === 'Enter' || event.key === ' ') { stop(); sortBy(at, event.shiftKey); return; }
      if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
        stop();
        const to = column + (event.key === 'ArrowLeft' ? -1 : 2);
        if (to >= 0 && to <= p.columns.length) { p.onMove(at.field, p.columns[to]?.field ?? ''); p.onActive(-1, column + (event.key === 'ArrowLeft' ? -1 : 1)); }
        return;
      }
      if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
        stop();
        const width = document.getElementById(`${p.id}--1-${column}`)?.offsetWidth ?? 120;
        p.onWidth(at.field, Math.max(48, width + (event.key === 'ArrowLeft' ? -16 : 16)));
        return;
      }
    }
    const letter = plain && !event.shiftKey ? event.key : '';
    const steps: Record<string, [number, number]> = {ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], PageDown: [row + page, column], PageUp: [Math.max(0, row - page), column],
      Home: event.ctrlKey ? [0, 0] : [row, 0], End: event.ctrlKey ? [p.total - 1, p.columns.length - 1] : [row, p.columns.length - 1], ...(letter === 'j' ? {j: [row + 1, column]} : {}), ...(letter === 'k' ? {k: [row - 1, column]} : {})};
    const step = steps[event.key];
    if (step && !event.altKey) {
      stop();
      if (event.shiftKey && p.onSelect && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && row >= 0) p.onSelect(step[0], 'range');
      go(...step);
      return;
    }
    if (record && at) {
      if (event.key === 'Enter' && !event.ctrlKey) { stop(); if (!(p.onEdit && p.onEdit(record, at))) p.onOpen(record, row, at); return; }
      if (event.key === 'F2') { stop(); p.onEdit?.(record, at); return; }
      if ((event.key === ' ' || letter === 'x') && p.onSelect && plain) { stop(); p.onSelect(row, event.shiftKey ? 'range' : 'toggle'); return; }
      if (letter === 'o') { stop(); p.onOpen(record, row, at); return; }
      if (event.key === 'Escape' && p.selected.size > 0) { stop(); p.onSelect?.(-1, 'all'); return; }
    }
    if (event.key === 'a' && (event.ctrlKey || event.metaKey) && p.onSelect) { stop(); p.onSelect(-2, 'all'); return; }
    p.onKey?.(event, record);
  };
  const sortBy = (column: Column, add: boolean) => {
    if (column.sortable === false) return;
    const now = p.sort.find((part) => part.replace(/^-/, '') === column.field);
    const next = now === undefined ? column.field : now.startsWith('-') ? null : `-${column.field}`;
    const rest = add ? p.sort.filter((part) => part.replace(/^-/, '') !== column.field) : [];
    p.onSort(next === null ? rest : [...rest, next]);
  };

  for (const column of p.columns) {
    const sums = p.sums?.[column.field];
    if (p.fields[column.field]?.type !== 'money') continue;
    let longest = Math.max(amounts.current[column.field] ?? 0, ...(Array.isArray(sums) ? roundMoneys(sums).map((text) => text.length) : []));
    for (let i = first; i <= last; ++i) { const cell = p.row(i)?.cells[column.field]; if (isMoney(cell)) longest = Math.max(longest, money(cell).length); }
    amounts.current[column.field] = longest;
  }
  const widthsWith = (give: boolean) => p.columns.map((column) => { const field = p.fields[column.field]; return p.widths[column.field] ?? leastWidth(column, amounts.current[column.field] ?? 0, give && field !== undefined && GIVES.includes(field.type) && column.as !== 'badge'); });
  const em = rem(), margin = (p.handle ? HANDLE : 0) + (p.onSelect ? SELECT : 0), around = (margin + (p.tail ? TAIL : 0)) * em, sumOf = (all: number[]) => all.reduce((sum, width) => sum + width, around), room = body.current?.clientWidth ?? 0, tight = widthsWith(true), widths = sumOf(tight) <= room ? tight : widthsWith(false);
  const tracks = p.columns.map((column, at) => p.widths[column.field] ? `${widths[at]}px` : `minmax(${widths[at]}px, ${column.width ?? 110}fr)`);
  const grid = [...(p.handle ? [`${HANDLE}rem`] : []), ...(p.onSelect ? [`${SELECT}rem`] : []), ...tracks, ...(p.tail ? [`${TAIL}rem`] : [])].join(' ');
  const over = room > 0 ? sumOf(widths) - room : 0, lead = margin * em + (widths[0] ?? 0), stays = over > 0 && lead <= room * LEAD, leads = (at: number) => (stays && at === 0 ? 'lead' : '');
  // Left at the right is a column of which more is out of sight than its padding and a scroll bar.
  const right = aside.current + room + 1.25 * em, ends = widths.map((_, at) => margin * em + widths.slice(0, at + 1).reduce((sum, width) => sum + width, 0)), left = over > 0 ? p.columns.filter((_, at) => ends[at]! > right) : [], more = over > 0 && sumOf(widths) > right;
  const wide = {minWidth: `${sumOf(widths)}px`};
  // Nothing of this place is here yet: the latest of the places passed that is, for a moment. Not where the keyboard went: it is there.
  const any = (from: number, to: number, there: boolean) => { for (let i = from; i <= to; ++i) if ((p.row(i) !== undefined) === there) return true; return false; };
  const here = (top: number) => !any(Math.floor(top / m.rowHeight), Math.min(p.total, Math.ceil((top + m.viewport) / m.rowHeight)) - 1, false);
  const standsIn = standIn.current.top(p.total > 0 && !any(first, last, true) && (p.active.row < first || p.active.row > last), here, performance.now());
  useEffect(() => {
    if (standsIn === undefined) return;
    const timer = setTimeout(redraw, StandIn.HOLD_MS);
    return () => clearTimeout(timer);
  }, [standsIn]);
  const shown = standsIn === undefined ? {first, last} : m.window(6, standsIn), rows: number[] = [];
  for (let i = shown.first; i <= shown.last; ++i) rows.push(i);
  if (p.active.row >= 0 && p.active.row < p.total && (p.active.row < shown.first || p.active.row > shown.last)) rows.push(p.active.row);
  const activeId = p.active.row >= -1 && p.columns.length > 0 ? `${p.id}-${p.active.row}-${Math.min(p.active.column, p.columns.length - 1)}` : undefined;
  return (
    <div class={`grid-wrap ${more ? 'more' : ''} ${stays && aside.current > 0 ? 'passed' : ''}`} style={{'--gutter': `${body.current ? body.current.offsetWidth - body.current.clientWidth : 0}px`, '--lead': stays ? `${lead}px` : '0px', '--lead-at': `${margin}rem`, '--select-at': `${p.handle ? HANDLE : 0}rem`}}>
    <div class={`grid-box ${stays ? 'stays' : ''}`} ref={body} onScroll={scroll} tabIndex={0} role="grid" aria-label={p.label} aria-rowcount={p.total + 1} aria-colcount={p.columns.length} aria-multiselectable={p.onSelect ? true : undefined} aria-activedescendant={activeId} id={p.id} onKeyDown={key}
      onFocus={(event) => { if (event.target === body.current && p.active.row < 0 && p.total > 0 && !p.active.column) p.onActive(0, 0); }}>
      <div class="grid-head" role="rowgroup" style={wide}>
        <div class="grid-row head" role="row" aria-rowindex={1} style={{gridTemplateColumns: grid}}>
          {p.handle && <div role="columnheader" class="grid-cell drag-handle"><span class="sr">{t('list.order')}</span></div>}
          {p.onSelect && <div role="columnheader" class="grid-cell sel"><span class="sr">{t('list.select')}</span><input type="checkbox" tabIndex={-1} class="check" aria-label={t('list.select_all')} checked={p.allSelected} onChange={() => p.onSelect!(p.allSelected ? -1 : -2, 'all')} /></div>}
          {p.columns.map((column, at) => <HeaderCell key={column.field} p={p} column={column} at={at} sortBy={sortBy} lead={leads(at)} />)}{p.tail && <div role="columnheader" class="grid-cell"><span class="sr">{t('more')}</span></div>}
        </div>
      </div>
      <div class="grid-body" role="rowgroup" onMouseOver={(event) => { const cell = (event.target as Element).closest<HTMLElement>('.grid-cell:not(.editing)'); if (cell) tellWhole(cell); }} style={{height: `${m.spacer}px`, ...wide}}>
        {rows.map((index) => {
          const row = p.row(index);
          return (
            <div key={index} role="row" aria-rowindex={index + 2} aria-selected={row && p.onSelect ? p.selected.has(row.id) : undefined} aria-busy={row ? undefined : true} class={`grid-row ${row && p.selected.has(row.id) ? 'selected' : ''} ${row && p.opened === row.id ? 'opened' : ''} ${index === p.active.row ? 'current' : ''}`}
              style={{gridTemplateColumns: grid, transform: `translateY(${m.offset(index, index < shown.first || index > shown.last ? m.top : standsIn)}px)`}}
              onClick={(event) => {
                if (!row || (event.target as Element).closest('.sel, .cell-editor, a, .drag-handle, .tail')) return;
                const cell = (event.target as Element).closest('[data-column]');
                const column = cell ? Number((cell as HTMLElement).dataset.column) : 0;
                if (event.shiftKey && p.onSelect) { p.onSelect(index, 'range'); return; }
                if ((event.ctrlKey || event.metaKey) && p.onSelect) { p.onSelect(index, 'toggle'); return; }
                p.onActive(index, column);
                const at = p.columns[column];
                if (at && !(p.onEdit && p.onEdit(row, at))) p.onOpen(row, index, at);
              }}>
              {p.handle && <div role="gridcell" class="grid-cell drag-handle">{row && p.handle(row, index)}</div>}
              {p.onSelect && <div role="gridcell" class="grid-cell sel">{row && <input type="checkbox" class="check" tabIndex={-1} aria-label={t('list.select_row', {title: row.title})} checked={p.selected.has(row.id)} onClick={(event) => { event.preventDefault(); p.onSelect!(index, event.shiftKey ? 'range' : 'toggle'); }} />}</div>}
              {p.columns.map((column, at) => (
                <div key={column.field} id={`${p.id}-${index}-${at}`} role="gridcell" aria-colindex={at + 1} data-column={at} class={`grid-cell ${leads(at)} ${alignOf(column, p.fields[column.field])} ${index === p.active.row && at === p.active.column ? 'active' : ''} ${row && p.editing?.id === row.id && p.editing.field === column.field ? 'editing' : ''}`}>
                  {row ? p.cell(row, column, index) : <span class="skeleton" style={{width: `${40 + (index * 29 + at * 17) % 45}%`}} />}
                </div>))}
              {p.tail && <div role="gridcell" class="grid-cell end tail">{row && p.tail(row)}</div>}
            </div>);
        })}
      </div>
      {p.footer && <div class="grid-foot" role="rowgroup" style={wide}><div role="row" class="grid-row" style={{gridTemplateColumns: grid}}>
        {p.handle && <div role="gridcell" class="grid-cell drag-handle" />}{p.onSelect && <div role="gridcell" class="grid-cell sel" />}
        {p.columns.map((column, at) => <div key={column.field} role="gridcell" class={`grid-cell ${leads(at)} ${alignOf(column, p.fields[column.field])}`}>{p.footer!(column)}</div>)}{p.tail && <div role="gridcell" class="grid-cell" />}</div></div>}
    </div>
    {more && <button type="button" class="btn mini grid-more no-print" tabIndex={-1} aria-hidden="true" title={t('list.more_columns', {names: left.map((column) => column.label ?? p.fields[column.field]?.label ?? column.field).join(', ')})} onClick={() => { body.current!.scrollLeft += Math.max(room / 3, room - (stays ? lead : 0) - 3 * em); }}>{left.length > 0 && <span class="num">+{left.length}</span>}<Icon name="chevron" /></button>}
    </div>
  );
}

function HeaderCell({p, column, at, sortBy, lead}: {p: GridProps; column: Column; at: number; sortBy: (column: Column, add: boolean) => void; lead: string}) {
  const field = p.fields[column.field], sorted = p.sort.find((part) => part.replace(/^-/, '') === column.field), rank = p.sort.findIndex((part) => part.replace(/^-/, '') === column.field);
  const label = column.label ?? field?.label ?? column.field;
  const resize = (event: PointerEvent) => {
    event.preventDefault(); event.stopPropagation();
    const handle = event.currentTarget as HTMLElement, cell = handle.parentElement!, start = event.clientX, width = cell.offsetWidth;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => p.onWidth(column.field, Math.max(48, Math.round(width + moved.clientX - start)));
    const end = () => { handle.removeEventListener('pointermove', move); handle.removeEventListener('pointerup', end); handle.removeEventListener('pointercancel', end); };
    handle.addEventListener('pointermove', move); handle.addEventListener('pointerup', end); handle.addEventListener('pointercancel', end);
  };
  const drag = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const start = event.clientX, head = (event.currentTarget as HTMLElement).parentElement!;
    let target: string | null = null;
    const move = (moved: PointerEvent) => {
      if (Math.abs(moved.clientX - start) < 8) return;
      for (const other of head.querySelectorAll<HTMLElement>('[data-field]')) {
        const box = other.getBoundingClientRect();
        other.classList.toggle('drop-before', moved.clientX >= box.left && moved.clientX < box.right);
        if (moved.clientX >= box.left && moved.clientX < box.right) target = other.dataset.field!;
      }
    };
    const end = () => {
      removeEventListener('pointermove', move); removeEventListener('pointerup', end);
      for (const other of head.querySelectorAll('.drop-before')) other.classList.remove('drop-before');
      if (target && target !== column.field) p.onMove(column.field, target);
    };
    addEventListener('pointermove', move); addEventListener('pointerup', end);
  };
  return (
    <div id={`${p.id}--1-${at}`} data-field={column.field} role="columnheader" aria-colindex={at + 1} aria-sort={sorted === undefined ? undefined : sorted.startsWith('-') ? 'descending' : 'ascending'} class={`grid-cell ${lead} ${alignOf(column, field)} ${p.active.row === -1 && p.active.column === at ? 'active' : ''}`} onPointerDown={drag}>
      <button type="button" tabIndex={-1} class="head-btn" title={field?.help ?? label} disabled={column.sortable === false} onClick={(event) => { p.onActive(-1, at); sortBy(column, event.shiftKey); }}>
        <span class="clip">{label}</span>{sorted !== undefined && <Icon name={sorted.startsWith('-') ? 'down' : 'up'} />}{sorted !== undefined && p.sort.length > 1 && <span class="num small">{rank + 1}</span>}
      </button>
      <span class="resizer" onPointerDown={resize} onDblClick={() => p.onWidth(column.field, null)} aria-hidden="true" />
    </div>
  );
}
