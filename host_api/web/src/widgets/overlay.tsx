// SPDX-License-Identifier: Apache-2.0
// Dialogs and pop-ups over native elements: <dialog> gives focus, Escape and inertness; a Popover anchors to its button and
// closes on Escape, on a click elsewhere and when focus leaves.
import type {ComponentChildren} from 'preact';
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {signal} from '@preact/signals';
import {t} from '../core/i18n';
import {Icon} from './icon';

export function Dialog({title, onClose, children, foot, wide, class: given}: {title: string; onClose: () => void; children: ComponentChildren; foot?: ComponentChildren; wide?: boolean; class?: string}) {
  const ref = useRef<HTMLDialogElement>(null);
  // Before the next key: what is typed on a slow machine right after opening belongs to the dialog.
  useLayoutEffect(() => {
    const dialog = ref.current!, before = document.activeElement as HTMLElement | null;
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector('[data-autofocus]') as HTMLElement | null ?? dialog.querySelector('.dialog-body input, .dialog-body select, .dialog-body textarea') as HTMLElement | null)?.focus();
    return () => { dialog.close(); if (before?.isConnected) before.focus(); };
  }, []);
  return (
    <dialog ref={ref} class={`${wide ? 'wide' : ''} ${given ?? ''}`} aria-label={title} onCancel={(event) => { event.preventDefault(); onClose(); }}
      onMouseDown={(event) => { if (event.target === ref.current) onClose(); }}>
      <div class="dialog-head"><h2>{title}</h2><button type="button" class="btn quiet icon-only" aria-label={t('close')} onClick={onClose}><Icon name="close" /></button></div>
      <div class="dialog-body">{children}</div>
      {foot && <div class="dialog-foot">{foot}</div>}
    </dialog>
  );
}

export function Popover({anchor, onClose, children, label, role, end, class: given}: {anchor: HTMLElement | null; onClose: () => void; children: ComponentChildren; label?: string; role?: 'dialog' | 'menu' | 'listbox'; end?: boolean; class?: string}) {
  const ref = useRef<HTMLDivElement>(null);
  // In the top layer: rows that are moved by a transform, sticky heads and scrolling boxes neither cover nor cut it.
  useLayoutEffect(() => {
    const pop = ref.current;
    if (pop && 'showPopover' in pop) { pop.setAttribute('popover', 'manual'); pop.showPopover(); }
  }, []);
  useLayoutEffect(() => {
    const pop = ref.current, place = () => {
      if (!pop || !anchor) return;
      const box = anchor.getBoundingClientRect(), height = pop.offsetHeight, width = pop.offsetWidth, gap = 4;
      const below = innerHeight - box.bottom - gap - 8, up = below < height && box.top > below;
      pop.style.top = `${Math.max(8, up ? box.top - gap - height : Math.min(box.bottom + gap, innerHeight - Math.min(height, innerHeight - 16) - 8))}px`;
      pop.style.left = `${Math.min(Math.max(8, end ? box.right - width : box.left), innerWidth - width - 8)}px`;
    };
    place();
    const watch = new ResizeObserver(place);
    if (pop) watch.observe(pop);
    addEventListener('resize', place);
    return () => { watch.disconnect(); removeEventListener('resize', place); };
  }, [anchor]);
  useLayoutEffect(() => {
    const pop = ref.current!;
    const outside = (event: Event) => { const at = event.target as Node; if (!pop.contains(at) && !anchor?.contains(at) && document.contains(at)) onClose(); };
    // What was pressed inside may be gone by now, and the focus with it.
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !pop.contains(document.activeElement) && document.activeElement !== document.body) return;
      event.stopPropagation(); event.preventDefault();
      onClose();
      anchor?.focus();
    };
    document.addEventListener('mousedown', outside, true);
    document.addEventListener('focusin', outside, true);
    document.addEventListener('keydown', key, true);
    return () => { document.removeEventListener('mousedown', outside, true); document.removeEventListener('focusin', outside, true); document.removeEventListener('keydown', key, true); };
  }, [onClose, anchor]);
  return <div ref={ref} class={`pop ${given ?? ''}`} role={role} aria-label={label}>{children}</div>;
}

/** What comes later than the pop-up that holds it: nothing there has the focus yet. */
export function useFirstFocus(ref: {current: HTMLElement | null}): void {
  useLayoutEffect(() => {
    const part = ref.current!;
    if (!part.contains(document.activeElement)) (part.querySelector<HTMLElement>('[data-autofocus]') ?? part.querySelector<HTMLElement>(':is(input, select, button)'))?.focus();
  }, []);
}

/** A button with a pop-up; `children` gets a way to close it. */
export function PopButton({label, content, class: given, icon, children, end, role = 'dialog', badge, tabIndex}: {tabIndex?: number; label: string; content?: ComponentChildren; class?: string; icon?: string; children: (close: () => void) => ComponentChildren; end?: boolean; role?: 'dialog' | 'menu'; badge?: ComponentChildren}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null), holder = useRef<HTMLSpanElement>(null);
  const close = () => { setOpen(false); };
  useLayoutEffect(() => {
    if (!open) return;
    (holder.current?.querySelector('.pop [data-autofocus], .pop input, .pop button, .pop a, .pop select') as HTMLElement | null)?.focus();
  }, [open]);
  const key = (event: KeyboardEvent) => {
    if (role !== 'menu' || !open) return;
    const items = [...holder.current!.querySelectorAll<HTMLElement>('.pop .pop-item')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? items.length - 1 : NaN;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  };
  return (
    <span ref={holder} onKeyDown={key}>
      <button ref={button} type="button" tabIndex={tabIndex} class={given ?? 'btn'} aria-expanded={open} aria-haspopup={role} aria-label={content === undefined ? label : undefined} title={content === undefined ? label : undefined} onClick={() => setOpen(!open)}>
        {icon && <Icon name={icon} />}{content}{badge}
      </button>
      {open && <Popover anchor={button.current} onClose={close} label={label} role={role} {...(end ? {end} : {})}>{children(() => { close(); button.current?.focus(); })}</Popover>}
    </span>
  );
}

export interface Toast { id: number; key: string; args: Record<string, string | number>; bad?: boolean; text?: string; undo?: () => void; action?: {label: string; run: () => void} }
export const toasts = signal<Toast[]>([]);
export const said = signal('');
let toastCount = 0;

/** Keeps the key, not the text: a toast follows a change of language. */
export function toast(key: string, args: Record<string, string | number> = {}, more: {bad?: boolean; text?: string; undo?: () => void; action?: {label: string; run: () => void}} = {}): number {
  const id = ++toastCount;
  toasts.value = [...toasts.value.slice(-2), {id, key, args, ...more}];
  setTimeout(() => dismiss(id), more.undo || more.bad ? 12_000 : 5_000);
  return id;
}
export const dismiss = (id: number) => { toasts.value = toasts.value.filter((item) => item.id !== id); };
/** Said by screen readers, shown to nobody. */
export function say(text: string): void { said.value = ''; setTimeout(() => { said.value = text; }, 30); }

interface Question { title: string; body: ComponentChildren; buttons: {label: string; value: string; tone?: string}[]; answer: (value: string | null) => void }
export const questions = signal<Question[]>([]);
export function ask(title: string, body: ComponentChildren, buttons: {label: string; value: string; tone?: string}[]): Promise<string | null> {
  return new Promise((answer) => { questions.value = [...questions.value, {title, body, buttons, answer}]; });
}
export function Overlays() {
  const question = questions.value[questions.value.length - 1];
  const done = (value: string | null) => { questions.value = questions.value.filter((item) => item !== question); question?.answer(value); };
  return (
    <>
      {question && (
        <Dialog key={question.title} title={question.title} onClose={() => done(null)} foot={question.buttons.map((button, at) => (
          <button type="button" key={button.value} class={`btn ${button.tone ?? ''}`} {...(at === question.buttons.length - 1 ? {'data-autofocus': true} : {})} onClick={() => done(button.value)}>{button.label}</button>))}>
          {question.body}
        </Dialog>)}
      <div class="toasts" aria-label={t('toasts')} role="region">
        {toasts.value.map((item) => (
          <div class={`toast ${item.bad ? 'bad' : ''}`} key={item.id} role={item.bad ? 'alert' : 'status'}>
            <span>{item.text ?? t(item.key, item.args)}</span>
            {item.undo && <button type="button" onClick={() => { dismiss(item.id); item.undo!(); }}>{t('undo')}</button>}
            {item.action && <button type="button" onClick={() => { dismiss(item.id); item.action!.run(); }}>{item.action.label}</button>}
            <button type="button" aria-label={t('close')} onClick={() => dismiss(item.id)}><Icon name="close" /></button>
          </div>))}
      </div>
      <div class="sr" aria-live="polite" role="status">{said.value}</div>
    </>
  );
}
