// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {decodeFilters, encodeFilters} from '../../src/core/filter';
import {filterIn, normalise, wire} from '../../src/core/normalise';
import {fill, inputValue} from '../../src/core/template';
import type {Field, Row, View} from '../../src/core/types';
import {changes, check, compare, lineSum} from '../../src/views/form_state';
import {change, grow, paste, rowTotal, type MatrixRow} from '../../src/views/matrix_state';
import {grow as tree} from '../../src/views/tree';
import {safe} from '../../src/views/export';

const fields: Record<string, Field> = {
  title: {type: 'text', label: 'Title', required: true}, amount: {type: 'money', label: 'Amount'}, owner: {type: 'ref', label: 'Owner'}, note: {type: 'text', label: 'Note', input: 'rejection_note'},
  sellers: {type: 'lines', label: 'Sellers', sum: {field: 'share', equals: 100}, of: {employee: {type: 'ref', label: 'Employee'}, share: {type: 'percent', label: 'Share'}}}, sum: {type: 'money', label: 'Sum', readonly: true},
};
const row = (cells: Row['cells'], version = 1): Row => ({id: 1, version, title: 'x', cells});

test('only what changed is sent, as the action takes it', () => {
  const base = row({title: 'A', amount: {minor: 100, currency: 'SEK'}, owner: {id: 3, title: 'Eva'}, sum: {minor: 1, currency: 'SEK'}});
  assert.deepEqual(changes(base, {title: 'A', amount: {minor: 200, currency: 'SEK'}, owner: null, note: 'n', sum: {minor: 9, currency: 'SEK'}}, fields), {amount: {minor: 200, currency: 'SEK'}, owner: null, rejection_note: 'n'});
  assert.deepEqual(inputValue([{cells: {employee: {id: 2, title: 'E'}, share: '60'}}], fields.sellers), [{employee: 2, share: '60'}]);
});
test('three-way comparison: a clash only where both changed to unlike values', () => {
  const found = compare(row({title: 'A', note: 'n', owner: {id: 1, title: 'x'}}), {title: 'B', owner: {id: 2, title: 'y'}}, row({title: 'C', note: 'm', owner: {id: 2, title: 'y'}}, 2), fields);
  assert.deepEqual(found.clashes.map((clash) => [clash.field, clash.mine, clash.theirs]), [['title', 'B', 'C']]);
  assert.deepEqual(found.taken, ['note']);
});
test('shares are summed in hundredths', () => {
  assert.equal(lineSum([{cells: {share: '33.34'}}, {cells: {share: '33.33'}}, {cells: {share: '33.33'}}], 'share'), 100);
  const view = {fields, sections: [{fields: ['title']}, {lines: 'sellers'}]} as unknown as View, text = (key: string) => key;
  assert.deepEqual(check(view, {sellers: [{cells: {share: '60'}}, {cells: {share: '30'}}]}, text), {title: 'form.required', sellers: 'form.sum'});
  assert.deepEqual(check(view, {title: 't', sellers: []}, text), {});
});
test('filters survive the address', () => {
  const filters = [{field: 'owner', op: 'in', value: [1, 2]}, {field: 'planned_close', op: 'this_month'}, {field: 'title', op: 'contains', value: 'a:b~c,d/&?"å'}, {field: 'amount', op: '>=', value: 100}, {field: 'note', op: 'is_null'}];
  assert.deepEqual(decodeFilters(encodeFilters(filters), fields), filters);
  assert.deepEqual(decodeFilters('-', fields), []);
  assert.deepEqual(decodeFilters('%%%~~:', fields), []);
});
test('periods are operators here and values on the wire', () => {
  assert.deepEqual(filterIn({field: 'd', op: '=', value: 'overdue'}), {field: 'd', op: 'overdue'});
  assert.deepEqual(wire([{field: 'd', op: 'overdue'}]), [{field: 'd', op: '=', value: 'overdue'}]);
});
test('templates fill in, and know nothing else', () => {
  assert.deepEqual(fill({id: '$id', list: ['$field.owner', 'plain', '$missing'], price: '$5'}, {id: 7, field: {owner: 3}}), {id: 7, list: [3, 'plain', null], price: '$5'});
});
test('a view is made regular, whatever its host left out', () => {
  const view = normalise({schema: '1.0', id: 'x', kind: 'board', title: 'X', board: {column: {field: 'close', by: 'month'}, card: {flags: [{if: 'a', tone: 'warning', label: 'l'}]}, more: 10}, actions: {win: {label: 'Win', run: 'x.win', tone: 'positive'}}} as unknown as View);
  assert.equal(view.column?.kind, 'month');
  assert.equal(view.limit, 10);
  assert.equal(view.card?.flags?.[0]?.tone, 'warn');
  assert.equal(view.actions?.win?.tone, 'success');
});
test('a matrix keeps edits apart from what was loaded', () => {
  const rows: MatrixRow[] = [{key: 'a', label: 'A', values: [100, null, 50]}, {key: 'b', label: 'B', values: [1, 2, 3], readonly: true}];
  let edits = change(rows, new Map(), [{row: 'a', column: 1, minor: 7}, {row: 'b', column: 0, minor: 9}]);
  assert.equal(edits.size, 1);
  assert.equal(rowTotal(rows[0]!, edits), 157);
  edits = change(rows, edits, [{row: 'a', column: 1, minor: null}]);
  assert.equal(edits.size, 0);
  const pasted = paste('1,50\tx\n2\t3', rows, 3, {row: 0, column: 1}, 2, 'sv');
  assert.deepEqual(pasted.cells.map((cell) => [cell.row, cell.column, cell.minor]), [['a', 1, 150]]);
  assert.equal(pasted.bad.length, 3);
  assert.deepEqual(grow([100, 200, null], 10), [110, 220, 0]);
});
test('a tree stands even when its rows go in a circle', () => {
  const group = (id: number, parent: number | null): Row => ({id, version: 1, title: `g${id}`, cells: {parent: parent === null ? null : {id: parent, title: ''}}});
  const roots = tree([group(1, null), group(2, 1), group(3, 2), group(4, 5), group(5, 4), group(6, 99)], 'parent', [{id: 9, version: 1, title: 'm', cells: {group: {id: 3, title: ''}}}], 'group');
  assert.deepEqual(roots.map((node) => node.row.id).sort(), [1, 4, 5, 6]);
  assert.equal(roots.find((node) => node.row.id === 1)!.children[0]!.children[0]!.members.length, 1);
});
test('no cell of an export is a formula', () => {
  assert.equal(safe('=HYPERLINK("x")'), '"\'=HYPERLINK(""x"")"');
  assert.equal(safe('-12,50'), '-12,50');
  assert.equal(safe('@x'), "'@x");
  assert.equal(safe('a;b'), '"a;b"');
});
