// SPDX-License-Identifier: Apache-2.0
// Two people changed the same record: each field that both changed is shown with mine and theirs, and one is kept.
import {useState} from 'preact/hooks';
import {cellText, dateTime} from '../core/format';
import {t} from '../core/i18n';
import type {Row, View} from '../core/types';
import {Dialog} from '../widgets/overlay';
import type {Clash} from './form_state';

export function ConflictDialog({view, clashes, taken, theirs, onDone, onClose}: {view: View; clashes: Clash[]; taken: string[]; theirs: Row; onDone: (chosen: Record<string, 'mine' | 'theirs'>) => void; onClose: () => void}) {
  const [chosen, setChosen] = useState<Record<string, 'mine' | 'theirs'>>(() => Object.fromEntries(clashes.map((clash) => [clash.field, 'mine'])));
  const by = (theirs as Row & {version_by?: {name: string; at: string}}).version_by;
  const all = (which: 'mine' | 'theirs') => setChosen(Object.fromEntries(clashes.map((clash) => [clash.field, which])));
  return (
    <Dialog title={t('conflict.title')} wide onClose={onClose} foot={<><button type="button" class="btn" onClick={onClose}>{t('cancel')}</button><button type="button" class="btn primary" data-autofocus onClick={() => onDone(chosen)}>{t('conflict.go')}</button></>}>
      <p>{by ? t('conflict.by', {name: by.name, at: dateTime(by.at)}) : t('conflict.text')}</p>
      <div class="row wrap"><button type="button" class="btn" onClick={() => all('mine')}>{t('conflict.all_mine')}</button><button type="button" class="btn" onClick={() => all('theirs')}>{t('conflict.all_theirs')}</button></div>
      <div class="table-box"><table class="plain conflict">
        <thead><tr><th scope="col">{t('conflict.field')}</th><th scope="col">{t('conflict.before')}</th><th scope="col">{t('conflict.mine')}</th><th scope="col">{t('conflict.theirs')}</th></tr></thead>
        <tbody>{clashes.map((clash) => {
          const field = view.fields[clash.field]!;
          return <tr key={clash.field}><th scope="row">{field.label}</th><td class="muted">{cellText(clash.base, field) || '–'}</td>
            {(['mine', 'theirs'] as const).map((which) => <td key={which}><label class="switch-line"><input type="radio" name={`c-${clash.field}`} checked={chosen[clash.field] === which} onChange={() => setChosen({...chosen, [clash.field]: which})} /><span><span class="sr">{t(`conflict.keep_${which}`)}: </span>{cellText(clash[which], field) || '–'}</span></label></td>)}</tr>;
        })}</tbody></table></div>
      {taken.length > 0 && <p class="small muted">{t('conflict.taken', {fields: taken.map((name) => view.fields[name]!.label).join(', ')})}</p>}
    </Dialog>
  );
}
