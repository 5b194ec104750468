// SPDX-License-Identifier: Apache-2.0
// Builds dist/ from src/, css/ and i18n/: the same bytes from the same input, on every machine.
//   node build.mjs            writes dist/
//   node build.mjs --check    builds beside it and compares byte by byte; exit 1 when dist/ is not what src/ says
import {build} from 'esbuild';
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync, copyFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes('--check');
const out = check ? mkdtempSync(join(tmpdir(), 'renderer-')) : join(here, 'dist');
rmSync(out, {recursive: true, force: true});
mkdirSync(out, {recursive: true});

await build({
  absWorkingDir: here,
  entryPoints: {app: 'src/main.tsx'},
  outdir: out,
  bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, legalComments: 'none', charset: 'utf8',
  jsx: 'automatic', jsxImportSource: 'preact', chunkNames: '[name]-[hash]', logLevel: 'warning',
});
await build({absWorkingDir: here, entryPoints: {app: 'css/app.css'}, outdir: out, bundle: true, minify: true, charset: 'utf8', logLevel: 'warning'});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(here, 'src', name), join(out, name));

const files = readdirSync(out).sort();
writeFileSync(join(out, 'MANIFEST.sha256'),
  files.map((name) => `${createHash('sha256').update(readFileSync(join(out, name))).digest('hex')}  ${name}\n`).join(''));

if (check) {
  const shipped = join(here, 'dist');
  const names = new Set([...readdirSync(shipped), ...readdirSync(out)]);
  const unlike = [...names].filter((name) => {
    try { return !readFileSync(join(shipped, name)).equals(readFileSync(join(out, name))); } catch { return true; }
  });
  rmSync(out, {recursive: true, force: true});
  if (unlike.length > 0) {
    console.error(`dist/ is not what src/ builds: ${unlike.join(', ')}. Run "npm run build" and commit dist/.`);
    process.exit(1);
  }
  console.log('dist/ is what src/ builds.');
} else {
  const size = (name) => gzipSync(readFileSync(join(out, name)), {level: 9}).length;
  for (const name of files) console.log(`${name.padEnd(32)} ${(size(name) / 1024).toFixed(1)} KB gz`);
}
