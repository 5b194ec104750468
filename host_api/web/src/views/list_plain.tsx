// SPDX-License-Identifier: Apache-2.0
// The list without a grid: cards for narrow windows, and a plain table (page mode for screen readers, parts of records, print).
import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';
import {cellText, isNone, moneys} from '../core/format';
import {number, t} from '../core/i18n';
import type {Column, Money, Row, View} from '../core/types';
import type {RowCache} from '../grid/cache';
import {alignOf, CellView} from '../widgets/cell';
import {Icon} from '../widgets/icon';

/** Lines of a card; what is left over stands below in one. */
const MOST_LINES = 5;

function usePages(cache: RowCache, step: number): [Row[], (() => void) | null] {
  const [shown, setShown] = useState(step);
  const rows = Array.from({length: Math.min(shown, cache.total)}, (_, at) => cache.row(at)).filter((row): row is Row => row !== undefined);
  const more = cache.total > shown ? () => { cache.want(0, shown + step - 1); setShown(shown + step); } : null;
  return [rows, more];
}

export function Cards({view, columns, cache, href, tail}: {view: View; columns: Column[]; cache: RowCache; href: (row: Row) => string | null; tail?: ((row: Row, plain: boolean) => ComponentChildren) | undefined}) {
  const [rows, more] = usePages(cache, 30);
  const [first, ...rest] = columns, filled = (row: Row) => rest.filter((column) => !isNone(row.cells[column.field]));
  return (
    <>
      <ul class="cards" aria-label={view.title}>
        {rows.map((row) => {
          const address = href(row), title = <CellView cell={isNone(row.cells[first?.field ?? '']) ? row.title : row.cells[first!.field]} field={view.fields[first?.field ?? '']} as="text" />;
          return (
            <li class="card list-card" key={row.id}>
              <div class="card-title">{address ? <a href={address}>{title}</a> : title}</div>
              <dl>{filled(row).slice(0, MOST_LINES).map((column) => <div key={column.field}><dt>{column.label ?? view.fields[column.field]?.label}</dt><dd><CellView cell={row.cells[column.field]} field={view.fields[column.field]} as={column.as} /></dd></div>)}</dl>
              {filled(row).length > MOST_LINES && <p class="small muted card-rest">{filled(row).slice(MOST_LINES).map((column) => `${column.label ?? view.fields[column.field]?.label}: ${cellText(row.cells[column.field], view.fields[column.field])}`).join(' · ')}</p>}
              {tail && <div class="row end">{tail(row, true)}</div>}
            </li>);
        })}
      </ul>
      {!cache.started && <span class="skeleton" />}
      {more && <button type="button" class="btn" onClick={more}>{t('list.load_more')}</button>}
    </>
  );
}

interface TableProps { view: View; columns: Column[]; cache: RowCache; cell: (row: Row, column: Column) => ComponentChildren; sort: string[]; onSort: (sort: string[]) => void; sums: Record<string, Money[] | number | null> | undefined; label: string; onOpen: ((row: Row, index: number) => void) | null; tail?: ((row: Row, plain: boolean) => ComponentChildren) | undefined; limit?: number | undefined }
export function PlainTable({view, columns, cache, cell, sort, onSort, sums, label, tail, limit}: TableProps) {
  const [pages, another] = usePages(cache, 50), rows = limit ? pages.slice(0, limit) : pages, more = limit ? null : another;
  const whole = (row: Row, column: Column) => (limit ? cellText(row.cells[column.field], view.fields[column.field]) : undefined);  // few rows on a card: cut to one line
  return (
    <div class="table-box">
      <table class="plain">
        <caption class="sr">{label}</caption>
        <thead><tr>{columns.map((column) => {
          const now = sort.find((part) => part.replace(/^-/, '') === column.field);
          return <th scope="col" key={column.field} class={alignOf(column, view.fields[column.field])} aria-sort={now === undefined ? undefined : now.startsWith('-') ? 'descending' : 'ascending'}>
            <button type="button" class="head-btn" disabled={column.sortable === false} onClick={() => onSort(now === undefined ? [column.field] : now.startsWith('-') ? [] : [`-${column.field}`])}>{column.label ?? view.fields[column.field]?.label}{now !== undefined && <Icon name={now.startsWith('-') ? 'down' : 'up'} />}</button></th>;
        })}{tail && <th scope="col"><span class="sr">{t('more')}</span></th>}</tr></thead>
        <tbody>{rows.map((row) => <tr key={row.id}>{columns.map((column, at) => at === 0
          ? <th scope="row" key={column.field} class={alignOf(column, view.fields[column.field])} title={whole(row, column)}>{tabbable(cell(row, column))}</th>
          : <td key={column.field} class={alignOf(column, view.fields[column.field])} title={whole(row, column)}>{tabbable(cell(row, column))}</td>)}{tail && <td class="end">{tail(row, true)}</td>}</tr>)}</tbody>
        {columns.some((column) => column.total) && sums && <tfoot><tr>{columns.map((column, at) => <td key={column.field} class={alignOf(column, view.fields[column.field])}>{column.total ? <strong class="num">{sumText(sums[column.field])}</strong> : at === 0 ? t('list.sum') : ''}</td>)}</tr></tfoot>}
      </table>
      {!cache.started && <div class="card-body"><span class="skeleton" /></div>}
      {more && <div class="card-body"><button type="button" class="btn" onClick={more}>{t('list.load_more')}</button></div>}
      {limit && (cache.exact || cache.complete) && cache.total > rows.length && rows.length > 0 ? <p class="muted small table-more">{t('list.of', {n: rows.length, all: number(cache.total)})}</p> : null}
    </div>
  );
}

const sumText = (sum: Money[] | number | null | undefined) => (typeof sum === 'number' ? number(sum) : sum ? moneys(sum) : t('list.sum.none'));

/** In a plain table every link is a tab stop; in the grid the arrows reach it. */
function tabbable(content: ComponentChildren): ComponentChildren {
  const node = content as {props?: {tabIndex?: number}} | null;
  if (node && typeof node === 'object' && node.props && 'tabIndex' in node.props) node.props.tabIndex = 0;
  return content;
}
