// SPDX-License-Identifier: Apache-2.0
// A component whose code comes when it is first shown; nothing is drawn until then.
import type {ComponentType} from 'preact';
import {signal} from '@preact/signals';

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const ready = signal<ComponentType<P> | null>(null);
  return function Later(props: P) {
    const Known = ready.value;
    if (!Known) { void load().then((component) => { ready.value = component; }); return null; }
    return <Known {...props} />;
  };
}
