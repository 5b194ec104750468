// SPDX-License-Identifier: Apache-2.0
// Deleting: asks, passes on the host's word about what uses the entry, and offers to replace it. Where the view names an undo,
// the entry goes at once and the toast brings it back.
import {act, ApiError} from '../core/api';
import {askForm, refused, scopeOf} from '../core/act';
import {announce} from '../core/live';
import {t} from '../core/i18n';
import {filled} from '../core/template';
import type {Row, View} from '../core/types';
import {ask, toast} from '../widgets/overlay';

export async function deleteRecord(view: View, row: Row, changed: () => void): Promise<boolean> {
  const rule = view.delete!, scope = scopeOf(row, view.fields), input = filled(rule.input ?? {id: '$id'}, scope);
  const done = (replaced: boolean) => {
    changed();
    announce([view.source?.list ?? view.entity ?? '*']);
    const undo = rule.undo;
    toast(replaced ? 'delete.replaced' : 'delete.done', {title: row.title}, undo ? {undo: () => void act(undo.run, filled(undo.input ?? {id: '$id'}, scope)).then(() => { changed(); toast('undone'); }, refused)} : {});
  };
  if (!rule.undo && (await ask(rule.label ?? t('delete.title', {title: row.title}), t('delete.text'), [{label: t('cancel'), value: 'no'}, {label: rule.label ?? t('delete'), value: 'yes', tone: 'danger strong'}])) !== 'yes') return false;
  try {
    await act(rule.action, input);
    done(false);
    return true;
  } catch (error) {
    const refusal = error as ApiError;
    if (!rule.replace || refusal.offline || refusal.forbidden) { refused(refusal); return false; }
    const replace = rule.replace;
    const result = await askForm({title: t('delete.used', {title: row.title}), text: refusal.message, danger: true, submit: t('delete.replace'), fields: [{name: 'target', type: 'ref', label: t('delete.with'), required: true, ref: {list: replace.list, create: false}}]},
      (asked) => act(replace.action ?? rule.action, filled(replace.input ?? {id: '$id', replace_by: '$target'}, {...scope, target: asked.target})));
    if (result === null) return false;
    done(true);
    return true;
  }
}
