// SPDX-License-Identifier: Apache-2.0
// View kind "matrix": the budget grid. Typing starts an edit, the row's total spreads over its months, a block of a spreadsheet
// is pasted after a look, undo steps back, and saving tells cells that somebody else changed in between.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {act, ApiError, language, read} from '../core/api';
import {askForm, refused, runDeclared} from '../core/act';
import {companyCurrency, minorText, monthName, today, unitOf} from '../core/format';
import {t} from '../core/i18n';
import {announce, useLive} from '../core/live';
import {guard, markDirty, route, setQuery} from '../core/router';
import {parseMinor} from '../core/parse';
import {holds} from '../core/expr';
import {filled} from '../core/template';
import type {Action, Field, Row, View} from '../core/types';
import {useKeys, useLoad} from '../core/use';
import {formFields} from '../widgets/asked';
import {Icon} from '../widgets/icon';
import {ask, Dialog, PopButton, say, toast} from '../widgets/overlay';
import {Heading, Loading, Message, Trouble} from './frame';
import {MatrixHistory} from './matrix_history';
import {cellKey, change, columnTotal, grow, paste, rowTotal, spreadRow, valueAt, type Edits, type MatrixData, type MatrixRow, type Pasted} from './matrix_state';
import {paramValue} from './param_value';
import {ParamField} from './params';

interface Version { id: number; version: number; title: string; active?: boolean; locked?: boolean }
interface Called { action: string; input?: Record<string, unknown> }
type MatrixView = View & {versions?: Called & {rows: string; param: string}; history?: {action: string; input?: Record<string, unknown>}; load?: {action: string; input?: Record<string, unknown>}; save?: {action?: string; input?: Record<string, unknown>}};

export function MatrixView({view}: {view: View}) {
  const rule = view as MatrixView, params = view.params ?? [{name: 'year', type: 'year', label: t('matrix.row')}];
  const versionOf = rule.versions?.param ?? '', chosen = Number(route.value.query.get(`p.${versionOf}`)) || null;
  const values = Object.fromEntries([...params.map((param) => [param.name, paramValue(param)]), ...(versionOf ? [[versionOf, chosen]] : [])].filter(([, value]) => value !== null && value !== ''));
  /** A template without what the page has no value for: absent, not null. */
  const given = (template: Record<string, unknown> | undefined, more: Record<string, unknown> = {}) => Object.fromEntries(Object.entries(filled(template, {param: values, ...more})).filter(([, value]) => value !== null));
  const loadRule = rule.load ?? {action: 'budget.load', input: {}}, saveAction = rule.save?.action ?? rule.save?.update ?? 'budget.set';
  const loadInput = {...given(loadRule.input), ...values};
  const loaded = useLoad<MatrixData>(`${view.id}/${JSON.stringify(loadInput)}/${language.value}`, (signal) => read(loadRule.action, loadInput, signal));
  const listed = useLoad<Record<string, Version[]>>(rule.versions ? `${view.id}/versions/${JSON.stringify(given(rule.versions.input))}` : null, (signal) => read(rule.versions!.action, given(rule.versions!.input), signal));
  const [edits, setEdits] = useState<Edits>(new Map()), past = useRef<Edits[]>([]);
  const [active, setActive] = useState({row: 0, column: 0}), [editing, setEditing] = useState<string | null>(null), [pasted, setPasted] = useState<Pasted | null>(null);
  const [clashes, setClashes] = useState<Map<string, number | null>>(new Map()), [busy, setBusy] = useState(false);
  const [pastOf, setPast] = useState<MatrixRow | null>(null);
  const grid = useRef<HTMLDivElement>(null), saveNext = useRef(false), data = loaded.value, dirty = edits.size > 0, dirtyNow = useRef(dirty);
  dirtyNow.current = dirty;
  useLayoutEffect(() => { setEdits(new Map()); past.current = []; setClashes(new Map()); }, [JSON.stringify(loadInput)]);
  useEffect(() => markDirty(() => dirtyNow.current), []);
  useEffect(() => guard(async () => !dirtyNow.current || leaveEdits()), []);
  useLive([view.source?.list ?? 'budget', view.entity ?? 'budget'], () => { if (!dirtyNow.current) loaded.again(); });
  const rows = data?.rows ?? [], columns = data?.columns ?? [], digits = data?.decimals ?? 2, total = columns.length, locked = data?.locked === true || data?.budget?.locked === true || rule.save === undefined;
  const versions = listed.value?.[rule.versions?.rows ?? ''] ?? [], version = versions.find((one) => one.id === data?.budget?.id);
  const freshen = () => { loaded.again(); listed.again(); announce(['budget']); };

  const apply = (cells: {row: string; column: number; minor: number | null}[]) => { past.current = [...past.current.slice(-99), edits]; setEdits(change(rows, edits, cells)); };
  const undo = () => { const before = past.current.pop(); if (before) { setEdits(before); say(t('undone')); } };
  const set = (text: string): boolean => {
    const read_ = parseMinor(text, digits, language.value), row = rows[active.row];
    if (!row) return true;
    if (!read_.ok) { toast('', {}, {bad: true, text: t(read_.key)}); return false; }
    if (active.column === total) apply(spreadRow(row, read_.value ?? 0, null)); else apply([{row: row.key, column: active.column, minor: read_.value}]);
    return true;
  };
  const save = async () => {
    setBusy(true);
    const cells = [...edits].map(([key, minor]) => { const [row = '', column = '0'] = key.split('\u0000'); const base = rows.find((one) => one.key === row); return {row, column: columns[Number(column)]!.key, minor, was: base?.values[Number(column)] ?? null}; });
    try {
      const answer = await act<{conflicts?: {row: string; column: string; minor: number | null}[]}>(saveAction, {...given(rule.save?.input), cells, conflicts: 'report'});
      setBusy(false);
      if ((answer.conflicts?.length ?? 0) > 0) {
        setClashes(new Map(answer.conflicts!.map((one) => [cellKey(one.row, columns.findIndex((column) => column.key === one.column)), one.minor])));
        const choice = await ask(t('matrix.conflict', {n: answer.conflicts!.length}), t('conflict.text'), [{label: t('conflict.keep_theirs'), value: 'theirs'}, {label: t('conflict.keep_mine'), value: 'mine', tone: 'primary'}]);
        const fresh = await read<MatrixData>(loadRule.action, loadInput);
        if (choice === 'theirs') setEdits((now) => { const next = new Map(now); for (const one of answer.conflicts!) next.delete(cellKey(one.row, columns.findIndex((column) => column.key === one.column))); return next; });
        if (data) data.rows = fresh.rows;
        setClashes(new Map());
        loaded.again();
        return;
      }
      const before = cells.map(({row, column, was, minor}) => ({row, column, minor: was, was: minor}));
      setEdits(new Map()); past.current = [];
      freshen();
      toast('matrix.saved', {}, {undo: () => void act(saveAction, {...given(rule.save?.input), cells: before, conflicts: 'report'}).then(() => { loaded.again(); toast('undone'); }, refused)});
    } catch (error) { setBusy(false); refused(error as ApiError); }
  };

  useKeys((event) => { if ((event.ctrlKey || event.metaKey) && event.key === 's' && dirtyNow.current) { event.preventDefault(); void save(); } });
  // From within a cell: once what was typed there is among the edits.
  useLayoutEffect(() => { if (saveNext.current && editing === null) { saveNext.current = false; if (dirty) void save(); } });

  const lastYear = async (row: MatrixRow): Promise<(number | null)[] | null> => {
    const year = Number(values.year ?? today().slice(0, 4));
    try { return (await read<MatrixData>(loadRule.action, {...loadInput, year: year - 1})).rows.find((one) => one.key === row.key)?.values ?? null; } catch { return null; }
  };
  const fillRow = async (row: MatrixRow) => {
    const fields: (Field & {name: string})[] = [{name: 'total', type: 'money', label: t('matrix.fill.amount'), required: true}, {name: 'how', type: 'choice', label: t('matrix.fill.how'), required: true, choices: [{value: 'even', label: t('matrix.even')}, {value: 'season', label: t('matrix.fill.season')}]}];
    const currency = data?.currency ?? companyCurrency();
    const asked = await askForm({title: t('matrix.fill.title', {row: row.label}), fields, submit: t('matrix.fill'), initial: {total: {minor: rowTotal(row, edits), currency}, how: 'even'}}, async (input) => input);
    if (!asked) return;
    const season = asked.how === 'season' ? await lastYear(row) : null;
    apply(spreadRow(row, (asked.total as {minor: number}).minor, season && season.some((value) => value) ? season.map((value) => value ?? 0) : null));
  };
  const copyRow = async (list: MatrixRow[]) => {
    const asked = await askForm({title: t('matrix.copy'), fields: [{name: 'percent', type: 'decimal', label: t('matrix.copy.percent'), required: true}], submit: t('matrix.fill'), initial: {percent: '0'}}, async (input) => input);
    if (!asked) return;
    const cells: {row: string; column: number; minor: number | null}[] = [];
    for (const row of list) { const before = await lastYear(row); if (before) grow(before, Number(asked.percent)).forEach((minor, column) => cells.push({row: row.key, column, minor})); }
    apply(cells);
  };

  /** What the view declares for the whole page. An answer that can be looked at first lands in the grid, unsaved. */
  const runPage = async (action: Action) => {
    const row = {id: version?.id ?? 0, version: version?.version ?? 0, title: version?.title ?? view.title, cells: {...version} as Row['cells']};
    const filledRows = rows.filter((one) => !one.readonly && rowTotal(one, edits) > 0).map((one) => ({row: one.key, ...(dirty ? {total: rowTotal(one, edits)} : {})}));
    if (JSON.stringify(action.input ?? {}).includes('"$rows"') && filledRows.length === 0) { toast('', {}, {bad: true, text: t('matrix.rows.none')}); return; }
    const input = given(action.input, {rows: filledRows, id: version?.id ?? null, version: version?.version ?? null}), {preview, ...rest} = action;
    if (preview?.action !== action.run) {
      if (dirty && !await leaveEdits()) return;
      const done = await runDeclared({...action, input}, row, view, freshen, {param: values});
      if (done && typeof done.id === 'number' && done.id !== version?.id && versionOf) setQuery({[`p.${versionOf}`]: String(done.id)});
      return;
    }
    const asked = await askForm({title: action.label, fields: formFields(action.form, view.fields), submit: action.label, initial: {}}, async (more) => ({more, answer: await act<{rows?: {key: string; values: (number | null)[]}[]}>(action.run, {...input, ...more, ...(preview.input ?? {})})}));
    if (!asked) return;
    const news = asked.answer.rows ?? [];
    if (news.every((one) => rows.some((mine) => mine.key === one.key && !mine.readonly))) {
      apply(news.flatMap((one) => one.values.map((minor, column) => ({row: one.key, column, minor}))));
      toast('matrix.look', {}, {undo});
    } else await runDeclared({...rest, form: [], input: {...input, ...asked.more}}, row, view, freshen);
  };
  const leaveEdits = async () => (await ask(t('guard.title'), t('guard.text'), [{label: t('guard.stay'), value: 'stay'}, {label: t('guard.leave'), value: 'leave', tone: 'danger'}])) === 'leave';
  const pageActions = (view.page_actions ?? []).flatMap((name) => { const action = view.actions?.[name]; return action && holds(action.visible_if, {...version, id: version?.id ?? null} as Record<string, unknown>) ? [action] : []; });

  const key = (event: KeyboardEvent) => {
    if (editing !== null || (event.target as Element).closest('button, input, .pop')) return;
    const {row, column} = active, steps: Record<string, [number, number]> = {ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? rows.length - 1 : row, total], PageDown: [row + 10, column], PageUp: [row - 10, column]};
    const step = steps[event.key];
    if (step) { event.preventDefault(); move(step[0], step[1]); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') { event.preventDefault(); undo(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || locked) return;
    if (event.key === 'Enter' || event.key === 'F2') { event.preventDefault(); setEditing(text(rows[row], column)); }
    else if (event.key === 'Delete' || event.key === 'Backspace') { event.preventDefault(); if (column < total && rows[row]) apply([{row: rows[row]!.key, column, minor: null}]); }
    else if (/^[\d,.\-]$/.test(event.key)) { event.preventDefault(); setEditing(event.key); }
  };
  const move = (row: number, column: number) => {
    const to = {row: Math.max(0, Math.min(rows.length - 1, row)), column: Math.max(0, Math.min(total, column))};
    setActive(to);
    requestAnimationFrame(() => document.getElementById(`mx-${to.row}-${to.column}`)?.scrollIntoView({block: 'nearest', inline: 'nearest'}));
  };
  const text = (row: MatrixRow | undefined, column: number) => { if (!row) return ''; const value = column === total ? rowTotal(row, edits) : valueAt(row, column, edits); return value === null ? '' : minorText(value, digits).replace(/[\u00a0\u202f]/g, ' '); };
  const end = (how: string, typed: string) => {
    if (how !== 'escape' && !set(typed)) return;
    setEditing(null);
    if (how === 'blur') return;
    if (how === 'enter') move(active.row + 1, active.column); else if (how === 'tab') move(active.row, active.column + 1);
    saveNext.current = how === 'save';
    grid.current?.focus();
  };
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (!grid.current?.contains(document.activeElement) || editing !== null || locked || active.column === total) return;
      const clip = event.clipboardData?.getData('text/plain') ?? '';
      if (!clip) return;
      event.preventDefault();
      setPasted(paste(clip, rows, total, active, digits, language.value));
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  });

  const groups = [...new Set(rows.map((row) => row.group ?? ''))];
  const ordered = rows;
  return (
    <div class="page fill">
      <Heading view={view} count={data?.budget?.title ? <span class="muted small">{data.budget.title}{locked && <> · <Icon name="lock" /></>}</span> : undefined}>
        <span class="row wrap">{params.map((param) => <ParamField key={param.name} param={param} value={paramValue(param)} onChange={(value) => setQuery({[`p.${param.name}`]: value, ...(versionOf && param.type === 'year' ? {[`p.${versionOf}`]: null} : {})})} />)}
          {versions.length > 1 && <label class="param"><span>{t('matrix.version')}</span><select class="select" value={String(data?.budget?.id ?? '')} onChange={(event) => { const id = Number(event.currentTarget.value), one = versions.find((other) => other.id === id); setQuery({[`p.${versionOf}`]: one?.active ? null : String(id)}); }}>{versions.map((one) => <option key={one.id} value={one.id}>{[one.title, one.active ? t('matrix.version.active') : '', one.locked ? t('matrix.version.locked') : ''].filter(Boolean).join(' · ')}</option>)}</select></label>}</span>
        {!locked && rows.length > 0 && !view.actions?.copy && <button type="button" class="btn" onClick={() => void copyRow(rows)}>{t('matrix.copy')}</button>}
        {!locked && rows.length > 0 && pageActions.filter((action) => action.preview).map((action) => <button type="button" class="btn" key={action.label} onClick={() => void runPage(action)}>{action.label}</button>)}
        {pageActions.some((action) => !action.preview) && <PopButton label={t('more')} icon="more" class="btn quiet icon-only" role="menu" end>{(close) => <>{pageActions.filter((action) => !action.preview).map((action) => <button type="button" role="menuitem" class="pop-item" key={action.label} onClick={() => { close(); void runPage(action); }}>{action.label}{action.form && ' …'}</button>)}</>}</PopButton>}
      </Heading>
      {loaded.error && !data ? <Trouble error={loaded.error} again={loaded.again} /> : !data ? <Loading rows={8} /> : rows.length === 0 ? <Message icon="grid" title={view.empty?.title ?? t('list.empty', {title: view.title})} text={view.empty?.text} /> : (
        <div class="matrix-box" ref={grid} role="grid" tabIndex={0} aria-label={view.title} aria-rowcount={rows.length + 2} aria-colcount={total + 2} aria-activedescendant={`mx-${active.row}-${active.column}`} onKeyDown={key}>
          <table class="matrix" role="presentation">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{view.fields.seller?.label ?? ''}<span class="sr">{t('matrix.row')}</span></th>{columns.map((column) => <th role="columnheader" scope="col" class="end" key={column.key}>{/^\d{4}-\d\d$/.test(column.key) ? monthName(column.key) : column.label ?? column.key}</th>)}<th role="columnheader" scope="col" class="end">{t('matrix.total')}</th></tr></thead>
            <tbody role="rowgroup">{ordered.map((row, at) => (
              <tr role="row" key={row.key}>
                <th role="rowheader" scope="row"><span class="row"><span class="grow"><span class="clip">{row.label}</span>{groups.length > 1 && row.group && <span class="small muted block">{row.group}</span>}</span>
                  {!row.readonly && !locked && <PopButton label={`${t('more')}: ${row.label}`} icon="more" class="btn quiet icon-only mini" role="menu" end>{(close) => <><button type="button" role="menuitem" class="pop-item" onClick={() => { close(); void fillRow(row); }}>{t('matrix.fill')} …</button><button type="button" role="menuitem" class="pop-item" onClick={() => { close(); void copyRow([row]); }}>{t('matrix.copy')} …</button>{rule.history && <button type="button" role="menuitem" class="pop-item" onClick={() => { close(); setPast(row); }}>{t('matrix.history.open')} …</button>}</>}</PopButton>}</span></th>
                {[...columns.map((_, column) => column), total].map((column) => {
                  const here = active.row === at && active.column === column, key_ = cellKey(row.key, column), value = column === total ? rowTotal(row, edits) : valueAt(row, column, edits);
                  return <td role="gridcell" key={column} id={`mx-${at}-${column}`} aria-readonly={row.readonly || locked || undefined} class={`num ${column === total ? 'total' : ''} ${edits.has(key_) ? 'dirty' : ''} ${clashes.has(key_) ? 'clash' : ''} ${here ? 'active' : ''} ${row.readonly ? 'readonly' : ''}`}
                    onMouseDown={() => { if (editing === null) setActive({row: at, column}); }} onDblClick={() => { if (!locked && !row.readonly) setEditing(text(row, column)); }}>
                    {here && editing !== null && !row.readonly ? <MatrixInput start={editing} label={`${row.label}, ${columns[column]?.key ?? t('matrix.total')}`} onEnd={end} /> : <>{value === null ? '' : minorText(value, digits)}{edits.has(key_) && <span class="sr"> ({t('saved.dirty')})</span>}</>}</td>;
                })}
              </tr>))}</tbody>
            <tfoot role="rowgroup"><tr role="row"><th role="rowheader" scope="row">{t('matrix.total')} {unitOf(data.currency ?? companyCurrency())}</th>{columns.map((column, at) => <td role="gridcell" class="num" key={column.key}>{minorText(columnTotal(rows, at, edits), digits)}</td>)}<td role="gridcell" class="num total">{minorText(rows.reduce((sum, row) => sum + rowTotal(row, edits), 0), digits)}</td></tr></tfoot>
          </table>
        </div>)}
      {dirty && <div class="save-bar"><span class="grow muted">{t('matrix.dirty', {n: edits.size})}</span><button type="button" class="btn quiet" onClick={undo} disabled={past.current.length === 0}><Icon name="undo" />{t('undo')}</button><button type="button" class="btn" onClick={() => { past.current = [...past.current, edits]; setEdits(new Map()); }}>{t('form.discard')}</button><button type="button" class="btn primary" disabled={busy} onClick={() => void save()}>{t('save')}</button></div>}
      {pastOf && rule.history && <MatrixHistory action={rule.history.action} input={{...given(rule.history.input), ...(pastOf.employee === undefined ? {} : {employee: pastOf.employee})}} title={pastOf.label} digits={digits} onClose={() => setPast(null)} />}
      {pasted && <Dialog title={t('matrix.paste.title')} wide onClose={() => setPasted(null)} foot={<><button type="button" class="btn" onClick={() => setPasted(null)}>{t('cancel')}</button><button type="button" class="btn primary" data-autofocus disabled={pasted.cells.length === 0} onClick={() => { apply(pasted.cells); toast('matrix.pasted', {n: pasted.cells.length}, {undo}); setPasted(null); grid.current?.focus(); }}>{t('matrix.paste', {n: pasted.cells.length})}</button></>}>
        {pasted.bad.length > 0 && <div class="notice warn"><Icon name="warn" /><span>{t('matrix.paste.bad', {n: pasted.bad.length})} {pasted.bad.slice(0, 5).map((one) => `“${one.text}”`).join(', ')}</span></div>}
        <div class="table-box"><table class="plain"><thead><tr><th scope="col">{t('matrix.row')}</th>{[...new Set(pasted.cells.map((one) => one.column))].map((column) => <th scope="col" class="end" key={column}>{columns[column]?.key}</th>)}</tr></thead>
          <tbody>{[...new Set(pasted.cells.map((one) => one.row))].slice(0, 30).map((row) => <tr key={row}><th scope="row">{rows.find((one) => one.key === row)?.label}</th>{pasted.cells.filter((one) => one.row === row).map((one) => <td class="num end" key={one.column}>{one.minor === null ? '–' : minorText(one.minor, digits)}</td>)}</tr>)}</tbody></table></div>
      </Dialog>}
    </div>
  );
}

function MatrixInput({start, label, onEnd}: {start: string; label: string; onEnd: (how: string, text: string) => void}) {
  const input = useRef<HTMLInputElement>(null), ended = useRef(false);
  // Before the next key, or that one is lost on a slow machine.
  useLayoutEffect(() => { const at = input.current!; at.focus(); if (start.length === 1) at.setSelectionRange(1, 1); else at.select(); }, []);
  const end = (how: string) => { if (ended.current) return; ended.current = true; onEnd(how, input.current?.value ?? ''); setTimeout(() => { ended.current = false; }, 0); };
  return <input ref={input} class="matrix-input" type="text" inputMode="decimal" aria-label={label} defaultValue={start} onBlur={() => end('blur')}
    onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Enter') { event.preventDefault(); end('enter'); } else if (event.key === 'Tab') { event.preventDefault(); end('tab'); } else if (event.key === 'Escape') { event.preventDefault(); end('escape'); } else if ((event.ctrlKey || event.metaKey) && event.key === 's') { event.preventDefault(); end('save'); } }} />;
}
