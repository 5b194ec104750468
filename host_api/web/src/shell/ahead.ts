// SPDX-License-Identifier: Apache-2.0
// What is likely opened next is fetched while nobody waits: a page's view and code when the pointer or the focus comes to its link,
// records and boards once the first page stands.
import {BASE} from '../core/router';
import {prefetch} from '../views/page';

const PAUSE = 1200;
const viewOf = (link: Element | null | undefined): string => {
  const path = (link as HTMLAnchorElement | null | undefined)?.pathname ?? '';
  return path.startsWith(`${BASE}/v/`) ? decodeURIComponent(path.slice(BASE.length + 3).split('/')[0]!) : '';
};

export function startAhead(): void {
  for (const kind of ['pointerover', 'focusin']) {
    document.addEventListener(kind, (event) => { const id = viewOf((event.target as Element | null)?.closest?.('a[href]')); if (id) prefetch(id); });
  }
  const look = () => {
    if (document.querySelector('main [aria-busy="true"], main .skeleton') || !document.querySelector('main h1, main .state')) { setTimeout(look, PAUSE); return; }
    (window.requestIdleCallback ?? setTimeout)(() => {
      prefetch('', 'form');
      prefetch('', 'board');
      // What stands above a list is that list in another shape.
      for (const link of [...document.querySelectorAll('main nav.seg a[href]:not([aria-current])')].slice(0, 4)) prefetch(viewOf(link));
    });
  };
  setTimeout(look, PAUSE);
}
