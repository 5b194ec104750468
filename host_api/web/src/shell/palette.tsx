// SPDX-License-Identifier: Apache-2.0
// Ctrl+K: go to a page, search customers, opportunities, leads …, run an action on what is open. One list, arrows and Enter.
import {useEffect, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {runDeclared} from '../core/act';
import {getKept, read} from '../core/api';
import {me} from '../core/format';
import {holds} from '../core/expr';
import {t} from '../core/i18n';
import {announce} from '../core/live';
import {density, theme} from '../core/prefs';
import {go, href, route} from '../core/router';
import type {Menu, Row, View} from '../core/types';
import {mayOpen, viewNames} from '../core/use';
import {lookup, type Item} from '../widgets/lookup';
import {Icon, iconOf} from '../widgets/icon';
import {menus, paletteOpen, shortcutsOpen, typedAhead} from './state';
import {changeLanguage, logOut} from './user';

interface Entry { key: string; icon: string; title: string; sub?: string; group: string; run: () => void }

const leaves = (tree: Menu[], above = ''): {title: string; path: string; view: string}[] => tree.flatMap((entry) => [...(entry.view ? [{title: entry.title, path: above, view: entry.view}] : []), ...leaves(entry.children, above ? `${above} › ${entry.title}` : entry.title)]);
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const hit = (text: string, words: string[]) => { const folded = fold(text); return words.every((word) => folded.includes(word)); };

/** Where a hit of a list opens. */
const openOf = (list: string, item: Item) => item.view ?? [`${list}.form`, `${list}.page`, `host.${list}.form`].find((id) => viewNames.value.some((view) => view.id === id));

export function Palette() {
  const [text, setText] = useState(typedAhead.peek()), [active, setActive] = useState(0), [found, setFound] = useState<Entry[]>([]), [of, setOf] = useState(''), entered = useRef(false), [busy, setBusy] = useState(false), [open, setOpen] = useState<Entry[]>([]);
  const dialog = useRef<HTMLDialogElement>(null);
  const close = () => { paletteOpen.value = false; };
  useLayoutEffect(() => { const before = document.activeElement as HTMLElement | null; dialog.current!.showModal(); setText(typedAhead.peek()); const field = dialog.current!.querySelector('input')!; field.value = typedAhead.peek(); field.setSelectionRange(field.value.length, field.value.length); return () => { dialog.current?.close(); before?.focus?.(); }; }, []);
  const words = fold(text.trim()).split(/\s+/).filter(Boolean);
  useEffect(() => {
    const query = text.trim();
    if (query.length < 2) { setFound([]); setOf(query); setBusy(false); return; }
    const abort = new AbortController(), timer = setTimeout(() => {
      setBusy(true);
      const lists = me.value?.search ?? ['customer', 'opportunity', 'lead', 'campaign', 'project'].filter((list) => viewNames.value.some((view) => view.id.split('.').includes(list)));
      void Promise.all(lists.map((list) => lookup(list, query, {}, 6, abort.signal).then((items) => items.flatMap((item) => {
        const view = openOf(list, item);
        return view && mayOpen(view) ? [{key: `${list}/${item.id}`, icon: iconOf(list), title: item.title, ...(item.subtitle ? {sub: item.subtitle} : {}), group: t(`entity.${list}`), run: () => void go(href(view, item.id))}] : [];
      }), () => [] as Entry[]))).then((parts) => { if (!abort.signal.aborted) { setFound(parts.flat()); setOf(query); setBusy(false); } });
    }, 140);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [text]);
  useEffect(() => {
    // Actions on the record that is open, in a panel or on its page.
    const {view, record, query} = route.peek(), id = Number(record || query.get('r') || 0);
    if (!id) return;
    void (async () => {
      let definition = await getKept<View>(`/api/views/${view}`);
      if (!record && definition.open) definition = await getKept<View>(`/api/views/${definition.open.view}`);
      const list = definition.source?.list ?? (definition.load?.input?.list as string | undefined) ?? definition.entity!;
      const row = await read<Row>(definition.load?.action ?? 'list.record', {list, id});
      setOpen(Object.entries(definition.actions ?? {}).filter(([, action]) => holds(action.visible_if, row.cells as Record<string, unknown>)).map(([name, action]) => ({key: `do/${name}`, icon: 'spark', title: action.label, sub: row.title, group: t('palette.actions'), run: () => void runDeclared(action, row, definition, () => announce([list]))})));
    })().catch(() => undefined);
  }, []);
  const pages: Entry[] = leaves(menus.value).filter((leaf) => hit(`${leaf.title} ${leaf.path}`, words)).map((leaf) => ({key: leaf.view, icon: iconOf(leaf.view), title: leaf.title, sub: leaf.path, group: t('palette.pages'), run: () => void go(href(leaf.view))}));
  const make: Entry[] = viewNames.value.filter((view) => view.kind === 'form' && /^(opportunity|lead|campaign)\./.test(view.id)).map((view) => ({key: `new/${view.id}`, icon: 'plus', title: t('palette.new', {name: view.title}), group: t('palette.commands'), run: () => void go(href(view.id, 'new'))}));
  const commands: Entry[] = [...make,
    {key: 'dark', icon: 'settings', title: t(theme.value === 'dark' ? 'palette.light' : 'palette.dark'), group: t('palette.commands'), run: () => { theme.value = theme.value === 'dark' ? 'light' : 'dark'; }},
    {key: 'dense', icon: 'settings', title: t(density.value === 'compact' ? 'palette.cosy' : 'palette.compact'), group: t('palette.commands'), run: () => { density.value = density.value === 'compact' ? 'cosy' : 'compact'; }},
    ...(['sv', 'nb', 'en'] as const).map((name) => ({key: `lang/${name}`, icon: 'settings', title: {sv: 'Svenska', nb: 'Norsk bokmål', en: 'English'}[name], sub: t('user.language'), group: t('palette.commands'), run: () => void changeLanguage(name)})),
    {key: 'keys', icon: 'keyboard', title: t('shortcuts'), group: t('palette.commands'), run: () => { shortcutsOpen.value = true; }}, {key: 'out', icon: 'external', title: t('user.logout'), group: t('palette.commands'), run: () => void logOut()}].filter((entry) => hit(`${entry.title} ${'sub' in entry ? entry.sub : ''}`, words));
  // A page called so comes first: what the host finds later must not slip in under the finger on Enter.
  const named = pages.filter((entry) => entry.title.toLowerCase().startsWith(text.trim().toLowerCase())).slice(0, 3);
  const entries = [...open.filter((entry) => hit(entry.title, words)), ...(words.length > 0 ? [...named, ...found, ...pages.filter((entry) => !named.includes(entry)).slice(0, 8), ...commands.slice(0, 6)] : [...pages.slice(0, 9), ...commands.slice(0, 4)])];
  const choose = (entry: Entry | undefined) => { if (!entry) return; close(); setTimeout(entry.run, 0); };
  // What was found for less than what stands there is not what is meant: Enter takes what comes, once it is there.
  const enter = () => { const entry = entries[active]; if (of !== text.trim() && (!entry || found.includes(entry))) entered.current = true; else choose(entry); };
  useLayoutEffect(() => { if (entered.current && of === text.trim()) { entered.current = false; choose(entries[active]); } }, [of]);
  useEffect(() => { document.getElementById(`pal-${active}`)?.scrollIntoView({block: 'nearest'}); }, [active]);
  return (
    <dialog class="palette" ref={dialog} aria-label={t('palette')} onCancel={(event) => { event.preventDefault(); close(); }} onMouseDown={(event) => { if (event.target === dialog.current) close(); }}>
      <div class="palette-field"><Icon name="search" />
        <input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={entries[active] ? `pal-${active}` : undefined} aria-autocomplete="list" aria-label={t('palette')} placeholder={t('palette.placeholder')} autocomplete="off" spellcheck={false} value={text} autofocus
          onInput={(event) => { entered.current = false; setText(event.currentTarget.value); setActive(0); }} onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); setActive((active + (event.key === 'ArrowDown' ? 1 : entries.length - 1)) % Math.max(1, entries.length)); }
            else if (event.key === 'Enter') { event.preventDefault(); enter(); }
          }} /></div>
      <div class="palette-list" id="palette-list" role="listbox" aria-label={t('palette')}>
        {entries.map((entry, at) => (
          <>{(at === 0 || entries[at - 1]!.group !== entry.group) && <div class="pop-head" role="presentation" key={`g${entry.group}`}>{entry.group}</div>}
            <div key={entry.key} id={`pal-${at}`} role="option" aria-selected={at === active} class={`pop-item ${at === active ? 'active' : ''}`} onMouseMove={() => setActive(at)} onClick={() => choose(entry)}><Icon name={entry.icon} /><span class="grow clip">{entry.title}</span>{entry.sub && <span class="sub clip">{entry.sub}</span>}</div></>))}
        {entries.length === 0 && <div class="pop-head" role="presentation">{busy ? t('loading') : t('palette.none')}</div>}
      </div>
      <div class="palette-foot" aria-hidden="true"><span><kbd>↑</kbd> <kbd>↓</kbd> {t('palette.move')}</span><span><kbd>↵</kbd> {t('open')}</span><span><kbd>Esc</kbd> {t('close')}</span></div>
    </dialog>
  );
}
