// SPDX-License-Identifier: Apache-2.0
// View kind "home": my day, index pages and the module's panels on the host's pages. Blocks load by themselves; a block that is
// not known or not allowed says so, the others stay.
import {useEffect, useMemo, useState} from 'preact/hooks';
import {get, read} from '../core/api';
import {me, longDate, today} from '../core/format';
import {encodeFilters} from '../core/filter';
import {t} from '../core/i18n';
import {useLive} from '../core/live';
import {fetchPreference, recall, remember} from '../core/prefs';
import {href} from '../core/router';
import {fill} from '../core/template';
import type {Block, Filter, Row, Summary, View} from '../core/types';
import {mayOpen, titleOf, useLoad, useView} from '../core/use';
import {Icon, iconOf} from '../widgets/icon';
import {Catch} from './catch';
import {later} from '../widgets/later';
import {Heading, Loading, Placeholder, Trouble} from './frame';
import {ListView} from './list';
import {paramValue} from './param_value';
import {tidy, type ReportAnswer} from './report_data';
import {loadReport, reportKind} from './report_kind';
import {ReportRows} from './report_rows';
import {measureName, measureText} from './report_words';

const Feed = later(() => import('./feed').then((module) => module.Feed), () => <Loading rows={3} />);
const FormView = later(() => import('./form').then((module) => module.FormView), () => <Loading rows={4} />);

export function HomeView({view, record}: {view: View; record?: Row}) {
  const hour = new Date().getHours(), personal = (view.blocks ?? []).some((block) => block.kind === 'list') && !record;
  const hello = t(hour < 10 ? 'home.morning' : hour < 18 ? 'home.day' : 'home.evening');
  const {scope, choose} = useScope(!record && personal && (view.blocks ?? []).some(isOwn)), shown = scope === null ? (view.blocks ?? []).filter((block) => !isOwn(block)) : view.blocks ?? [];
  const blocks = shown.map((block, at) => <Catch key={`${scope ?? ''}${at}`} name={block.title ?? view.title}><HomeBlock block={scope === 'all' ? everybodys(block) : block} record={record} /></Catch>);
  if (record) return <div class="stack">{blocks}</div>;
  return (
    <div class="page home">
      {personal ? <header class="page-head"><h1>{hello}, {me.value?.user.name.split(' ')[0]}</h1><span class="muted day">{longDate(today())}</span><span class="spacer" />{choose && <Whose scope={scope} choose={choose} />}</header> : <Heading view={view} />}
      <div class={personal ? 'home-grid' : 'stack'}>{blocks}</div>
    </div>
  );
}

type Scope = 'mine' | 'all';
const isOwn = (block: Block) => (block.own ?? []).length > 0 || block.input?.mine === true;
/** The same block for all that the reader sees; then it says whose each row is. */
function everybodys(block: Block): Block {
  const own = block.own ?? [], {mine: _, ...input} = block.input ?? {};
  return {...block, input, ...(block.filter ? {filter: block.filter.filter((one) => !own.includes(one.field))} : {}), ...(own.length > 0 && block.columns ? {columns: [...block.columns, ...own.map((field) => ({field, as: 'initials'}))]} : {})};
}

/** One's own or all: as it was chosen last; at first one's own, for those who have any open opportunity. null = not known yet. */
function useScope(scoped: boolean): {scope: Scope | null; choose: ((scope: Scope) => void) | null} {
  const employee = me.value?.user.employee ?? 0, [chosen, setChosen] = useState(recall<Scope>('home.scope'));
  const own = useLoad<Summary>(scoped && employee !== 0 && chosen === undefined ? `scope/${employee}` : null, () => read<Summary>('list.summary', {list: 'opportunity', filter: [{field: 'owner', op: '=', value: employee}, {field: 'status', op: '=', value: 'open'}]}));
  useEffect(() => { if (scoped) void fetchPreference<Scope>('home.scope').then((kept) => { if (kept) setChosen(kept); }); }, []);
  if (!scoped) return {scope: 'mine', choose: null};
  if (employee === 0) return {scope: 'all', choose: null};
  const scope = chosen ?? (own.error ? 'mine' : own.value ? (own.value.total > 0 ? 'mine' : 'all') : null);
  return {scope, choose: (next) => { setChosen(next); remember('home.scope', next); }};
}

function Whose({scope, choose}: {scope: Scope | null; choose: (scope: Scope) => void}) {
  return <span class="seg" role="group" aria-label={t('home.whose')}>{(['mine', 'all'] as const).map((one) => <button key={one} type="button" aria-pressed={scope === one} onClick={() => choose(one)}>{t(`home.whose.${one}`)}</button>)}</span>;
}

export function HomeBlock({block, record}: {block: Block; record?: Row | undefined}) {
  switch (block.kind) {
    case 'list': return <ListBlock block={block} record={record} />;
    case 'form': return <FormBlock block={block} record={record} />;
    case 'shortcuts': {
      const items = (block.items ?? []).filter((item) => item.view && mayOpen(item.view)) as unknown as {view: string; label: string; help?: string}[];
      if (items.length === 0) return null;
      return <section class="wide-block" aria-label={block.title}>{block.title && <h2 class="block-title">{block.title}</h2>}<ul class="shortcuts">{items.map((item) => <li key={item.view}><a class="card shortcut" href={href(item.view)}><span class="picture"><Icon name={iconOf(item.view)} /></span><span class="grow"><strong>{item.label || titleOf(item.view)}</strong>{item.help && <span class="small muted block">{item.help}</span>}</span><Icon name="chevron" class="muted" /></a></li>)}</ul></section>;
    }
    case 'report': return <ReportBlockOf block={block} />;
    case 'feed': return record ? <section class="card home-block"><div class="card-head"><h2>{block.title}</h2></div><div class="card-body"><Feed part={{label: block.title ?? '', part: 'feed', ...(block.action ? {action: block.action} : {}), ...(block.input ? {input: block.input} : {})}} record={record} view={{fields: {}}} /></div></section> : null;
    case 'offer': return <Offer block={block} />;
    case 'text': return <p class="page-help">{block.text}</p>;
    default: return <Placeholder what="block" name={block.kind} />;
  }
}

/** An empty company is offered the way to begin, until there is something, or the user wants none of it. */
function Offer({block}: {block: Block}) {
  const key = `start.${block.view ?? ''}`, [gone, setGone] = useState(recall<boolean>(key) === true), may = block.view !== undefined && mayOpen(block.view);
  const loaded = useLoad<Summary>(may && !gone ? `offer/${block.list}` : null, () => read<Summary>('list.summary', {list: block.list, filter: block.filter ?? []}));
  const asks = may && loaded.value?.total === 0, [wanted, setWanted] = useState(false);
  useEffect(() => { if (asks) void fetchPreference<boolean>(key).then((done) => { if (done) setGone(true); else setWanted(true); }); }, [asks]);
  if (!asks || gone || !wanted) return null;
  return (
    <section class="card offer wide-block" aria-label={block.title}><span class="picture"><Icon name="spark" /></span><div class="grow"><h2>{block.title}</h2><p>{block.text}</p></div>
      <span class="row wrap"><button type="button" class="btn quiet" onClick={() => { remember(key, true); setGone(true); }}>{t('offer.not_now')}</button><a class="btn primary" href={href(block.view!)}>{t('offer.begin')}</a></span></section>
  );
}

/** The rows of a report on the page, without its tiles and charts; the report itself is a step away. */
function ReportBlockOf({block}: {block: Block}) {
  const loaded = useView(block.view ?? null), view = loaded.value;
  const shown = (view?.blocks ?? []).filter((one) => one.kind === 'rows' || one.kind === 'table').map((one) => ({...one, width: 'flat', ...(block.columns ? {columns: block.columns} : {}), ...(block.empty ? {empty: block.empty} : {})}));
  return (
    <section class="card home-block"><div class="card-head"><h2>{block.title}</h2><span class="spacer" />{view && <a class="small" href={href(view.id)}>{t('home.all')}<span class="sr">: {block.title}</span></a>}</div>
      <div class="block-body">{loaded.error ? <Trouble error={loaded.error} again={loaded.again} /> : !view ? <span class="skeleton" /> : shown.every((one) => one.kind === 'rows') ? <RowsOf view={{...view, blocks: shown}} input={block.input ?? {}} /> : <WholeReport view={{...view, blocks: shown}} input={block.input ?? {}} />}</div></section>
  );
}
function WholeReport({view, input}: {view: View; input: Record<string, unknown>}) {
  const Report = reportKind.value;
  useEffect(() => { loadReport(); }, []);
  return Report ? <Report view={view} fixed={input} /> : <span class="skeleton" />;
}
/** Lines of words need nothing of a report's page: neither charts nor parameters. */
function RowsOf({view, input}: {view: View; input: Record<string, unknown>}) {
  const values = Object.fromEntries((view.params ?? []).map((param) => [param.name, paramValue(param)]).filter(([, value]) => value !== null && value !== ''));
  const params = encodeURIComponent(JSON.stringify({...values, ...input})), name = view.report ?? view.id.replace(/^report\./, '');
  const loaded = useLoad<ReportAnswer>(`${name}/${params}`, (signal) => get(`/api/reports/${encodeURIComponent(name)}?params=${params}`, signal)), raw = loaded.value, answer = useMemo(() => raw && tidy(raw), [raw]);
  useLive(['*'], loaded.again);
  if (loaded.error && !answer) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!answer) return <span class="skeleton" />;
  return <div class="stack">{view.blocks!.map((block, at) => <ReportRows key={at} block={block} answer={answer} view={view} text={measureText} name={(field) => measureName(field, view)} />)}</div>;
}

function ListBlock({block, record}: {block: Block; record?: Row | undefined}) {
  const loaded = useView(block.view ?? null), filter = fill(block.filter ?? [], {id: record?.id ?? 0}) as Filter[];
  const view = loaded.value;
  const short: View | undefined = view && {...view, create: record ? view.create : undefined, columns: block.columns ? block.columns.map((one) => (typeof one === 'string' ? {field: one} : one)) : pick(view, filter), bulk: [], saved: [], empty: {title: block.empty ?? t('home.nothing')}} as View | undefined;
  return (
    <section class="card home-block"><div class="card-head"><h2>{block.title}</h2><span class="spacer" />{view && !record && <a class="small" href={href(view.id, null, {v: 'all', f: encodeFilters(filter)})}>{t('home.all')}<span class="sr">: {block.title}</span></a>}</div>
      <div class="block-body">{loaded.error ? <Trouble error={loaded.error} again={loaded.again} /> : short ? <ListView view={short} embedded limit={record ? undefined : block.limit} fixed={filter} createWith={record && block.create_with ? fill(block.create_with, {id: record.id}) as Record<string, unknown> : undefined} /> : <span class="skeleton" />}</div></section>
  );
}
/** The few columns that fit, without those that the block's filter has fixed. */
const pick = (view: View, filter: Filter[]) => { const fixed = new Set(filter.filter((one) => one.op === '=').map((one) => one.field)); return (view.columns ?? []).filter((column) => !fixed.has(column.field) && view.fields[column.field] && column.as !== 'progress').slice(0, 4).map(({total: _, ...column}) => column); };

function FormBlock({block, record}: {block: Block; record?: Row | undefined}) {
  const loaded = useView(block.view ?? null), id = fill(block.record ?? '$id', {id: record?.id ?? 0});
  if (loaded.error) return <Trouble error={loaded.error} again={loaded.again} />;
  if (!loaded.value) return <span class="skeleton" />;
  // One card on the page of another record: its own title and facts stand there already.
  const view = loaded.value, [first, ...more] = view.sections ?? [];
  return <FormView view={{...view, tabs: [], sections: first ? [{...first, label: block.title ?? first.label ?? ''}, ...more] : []}} id={String(id)} panel bare />;
}
