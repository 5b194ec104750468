// SPDX-License-Identifier: Apache-2.0
// Charts as own SVG marks: bars, line, fan, funnel, waterfall. Colours by CSS, so that themes, print and forced colours hold;
// patterns of line tell series apart without colour; each chart has a table with the same numbers.
import {useEffect, useRef, useState} from 'preact/hooks';
import {t} from '../core/i18n';
import {Icon} from '../widgets/icon';
import {area, bands, bridge, line, linear} from './scale';

export interface Series { label: string; role?: string; values: (number | null)[] }
export interface ChartData { mark: string; title: string; labels: string[]; series: Series[]; format: (value: number) => string; short: (value: number) => string; onPick?: ((at: number) => void) | undefined }

function useWidth(): [{current: HTMLDivElement | null}, number] {
  const box = useRef<HTMLDivElement>(null), [width, setWidth] = useState(720);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(260, Math.round(entry!.contentRect.width))));
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}

export function Chart(data: ChartData) {
  const [table, setTable] = useState(false), [box, width] = useWidth(), [over, setOver] = useState<number | null>(null);
  const empty = data.series.every((series) => series.values.every((value) => !value));
  return (
    <figure class="card chart" ref={box}>
      <figcaption class="chart-head"><h2>{data.title}</h2>
        {data.mark !== 'funnel' && data.mark !== 'waterfall' && <ul class="legend">{data.series.map((series, at) => /^lo\d/.test(series.role ?? '') ? null : <li key={series.label}><i class={`key ${{hi80: 'inner', hi95: 'outer'}[series.role ?? ''] ?? `c${at + 1}`} ${series.role === 'target' ? 'dash' : ''}`} />{/^hi\d/.test(series.role ?? '') ? `${series.role!.slice(2)}\u00a0%` : series.label}</li>)}</ul>}
        <span class="spacer" /><button type="button" class="btn quiet no-print" aria-pressed={table} onClick={() => setTable(!table)}><Icon name={table ? 'chart' : 'grid'} />{t(table ? 'chart.as_chart' : 'chart.as_table')}</button></figcaption>
      {table ? <ChartTable {...data} /> : empty ? <p class="muted chart-none">{t('chart.none')}</p> : (
        <div class="chart-body">
          {data.mark === 'funnel' ? <Funnel {...data} width={width} /> : data.mark === 'waterfall' ? <Waterfall {...data} width={width} over={over} setOver={setOver} /> : <Xy {...data} width={width} over={over} setOver={setOver} />}
          {over !== null && <div class="chart-tip" role="status"><strong>{data.labels[over]}</strong>{data.series.map((series) => series.values[over] !== null && series.values[over] !== undefined && <span key={series.label}>{series.label}: <b class="num">{data.format(series.values[over]!)}</b></span>)}</div>}
        </div>)}
    </figure>
  );
}

function ChartTable({title, labels, series, format, onPick}: ChartData) {
  return <div class="table-box flat"><table class="plain"><caption class="sr">{title}</caption><thead><tr><th scope="col"> </th>{series.map((one) => <th scope="col" class="end" key={one.label}>{one.label}</th>)}</tr></thead>
    <tbody>{labels.map((label, at) => <tr key={label + at}><th scope="row">{onPick ? <button type="button" class="link-btn" onClick={() => onPick(at)}>{label}</button> : label}</th>{series.map((one) => <td class="num end" key={one.label}>{one.values[at] === null || one.values[at] === undefined ? '–' : format(one.values[at]!)}</td>)}</tr>)}</tbody></table></div>;
}

interface Drawn extends ChartData { width: number; over: number | null; setOver: (at: number | null) => void }
const HEIGHT = 260, LEFT = 64, RIGHT = 12, TOP = 12, BOTTOM = 30;

function Frame({data, ticks, y, children, x}: {data: Drawn; ticks: number[]; y: (value: number) => number; children: preact.ComponentChildren; x: ReturnType<typeof bands>}) {
  const {labels, width, setOver, onPick, short} = data, each = Math.max(1, Math.ceil(labels.length * 58 / (width - LEFT)));
  const said = labels.slice(0, 24).map((label, at) => `${label}: ${data.series.map((one) => (one.values[at] === null || one.values[at] === undefined ? '' : `${one.label} ${data.format(one.values[at]!)}`)).filter(Boolean).join(', ')}`).join('. ');
  return (
    <svg class="plot" viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={`${data.title}. ${said}`} onMouseLeave={() => setOver(null)}>
      {ticks.map((tick) => <g key={tick}><line class={tick === 0 ? 'zero' : 'rule'} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} /><text class="tick" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">{short(tick)}</text></g>)}
      {labels.map((label, at) => (at % each === 0 ? <text key={at} class="tick" x={x.at(at) + x.width / 2} y={HEIGHT - 10} text-anchor="middle">{label.length > 12 ? `${label.slice(0, 11)}…` : label}</text> : null))}
      {children}
      {labels.map((_, at) => <rect key={at} class={`hit ${data.over === at ? 'over' : ''}`} x={LEFT + at * x.step} y={TOP} width={x.step} height={HEIGHT - TOP - BOTTOM} onMouseEnter={() => setOver(at)} onClick={() => onPick?.(at)} />)}
    </svg>
  );
}

function Xy(data: Drawn) {
  const {labels, series, width, mark} = data, numbers = series.flatMap((one) => one.values.filter((value): value is number => value !== null));
  const y = linear(numbers, HEIGHT - BOTTOM, TOP), x = bands(labels.length, LEFT, width - RIGHT), middle = (at: number) => x.at(at) + x.width / 2;
  const isBar = (one: Series) => mark === 'bars' ? one.role !== 'target' && one.role !== 'line' : one.role === 'actual' || one.role === 'bar';
  const bars = series.filter(isBar), find = (role: string) => series.find((one) => one.role === role);
  const points = (one: Series): [number, number][] => one.values.flatMap((value, at) => (value === null ? [] : [[middle(at), y.at(value)] as [number, number]]));
  const band = (low: string, high: string, name: string) => { const a = find(low), b = find(high); return a && b ? <path class={`band ${name}`} d={area(points(b), points(a))} /> : null; };
  return (
    <Frame data={data} ticks={y.ticks} y={y.at} x={x}>
      {mark === 'fan' && band('lo95', 'hi95', 'outer')}{mark === 'fan' && band('lo80', 'hi80', 'inner')}
      {bars.map((one) => { const place = series.indexOf(one), slot = bars.indexOf(one), w = x.width / bars.length; return one.values.map((value, at) => (value === null || value === 0 ? null : <rect key={`${place}/${at}`} class={`bar c${place + 1}`} x={x.at(at) + slot * w + 0.5} width={Math.max(1, w - 1)} y={Math.min(y.at(0), y.at(value))} height={Math.max(1, Math.abs(y.at(0) - y.at(value)))} rx={Math.min(3, w / 4)} />)); })}
      {series.filter((one) => !isBar(one) && !/^(lo|hi)\d/.test(one.role ?? '')).map((one) => { const place = series.indexOf(one); return one.role === 'target' ? one.values.map((value, at) => (value === null ? null : <line key={`${place}/${at}`} class="target" x1={x.at(at) - 2} x2={x.at(at) + x.width + 2} y1={y.at(value)} y2={y.at(value)} />)) : <path key={place} class={`curve s${place + 1}`} d={line(points(one))} />; })}
    </Frame>
  );
}

function Waterfall(data: Drawn) {
  const values = data.series[0]?.values ?? [], stages = bridge(data.labels.map((label, at) => ({label, value: values[at] ?? 0})));
  const y = linear(stages.flatMap((stage) => [stage.from, stage.to]), HEIGHT - BOTTOM, TOP), x = bands(stages.length, LEFT, data.width - RIGHT);
  return <Frame data={data} ticks={y.ticks} y={y.at} x={x}>{stages.map((stage, at) => <g key={at}>
    <rect class={`bar ${stage.total ? 'c1' : stage.value < 0 ? 'down' : 'up'}`} x={x.at(at)} width={x.width} y={Math.min(y.at(stage.from), y.at(stage.to))} height={Math.max(1, Math.abs(y.at(stage.from) - y.at(stage.to)))} rx="3" />
    <text class="tick strong" x={x.at(at) + x.width / 2} y={Math.min(y.at(stage.from), y.at(stage.to)) - 4} text-anchor="middle">{!stage.total && stage.value > 0 ? '+' : ''}{data.short(stage.value)}</text></g>)}</Frame>;
}

function Funnel({labels, series, format, width, onPick, title}: ChartData & {width: number}) {
  const values = series[0]?.values.map((value) => value ?? 0) ?? [], most = Math.max(1, ...values), row = 38, side = Math.min(180, width * 0.32), room = width - side - 110;
  return (
    <svg class="plot" viewBox={`0 0 ${width} ${labels.length * row + 8}`} width={width} height={labels.length * row + 8} role="img" aria-label={`${title}. ${labels.map((label, at) => `${label}: ${series.map((one) => `${one.label} ${format(one.values[at] ?? 0)}`).join(', ')}`).join('. ')}`}>
      {labels.map((label, at) => { const w = Math.max(2, values[at]! / most * room); return <g key={at} class={onPick ? 'pick' : ''} onClick={() => onPick?.(at)}>
        <text class="tick label" x={side - 12} y={at * row + 25} text-anchor="end">{label.length > 24 ? `${label.slice(0, 23)}…` : label}</text>
        <rect class="bar c1" x={side} y={at * row + 6} width={w} height={row - 12} rx="4" opacity={1 - at * 0.5 / Math.max(1, labels.length)} />
        <text class="tick strong" x={side + w + 8} y={at * row + 25}>{format(values[at]!)}</text></g>; })}
    </svg>
  );
}
