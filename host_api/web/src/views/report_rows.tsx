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

/** The page of what a line is about. */
function target(line: Line): string | null {
  const entity = line.opportunity ? 'opportunity' : line.entity ?? line.document_kind, id = line.opportunity ?? line.entity_id ?? line.document;
  const view = typeof entity === 'string' && typeof id === 'number' ? `${entity}.form` : null;
  return view && mayOpen(view) ? href(view, id as number) : null;
}

export function ReportRows({block, answer, view, text, name, most = 100}: {block: Block; answer: ReportAnswer; view: View; text: (value: Measure, name: string) => string; name: (field: string) => string; most?: number}) {
  const [shown, setShown] = useState(most), lines = linesOf(answer), fields = (block.columns ?? []).map(fieldOf), end = (field: string) => lines.some((line) => isMoney(valueOf(line, field) as never));
  const link = fields.find((field) => field === 'title' || field === 'number') ?? fields[0], acts = lines.some((line) => line.act !== undefined), shows = (value: unknown, field: string) => (typeof value === 'string' ? (/^\d{4}-\d\d-\d\d$/.test(value) ? date(value) : value) : text(value as Measure, field));
  if (lines.length === 0) return <Message icon="check" title={block.empty ?? t('chart.none')} />;
  return (
    <section class={block.width === 'flat' ? '' : 'card'}>{block.title && <div class="card-head"><h2>{block.title}</h2></div>}
      <div class="table-box flat scroll"><table class="plain words"><caption class="sr">{block.title ?? view.title}</caption>
        <thead><tr>{fields.map((field) => <th scope="col" class={end(field) ? 'end' : ''} key={field}>{name(field)}</th>)}{acts && <th scope="col"><span class="sr">{t('act')}</span></th>}</tr></thead>
        <tbody>{lines.slice(0, shown).map((line, at) => { const to = target(line); return <tr key={at}>{fields.map((field) => { const value = shows(valueOf(line, field), field); return <td key={field} class={end(field) ? 'num end' : ''}>{field === link && to ? <a href={to}>{value}</a> : value}</td>; })}{acts && <td class="end tight">{line.act !== undefined && <ActButton proposed={line.act as Proposed} title={String(line.title ?? '')} text={String(line.text ?? '')} />}</td>}</tr>; })}</tbody></table></div>
      {lines.length > shown && <div class="card-body"><button type="button" class="btn" onClick={() => setShown(shown + 200)}>{t('list.load_more')}</button></div>}
    </section>
  );
}
