// SPDX-License-Identifier: Apache-2.0
// Where the window of a long list stands. Browsers clamp an element's height (Chromium at 33 554 428 px, others lower), so a
// million rows get a spacer of at most MAX px: small movements go 1:1, large ones (a dragged scroll bar) proportionally.
export const MAX_SPACER = 6_000_000;

export class ScrollModel {
  /** Virtual offset of the window's top, in px of the whole list. */
  top = 0;
  private last = 0;
  constructor(public rows: number, public rowHeight: number, public viewport: number) {}

  get whole(): number { return this.rows * this.rowHeight; }
  get spacer(): number { return Math.min(this.whole, MAX_SPACER); }
  get scaled(): boolean { return this.whole > MAX_SPACER; }
  private get reach(): number { return Math.max(0, this.whole - this.viewport); }
  private get spacerReach(): number { return Math.max(0, this.spacer - this.viewport); }

  /** The scroll bar stands at `scrollTop`: moves the window. */
  scrolled(scrollTop: number): void {
    const moved = scrollTop - this.last;
    this.last = scrollTop;
    if (!this.scaled) { this.top = Math.min(scrollTop, this.reach); return; }
    if (scrollTop <= 0) this.top = 0;
    else if (scrollTop >= this.spacerReach - 1) this.top = this.reach;
    else if (Math.abs(moved) <= this.viewport * 2) this.top = Math.max(0, Math.min(this.reach, this.top + moved));
    else this.top = scrollTop / this.spacerReach * this.reach;
  }

  /** Where the scroll bar ought to stand for the window; set when scrolling has come to rest. */
  get bar(): number { return this.scaled ? (this.reach === 0 ? 0 : this.top / this.reach * this.spacerReach) : this.top; }
  settle(): number { this.last = this.bar; return this.last; }

  /** Brings a row into the window; answers the new place of the scroll bar, or null when nothing moves. */
  reveal(row: number, header = 0): number | null {
    const from = row * this.rowHeight, to = from + this.rowHeight, room = this.viewport - header;
    if (from < this.top) this.top = from;
    else if (to > this.top + room) this.top = Math.min(this.reach, Math.max(0, to - room));
    else return null;
    return this.settle();
  }
  jump(offset: number): number { this.top = Math.max(0, Math.min(this.reach, offset)); return this.settle(); }

  resize(rows: number, rowHeight: number, viewport: number): void {
    const first = this.rowHeight > 0 ? this.top / this.rowHeight : 0;
    this.rows = rows; this.viewport = viewport;
    if (rowHeight !== this.rowHeight) { this.rowHeight = rowHeight; this.top = first * rowHeight; }
    this.top = Math.max(0, Math.min(this.top, this.reach));
  }

  /** Rows to draw, with a margin; and where row `i` lies within the spacer. `top`: as if the window stood there. */
  window(margin = 6, top = this.top): {first: number; last: number} {
    return {first: Math.max(0, Math.floor(top / this.rowHeight) - margin), last: Math.min(this.rows - 1, Math.ceil((top + this.viewport) / this.rowHeight) + margin)};
  }
  /** A row far below must not make the spacer higher. */
  offset(row: number, top = this.top): number { return Math.min(row * this.rowHeight - top + this.last, Math.max(0, this.spacer - this.rowHeight)); }
}

/** Rows of another place stand in, for a moment, while none of the place that the scroll bar was thrown to is here: rows follow rows.
 *  They are those of the latest place passed whose rows have come. */
export class StandIn {
  static readonly HOLD_MS = 150;
  private static readonly PASSED = 24;
  private passed: number[] = [0];
  private now: number | undefined;
  private since = 0;

  pass(top: number): void { this.passed = [top, ...this.passed.slice(0, StandIn.PASSED - 1)]; }
  /** The top to draw at `time`, or undefined: the place itself. `here`: are the rows of the window with this top here? */
  top(missing: boolean, here: (top: number) => boolean, time: number): number | undefined {
    const found = missing ? this.passed.find(here) : undefined;
    if (found === undefined || found !== this.now) { this.now = found; this.since = time; }
    return found !== undefined && time - this.since < StandIn.HOLD_MS ? found : undefined;
  }
}
