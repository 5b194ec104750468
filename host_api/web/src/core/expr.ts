// SPDX-License-Identifier: Apache-2.0
// The closed expressions of the views (visible_if, required_if, if, ask_if): literals, field paths, comparisons, and/or/not,
// in [..]. No calls and no side effects; schema/expressions.json holds the vectors that the host's C++ answers alike.

export type Value = null | string | number | boolean;
type Lookup = (path: string) => unknown;
type Node = (lookup: Lookup) => unknown;

export class ExpressionError extends Error {}

const TOKEN = /\s*(?:(-?\d+)(?![A-Za-z0-9_.])|("(?:[^"\\]|\\.)*")|([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)(?!\.)|(==|!=|<=|>=|<|>|\(|\)|\[|\]|,))/y;
const DEPTH_MAX = 32;

interface Token { kind: 'number' | 'text' | 'word' | 'sign'; text: string }

function tokens(source: string): Token[] {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    if (/^\s*$/.test(source.slice(TOKEN.lastIndex))) break;
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    if (!found) throw new ExpressionError(`"${source}": cannot read "${source.slice(at, at + 12)}".`);
    const [, number, text, word, sign] = found;
    if (number !== undefined) out.push({kind: 'number', text: number});
    else if (text !== undefined) out.push({kind: 'text', text: text.slice(1, -1).replace(/\\(.)/g, '$1')});
    else if (word !== undefined) out.push({kind: 'word', text: word});
    else out.push({kind: 'sign', text: sign!});
  }
  return out;
}

/** Refs and choices compare by their id, money by its minor units, none as null. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'object' && !Array.isArray(value)) {
    const record = value as Record<string, unknown>;
    if ('minor' in record) return record.minor;
    if ('id' in record) return record.id;
  }
  return value;
}

/** Unlike kinds are unequal and have no order. */
function equal(a: unknown, b: unknown): boolean {
  return typeof a === 'object' && a !== null ? JSON.stringify(a) === JSON.stringify(b) : a === b;
}

function compare(a: unknown, b: unknown, accept: (order: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return accept(a - b);
  if (typeof a === 'string' && typeof b === 'string') return accept(a < b ? -1 : a > b ? 1 : 0);
  return false;
}

class Parser {
  private at = 0;
  private depth = 0;
  constructor(private readonly list: Token[], private readonly source: string) {}

  whole(): Node {
    const node = this.or();
    if (this.at < this.list.length) this.fail();
    return node;
  }
  private fail(): never {
    const token = this.list[this.at];
    throw new ExpressionError(`"${this.source}": ${token ? `"${token.text}" does not belong here` : 'the end is missing'}.`);
  }
  private is(text: string): boolean {
    const token = this.list[this.at];
    return token !== undefined && (token.kind === 'sign' || token.kind === 'word') && token.text === text;
  }
  private take(text: string): boolean {
    if (!this.is(text)) return false;
    ++this.at;
    return true;
  }
  private or(): Node {
    if (++this.depth > DEPTH_MAX) throw new ExpressionError(`"${this.source.slice(0, 40)}…" is nested too deeply.`);
    let left = this.and();
    while (this.take('or')) {
      const a = left, b = this.and();
      left = (lookup) => truth(a(lookup)) || truth(b(lookup));
    }
    --this.depth;
    return left;
  }
  private and(): Node {
    let left = this.not();
    while (this.take('and')) {
      const a = left, b = this.not();
      left = (lookup) => truth(a(lookup)) && truth(b(lookup));
    }
    return left;
  }
  private not(): Node {
    if (this.take('not')) {
      if (++this.depth > DEPTH_MAX) throw new ExpressionError(`"${this.source.slice(0, 40)}…" is nested too deeply.`);
      const inner = this.not();
      --this.depth;
      return (lookup) => !truth(inner(lookup));
    }
    return this.comparison();
  }
  private comparison(): Node {
    const left = this.operand();
    const token = this.list[this.at];
    if (!token) return left;
    if (token.kind === 'sign' && ['==', '!=', '<', '<=', '>', '>='].includes(token.text)) {
      ++this.at;
      const right = this.operand();
      switch (token.text) {
        case '==': return (lookup) => equal(left(lookup), right(lookup));
        case '!=': return (lookup) => !equal(left(lookup), right(lookup));
        case '<': return (lookup) => compare(left(lookup), right(lookup), (order) => order < 0);
        case '<=': return (lookup) => compare(left(lookup), right(lookup), (order) => order <= 0);
        case '>': return (lookup) => compare(left(lookup), right(lookup), (order) => order > 0);
        default: return (lookup) => compare(left(lookup), right(lookup), (order) => order >= 0);
      }
    }
    if (this.take('in')) {
      const next = this.list[this.at];
      if (!next || !(next.text === '[' && next.kind === 'sign') && next.kind !== 'word') this.fail();
      const right = this.operand();
      return (lookup) => {
        const items = right(lookup);
        if (items === null || items === undefined) return false;
        if (!Array.isArray(items)) throw new ExpressionError(`"${this.source}": what follows "in" is no list.`);
        return items.some((item) => equal(left(lookup), plain(item)));
      };
    }
    return left;
  }
  private items(): Node[] {
    if (!this.take('[')) this.fail();
    const out: Node[] = [];
    if (this.take(']')) return out;
    do out.push(this.operand()); while (this.take(','));
    if (!this.take(']')) this.fail();
    return out;
  }
  private operand(): Node {
    const token = this.list[this.at];
    if (!token) this.fail();
    if (token.kind === 'number') { ++this.at; const value = Number(token.text); return () => value; }
    if (token.kind === 'text') { ++this.at; return () => token.text; }
    if (token.kind === 'word' && !['and', 'or', 'not', 'in'].includes(token.text)) {
      ++this.at;
      if (token.text === 'null') return () => null;
      if (token.text === 'true') return () => true;
      if (token.text === 'false') return () => false;
      const path = token.text;
      return (lookup) => plain(lookup(path));
    }
    if (this.is('[')) {
      const items = this.items();
      return (lookup) => items.map((item) => item(lookup));
    }
    if (this.take('(')) {
      const inner = this.or();
      if (!this.take(')')) this.fail();
      return inner;
    }
    this.fail();
  }
}

function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== false && value !== 0 && value !== '';
}

const known = new Map<string, Node>();

export function parse(source: string): Node {
  let node = known.get(source);
  if (!node) {
    node = new Parser(tokens(source), source).whole();
    known.set(source, node);
  }
  return node;
}

/** `step.status` looks for a key of that name first, then walks. */
export function lookup(values: Record<string, unknown>, path: string): unknown {
  if (Object.prototype.hasOwnProperty.call(values, path)) return values[path];
  let at: unknown = values;
  for (const part of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.prototype.hasOwnProperty.call(at, part)) return null;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

export function evaluate(source: string, values: Record<string, unknown>): unknown {
  return parse(source)((path) => lookup(values, path));
}

/** The server decides; a rule that cannot be read only fails to hint. */
export function holds(source: string | undefined, values: Record<string, unknown>, otherwise = true): boolean {
  if (!source) return otherwise;
  try { return truth(evaluate(source, values)); } catch { return otherwise; }
}
