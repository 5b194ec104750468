// SPDX-License-Identifier: Apache-2.0
// Records of a list by what is typed, or by their ids.
import {read} from '../core/api';

export interface Item { id: number | string; title: string; subtitle?: string; archived?: boolean; create?: boolean; view?: string }

export async function lookup(list: string, text: string, extra: Record<string, unknown> = {}, limit = 20, signal?: AbortSignal): Promise<Item[]> {
  return (await read<{items: Item[]}>('list.lookup', {list, text, limit, ...extra}, signal)).items;
}
