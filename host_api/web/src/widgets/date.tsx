// SPDX-License-Identifier: Apache-2.0
// Date field: typed in the ways of parse.ts, or picked from a month with week numbers, Monday first (arrow keys, PgUp/PgDn,
// Home/End; ARIA grid in a dialog).
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {date, longDate, monthYear, today} from '../core/format';
import {locale, t} from '../core/i18n';
import {addDays, addMonths, isoWeek, weekday} from '../core/days';
import {parseDate} from '../core/parse';
import {Icon} from './icon';
import {Popover} from './overlay';

export function Month({value, onPick}: {value: string; onPick: (day: string) => void}) {
  const [at, setAt] = useState(value), grid = useRef<HTMLTableElement>(null), moved = useRef(true);
  // Before the next key, which would else go to the day before; after the pop-up around it has been shown.
  useLayoutEffect(() => { if (moved.current) { moved.current = false; queueMicrotask(() => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()); } }, [at]);
  const first = `${at.slice(0, 8)}01`, start = addDays(first, 1 - weekday(first));
  const weeks = Array.from({length: 6}, (_, week) => Array.from({length: 7}, (_, day) => addDays(start, week * 7 + day))).filter((week, i) => i < 4 || week[0]!.slice(0, 7) <= at.slice(0, 7));
  const names = Array.from({length: 7}, (_, day) => new Intl.DateTimeFormat(locale(), {weekday: 'short', timeZone: 'UTC'}).format(new Date(Date.UTC(2024, 0, 1 + day))));
  const move = (to: string) => { moved.current = true; setAt(to); };
  const key = (event: KeyboardEvent) => {
    const steps: Record<string, () => string> = {
      ArrowLeft: () => addDays(at, -1), ArrowRight: () => addDays(at, 1), ArrowUp: () => addDays(at, -7), ArrowDown: () => addDays(at, 7),
      PageUp: () => addMonths(at, event.shiftKey ? -12 : -1), PageDown: () => addMonths(at, event.shiftKey ? 12 : 1), Home: () => addDays(at, 1 - weekday(at)), End: () => addDays(at, 7 - weekday(at)),
    };
    const step = steps[event.key];
    if (step) { event.preventDefault(); event.stopPropagation(); move(step()); }
  };
  return (
    <div class="month">
      <div class="row"><button type="button" class="btn quiet icon-only" aria-label={t('date.previous')} onClick={() => setAt(addMonths(at, -1))}><Icon name="left" /></button>
        <strong class="grow month-name" aria-live="polite">{monthYear(at)}</strong>
        <button type="button" class="btn quiet icon-only" aria-label={t('date.next')} onClick={() => setAt(addMonths(at, 1))}><Icon name="chevron" /></button></div>
      <table ref={grid} role="grid" aria-label={monthYear(at)} onKeyDown={key}>
        <thead><tr><th scope="col"><span class="sr">{t('date.week_word')}</span></th>{names.map((name) => <th scope="col" key={name}>{name.slice(0, 2)}</th>)}</tr></thead>
        <tbody>{weeks.map((week) => (
          <tr key={week[0]}><th scope="row" class="num">{isoWeek(week[0]!)}</th>{week.map((day) => (
            <td key={day} role="gridcell" aria-selected={day === value}><button type="button" tabIndex={day === at ? 0 : -1} class={`${day.slice(0, 7) === at.slice(0, 7) ? '' : 'other'} ${day === today() ? 'today' : ''} ${day === value ? 'picked' : ''}`}
              aria-label={longDate(day)} onClick={() => onPick(day)}>{Number(day.slice(8))}</button></td>))}</tr>))}</tbody>
      </table>
      <button type="button" class="link-btn" onClick={() => onPick(today())}>{t('date.today')}</button>
    </div>
  );
}

/** Keys by which what stands in a field is taken while the focus stays there: Enter, Tab in a list's cell, and the one that saves. */
export const takes = (event: KeyboardEvent) => event.key === 'Enter' || event.key === 'Tab' || (event.ctrlKey || event.metaKey) && event.key === 's';

interface Props { id?: string; value: string | null; onChange: (value: string | null, trouble?: string) => void; label?: string; invalid?: boolean; describedBy?: string | undefined; required?: boolean | undefined; disabled?: boolean; autofocus?: boolean; onKey?: (event: KeyboardEvent) => void }

export function DateField({id, value, onChange, label, invalid, describedBy, required, disabled, autofocus, onKey}: Props) {
  const [text, setText] = useState<string | null>(null), [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null), input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => { if (autofocus) { input.current?.focus(); input.current?.select(); } }, []);
  const take = () => {
    if (text === null) return;
    const read = parseDate(text, today());
    if (read.ok) { onChange(read.value); setText(null); } else onChange(value, read.key);
  };
  return (
    <div class="affix" ref={box}>
      <input ref={input} id={id} class="input has-btn" type="text" inputMode="text" autocomplete="off" aria-label={label} aria-invalid={invalid || undefined} aria-describedby={describedBy} aria-required={required || undefined} disabled={disabled}
        placeholder={date('2026-12-31').replace('2026', t('date.yyyy')).replace('12', t('date.mm')).replace('31', t('date.dd'))} value={text ?? (value ? date(value) : '')}
        onInput={(event) => setText(event.currentTarget.value)} onBlur={take}
        onKeyDown={(event) => { if (takes(event)) take(); if (event.key === 'ArrowDown' && event.altKey) { event.preventDefault(); setOpen(true); } onKey?.(event); }} />
      <button type="button" class="btn quiet icon-only" disabled={disabled} aria-label={t('date.pick')} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name="calendar" /></button>
      {open && <Popover anchor={box.current} role="dialog" label={t('date.pick')} onClose={() => setOpen(false)} class="date-pop">
        <Month value={value ?? today()} onPick={(day) => { onChange(day); setText(null); setOpen(false); input.current?.focus(); }} />
      </Popover>}
    </div>
  );
}
