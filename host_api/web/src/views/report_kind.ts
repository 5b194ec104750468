// SPDX-License-Identifier: Apache-2.0
// Reports within other pages: their code comes when the first one is shown.
import type {ComponentType} from 'preact';
import {signal} from '@preact/signals';
import type {View} from '../core/types';
import {opened} from '../widgets/later';

export const reportKind = signal<ComponentType<{view: View; fixed?: Record<string, unknown>}> | null>(null);
export const loadReport = () => { if (!reportKind.value) void opened(import('./report')).then((module) => { reportKind.value = module.ReportView; }); };
