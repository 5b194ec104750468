// SPDX-License-Identifier: Apache-2.0
// The side menu: the host's tree as it is, current page marked and its groups open; remembers what is folded. A drawer on
// narrow windows.
import {t} from '../core/i18n';
import {folded, menuOpen} from '../core/prefs';
import {href, route} from '../core/router';
import {me} from '../core/format';
import type {Menu} from '../core/types';
import {Avatar} from '../widgets/cell';
import {Icon, iconOf} from '../widgets/icon';
import {later} from '../widgets/later';
import {PopButton} from '../widgets/overlay';
import {menus} from './state';
import {openPalette} from './state';

export function pathTo(view: string, tree: Menu[] = menus.value, above: Menu[] = []): Menu[] | null {
  for (const entry of tree) {
    const here = [...above, entry];
    if (entry.view === view) return here;
    const found = pathTo(view, entry.children, here);
    if (found) return found;
  }
  return null;
}

/** A view without a menu entry belongs to the entry of its family: opportunity.form to opportunity.list. */
export function homeOf(view: string): Menu[] | null {
  const exact = pathTo(view);
  if (exact) return exact;
  const family = view.split('.')[0]!;
  const leaf = (tree: Menu[], above: Menu[]): Menu[] | null => {
    for (const entry of tree) {
      if (entry.view && (entry.view.split('.')[0] === family || entry.view.endsWith(`.${family}s`))) return [...above, entry];
      const found = leaf(entry.children, [...above, entry]);
      if (found) return found;
    }
    return null;
  };
  return leaf(menus.value, []);
}

function Entry({entry, depth, current}: {entry: Menu; depth: number; current: Menu[]}) {
  const here = current[current.length - 1]?.id === entry.id, inside = current.some((one) => one.id === entry.id);
  if (entry.children.length === 0) {
    if (!entry.view) return null;
    return <li><a class="menu-item" href={href(entry.view)} aria-current={here ? 'page' : undefined} onClick={() => { if (innerWidth < 960) menuOpen.value = false; }}>{depth < 2 && <Icon name={iconOf(entry.view)} />}<span class="clip">{entry.title}</span></a></li>;
  }
  const open = !(folded.value[`menu/${entry.id}`] ?? (depth > 0 && !inside));
  const sub = open && <ul class={depth > 0 ? 'menu-sub' : ''}>{entry.children.map((child) => <Entry key={child.id} entry={child} depth={depth + 1} current={current} />)}</ul>;
  return (
    <li class={depth === 0 ? 'menu-group' : ''}>
      <button type="button" class="menu-item" aria-expanded={open} onClick={() => { folded.value = {...folded.value, [`menu/${entry.id}`]: open}; }}><span class="clip">{entry.title}</span><Icon name="chevron" class="twist" /></button>
      {sub}
    </li>
  );
}

export function SideMenu() {
  const current = homeOf(route.value.view) ?? [];
  const company = me.value?.company.name ?? 'ERP';
  return (
    <>
      <aside class="side" aria-label={t('menu')}>
        <div class="brand"><span class="mark" aria-hidden="true">{company.slice(0, 1)}</span><span class="clip">{company}</span></div>
        <button type="button" class="btn open-search" onClick={() => openPalette()}><Icon name="search" />{t('palette.open')}<kbd>Ctrl K</kbd></button>
        <nav aria-label={t('menu')}><ul>{menus.value.map((entry) => <Entry key={entry.id} entry={entry} depth={0} current={current} />)}</ul></nav>
        <div class="side-foot"><UserMenu /></div>
      </aside>
      <button type="button" class="scrim" aria-label={t('menu.close')} tabIndex={-1} onClick={() => { menuOpen.value = false; }} />
    </>
  );
}

const UserChoices = later(() => import('./user').then((module) => module.UserChoices), () => <div class="user-pop"><span class="skeleton" /></div>);
function UserMenu() {
  const user = me.value?.user;
  return <PopButton label={t('user.menu')} class="user-btn" content={<><Avatar name={user?.name ?? '?'} /><span class="grow clip">{user?.name}</span><Icon name="settings" /></>}>{(close) => <UserChoices close={close} />}</PopButton>;
}
