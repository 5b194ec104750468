// SPDX-License-Identifier: Apache-2.0
// Rows of a long list by blocks: neighbours by cursor, what is not far from one by the rows between, far places by a seek
// (at = 0…1). What is on screen is asked first, then what comes next in the direction of movement, the more the faster it goes.
// A question for places that have been left is broken off; one for what was on screen when it was asked is waited for a while, so
// that a hand on the scroll bar sees rows on its way, and the host is not asked for every place that it passes.
import type {Page, Row} from '../core/types';

export interface Ask { limit: number; after?: string; before?: string; skip?: number; at?: number }
/** Cursors stand at the ends of what was answered at once: a block within a page has none. */
interface Block { rows: Row[]; after: string | null; before: string | null }
/** A question that is on its way, for so many blocks from `at` on. */
interface Asked { at: number; count: number; abort: AbortController; shown: boolean; since: number }
/** Blocks that one question may bring; those kept ready beyond the window, and beyond one that moves: what it passes in so long. */
const TOGETHER = 4, AHEAD = 8, MOST_AHEAD = 48, AHEAD_MS = 700;
/** Rows that a cursor may be followed over: what the host passes at once. */
const NEAR = 100_000;
/** Blocks kept; of more, the farthest go. */
const KEPT = 400;
/** A movement over so many blocks at once is a jump, and a pause so long ends a movement. */
const JUMP = 40, PAUSE_MS = 300;
/** So long what was on screen is waited for. */
const PATIENCE_MS = 250;

export class RowCache {
  total = 0;
  /** The total is counted, not estimated. */
  exact = false;
  trouble: Error | null = null;
  started = false;
  private blocks = new Map<number, Block>();
  private pending = new Map<number, Asked>();
  private wanted: [number, number] = [0, 0];
  /** 0 until somebody scrolls: a list that is only looked at asks for no more. */
  private heading: 1 | 0 | -1 = 0;
  /** Blocks a millisecond. */
  private pace = 0;
  private moved = -Infinity;
  private generation = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

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
  /** All rows are here, so their number needs no counting. */
  get complete(): boolean { return this.started && this.trouble === null && this.known() === this.total && [...this.blocks.values()].every((block) => block.after === null); }
  private known(): number {
    let end = 0;
    for (const [at, block] of this.blocks) end = Math.max(end, at * this.size + block.rows.length);
    return end;
  }

  want(first: number, last: number): void {
    const from = Math.floor(first / this.size), to = Math.floor(Math.max(first, last) / this.size), by = Math.abs(from - this.wanted[0]);
    if (by > 0) {
      const now = performance.now(), since = now - this.moved;
      this.heading = from > this.wanted[0] ? 1 : -1;
      this.pace = by > JUMP || since > PAUSE_MS ? 0 : (this.pace + by / Math.max(since, 4)) / 2;
      this.moved = now;
    }
    this.wanted = [from, to];
    this.breakOff();
    this.pump();
  }
  private breakOff(): void {
    if (this.started) for (const asked of new Set(this.pending.values())) if (!this.useful(asked) && !(asked.shown && performance.now() - asked.since < PATIENCE_MS)) this.drop(asked);
  }
  private get ahead(): number { return Math.min(MOST_AHEAD, Math.max(AHEAD, Math.ceil(this.pace * AHEAD_MS))); }
  private useful({at, count}: Asked): boolean {
    const [from, to] = this.wanted, ahead = this.ahead;
    return at <= to + (this.heading < 0 ? 0 : ahead) && at + count - 1 >= from - (this.heading > 0 ? 0 : ahead);
  }
  private drop(asked: Asked): void {
    for (let at = asked.at; at < asked.at + asked.count; ++at) if (this.pending.get(at) === asked) this.pending.delete(at);
    asked.abort.abort();
  }
  private beyond(at: number): boolean { return at < 0 || (at > 0 && this.started && at * this.size >= Math.max(this.total, 1)); }
  private missing(at: number): boolean { return !this.blocks.has(at) && !this.pending.has(at) && !this.beyond(at); }
  private get questions(): number { return new Set(this.pending.values()).size; }
  private pump(): void {
    const [from, to] = this.wanted;
    // Where a place lies is known once the beginning is.
    if (!this.started) {
      if (this.pending.size === 0) this.fetch(0, 0, to);
      return;
    }
    const up = this.heading < 0;
    for (let step = 0; step <= to - from; ++step) {
      if (this.questions >= this.atOnce) {
        // What is waited for may have been left.
        this.later ??= setTimeout(() => { this.later = undefined; this.breakOff(); this.pump(); }, PATIENCE_MS);
        return;
      }
      const at = up ? to - step : from + step;
      // What is moved through is asked for with what follows.
      if (this.missing(at)) this.fetch(at, up ? Math.min(from, at - (this.pace > 0 ? TOGETHER - 1 : 0)) : at, up ? at : Math.max(to, at + (this.pace > 0 ? TOGETHER - 1 : 0)));
    }
    if (this.heading === 0) return;
    // Nothing on screen is wanted: what comes next. One question after the other, at a pace two at once.
    const ahead = this.ahead, most = ahead > AHEAD ? this.atOnce : 1;
    for (let step = 1; step <= ahead && this.questions < most; ++step) {
      const at = up ? from - step : to + step;
      if (this.beyond(at)) return;
      if (this.missing(at)) this.fetch(at, up ? at - TOGETHER + 1 : at, up ? at : at + TOGETHER - 1);
    }
  }
  /** Asks for blocks of `first` to `last`, `at` among them, as far as they are missing and hang together, in one question. */
  private fetch(at: number, first: number, last: number): void {
    let from = at, to = at;
    while (to < last && to - from + 1 < TOGETHER && this.missing(to + 1)) ++to;
    while (from > Math.max(0, first) && to - from + 1 < TOGETHER && this.missing(from - 1)) --from;
    const [shownFrom, shownTo] = this.wanted, asked: Asked = {at: from, count: to - from + 1, abort: new AbortController(), shown: at >= shownFrom && at <= shownTo, since: performance.now()};
    for (let block = from; block <= to; ++block) this.pending.set(block, asked);
    void this.bring(asked, this.generation);
  }
  private ask(at: number, count: number): Ask {
    const limit = this.size * count;
    if (at === 0 && !this.blocks.get(count)?.before) return {limit};
    // A seek passes the rows from the nearer end of the list, once these are counted.
    const place = at * this.size;
    let way: Ask | null = null, rows = Math.min(NEAR, ...(this.exact ? [place, Math.max(0, this.total - place)] : [])) + 1;
    for (const [other, {after, before}] of this.blocks) {
      const down = (at - other - 1) * this.size, up = (other - at - count) * this.size;
      if (after && down >= 0 && down < rows) { rows = down; way = {limit, after, ...(down > 0 ? {skip: down} : {})}; }
      if (before && up >= 0 && up < rows) { rows = up; way = {limit, before, ...(up > 0 ? {skip: up} : {})}; }
    }
    if (way) return way;
    // In the middle of the first row, so that no rounding leads to the one before.
    return at === 0 ? {limit} : {limit, at: Math.min(1, (place + 0.5) / Math.max(1, this.total))};
  }
  private async bring(asked: Asked, generation: number): Promise<void> {
    const {at, count, abort} = asked, old = () => generation !== this.generation || abort.signal.aborted;
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
      this.forget();
    } catch (error) {
      if (old()) return;
      this.trouble = error as Error;
    }
    this.started = true;
    for (let i = 0; i < count; ++i) this.pending.delete(at + i);
    this.changed();
    if (!this.trouble) this.pump();
  }
  private forget(): void {
    if (this.blocks.size <= KEPT) return;
    const far = (at: number) => Math.abs(at - this.wanted[0]);
    for (const at of [...this.blocks.keys()].sort((a, b) => far(b) - far(a)).slice(0, this.blocks.size - KEPT * 3 / 4)) this.blocks.delete(at);
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
    for (const {abort} of this.pending.values()) abort.abort();
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
