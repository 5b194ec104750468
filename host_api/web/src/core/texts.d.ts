// SPDX-License-Identifier: Apache-2.0
// A language's texts in two parts; build.mjs makes them of one file.
declare module '*.json?first' { const texts: Record<string, string | {one: string; other: string}>; export default texts; }
declare module '*.json?rest' { const texts: Record<string, string | {one: string; other: string}>; export default texts; }
