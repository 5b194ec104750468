// SPDX-License-Identifier: Apache-2.0
// View kind "list": rows first, totals over all hits beside; chips, saved views, columns, selection with bulk actions, inline
// editing, side panel with walking, reordering, export. Cards on narrow windows, a plain table in page mode.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {act, ApiError, language, requestId} from '../core/api';
import {askForm, refused, runDeclared, tryChange} from '../core/act';
import {cellText, isMoney, isNone, isRef, moneys, roundMoneys} from '../core/format';
import {holds} from '../core/expr';
import {number, t} from '../core/i18n';
import {announce} from '../core/live';
import {pageMode} from '../core/prefs';
import {go, href, route, setQuery} from '../core/router';
import {filled, inputValue} from '../core/template';
import type {Action, Cell, Column, Filter, Money, Row, View} from '../core/types';
import {mayOpen, narrow, typing, useKeys, useSearchText} from '../core/use';
import {Grid} from '../grid/grid';
import {CellView} from '../widgets/cell';
import {EDITABLE} from '../widgets/asked';
import {FilterBar} from '../widgets/filters';
import {Icon} from '../widgets/icon';
import {PopButton, say, toast} from '../widgets/overlay';
import {scopeOf} from '../core/act';
import {Heading, Loading, Message, Trouble} from './frame';
import {ColumnsMenu, SavedViews} from './list_tools';
import {useColumns, useListData, useListState} from './list_state';
import {Cards, PlainTable} from './list_plain';
import {later, opened as withRest} from '../widgets/later';

/** Records come as a file of their own: a list stands before anybody opens one. */
const RecordPanel = later(() => import('./panel').then((module) => module.RecordPanel), () => <aside class="panel card card-body"><Loading /></aside>);
const CellEditor = later(() => import('./list_cell').then((module) => module.CellEditor));
const BulkBar = later(() => import('./list_bulk').then((module) => module.BulkBar), () => <div class="bulk" />);
const ListPaste = later(() => import('./list_paste').then((module) => module.ListPaste));
const ExplainPanel = later(() => import('./explain').then((module) => module.ExplainPanel));

export interface ListProps { view: View; fixed?: Filter[]; embedded?: boolean; createWith?: Record<string, unknown> | undefined; limit?: number | undefined; title?: string }

export function ListView({view, fixed = [], embedded = false, createWith, limit}: ListProps) {
  const state = useListState(view, embedded), {columns, prefs, setPrefs} = useColumns(view, limit === undefined);
  const data = useListData(view, state, fixed, !embedded, limit);
  const {cache} = data;
  const [selected, setSelected] = useState(new Map<number, {version: number; title: string}>()), [all, setAll] = useState(false), anchor = useRef(-1);
  const [active, setActiveState] = useState({row: data.place.row, column: data.place.column});
  const [editing, setEditing] = useState<{id: number; field: string; trouble?: string} | null>(null), typedAhead = useRef('');
  const [block, setBlock] = useState('');
  const searchBox = useRef<HTMLInputElement>(null), [searchText, setSearchText] = useSearchText(state.search, (search) => state.set({search}));
  const gridId = `grid-${view.id.replace(/\W/g, '-')}`;
  const setActive = (row: number, column: number) => { data.place.row = row; data.place.column = column; setActiveState({row, column}); };
  const opened = embedded ? null : Number(route.value.query.get('r')) || null;
  const asPanel = !embedded && view.open?.as !== 'page' && view.open !== undefined && !narrow.value, explains = !embedded && view.explain !== undefined;

  // An order that the host has too many rows for: it says so, and the order before stands again.
  const sorted = useRef(view.sort ?? []);
  useEffect(() => {
    if (cache.trouble instanceof ApiError && cache.trouble.key === 'list.sort.too_many' && state.sort.join() !== sorted.current.join()) { refused(cache.trouble); state.set({sort: sorted.current}); }
    else if (cache.started && !cache.trouble) sorted.current = state.sort;
  }, [cache, cache.trouble, cache.started]);
  // At once: a row that is marked in the new hits stays so.
  useLayoutEffect(() => { setSelected(new Map()); setAll(false); }, [JSON.stringify(state.filters), state.search]);
  useEffect(() => { if (data.summary) say(t('list.count', {n: data.summary.total})); }, [data.summary?.total]);
  useKeys((event) => {
    if (embedded || typing(event) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (event.key === '/' ) { event.preventDefault(); searchBox.current?.focus(); }
  });

  useLayoutEffect(() => {
    if (embedded || !view.paste || !mayOpen(view.paste.view)) return;
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (typing(event) || document.querySelector('dialog[open]') || !/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      setBlock(text);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [view.id]);

  const create = view.create && mayOpen(view.create.view) ? view.create : undefined;
  const inlineEdit = view.edit === 'inline' && view.save?.update !== undefined;
  const open = (row: Row, _index: number) => {
    if (explains) { setQuery({r: String(row.id)}, opened !== null); return; }
    if (!view.open) return;
    if (asPanel) setQuery({r: String(row.id)}, opened !== null);
    else void go(href(String(openView(row)), row.id));
  };
  const openView = (_row: Row) => view.open?.view ?? view.id;
  const beside = (row: Row) => href(view.id, null, new URLSearchParams({...Object.fromEntries(route.value.query), r: String(row.id)}));
  const edit = (row: Row, column: Column): boolean => {
    const field = view.fields[column.field];
    if (!inlineEdit || !EDITABLE(field)) return false;
    typedAhead.current = '';
    setEditing({id: row.id, field: column.field});
    return true;
  };
  // At once: the next key belongs to the grid.
  const focusGrid = () => document.getElementById(gridId)?.focus({preventScroll: true});

  const commit = async (row: Row, column: Column, cell: Cell) => {
    const field = view.fields[column.field]!, before = row.cells[column.field];
    if (JSON.stringify(inputValue(before, field)) === JSON.stringify(inputValue(cell, field))) return;
    cache.replace({...row, cells: {...row.cells, [column.field]: cell}});
    let version = row.version;
    const send = (value: Cell, at: number) => act<{version?: number}>(view.save!.update!, {id: row.id, ...(view.save!.input_fixed ?? {}), [field.input ?? column.field]: inputValue(value, field), expected_version: at, request_id: requestId()});
    const done = await tryChange(async () => { version = (await send(cell, row.version)).version ?? row.version + 1; cache.replace({...row, version, cells: {...row.cells, [column.field]: cell}}); }, () => cache.replace(row));
    if (!done) return;
    announce([view.source?.list ?? '']);
    toast('list.changed', {title: row.title, field: field.label, value: cellText(cell, field) || t('nothing')}, {undo: () => {
      cache.replace({...row, version});
      void tryChange(() => send(before, version), () => data.refresh()).then(() => { data.refresh(); toast('undone'); });
    }});
  };

  const select = (index: number, how: 'toggle' | 'range' | 'all') => {
    if (how === 'all') {
      if (index === -1) { setSelected(new Map()); setAll(false); return; }
      const next = new Map(cache.loaded().map((row) => [row.id, {version: row.version, title: row.title}]));
      setSelected(next);
      if (next.size >= cache.total) setAll(cache.total > next.size);
      return;
    }
    const next = new Map(selected), row = cache.row(index);
    if (how === 'range' && anchor.current >= 0) {
      for (let i = Math.min(anchor.current, index); i <= Math.max(anchor.current, index); ++i) { const one = cache.row(i); if (one) next.set(one.id, {version: one.version, title: one.title}); }
      setActive(index, active.column);
    } else if (row) {
      if (next.has(row.id)) next.delete(row.id); else next.set(row.id, {version: row.version, title: row.title});
      anchor.current = index;
    }
    setAll(false);
    setSelected(next);
    say(t('bulk.selected', {n: next.size}));
  };

  const reorder = view.reorder;
  const group = reorder?.group;
  const moveRow = async (from: number, to: number) => {
    const row = cache.row(from);
    if (!row || to < 0 || to >= cache.total || from === to) return;
    const order = cache.loaded();
    order.splice(from, 1); order.splice(to, 0, row);
    // Where rows are ordered within a group (steps of a pipeline), the others keep out of it.
    const of = (one: Row) => (group ? JSON.stringify(inputValue(one.cells[group], view.fields[group])) : ''), ids = order.filter((one) => of(one) === of(row)).map((one) => one.id);
    try {
      await act(reorder!.action, filled(reorder!.input ?? {ids: '$ids'}, {ids, id: row.id, target: to, position: to, group: group ? inputValue(row.cells[group], view.fields[group]) : null}));
      setActive(to, active.column);
      data.refresh();
      say(t('list.moved', {title: row.title, at: to + 1, of: cache.total}));
    } catch (error) { refused(error as Error); }
  };

  const cell = (row: Row, column: Column) => {
    const field = view.fields[column.field], value = row.cells[column.field];
    if (editing?.id === row.id && editing.field === column.field && field) {
      return <CellEditor start={typedAhead} row={row} column={column} view={view} onEnd={(next, how) => {
        setEditing(null);
        if (next !== undefined) void commit(row, column, next);
        if (how === 'tab') { const at = columns.findIndex((other, i) => i > active.column && EDITABLE(view.fields[other.field])); if (at > 0) { typedAhead.current = ''; setActive(active.row, at); setEditing({id: row.id, field: columns[at]!.field}); return; } }
        if (how !== 'blur') focusGrid();
      }} />;
    }
    if (explains && column === columns[0]) return <a class="cell-link clip" tabIndex={-1} href={beside(row)} onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); event.stopPropagation(); setActive(cache.indexOf(row.id), 0); open(row, 0); }}>{isNone(value) ? row.title : cellText(value, field)}</a>;
    if (column.as === 'link' || (column === columns[0] && view.open)) {
      const text = isNone(value) ? row.title : cellText(value, field);
      return view.open ? <a class="cell-link clip" tabIndex={-1} href={href(openView(row), row.id)} onClick={(event) => { if (!asPanel || event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); event.stopPropagation(); setActive(cache.indexOf(row.id), columns.indexOf(column)); open(row, 0); }}>{text || t('untitled')}</a> : <span class="clip">{text}</span>;
    }
    if (isRef(value) && field?.ref?.view && column.as === undefined && mayOpen(field.ref.view)) return <a class="clip" tabIndex={-1} href={href(field.ref.view, value.id)}>{value.title}</a>;
    return <CellView cell={value} field={field} as={column.as} />;
  };

  const rowActions = (view.row_actions ?? []).flatMap((name) => { const action = view.actions?.[name]; return action ? [action] : []; });
  const pageActions = (view.page_actions ?? []).flatMap((name) => { const action = view.actions?.[name]; return action ? [action] : []; });
  const tail = rowActions.length > 0 ? (row: Row, plain = false) => { const may = rowActions.filter((action) => holds(action.visible_if, row.cells as Record<string, unknown>)); return may.length === 0 ? null : <RowMenu row={row} plain={plain} actions={may} run={(action) => void runDeclared(action, row, view, data.refresh)} />; } : undefined;
  const exportList = (format: 'csv' | 'xlsx') => void import('./export').then(({exportFile}) => exportFile(view, columns, data.filter, state.search, state.sort, format)).catch(refused);

  const walk = (by: number) => {
    const at = opened === null ? -1 : cache.indexOf(opened), row = cache.row(at + by);
    if (!row) return;
    setActive(at + by, active.column);
    setQuery({r: String(row.id)});
  };

  const sums = data.summary?.sums;
  const totalText = cache.exact || cache.complete || data.summary?.exact ? t('list.count', {n: data.summary?.total ?? cache.total}) : cache.started ? t('list.more', {n: number(cache.total)}) : '';
  const empty = cache.started && cache.total === 0 && !cache.trouble;
  const filtered = state.filters.length > 0 || state.search !== '';
  const tools = (
    <>
      {view.search !== false && !embedded && <div class="affix list-search"><Icon name="search" class="lead" /><input ref={searchBox} class="input" type="search" aria-label={t('list.search', {title: view.title})} placeholder={t('list.search.short')} value={searchText} onInput={(event) => setSearchText(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === 'Escape') { setSearchText(''); state.set({search: ''}); } else if (event.key === 'Enter') state.set({search: searchText}); else if (event.key === 'ArrowDown') { event.preventDefault(); setActive(0, 0); focusGrid(); } }} /></div>}
      {(view.filters?.length ?? 0) > 0 && !embedded && <FilterBar fields={view.fields} available={view.filters!.map((item) => (typeof item === 'string' ? item : item.field)).filter((name) => view.fields[name])} filters={state.filters} onChange={(filters) => state.set({filters})} />}
    </>);
  const body = cache.trouble && !cache.row(0) ? <Trouble error={cache.trouble} again={data.refresh} />
    : empty ? (filtered ? <Message icon="search" title={t('list.no_hits')} text={t('list.no_hits.text')}><button type="button" class="btn" onClick={() => state.set({filters: [], search: ''})}>{t('filter.clear')}</button></Message>
      : <Message icon="list" title={view.empty?.title ?? t('list.empty', {title: view.title})} text={view.empty?.text ?? (create ? t('list.empty.text') : undefined)}>{create && <a class="btn primary" href={href(create.view, 'new', stringify(createWith))}><Icon name="plus" />{create.label}</a>}</Message>)
    : narrow.value ? <Cards view={view} columns={columns} cache={cache} href={(row) => (explains ? beside(row) : view.open ? href(openView(row), row.id) : null)} tail={tail} />
    : pageMode.value || embedded ? <PlainTable view={view} columns={columns} cache={cache} cell={cell} sort={state.sort} onSort={(sort) => state.set({sort})} sums={sums} label={view.title} onOpen={view.open ? open : null} tail={tail} limit={limit} />
    : <Grid id={gridId} label={view.title} columns={columns} fields={view.fields} widths={prefs.widths} total={cache.total} row={(index) => cache.row(index)} want={(first, last) => cache.want(first, last)} sort={state.sort} onSort={(sort) => state.set({sort})}
        onWidth={(field, px) => { const widths = {...prefs.widths}; if (px === null) delete widths[field]; else widths[field] = px; setPrefs({...prefs, widths}); }}
        onMove={(field, before) => { const order = columns.map((column) => column.field).filter((name) => name !== field); const at = before ? order.indexOf(before) : order.length; order.splice(at < 0 ? order.length : at, 0, field); setPrefs({...prefs, order}); }}
        cell={cell} selected={new Set(selected.keys())} onSelect={(view.bulk?.length ?? 0) > 0 ? select : null} allSelected={all || (selected.size > 0 && selected.size >= cache.total)} onOpen={open} onEdit={inlineEdit ? edit : null}
        tail={tail} active={active} onActive={setActive} place={data.place} editing={editing} onAhead={(letter) => { typedAhead.current += letter; }} opened={opened}
        sums={sums} footer={columns.some((column) => column.total) ? (column) => column.total ? <SumCell sums={sums?.[column.field]} pending={!data.summary && !data.summaryTrouble} /> : column === columns[0] ? <span class="muted">{t('list.sum')}</span> : null : undefined}
        handle={reorder && state.filters.length === 0 && !state.search ? (row, index) => <RowHandle title={row.title} index={index} total={cache.total} onMove={(to) => void moveRow(index, to)} /> : undefined}
        onKey={(event, row) => {
          if (event.key === 'Escape' && opened !== null) { event.preventDefault(); setQuery({r: null}); }
          else if (reorder && event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown') && row) { event.preventDefault(); void moveRow(active.row, active.row + (event.key === 'ArrowUp' ? -1 : 1)); }
          else if ((event.ctrlKey || event.metaKey) && event.key === 'c' && !getSelection()?.toString()) { const rows = selected.size > 0 ? cache.loaded().filter((one) => selected.has(one.id)) : row ? [row] : []; if (rows.length > 0) { event.preventDefault(); void navigator.clipboard?.writeText(rows.map((one) => columns.map((column) => plainText(one.cells[column.field], view, column.field)).join('\t')).join('\n')).then(() => toast('copied', {n: rows.length})); } }
          else if (row && (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10') || (event.key === 'm' && !event.ctrlKey && !event.metaKey && !event.altKey))) { const tools = document.getElementById(`${gridId}-${active.row}-0`)?.closest('.grid-row')?.querySelector<HTMLElement>('.tail button'); if (tools) { event.preventDefault(); tools.focus(); if (tools.hasAttribute('aria-haspopup')) tools.click(); } }
          else if (event.key === 'Delete' && row && view.delete) { event.preventDefault(); void withRest(import('./remove')).then(({deleteRecord}) => deleteRecord(view, row, data.refresh), refused); }
          else if (row && !event.ctrlKey && !event.metaKey && !event.altKey) { const hit = Object.values(view.actions ?? {}).find((action) => action.key === event.key && holds(action.visible_if, row.cells as Record<string, unknown>)); if (hit) { event.preventDefault(); void runDeclared(hit, row, view, data.refresh); } }
        }} />;
  return (
    <div class={embedded ? 'stack' : `page ${narrow.value ? '' : 'fill'}`}>
      {!embedded && <Heading view={view} count={<span class="num muted small" role="status">{totalText}</span>}>
        {pageActions.map((action) => <button type="button" class="btn" key={action.label} onClick={() => void runDeclared(action, {id: 0, version: 0, title: view.title, cells: {}}, view, data.refresh)}>{action.label}</button>)}
        {create && <a class="btn primary" href={href(create.view, 'new', stringify(createWith))}><Icon name="plus" />{create.label}</a>}
        {view.export !== false && view.export !== undefined && <PopButton label={t('more')} icon="more" class="btn quiet icon-only" role="menu" end>{(close) => (
          <><button type="button" role="menuitem" class="pop-item" onClick={() => { close(); exportList('csv'); }}><Icon name="download" />{t('export')}</button>
            <button type="button" role="menuitem" class="pop-item" onClick={() => { close(); exportList('xlsx'); }}><Icon name="download" />{t('export.xlsx')}</button>
            <button type="button" role="menuitem" class="pop-item" onClick={() => { close(); print(); }}><Icon name="print" />{t('print')}</button>
            <button type="button" role="menuitem" class="pop-item" onClick={() => { close(); pageMode.value = !pageMode.value; }}><Icon name="list" />{t(pageMode.value ? 'mode.grid' : 'mode.page')}</button></>)}</PopButton>}
      </Heading>}
      {!embedded && <SavedViews view={view} state={state} />}
      {!embedded && <div class="row wrap list-tools no-print">{tools}<span class="spacer" />{!narrow.value && !pageMode.value && <ColumnsMenu view={view} prefs={prefs} setPrefs={setPrefs} />}</div>}
      {embedded && create && <div class="row"><span class="muted small">{totalText}</span><span class="spacer" /><a class="btn" href={href(create.view, 'new', stringify(createWith))}><Icon name="plus" />{create.label}</a></div>}
      {block && <ListPaste text={block} view={view} columns={columns.slice(active.row >= 0 ? active.column : 0)} onClose={() => { setBlock(''); focusGrid(); }} />}
      {(selected.size > 0 || all) && <BulkBar view={view} selected={selected} all={all} total={cache.total} onAll={() => setAll(true)} onClear={() => { setSelected(new Map()); setAll(false); }} filter={data.filter} search={state.search} changed={data.refresh} />}
      {cache.trouble && cache.row(0) && <div class="notice danger" role="alert"><Icon name="warn" /><span>{cache.trouble.message}</span><button type="button" class="link-btn" onClick={data.refresh}>{t('again')}</button></div>}
      <div class={opened && (asPanel || explains) ? 'with-panel' : 'list-body'} onFocusIn={inlineEdit ? CellEditor.ahead : undefined}>
        {body}
        {opened && asPanel && view.open && <RecordPanel view={view.open.view} id={opened} onClose={() => { setQuery({r: null}); focusGrid(); }} onWalk={walk} changed={data.refresh} />}
        {opened && explains && cache.row(cache.indexOf(opened)) && <ExplainPanel key={opened} view={view} row={cache.row(cache.indexOf(opened))!} onClose={() => { setQuery({r: null}); focusGrid(); }} onWalk={walk} changed={data.refresh} />}
      </div>
    </div>
  );
}

const stringify = (values: Record<string, unknown> | undefined) => (values ? Object.fromEntries(Object.entries(values).map(([key, value]) => [`d.${key}`, typeof value === 'object' ? JSON.stringify(value) : String(value)])) : undefined);

export const plainText = (cell: Cell, view: View, field: string): string => (isMoney(cell) ? cellText(cell, view.fields[field]).replace(/[\u00a0\u202f]/g, ' ') : cellText(cell, view.fields[field]));

/** One action stands as a button, several in a menu. */
function RowMenu({row, actions, run, plain}: {row: Row; plain: boolean; actions: Action[]; run: (action: Action) => void}) {
  if (actions.length === 1) return <button type="button" class="btn mini" tabIndex={plain ? 0 : -1} title={actions[0]!.help} onClick={(event) => { event.stopPropagation(); run(actions[0]!); }}>{actions[0]!.label}<span class="sr">: {row.title}</span></button>;
  return <PopButton label={`${t('more')}: ${row.title}`} icon="more" class="btn quiet icon-only mini" tabIndex={plain ? 0 : -1} role="menu" end>{(close) => <>{actions.map((action) => <button type="button" role="menuitem" key={action.label} class={`pop-item ${action.tone === 'danger' ? 'danger' : ''}`} onClick={() => { close(); run(action); }}>{action.label}</button>)}</>}</PopButton>;
}

function SumCell({sums, pending}: {sums: Money[] | number | null | undefined; pending: boolean}) {
  if (pending) return <span class="muted" aria-label={t('list.sum.pending')}>…</span>;
  if (typeof sums === 'number') return <strong class="num sum">{number(sums)}</strong>;
  if (!sums) return <span class="muted small">{t('list.sum.none')}</span>;
  return <strong class="num sum" title={moneys(sums)}>{roundMoneys(sums).map((text) => <span key={text}>{text}</span>)}</strong>;
}

/** Moves a row: by dragging, or Alt+arrows in the list. */
function RowHandle({title, index, total, onMove}: {title: string; index: number; total: number; onMove: (to: number) => void}) {
  const drag = (event: PointerEvent) => {
    event.preventDefault();
    const row = (event.currentTarget as HTMLElement).closest('.grid-row') as HTMLElement, height = row.offsetHeight, start = event.clientY, base = row.style.transform;
    let to = index;
    row.classList.add('dragging');
    const move = (moved: PointerEvent) => { const by = moved.clientY - start; row.style.transform = `${base} translateY(${by}px)`; to = Math.max(0, Math.min(total - 1, index + Math.round(by / height))); };
    const end = () => { removeEventListener('pointermove', move); removeEventListener('pointerup', end); row.classList.remove('dragging'); row.style.transform = base; if (to !== index) onMove(to); };
    addEventListener('pointermove', move); addEventListener('pointerup', end);
  };
  return <span class="drag-dots" title={t('list.drag', {title})} onPointerDown={drag}><Icon name="drag" /></span>;
}
export {askForm, language, scopeOf};
