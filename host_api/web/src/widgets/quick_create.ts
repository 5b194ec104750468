// SPDX-License-Identifier: Apache-2.0
// A new entry on the fly from a reference field: asks what the entry's own form demands, with what was typed as its name.
import {act, getKept} from '../core/api';
import {askForm} from '../core/act';
import {t} from '../core/i18n';
import {normalise} from '../core/normalise';
import type {Ref, View} from '../core/types';

export async function quickCreate(rule: string | {action: string; field?: string}, text: string): Promise<Ref | null> {
  if (typeof rule !== 'string') {
    const made = await act<{id: number}>(rule.action, {[rule.field ?? 'name']: text});
    return {id: made.id, title: text};
  }
  const view = normalise(await getKept<View>(`/api/views/${encodeURIComponent(rule)}`));
  if (!view.save?.create) return null;
  const shown = (view.sections ?? []).flatMap((section) => section.fields ?? []).filter((name) => view.fields[name] && !view.fields[name]!.readonly);
  const name = ['name', 'title'].find((one) => shown.includes(one)) ?? shown.find((one) => view.fields[one]!.type === 'text') ?? 'name';
  const asked = [name, ...shown.filter((one) => one !== name && (view.fields[one]!.required || shown.indexOf(one) < 4))].filter((one) => view.fields[one]!.type !== 'lines').slice(0, 6);
  let title = text;
  const made = await askForm({title: t('form.new', {title: view.title}), fields: asked.map((one) => ({...view.fields[one]!, name: one})), submit: t('create'), initial: {[name]: text}}, (input) => { title = String(input[view.fields[name]?.input ?? name] ?? text); return act<{id: number}>(view.save!.create!, {...(view.save!.input_fixed ?? {}), ...input}); });
  return made ? {id: made.id, title} : null;
}
