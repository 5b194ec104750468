// SPDX-License-Identifier: Apache-2.0
// Rows of a long list by blocks: neighbours by cursor, far places by a seek (at = 0…1). What is on screen is asked first, then some
// of what comes next in the direction of movement. A question for a place that has been left is broken off.
import type {Page, Row} from '../core/types';

export interface Ask { limit: number; after?: string; before?: string; at?: number }
/** Cursors stand at the ends of what was answered at once: a block within a page has none. */
interface Block { rows: Row[]; after: string | null; before: string | null }
/** Blocks that one question may bring, and those kept ready beyond the window. */
const TOGETHER = 4, AHEAD = 8;

export class RowCache {
  total = 0;
  /** The total is counted, not estimated. */
  exact = false;
  trouble: Error | null = null;
  started = false;
  private blocks = new Map<number, Block>();
  private pending = new Map<number, AbortController>();
  private wanted: [number, number] = [0, 0];
  /** 0 until somebody scrolls: a list that is only looked at asks for no more. */
  private heading: 1 | 0 | -1 = 0;
  private generation = 0;

  constructor(private readonly load: (ask: Ask, signal?: AbortSignal) => Promise<Page>, private readonly changed: () => void, private readonly size = 50, private readonly atOnce = 2) {}

  row(index: number): Row | undefined { return this.blocks.get(Math.floor(index / this.size))?.rows[index % this.size]; }
  indexOf(id: number): number {
    for (const [at, block] of this.blocks) {
      const place = block.rows.findIndex((row) => row.id === id);
      if (place >= 0) return at * this.size + place;
    }
    return -1;
  }
  loaded(): Row[] { return [...this.blocks.entries()].sort((a, b) => a[0] - b[0]).flatMap(([, block]) => block.rows); }
  setTotal(total: number, exact: boolean): void {
    this.total = Math.max(total, exact ? 0 : this.known());
    this.exact = exact;
    this.changed();
  }
  private known(): number {
    let end = 0;
    for (const [at, block] of this.blocks) end = Math.max(end, at * this.size + block.rows.length);
    return end;
  }

  want(first: number, last: number): void {
    const from = Math.floor(first / this.size), to = Math.floor(Math.max(first, last) / this.size);
    if (from !== this.wanted[0]) this.heading = from > this.wanted[0] ? 1 : -1;
    this.wanted = [from, to];
    for (const [at, abort] of this.pending) if (at > to + AHEAD || at < from - AHEAD) { this.pending.delete(at); abort.abort(); }
    this.pump();
  }
  private beyond(at: number): boolean { return at < 0 || (at > 0 && this.started && at * this.size >= Math.max(this.total, 1)); }
  private missing(at: number): boolean { return !this.blocks.has(at) && !this.pending.has(at) && !this.beyond(at); }
  private pump(): void {
    const [from, to] = this.wanted;
    for (let at = from; at <= to; ++at) {
      if (new Set(this.pending.values()).size >= this.atOnce) return;
      if (this.missing(at)) this.fetch(at, Math.max(1, to - at + 1));
    }
    if (!this.started || this.heading === 0 || this.pending.size > 0) return;
    // Nothing on screen is wanted: what comes next, where a cursor leads there.
    const edge = this.heading > 0 ? to : from;
    for (let step = 1; step <= AHEAD; ++step) {
      const at = edge + step * this.heading, start = this.heading > 0 ? at : Math.max(0, at - TOGETHER + 1);
      if (this.beyond(at)) return;
      if (!this.missing(at)) continue;
      if (this.heading > 0 ? this.blocks.get(at - 1)?.after : this.blocks.get(at + 1)?.before) this.fetch(start, this.heading > 0 ? TOGETHER : at - start + 1);
      return;
    }
  }
  private ask(at: number, count: number): Ask {
    const limit = this.size * count, before = this.blocks.get(at - 1), after = this.blocks.get(at + count);
    if (at === 0 && !after?.before) return {limit};
    if (before?.after) return {limit, after: before.after};
    if (after?.before && after.rows.length > 0) return {limit, before: after.before};
    // In the middle of the first row, so that no rounding leads to the one before.
    return at === 0 ? {limit} : {limit, at: Math.min(1, (at * this.size + 0.5) / Math.max(1, this.total))};
  }
  /** Asks for `count` blocks from `at` on, as far as they are missing, in one question. */
  private fetch(at: number, count: number): void {
    let many = 1;
    while (many < Math.min(count, TOGETHER) && this.missing(at + many)) ++many;
    const abort = new AbortController(), generation = this.generation;
    for (let i = 0; i < many; ++i) this.pending.set(at + i, abort);
    void this.bring(at, many, abort, generation);
  }
  private async bring(at: number, count: number, abort: AbortController, generation: number): Promise<void> {
    const old = () => generation !== this.generation || abort.signal.aborted;
    try {
      const ask = this.ask(at, count), page = await this.load(ask, abort.signal);
      if (old()) return;
      const rows = this.put(at, count, page, ask.at !== undefined);
      this.trouble = null;
      const end = at * this.size + rows.length;
      if (!this.exact) {
        if (!page.after && rows.length < this.size * count) this.total = Math.max(end, this.known());
        else this.total = Math.max(this.total, end + (page.after ? 1 : 0));
      }
    } catch (error) {
      if (old()) return;
      this.trouble = error as Error;
    }
    this.started = true;
    for (let i = 0; i < count; ++i) this.pending.delete(at + i);
    this.changed();
    if (!this.trouble) this.pump();
  }
  private put(at: number, count: number, page: Page, sought: boolean, into = this.blocks): Row[] {
    // Near its end a list answers its last rows, however few are left from the sought place on.
    const early = sought && page.after === null && page.position !== undefined ? Math.max(0, Math.min(at * this.size - page.position, page.rows.length)) : 0, rows = page.rows.slice(early);
    for (let i = 0; i < count; ++i) {
      const part = rows.slice(i * this.size, (i + 1) * this.size), last = (i + 1) * this.size >= rows.length;
      if (part.length > 0 || i === 0) into.set(at + i, {rows: part, after: last ? page.after ?? null : null, before: i === 0 && early === 0 ? page.before ?? null : null});
      if (last) break;
    }
    return rows;
  }

  /** Asks again for what is on screen; the old rows stay until the new ones are there. */
  async refresh(): Promise<void> {
    const generation = ++this.generation, [first, last] = this.wanted, fresh = new Map<number, Block>();
    for (const abort of this.pending.values()) abort.abort();
    this.pending.clear();
    this.trouble = null;
    for (let at = first; at <= last;) {
      const count = Math.min(TOGETHER, last - at + 1), before = fresh.get(at - 1);
      try {
        const page = await this.load(at === 0 ? {limit: this.size * count} : before?.after ? {limit: this.size * count, after: before.after} : {limit: this.size * count, at: Math.min(1, (at * this.size + 0.5) / Math.max(1, this.total))});
        if (generation !== this.generation) return;
        this.put(at, count, page, at > 0 && !before?.after, fresh);
        if (!page.after) break;
      } catch (error) { if (generation !== this.generation) return; this.trouble = error as Error; this.changed(); return; }
      at += count;
    }
    this.blocks = fresh;
    const end = this.known(), more = [...fresh.values()].some((block) => block.after !== null);
    if (!this.exact) this.total = more ? Math.max(this.total, end + 1) : end;
    this.started = true;
    this.changed();
    this.pump();
  }
  /** One row became another: shown at once. */
  replace(row: Row): void {
    for (const block of this.blocks.values()) {
      const at = block.rows.findIndex((other) => other.id === row.id);
      if (at >= 0) { block.rows = block.rows.map((other, i) => (i === at ? row : other)); this.changed(); return; }
    }
  }
  remove(id: number): void {
    for (const block of this.blocks.values()) {
      const at = block.rows.findIndex((other) => other.id === id);
      if (at >= 0) { block.rows = block.rows.filter((_, i) => i !== at); this.total = Math.max(0, this.total - 1); this.changed(); return; }
    }
  }
}
