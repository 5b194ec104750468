// SPDX-License-Identifier: Apache-2.0
// Starts the renderer: look, language, who is here; then the shell.
import {render} from 'preact';
import {get, language} from './core/api';
import {t, useLanguage} from './core/i18n';
import {startLive} from './core/live';
import {applyLook} from './core/prefs';
import {startRouter} from './core/router';
import type {Me} from './core/types';
import {startAhead} from './shell/ahead';
import {App} from './shell/app';
import {loadShell} from './shell/start';
import {Trouble} from './views/frame';

async function start(): Promise<void> {
  const root = document.getElementById('app')!;
  applyLook();
  startRouter();
  let cookie: string | null = null;
  try { cookie = localStorage.getItem('erp.language') ?? /(?:^|;\s*)erp_language=([a-z]{2})/.exec(document.cookie)?.[1] ?? null; } catch { /* no storage: the user's own language */ }
  const asked = new URLSearchParams(location.search).get('lang');
  language.value = asked ?? cookie ?? (navigator.language.slice(0, 2) === 'no' ? 'nb' : navigator.language.slice(0, 2));
  try {
    if (!asked && !cookie) { const who = await get<Me>('/api/me'); language.value = who.language; }
    await useLanguage(language.value);
    await loadShell();
    render(<App />, root);
    void startLive();
    startAhead();
  } catch (error) {
    await useLanguage(language.value).catch(() => undefined);
    if ((error as {http?: number}).http === 401) { location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
    render(<div class="page"><Trouble error={error as Error} again={() => location.reload()} /></div>, root);
    document.title = t('state.error');
  }
}
void start();
