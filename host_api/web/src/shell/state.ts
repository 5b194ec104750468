// SPDX-License-Identifier: Apache-2.0
// What the shell shows: menus, and which overlay is open.
import {signal} from '@preact/signals';
import type {Menu} from '../core/types';

export const menus = signal<Menu[]>([]);
export const paletteOpen = signal(false);
export const shortcutsOpen = signal(false);
export const openPalette = () => { paletteOpen.value = true; };
