// SPDX-License-Identifier: Apache-2.0
// Reference picker: type a name or number, the host looks it up; recent picks come first; can make a new one where the field
// allows. ARIA combobox with a listbox (aria-activedescendant); Escape first closes the list, then gives back the old value.
import {useEffect, useId, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {ApiError} from '../core/api';
import {recall, remember} from '../core/prefs';
import {t} from '../core/i18n';
import type {Field, Ref} from '../core/types';
import {Icon} from './icon';
import {Popover, say, toast} from './overlay';
import {lookup, type Item} from './lookup';
import {quickCreate} from './quick_create';

interface Props {
  id?: string; value: Ref | null; onChange: (value: Ref | null) => void; ref_: NonNullable<Field['ref']>; label?: string; invalid?: boolean;
  describedBy?: string | undefined; required?: boolean | undefined; disabled?: boolean; autofocus?: boolean; onDone?: (how: 'enter' | 'escape' | 'blur') => void; placeholder?: string;
}

export function Combobox({id, value, onChange, ref_, label, invalid, describedBy, required, disabled, autofocus, onDone, placeholder}: Props) {
  const own = useId(), listId = `${id ?? own}-list`;
  const input = useRef<HTMLInputElement>(null), box = useRef<HTMLDivElement>(null);
  const [text, setText] = useState<string | null>(null), [items, setItems] = useState<Item[]>([]), [open, setOpen] = useState(false);
  const [active, setActive] = useState(0), [of, setOf] = useState<string | null>(null), entered = useRef(false), [busy, setBusy] = useState(false), [trouble, setTrouble] = useState('');
  const shown = text ?? value?.title ?? '';
  const recentKey = `recent.${ref_.list}`;

  useLayoutEffect(() => { if (autofocus) { input.current?.focus(); input.current?.select(); setOpen(true); } }, []);
  useEffect(() => {
    if (!open) return;
    const abort = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      const asked = text ?? '';
      lookup(ref_.list, asked, ref_.filter ? {filter: ref_.filter} : {}, 20, abort.signal).then((found) => {
        const recent = asked === '' ? (recall<Item[]>(recentKey) ?? []).filter((item) => found.every((other) => other.id !== item.id || true)) : [];
        const known = new Set(recent.map((item) => item.id));
        const all = [...recent, ...found.filter((item) => !known.has(item.id))];
        if (ref_.create && asked.trim() && !found.some((item) => item.title.toLowerCase() === asked.trim().toLowerCase())) all.push({id: '', title: asked.trim(), create: true});
        setItems(all); setOf(text); setActive(0); setBusy(false); setTrouble('');
        if (entered.current) { entered.current = false; if (all[0]) void pickNow.current(all[0]).then(() => onDone?.('enter')); else if (document.activeElement !== input.current) leave(); }
        say(t('lookup.found', {n: found.length}));
      }, (error: ApiError) => { if (error.name !== 'AbortError') { entered.current = false; setItems([]); setBusy(false); setTrouble(error.message); } });
    }, text === null || text === '' ? 0 : 120);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [open, text, ref_.list]);

  const pick = async (item: Item) => {
    if (item.create && ref_.create) {
      try {
        const made = await quickCreate(ref_.create, item.title);
        if (!made) return;
        onChange(made);
        toast('created', {title: made.title});
      } catch (error) { toast('', {}, {bad: true, text: (error as Error).message}); return; }
    } else {
      onChange({id: item.id, title: item.title});
      remember(recentKey, [{id: item.id, title: item.title, subtitle: item.subtitle}, ...(recall<Item[]>(recentKey) ?? []).filter((other) => other.id !== item.id)].slice(0, 5));
    }
    setText(null); setOpen(false);
  };
  const pickNow = useRef(pick);
  pickNow.current = pick;
  const leave = () => {
    if (entered.current) return;
    if (text === '') onChange(null);
    setText(null); setOpen(false);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault(); event.stopPropagation();
      if (!open) setOpen(true);
      else if (items.length > 0) setActive((active + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length);
    } else if (event.key === 'Enter') {
      // Not one of what was found for less than what stands there: the first of what is being asked for, once it is there.
      if (open && text && of !== text) { event.preventDefault(); event.stopPropagation(); entered.current = true; }
      else if (open && items[active] && (text !== null || value === null)) { event.preventDefault(); event.stopPropagation(); void pick(items[active]!).then(() => onDone?.('enter')); }
      else if (onDone) { event.preventDefault(); event.stopPropagation(); onDone('enter'); }
    } else if (event.key === 'Escape') {
      entered.current = false;
      if (open || text !== null) { event.stopPropagation(); event.preventDefault(); setText(null); setOpen(false); if (onDone) onDone('escape'); }
      else onDone?.('escape');
    } else if (event.key === 'Tab') leave();
  };
  const activeId = open && items[active] ? `${listId}-${active}` : undefined;
  useEffect(() => { if (activeId) document.getElementById(activeId)?.scrollIntoView({block: 'nearest'}); }, [activeId]);
  return (
    <div class="affix" ref={box}>
      <input ref={input} id={id} class="input has-btn picker" type="text" role="combobox" autocomplete="off" spellcheck={false} aria-expanded={open} aria-controls={listId} aria-autocomplete="list"
        aria-activedescendant={activeId} aria-label={label} aria-invalid={invalid || undefined} aria-describedby={describedBy} aria-required={required || undefined} disabled={disabled} placeholder={placeholder ?? t('lookup.hint')}
        value={shown} onInput={(event) => { entered.current = false; setText(event.currentTarget.value); setOpen(true); }} onKeyDown={key} onClick={() => setOpen(true)}
        onBlur={(event) => { if (!box.current?.contains(event.relatedTarget as Node)) { leave(); if (!entered.current) onDone?.('blur'); } }} />
      {value && !disabled && !required
        ? <button type="button" class="btn quiet icon-only" tabIndex={-1} aria-label={t('clear')} onMouseDown={(event) => event.preventDefault()} onClick={() => { onChange(null); setText(null); input.current?.focus(); }}><Icon name="close" /></button>
        : <button type="button" class="btn quiet icon-only" tabIndex={-1} aria-hidden="true" disabled={disabled} onMouseDown={(event) => { event.preventDefault(); setOpen(!open); input.current?.focus(); }}><Icon name="down" /></button>}
      {open && (
        <Popover anchor={box.current} onClose={() => { if (!entered.current) setOpen(false); }}>
          <ul role="listbox" id={listId} aria-label={label ?? t('lookup.results')}>
            {items.map((item, at) => (
              <li key={`${item.id}${item.title}`} id={`${listId}-${at}`} role="option" aria-selected={at === active} class={`pop-item ${at === active ? 'active' : ''}`}
                onMouseDown={(event) => event.preventDefault()} onClick={() => void pick(item)} onMouseMove={() => setActive(at)}>
                {item.create ? <><Icon name="plus" /><span class="clip">{t('lookup.create', {text: item.title})}</span></>
                  : <span class="grow clip">{item.title}{item.subtitle && <span class="sub"> {item.subtitle}</span>}{item.archived && <span class="sub"> · {t('archived')}</span>}</span>}
              </li>))}
          </ul>
          {items.length === 0 && <p class="pop-head" role="status">{trouble || (busy ? t('loading') : t('lookup.none'))}</p>}
        </Popover>)}
    </div>
  );
}
