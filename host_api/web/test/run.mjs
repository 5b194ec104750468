// SPDX-License-Identifier: Apache-2.0
// Runs the renderer's tests and says "N passed, N failed, N skipped".
//   node test/run.mjs unit                    pure code and drawn text, no browser
//   node test/run.mjs e2e [REGEX]             Chromium against a made-up host, and against erp-host where ERP_HOST names it
//   node test/run.mjs all                     types, bundle, both
// Without npm's packages or Chromium the parts that need them are skipped with the reason; with CI=true that is a failure.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), web = join(here, '..'), root = join(web, '../..');
const [what = 'all', regex = ''] = process.argv.slice(2);
const total = {passed: 0, failed: 0, skipped: 0}, strict = process.env.CI === 'true';
const skip = (reason) => { if (strict) { total.failed += 1; console.log(`FAILED (CI): ${reason}`); } else { total.skipped += 1; console.log(`skipped: ${reason}`); } };
const step = (name, command, args) => {
  const ran = spawnSync(command, args, {cwd: web, encoding: 'utf8'});
  if (ran.status === 0) { total.passed += 1; console.log(`ok ${name}`); } else { total.failed += 1; console.log(`FAILED ${name}\n${ran.stdout}${ran.stderr}`); }
};

async function units() {
  const {build} = await import('esbuild');
  const out = join(root, 'build/web-tests');
  rmSync(out, {recursive: true, force: true});
  mkdirSync(out, {recursive: true});
  writeFileSync(join(out, 'package.json'), '{"type": "module"}\n');
  await build({absWorkingDir: web, entryPoints: readdirSync(join(here, 'unit')).filter((name) => /\.test\.tsx?$/.test(name)).map((name) => join(here, 'unit', name)), outdir: out, bundle: true, platform: 'node', format: 'esm', target: 'node18', jsx: 'automatic', jsxImportSource: 'preact', logLevel: 'warning', loader: {'.json': 'json'}});
  const ran = spawnSync(process.execPath, ['--test', '--test-reporter=tap', out], {encoding: 'utf8', env: {...process.env, WEB: web}});
  const number = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(ran.stdout)?.[1] ?? 0);
  total.passed += number('pass'); total.failed += number('fail'); total.skipped += number('skipped');
  if (ran.status !== 0 && number('fail') === 0) total.failed += 1;
  if (ran.status !== 0) console.log(ran.stdout.split('\n').filter((line) => !/^\s*(ok|duration_ms|---|\.\.\.|type:)/.test(line)).join('\n'), ran.stderr);
  console.log(`units: ${number('pass')} passed, ${number('fail')} failed`.replace(/passed, /, 'good, ').replace(/failed$/, 'bad'));
}

if (!existsSync(join(web, 'node_modules/esbuild'))) skip('the renderer\'s packages are missing: npm ci --ignore-scripts in host_api/web');
else {
  if (what === 'unit' || what === 'all') {
    if (what === 'all') { step('types', process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']); step('dist/ is what src/ builds', process.execPath, ['build.mjs', '--check']); }
    await units();
  }
  if (what === 'e2e' || what === 'all') {
    const {findChromium} = await import('./e2e/browser.mjs');
    if (!findChromium()) skip('no Chromium: apt-get install chromium');
    else {
      const {runAll} = await import('./e2e/run_all.mjs');
      const ran = await runAll(regex);
      total.passed += ran.passed; total.failed += ran.failed; total.skipped += ran.skipped;
    }
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
