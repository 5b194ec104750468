// SPDX-License-Identifier: Apache-2.0
// The renderer's own texts, a chunk per language; texts of views, fields and errors come from the host. A missing text shows
// its key, and never hides the page. Plurals: {"one": …, "other": …} by Intl.PluralRules.
import {signal} from '@preact/signals';
import {language} from './api';

type Text = string | {one: string; other: string};
export type Texts = Record<string, Text>;

const texts = signal<Texts>({});
type Chunk = () => Promise<{default: Texts}>;
/** By language: what the first page says, and the rest, which comes with what is opened (`build.mjs` tells them apart). */
const loaders: Record<string, [first: Chunk, rest: Chunk]> = {
  sv: [() => import('../../i18n/sv.json?first'), () => import('../../i18n/sv.json?rest')],
  nb: [() => import('../../i18n/nb.json?first'), () => import('../../i18n/nb.json?rest')],
  en: [() => import('../../i18n/en.json?first'), () => import('../../i18n/en.json?rest')],
};
/** The languages whose rest is here, or has been asked for. */
const whole = new Map<string, Promise<void>>(), complete = new Set<string>();

/** Until it is there a text of the rest stands empty, and is drawn when it comes. */
export function restOfTexts(): Promise<void> {
  const name = language.peek();
  if (!(name in loaders)) return Promise.resolve();
  if (!whole.has(name)) {
    whole.set(name, loaders[name]![1]().then(({default: rest}) => {
      complete.add(name);
      if (language.peek() === name) texts.value = {...texts.peek(), ...rest};
    }, (error: Error) => { whole.delete(name); throw error; }));
  }
  return whole.get(name)!;
}

export const LOCALES: Record<string, string> = {sv: 'sv-SE', nb: 'nb-NO', en: 'en-GB'};
export const locale = () => LOCALES[language.value] ?? 'en-GB';

export async function useLanguage(wanted: string): Promise<void> {
  const name = wanted in loaders ? wanted : 'en';
  const [first, rest] = loaders[name]!;
  // Who has opened more than the first page has it all in the other language too.
  const parts = await Promise.all([first(), ...(complete.size > 0 ? [rest()] : [])]);
  if (parts.length > 1) { complete.add(name); whole.set(name, Promise.resolve()); }
  language.value = name;
  texts.value = Object.assign({}, ...parts.map((part) => part.default)) as Texts;
  document.documentElement.lang = name;
}

export function setTexts(name: string, given: Texts): void { language.value = name; texts.value = given; complete.add(name); whole.set(name, Promise.resolve()); }

export function t(key: string, args: Record<string, string | number> = {}): string {
  let text = texts.value[key];
  if (text === undefined) {
    if (complete.has(language.peek()) || !(language.peek() in loaders)) return key;
    void restOfTexts().catch(() => undefined);
    return '';
  }
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
