// SPDX-License-Identifier: Apache-2.0
// View kind "form": one record with header, step path, sections and parts. Saves only what changed, with the version; errors
// stand at the field and in a summary; a change by somebody else is settled per field; drafts survive a lost line.
import {useEffect, useLayoutEffect, useMemo, useRef, useState} from 'preact/hooks';
import {act, ApiError, language, read, requestId} from '../core/api';
import {refused, runDeclared, scopeOf} from '../core/act';
import {cellText, isNone, me, today} from '../core/format';
import {holds} from '../core/expr';
import {t} from '../core/i18n';
import {announce, useLive} from '../core/live';
import {go, guard, href, markDirty, places, route} from '../core/router';
import {fill, filled} from '../core/template';
import type {Action, Cell, Cells, Path, Row, View} from '../core/types';
import {narrow, useKeys, useLoad} from '../core/use';
import {CellView} from '../widgets/cell';
import {lookup} from '../widgets/lookup';
import {FieldRow, nest} from '../widgets/field';
import {Icon} from '../widgets/icon';
import {ask, PopButton, toast} from '../widgets/overlay';
import type {RowCache} from '../grid/cache';
import {ConflictDialog} from './conflict';
import {changes, check, compare, fieldsShown, findDraft, isRequired, keepDraft, same, withoutSecrets, type Clash} from './form_state';
import {FormCheck} from './form_check';
import {Loading, Trouble} from './frame';
import {Lines} from './lines';
import {Parts} from './parts';
import {Slot} from './slot';
import {StepPath} from './path';
import {deleteRecord} from './remove';

export interface FormProps { view: View; id: string; panel?: boolean; /** Without head: the sections alone. */ bare?: boolean; onClose?: () => void; changed?: () => void; onTitle?: (title: string) => void }

export function FormView(props: FormProps) {
  const {view, id} = props, list = view.source?.list ?? (view.load?.input?.list as string | undefined) ?? view.entity ?? view.id;
  const fresh = id === 'new';
  const loaded = useLoad<Row>(`${view.id}/${id}/${language.value}`, async (signal) => {
    if (fresh) return blank(view);
    const rule = view.load ?? {action: 'list.record', input: {list}};
    return read<Row>(rule.action, {...filled(rule.input, {id: Number(id)}), id: Number(id)}, signal);
  });
  if (loaded.error && !loaded.value) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <Loading rows={8} />;
  return <Form {...props} key={`${view.id}/${id}`} record={loaded.value} reload={loaded.again} list={list} fresh={fresh} />;
}

async function blank(view: View): Promise<Row> {
  const cells: Cells = {};
  for (const [name, field] of Object.entries(view.fields)) {
    if (field.default !== undefined) cells[name] = fill(field.default, {me: {...me.peek()?.user}, today: today()}) as Cell;
  }
  for (const [key, text] of route.peek().query) {
    const field = key.startsWith('d.') ? view.fields[key.slice(2)] : undefined;
    if (!field) continue;
    if (field.type === 'ref' && field.ref) {
      const [found] = await lookup(field.ref.list, '', {ids: [/^\d+$/.test(text) ? Number(text) : text]}, 1).catch(() => []);
      if (found) cells[key.slice(2)] = {id: found.id, title: found.title};
    } else if (text.startsWith('{')) cells[key.slice(2)] = JSON.parse(text) as Cell;
    else cells[key.slice(2)] = text;
  }
  return {id: 0, version: 0, title: '', cells};
}

function Form({view, id, panel, bare, onClose, changed, onTitle, record: first, reload, list, fresh}: FormProps & {record: Row; reload: () => void; list: string; fresh: boolean}) {
  const [record, setRecord] = useState(first), [edits, setEdits] = useState<Cells>({}), [errors, setErrors] = useState<Record<string, string>>({}), [general, setGeneral] = useState('');
  const [typos, setTypos] = useState<Record<string, string>>({}), [busy, setBusy] = useState(false), [clash, setClash] = useState<{theirs: Row; clashes: Clash[]; taken: string[]} | null>(null);
  const [restored, setRestored] = useState(false), [offline, setOffline] = useState(false), [news, setNews] = useState(false);
  const summary = useRef<HTMLDivElement>(null), attempt = useRef<{body: string; id: string} | null>(null);
  const own = panel ? `${view.id.replace(/\W/g, '-')}-` : '', idOf = (name: string) => `f-${own}${name}`, root = useRef<HTMLDivElement>(null);
  const editsNow = useRef(edits);
  editsNow.current = edits;
  const cells = useMemo<Cells>(() => ({...record.cells, ...edits}), [record, edits]);
  const changedFields = changes(record, edits, view.fields), dirty = Object.keys(changedFields).length > 0 || Object.keys(typos).length > 0;
  const editable = fresh ? view.save?.create !== undefined : view.save?.update !== undefined;

  useEffect(() => { if (!dirty) { setRecord(first); } }, [first]);
  useEffect(() => { onTitle?.(record.title || (fresh ? t('form.new', {title: view.title}) : '')); }, [record.title]);
  useLayoutEffect(() => { const draft = findDraft(view.id, id); if (draft && Object.keys(draft.edits).length > 0) { setEdits(draft.edits); setRestored(true); if (draft.version !== first.version && !fresh) void meet(draft.edits, {...first, version: draft.version}); } }, []);
  useLayoutEffect(() => { keepDraft(view.id, id, record.version, dirty ? withoutSecrets(edits, view.fields) : {}); }, [edits, dirty]);
  const dirtyNow = useRef(dirty);
  dirtyNow.current = dirty;
  useEffect(() => markDirty(() => dirtyNow.current), []);
  useEffect(() => guard(async () => {
    if (!dirtyNow.current) return true;
    const answer = await ask(t('guard.title'), t('guard.text'), [{label: t('guard.stay'), value: 'stay'}, {label: t('guard.leave'), value: 'leave', tone: 'danger'}, {label: t('save'), value: 'save', tone: 'primary'}]);
    if (answer === 'leave') { keepDraft(view.id, id, 0, {}); dirtyNow.current = false; return true; }
    return answer === 'save' ? saver.current() : false;
  }), []);
  useLive([list], () => {
    if (fresh) return;
    if (!dirtyNow.current) reload();
    else void read<Row>('list.record', {list, id: Number(id)}).then((found) => setNews(found.version !== record.version), () => undefined);
  });

  const set = (name: string, value: Cell, trouble?: string) => {
    setTypos((now) => { const next = {...now}; if (trouble) next[name] = t(trouble); else delete next[name]; return next; });
    if (!trouble) setEdits((now) => { const next = {...now, [name]: value}; if (same(record.cells[name], value, view.fields[name])) delete next[name]; return next; });
    setErrors((now) => { if (!(name in now)) return now; const next = {...now}; delete next[name]; return next; });
  };

  /** Somebody saved in between: what only they changed is taken, the rest is asked. */
  const meet = async (mine: Cells, base: Row = record): Promise<void> => {
    const theirs = await read<Row>(view.load?.action ?? 'list.record', {...filled(view.load?.input ?? {list}, {id: base.id}), id: base.id});
    const {clashes, taken} = compare(base, mine, theirs, view.fields);
    setNews(false);
    if (clashes.length === 0) { setRecord(theirs); setErrors({}); setGeneral(''); toast('conflict.merged', {fields: taken.map((name) => view.fields[name]!.label).join(', ') || '–'}); return; }
    setClash({theirs, clashes, taken});
  };

  const save = async (): Promise<boolean> => {
    const found = {...check(view, cells, t), ...typos};
    setErrors(found); setGeneral('');
    if (Object.keys(found).length > 0) { requestAnimationFrame(() => summary.current?.focus()); return false; }
    const input = fresh ? changes({id: 0, version: 0, title: '', cells: {}}, cells, view.fields) : changedFields;
    const key = view.save?.id_as ?? 'id', body = {...(view.save?.input_fixed ?? {}), ...nest(input), ...(fresh ? {} : {[key]: record.id, ...(record.version > 0 ? {expected_version: record.version} : {})})};
    const text = JSON.stringify(body);
    // The same change sent again after a lost answer carries the same id: the host does it once.
    if (attempt.current?.body !== text) attempt.current = {body: text, id: requestId()};
    setBusy(true); setOffline(false);
    try {
      const name = fresh ? view.save!.create! : view.save!.update!;
      const result = await sendOnce(name, body, attempt.current.id);
      attempt.current = null;
      keepDraft(view.id, id, 0, {});
      dirtyNow.current = false;
      // What was typed, or taken back, while the host answered is not among what it took.
      const later = Object.fromEntries(Object.entries(editsNow.current).filter(([name, cell]) => !(name in edits) || !same(edits[name], cell, view.fields[name])));
      for (const name of Object.keys(edits)) if (!(name in editsNow.current)) later[name] = record.cells[name]!;
      setEdits(fresh ? {} : later); setRestored(false); setBusy(false);
      for (const warning of (result.warnings as ({message?: string} | string)[] | undefined) ?? []) toast('', {}, {text: typeof warning === 'string' ? warning : warning.message ?? ''});
      announce([list]);
      changed?.();
      if (fresh && result.id !== undefined) keepDraft(view.id, Number(result.id), Number(result.version ?? 1), withoutSecrets(later, view.fields));
      if (fresh) { toast('form.created', {title: String(input.title ?? input.name ?? view.title)}); if (result.id !== undefined) await go(href(view.id, Number(result.id)), {replace: true, force: true}); return true; }
      const before = Object.fromEntries(Object.keys(edits).map((name) => [name, record.cells[name]])), version = Number(result.version ?? record.version + 1);
      setRecord({...record, version, cells, title: record.title});
      reload();
      toast('form.saved', {title: record.title}, {undo: () => {
        const back = changes({...record, version, cells}, before as Cells, view.fields);
        void act(view.save!.update!, {...(view.save?.input_fixed ?? {}), ...nest(back), [key]: record.id, ...(record.version > 0 ? {expected_version: version} : {})}).then(() => { toast('undone'); reload(); announce([list]); changed?.(); }, refused);
      }});
      return true;
    } catch (error) {
      setBusy(false);
      const refusal = error as ApiError;
      if (refusal.offline) { setOffline(true); return false; }
      attempt.current = null;
      if (refusal.conflict && !fresh) { await meet(edits).catch(refused); return false; }
      const at = Object.entries(view.fields).find(([name, field]) => refusal.field !== undefined && [refusal.field, refusal.field.split(/[.[]/)[0]].includes(field.input ?? name))?.[0] ?? guessField(refusal.key, view);
      if (at && fieldsShown(view, cells).includes(at)) setErrors({[at]: refusal.message}); else setGeneral(refusal.message);
      requestAnimationFrame(() => summary.current?.focus());
      return false;
    }
  };
  const saver = useRef(save);
  saver.current = save;

  useKeys((event) => { if ((event.ctrlKey || event.metaKey) && event.key === 's' && editable && (panel ? root.current?.contains(document.activeElement) : !document.activeElement?.closest('.in-panel'))) { event.preventDefault(); if (dirty || fresh) void save(); } });

  const actions = Object.entries(view.actions ?? {}).filter(([name]) => !fresh && (view.header === undefined || !header(view).actions || header(view).actions!.includes(name))).filter(([, action]) => holds(action.visible_if, record.cells as Record<string, unknown>));
  const room = panel || narrow.value ? 2 : 4, shown = actions.slice(0, room), rest = actions.slice(room);
  const runOne = async (action: Action) => {
    if (dirty && !(await save())) return;
    if (action.view) { const scope = scopeOf(record, view.fields), given = filled(action.with ?? {}, scope); await go(href(action.view, 'new', Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null).map(([name, value]) => [`d.${name}`, typeof value === 'object' ? JSON.stringify(value) : String(value)])))); return; }
    const result = await runDeclared(action, record, {fields: view.fields, source: view.source ?? {action: 'list.query', list}}, () => { reload(); changed?.(); });
    if (result && action.then) await go(href(action.then.view, action.then.id ? fill(action.then.id, {...scopeOf(record, view.fields), result}) as string : null));
    else if (result && action.open) await go(href(action.open.view, action.open.record ? fill(action.open.record, {...scopeOf(record, view.fields), result}) as string : null));
  };
  const allErrors = {...errors};
  const head = header(view);
  const here = (only: string | undefined) => only === undefined || (only === 'create') === fresh;
  const section = (view.sections ?? []).filter((part) => here(part.only) && holds(part.visible_if, cells as Record<string, unknown>));
  const currency = Object.values(cells).find((cell): cell is {minor: number; currency: string} => typeof cell === 'object' && cell !== null && 'currency' in cell)?.currency;
  const neighbours = useNeighbours(view.id, record.id, panel === true || fresh);
  return (
    <div class={`form ${panel ? 'in-panel' : ''}`} ref={root}>
      {!bare && <div class="form-head">
        <div class="row wrap">
          <h1 class="grow" tabIndex={-1}>{record.title || (fresh ? t('form.new', {title: view.title}) : t('untitled'))}</h1>
          {neighbours && <span class="seg no-print"><button type="button" aria-label={t('form.previous')} disabled={!neighbours.previous} onClick={() => void go(href(view.id, neighbours.previous!))}><Icon name="up" /></button><button type="button" aria-label={t('form.next')} disabled={!neighbours.next} onClick={() => void go(href(view.id, neighbours.next!))}><Icon name="down" /></button></span>}
          <span class="row wrap no-print">
            {shown.map(([name, action]) => <button type="button" key={name} class={`btn ${action.tone === 'accent' ? 'primary' : action.tone === 'success' ? 'success' : action.tone === 'danger' ? 'danger' : ''}`} title={action.help} onClick={() => void runOne(action)}>{action.label}</button>)}
            {(rest.length > 0 || (view.delete && !fresh)) && <PopButton label={t('more')} icon="more" class="btn icon-only" role="menu" end>{(close) => <>
              {rest.map(([name, action]) => <button type="button" role="menuitem" key={name} class={`pop-item ${action.tone === 'danger' ? 'danger' : ''}`} onClick={() => { close(); void runOne(action); }}>{action.label}</button>)}
              {view.delete && <button type="button" role="menuitem" class="pop-item danger" onClick={() => { close(); void deleteRecord(view, record, () => { changed?.(); }).then((gone) => { if (gone) { dirtyNow.current = false; if (onClose) onClose(); else history.back(); } }); }}><Icon name="trash" />{view.delete.label ?? t('delete')}</button>}</>}</PopButton>}
          </span>
        </div>
        {!fresh && head.facts && <dl class="facts">{head.facts.filter((name) => view.fields[name] && !(view.fields[name]!.readonly && isNone(record.cells[name]))).map((name) => <div key={name}><dt>{view.fields[name]!.label}</dt><dd>{isNone(record.cells[name]) ? '–' : <CellView cell={record.cells[name]} field={view.fields[name]} />}</dd></div>)}</dl>}
        {!fresh && head.path && <StepPath view={view} record={record} path={head.path} changed={() => { reload(); changed?.(); announce([list]); }} />}
      </div>}
      {news && <div class="notice warn" role="status"><Icon name="info" /><span>{t('conflict.news')}</span><button type="button" class="link-btn" onClick={() => void meet(edits).catch(refused)}>{t('conflict.look')}</button></div>}
      {restored && dirty && <div class="notice" role="status"><Icon name="info" /><span>{t('form.restored')}</span></div>}
      {offline && <div class="notice warn" role="alert"><Icon name="warn" /><span>{t('form.offline')}</span><button type="button" class="link-btn" onClick={() => void save()}>{t('again')}</button></div>}
      {(Object.keys(allErrors).length > 0 || general) && (
        <div class="notice danger" role="alert" tabIndex={-1} ref={summary}><Icon name="warn" /><div><strong>{t('form.errors', {n: Object.keys(allErrors).length + (general ? 1 : 0)})}</strong>
          <ul>{general && <li>{general}</li>}{Object.entries(allErrors).map(([name, text]) => <li key={name}><a href={`#${idOf(name)}`} onClick={(event) => { event.preventDefault(); const at = document.getElementById(idOf(name)); at?.focus(); at?.scrollIntoView({block: 'center'}); }}>{view.fields[name]?.label}: {text}</a></li>)}</ul></div></div>)}
      {fresh && view.check && dirty && <FormCheck view={view} cells={cells} />}
      <div class={`form-grid ${(view.tabs?.length || view.panels?.length) && !fresh ? 'two' : ''}`}>
        <form class="stack" id={`form-${own}page`} noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
          {section.map((part, at) => (
            <section class="card" key={at} aria-label={panel ? undefined : part.label}>
              {part.label && <div class="card-head"><h2>{part.label}</h2></div>}
              <div class="card-body">
                {part.help && <p class="help small muted">{part.help}</p>}
                {part.fields && <div class={`fields cols-${panel ? 1 : Math.min(part.columns ?? 2, 3)}`}>{part.fields.filter((name) => view.fields[name] && here(view.fields[name]!.only) && !(fresh && view.fields[name]!.readonly) && holds(view.fields[name]!.visible_if, cells as Record<string, unknown>)).map((name) => {
                  const field = view.fields[name]!;
                  return <div key={name} class={field.type === 'longtext' || field.type === 'lines' || (field.span ?? 1) > 1 ? 'wide' : ''}>{field.type === 'lines' ? <Lines id={idOf(name)} field={field} value={cells[name]} onChange={(value) => set(name, value)} currency={currency} error={errors[name]} />
                    : <FieldRow id={idOf(name)} field={editable ? field : {...field, readonly: true}} value={cells[name]} error={errors[name] ?? typos[name]} required={isRequired(field, cells)} currency={currency} onChange={(value, trouble) => set(name, value, trouble)} />}</div>;
                })}</div>}
                {part.lines && view.fields[part.lines] && <Lines id={idOf(part.lines)} field={editable ? view.fields[part.lines]! : {...view.fields[part.lines]!, readonly: true}} value={cells[part.lines]} onChange={(value) => set(part.lines!, value)} currency={currency} error={errors[part.lines]} />}
              </div>
            </section>))}
          {editable && (dirty || fresh) && (
            <div class="save-bar no-print"><span class="muted grow">{fresh ? t('form.new.hint') : t('form.dirty', {n: Object.keys(changedFields).length})}</span>
              {!fresh && <button type="button" class="btn" onClick={() => { setEdits({}); setErrors({}); setTypos({}); setGeneral(''); setRestored(false); }}>{t('form.discard')}</button>}
              <button type="submit" class="btn primary" disabled={busy}>{busy ? t('saving') : t(fresh ? 'create' : 'save')}</button></div>)}
        </form>
        {!fresh && ((view.tabs?.length ?? 0) > 0 || (view.panels?.length ?? 0) > 0) && <div class="stack">{view.tabs && view.tabs.length > 0 && <Parts parts={view.tabs} record={record} view={view} panel={panel === true} />}
          {(view.panels ?? []).map((one) => <Slot key={one.id} view={one.view} page={list} title={one.title ?? one.titles?.[language.value] ?? ''} record={record} />)}</div>}
      </div>
      {clash && <ConflictDialog view={view} clashes={clash.clashes} taken={clash.taken} theirs={clash.theirs} onClose={() => setClash(null)} onDone={(chosen) => {
        const next = {...edits};
        for (const one of clash.clashes) if (chosen[one.field] === 'theirs') delete next[one.field];
        setRecord(clash.theirs); setEdits(next); setClash(null); setErrors({}); setGeneral('');
        toast('conflict.settled');
      }} />}
    </div>
  );
}

async function sendOnce(name: string, body: Record<string, unknown>, id: string): Promise<Record<string, unknown>> {
  try { return await act(name, {...body, request_id: id}); } catch (error) {
    // An action that knows no request ids says so; it is then sent without.
    if ((error as ApiError).http === 400 && /request_id/.test((error as Error).message)) return act(name, body);
    throw error;
  }
}

/** `opportunity.sellers.sum` speaks of `sellers`. */
const guessField = (key: string, view: View) => key.split('.').slice(1).find((part) => part in view.fields);

interface HeaderRule { facts?: string[]; path?: string | Path; actions?: string[] }
export const header = (view: View): HeaderRule => (view.header && !Array.isArray(view.header) ? view.header as HeaderRule : {});

/** Neighbours in the list that the record was opened from. */
function useNeighbours(view: string, id: number, off: boolean): {previous: number | null; next: number | null} | null {
  if (off) return null;
  for (const kept of places.values()) {
    const cache = (kept as {cache?: RowCache; opens?: string}).cache;
    const at = cache?.indexOf(id) ?? -1;
    if (!cache || at < 0 || (kept as {opens?: string}).opens !== undefined && (kept as {opens?: string}).opens !== view) continue;
    if (cache.row(at + 1) === undefined) cache.want(at + 1, at + 2);
    return {previous: cache.row(at - 1)?.id ?? null, next: cache.row(at + 1)?.id ?? null};
  }
  return null;
}
export {cellText};
