// SPDX-License-Identifier: Apache-2.0
// The door to the host: JSON in and out, the same origin alone. Reads are repeated once when the line breaks; changes never
// (a request id makes a repeat by the user harmless). Errors are ApiError with the host's own words.
import {signal} from '@preact/signals';

export class ApiError extends Error {
  constructor(readonly http: number, readonly key: string, message: string, readonly field?: string, readonly details?: Record<string, unknown>) { super(message); }
  get offline() { return this.http === 0; }
  get conflict() { return this.http === 409 && /version\.conflict|conflict$/.test(this.key); }
  get forbidden() { return this.http === 403; }
  get missing() { return this.http === 404; }
}

/** False while the host does not answer. */
export const online = signal(true);
export const signedOut = signal(false);
export const language = signal('en');
/** Set by the shell: what to say when the line is broken, in the user's language. */
export const words = {offline: 'No connection', unreadable: 'Unreadable answer'};

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function send(path: string, options: RequestInit, retries: number): Promise<Response> {
  for (let attempt = 0; ; ++attempt) {
    try {
      const response = await fetch(path, {credentials: 'same-origin', ...options});
      online.value = true;
      return response;
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      if (attempt >= retries) {
        online.value = false;
        throw new ApiError(0, 'offline', words.offline);
      }
      await wait(250 * (attempt + 1));
    }
  }
}

async function answer<T>(response: Response): Promise<T> {
  const text = await response.text();
  let value: unknown;
  try { value = text === '' ? {} : JSON.parse(text); } catch { throw new ApiError(response.status, 'unreadable', words.unreadable); }
  if (response.ok) return value as T;
  const error = ((value as Record<string, unknown>).error ?? {}) as Record<string, unknown>;
  if (response.status === 401) signedOut.value = true;
  throw new ApiError(response.status, String(error.key ?? 'unknown'), String(error.message ?? response.statusText),
    error.field === undefined ? undefined : String(error.field), error);
}

const withLanguage = (path: string) => `${path}${path.includes('?') ? '&' : '?'}lang=${encodeURIComponent(language.peek())}`;

export async function get<T>(path: string, signalGiven?: AbortSignal): Promise<T> {
  return answer<T>(await send(withLanguage(path), {headers: {Accept: 'application/json'}, ...(signalGiven ? {signal: signalGiven} : {})}, 1));
}

export async function post<T>(path: string, body: unknown, retries = 0, signalGiven?: AbortSignal): Promise<T> {
  return answer<T>(await send(withLanguage(path), {
    method: 'POST', headers: {'Content-Type': 'application/json', Accept: 'application/json'}, body: JSON.stringify(body),
    ...(signalGiven ? {signal: signalGiven} : {}),
  }, retries));
}

/** Reads go through actions too; they may be repeated. */
export const read = <T>(action: string, input: unknown, signalGiven?: AbortSignal) => post<T>(`/api/actions/${action}`, input, 1, signalGiven);
export const act = <T = Record<string, unknown>>(action: string, input: unknown) => post<T>(`/api/actions/${action}`, input, 0);

/** Answers that rarely change (views): kept by ETag, so that a second look costs a 304. */
const kept = new Map<string, {etag: string; value: unknown}>();
/** One question at a time for one address: a page that shows a view twice asks for it once. */
const asked = new Map<string, Promise<unknown>>();
export function once<T>(address: string, ask: () => Promise<T>): Promise<T> {
  if (!asked.has(address)) asked.set(address, ask().finally(() => asked.delete(address)));
  return asked.get(address) as Promise<T>;
}
export const getKept = <T>(path: string): Promise<T> => { const address = withLanguage(path); return once(address, () => fetchKept<T>(address)); };
async function fetchKept<T>(address: string): Promise<T> {
  const known = kept.get(address);
  const response = await send(address, {headers: {Accept: 'application/json', ...(known ? {'If-None-Match': known.etag} : {})}}, 1);
  if (response.status === 304 && known) return known.value as T;
  const value = await answer<T>(response);
  const etag = response.headers.get('ETag');
  if (etag) kept.set(address, {etag, value});
  return value;
}
export const keptNow = <T>(path: string): T | undefined => kept.get(withLanguage(path))?.value as T | undefined;

export async function upload(file: File): Promise<{token: string}> {
  return answer(await send(withLanguage(`/api/upload?name=${encodeURIComponent(file.name)}`), {method: 'POST', headers: {'Content-Type': 'application/octet-stream'}, body: file}, 0));
}

let counter = 0;
/** The host answers the same id within 24 hours with its first answer and changes nothing twice. */
export function requestId(): string {
  const random = new Uint32Array(3);
  crypto.getRandomValues(random);
  return `web-${[...random].map((n) => n.toString(36)).join('')}-${(++counter).toString(36)}`;
}
