// SPDX-License-Identifier: Apache-2.0
// What the host sends: declared views, records and menus. Nothing here knows Preact or the DOM, so that another renderer
// could take this file as it stands.

export type Tone = 'neutral' | 'info' | 'success' | 'warn' | 'danger' | 'accent';
export interface Money { minor: number; currency: string }
export interface Ref { id: number | string; title: string; archived?: boolean }
export interface Line { id?: number; cells: Cells }
export type Cell = null | undefined | string | number | boolean | Money | Ref | string[] | Line[];
export type Cells = Record<string, Cell>;
export interface Row { id: number; version: number; title: string; cells: Cells }

export type FieldType = 'year' | 'text' | 'longtext' | 'integer' | 'percent' | 'decimal' | 'money' | 'ref' | 'date' | 'datetime' | 'choice' |
  'boolean' | 'tags' | 'lines' | 'refs' | 'email' | 'phone' | 'url' | 'password';
export interface Choice { value: string; label: string; tone?: Tone }
export interface Field {
  name?: string; type: FieldType; label: string; help?: string; required?: boolean; readonly?: boolean; max?: number; min?: number;
  choices?: Choice[]; ref?: {list: string; view?: string; create?: string | {action: string; field?: string} | false; filter?: Filter[]};
  visible_if?: string; required_if?: string; of?: Record<string, Field>; input?: string; input_as?: 'minor'; only?: 'create' | 'update'; span?: number; placeholder?: string;
  sum?: {field: string; equals: number}; tone_field?: string; default?: unknown; currency?: string;
}
export type Op = '=' | '!=' | 'in' | 'not_in' | '<' | '<=' | '>' | '>=' | 'between' | 'contains' | 'is_null' | 'not_null' |
  'today' | 'this_week' | 'this_month' | 'next_month' | 'this_quarter' | 'this_year' | 'last_30_days' | 'overdue' | string;
export interface Filter { field: string; op: Op; value?: unknown }

export interface Column {
  field: string; label?: string; width?: number; align?: 'start' | 'end'; total?: 'sum'; hidden?: boolean; sortable?: boolean;
  as?: 'badge' | 'progress' | 'relative_date' | 'avatar' | 'link' | 'text' | 'muted' | string;
}
export interface Source { action: string; summary?: string; list: string; input?: Record<string, unknown>; filter?: Filter[] }
export type FormItem = string | {field: string; name?: string} | (Field & {name: string});
export interface Action {
  label: string; run: string; input?: Record<string, unknown>; form?: FormItem[]; form_into?: string; with?: Record<string, unknown>; then?: {view: string; id?: string}; preview?: {action: string; input?: Record<string, unknown>}; view?: string; visible_if?: string;
  tone?: Tone | 'primary'; key?: string; undo?: {run: string; input?: Record<string, unknown>}; confirm?: string; done?: string;
  open?: {view: string; record?: string}; icon?: string; help?: string;
}
export interface Flag { if: string; tone: Tone; label: string }
export interface Saved { id: string; label: string; filter: Filter[]; sort?: string[]; archived?: boolean; default?: boolean; badge?: string | boolean; shared?: boolean; by?: string; mine?: boolean; search?: string; columns?: string[] }

export interface View {
  schema: string; id: string; kind: string; title: string; help?: string; entity?: string;
  links?: {view: string; label: string}[];
  source?: Source; fields: Record<string, Field>; columns?: Column[]; sort?: string[];
  filters?: (string | {field: string; as?: string})[]; search?: boolean; saved?: Saved[];
  open?: {view: string; as?: 'panel' | 'page'}; create?: {view: string; label: string; action?: string}; row_actions?: string[]; page_actions?: string[]; check?: {action: string; part?: string}; bulk?: (Action | string)[];
  reorder?: {action: string; field?: string; group?: string; input?: Record<string, unknown>};
  delete?: {action: string; replace?: {action?: string; list: string; input?: Record<string, unknown>}; input?: Record<string, unknown>; label?: string; undo?: {run: string; input?: Record<string, unknown>}};
  save?: {create?: string; update?: string; id_as?: string; input_fixed?: Record<string, unknown>};
  paste?: {view: string; profile: string};
  edit?: 'inline' | 'form' | 'none'; switch?: {view: string; label: string; icon?: string}[]; export?: boolean | {action: string; list: string};
  actions?: Record<string, Action>; empty?: {title?: string; text?: string};
  // board
  column?: {field: string; source?: unknown; kind?: 'month'}; card?: {title?: string; lines?: string[]; value?: string; date?: string; flags?: Flag[]; avatar?: string};
  header?: unknown; on_drop?: Move;
  collapse_if?: string; limit?: number; target?: {report: string; measure: string; reached: string[]};
  explain?: {report: string; params?: Record<string, unknown>; link?: {action: string; input: Record<string, unknown>; undo?: {run: string; input?: Record<string, unknown>}}};
  // form
  load?: {action: string; input?: Record<string, unknown>}; sections?: Section[]; tabs?: Part[]; panels?: {id: string; view: string; title?: string; titles?: Record<string, string>}[];
  // tree
  parent?: string; move?: {action: string; input?: Record<string, unknown>};
  members?: {list: string; parent: string; title?: string; label?: string; add?: Run; remove?: Run; move?: Run; ref?: {list: string}};
  // matrix, report, import, home
  params?: Param[]; report?: string; blocks?: Block[]; profiles?: {id: string; label: string; help?: string; view?: string}[]; steps?: unknown[];
  row_total?: unknown; rows?: unknown; value?: unknown;
  message?: string; text?: string;
}
export interface Run { action: string; input?: Record<string, unknown>; form?: FormItem[]; label?: string }
export interface Move extends Run { ask_if?: string; undo?: {run: string; input?: Record<string, unknown>} }
export interface Path extends Partial<Move> { field: string; source?: {list: string}; match?: Record<string, string> }
export interface Section { label?: string; columns?: number; fields?: string[]; lines?: string; visible_if?: string; only?: 'create' | 'update'; help?: string; collapsed?: boolean }
export interface Part {
  label: string; part: string; action?: string; input?: Record<string, unknown>; view?: string; filter?: Filter[];
  create_with?: Record<string, unknown>; fields?: string[]; module?: string; report?: string; params?: Record<string, unknown>;
}
export interface FormHeader { facts?: string[]; path?: string | {field: string; list?: string; action?: string; input?: Record<string, unknown>}; actions?: string[]; badge?: string; subtitle?: string }
export interface Param {
  name: string; type: string; label: string; choices?: Choice[]; default?: unknown; ref?: {list: string}; list?: string; field?: string; optional?: boolean; placeholder?: string; of?: string[]; hidden?: boolean;
}
export interface Block {
  kind: string; title?: string; label?: string; items?: {label: string; value: string; help?: string; as?: string; compare?: string; tone?: string; view?: string; filter?: Filter[]}[];
  mark?: string; x?: string; series?: {field: string; label?: string; role?: string}[]; columns?: (string | {field: string; label?: string; view?: string})[]; view?: string; filter?: Filter[];
  limit?: number; empty?: string; action?: string; input?: Record<string, unknown>; text?: string; report?: string; params?: Record<string, unknown>; width?: string;
  sort?: string[]; record?: string; create_with?: Record<string, unknown>; help?: string; list?: string; of?: string;
  drill?: {view: string; measures: string[]; rows?: string; scope?: string};
  own?: string[];  // fields by which the block is narrowed to the reader's own
}
export interface Menu { id: string; title: string; view?: string; module?: string; children: Menu[] }
export interface Me {
  schema: string; user: {id: number; login: string; name: string; employee?: number | null};
  company: {id: number; name: string; currency: string; time_zone: string; fiscal_year_start_month: number};
  currencies: Record<string, number>; today: string; language: string; languages: string[]; permissions: string[]; search?: string[];
}
export interface ViewName { id: string; kind: string; title: string }
export interface Page { rows: Row[]; after?: string | null; before?: string | null; position?: number }
export interface Group { key: string; label: string; count: number; sums?: Record<string, Money[]>; tone?: Tone; closed?: boolean; [key: string]: unknown }
export interface Summary { total: number; exact: boolean; sums?: Record<string, Money[] | number | null>; groups?: Group[] }
