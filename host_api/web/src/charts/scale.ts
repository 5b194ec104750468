// SPDX-License-Identifier: Apache-2.0
// The arithmetic of charts. Pure.
export interface Scale { min: number; max: number; ticks: number[]; at: (value: number) => number }

/** Steps of 1, 2 or 5 times a power of ten; zero always belongs to the axis. */
export function linear(values: number[], from: number, to: number, count = 4): Scale {
  const low = Math.min(0, ...values), high = Math.max(0, ...values), span = high - low || 1;
  const rough = span / count, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power * 10;
  const min = Math.floor(low / step) * step, max = Math.ceil(high / step) * step || step;
  const ticks: number[] = [];
  for (let i = 0; min + i * step <= max + step / 2; ++i) ticks.push(min + i * step);
  return {min, max, ticks, at: (value) => from + (value - min) / (max - min || 1) * (to - from)};
}

export function bands(count: number, from: number, to: number, gap = 0.3): {at: (i: number) => number; width: number; step: number} {
  const step = (to - from) / Math.max(1, count), width = step * (1 - gap);
  return {at: (i) => from + i * step + (step - width) / 2, width, step};
}

export const line = (points: [number, number][]) => points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
export const area = (upper: [number, number][], lower: [number, number][]) => (upper.length === 0 ? '' : `${line(upper)}${[...lower].reverse().map(([x, y]) => `L${x.toFixed(1)} ${y.toFixed(1)}`).join('')}Z`);

export interface Stage { label: string; value: number; from: number; to: number; total: boolean }
/** The bars of a bridge: first and last stand on zero, the others hang on the sum so far. */
export function bridge(items: {label: string; value: number; total?: boolean}[]): Stage[] {
  let sum = 0;
  return items.map((item, at) => {
    const total = item.total ?? (at === 0 || at === items.length - 1);
    if (total) { sum = item.value; return {label: item.label, value: item.value, from: 0, to: item.value, total}; }
    const from = sum;
    sum += item.value;
    return {label: item.label, value: item.value, from, to: sum, total};
  });
}
