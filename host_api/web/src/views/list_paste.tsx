// SPDX-License-Identifier: Apache-2.0
// A block of a spreadsheet that is pasted into a list: looked at first, with its columns named, then handed to the page that imports
// (`paste` of the view), where it is matched, checked, and can be taken back like any file.
import {useState} from 'preact/hooks';
import {t} from '../core/i18n';
import {parseBlock} from '../core/parse';
import {go, href} from '../core/router';
import type {Column, View} from '../core/types';
import {Dialog} from '../widgets/overlay';
import {handOver} from './handover';

const MOST = 8;
const plain = (text: string) => text.trim().toLowerCase();
const quoted = (text: string) => `"${text.replace(/"/g, '""')}"`;

/** The first line names columns when it says what some column, or field, is called. */
export function namesColumns(line: string[], view: View, columns: Column[]): boolean {
  const known = new Set([...columns.map((column) => plain(column.label ?? view.fields[column.field]?.label ?? column.field)), ...Object.entries(view.fields).flatMap(([name, field]) => [plain(name), plain(field.label)])]);
  return line.some((cell) => known.has(plain(cell)));
}

/** Without names of its own a block takes those of the columns that it was pasted on. */
export function headed(block: string[][], columns: string[], named: boolean): string[][] {
  const width = Math.max(...block.map((line) => line.length));
  return named ? block : [Array.from({length: width}, (_, at) => columns[at] ?? `${at + 1}`), ...block];
}

export function ListPaste({text, view, columns, onClose}: {text: string; view: View; columns: Column[]; onClose: () => void}) {
  const block = parseBlock(text).filter((line) => line.some((cell) => cell.trim() !== '')), [named, setNamed] = useState(block.length > 1 && namesColumns(block[0]!, view, columns));
  const labels = columns.map((column) => column.label ?? view.fields[column.field]?.label ?? column.field), [head = [], ...lines] = headed(block, labels, named), rule = view.paste!;
  const onward = () => {
    handOver(new File([`\ufeff${[head, ...lines].map((line) => line.map(quoted).join(';')).join('\r\n')}\r\n`], t('paste.file'), {type: 'text/csv'}));
    onClose();
    void go(href(rule.view, null, {'p.profile': rule.profile}));
  };
  return (
    <Dialog title={t('paste.title', {title: view.title})} wide onClose={onClose} foot={<><button type="button" class="btn" onClick={onClose}>{t('cancel')}</button><button type="button" class="btn primary" data-autofocus disabled={lines.length === 0} onClick={onward}>{t('paste.onward', {n: lines.length})}</button></>}>
      <p>{t('paste.text')}</p>
      <label class="switch-line"><input type="checkbox" class="check" checked={named} onChange={(event) => setNamed(event.currentTarget.checked)} />{t('paste.named')}</label>
      <div class="table-box" tabIndex={0} role="region" aria-label={t('paste.title', {title: view.title})}><table class="plain"><thead><tr>{head.map((name, at) => <th scope="col" key={at}>{name}</th>)}</tr></thead>
        <tbody>{lines.slice(0, MOST).map((line, at) => <tr key={at}>{head.map((_, i) => <td key={i}>{line[i] ?? ''}</td>)}</tr>)}</tbody></table></div>
      {lines.length > MOST && <p class="small muted">{t('board.more', {n: lines.length - MOST})}</p>}
    </Dialog>
  );
}
