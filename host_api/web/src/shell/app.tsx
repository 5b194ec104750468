// SPDX-License-Identifier: Apache-2.0
// The shell around every page: skip link, menu, bread crumbs, the page itself, overlays. A page that fails is caught here; the
// shell stays.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {online, signedOut} from '../core/api';
import {pendingForm} from '../core/act';
import {me} from '../core/format';
import {t} from '../core/i18n';
import {menuOpen} from '../core/prefs';
import {go, href, route} from '../core/router';
import {mayOpen, titleOf, typing, useKeys, useView, viewNames} from '../core/use';
import {Icon} from '../widgets/icon';
import {Overlays, say} from '../widgets/overlay';
import {Catch} from '../views/catch';
import {Loading, Message, Trouble} from '../views/frame';
import {ViewPage} from '../views/page';
import {homeOf, SideMenu} from './menu';
import {later} from '../widgets/later';
import {menus, openPalette, paletteOpen, shortcutsOpen, typedAhead} from './state';

const Palette = later(() => import('./palette').then((module) => module.Palette));
const FormDialog = later(() => import('../widgets/field').then((module) => module.FormDialog));
const Shortcuts = later(() => import('./shortcuts').then((module) => module.Shortcuts));

/** The first page: the host's home view where there is one, else the first entry of the menu. */
export function firstView(): string {
  const home = ['sales.home', 'home'].find((id) => viewNames.value.some((view) => view.id === id)) ?? viewNames.value.find((view) => view.kind === 'home')?.id;
  const first = (tree: typeof menus.value): string | undefined => { for (const entry of tree) { const found = entry.view ?? first(entry.children); if (found) return found; } return undefined; };
  return home ?? first(menus.value) ?? '';
}

export function App() {
  const {view, record} = route.value, main = useRef<HTMLElement>(null), [title, setTitle] = useState(''), seen = useRef('');
  const id = view || firstView();
  const loaded = useView(id || null);
  const crumbs = homeOf(id) ?? [];
  const last = crumbs[crumbs.length - 1], pageTitle = loaded.value?.title ?? titleOf(id);
  // A list in another shape bears the list's title: the crumb tells which shape.
  const here = last?.view !== id && last?.title === pageTitle ? loaded.value?.switch?.find((choice) => choice.view === id)?.label ?? pageTitle : pageTitle;
  useEffect(() => { setTitle(''); }, [id, record]);
  useEffect(() => { document.title = [title, pageTitle, me.value?.company.name].filter(Boolean).join(' · '); }, [title, pageTitle]);
  // With the page, not after it: who is already at work in it keeps the focus.
  useLayoutEffect(() => {
    const now = `${id}/${record}`;
    if (seen.current && seen.current !== now) { say(pageTitle); main.current?.focus({preventScroll: true}); scrollTo(0, 0); }
    seen.current = now;
  }, [id, record]);
  useKeys((event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); if (paletteOpen.value) paletteOpen.value = false; else openPalette(); }
    else if (paletteOpen.value && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector('dialog.palette[open]')) { event.preventDefault(); typedAhead.value += event.key; }
    else if (event.key === '?' && !typing(event) && !event.ctrlKey && !event.metaKey && !paletteOpen.value) { event.preventDefault(); shortcutsOpen.value = true; }
    else if (event.key === 'F6') {
      event.preventDefault();
      const places = [document.querySelector<HTMLElement>('.side .menu-item[aria-current], .side .menu-item'), document.querySelector<HTMLElement>('.topbar button, .topbar a'), main.current?.querySelector<HTMLElement>('.grid-box, [data-card][tabindex="0"], input, button, a') ?? main.current, document.querySelector<HTMLElement>('.panel'), [...document.querySelectorAll<HTMLElement>('.toast')].pop()?.querySelector<HTMLElement>('button')].filter((one): one is HTMLElement => one !== null && one !== undefined && one.offsetParent !== null);
      const at = places.findIndex((place) => (place.closest('.side, .topbar, .panel, .toasts, main') ?? place).contains(document.activeElement));
      places[(at + (event.shiftKey ? places.length - 1 : 1)) % places.length]?.focus();
    }
    else if (event.key === 'Escape' && menuOpen.value && innerWidth < 960) menuOpen.value = false;
  });
  if (signedOut.value) return <Message icon="lock" title={t('state.signed_out')} text={t('state.signed_out.text')}><a class="btn primary" href={`/login?next=${encodeURIComponent(location.pathname + location.search)}`} target="_self" onClick={(event) => { event.preventDefault(); location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`); }}>{t('user.login')}</a></Message>;
  return (
    <div class={`shell ${menuOpen.value ? '' : 'closed'}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>{t('skip')}</a>
      <SideMenu />
      <div class="main">
        <div class="topbar" role="banner">
          <button type="button" class="btn quiet icon-only" aria-label={t(menuOpen.value ? 'menu.close' : 'menu.open')} aria-expanded={menuOpen.value} onClick={() => { menuOpen.value = !menuOpen.value; }}><Icon name="panel" /></button>
          <nav aria-label={t('crumbs')} class="grow"><ol class="crumbs">
            {crumbs.slice(0, -1).map((entry) => <li key={entry.id}>{entry.view && mayOpen(entry.view) ? <a href={href(entry.view)}>{entry.title}</a> : <span>{entry.title}</span>}</li>)}
            {last && last.view !== id && <li><a href={href(last.view!)}>{last.title}</a></li>}
            {last?.view === id && record && <li><a href={href(id)}>{last.title}</a></li>}
            <li><span aria-current="page">{record ? title || '…' : here}</span></li>
          </ol></nav>
          <button type="button" class="btn quiet icon-only" aria-label={t('palette.open')} title="Ctrl K" onClick={() => openPalette()}><Icon name="search" /></button>
          <button type="button" class="btn quiet icon-only hide-phone" aria-label={t('shortcuts')} title="?" onClick={() => { shortcutsOpen.value = true; }}><Icon name="keyboard" /></button>
        </div>
        {!online.value && <div class="offline" role="alert"><Icon name="warn" />{t('state.offline')} {t('state.offline.text')}</div>}
        <main id="main" tabIndex={-1} ref={main}>
          <Catch key={`${id}/${record}`} name={id}>
            {!id ? <Message icon="lock" title={t('state.nothing')} text={t('state.nothing.text')} /> : loaded.error && !loaded.value ? <div class="page"><Trouble error={loaded.error} again={loaded.again} /></div> : !loaded.value ? <div class="page"><Loading /></div> : <ViewPage view={loaded.value} record={record} onTitle={setTitle} />}
          </Catch>
        </main>
      </div>
      {paletteOpen.value && <Palette />}
      {shortcutsOpen.value && <Shortcuts kind={loaded.value?.kind ?? 'list'} onClose={() => { shortcutsOpen.value = false; }} />}
      {pendingForm.value && <FormDialog form={pendingForm.value.form} run={pendingForm.value.run} onClose={pendingForm.value.cancel} />}
      <Overlays />
    </div>
  );
}
export {go};
