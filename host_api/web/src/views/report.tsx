// SPDX-License-Identifier: Apache-2.0
// View kind "report": parameters in the address, tiles, charts with a table twin, a table along one or two axes; every number
// leads to the rows behind it; CSV and print.
import {useEffect, useMemo, useState} from 'preact/hooks';
import {refused} from '../core/act';
import {get} from '../core/api';
import {cellText, companyCurrency, date, digitsOf, isMoney, money, shortMinor} from '../core/format';
import {encodeFilters} from '../core/filter';
import {number, t} from '../core/i18n';
import {useLive} from '../core/live';
import {address, go, href, route, setQuery} from '../core/router';
import type {Block, Filter, Param, View} from '../core/types';
import {mayOpen, useLoad} from '../core/use';
import {Chart} from '../charts/charts';
import {DateField} from '../widgets/date';
import {Icon} from '../widgets/icon';
import {download, exportReport, ROWS_MAX, safe} from './export';
import {Heading, Loading, Message, Placeholder, Trouble} from './frame';
import {paramValue} from './param_value';
import {ParamField, ParamWords} from './params';
import {AXES, axisFilter, columnsOf, find, lineParams, linesOf, measuresOf, partOf, plainNumber, restOf, tidy, toldApart, type Measure, type ReportAnswer, type ReportRow, type Spot} from './report_data';
import {More, ReportRows} from './report_rows';
import {SavedReports} from './report_saved';
import {label, longestWord, measureName, measureText, paperSize} from './report_words';

/** How far down a report was when one went behind a number: the way back leads there. */
const left = new Map<string, number>();

export function ReportView({view, fixed}: {view: View; fixed?: Record<string, unknown>}) {
  const params = view.params ?? [];
  const values = Object.fromEntries(params.map((param) => [param.name, paramValue(param)]).filter(([, value]) => value !== null && value !== ''));
  // On a record's page: its own row of the report, as tiles.
  const own = fixed?.campaign === undefined ? null : Number(fixed.campaign), rest = Object.fromEntries(Object.entries(fixed ?? {}).filter(([key]) => key !== 'campaign'));
  const asked = {...values, ...rest}, name = view.report ?? view.id.replace(/^report\./, '');
  const fetched = (more: Record<string, unknown>, signal?: AbortSignal) => get<ReportAnswer>(`/api/reports/${encodeURIComponent(name)}?params=${encodeURIComponent(JSON.stringify({...asked, ...more}))}`, signal);
  const loaded = useLoad<ReportAnswer>(`${name}/${JSON.stringify(asked)}`, (signal) => fetched({}, signal));
  useLive(['*'], loaded.again);
  // A report in pages: those that came after the first.
  const [further, setFurther] = useState<{of: ReportAnswer; rows: ReportRow[]; next: string | null} | null>(null);
  const raw = loaded.value, after = further && further.of === raw ? further : null, next = after ? after.next : raw?.next ?? null;
  const answer = useMemo(() => raw && tidy(after ? {...raw, rows: [...raw.rows, ...after.rows]} : raw), [raw, after]);
  // Behind the numbers of a day that lies behind there are no rows: the lists tell what is now.
  const then = asked.as_of !== undefined && raw?.as_of ? raw.as_of : null, axis = then ? '' : String(asked.rows ?? AXES[name] ?? 'month');
  const more = raw && next ? () => void fetched({after: next}).then((page) => setFurther({of: raw, rows: [...(after?.rows ?? []), ...page.rows], next: page.next ?? null}), refused) : undefined;
  const deep = view.blocks?.find((one) => one.drill)?.drill, deepens = deep !== undefined && mayOpen(deep.view) && (!deep.scope || answer?.scope === deep.scope);
  useEffect(() => { const at = left.get(address.peek()); if (raw && at !== undefined) { left.delete(address.peek()); scrollTo(0, at); } }, [raw === undefined]);
  const drill: Drill = (row, column, measure) => {
    left.set(address.peek(), scrollY);
    // The lines of documents behind a number that the ledger holds; of a row as such, behind the number that it is chosen for.
    const of = measure === undefined && !deep?.rows ? 'invoiced' : measure;
    if (deepens && of !== undefined && deep.measures.includes(of)) { void go(href(deep.view, null, lineParams(of, {rows: deep.rows ?? axis, ...(asked.columns ? {columns: String(asked.columns)} : {})}, row, column ?? null, asked))); return; }
    if (!row) return;
    if (column && mayOpen('opportunity.list')) { void go(href('opportunity.list', null, {v: 'all', f: encodeFilters([...axisFilter(axis, row), ...axisFilter(String(asked.columns ?? ''), column)])})); return; }
    if (row.drill && mayOpen(row.drill.view)) { void go(href(row.drill.view, null, {v: 'all', f: encodeFilters(row.drill.filter as Filter[])})); return; }
    if (axis === 'campaign' && row.id && mayOpen('campaign.form')) { void go(href('campaign.form', row.id)); return; }
    if (mayOpen('opportunity.list')) void go(href('opportunity.list', null, {v: 'all', f: encodeFilters(axisFilter(axis, row))}));
  };
  const dates = params.filter((param) => param.type === 'date'), period = dates.filter((param) => param.name !== 'as_of'), others = params.filter((param) => param.type !== 'date' && !param.hidden);
  const dateParam = (param: Param) => <div class="param" key={param.name}><span>{param.label}</span><DateField label={param.label} value={paramValue(param) as string | null} onChange={(day) => setQuery({[`p.${param.name}`]: day})} /></div>;
  const csv = async () => {
    if (!raw) return;
    const all: ReportAnswer = {...raw, rows: [...raw.rows]};
    for (let at = raw.next; at && all.rows.length < ROWS_MAX;) { const page = await fetched({after: at, limit: 1000}); all.rows.push(...page.rows); at = page.next ?? null; }
    const answer = tidy(all);
    const only = view.blocks?.filter((one) => one.kind !== 'kpi') ?? [], words = only.length === 1 && only[0]!.kind === 'rows' ? only[0]!.columns?.map((one) => (typeof one === 'string' ? one : one.field)) : undefined;
    if (words) {
      const lines = linesOf(answer).map((line) => words.map((word) => { const value = line[word] ?? (line.measures as Record<string, unknown> | undefined)?.[word]; return typeof value === 'string' ? value : value !== null && typeof value === 'object' && 'label' in value ? String(value.label) : measureText(value as Measure, word).replace(/[\u00a0\u202f]/g, ' ').replace(/^–$/, ''); }));
      download(`${view.title}.csv`, `\ufeff${[words.map((word) => measureName(word, view)), ...lines].map((line) => line.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
      return;
    }
    const names = measuresOf(answer), columns = columnsOf(answer), plain = (value: Measure, of: string) => measureText(value, of).replace(/[\u00a0\u202f]/g, ' ').replace(/^–$/, '');
    const head = columns.length > 0 ? ['', ...columns.flatMap((column) => names.map((one) => `${label(column.label)} ${measureName(one, view)}`))] : ['', ...names.map((one) => measureName(one, view))];
    const rows = answer.rows.map((row) => [row.label, ...(columns.length > 0 ? columns.flatMap((column) => names.map((one) => plain(row.columns?.find((other) => other.key === column.key)?.measures[one], one))) : names.map((one) => plain(row.measures[one], one)))]);
    download(`${view.title}.csv`, `\ufeff${[head, ...rows].map((row) => row.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
  };
  const body = loaded.error && !answer ? <Trouble error={loaded.error} again={loaded.again} /> : !answer ? <Loading rows={8} /> : answer.rows?.length === 0 ? <Message icon="chart" title={view.blocks?.find((one) => one.empty)?.empty ?? t('chart.none')} /> : (
    <>{(view.blocks ?? [{kind: 'table'}]).map((block, at) => <ReportBlock key={at} block={block} answer={answer} view={view} drill={drill} axis={axis} deep={deepens ? deep.measures : []} more={more} />)}</>);
  if (fixed && own !== null && answer) {
    const row = answer.rows.find((one) => one.id === own);
    return row ? <dl class="tiles">{Object.keys(row.measures).map((key) => <div class="tile flat" key={key}><dt>{measureName(key, view)}</dt><dd title={measureText(row.measures[key], key)}>{measureText(row.measures[key], key)}</dd></div>)}</dl> : <Message icon="chart" title={t('chart.none')} />;
  }
  if (fixed) return <div class="stack">{body}</div>;
  return (
    <div class="page report">
      <Heading view={view}>
        <button type="button" class="btn quiet no-print" onClick={() => void csv().catch(refused)}><Icon name="download" /><span class="wide-only">{t('report.csv')}</span></button>
        <button type="button" class="btn quiet no-print" onClick={() => void exportReport(view, name, asked).catch(refused)}><Icon name="grid" /><span class="wide-only">{t('report.xlsx')}</span></button>
        <button type="button" class="btn quiet no-print" onClick={() => print()}><Icon name="print" /><span class="wide-only">{t('print')}</span></button></Heading>
      {params.length > 0 && <ParamWords params={params} picked={raw?.picked} />}
      {params.length > 0 && <SavedReports view={view} />}
      {params.length > 0 && <div class="row wrap params no-print">
        {others.map((param) => <ParamField key={param.name} param={param} value={paramValue(param)} onChange={(value) => setQuery({[`p.${param.name}`]: value})} />)}
        {period.map(dateParam)}
        {period.length === 2 && <Periods params={period} />}
        {dates.filter((param) => !period.includes(param)).map(dateParam)}
      </div>}
      {then && <p class="page-help">{t(name === 'pipeline' && raw?.origin === 'backtest' ? 'report.as_of.back' : 'report.as_of', {date: date(then)})}</p>}
      {loaded.busy && answer && <span class="sr" role="status">{t('loading')}</span>}
      {body}
    </div>
  );
}

function Periods({params}: {params: Param[]}) {
  const year = new Date().getFullYear(), set = (from: string | null, to: string | null) => setQuery({[`p.${params[0]!.name}`]: from, [`p.${params[1]!.name}`]: to});
  const from = paramValue(params[0]!), choice = from === null ? 'all' : from === `${year}-01-01` ? 'this' : from === `${year - 1}-01-01` ? 'last' : '';
  return <div class="seg" role="group" aria-label={t('report.period')}><button type="button" aria-pressed={choice === 'this'} onClick={() => set(`${year}-01-01`, `${year}-12-31`)}>{t('period.this_year')}</button><button type="button" aria-pressed={choice === 'last'} onClick={() => set(`${year - 1}-01-01`, `${year - 1}-12-31`)}>{t('period.last_year')}</button><button type="button" aria-pressed={choice === 'all'} onClick={() => set(null, null)}>{t('period.all')}</button></div>;
}

/** Null = of all rows together. */
type Drill = (row: ReportRow | null, column?: Spot, measure?: string) => void;
export function ReportBlock({block, answer: whole, view, drill, axis: along, deep = [], more}: {block: Block; answer: ReportAnswer; view: View; drill: Drill; axis: string; deep?: string[]; more?: (() => void) | undefined}) {
  const answer = useMemo(() => (block.of ? partOf(whole, block.of) : whole), [whole, block.of]), axis = block.of ? '' : along;
  if (block.kind === 'kpi') return <dl class="tiles">{(block.items ?? []).map((item) => { const value = find(answer, item.value) as Measure, name = item.value.split('.').pop() ?? ''; return <div class="card tile" key={item.label}><dt>{item.label}</dt><dd class={isMoney(value) && value.minor < 0 ? 'minus' : ''} title={measureText(value, name)}>{measureText(value, name)}</dd></div>; })}</dl>;
  if (block.kind === 'text') return <p class="page-help">{block.text}</p>;
  if (block.kind === 'chart') {
    if (!['bars', 'bar', 'line', 'fan', 'funnel', 'waterfall'].includes(block.mark ?? 'bars')) return <Placeholder what="chart" name={String(block.mark)} />;
    const rows = toldApart(answer).slice(0, 60), digits = digitsOf(companyCurrency());
    const sample = (block.series ?? []).flatMap((one) => rows.map((row) => row.measures[one.field])).find((value) => value !== null && value !== undefined), asMoney = isMoney(sample);
    return <Chart mark={block.mark === 'bar' ? 'bars' : block.mark ?? 'bars'} title={block.title ?? view.title} labels={rows.map((row) => label(row.label || t('report.none')))} series={(block.series ?? []).map((one) => ({label: one.label ?? measureName(one.field, view), ...(one.role ? {role: one.role} : {}), values: rows.map((row) => plainNumber(row.measures[one.field]))}))}
      format={(value) => (asMoney ? money({minor: Math.round(value), currency: companyCurrency()}) : number(value))} short={(value) => (asMoney ? shortMinor(value, digits) : shortMinor(value, 0))} onPick={axis === '' ? undefined : (at) => drill(rows[at]!)} />;
  }
  if (block.kind === 'rows') return <ReportRows block={block} answer={answer} view={view} text={measureText} name={(field) => measureName(field, view)} more={more} />;
  if (block.kind === 'table') return <Table block={block} answer={answer} view={view} drill={drill} axis={axis} deep={block.drill ? deep : []} />;
  return <Placeholder what="block" name={block.kind} />;
}

/** What the reader chose of the table itself: in the address too, so that the way back shows the same. */
const chosenIn = (name: string) => route.value.query.get(name);

function Table({block, answer, view, drill, axis, deep}: {block: Block; answer: ReportAnswer; view: View; drill: Drill; axis: string; deep: string[]}) {
  const all = block.columns?.map((one) => (typeof one === 'string' ? one : one.field)) ?? measuresOf(answer), columns = columnsOf(answer), [shown, setShown] = useState(100);
  const asked = chosenIn('m'), chosen = asked && all.includes(asked) ? asked : all.includes('invoiced') ? 'invoiced' : all[0] ?? '', sort = chosenIn('s');
  const names = all.filter((name) => answer.rows.some((row) => row.measures[name] !== undefined) || answer.totals?.measures?.[name] !== undefined);
  const told = useMemo(() => toldApart(answer), [answer]), rest = restOf(answer);
  const rows = sort === null ? told : [...told].sort((a, b) => { const by = sort.replace(/^-/, ''), x = plainNumber(a.measures[by]) ?? -Infinity, y = plainNumber(b.measures[by]) ?? -Infinity; return sort.startsWith('-') ? y - x : x - y; });
  // A row by its name: the number that the table is read for, chosen or sorted by.
  const sorted = sort?.replace(/^-/, '') ?? '', main = columns.length > 0 ? chosen : deep.includes(sorted) && !block.drill?.rows ? sorted : undefined, whole = main ?? (block.drill?.rows ? '' : 'invoiced');
  const text = (row: ReportRow) => label(row.label || t('report.none')).replace(/^(\S+) (\d{4})$/, '$1\u00a0$2');
  const heading = (row: ReportRow) => <button type="button" class="link-btn start" title={t('report.drill', {name: row.label})} onClick={() => drill(row, undefined, main)}>{text(row)}</button>;
  const head = (row: ReportRow) => <th scope="row" class={axis === '' ? 'keep' : ''}>{axis === '' ? text(row) : heading(row)}</th>;
  const total = deep.includes(whole) ? <button type="button" class="link-btn start" title={t('report.drill', {name: t('report.total')})} onClick={() => drill(null, undefined, whole)}>{t('report.total')}</button> : t('report.total');
  // A click on any number shows what is behind it; the keyboard comes there by the row's name. Of all rows together, and of those that are not told apart, there are lines of documents alone.
  const leads = (name: string, row: ReportRow | null, column?: Spot) => deep.includes(name) || (axis !== '' && row !== null && row.others === undefined && column?.others === undefined);
  const behind = (name: string, row: ReportRow | null, column?: Spot & {label?: string}) => (!leads(name, row, column) ? {} : {title: t('report.drill', {name: [...(row ? [label(row.label)] : [t('report.total')]), ...(column ? [label(column.label ?? column.key)] : [])].join(', ')}), onClick: () => drill(row, column, name)});
  const pick = (name: string, row: ReportRow | null, column?: Spot) => (leads(name, row, column) ? 'pick' : '');
  const foot = (name: string, row: ReportRow | null, value: Measure, column?: Spot & {label?: string}, strong?: boolean) => <td class={`num end ${value === null || value === undefined ? '' : pick(name, row, column)}`} key={column?.key ?? name} {...(value === null || value === undefined ? {} : behind(name, row, column))}>{strong ? <strong>{measureText(value, name)}</strong> : measureText(value, name)}</td>;
  const size = useMemo(() => {
    const sample = [...(answer.totals?.measures ? [answer.totals] : []), ...answer.rows.slice(0, 30)], most = (heading: string, texts: string[]) => Math.max(longestWord(heading), ...texts.map((one) => one.length));
    const across = columns.map((column) => most(label(column.label), sample.map((row) => measureText(row.columns?.find((one) => one.key === column.key && one.id === column.id)?.measures[chosen], chosen))));
    return paperSize([18, ...(columns.length > 0 ? [...across, most('', sample.map((row) => measureText(row.measures?.[chosen], chosen)))] : names.map((name) => most(measureName(name, view), sample.map((row) => measureText(row.measures?.[name], name)))))]);
  }, [answer, chosen]);
  if (columns.length > 0) {
    const cellOf = (row: {columns?: ReportRow['columns']} | undefined, column: Spot) => row?.columns?.find((one) => one.key === column.key && one.id === column.id);
    return (
      <section class="card"><div class="card-head"><h2>{block.title ?? measureName(chosen, view)}</h2><span class="spacer" /><label class="param no-print"><span>{t('report.measures')}</span><select class="select" value={chosen} onChange={(event) => setQuery({m: event.currentTarget.value})}>{names.map((name) => <option key={name} value={name}>{measureName(name, view)}</option>)}</select></label></div>
        <div class="table-box flat scroll"><table class={`plain ${size}`}><caption class="sr">{view.title}</caption><thead><tr><th scope="col">{view.params?.find((param) => param.name === 'rows')?.choices?.find((choice) => choice.value === axis)?.label ?? ''}</th>{columns.map((column) => <th scope="col" class="end" key={`${column.key}/${column.id}`}>{label(column.label || t('report.none'))}</th>)}<th scope="col" class="end">{t('report.total')}</th></tr></thead>
          <tbody>{rows.slice(0, shown).map((row) => <tr key={`${row.key}/${row.id}`}>{head(row)}{columns.map((column) => foot(chosen, row, cellOf(row, column)?.measures[chosen] ?? null, column))}{foot(chosen, row, row.measures[chosen], undefined, true)}</tr>)}</tbody>
          {answer.totals?.measures && <tfoot>{rest && <tr class="rest"><td>{deep.includes(chosen) ? heading(rest) : rest.label}</td>{columns.map((column) => foot(chosen, rest, cellOf(rest, column)?.measures[chosen] ?? null, column))}{foot(chosen, rest, rest.measures[chosen])}</tr>}<tr><td>{total}</td>{columns.map((column) => foot(chosen, null, cellOf(answer.totals, column)?.measures[chosen] ?? null, column))}{foot(chosen, null, answer.totals.measures[chosen])}</tr></tfoot>}</table></div>
        {rows.length > shown && <More shown={shown} onMore={() => setShown(shown + 200)} />}
      </section>);
  }
  return (
    <section class="card">{block.title && <div class="card-head"><h2>{block.title}</h2></div>}
      <div class="table-box flat scroll"><table class={`plain ${size}`}><caption class="sr">{view.title}</caption><thead><tr><th scope="col"><span class="sr">{t('report.by')}</span></th>{names.map((name) => <th scope="col" class="end" key={name} aria-sort={sorted === name ? (sort!.startsWith('-') ? 'descending' : 'ascending') : undefined}><button type="button" class="head-btn" onClick={() => setQuery({s: sort === `-${name}` ? name : sort === name ? null : `-${name}`})}>{measureName(name, view)}{sorted === name && <Icon name={sort!.startsWith('-') ? 'down' : 'up'} />}</button></th>)}</tr></thead>
        <tbody>{rows.slice(0, shown).map((row) => <tr key={`${row.key}/${row.id}`}>{head(row)}{names.map((name) => <td class={`num end ${pick(name, row)} ${isMoney(row.measures[name]) && (row.measures[name] as {minor: number}).minor < 0 ? 'minus' : ''}`} key={name} {...behind(name, row)}>{measureText(row.measures[name], name)}</td>)}</tr>)}</tbody>
        {names.some((name) => answer.totals?.measures?.[name] !== undefined) && <tfoot>{rest && <tr class="rest"><td>{deep.length > 0 ? heading(rest) : rest.label}</td>{names.map((name) => foot(name, rest, rest.measures[name]))}</tr>}<tr><td>{total}</td>{names.map((name) => foot(name, null, answer.totals!.measures![name]))}</tr></tfoot>}</table></div>
      {rows.length > shown && <More shown={shown} onMore={() => setShown(shown + 200)} />}
    </section>
  );
}
export {cellText};
