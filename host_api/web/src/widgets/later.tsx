// SPDX-License-Identifier: Apache-2.0
// A component whose code comes when it is first shown, or soon will be (`ahead`); until then `waiting`, or nothing. What does not
// come says so.
import type {ComponentChildren, ComponentType} from 'preact';
import {signal} from '@preact/signals';
import {restOfTexts} from '../core/i18n';
import {restOfLook} from '../core/look';

/** With the code of what is opened come the texts and the look that the first page did without. */
export const opened = async <T,>(code: Promise<T>): Promise<T> => (await Promise.all([code, restOfTexts(), restOfLook()]))[0];

export function later<P extends object>(load: () => Promise<ComponentType<P>>, waiting: () => ComponentChildren = () => null): ComponentType<P> & {ahead: () => void} {
  const ready = signal<ComponentType<P> | null>(null), failed = signal<Error | null>(null);
  let asked = false;
  const ahead = () => { if (asked) return; asked = true; opened(load()).then((component) => { ready.value = component; }, (error: Error) => { failed.value = error; }); };
  return Object.assign(function Later(props: P) {
    const Known = ready.value;
    if (failed.value) throw failed.value;
    if (Known) return <Known {...props} />;
    ahead();
    return <>{waiting()}</>;
  }, {ahead});
}
