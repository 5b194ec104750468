// SPDX-License-Identifier: Apache-2.0
// What a browser loads before the first list stands: few files, without charts, boards, wizards, records, editors and their texts.
// What is on the wire, heads and data and all, is told by host.e2e.mjs.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {gzipSync} from 'node:zlib';

const dist = join(process.env.WEB!, 'dist'), text = (name: string) => readFileSync(join(dist, name), 'utf8');

/** A file and all that it imports at once; what is imported when needed is not followed. */
function whole(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const found of text(name).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) whole(found[1]!, seen);
  return seen;
}

test('the files of the first load are few and at most 60 KB packed', () => {
  const language = readdirSync(dist).filter((name) => /^(sv|nb|en)-/.test(name)).sort((a, b) => text(b).length - text(a).length)[0]!, scripts = [...whole('app.js')];
  const files = [...scripts, language, 'app.css', 'index.html', 'icon.svg'], bytes = files.reduce((sum, name) => sum + gzipSync(text(name)).length, 0);
  assert.ok(scripts.length > 1, 'the graph was followed');
  assert.ok(scripts.length <= 3, `in pieces: ${scripts.join(', ')}`);
  assert.ok(bytes <= 60 * 1024, `${(bytes / 1024).toFixed(1)} KB in ${files.length} files`);
  // By words that stand in these parts alone.
  const code = scripts.map(text).join('');
  assert.ok(code.includes('grid-box'), 'the list is there');
  for (const later of ['cell-trouble', 'matrix-box', 'chart-body', 'col-cards', 'save-bar', 'palette-field', 'month-name', 'parse.decimals']) assert.ok(!code.includes(later), `${later} is loaded at once`);
});

test('each language comes in two parts that hold every text once', () => {
  for (const language of ['sv', 'nb', 'en']) {
    const parts = readdirSync(dist).filter((name) => new RegExp(`^${language}(_rest)?-`).test(name)).map((name) => text(name)), all = Object.keys(JSON.parse(readFileSync(join(process.env.WEB!, 'i18n', `${language}.json`), 'utf8')) as object);
    assert.equal(parts.length, 2);
    for (const key of all) assert.equal(parts.filter((part) => part.includes(`"${key}":`) || new RegExp(`[{,]${key}:`).test(part)).length, 1, `${language}: ${key}`);
  }
});
