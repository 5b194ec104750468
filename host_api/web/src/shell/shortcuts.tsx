// SPDX-License-Identifier: Apache-2.0
// "?": the keys of this page. Single letters work inside the focused list, board or grid alone (WCAG 2.1.4).
import {t} from '../core/i18n';
import {Dialog} from '../widgets/overlay';

const KEYS: Record<string, [string, string][]> = {
  everywhere: [['Ctrl K', 'palette'], ['?', 'help'], ['/', 'search'], ['Ctrl S', 'save'], ['Esc', 'close'], ['F6', 'jump']],
  list: [['↑ ↓ ← →', 'move'], ['J / K', 'next_previous'], ['Enter', 'open'], ['F2', 'edit'], ['Space / X', 'select'], ['M', 'tools'], ['Shift ↑ ↓', 'range'], ['Ctrl A', 'all'], ['Ctrl C', 'copy'], ['Alt ↑ ↓', 'reorder'], ['Shift ← →', 'width'], ['Alt ← →', 'column']],
  board: [['↑ ↓ ← →', 'move'], ['Space', 'lift'], ['← →', 'choose_column'], ['Esc', 'cancel'], ['Enter', 'open'], ['M', 'tools']],
  matrix: [['F2 / 0–9', 'edit'], ['Ctrl V', 'paste'], ['Ctrl Z', 'undo'], ['Delete', 'clear']],
};
export function Shortcuts({kind, onClose}: {kind: string; onClose: () => void}) {
  const groups = ['everywhere', ...(kind in KEYS ? [kind] : ['list', 'board'])];
  return <Dialog title={t('shortcuts')} onClose={onClose} wide><div class="keys">{groups.map((group) => <section key={group}><h3>{t(`keys.${group}`)}</h3><dl>{KEYS[group]!.map(([key, name]) => <div key={key + name}><dt>{key.split(' ').map((part) => (part === '/' ? ' / ' : <kbd key={part}>{part}</kbd>))}</dt><dd>{t(`keys.${name}`)}</dd></div>)}</dl></section>)}</div></Dialog>;
}
