// SPDX-License-Identifier: Apache-2.0
// What must not happen on the real host: text that becomes markup, requests of foreign pages that change something, a session that
// somebody else planted, passwords tried without end, a record or a sum that is not the caller's, a policy with holes.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {launch, open, ready} from './browser.mjs';
import {call, goTo, skip, within, world} from './world.mjs';

export {skip};
export const before = world;

const EVIL = '"><img src=x data-evil onerror=window.evil=1><script data-evil>window.evil=1</script>{{7*7}}<svg data-evil onload=window.evil=1>';
const SCRIPT_URL = 'javascript:window.evil=1';

/** A value for every field of a form: markup in each text, what is asked for in the others. */
async function hostile(user, base, fields, names) {
  const out = {};
  for (const name of names) {
    const field = fields[name];
    if (!field || field.readonly || field.only === 'update') continue;
    const put = (value) => { const [first, ...rest] = (field.input ?? name).split('.'); if (rest.length > 0) out[first] = {...out[first], [rest[0]]: value}; else out[first] = value; };
    switch (field.type) {
      case 'text': case 'longtext': put(EVIL.slice(0, field.max ?? 1000)); break;
      case 'url': put(SCRIPT_URL); break;
      case 'email': case 'phone': put(EVIL); break;
      case 'tags': put(field.choices ? [] : [EVIL.slice(0, 60)]); break;
      case 'choice': put(field.choices[0].value); break;
      case 'money': put(field.input_as === 'minor' ? 100 : {minor: 100, currency: 'SEK'}); break;
      case 'integer': put(field.min ?? 1); break;
      case 'percent': put('10'); break;
      case 'date': put('2026-12-01'); break;
      case 'ref': if (field.required) { const {items} = await call(user, base, 'list.lookup', {list: field.ref.list, limit: 1}); if (items[0]) put(items[0].id); } break;
      default: break;
    }
  }
  return out;
}
const quiet = (page) => page.evaluate(() => ({evil: window.evil, marked: document.querySelectorAll('[data-evil]').length, links: [...document.querySelectorAll('a[href]')].filter((one) => /^(javascript|data|vbscript):/i.test(one.getAttribute('href'))).length}));

export const tests = {
  async 'script in every text field of every form stays text: on its form, in its list, in the palette'({demo}) {
    await within(demo.url, {login: 'admin', width: 1280}, '/app/v/no.such.page', async (page, user) => {
      const {views} = await (await user.context.request.get(`${demo.url}/api/views?lang=sv`)).json(), written = [];
      for (const {id} of views.filter((one) => one.kind === 'form')) {
        const view = await (await user.context.request.get(`${demo.url}/api/views/${id}?lang=sv`)).json();
        if (!view.save?.create || id === 'user.form') continue;
        const names = (view.sections ?? []).flatMap((part) => part.fields ?? []);
        const values = {...view.save.input_fixed, ...await hostile(user, demo.url, view.fields, names)};
        // A field with a form of its own (a number, a country) refuses markup, which is as good; the others must take it.
        for (let tries = 0; tries < 12; ++tries) {
          const answer = await user.context.request.post(`${demo.url}/api/actions/${view.save.create}?lang=sv`, {data: values}), body = await answer.json();
          if (answer.ok()) { written.push({id, record: body.id, list: view.load?.input?.list ?? view.entity}); break; }
          const named = String(body.error.field ?? body.error.key.split('.')[1] ?? '').split('.')[0], missing = {'activity.record.missing': ['opportunity', 1], 'opportunity.customer.missing': ['customer', 1], 'contact.customer.missing': ['customer', 1], 'project.customer.missing': ['customer', 1]}[body.error.key];
          if (missing) values[missing[0]] = missing[1]; else if (named in values) delete values[named]; else { written.push({id, refused: body.error.message}); break; }
        }
      }
      const taken = written.filter((one) => one.record);
      assert.ok(taken.length >= 10, `few forms took anything: ${JSON.stringify(written)}`);
      for (const {id, record, list} of taken) {
        for (const path of [`/app/v/${id}/${record}`, ...(views.some((one) => one.id === `${list}.list`) ? [`/app/v/${list}.list?v=all`] : [])]) {
          await page.evaluate(() => document.querySelector('main h1, main .state h2')?.setAttribute('data-old', ''));
          await goTo(page, path);
          await page.waitForFunction(() => !document.querySelector('main [data-old]'));
          await ready(page);
          assert.deepEqual(await quiet(page), {evil: undefined, marked: 0, links: 0}, path);
        }
      }
      await page.keyboard.press('Control+k');
      await page.keyboard.type('data-evil');
      await page.getByRole('option', {name: /onerror/}).first().waitFor();
      assert.deepEqual(await quiet(page), {evil: undefined, marked: 0, links: 0}, 'palette');
      for (const view of ['opportunity.board', 'group.tree', 'report.campaign_results', 'sales.home']) { await page.goto(`${demo.url}/app/v/${view}`); await ready(page); assert.deepEqual(await quiet(page), {evil: undefined, marked: 0, links: 0}, view); }
    });
  },
  async 'a page of another origin changes nothing, with the user logged in'({demo}) {
    const user = await open(demo.url, {login: 'admin'}), count = async () => (await call(user, demo.url, 'list.summary', {list: 'customer'})).total, before = await count();
    const foreign = createServer((_, response) => { response.setHeader('Content-Type', 'text/html'); response.end(`<!doctype html><title>foreign</title><iframe name="sink"></iframe><form id="f" target="sink" method="post" enctype="text/plain" action="${demo.url}/api/actions/customer.create"><input name='{"name":"Forged","x":"' value='"}'></form>`); });
    await new Promise((done) => foreign.listen(0, '127.0.0.1', done));
    const page = await user.context.newPage();
    try {
      await page.goto(`http://127.0.0.1:${foreign.address().port}/`);
      const told = await page.evaluate(async (host) => {
        const out = [];
        for (const options of [{mode: 'no-cors', headers: {'Content-Type': 'text/plain'}}, {mode: 'cors', headers: {'Content-Type': 'application/json'}}]) {
          try { const answer = await fetch(`${host}/api/actions/customer.create`, {method: 'POST', credentials: 'include', body: '{"name":"Forged"}', ...options}); out.push(`${answer.type} ${answer.status}`); } catch { out.push('refused'); }
        }
        try { out.push((await (await fetch(`${host}/api/me`, {credentials: 'include'})).text()).includes('admin') ? 'READ' : 'nothing read'); } catch { out.push('nothing read'); }
        document.getElementById('f').submit();
        return out;
      }, demo.url);
      assert.deepEqual(told, ['refused', 'refused', 'nothing read']);
      await page.waitForTimeout(300);
      assert.equal(await count(), before);
    } finally { await page.close(); await new Promise((done) => foreign.close(done)); await user.end(); }
  },
  async 'a planted session is not the one that is logged in; after the way out the old one opens nothing'({demo}) {
    const context = await (await launch()).newContext({locale: 'sv-SE'}), planted = 'f'.repeat(64), session = async () => (await context.cookies()).find((one) => one.name === 'erp_session');
    try {
      await context.addCookies([{name: 'erp_session', value: planted, url: demo.url}]);
      const page = await context.newPage();
      await page.goto(`${demo.url}/login?next=/app/`);
      await page.getByLabel('Användarnamn').fill('erik'); await page.getByLabel('Lösenord').fill('nordljus');
      await page.getByRole('button', {name: 'Logga in'}).click();
      await page.waitForURL(/\/app/); await ready(page);
      const mine = await session();
      assert.notEqual(mine.value, planted);
      assert.deepEqual([mine.httpOnly, mine.sameSite], [true, 'Strict']);
      assert.equal(await page.evaluate(() => document.cookie.includes('erp_session')), false);
      const with_ = async (value) => (await fetch(`${demo.url}/api/me`, {headers: {Cookie: `erp_session=${value}`}})).status;
      assert.deepEqual([await with_(planted), await with_(mine.value)], [401, 200]);
      // What the browser kept of the work goes with the user.
      await page.evaluate(() => { sessionStorage.setItem('erp.draft.3.x/1', '{}'); localStorage.setItem('erp.recent.customer', '[]'); });
      await page.getByRole('button', {name: /Erik Lindqvist|Dina inställningar/}).first().click();
      await page.getByRole('button', {name: 'Logga ut'}).click();
      await page.waitForURL((address) => !address.pathname.startsWith('/app'));
      assert.equal(await with_(mine.value), 401);
      assert.deepEqual(await page.evaluate(() => [Object.keys(sessionStorage).filter((name) => name.startsWith('erp.draft')), Object.keys(localStorage).filter((name) => name.startsWith('erp.recent'))]), [[], []]);
      await page.goto(`${demo.url}/app/v/opportunity.list`);
      await page.waitForURL(/\/login/);
    } finally { await context.close(); }
  },
  async 'a password is hidden while it is typed, and kept nowhere in the browser'({demo}) {
    await within(demo.url, {login: 'admin'}, '/app/v/user.form/new', async (page) => {
      await page.getByLabel('Användarnamn').fill('nykomling');
      await page.getByLabel('Lösenord').fill('hemligt ord 17');
      assert.equal(await page.getByLabel('Lösenord').getAttribute('type'), 'password');
      await page.waitForFunction(() => Object.keys(sessionStorage).some((name) => name.startsWith('erp.draft.')));
      assert.ok(!(await page.evaluate(() => JSON.stringify([{...sessionStorage}, {...localStorage}]))).includes('hemligt'));
      await page.reload(); await ready(page);
      assert.deepEqual([await page.getByLabel('Användarnamn').inputValue(), await page.getByLabel('Lösenord').inputValue()], ['nykomling', '']);
    });
  },
  async 'passwords tried one after another are slowed down, for that user alone'({demo}) {
    const admin = await open(demo.url, {login: 'admin'});
    for (const login of ['probe', 'beside']) await call(admin, demo.url, 'user.create', {login, password: 'korrekt häst', name: login, roles: ['seller']});
    const context = await (await launch()).newContext({locale: 'sv-SE'}), page = await context.newPage();
    const attempt = async (login, password) => { await page.goto(`${demo.url}/login`); await page.getByLabel('Användarnamn').fill(login); await page.getByLabel('Lösenord').fill(password); const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST'), page.getByRole('button', {name: 'Logga in'}).click()]); return answer; };
    try {
      const statuses = [];
      for (let n = 0; n < 6; ++n) statuses.push((await attempt('probe', `fel ${n}`)).status());
      assert.deepEqual(statuses.slice(0, 5).map((one) => one < 429), [true, true, true, true, true]);
      assert.equal(statuses[5], 429);
      const right = await attempt('probe', 'korrekt häst');
      assert.equal(right.status(), 429, 'not even the right one, for now');
      assert.ok(Number(right.headers()['retry-after']) > 0);
      await page.locator('.problem').waitFor();
      assert.equal((await context.cookies()).some((one) => one.name === 'erp_session'), false);
      assert.ok((await attempt('beside', 'korrekt häst')).status() < 400, 'others are let in');
    } finally { await context.close(); assert.deepEqual(await admin.end(), []); }
  },
  async 'another\'s record by its number, its export and its place in the sums: not there'({demo}) {
    const maria = await open(demo.url, {login: 'maria'}), erik = await open(demo.url, {login: 'erik'});
    const {rows} = await call(maria, demo.url, 'list.query', {list: 'opportunity', filter: [{field: 'status', op: '=', value: 'open'}], limit: 200}), seen = async (user) => { const all = []; for (let after; ;) { const page = await call(user, demo.url, 'list.query', {list: 'opportunity', limit: 200, ...(after ? {after} : {})}); all.push(...page.rows); if (!page.after) return all; after = page.after; } };
    const mine = await seen(erik), ids = new Set(mine.map((row) => row.id)), other = rows.find((row) => !ids.has(row.id));
    assert.ok(other, 'somebody else has an open deal');
    await erik.visit(`/app/v/opportunity.form/${other.id}`);
    await erik.page.getByRole('heading', {name: 'Finns inte'}).waitFor();
    assert.ok(!(await erik.page.content()).includes(other.title) || mine.some((row) => row.title === other.title));
    const total = await call(erik, demo.url, 'list.summary', {list: 'opportunity', sums: ['company_amount']}), sum = mine.reduce((all, row) => all + (row.cells.company_amount?.minor ?? 0), 0);
    assert.deepEqual([total.total, total.sums.company_amount], [mine.length, [{minor: sum, currency: 'SEK'}]]);
    const groups = await call(erik, demo.url, 'list.summary', {list: 'opportunity', group: 'step', sums: []});
    assert.equal(groups.groups.reduce((all, group) => all + group.count, 0), mine.length, 'the board counts the same');
    const query = encodeURIComponent(JSON.stringify({list: 'opportunity'})), columns = encodeURIComponent(JSON.stringify([{field: 'title', label: 'Rubrik'}]));
    const file = (user) => user.context.request.get(`${demo.url}/api/export?query=${query}&columns=${columns}&format=csv`);
    assert.equal((await file(erik)).status(), 403, 'without the right nothing is exported');
    assert.equal((await file(maria)).status(), 200);
    for (const [name, input] of [['opportunity.update', {id: other.id, title: 'Tagen'}], ['opportunity.set_step', {id: other.id, step: 1}], ['opportunity.delete', {id: other.id}]]) { const answer = await erik.context.request.post(`${demo.url}/api/actions/${name}`, {data: input}); assert.ok([403, 404].includes(answer.status()), `${name}: ${answer.status()}`); }
    assert.equal((await call(maria, demo.url, 'list.record', {list: 'opportunity', id: other.id})).title, other.title);
    assert.deepEqual([...await erik.end(), ...await maria.end()], []);
  },
  async 'every answer carries a policy without unsafe ways, and no page can be framed'({demo}) {
    const user = await open(demo.url, {login: 'admin'});
    for (const path of ['/', '/login', '/app/', '/app/v/opportunity.list', '/app/assets/app.js', '/app/assets/app.css', '/api/me', '/api/views', '/api/nothing', '/nothing', '/actions', '/healthz']) {
      const answer = await user.context.request.get(demo.url + path), headers = answer.headers(), policy = headers['content-security-policy'] ?? '';
      assert.match(policy, /default-src 'none'/, path);
      assert.doesNotMatch(policy, /unsafe|\*|data:|blob:|https?:/, path);
      for (const part of ["script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"]) assert.ok(policy.includes(part), `${path}: ${part}`);
      assert.deepEqual([headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy']], ['nosniff', 'DENY', 'no-referrer'], path);
    }
    assert.deepEqual(await user.end(), []);
  },
};
