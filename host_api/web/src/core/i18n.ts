// SPDX-License-Identifier: Apache-2.0
// The renderer's own texts, a chunk per language; texts of views, fields and errors come from the host. A missing text shows
// its key, and never hides the page. Plurals: {"one": …, "other": …} by Intl.PluralRules.
import {signal} from '@preact/signals';
import {language} from './api';

type Text = string | {one: string; other: string};
export type Texts = Record<string, Text>;

const texts = signal<Texts>({});
const loaders: Record<string, () => Promise<{default: Texts}>> = {
  sv: () => import('../../i18n/sv.json') as unknown as Promise<{default: Texts}>,
  nb: () => import('../../i18n/nb.json') as unknown as Promise<{default: Texts}>,
  en: () => import('../../i18n/en.json') as unknown as Promise<{default: Texts}>,
};

export const LOCALES: Record<string, string> = {sv: 'sv-SE', nb: 'nb-NO', en: 'en-GB'};
export const locale = () => LOCALES[language.value] ?? 'en-GB';

export async function useLanguage(wanted: string): Promise<void> {
  const name = wanted in loaders ? wanted : 'en';
  const loaded = (await loaders[name]!()).default;
  language.value = name;
  texts.value = loaded;
  document.documentElement.lang = name;
}

export function setTexts(name: string, given: Texts): void { language.value = name; texts.value = given; }

export function t(key: string, args: Record<string, string | number> = {}): string {
  let text = texts.value[key];
  if (text === undefined) return key;
  if (typeof text !== 'string') {
    const rule = new Intl.PluralRules(locale()).select(Number(args.n ?? 0));
    text = rule === 'one' ? text.one : text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in args ? (typeof args[name] === 'number' ? number(args[name]) : String(args[name])) : whole));
}

const formats = new Map<string, Intl.NumberFormat>();
export function number(value: number, places = 0): string {
  const name = `${locale()}/${places}`;
  let format = formats.get(name);
  if (!format) { format = new Intl.NumberFormat(locale(), {minimumFractionDigits: places, maximumFractionDigits: places}); formats.set(name, format); }
  return format.format(value);
}
