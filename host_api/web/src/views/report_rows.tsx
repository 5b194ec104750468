// SPDX-License-Identifier: Apache-2.0
// Block "rows" of a report: things with words (a nudge, an activity, an invoice of a statement), one a line; its name leads to
// the record behind it.
import {useState} from 'preact/hooks';
import {date, isMoney} from '../core/format';
import {t} from '../core/i18n';
import {href} from '../core/router';
import type {Block, View} from '../core/types';
import {mayOpen} from '../core/use';
import {Message} from './frame';
import {ActButton, type Proposed} from './report_act';
import {linesOf, type Measure, type ReportAnswer} from './report_data';

type Line = Record<string, unknown>;
const fieldOf = (column: string | {field: string}) => (typeof column === 'string' ? column : column.field);
const valueOf = (line: Line, field: string) => line[field] ?? (line.measures as Line | undefined)?.[field];

/** Something with a name: a customer, a line of a document. */
interface Named { id?: number; label: string }
const isDay = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null && 'label' in value;

/** The page of what a line is about; a document's at its line. */
function target(line: Line): string | null {
  const deal = typeof line.opportunity === 'number', entity = deal ? 'opportunity' : line.entity ?? line.document_kind, id = deal ? line.opportunity : line.entity_id ?? line.document ?? (line.document_kind ? line.id : undefined);
  const view = typeof entity === 'string' && typeof id === 'number' ? `${entity}.form` : null, at = isNamed(line.line) ? line.line.id : undefined;
  return view && mayOpen(view) ? href(view, id as number, at === undefined ? undefined : {line: String(at)}) : null;
}
/** The page of what stands in a cell, where the column names it. */
const pageOf = (value: unknown, view?: string): string | null => (view && isNamed(value) && value.id && mayOpen(view) ? href(view, value.id) : null);

/** More rows than are shown; on paper how many they are. */
export const More = ({shown, onMore}: {shown: number; onMore: () => void}) => <div class="card-body"><button type="button" class="btn no-print" onClick={onMore}>{t('list.load_more')}</button><p class="print-only">{t('report.first', {n: shown})}</p></div>;

export function ReportRows({block, answer, view, text, name, most = 100, more}: {block: Block; answer: ReportAnswer; view: View; text: (value: Measure, name: string) => string; name: (field: string) => string; most?: number; more?: (() => void) | undefined}) {
  const [shown, setShown] = useState(most), lines = linesOf(answer), fields = (block.columns ?? []).map(fieldOf).filter((field) => lines.some((line) => (valueOf(line, field) ?? null) !== null)), pages = Object.fromEntries((block.columns ?? []).map((one) => [fieldOf(one), typeof one === 'string' ? undefined : one.view])), end = (field: string) => lines.some((line) => isMoney(valueOf(line, field) as never));
  const link = fields.find((field) => field === 'title' || field === 'number' || field === 'label') ?? fields[0], acts = lines.some((line) => line.act !== undefined), shows = (value: unknown, field: string) => (isNamed(value) ? value.label : typeof value === 'string' ? (isDay(value) ? date(value) : value) : text(value as Measure, field));
  if (lines.length === 0) return <Message icon="check" title={block.empty ?? t('chart.none')} />;
  return (
    <section class={block.width === 'flat' ? '' : 'card'}>{block.title && <div class="card-head"><h2>{block.title}</h2></div>}
      <div class="table-box flat scroll"><table class="plain words"><caption class="sr">{block.title ?? view.title}</caption>
        <thead><tr>{fields.map((field) => <th scope="col" class={end(field) ? 'end' : ''} key={field}>{name(field)}</th>)}{acts && <th scope="col"><span class="sr">{t('act')}</span></th>}</tr></thead>
        <tbody>{lines.slice(0, shown).map((line, at) => { const to = target(line); return <tr key={at}>{fields.map((field) => { const raw = valueOf(line, field), value = shows(raw, field), page = field === link ? to : pageOf(raw, pages[field]); return <td key={field} class={end(field) ? 'num end' : isNamed(raw) ? 'named' : isDay(raw) ? 'day' : ''}>{page ? <a href={page}>{value}</a> : value}</td>; })}{acts && <td class="end tight">{line.act !== undefined && <ActButton proposed={line.act as Proposed} title={String(line.title ?? '')} text={String(line.text ?? '')} />}</td>}</tr>; })}</tbody></table></div>
      {(lines.length > shown || more) && <More shown={Math.min(shown, lines.length)} onMore={() => { setShown(shown + 200); if (lines.length <= shown + 200) more?.(); }} />}
    </section>
  );
}
