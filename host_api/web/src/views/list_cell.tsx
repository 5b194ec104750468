// SPDX-License-Identifier: Apache-2.0
// A cell of a list while it is edited: Enter and Tab take the value, Escape gives the old one back.
import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import {t} from '../core/i18n';
import type {Cell, Column, Row, View} from '../core/types';
import {Editor} from '../widgets/editor';

/** `start`: what was typed before the editor was there. */
export function CellEditor({start, row, column, view, onEnd}: {start: {current: string}; row: Row; column: Column; view: View; onEnd: (value: Cell | undefined, how: 'enter' | 'tab' | 'escape' | 'blur') => void}) {
  const field = view.fields[column.field]!, [value, setValue] = useState<Cell>(row.cells[column.field]), [trouble, setTrouble] = useState('');
  const latest = useRef(value), ended = useRef(false), bad = useRef('');
  const end = (how: 'enter' | 'tab' | 'escape' | 'blur') => {
    if (ended.current) return;
    if (how !== 'escape' && bad.current) { setTrouble(bad.current); return; }
    ended.current = true;
    onEnd(how === 'escape' ? undefined : latest.current, how);
  };
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const text = start.current, at = box.current!.querySelector<HTMLInputElement>('input:not([type="checkbox"]), textarea');
    start.current = '';
    if (text && at) { at.value = text; at.dispatchEvent(new InputEvent('input', {bubbles: true})); }
  }, []);
  return (
    <div class={`cell-editor ${trouble ? 'invalid' : ''}`} ref={box} onFocusOut={(event) => { if (!box.current?.contains(event.relatedTarget as Node)) setTimeout(() => { if (box.current && !box.current.contains(document.activeElement)) end('blur'); }, 0); }}
      onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); event.stopPropagation(); end('enter'); } else if (event.key === 'Escape') { event.stopPropagation(); end('escape'); } else if (event.key === 'Tab') { event.preventDefault(); event.stopPropagation(); end('tab'); } }}>
      <Editor field={field} label={field.label} value={value} autofocus invalid={Boolean(trouble)} onDone={end} onChange={(next, problem) => { bad.current = problem ? t(problem) : ''; if (problem) return; latest.current = next; setValue(next); setTrouble(''); if (field.type === 'boolean' || field.type === 'choice') setTimeout(() => undefined, 0); }} />
      {trouble && <span class="cell-trouble" role="alert">{trouble}</span>}
    </div>
  );
}
