// SPDX-License-Identifier: Apache-2.0
// Who changed what in a row of a matrix (`history`): the latest first, month by month, from what to what.
import {read} from '../core/api';
import {dateTime, minorText, monthYear} from '../core/format';
import {t} from '../core/i18n';
import {useLoad} from '../core/use';
import {Dialog} from '../widgets/overlay';
import {Loading, Message, Trouble} from './frame';

interface Change { id: number; column: string; before: number | null; minor: number | null; at: string; name?: string }

export function MatrixHistory({action, input, title, digits, onClose}: {action: string; input: Record<string, unknown>; title: string; digits: number; onClose: () => void}) {
  const loaded = useLoad<{history: Change[]}>(`${action}/${JSON.stringify(input)}`, (signal) => read(action, input, signal));
  const text = (value: number | null) => (value === null ? '–' : minorText(value, digits)), list = loaded.value?.history;
  return (
    <Dialog title={t('matrix.history', {row: title})} wide onClose={onClose}>
      {loaded.error ? <Trouble error={loaded.error} again={loaded.again} /> : !list ? <Loading rows={4} /> : list.length === 0 ? <Message icon="clock" title={t('matrix.history.none')} /> : (
        <div class="table-box"><table class="plain"><caption class="sr">{title}</caption><thead><tr><th scope="col">{t('matrix.history.when')}</th><th scope="col">{t('matrix.history.month')}</th><th scope="col" class="end">{t('preview.before')}</th><th scope="col" class="end">{t('preview.after')}</th></tr></thead>
          <tbody>{list.slice(0, 100).map((one) => <tr key={one.id}><td class="num">{dateTime(one.at)}</td><th scope="row">{/^\d{4}-\d\d$/.test(one.column) ? monthYear(one.column) : one.column}</th><td class="num end muted">{text(one.before)}</td><td class="num end"><strong>{text(one.minor)}</strong></td></tr>)}</tbody></table></div>)}
    </Dialog>
  );
}
