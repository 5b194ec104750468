import {chromium} from 'playwright-core';
const [base, out, ...what] = process.argv.slice(2);
const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox']});
for (const item of what) {
  const [name, path, mode = 'light', size = '1440x900'] = item.split('|');
  const [width, height] = size.split('x').map(Number);
  const context = await browser.newContext({viewport: {width, height}, colorScheme: mode === 'dark' ? 'dark' : 'light', locale: 'sv-SE'});
  const page = await context.newPage();
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) console.log(name, m.type(), m.text().slice(0, 300)); });
  page.on('pageerror', (e) => console.log(name, 'PAGEERROR', e.message, e.stack?.slice(0, 400)));
  if (process.env.LOGIN) { await context.request.post(`${base}/api/login`, {data: {login: process.env.LOGIN, password: 'nordljus'}, headers: {'content-type': 'application/json'}}); }
  await context.addCookies([{name: 'lang', value: process.env.LANGUAGE2 ?? 'sv', url: base}]);
  await page.goto(base + path);
  await page.waitForTimeout(Number(process.env.WAIT ?? 900));
  await page.screenshot({path: `${out}/${name}.png`});
  await context.close();
}
await browser.close();
