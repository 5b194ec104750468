// SPDX-License-Identifier: Apache-2.0
// Lines of a record (sellers with shares, product lines, cost entries): a small table with its sum and what is missing to it.
import {useEffect, useRef} from 'preact/hooks';
import {isNone} from '../core/format';
import {number, t} from '../core/i18n';
import {route} from '../core/router';
import type {Cell, Cells, Field, Line} from '../core/types';
import {CellView} from '../widgets/cell';
import {Editor} from '../widgets/editor';
import {Icon} from '../widgets/icon';
import {lineSum} from './form_state';

export function Lines({id, field, value, onChange, currency, error}: {id: string; field: Field; value: Cell; onChange: (value: Cell) => void; currency?: string | undefined; error?: string | undefined}) {
  const lines = (Array.isArray(value) ? value as Line[] : []).filter((line) => typeof line === 'object');
  // A link may name one of them.
  const named = Number(route.value.query.get('line')), here = useRef<HTMLTableRowElement>(null);
  useEffect(() => here.current?.scrollIntoView({block: 'center'}), [named]);
  const columns = Object.entries(field.of ?? {}), readonly = field.readonly === true;
  const set = (at: number, name: string, cell: Cell) => onChange(lines.map((line, i) => (i === at ? {...line, cells: {...line.cells, [name]: cell}} : line)));
  const sum = field.sum ? lineSum(lines, field.sum.field) : null, rest = field.sum && sum !== null ? Math.round((field.sum.equals - sum) * 100) / 100 : null;
  const add = () => {
    const cells: Cells = {};
    if (field.sum && rest !== null && rest > 0) cells[field.sum.field] = String(rest);
    onChange([...lines, {cells}]);
  };
  return (
    <div class={`lines ${error ? 'invalid' : ''}`} id={id} tabIndex={-1} role="group" aria-label={field.label} aria-describedby={error ? `${id}-error` : undefined}>
      {lines.length > 0 && <div class="table-box flat"><table class="plain">
        <caption class="sr">{field.label}</caption>
        <thead><tr>{columns.map(([name, column]) => <th scope="col" key={name} class={['money', 'percent', 'integer', 'decimal'].includes(column.type) ? 'end' : ''}>{column.label}</th>)}{!readonly && <th scope="col"><span class="sr">{t('lines.remove')}</span></th>}</tr></thead>
        <tbody>{lines.map((line, at) => (
          <tr key={line.id ?? `n${at}`} {...(named && line.id === named ? {ref: here, class: 'named', 'aria-current': 'true' as const} : {})}>{columns.map(([name, column]) => <td key={name} class={['money', 'percent', 'integer', 'decimal'].includes(column.type) ? 'end' : ''}>{readonly || column.readonly ? <CellView cell={line.cells[name]} field={column} /> : <Editor field={column} label={t('lines.label', {column: column.label, n: at + 1})} value={line.cells[name]} onChange={(cell) => set(at, name, cell)} required={column.required} currency={currency} />}</td>)}
            {!readonly && <td class="tight"><button type="button" class="btn quiet icon-only" aria-label={t('lines.remove_n', {n: at + 1})} onClick={() => onChange(lines.filter((_, i) => i !== at))}><Icon name="trash" /></button></td>}</tr>))}</tbody>
      </table></div>}
      <div class="row wrap">
        {!readonly && <button type="button" class="btn quiet" onClick={add}><Icon name="plus" />{t('lines.add', {name: field.label})}</button>}
        {lines.length === 0 && readonly && <span class="muted">{t('lines.none')}</span>}
        <span class="spacer" />
        {sum !== null && lines.length > 0 && <span class={`small num ${rest === 0 ? 'muted' : 'late'}`}>{t('lines.sum', {sum: number(sum, 2)})}{rest !== 0 && rest !== null && ` · ${t(rest > 0 ? 'lines.rest' : 'lines.over', {rest: number(Math.abs(rest), 2)})}`}</span>}
      </div>
      {error && <span class="error" id={`${id}-error`} role="alert"><Icon name="warn" />{error}</span>}
      {isNone(field.help) ? null : <p class="help small muted">{field.help}</p>}
    </div>
  );
}
