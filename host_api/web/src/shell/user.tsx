// SPDX-License-Identifier: Apache-2.0
// What opens at the user's name: language, look and density; the way out.
import {useRef} from 'preact/hooks';
import {language, post} from '../core/api';
import {me} from '../core/format';
import {t, useLanguage} from '../core/i18n';
import {density, forgetWork, pageMode, theme, type Density, type Theme} from '../core/prefs';
import {Icon} from '../widgets/icon';
import {useFirstFocus} from '../widgets/overlay';
import {loadShell} from './start';
import {shortcutsOpen} from './state';

const NAMES: Record<string, string> = {sv: 'Svenska', nb: 'Norsk bokmål', en: 'English'};

export async function changeLanguage(name: string): Promise<void> {
  await useLanguage(name);
  try { localStorage.setItem('erp.language', name); } catch { /* asked again next time */ }
  // The host's own pages (login, plain ones) follow by its cookie.
  void fetch(`/app/?lang=${name}`, {credentials: 'same-origin'}).catch(() => undefined);
  await loadShell();
}
export async function logOut(): Promise<void> {
  await post('/api/logout', {}).catch(() => undefined);
  forgetWork();
  location.assign('/');
}

function Choice<T extends string>({label, value, options, onPick}: {label: string; value: T; options: [T, string][]; onPick: (value: T) => void}) {
  return <div class="pop-body tight"><span class="pop-head flat">{label}</span><div class="seg" role="group" aria-label={label}>{options.map(([name, title]) => <button type="button" key={name} aria-pressed={value === name} onClick={() => onPick(name)}>{title}</button>)}</div></div>;
}

export function UserChoices({close}: {close: () => void}) {
  const ref = useRef<HTMLDivElement>(null);
  useFirstFocus(ref);
  return (
    <div class="user-pop" ref={ref}>
      <div class="pop-body tight"><span class="pop-head flat">{t('user.language')}</span>
        <select class="select" aria-label={t('user.language')} value={language.value} onChange={(event) => void changeLanguage(event.currentTarget.value)}>{(me.value?.languages ?? ['sv', 'nb', 'en']).map((name) => <option key={name} value={name} lang={name}>{NAMES[name] ?? name}</option>)}</select></div>
      <Choice<Theme> label={t('user.theme')} value={theme.value} options={[['system', t('theme.system')], ['light', t('theme.light')], ['dark', t('theme.dark')], ['contrast', t('theme.contrast')]]} onPick={(value) => { theme.value = value; }} />
      <Choice<Density> label={t('user.density')} value={density.value} options={[['cosy', t('density.cosy')], ['compact', t('density.compact')]]} onPick={(value) => { density.value = value; }} />
      <div class="pop-body tight"><label class="switch-line"><input type="checkbox" class="check" checked={pageMode.value} onChange={(event) => { pageMode.value = event.currentTarget.checked; }} />{t('user.page_mode')}</label></div>
      <hr />
      <button type="button" class="pop-item" onClick={() => { close(); shortcutsOpen.value = true; }}><Icon name="keyboard" />{t('shortcuts')}<kbd class="push">?</kbd></button>
      <button type="button" class="pop-item" onClick={() => void logOut()}><Icon name="external" />{t('user.logout')}</button>
    </div>
  );
}
