// SPDX-License-Identifier: Apache-2.0
// View kind "tree": groups and their members. Both move by mouse, by keyboard (Space, arrows, Space) and by menu; ARIA treegrid.
import {useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {act, read} from '../core/api';
import {askForm, refused, runDeclared, scopeOf} from '../core/act';
import {cellText, isRef} from '../core/format';
import {holds} from '../core/expr';
import {t} from '../core/i18n';
import {announce, useLive} from '../core/live';
import {folded} from '../core/prefs';
import {href, route, setQuery} from '../core/router';
import {filled} from '../core/template';
import type {Filter, Page, Row, Run, View} from '../core/types';
import {mayOpen, useLoad} from '../core/use';
import {Avatar, CellView} from '../widgets/cell';
import {formFields} from '../widgets/asked';
import {Icon} from '../widgets/icon';
import {PopButton, say, toast} from '../widgets/overlay';
import {Heading, Loading, Message, Trouble} from './frame';
import {RecordPanel} from './panel';

interface Node { row: Row; depth: number; children: Node[]; members: Row[] }
type Item = {kind: 'node'; node: Node} | {kind: 'member'; node: Node; row: Row};
const idOf = (cell: unknown) => (isRef(cell) ? Number(cell.id) : null);

async function everything(list: string, filter: Filter[] = [], archived = false): Promise<Row[]> {
  const out: Row[] = [];
  let after: string | undefined;
  do { const page: Page = await read<Page>('list.query', {list, filter, ...(archived ? {archived} : {}), limit: 200, ...(after ? {after} : {})}); out.push(...page.rows); after = page.after ?? undefined; } while (after && out.length < 5000);
  return out;
}

/** Rows into a tree; one whose parent is not there, or that goes in a circle, stands at the top. */
export function grow(rows: Row[], parent: string, members: Row[], group: string): Node[] {
  const nodes = new Map<number, Node>(rows.map((row) => [row.id, {row, depth: 0, children: [], members: []}])), top: Node[] = [];
  for (const node of nodes.values()) {
    const above = idOf(node.row.cells[parent]);
    let circle = false;
    for (let at = above, steps = 0; at !== null && nodes.has(at); at = idOf(nodes.get(at)!.row.cells[parent]), ++steps) if (at === node.row.id || steps > 64) { circle = true; break; }
    const over = above !== null && !circle ? nodes.get(above) : undefined;
    (over ? over.children : top).push(node);
  }
  for (const member of members) nodes.get(idOf(member.cells[group]) ?? -1)?.members.push(member);
  const sink = (list: Node[], depth: number) => { list.sort((a, b) => a.row.title.localeCompare(b.row.title)); for (const node of list) { node.depth = depth; sink(node.children, depth + 1); } };
  sink(top, 0);
  return top;
}

export function TreeView({view}: {view: View}) {
  const list = view.source?.list ?? view.entity ?? '', rule = view.members as (View['members'] & {to?: string}) | undefined;
  const loaded = useLoad(`${view.id}`, async () => {
    const [rows, members] = await Promise.all([everything(list, view.source?.filter ?? []), rule ? everything(rule.list) : Promise.resolve([])]);
    return {rows, members: members.filter((row) => !rule?.to || !row.cells[rule.to])};
  });
  useLive([list, rule?.list ?? list], loaded.again);
  const [active, setActive] = useState<string>(''), [lift, setLift] = useState<{item: Item; to: number | null} | null>(null), [over, setOver] = useState<string | null>(null), holder = useRef<HTMLTableElement>(null), focusNext = useRef('');
  const roots = useMemo(() => (loaded.value ? grow(loaded.value.rows, view.parent ?? 'parent', loaded.value.members, rule?.parent ?? 'group') : []), [loaded.value]);
  const closed = (node: Node) => folded.value[`tree/${view.id}/${node.row.id}`] ?? false;
  const items: Item[] = [];
  const walk = (nodes: Node[]) => { for (const node of nodes) { items.push({kind: 'node', node}); if (!closed(node)) { walk(node.children); for (const row of [...node.members].sort((a, b) => a.title.localeCompare(b.title))) items.push({kind: 'member', node, row}); } } };
  walk(roots);
  const keyOf = (item: Item) => (item.kind === 'node' ? `n${item.node.row.id}` : `m${item.row.id}`);
  const flat: Node[] = [];
  const all = (nodes: Node[]) => { for (const node of nodes) { flat.push(node); all(node.children); } };
  all(roots);
  const current = items.find((item) => keyOf(item) === active) ?? items[0];
  useLayoutEffect(() => { if (focusNext.current) { const at = holder.current?.querySelector<HTMLElement>(`[data-key="${focusNext.current}"]`); if (at) { focusNext.current = ''; at.focus(); } } });
  const opened = Number(route.value.query.get('r')) || null;
  const columns = (view.columns ?? []).filter((column) => view.fields[column.field]);

  const done = () => { loaded.again(); announce([list, rule?.list ?? list]); };
  const memberTitle = (row: Row) => { const who = row.cells[rule?.ref ? String(rule.ref) : 'employee']; return isRef(who) ? who.title : row.title; };
  const run = async (which: Run, row: Row, more: Record<string, unknown>) => {
    const scope = scopeOf(row, {...view.fields, ...Object.fromEntries(Object.keys(row.cells).map((name) => [name, view.fields[name] ?? {type: 'ref', label: name} as never]))}, more), input = filled(which.input, scope), fields = formFields(which.form, view.fields);
    const initial = Object.fromEntries(fields.map((field) => [field.name, filled({v: field.default}, scope).v as never]));
    return fields.length > 0 ? askForm({title: which.label ?? t('path.go'), fields, submit: which.label ?? t('save'), initial}, (asked) => act(which.action, {...input, ...asked})) : act(which.action, input);
  };
  const move = async (item: Item, to: Node | null) => {
    try {
      if (item.kind === 'member') {
        if (!rule?.move || !to || to === item.node) return;
        await run(rule.move, item.row, {target: to.row.id, group: item.node.row.id});
        const back = item.node;
        toast('tree.moved', {title: memberTitle(item.row), target: to.row.title}, {undo: () => void run(rule.move!, item.row, {target: back.row.id, group: to.row.id}).then(done, refused)});
      } else {
        const before = idOf(item.node.row.cells[view.parent ?? 'parent']), target = to?.row.id ?? null;
        if (!view.move || target === before || target === item.node.row.id) return;
        const result = await act<{version?: number}>(view.move.action, filled(view.move.input, scopeOf(item.node.row, view.fields, {target})));
        toast('tree.moved', {title: item.node.row.title, target: to?.row.title ?? t('tree.top')}, {undo: () => void act(view.move!.action, filled(view.move!.input, scopeOf({...item.node.row, version: result.version ?? item.node.row.version + 1}, view.fields, {target: before}))).then(done, refused)});
      }
      focusNext.current = keyOf(item);
      done();
    } catch (error) { refused(error as Error); }
  };

  const key = (event: KeyboardEvent) => {
    if (!current || (event.target as Element).closest('button, a, input, .pop') && event.target !== (event.target as Element).closest('[data-key]')) return;
    const at = items.indexOf(current), stop = () => { event.preventDefault(); event.stopPropagation(); }, focus = (item: Item | undefined) => { if (item) { setActive(keyOf(item)); focusNext.current = keyOf(item); } };
    if (lift) {
      const targets: (Node | null)[] = [...(lift.item.kind === 'node' ? [null] : []), ...flat.filter((node) => lift.item.kind !== 'node' || node !== lift.item.node)], place = targets.findIndex((node) => (node?.row.id ?? null) === lift.to);
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { stop(); const next = targets[Math.max(0, Math.min(targets.length - 1, place + (event.key === 'ArrowDown' ? 1 : -1)))]; setLift({...lift, to: next?.row.id ?? null}); say(t('board.over', {column: next?.row.title ?? t('tree.top')})); }
      else if (event.key === ' ' || event.key === 'Enter') { stop(); const {item, to} = lift; setLift(null); void move(item, flat.find((node) => node.row.id === to) ?? null); }
      else if (event.key === 'Escape') { stop(); setLift(null); say(t('board.cancelled')); }
      return;
    }
    if (event.key === 'ArrowDown') { stop(); focus(items[at + 1]); } else if (event.key === 'ArrowUp') { stop(); focus(items[at - 1]); } else if (event.key === 'Home') { stop(); focus(items[0]); } else if (event.key === 'End') { stop(); focus(items[items.length - 1]); }
    else if (event.key === 'ArrowRight' && current.kind === 'node') { stop(); if (closed(current.node)) fold(current.node, false); else focus(items[at + 1]); }
    else if (event.key === 'ArrowLeft') { stop(); if (current.kind === 'node' && !closed(current.node) && current.node.children.length + current.node.members.length > 0) fold(current.node, true); else focus([...items.slice(0, at)].reverse().find((item) => item.kind === 'node' && item.node.depth < (current.kind === 'member' ? current.node.depth + 1 : current.node.depth))); }
    else if (event.key === ' ') { stop(); setLift({item: current, to: current.kind === 'member' ? current.node.row.id : idOf(current.node.row.cells[view.parent ?? 'parent'])}); say(t('board.lifted', {title: current.kind === 'node' ? current.node.row.title : memberTitle(current.row), column: current.node.row.title})); }
    else if (event.key === 'Enter' && current.kind === 'node' && view.open) { stop(); setQuery({r: String(current.node.row.id)}); }
    else if (event.key === 'Delete' && current.kind === 'member' && rule?.remove) { stop(); void run(rule.remove, current.row, {group: current.node.row.id}).then(done, refused); }
  };
  const fold = (node: Node, value: boolean) => { folded.value = {...folded.value, [`tree/${view.id}/${node.row.id}`]: value}; };

  const drag = (event: PointerEvent, item: Item) => {
    if (event.button !== 0 || (event.target as Element).closest('button, a, .pop')) return;
    const startX = event.clientX, startY = event.clientY;
    let ghost: HTMLElement | null = null, target: string | null = null;
    const moved = (at: PointerEvent) => {
      if (!ghost && Math.hypot(at.clientX - startX, at.clientY - startY) > 6) { ghost = document.createElement('div'); ghost.className = 'tree-ghost'; ghost.textContent = item.kind === 'node' ? item.node.row.title : memberTitle(item.row); document.body.append(ghost); document.documentElement.classList.add('dragging'); }
      if (!ghost) return;
      at.preventDefault();
      ghost.style.transform = `translate(${at.clientX + 12}px, ${at.clientY + 8}px)`;
      target = document.elementFromPoint(at.clientX, at.clientY)?.closest<HTMLElement>('[data-node]')?.dataset.node ?? null;
      setOver(target);
    };
    const end = (ended: Event) => {
      removeEventListener('pointermove', moved); removeEventListener('pointerup', end); removeEventListener('pointercancel', end);
      document.documentElement.classList.remove('dragging'); setOver(null);
      if (!ghost) return;
      ghost.remove();
      if (ended.type === 'pointerup' && target) void move(item, flat.find((node) => String(node.row.id) === target) ?? null);
    };
    addEventListener('pointermove', moved); addEventListener('pointerup', end); addEventListener('pointercancel', end);
  };
  const addMember = async (node: Node) => {
    const who = rule?.ref ? String(rule.ref) : 'employee', fields = formFields(rule!.add!.form, view.fields);
    const initial = Object.fromEntries(fields.map((field) => [field.name, filled({v: field.default}, scopeOf(node.row, view.fields)).v as never]));
    const result = await askForm({title: `${t('tree.add')}: ${node.row.title}`, fields: [{name: who, type: 'ref', label: t('tree.members'), required: true, ref: {list: 'employee', create: false}}, ...fields], submit: t('tree.add'), initial}, (asked) => { const {[who]: target, ...rest} = asked; return act(rule!.add!.action, {...filled(rule!.add!.input, scopeOf(node.row, view.fields, {group: node.row.id, target})), ...rest}); });
    if (result) done();
  };
  const create = view.create && mayOpen(view.create.view) ? view.create : undefined;
  const rowActions = (view.row_actions ?? []).flatMap((name) => (view.actions?.[name] ? [view.actions[name]!] : []));
  return (
    <div class="page">
      <Heading view={view}>{create && <a class="btn primary" href={href(create.view, 'new')}><Icon name="plus" />{create.label}</a>}</Heading>
      <p class="small muted no-print hide-phone"><Icon name="keyboard" /> {t('tree.help')}</p>
      {loaded.error && !loaded.value ? <Trouble error={loaded.error} again={loaded.again} /> : !loaded.value ? <Loading rows={6} /> : roots.length === 0 ? <Message icon="tree" title={view.empty?.title ?? t('list.empty', {title: view.title})} text={t('list.empty.text')}>{create && <a class="btn primary" href={href(create.view, 'new')}><Icon name="plus" />{create.label}</a>}</Message> : (
        <div class={opened && view.open ? 'with-panel auto' : ''}>
          <div class="table-box"><table class="plain tree" role="treegrid" aria-label={view.title} ref={holder} onKeyDown={key}>
            <thead><tr role="row">{columns.map((column) => <th scope="col" role="columnheader" key={column.field}>{view.fields[column.field]!.label}</th>)}<th scope="col" role="columnheader"><span class="sr">{t('more')}</span></th></tr></thead>
            <tbody>{items.map((item) => {
              const {node} = item, id = keyOf(item), tab = current && keyOf(current) === id ? 0 : -1, lifted = lift && keyOf(lift.item) === id;
              if (item.kind === 'member') return (
                <tr role="row" key={id} data-key={id} data-node={node.row.id} tabIndex={tab} aria-level={node.depth + 2} class={`member ${lifted ? 'lifted' : ''}`} onFocus={() => setActive(id)} onPointerDown={(event) => drag(event, item)}>
                  <td role="gridcell" colSpan={columns.length}><span class="row tree-cell" style={{paddingInlineStart: `${(node.depth + 1) * 1.5 + 1.5}rem`}}><Avatar name={memberTitle(item.row)} /><span>{memberTitle(item.row)}</span></span></td>
                  <td role="gridcell" class="tight">{rule && <PopButton label={`${t('more')}: ${memberTitle(item.row)}`} icon="more" class="btn quiet icon-only mini" role="menu" end>{(close) => <><div class="pop-head">{t('board.move')}</div>{flat.filter((other) => other !== node).map((other) => <button type="button" role="menuitem" class="pop-item" key={other.row.id} onClick={() => { close(); void move(item, other); }}>{other.row.title}</button>)}{rule.remove && <><hr /><button type="button" role="menuitem" class="pop-item danger" onClick={() => { close(); void run(rule.remove!, item.row, {group: node.row.id}).then(done, refused); }}>{rule.remove.label ?? t('tree.remove', {title: memberTitle(item.row)})}</button></>}</>}</PopButton>}</td>
                </tr>);
              const open = !closed(node), leaf = node.children.length + node.members.length === 0;
              return (
                <tr role="row" key={id} data-key={id} data-node={node.row.id} tabIndex={tab} aria-level={node.depth + 1} aria-expanded={leaf ? undefined : open} class={`${over === String(node.row.id) || lift?.to === node.row.id && lift ? 'over' : ''} ${lifted ? 'lifted' : ''}`} onFocus={() => setActive(id)} onPointerDown={(event) => drag(event, item)}>
                  {columns.map((column, at) => at === 0
                    ? <td role="gridcell" key={column.field}><span class="row tree-cell" style={{paddingInlineStart: `${node.depth * 1.5}rem`}}><button type="button" class="col-fold" tabIndex={-1} aria-label={t(open ? 'board.fold' : 'board.unfold', {column: node.row.title})} disabled={leaf} onClick={() => fold(node, open)}>{!leaf && <Icon name={open ? 'down' : 'chevron'} />}</button><Icon name="users" class="muted" />{view.open ? <a class="cell-link" tabIndex={-1} href={href(view.open.view, node.row.id)} onClick={(event) => { if (event.ctrlKey || event.metaKey) return; event.preventDefault(); event.stopPropagation(); setQuery({r: String(node.row.id)}); }}>{node.row.title}</a> : <strong>{cellText(node.row.cells[column.field], view.fields[column.field])}</strong>}</span></td>
                    : <td role="gridcell" key={column.field}>{column.field === 'members' && typeof node.row.cells.members !== 'number' ? <span class="num">{node.members.length}</span> : <CellView cell={node.row.cells[column.field]} field={view.fields[column.field]} as={column.as} />}</td>)}
                  <td role="gridcell" class="tight"><PopButton label={`${t('more')}: ${node.row.title}`} icon="more" class="btn quiet icon-only mini" role="menu" end>{(close) => <>
                    {rule?.add && <button type="button" role="menuitem" class="pop-item" onClick={() => { close(); void addMember(node); }}><Icon name="plus" />{t('tree.add')}</button>}
                    {rowActions.filter((action) => holds(action.visible_if, node.row.cells as Record<string, unknown>)).map((action) => <button type="button" role="menuitem" class="pop-item" key={action.label} onClick={() => { close(); void runDeclared(action, node.row, view, done); }}>{action.label}</button>)}
                    {view.move && <><div class="pop-head">{t('board.move')}</div><button type="button" role="menuitem" class="pop-item" onClick={() => { close(); void move(item, null); }}>{t('tree.top')}</button>{flat.filter((other) => other !== node).map((other) => <button type="button" role="menuitem" class="pop-item" key={other.row.id} onClick={() => { close(); void move(item, other); }}>{other.row.title}</button>)}</>}</>}</PopButton></td>
                </tr>);
            })}</tbody></table></div>
          {opened && view.open && <RecordPanel view={view.open.view} id={opened} onClose={() => { setQuery({r: null}); focusNext.current = active; }} onWalk={(by) => { const at = flat.findIndex((node) => node.row.id === opened), next = flat[at + by]; if (next) setQuery({r: String(next.row.id)}); }} changed={done} />}
        </div>)}
      {lift && <p class="board-lift" role="status">{t('board.lift_bar', {title: lift.item.kind === 'node' ? lift.item.node.row.title : memberTitle(lift.item.row), column: flat.find((node) => node.row.id === lift.to)?.row.title ?? t('tree.top')}).replace('← →', '↑ ↓')}</p>}
    </div>
  );
}
