// SPDX-License-Identifier: Apache-2.0
// Rows of a long list by blocks: neighbours by cursor, far places by a seek (at = 0…1). What is on screen is asked first; a
// block that is no longer wanted when its turn comes is not asked at all.
import type {Page, Row} from '../core/types';

export interface Ask { limit: number; after?: string; before?: string; at?: number }
interface Block { rows: Row[]; after: string | null; before: string | null }

export class RowCache {
  total = 0;
  /** The total is counted, not estimated. */
  exact = false;
  trouble: Error | null = null;
  started = false;
  private blocks = new Map<number, Block>();
  private pending = new Set<number>();
  private wanted: [number, number] = [0, 0];
  private generation = 0;

  constructor(private readonly load: (ask: Ask) => Promise<Page>, private readonly changed: () => void, readonly size = 100, private readonly atOnce = 2) {}

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
    this.wanted = [Math.floor(first / this.size), Math.floor(Math.max(first, last) / this.size)];
    this.pump();
  }
  private pump(): void {
    for (let at = this.wanted[0]; at <= this.wanted[1]; ++at) {
      if (this.pending.size >= this.atOnce) return;
      if (this.blocks.has(at) || this.pending.has(at)) continue;
      if (this.started && at * this.size >= Math.max(this.total, 1) && at > 0) continue;
      void this.fetch(at, this.generation);
    }
  }
  private ask(at: number): Ask {
    const before = this.blocks.get(at - 1), after = this.blocks.get(at + 1);
    if (at === 0) return {limit: this.size};
    if (before?.after) return {limit: this.size, after: before.after};
    if (after?.before && after.rows.length > 0) return {limit: this.size, before: after.before};
    return {limit: this.size, at: Math.min(1, at * this.size / Math.max(1, this.total))};
  }
  private async fetch(at: number, generation: number): Promise<void> {
    this.pending.add(at);
    try {
      const page = await this.load(this.ask(at));
      if (generation !== this.generation) return;
      this.blocks.set(at, {rows: page.rows, after: page.after ?? null, before: page.before ?? null});
      this.trouble = null;
      const end = at * this.size + page.rows.length;
      if (!this.exact) {
        if (!page.after && page.rows.length < this.size) this.total = Math.max(end, this.known());
        else this.total = Math.max(this.total, end + (page.after ? 1 : 0));
      }
    } catch (error) {
      if (generation !== this.generation) return;
      this.trouble = error as Error;
    }
    this.started = true;
    this.pending.delete(at);
    this.changed();
    if (!this.trouble) this.pump();
  }

  /** Asks again for what is on screen; the old rows stay until the new ones are there. */
  async refresh(): Promise<void> {
    const generation = ++this.generation;
    this.pending.clear();
    this.trouble = null;
    const fresh = new Map<number, Block>();
    for (let at = this.wanted[0]; at <= this.wanted[1]; ++at) {
      try {
        const before = fresh.get(at - 1);
        const page = await this.load(at === 0 ? {limit: this.size} : before?.after ? {limit: this.size, after: before.after} : {limit: this.size, at: Math.min(1, at * this.size / Math.max(1, this.total))});
        if (generation !== this.generation) return;
        fresh.set(at, {rows: page.rows, after: page.after ?? null, before: page.before ?? null});
        if (!page.after) break;
      } catch (error) { if (generation !== this.generation) return; this.trouble = error as Error; this.changed(); return; }
    }
    this.blocks = fresh;
    const last = Math.max(...fresh.keys(), 0), tail = fresh.get(last), end = last * this.size + (tail?.rows.length ?? 0);
    if (!this.exact) this.total = tail?.after ? Math.max(this.total, end + 1) : end;
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
