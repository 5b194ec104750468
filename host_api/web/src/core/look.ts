// SPDX-License-Identifier: Apache-2.0
// The style sheet of what the first page does not hold: boards, forms, reports and the like.

let asked: Promise<void> | null = null;
export function restOfLook(): Promise<void> {
  if (typeof document === 'undefined') return Promise.resolve();
  asked ??= new Promise((done, fail) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('more.css', import.meta.url).href;
    link.onload = () => done();
    link.onerror = () => { link.remove(); asked = null; fail(new Error(link.href)); };
    // Before the first: a partner may have put sheets of his own behind.
    document.querySelector('link[rel="stylesheet"]')!.after(link);
  });
  return asked;
}
