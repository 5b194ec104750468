// SPDX-License-Identifier: Apache-2.0
// BEHAVIOURS.md names a test for each behaviour; here it is held to the tests that there are, and they to it.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';

const web = process.env.WEB!, folder = join(web, 'test/e2e'), page = readFileSync(join(web, 'BEHAVIOURS.md'), 'utf8');
const there = readdirSync(folder).filter((name) => name.endsWith('.e2e.mjs')).flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^ {2}async '((?:[^'\\]|\\.)*)'\(/gm)].map((found) => found[1]!.replace(/\\'/g, '\'')));
const named = [...page.matchAll(/^\| \d+ \|[^|]*\|(.*)\|$/gm)].flatMap((row) => [...row[1]!.matchAll(/`([^`]+)`/g)].map((found) => found[1]!));

test('every test that the page of behaviours names is there, and every one that is there is named', () => {
  assert.ok(there.length > 40, `${there.length} tests found`);
  assert.deepEqual(named.filter((name) => !there.includes(name)), [], 'named, not there');
  assert.deepEqual(there.filter((name) => !named.includes(name)), [], 'there, not named');
});

test('twenty behaviours are expected, ten please, none is left out', () => {
  const rows = (title: string) => [...(page.split(`## ${title}`)[1] ?? '').split('\n## ')[0]!.matchAll(/^\| (\d+) \|/gm)].map((found) => Number(found[1]));
  assert.deepEqual(rows('Expected'), Array.from({length: 20}, (_, at) => at + 1));
  assert.deepEqual(rows('Pleasing'), Array.from({length: 10}, (_, at) => at + 1));
});
