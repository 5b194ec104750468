// SPDX-License-Identifier: Apache-2.0
// A file that one page gives the next: a pasted block on its way to the import.
let given: File | undefined;

export function handOver(file: File): void { given = file; }
export function takeOver(): File | undefined { const file = given; given = undefined; return file; }
