// SPDX-License-Identifier: Apache-2.0
// What the shell shows: menus, and which overlay is open.
import {signal} from '@preact/signals';
import type {Menu} from '../core/types';

export const menus = signal<Menu[]>([]);
export const paletteOpen = signal(false);
export const shortcutsOpen = signal(false);
/** What is typed between Ctrl K and the palette's first drawing: it comes as a file of its own, and fingers do not wait. */
export const typedAhead = signal('');
export const openPalette = () => { typedAhead.value = ''; paletteOpen.value = true; };
