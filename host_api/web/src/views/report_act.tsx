// SPDX-License-Identifier: Apache-2.0
// What a line of a report or feed proposes to do (`act`): the action with what is known of its input; what is missing is asked with the
// fields of that record's own form.
import {useState} from 'preact/hooks';
import {act, getKept} from '../core/api';
import {askForm, refused} from '../core/act';
import {today} from '../core/format';
import {normalise} from '../core/normalise';
import {t} from '../core/i18n';
import {announce} from '../core/live';
import {addDays} from '../core/days';
import {mayOpen} from '../core/use';
import type {Cells, View} from '../core/types';
import {toast} from '../widgets/overlay';

export interface Proposed { action: string; input: Record<string, unknown>; asks?: string[]; undo?: {run: string; input: Record<string, unknown>} }
const WEEK = 7;

/** `sure`: the host proposes it to those alone who may. */
export function ActButton({proposed, title, text = '', sure}: {proposed: Proposed; title: string; text?: string; sure?: boolean}) {
  const [busy, setBusy] = useState(false), entity = proposed.action.split('.')[0]!, name = t(`act.${proposed.action}`);
  if (!sure && !mayOpen(`${entity}.form`)) return null;
  const asks = proposed.asks ?? [], undo = proposed.undo;
  const run = async () => {
    setBusy(true);
    try {
      const send = (asked: Record<string, unknown>) => act(proposed.action, {...proposed.input, ...asked});
      let done: unknown;
      if (asks.length === 0) done = await send({});
      else {
        const form = normalise(await getKept<View>(`/api/views/${entity}.form`));
        const fields = asks.flatMap((asked) => { const found = Object.entries(form.fields).find(([field, one]) => field === asked || one.input === asked); return found ? [{...found[1], name: found[0], input: asked, required: true, readonly: false, visible_if: ''}] : []; });
        const initial: Cells = {};
        for (const field of fields) if (field.type === 'date') initial[field.name] = addDays(today(), WEEK);
        done = await askForm({title: `${name}: ${title}`, text, fields, submit: name, initial}, send);
      }
      if (done !== null) { toast('', {}, {text: `${title}: ${name}`, ...(undo ? {undo: () => void act(undo.run, undo.input).then(() => { toast('undone'); announce(['*']); }, refused)} : {})}); announce(['*']); }
    } catch (error) { refused(error as Error); }
    setBusy(false);
  };
  return <button type="button" class="btn mini" disabled={busy} onClick={() => void run()}>{name}<span class="sr">: {title}</span></button>;
}
