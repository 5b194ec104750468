// SPDX-License-Identifier: Apache-2.0
// View kind "report": parameters in the address, tiles, charts with a table twin, a table along one or two axes; every number
// leads to the rows behind it; CSV and print.
import {useMemo, useState} from 'preact/hooks';
import {refused} from '../core/act';
import {get} from '../core/api';
import {cellText, companyCurrency, digitsOf, isMoney, money, shortMinor} from '../core/format';
import {encodeFilters} from '../core/filter';
import {number, t} from '../core/i18n';
import {useLive} from '../core/live';
import {go, href, setQuery} from '../core/router';
import type {Block, Filter, Param, View} from '../core/types';
import {mayOpen, useLoad} from '../core/use';
import {Chart} from '../charts/charts';
import {DateField} from '../widgets/date';
import {Icon} from '../widgets/icon';
import {download, exportReport, safe} from './export';
import {Heading, Loading, Message, Placeholder, Trouble} from './frame';
import {paramValue} from './param_value';
import {ParamField} from './params';
import {AXES, axisFilter, columnsOf, find, linesOf, measuresOf, partOf, plainNumber, restOf, tidy, toldApart, type Measure, type ReportAnswer, type ReportRow} from './report_data';
import {ReportRows} from './report_rows';
import {SavedReports} from './report_saved';
import {label, measureName, measureText} from './report_words';

export function ReportView({view, fixed}: {view: View; fixed?: Record<string, unknown>}) {
  const params = view.params ?? [];
  const values = Object.fromEntries(params.map((param) => [param.name, paramValue(param)]).filter(([, value]) => value !== null && value !== ''));
  // On a record's page: its own row of the report, as tiles.
  const own = fixed?.campaign === undefined ? null : Number(fixed.campaign), rest = Object.fromEntries(Object.entries(fixed ?? {}).filter(([key]) => key !== 'campaign'));
  const asked = {...values, ...rest}, name = view.report ?? view.id.replace(/^report\./, '');
  const loaded = useLoad<ReportAnswer>(`${name}/${JSON.stringify(asked)}`, (signal) => get(`/api/reports/${encodeURIComponent(name)}?params=${encodeURIComponent(JSON.stringify(asked))}`, signal));
  useLive(['*'], loaded.again);
  const raw = loaded.value, answer = useMemo(() => raw && tidy(raw), [raw]), axis = String(asked.rows ?? AXES[name] ?? 'month');
  const drill = (row: ReportRow, column?: {key: string; id?: number}) => {
    if (column && mayOpen('opportunity.list')) { void go(href('opportunity.list', null, {v: 'all', f: encodeFilters([...axisFilter(axis, row), ...axisFilter(String(asked.columns ?? ''), column)])})); return; }
    if (row.drill && mayOpen(row.drill.view)) { void go(href(row.drill.view, null, {v: 'all', f: encodeFilters(row.drill.filter as Filter[])})); return; }
    if (axis === 'campaign' && row.id && mayOpen('campaign.form')) { void go(href('campaign.form', row.id)); return; }
    if (mayOpen('opportunity.list')) void go(href('opportunity.list', null, {v: 'all', f: encodeFilters(axisFilter(axis, row))}));
  };
  const dates = params.filter((param) => param.type === 'date'), others = params.filter((param) => param.type !== 'date');
  const csv = () => {
    if (!answer) return;
    const words = view.blocks?.length === 1 && view.blocks[0]!.kind === 'rows' ? view.blocks[0]!.columns?.map((one) => (typeof one === 'string' ? one : one.field)) : undefined;
    if (words) {
      const lines = linesOf(answer).map((line) => words.map((word) => (typeof line[word] === 'string' ? line[word] as string : measureText(line[word] as Measure, word).replace(/[\u00a0\u202f]/g, ' ').replace(/^–$/, ''))));
      download(`${view.title}.csv`, `\ufeff${[words.map((word) => measureName(word, view)), ...lines].map((line) => line.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
      return;
    }
    const names = measuresOf(answer), columns = columnsOf(answer), plain = (value: Measure, of: string) => measureText(value, of).replace(/[\u00a0\u202f]/g, ' ').replace(/^–$/, '');
    const head = columns.length > 0 ? ['', ...columns.flatMap((column) => names.map((one) => `${label(column.label)} ${measureName(one, view)}`))] : ['', ...names.map((one) => measureName(one, view))];
    const rows = answer.rows.map((row) => [row.label, ...(columns.length > 0 ? columns.flatMap((column) => names.map((one) => plain(row.columns?.find((other) => other.key === column.key)?.measures[one], one))) : names.map((one) => plain(row.measures[one], one)))]);
    download(`${view.title}.csv`, `\ufeff${[head, ...rows].map((row) => row.map(safe).join(';')).join('\r\n')}\r\n`, 'text/csv;charset=utf-8');
  };
  const body = loaded.error && !answer ? <Trouble error={loaded.error} again={loaded.again} /> : !answer ? <Loading rows={8} /> : answer.rows?.length === 0 ? <Message icon="chart" title={view.blocks?.find((one) => one.empty)?.empty ?? t('chart.none')} /> : (
    <>{(view.blocks ?? [{kind: 'table'}]).map((block, at) => <ReportBlock key={at} block={block} answer={answer} view={view} drill={drill} axis={axis} />)}</>);
  if (fixed && own !== null && answer) {
    const row = answer.rows.find((one) => one.id === own);
    return row ? <dl class="tiles">{Object.keys(row.measures).map((key) => <div class="tile flat" key={key}><dt>{measureName(key, view)}</dt><dd title={measureText(row.measures[key], key)}>{measureText(row.measures[key], key)}</dd></div>)}</dl> : <Message icon="chart" title={t('chart.none')} />;
  }
  if (fixed) return <div class="stack">{body}</div>;
  return (
    <div class="page">
      <Heading view={view}>
        <button type="button" class="btn quiet no-print" onClick={csv}><Icon name="download" /><span class="wide-only">{t('report.csv')}</span></button>
        <button type="button" class="btn quiet no-print" onClick={() => void exportReport(view, name, asked).catch(refused)}><Icon name="grid" /><span class="wide-only">{t('report.xlsx')}</span></button>
        <button type="button" class="btn quiet no-print" onClick={() => print()}><Icon name="print" /><span class="wide-only">{t('print')}</span></button></Heading>
      {params.length > 0 && <SavedReports view={view} />}
      {params.length > 0 && <div class="row wrap params no-print">
        {others.map((param) => <ParamField key={param.name} param={param} value={paramValue(param)} onChange={(value) => setQuery({[`p.${param.name}`]: value})} />)}
        {dates.map((param) => <div class="param" key={param.name}><span>{param.label}</span><DateField label={param.label} value={paramValue(param) as string | null} onChange={(day) => setQuery({[`p.${param.name}`]: day})} /></div>)}
        {dates.length === 2 && <Periods params={dates} />}
      </div>}
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

type Drill = (row: ReportRow, column?: {key: string; id?: number}) => void;
export function ReportBlock({block, answer: whole, view, drill, axis: along}: {block: Block; answer: ReportAnswer; view: View; drill: Drill; axis: string}) {
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
  if (block.kind === 'rows') return <ReportRows block={block} answer={answer} view={view} text={measureText} name={(field) => measureName(field, view)} />;
  if (block.kind === 'table') return <Table block={block} answer={answer} view={view} drill={drill} axis={axis} />;
  return <Placeholder what="block" name={block.kind} />;
}

function Table({block, answer, view, drill, axis}: {block: Block; answer: ReportAnswer; view: View; drill: Drill; axis: string}) {
  const all = block.columns?.map((one) => (typeof one === 'string' ? one : one.field)) ?? measuresOf(answer), columns = columnsOf(answer), [shown, setShown] = useState(100), [chosen, setChosen] = useState(all.includes('invoiced') ? 'invoiced' : all[0] ?? '');
  const [sort, setSort] = useState<string | null>(null);
  const names = all.filter((name) => answer.rows.some((row) => row.measures[name] !== undefined) || answer.totals?.measures?.[name] !== undefined);
  const told = useMemo(() => toldApart(answer), [answer]), rest = restOf(answer);
  const rows = sort === null ? told : [...told].sort((a, b) => { const by = sort.replace(/^-/, ''), x = plainNumber(a.measures[by]) ?? -Infinity, y = plainNumber(b.measures[by]) ?? -Infinity; return sort.startsWith('-') ? y - x : x - y; });
  const head = (row: ReportRow) => axis === '' ? <th scope="row" class="keep">{label(row.label || t('report.none'))}</th> : <th scope="row"><button type="button" class="link-btn start" title={t('report.drill', {name: row.label})} onClick={() => drill(row)}>{label(row.label || t('report.none')).replace(/^(\S+) (\d{4})$/, '$1\u00a0$2')}</button></th>;
  // A click on any number shows the rows behind it; the keyboard comes there by the row's name.
  const behind = (row: ReportRow, column?: {key: string; id?: number; others?: number}) => (axis === '' || row.others !== undefined || column?.others !== undefined ? {} : {title: t('report.drill', {name: column ? `${label(row.label)}, ${label((column as {label?: string}).label ?? column.key)}` : label(row.label)}), onClick: () => drill(row, column)});
  if (columns.length > 0) {
    return (
      <section class="card"><div class="card-head"><h2>{block.title ?? measureName(chosen, view)}</h2><span class="spacer" /><label class="param"><span>{t('report.measures')}</span><select class="select" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>{names.map((name) => <option key={name} value={name}>{measureName(name, view)}</option>)}</select></label></div>
        <div class="table-box flat scroll"><table class="plain"><caption class="sr">{view.title}</caption><thead><tr><th scope="col">{view.params?.find((param) => param.name === 'rows')?.choices?.find((choice) => choice.value === axis)?.label ?? ''}</th>{columns.map((column) => <th scope="col" class="end" key={column.key}>{label(column.label || t('report.none'))}</th>)}<th scope="col" class="end">{t('report.total')}</th></tr></thead>
          <tbody>{rows.slice(0, shown).map((row) => <tr key={row.key}>{head(row)}{columns.map((column) => { const cell = row.columns?.find((one) => one.key === column.key); return <td class={`num end ${cell && cell.others === undefined ? 'pick' : ''}`} key={column.key} {...(cell ? behind(row, cell) : {})}>{measureText(cell?.measures[chosen] ?? null, chosen)}</td>; })}<td class="num end pick" {...behind(row)}><strong>{measureText(row.measures[chosen], chosen)}</strong></td></tr>)}</tbody>
          {answer.totals?.measures && <tfoot>{rest && <tr class="rest"><td>{rest.label}</td>{columns.map((column) => <td class="num end" key={column.key}>{measureText(rest.columns?.find((one) => one.key === column.key)?.measures[chosen] ?? null, chosen)}</td>)}<td class="num end">{measureText(rest.measures[chosen], chosen)}</td></tr>}<tr><td>{t('report.total')}</td>{columns.map((column) => <td class="num end" key={column.key}>{measureText(answer.totals?.columns?.find((one) => one.key === column.key)?.measures[chosen] ?? null, chosen)}</td>)}<td class="num end">{measureText(answer.totals.measures[chosen], chosen)}</td></tr></tfoot>}</table></div>
        {rows.length > shown && <div class="card-body"><button type="button" class="btn" onClick={() => setShown(shown + 200)}>{t('list.load_more')}</button></div>}
      </section>);
  }
  return (
    <section class="card">{block.title && <div class="card-head"><h2>{block.title}</h2></div>}
      <div class="table-box flat scroll"><table class="plain"><caption class="sr">{view.title}</caption><thead><tr><th scope="col"><span class="sr">{t('report.by')}</span></th>{names.map((name) => <th scope="col" class="end" key={name} aria-sort={sort?.replace(/^-/, '') === name ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined}><button type="button" class="head-btn" onClick={() => setSort(sort === `-${name}` ? name : sort === name ? null : `-${name}`)}>{measureName(name, view)}{sort?.replace(/^-/, '') === name && <Icon name={sort.startsWith('-') ? 'down' : 'up'} />}</button></th>)}</tr></thead>
        <tbody>{rows.slice(0, shown).map((row) => <tr key={row.key}>{head(row)}{names.map((name) => <td class={`num end ${axis === '' ? '' : 'pick'} ${isMoney(row.measures[name]) && (row.measures[name] as {minor: number}).minor < 0 ? 'minus' : ''}`} key={name} {...behind(row)}>{measureText(row.measures[name], name)}</td>)}</tr>)}</tbody>
        {names.some((name) => answer.totals?.measures?.[name] !== undefined) && <tfoot>{rest && <tr class="rest"><td>{rest.label}</td>{names.map((name) => <td class="num end" key={name}>{measureText(rest.measures[name], name)}</td>)}</tr>}<tr><td>{t('report.total')}</td>{names.map((name) => <td class="num end" key={name}>{measureText(answer.totals!.measures![name], name)}</td>)}</tr></tfoot>}</table></div>
      {rows.length > shown && <div class="card-body"><button type="button" class="btn" onClick={() => setShown(shown + 200)}>{t('list.load_more')}</button></div>}
    </section>
  );
}
export {cellText};
