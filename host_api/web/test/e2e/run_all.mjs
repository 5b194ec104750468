// SPDX-License-Identifier: Apache-2.0
// Runs every scenario and prints a line each. A pattern chooses by name.
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {close} from './browser.mjs';
import {endWorld} from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url));

export async function runAll(pattern) {
  const result = {passed: 0, failed: 0, skipped: 0}, wanted = new RegExp(pattern || '.', 'i');
  for (const file of readdirSync(here).filter((name) => name.endsWith('.e2e.mjs')).sort()) {
    const {tests, before, after, skip} = await import(join(here, file));
    const chosen = Object.entries(tests).filter(([name]) => wanted.test(name));
    if (chosen.length === 0) continue;
    const reason = skip?.();
    if (reason) {
      if (process.env.CI === 'true') { result.failed += 1; console.log(`FAILED (CI) ${file}: ${reason}`); } else { result.skipped += chosen.length; console.log(`skipped ${file}: ${reason}`); }
      continue;
    }
    const shared = await before?.();
    for (const [name, run] of chosen) {
      const began = Date.now();
      try { await run(shared); result.passed += 1; console.log(`ok ${name} (${Date.now() - began} ms)`); }
      catch (error) { result.failed += 1; console.log(`FAILED ${name}\n  ${String(error.stack ?? error).split('\n').slice(0, 9).join('\n  ')}`); }
    }
    await after?.(shared);
  }
  await endWorld();
  await close();
  return result;
}
