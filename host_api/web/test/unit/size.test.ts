// SPDX-License-Identifier: Apache-2.0
// What a browser loads before the first list stands: at most 80 KB compressed, without charts, boards, wizards and records.
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

test('the first load is at most 80 KB compressed', () => {
  const language = readdirSync(dist).filter((name) => /^(sv|nb|en)-/.test(name)).sort((a, b) => text(b).length - text(a).length)[0]!;
  const files = [...whole('app.js'), language, 'app.css', 'index.html'], bytes = files.reduce((sum, name) => sum + gzipSync(text(name)).length, 0);
  assert.ok(files.length > 6, 'the graph was followed');
  assert.ok(bytes <= 80 * 1024, `${(bytes / 1024).toFixed(1)} KB in ${files.length} files`);
  for (const later of ['report', 'board', 'wizard', 'import', 'matrix', 'tree', 'form', 'palette']) assert.ok(!files.some((name) => name.startsWith(`${later}-`)), `${later} is loaded at once`);
});
