// SPDX-License-Identifier: Apache-2.0
// Line icons on a 16-unit grid, as paths; decoration alone: the name of a control always stands in text.
const PATHS: Record<string, string> = {
  search: 'M7 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM11 11l3.5 3.5',
  menu: 'M2 4h12M2 8h12M2 12h12', close: 'M3.5 3.5l9 9M12.5 3.5l-9 9', plus: 'M8 3v10M3 8h10', check: 'M3 8.5l3.5 3.5L13 4.5',
  chevron: 'M6 3.5L10.5 8 6 12.5', down: 'M3.5 6L8 10.5 12.5 6', up: 'M3.5 10L8 5.5l4.5 4.5', left: 'M10 3.5L5.5 8l4.5 4.5',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01', board: 'M2.5 2.5h3v11h-3zM6.5 2.5h3v7h-3zM10.5 2.5h3v9h-3z',
  chart: 'M2 14h12M4 11V8M8 11V4M12 11V6', month: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3', calendar: 'M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3',
  filter: 'M2 3.5h12L9.5 8.5v4l-3 1.5V8.5z', columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10', more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  settings: 'M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6L5 5M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4',
  user: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM2.8 14c.5-2.8 2.6-4.2 5.2-4.2s4.7 1.4 5.2 4.2', users: 'M6 7.5a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM1.5 13.5c.4-2.5 2.2-3.8 4.5-3.8s4.1 1.3 4.5 3.8M10.5 7.3a2.2 2.2 0 0 0 .6-4.3M12 9.9c1.5.4 2.4 1.6 2.7 3.4',
  warn: 'M8 2.2L14.6 13.5H1.4zM8 6.5v3.2M8 11.7h.01', info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.3V11M8 5h.01', lock: 'M3.5 7.5h9v6.5h-9zM5.2 7.5V5.3a2.8 2.8 0 0 1 5.6 0v2.2',
  trash: 'M2.5 4.2h11M6 4V2.5h4V4M4 4.2l.7 9.3h6.6l.7-9.3M6.7 7v4M9.3 7v4', edit: 'M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z', save: 'M3 3h8l2 2v8H3zM5.5 3v3.5h5V3M5 13V9.5h6V13',
  undo: 'M5.5 3.5L2.5 6.5l3 3M2.5 6.5h7a3.7 3.7 0 0 1 0 7.4H6', external: 'M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13.2 2.8L7.5 8.5', download: 'M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M2.5 13.5h11',
  upload: 'M8 11V3M4.8 6L8 2.8 11.2 6M2.5 13.5h11', print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z', clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6', flag: 'M3.5 14V2.5M3.5 3h8.5l-2 2.8 2 2.8H3.5',
  folder: 'M1.8 4h4.4l1.4 1.7h6.6v7.3H1.8z', home: 'M2.5 7.2L8 2.5l5.5 4.7V13.5h-3.7V9.7H6.2v3.8H2.5z', target: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  campaign: 'M2.5 6.5v3h2.2l6.3 3.3V3.2L4.7 6.5zM13 6.3a2.4 2.4 0 0 1 0 3.4M5 9.7l.8 3.8h1.8', lead: 'M8 1.8l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.2l-3.7 2.1.8-4.2L2 6.2l4.2-.5z', link: 'M6.7 9.3l2.6-2.6M7.5 4.8l1.4-1.4a2.6 2.6 0 0 1 3.7 3.7l-1.4 1.4M8.5 11.2l-1.4 1.4a2.6 2.6 0 0 1-3.7-3.7l1.4-1.4',
  drag: 'M6 4h.01M6 8h.01M6 12h.01M10 4h.01M10 8h.01M10 12h.01', keyboard: 'M1.8 4.5h12.4v7H1.8zM4.3 7h.01M6.8 7h.01M9.3 7h.01M11.7 7h.01M5 9.3h6', sort: 'M5 3v10M2.5 10.5L5 13l2.5-2.5M11 13V3M8.5 5.5L11 3l2.5 2.5', bookmark: 'M4 2.5h8v11.2L8 10.8l-4 2.9z', refresh: 'M13.3 6.5A5.5 5.5 0 0 0 3.2 5.3M2.7 9.5a5.5 5.5 0 0 0 10.1 1.2M3 2.5v3h3M13 13.5v-3h-3', building: 'M3 13.5v-11h7v11M10 6.5h3v7M5.3 5h.01M7.7 5h.01M5.3 7.5h.01M7.7 7.5h.01M5.3 10h.01M7.7 10h.01M1.5 13.5h13', doc: 'M3.8 1.8h5.4l3 3v9.4H3.8zM9 2v3h3M6 8h4M6 10.8h4', money: 'M1.8 4h12.4v8H1.8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z', spark: 'M8 2l1.3 4.2L13.5 8 9.3 9.3 8 14l-1.3-4.7L2.5 8l4.2-1.8z', panel: 'M2 3h12v10H2zM9.5 3v10', tree: 'M3 2.5v9.5h4M3 6h4M8.5 4.5h5v3h-5zM8.5 10.5h5v3h-5z', grid: 'M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.2 3v10M9.8 3v10',
};

export const hasIcon = (name: string) => name in PATHS;
export function Icon({name, class: given}: {name: string; class?: string}) {
  return <svg class={`icon ${given ?? ''}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d={PATHS[name] ?? PATHS.doc!} /></svg>;
}

const BY_WORD: [RegExp, string][] = [
  [/group|team/, 'users'], [/board/, 'board'], [/opportunit|pipeline/, 'target'], [/lead/, 'lead'], [/campaign/, 'campaign'], [/customer|account/, 'building'],
  [/report|forecast|funnel/, 'chart'], [/budget|matrix/, 'grid'], [/invoice|credit/, 'money'], [/order|offer/, 'doc'], [/project/, 'folder'], [/link/, 'link'],
  [/activit|calendar/, 'calendar'], [/import/, 'upload'], [/\bhome\b|day/, 'home'], [/step|reject|type|source|status|categor|setting/, 'settings'], [/user|employee/, 'user'],
];
/** A fitting picture for a view, by its id. */
export const iconOf = (view: string) => BY_WORD.find(([pattern]) => pattern.test(view))?.[1] ?? 'list';
