#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// How long people wait: from the click in the menu to painted rows and to the board with its sums, over a million opportunities; how
// long rows stand empty while the list is scrolled; what the first load weighs. Prints JSON lines, never an assertion.
//   node host_api/web/test/bench/pages.mjs --data FOLDER [--database URL] [--opportunities 1000000] [--rounds 7] [--seconds 6]
// FOLDER: a company of tests/bench/world.py; it is made where there is none. ERP_HOST as in the tests.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {close} from '../e2e/browser.mjs';
import {calibration, clicks, firstLoad, scrolling} from './measure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..'), program = process.env.ERP_HOST ?? join(root, 'build/bin/erp-host');
const USER = {login: 'bench', password: 'bench the pages'};

export function company(data, {database, opportunities = 1_000_000, lines = 20_000} = {}) {
  const base = ['--data', data, ...(database ? ['--database', database] : [])];
  const run = (command, args, input) => { const ran = spawnSync(command, args, {encoding: 'utf8', input, maxBuffer: 1 << 28}); if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.stderr}`); return ran.stdout; };
  if (!existsSync(join(data, 'pages.done'))) {
    if (!['erp.db', 'database.url'].some((name) => existsSync(join(data, name)))) run('python3', [join(root, 'tests/bench/world.py'), ...base, '--opportunities', String(opportunities), '--lines', String(lines)]);
    run(program, ['action', 'user.create', '-', ...base], JSON.stringify({...USER, name: 'Bench', roles: ['administrator']}));
    run('touch', [join(data, 'pages.done')]);
  }
  return new Promise((done, fail) => {
    const child = spawn(program, ['serve', ...base, '--port', '0'], {stdio: ['ignore', 'pipe', 'inherit']});
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text); if (found) done({url: found[0], ...USER, end: () => { child.removeAllListeners('exit'); child.kill(); }}); });
    child.on('exit', (code) => fail(new Error(`the host ended (${code})`)));
  });
}

async function main() {
  const {values: asked} = parseArgs({options: {data: {type: 'string'}, database: {type: 'string'}, opportunities: {type: 'string', default: '1000000'}, rounds: {type: 'string', default: '7'}, seconds: {type: 'string', default: '6'}}});
  if (!asked.data) { console.error('--data FOLDER'); process.exit(2); }
  const host = await company(asked.data, {database: asked.database, opportunities: Number(asked.opportunities)}), rounds = Number(asked.rounds), tell = (what, figures) => console.log(JSON.stringify({what, ...figures}));
  try {
    const machine = spawnSync('python3', ['-c', 'import sys, json; sys.path.insert(0, sys.argv[1]); import calibration; print(json.dumps(calibration.figures()))', join(root, 'tests/bench')], {encoding: 'utf8'});
    tell('machine', JSON.parse(machine.stdout || '{}'));
    const beside = await calibration(host.url, {...host, rounds: Math.max(9, rounds)});
    for (const [what, times] of Object.entries(beside)) tell(what, times);
    const floor = beside['an empty call from the page'].median + beside['forty plain rows of text painted'].median;
    for (const [what, times] of Object.entries(await clicks(host.url, {...host, rounds}))) tell(what, {...times, times_the_floor: Math.round(Math.max(...Object.values(times).map((one) => one.median)) / floor * 10) / 10});
    for (const [what, figures] of Object.entries(await scrolling(host.url, {...host, seconds: Number(asked.seconds)}))) tell(`scrolling, ${what}`, figures);
    for (const [what, path] of [['the list', '/app/v/opportunity.list'], ['the home page', '/app']]) tell(`first load, ${what}`, await firstLoad(host.url, {...host, path}));
  } finally { host.end(); await close(); }
}
if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
