// SPDX-License-Identifier: Apache-2.0
// What others change comes by a long poll of /api/changes; a page that shows such a source fetches again. Quiet while the tab
// is hidden; waits longer and longer while the host does not answer.
import {useEffect, useRef} from 'preact/hooks';
import {ApiError, get, online} from './api';

type Listener = (sources: string[]) => void;
const listeners = new Set<Listener>();
let after: number | null = null, running = false;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function startLive(): Promise<void> {
  if (running) return;
  running = true;
  let trouble = 0;
  for (;;) {
    if (document.hidden) await new Promise((done) => document.addEventListener('visibilitychange', done, {once: true}));
    try {
      const started = Date.now();
      const found = await get<{seq: number; sources: string[]; all?: boolean; retry_after?: number}>(`/api/changes?${after === null ? '' : `after=${after}`}`);
      const first = after === null;
      after = found.seq;
      trouble = 0;
      if (!first && (found.all || (found.sources?.length ?? 0) > 0)) announce(found.all ? ['*'] : found.sources);
      if (found.retry_after) await pause(found.retry_after * 1000);
      if (Date.now() - started < 50) await pause(250);
    } catch (error) {
      if (error instanceof ApiError && (error.http === 401 || error.http === 404)) { running = false; return; }
      await pause(Math.min(1000 * 2 ** Math.min(trouble++, 4), 15_000));
      if (!online.peek()) after = null;
    }
  }
}

export function announce(sources: string[]): void { for (const listener of [...listeners]) listener(sources); }

/** A change of a campaign is also one of what belongs to it (`campaign_cost`). */
const concerns = (mine: string, source: string) => mine === source || mine.startsWith(`${source}_`);

/** Calls `again` soon after one of the sources changed; several changes at once are one call. One that is waited with is not
 *  forgotten because the page was drawn anew meanwhile. */
export function useLive(sources: string[], again: () => void): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listener: Listener = (changed) => {
      if (!changed.some((source) => source === '*' || sources.some((mine) => mine === '*' || concerns(mine, source)))) return;
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), 200);
    };
    listeners.add(listener);
    return () => { listeners.delete(listener); clearTimeout(timer); };
  }, [sources.join('|')]);
}
