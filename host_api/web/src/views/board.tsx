// SPDX-License-Identifier: Apache-2.0
// View kind "board": columns with count and sums, cards that move by mouse, touch (long press), keyboard (Space, arrows, Space)
// or menu. Closed columns are folded; a move that needs a reason asks it; every move can be undone.
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {cellText, isMoney, isNone, isRef, moneys, roundMoneys, today} from '../core/format';
import {holds} from '../core/expr';
import {number, t} from '../core/i18n';
import {announce, useLive} from '../core/live';
import {daysIn} from '../core/days';
import {folded} from '../core/prefs';
import {go, href, route, setQuery} from '../core/router';
import type {Group, Row, View} from '../core/types';
import {mayOpen, narrow, typing, useKeys, useSearchText} from '../core/use';
import {Avatar, CellView} from '../widgets/cell';
import {FilterBar} from '../widgets/filters';
import {Icon} from '../widgets/icon';
import {PopButton, say} from '../widgets/overlay';
import {monthly, sumFields, useBoard, type BoardColumn} from './board_data';
import {useBoardParams} from './board_params';
import {TargetBar, useTarget} from './board_target';
import {Heading, Loading, Message, Trouble} from './frame';
import {useListState} from './list_state';
import {SavedViews} from './list_tools';
import {RecordPanel} from './panel';
import {changeStep} from './path';

/** Instead of a card's number: the first one there is. */
const ANY = -1;

interface Lift { row: Row; from: string; to: string }

export function BoardView({view}: {view: View}) {
  const state = useListState(view, false), [searchText, setSearchText] = useSearchText(state.search, (search) => state.set({search}));
  const foldKey = (group: Group) => `board/${view.id}/${group.key}`;
  const isFolded = (group: Group) => folded.value[foldKey(group)] ?? (view.collapse_if ? holds(view.collapse_if, {column: group as never, ...group} as never, false) : group.closed === true);
  const params = useBoardParams(view);
  const board = useBoard(view, params.filter && [...params.filter, ...state.filters], state.search, isFolded);
  const [lift, setLift] = useState<Lift | null>(null), [over, setOver] = useState<string | null>(null), holder = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState<{column: string; card: number} | null>(null), refocus = useRef<number | null>(null), searchBox = useRef<HTMLInputElement>(null);
  const moves = useRef(new Map<number, Promise<Row | null>>());  // on their way, by card
  // What is read while a card moves may be of before it; after the move the board is read anyway.
  useLive([view.source?.list ?? '', view.entity ?? ''], () => { if (moves.current.size === 0) void board.load(); });
  // Before the next key, which goes on from there. A card that went into a folded column is gone from sight: the focus stays on the board.
  useLayoutEffect(() => {
    if (refocus.current === null) return;
    const card = refocus.current === ANY ? holder.current?.querySelector<HTMLElement>('[data-card][tabindex="0"]') ?? holder.current : holder.current?.querySelector<HTMLElement>(`[data-card="${refocus.current}"]`);
    if (card) { refocus.current = null; card.focus(); card.scrollIntoView({block: 'nearest', inline: 'nearest'}); }
  });
  useKeys((event) => {
    if (event.key !== '/' || typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    searchBox.current?.focus();
  });
  const opened = Number(route.value.query.get('r')) || null;
  const columns = board.columns ?? [], sums = sumFields(view);
  const target = useTarget(view, view.target && monthly(view) ? columns.map((column) => column.group.key) : []);
  const label = (key: string) => columns.find((column) => column.group.key === key)?.group.label ?? key;
  const open = (row: Row) => { if (!view.open) return; if (view.open.as === 'page' || narrow.value) void go(href(view.open.view, row.id)); else setQuery({r: String(row.id)}, opened !== null); };

  const drop = async (row: Row, from: string, to: string, byKey: boolean) => {
    if (from === to) return;
    const target = columns.find((column) => column.group.key === to)!.group;
    const moved: Row = {...row, cells: {...row.cells}};
    const back = board.shift(moved, to);
    if (byKey) refocus.current = row.id;
    const earlier = moves.current.get(row.id), mine = move(moved, target, to, earlier);
    moves.current.set(row.id, mine);
    let done = false;
    try {
      done = await mine !== null;
    } finally {
      if (moves.current.get(row.id) === mine) moves.current.delete(row.id);
      if (!done) back();
    }
    if (done) say(t('board.moved', {title: row.title, column: target.label}));
    if (moves.current.size === 0) {  // the last of them reads the board
      if (byKey) refocus.current = done && isFolded(target) ? ANY : row.id;
      await board.load();
    }
    if (done) announce([view.source!.list]);
  };
  /** After the card's move before, if one is on its way: from where that one brought it, or not at all. */
  const move = async (row: Row, target: Group, to: string, earlier: Promise<Row | null> | undefined): Promise<Row | null> => {
    if (earlier) {
      const from = await earlier;
      if (!from) return null;
      row.version = from.version; row.cells = {...row.cells, [view.column!.field]: from.cells[view.column!.field]!};
    }
    const ask = view.on_drop?.ask_if ? holds(view.on_drop.ask_if, {...row.cells, target: target as never} as never, false) : false;
    const value = monthly(view) ? dayIn(to, String(row.cells[view.column!.field] ?? today())) : /^\d+$/.test(to) && view.fields[view.column!.field]?.type === 'ref' ? Number(to) : to;
    const rule = view.on_drop ?? {action: ''};
    const version = await changeStep(view, row, view.column!.field, value, target.label, {rule, ask, onUndo: () => { void board.load(); announce([view.source!.list]); }});
    if (version === null) return null;
    // The next move goes on from here, before the board is read anew.
    const cell = row.cells[view.column!.field];
    row.version = version; row.cells = {...row.cells, [view.column!.field]: isRef(cell) ? {...cell, id: Number(to), title: target.label} : value};
    return row;
  };

  const key = (event: KeyboardEvent) => {
    const card = (event.target as Element).closest<HTMLElement>('[data-card]');
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const openColumns = columns.filter((column) => !isFolded(column.group) || column.group.key === lift?.to), columnKey = card.dataset.column!, at = openColumns.findIndex((column) => column.group.key === columnKey);
    const column = openColumns[at]!, index = column.rows.findIndex((row) => row.id === Number(card.dataset.card)), row = column.rows[index]!;
    const stop = () => { event.preventDefault(); event.stopPropagation(); };
    if (lift) {
      const all = columns, here = all.findIndex((one) => one.group.key === lift.to);
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        stop();
        const next = all[here + (event.key === 'ArrowLeft' ? -1 : 1)];
        if (next) { setLift({...lift, to: next.group.key}); say(t('board.over', {column: next.group.label})); document.getElementById(`col-${next.group.key}`)?.scrollIntoView({block: 'nearest', inline: 'nearest'}); }
      } else if (event.key === ' ' || event.key === 'Enter') { stop(); const {from, to} = lift; setLift(null); if (from === to) say(t('board.dropped_same')); else void drop(row, from, to, true); }
      else if (event.key === 'Escape') { stop(); setLift(null); say(t('board.cancelled')); }
      return;
    }
    const moveTo = (target: BoardColumn | undefined, place: number) => {
      const one = target?.rows[Math.max(0, Math.min(place, target.rows.length - 1))];
      if (!target || !one) return;
      setFocus({column: target.group.key, card: one.id});
      refocus.current = one.id;
    };
    if (event.key === ' ') { stop(); setLift({row, from: columnKey, to: columnKey}); say(t('board.lifted', {title: row.title, column: column.group.label})); }
    else if (event.key === 'Enter' || event.key === 'o') { stop(); open(row); }
    else if (event.key === 'm' || event.key === 'ContextMenu') { stop(); card.querySelector<HTMLElement>('.card-menu')?.click(); }
    else if (event.key === 'ArrowDown' || event.key === 'j') { stop(); moveTo(column, index + 1); }
    else if (event.key === 'ArrowUp' || event.key === 'k') { stop(); moveTo(column, index - 1); }
    else if (event.key === 'ArrowRight') { stop(); for (let i = at + 1; i < openColumns.length; ++i) if (openColumns[i]!.rows.length > 0) { moveTo(openColumns[i], index); break; } }
    else if (event.key === 'ArrowLeft') { stop(); for (let i = at - 1; i >= 0; --i) if (openColumns[i]!.rows.length > 0) { moveTo(openColumns[i], index); break; } }
    else if (event.key === 'Home') { stop(); moveTo(column, 0); } else if (event.key === 'End') { stop(); moveTo(column, column.rows.length - 1); }
  };

  const pointer = (event: PointerEvent, row: Row, from: string) => {
    if (event.button !== 0 || (event.target as Element).closest('button, .pop')) return;
    const card = (event.currentTarget as HTMLElement), startX = event.clientX, startY = event.clientY, box = card.getBoundingClientRect();
    let ghost: HTMLElement | null = null, target: string | null = null, timer: ReturnType<typeof setTimeout> | undefined, frame = 0, last = event;
    const touch = event.pointerType === 'touch', under = () => document.elementFromPoint(last.clientX, last.clientY)?.closest<HTMLElement>('[data-drop]')?.dataset.drop ?? null;
    const begin = () => {
      ghost = card.cloneNode(true) as HTMLElement;
      ghost.classList.add('ghost');
      ghost.removeAttribute('data-card');
      ghost.style.width = `${box.width}px`;
      document.body.append(ghost);
      card.classList.add('lifted');
      document.documentElement.classList.add('dragging');
      step();
    };
    const step = () => {
      if (!ghost) return;
      ghost.style.transform = `translate(${box.left + last.clientX - startX}px, ${box.top + last.clientY - startY}px) rotate(1.5deg)`;
      const next = under();
      if (next !== target) { target = next; setOver(next); }
      const strip = holder.current!, edge = strip.getBoundingClientRect();
      if (last.clientX > edge.right - 60) strip.scrollLeft += 12; else if (last.clientX < edge.left + 60) strip.scrollLeft -= 12;
      frame = requestAnimationFrame(step);
    };
    const move = (moved: PointerEvent) => {
      last = moved;
      if (ghost) { moved.preventDefault(); return; }
      if (Math.hypot(moved.clientX - startX, moved.clientY - startY) > 6) { if (touch) end(); else begin(); }
    };
    const end = (ended?: Event) => {
      clearTimeout(timer); cancelAnimationFrame(frame);
      removeEventListener('pointermove', move); removeEventListener('pointerup', end); removeEventListener('pointercancel', end); removeEventListener('keydown', cancel, true); removeEventListener('touchmove', hold);
      document.documentElement.classList.remove('dragging');
      card.classList.remove('lifted');
      setOver(null);
      if (!ghost) return;
      ghost.remove();
      // Where it was let go, not where the last frame found it.
      if (ended?.type === 'pointerup') { last = ended as PointerEvent; target = under(); }
      // The click that ends a drag on the card itself must not open it; a later one must not be swallowed.
      const swallow = (click: Event) => { click.preventDefault(); click.stopPropagation(); };
      addEventListener('click', swallow, {capture: true});
      setTimeout(() => removeEventListener('click', swallow, {capture: true}), 0);
      if (ended?.type === 'pointerup' && target && target !== from) void drop(row, from, target, false);
    };
    const cancel = (pressed: KeyboardEvent) => { if (pressed.key === 'Escape' && ghost) { pressed.preventDefault(); pressed.stopPropagation(); target = null; end(); } };
    const hold = (moved: Event) => { if (ghost) moved.preventDefault(); };
    if (touch) timer = setTimeout(begin, 350); else event.preventDefault();
    if (!touch) card.focus({preventScroll: true});
    addEventListener('pointermove', move); addEventListener('pointerup', end); addEventListener('pointercancel', end); addEventListener('keydown', cancel, true); addEventListener('touchmove', hold, {passive: false});
  };

  if (board.error && !board.columns) return <div class="page"><Heading view={view} /><Trouble error={board.error} again={() => void board.load()} /></div>;
  const create = view.create && mayOpen(view.create.view) ? view.create : undefined;
  const available = (view.filters ?? []).map((item) => (typeof item === 'string' ? item : item.field)).filter((name) => view.fields[name]);
  const firstCard = columns.find((column) => !isFolded(column.group) && column.rows.length > 0)?.rows[0]?.id;
  const stop = focus && columns.some((column) => column.rows.some((row) => row.id === focus.card)) ? focus.card : firstCard;
  return (
    <div class="page fill board-page">
      <Heading view={view}>{create && <a class="btn primary" href={href(create.view, 'new')}><Icon name="plus" />{create.label}</a>}</Heading>
      <SavedViews view={view} state={state} />
      <div class="row wrap list-tools no-print">
        {view.search !== false && <div class="affix list-search"><Icon name="search" class="lead" /><input ref={searchBox} class="input" type="search" aria-label={t('list.search', {title: view.title})} placeholder={t('list.search.short')} value={searchText} onInput={(event) => setSearchText(event.currentTarget.value)} /></div>}
        {params.chooser}
        {available.length > 0 && <FilterBar fields={view.fields} available={available} filters={state.filters} onChange={(filters) => state.set({filters})} />}
        <span class="spacer" /><span class="row muted small hide-phone"><Icon name="keyboard" />{t('board.hint')}</span>
      </div>
      {!board.columns ? <Loading rows={8} /> : columns.length === 0 ? <Message icon="board" title={t('list.empty', {title: view.title})} /> : (
        <div class={opened && view.open ? 'with-panel' : 'list-body'}>
          <div class="board" ref={holder} tabIndex={-1} onKeyDown={key} role="group" aria-label={view.title}>
            {columns.map((column) => {
              const {group} = column, shut = isFolded(group);
              const fold = () => { folded.value = {...folded.value, [foldKey(group)]: !shut}; if (shut && !column.loaded) void board.more(group); };
              return (
                <section key={group.key} id={`col-${group.key}`} class={`col ${shut ? 'shut' : ''} ${over === group.key || lift?.to === group.key && lift.from !== group.key ? 'over' : ''}`} data-drop={group.key} aria-label={`${group.label}, ${t('board.count', {n: group.count})}`}>
                  <header class={`col-head tone-line-${group.tone ?? 'neutral'}`}>
                    <button type="button" class="col-fold" aria-expanded={!shut} aria-label={t(shut ? 'board.unfold' : 'board.fold', {column: group.label})} onClick={fold}><Icon name={shut ? 'chevron' : 'down'} /></button>
                    <h2 class="clip" title={group.label}>{group.label}</h2><span class="count-pill">{number(group.count)}</span>
                    {!shut && <p class="col-sums num">{sums.map((field, at) => <span key={field} class={at === 0 ? 'strong' : 'muted'} title={`${view.fields[field]?.label ?? ''}: ${moneys(group.sums?.[field])}`}>{at > 0 && `${view.fields[field]?.label ?? ''} `}{roundMoneys(group.sums?.[field]).join(' + ') || '–'}</span>)}</p>}
                    {!shut && view.target && <TargetBar rule={view.target} row={target.get(group.key)} />}
                  </header>
                  {!shut && (
                    <ul class="col-cards">
                      {column.trouble && <li class="notice danger">{column.trouble}</li>}
                      {!column.loaded && group.count > 0 && [0, 1, 2].map((n) => <li key={n} class="col-card"><span class="skeleton" /></li>)}
                      {column.rows.map((row) => <li key={row.id}><Card view={view} row={row} group={group} columns={columns} stop={stop === row.id} lifted={lift?.row.id === row.id} opened={opened === row.id} open={() => open(row)}
                        onFocus={() => setFocus({column: group.key, card: row.id})} onPointer={(event) => pointer(event, row, group.key)} move={(to) => void drop(row, group.key, to, true)} /></li>)}
                      {column.loaded && group.count > column.rows.length && <li><button type="button" class="btn quiet more" onClick={() => void board.more(group)}>{t('board.more', {n: group.count - column.rows.length})}</button></li>}
                      {column.loaded && group.count === 0 && <li class="col-empty muted small">{t('board.empty')}</li>}
                    </ul>)}
                </section>);
            })}
          </div>
          {opened && view.open && <RecordPanel view={view.open.view} id={opened} onClose={() => { setQuery({r: null}); refocus.current = opened; setFocus((now) => now && {...now}); }} onWalk={(by) => { const all = columns.filter((column) => !isFolded(column.group)).flatMap((column) => column.rows), at = all.findIndex((row) => row.id === opened), next = all[at + by]; if (next) setQuery({r: String(next.id)}); }} changed={() => void board.load()} />}
        </div>)}
      <p class="sr" id="board-help">{t('board.help')}</p>
      {lift && <p class="board-lift" role="status">{t('board.lift_bar', {title: lift.row.title, column: label(lift.to)})}</p>}
    </div>
  );
}

const dayIn = (month: string, day: string) => {
  const [year = 0, m = 1] = month.split('-').map(Number);
  return `${month.slice(0, 7)}-${String(Math.min(Number(day.slice(8, 10)), daysIn(year, m))).padStart(2, '0')}`;
};

interface CardProps { view: View; row: Row; group: Group; columns: BoardColumn[]; stop: boolean; lifted: boolean; opened: boolean; open: () => void; onFocus: () => void; onPointer: (event: PointerEvent) => void; move: (to: string) => void }
function Card({view, row, group, columns, stop, lifted, opened, open, onFocus, onPointer, move}: CardProps) {
  const card = view.card ?? {}, cells = row.cells;
  const title = row.title || cellText(cells[card.title ?? 'title']) || (card.lines ?? []).map((name) => cellText(cells[name], view.fields[name])).find(Boolean) || t('untitled');
  const flags = (card.flags ?? []).filter((flag) => holds(flag.if, {...cells, column: group as never, today: today()} as never, false));
  const value = card.value ? cells[card.value] : undefined, day = card.date ? cells[card.date] : undefined;
  const lines = (card.lines ?? []).filter((name) => !isNone(cells[name]));
  const owner = lines.map((name) => cells[name]).find((cell, at) => isRef(cell) && at > 0);
  return (
    <div class={`col-card ${lifted ? 'lifted' : ''} ${opened ? 'opened' : ''}`} role="group" aria-roledescription={t('board.card')} aria-label={title} aria-describedby="board-help" tabIndex={stop ? 0 : -1} data-card={row.id} data-column={group.key}
      onPointerDown={onPointer} onFocus={onFocus} onClick={(event) => { if (!(event.target as Element).closest('button, a, .pop')) open(); }}>
      <div class="row card-top"><span class="card-name grow">{title}</span>
        <PopButton label={t('board.move_to', {title})} icon="more" class="btn quiet icon-only mini card-menu" tabIndex={stop ? 0 : -1} role="menu" end>{(close) => (
          <><div class="pop-head">{t('board.move')}</div>{columns.filter((column) => column.group.key !== group.key).map((column) => <button type="button" role="menuitem" class="pop-item" key={column.group.key} onClick={() => { close(); move(column.group.key); }}>{column.group.label}</button>)}
            {view.open && <><hr /><a role="menuitem" class="pop-item" href={href(view.open.view, row.id)}>{t('open')}</a></>}</>)}</PopButton></div>
      {lines.filter((name) => cells[name] !== owner).map((name) => <div class="small card-line clip" key={name}><CellView cell={cells[name]} field={view.fields[name]} as="text" /></div>)}
      <div class="row card-foot">
        {!isNone(value) && <strong class="num">{isMoney(value) ? cellText(value) : <CellView cell={value} field={view.fields[card.value!]} />}</strong>}
        <span class="spacer" />
        {!isNone(day) && <span class="small muted"><CellView cell={day} field={view.fields[card.date!]} as="relative_date" /></span>}
        {isRef(owner) && <span title={owner.title}><Avatar name={owner.title} /><span class="sr">{owner.title}</span></span>}
      </div>
      {flags.length > 0 && <div class="row wrap card-flags">{flags.map((flag) => <span key={flag.label} class={`flag tone-${flag.tone}`}><Icon name={flag.tone === 'warn' || flag.tone === 'danger' ? 'clock' : 'info'} />{flag.label}</span>)}</div>}
    </div>
  );
}
