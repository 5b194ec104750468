// SPDX-License-Identifier: Apache-2.0
// Builds dist/ from src/, css/ and i18n/: the same bytes from the same input, on every machine.
//   node build.mjs            writes dist/
//   node build.mjs --check    builds beside it and compares byte by byte; exit 1 when dist/ is not what src/ says
import {build} from 'esbuild';
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync, copyFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {tmpdir} from 'node:os';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes('--check');
const out = check ? mkdtempSync(join(tmpdir(), 'renderer-')) : join(here, 'dist');
rmSync(out, {recursive: true, force: true});
mkdirSync(out, {recursive: true});

const scripts = {
  absWorkingDir: here,
  entryPoints: {app: 'src/main.tsx'},
  outdir: out,
  bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, legalComments: 'none', charset: 'utf8',
  jsx: 'automatic', jsxImportSource: 'preact', chunkNames: '[name]-[hash]', logLevel: 'warning',
};
/** A language's texts in two: `?first` holds the keys in `first`, `?rest` the others. */
const texts = (first) => ({
  name: 'texts',
  setup(it) {
    it.onResolve({filter: /\.json\?(first|rest)$/}, ({path, resolveDir}) => {
      const [name, part] = path.split('?'), file = join(resolveDir, name);
      // No path of this machine: names of files are made of what stands here.
      return {path: relative(here, file).replace(/\.json$/, part === 'first' ? '' : '_rest'), namespace: 'texts', pluginData: {file, part}};
    });
    it.onLoad({filter: /./, namespace: 'texts'}, ({pluginData: {file, part}}) => {
      const all = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
      return {contents: `export default ${JSON.stringify(Object.fromEntries(all.filter(([key]) => first(key) === (part === 'first'))))}`};
    });
  },
});

const {metafile} = await build({...scripts, plugins: [texts(() => true)], write: false, metafile: true});
const outputs = Object.entries(metafile.outputs), entry = 'src/main.tsx';

/** The sources that a part of the pages is made of, with all that it imports at once. */
const sourcesOf = (part) => {
  const sources = new Set(), seen = new Set(), load = (chunk) => {
    if (seen.has(chunk)) return;
    seen.add(chunk);
    const {inputs, imports} = metafile.outputs[chunk];
    for (const source of Object.keys(inputs)) if (source.startsWith('src/')) sources.add(source);
    for (const one of imports) if (one.kind === 'import-statement') load(one.path);
  };
  load(outputs.find(([, {entryPoint}]) => entryPoint === part)[0]);
  return sources;
};

// Which texts the first page needs, a list or the home page, is read off the code that they load: a key is named there as a
// whole, or by its beginning (`period.${…}`).
const home = 'src/views/home.tsx', atFirst = sourcesOf(entry), ofHome = sourcesOf(home);
const code = [...new Set([...atFirst, ...ofHome])].map((source) => readFileSync(join(here, source), 'utf8')).join('\n');
const named = new Set([...code.matchAll(/['"`]([a-z_]+(?:\.[a-z_0-9]+)*)['"`]/g)].map(([, key]) => key)), all = [...code.matchAll(/`([a-z_]+\.(?:[a-z_]+\.)*)\$\{/g)].map(([, key]) => key);
// Of the seventy measures of reports the home page names those of its lines of words.
const begun = all.filter((start) => start !== 'measure.');
for (const key of ['title', 'text', 'seller', 'customer', 'amount']) named.add(`measure.${key}`);

// Every part that is opened later imports all of what is there at first: so that travels as one file, not in as many pieces as
// there are parts that share some of it, each with the headers of an answer. Likewise the home page with who shares a part of it.
const first = [...readFileSync(join(here, entry), 'utf8').matchAll(/from '\.\/([\w/]+)'/g)].map(([, name]) => join(here, 'src', name));
const also = new Map(outputs.map(([, {entryPoint}]) => entryPoint).filter((name) => name?.startsWith('src/') && name !== entry).map((part) => (
  [part, part !== home && [...sourcesOf(part)].some((source) => ofHome.has(source) && !atFirst.has(source)) ? [...first, join(here, home)] : first])));
const together = {
  name: 'together',
  setup(it) {
    it.onLoad({filter: /\.tsx?$/}, ({path}) => {
      const more = also.get(relative(here, path));
      return more ? {contents: `${readFileSync(path, 'utf8')}\n${more.map((one) => `import ${JSON.stringify(`./${relative(dirname(path), one)}`)};`).join('\n')}`, loader: path.endsWith('x') ? 'tsx' : 'ts'} : null;
    });
  },
};
await build({...scripts, plugins: [texts((key) => named.has(key) || begun.some((start) => key.startsWith(start))), together]});
await build({absWorkingDir: here, entryPoints: {app: 'css/app.css', more: 'css/more.css'}, outdir: out, bundle: true, minify: true, charset: 'utf8', logLevel: 'warning'});
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
