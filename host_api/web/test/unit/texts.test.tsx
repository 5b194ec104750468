// SPDX-License-Identifier: Apache-2.0
// Texts in three languages, formats, expressions by the shared vectors, charts and drawn cells.
import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {renderToString} from 'preact-render-to-string';
import {evaluate, holds} from '../../src/core/expr';
import {me, minorText, money, moneys, percent, relativeDate} from '../../src/core/format';
import {setTexts, t} from '../../src/core/i18n';
import {bridge, linear} from '../../src/charts/scale';
import {axisFilter, columnsOf, flat, lineParams, linesOf, measuresOf, restOf, tidy, toldApart} from '../../src/views/report_data';
import {monthAway} from '../../src/views/param_value';
import {paperSize} from '../../src/views/report_words';
import {CellView} from '../../src/widgets/cell';
import {Chart} from '../../src/charts/charts';
import en from '../../i18n/en.json';
import nb from '../../i18n/nb.json';
import sv from '../../i18n/sv.json';

const web = process.env.WEB!;
me.value = {schema: '1.0', user: {id: 1, login: 'e', name: 'E', employee: 1}, company: {id: 1, name: 'N', currency: 'SEK', time_zone: 'Europe/Stockholm', fiscal_year_start_month: 1}, currencies: {SEK: 2, NOK: 2, JPY: 0}, today: '2026-11-28', language: 'sv', languages: ['sv'], permissions: []};

test('every text is there in every language, with the same places to fill', () => {
  const places = (text: unknown) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((found) => found[1]).filter((name, at, all) => all.indexOf(name) === at).sort().join();
  assert.deepEqual(Object.keys(sv), Object.keys(en));
  assert.deepEqual(Object.keys(nb), Object.keys(en));
  for (const key of Object.keys(en) as (keyof typeof en)[]) { assert.equal(places(sv[key]), places(en[key]), key); assert.equal(places(nb[key]), places(en[key]), key); }
});
test('every text that the source asks for exists', () => {
  const files = (folder: string): string[] => readdirSync(folder, {withFileTypes: true}).flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));
  const missing = files(join(web, 'src')).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\b(?:t|toast)\('([a-z_.0-9]+)'/g)].map((found) => found[1]!).filter((key) => !(key in en)).map((key) => `${file}: ${key}`));
  assert.deepEqual(missing, []);
});
test('amounts by language; other currencies by their code', () => {
  setTexts('sv', sv as never);
  assert.equal(minorText(123450, 2).replace(/\s/g, ' '), '1 234,50');
  assert.equal(money({minor: 1200000, currency: 'NOK'}).replace(/\s/g, ' '), '12 000 NOK');
  assert.equal(money({minor: -5, currency: 'SEK'}).replace(/\s/g, ' '), '−0,05 kr');
  assert.equal(minorText(9007199254740991, 2).replace(/\s/g, ' '), '90 071 992 547 409,91');
  assert.equal(moneys([{minor: 100, currency: 'SEK'}, {minor: 200, currency: 'NOK'}]).replace(/\s/g, ' '), '1 kr + 2 NOK');
  assert.equal(percent('31.50').replace(/\s/g, ' '), '31,5 %');
  setTexts('en', en as never);
  assert.equal(minorText(123450, 2), '1,234.50');
  assert.equal(relativeDate('2026-11-27'), 'yesterday');
});
test('plurals', () => {
  setTexts('sv', sv as never);
  assert.equal(t('list.count', {n: 1}), '1 rad');
  assert.equal(t('list.count', {n: 2}), '2 rader');
  assert.equal(t('no.such.text'), 'no.such.text');
});
test('expressions answer by the shared vectors', (context) => {
  const file = join(web, 'schema/expressions.json');
  if (!existsSync(file)) { context.skip('no vectors'); return; }
  const raw = JSON.parse(readFileSync(file, 'utf8')) as unknown, vectors = (Array.isArray(raw) ? raw : (raw as {vectors: unknown[]}).vectors) as {expr: string; values?: Record<string, unknown>; result?: unknown; error?: unknown}[];
  for (const {expr, values = {}, result, error} of vectors) {
    if (error) assert.throws(() => evaluate(expr, values), undefined, expr);
    else assert.equal(Boolean(evaluate(expr, values)), Boolean(result), `${expr} ${JSON.stringify(values)}`);
  }
});
test('expressions: what they are and are not', () => {
  assert.equal(holds('status == "open" and next_activity == null', {status: 'open', next_activity: null}), true);
  assert.equal(holds('target.rejection_rule in ["asked", "required"]', {target: {rejection_rule: 'required'}}), true);
  assert.equal(holds('not archived', {archived: false}), true);
  assert.equal(holds('amount > 100', {amount: {minor: 101, currency: 'SEK'}}), true);
  assert.equal(holds('step == 3', {step: {id: 3, title: 'x'}}), true);
  assert.equal(holds('constructor == null', {}), true);
  for (const bad of ['a(', 'alert(1)', 'a == ', 'a ; b', '(' .repeat(100)]) assert.throws(() => evaluate(bad, {a: 1}), undefined, bad);
});
test('what a user typed never becomes markup', () => {
  const evil = '<img src=x onerror=alert(1)>';
  for (const [cell, field] of [[evil, {type: 'text', label: 'x'}], [{id: 1, title: evil}, {type: 'ref', label: 'x'}], [evil, {type: 'choice', label: 'x'}], [[evil], {type: 'tags', label: 'x'}]] as const) assert.ok(!renderToString(<CellView cell={cell as never} field={field as never} />).includes('<img'), JSON.stringify(cell));
});
test('a chart has a name that tells its numbers', () => {
  setTexts('sv', sv as never);
  const html = renderToString(<Chart mark="bars" title="Försäljning" labels={['jan', 'feb']} series={[{label: 'Fakturerat', values: [100, 200]}]} format={String} short={String} />);
  assert.match(html, /aria-label="Försäljning\. jan: Fakturerat 100\. feb: Fakturerat 200"/);
  assert.ok(!html.includes('style='), 'no inline style in markup');
});
test('axes begin at nothing and bridges add up', () => {
  const scale = linear([3, 17, 42], 200, 0);
  assert.equal(scale.min, 0);
  assert.ok(scale.max >= 42 && scale.ticks.length >= 3);
  assert.equal(scale.at(0), 200);
  const stages = bridge([{label: 'start', value: 100}, {label: 'new', value: 40}, {label: 'lost', value: -30}, {label: 'end', value: 110}]);
  assert.deepEqual(stages.map((stage) => [stage.from, stage.to]), [[0, 100], [100, 140], [140, 110], [0, 110]]);
});
test('reports: measures and columns as they come; rows behind a number', () => {
  const answer = {rows: [{key: 'a', label: 'A', measures: {count: 1}, columns: [{key: '2026-02', label: '2026-02', measures: {}}]}, {key: 'b', label: 'B', measures: {amount: {minor: 1, currency: 'SEK'}}, columns: [{key: '2026-01', label: '2026-01', measures: {}}]}]};
  assert.deepEqual(measuresOf(answer as never), ['count', 'amount']);
  assert.deepEqual(columnsOf(answer as never).map((column) => column.key), ['2026-01', '2026-02']);
  const many = {rows: [{key: 'z', label: 'Z', measures: {}}, {key: 'others', label: '7 others', others: 7, measures: {}, columns: [{key: 'others', label: '2 others', others: 2, measures: {}}, {key: 'z', label: 'Z', measures: {}}]}]};
  assert.deepEqual(toldApart(many as never).map((row) => row.key), ['z']);
  assert.equal(restOf(many as never)?.others, 7);
  assert.deepEqual(columnsOf(many as never).map((column) => column.key), ['z', 'others'], 'others stand last');
  assert.deepEqual(axisFilter('month', {key: '2026-02'}), [{field: 'planned_close', op: 'between', value: ['2026-02-01', '2026-02-28']}]);
  assert.deepEqual(axisFilter('seller', {key: 'E1', id: 6}), [{field: 'owner', op: '=', value: 6}]);
});

test('a report of another shape becomes names and per cent', () => {
  const money = {minor: 5, currency: 'SEK'};
  assert.deepEqual(flat({passed_share: 7429, amount: money, pipeline: {error: '0.8158', bias: '-0.0185', held80: '1.0000', expected: money}, chances: [{days: 30, brier: '0.1404', won: '0.0500', calibration: [{count: 1}]}]}),
    {passed_share: '74.29', amount: money, pipeline_error: '81.58', pipeline_bias: '-1.85', pipeline_held80: '100.00', pipeline_expected: money, chances_30_days: 30, chances_30_brier: '0.1404', chances_30_won: '5.00'});
  const answer = tidy({rows: [{key: 'E1', label: 'Erik', measures: {base: money}, documents: [{number: 'I1', measures: {base: money}}]}, {kind: 'stale', title: 'Deal'} as never]});
  assert.deepEqual(linesOf(answer).map((line) => [line.seller, line.number, line.title]), [['Erik', 'I1', undefined], [undefined, undefined, 'Deal']]);
  assert.deepEqual(answer.rows[1]!.measures, {});
  assert.equal(axisFilter('won', {key: '2026-02'})[1]!.field, 'actual_close');
});

test('a default so many months away', () => {
  assert.deepEqual([monthAway('2026-11-29', -5), monthAway('2026-11-29', 6), monthAway('2026-03-31', -3), monthAway('2026-12-01', 2)], ['2026-06-01', '2027-05-31', '2025-12-01', '2027-02-28']);
});

test('letters on paper are as large as the columns let them be', () => {
  assert.deepEqual([5, 9, 13, 18, 22, 60].map((columns) => paperSize([18, ...Array.from({length: columns}, () => 12)])), ['', '', 'columns-many', 'columns-most', 'columns-all', 'columns-beyond']);
  assert.equal(paperSize([18, ...Array.from({length: 12}, () => 30)]), 'columns-beyond', 'long numbers too');
});
test('the lines behind a number: its row and column by key and id, what was asked, and no more', () => {
  const asked = {from: '2026-01-01', limit: 1000};
  assert.deepEqual(lineParams('invoiced', {rows: 'seller', columns: 'month'}, {key: 'E1', id: 4}, {key: '2026-04'}, asked), {'p.rows': 'seller', 'p.columns': 'month', 'p.row': 'E1', 'p.row_id': '4', 'p.column': '2026-04', 'p.column_id': '0', 'p.measure': 'invoiced', 'p.from': '2026-01-01', 'p.most': '1000'});
  assert.deepEqual(lineParams('credits', {rows: 'customer'}, {key: 'others', id: 0, others: 12}, {key: 'never'}, {}), {'p.rows': 'customer', 'p.row_others': 'true', 'p.measure': 'credits'});
  assert.deepEqual(lineParams('ordered', {rows: 'month', columns: 'step'}, null, {key: 'offer', id: 9}, {to: '2026-12-31'}), {'p.rows': 'month', 'p.columns': 'step', 'p.column': 'offer', 'p.column_id': '9', 'p.measure': 'ordered', 'p.to': '2026-12-31'});
  assert.equal(columnsOf({rows: [{key: 'a', label: '', measures: {}, columns: [{key: 'offer', id: 1, label: '', measures: {}}, {key: 'offer', id: 2, label: '', measures: {}}]}]}).length, 2, 'two columns of one key');
});
