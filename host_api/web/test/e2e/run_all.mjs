// SPDX-License-Identifier: Apache-2.0
// Runs every scenario and prints a line each. A pattern chooses by name. What runs on the made-up host, or only
// looks at the still company, goes beside what works in the demo company: most of the time either waits for the browser.
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {close} from './browser.mjs';
import {endWorld} from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url)), BESIDE = ['haste.e2e.mjs', 'paper.e2e.mjs', 'renderer.e2e.mjs', 'shapes.e2e.mjs'];

async function runFile(file, wanted, result) {
  const {tests, before, after, skip} = await import(join(here, file));
  const chosen = Object.entries(tests).filter(([name]) => wanted.test(name));
  if (chosen.length === 0) return;
  const reason = skip?.();
  if (reason) {
    if (process.env.CI === 'true') { result.failed += 1; console.log(`FAILED (CI) ${file}: ${reason}`); } else { result.skipped += chosen.length; console.log(`skipped ${file}: ${reason}`); }
    return;
  }
  const shared = await before?.();
  for (const [name, run] of chosen) {
    const began = Date.now();
    try { await run(shared); result.passed += 1; console.log(`ok ${name} (${Date.now() - began} ms)`); }
    catch (error) { result.failed += 1; console.log(`FAILED ${name}\n  ${Array.isArray(error.actual) && error.actual.length > 0 ? error.actual.slice(0, 60).join('\n  ') : String(error.stack ?? error).split('\n').slice(0, 9).join('\n  ')}`); }
  }
  await after?.(shared);
}

export async function runAll(pattern) {
  const result = {passed: 0, failed: 0, skipped: 0}, wanted = new RegExp(pattern || '.', 'i');
  const files = readdirSync(here).filter((name) => name.endsWith('.e2e.mjs')).sort();
  const lane = async (list) => { for (const file of list) await runFile(file, wanted, result); };
  await Promise.all([lane(files.filter((file) => !BESIDE.includes(file))), lane(files.filter((file) => BESIDE.includes(file)))]);
  await endWorld();
  await close();
  return result;
}
