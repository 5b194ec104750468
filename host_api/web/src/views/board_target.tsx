// SPDX-License-Identifier: Apache-2.0
// Above a month's column: its budget, how much of it is invoiced or weighed in, and what is missing. The numbers are one report's,
// so they belong together whatever the board is filtered by.
import {companyCurrency, digitsOf, isMoney, money, shortMinor, unitOf} from '../core/format';
import {get} from '../core/api';
import {t} from '../core/i18n';
import {daysIn} from '../core/days';
import {useLoad} from '../core/use';
import type {View} from '../core/types';
import type {ReportAnswer, ReportRow} from './report_data';

export interface Target { report: string; measure: string; reached: string[] }

/** The report's rows by month; empty where the board has no target or the caller may not see the report. */
export function useTarget(view: View, months: string[]): Map<string, ReportRow> {
  const rule = view.target, first = months[0], last = months[months.length - 1];
  const params = {rows: 'month', from: `${first}-01`, to: `${last}-${last ? daysIn(Number(last.slice(0, 4)), Number(last.slice(5, 7))) : ''}`};
  const loaded = useLoad<ReportAnswer>(rule && first ? `${rule.report}/${JSON.stringify(params)}` : null, (signal) => get(`/api/reports/${encodeURIComponent(rule!.report)}?params=${encodeURIComponent(JSON.stringify(params))}`, signal));
  return new Map((loaded.value?.rows ?? []).map((row) => [row.key, row]));
}

const minorOf = (row: ReportRow, name: string) => { const value = row.measures[name]; return isMoney(value) ? value.minor : 0; };

export function TargetBar({rule, row}: {rule: Target; row: ReportRow | undefined}) {
  const budget = row ? minorOf(row, rule.measure) : 0;
  if (!row || budget <= 0) return <p class="col-target muted">{t('target.none')}</p>;
  const reached = rule.reached.reduce((sum, name) => sum + minorOf(row, name), 0), gap = budget - reached, currency = companyCurrency();
  const short = (minor: number) => shortMinor(minor, digitsOf(currency));
  const share = Math.max(0, Math.min(100, Math.round(reached / budget * 100)));
  return (
    <div class="col-target" title={`${t('target.budget')}: ${money({minor: budget, currency})}`}>
      <progress max={100} value={share} aria-label={t('target.reached', {share})} class={gap > 0 ? '' : 'full'} />
      <p class="row"><span class="muted">{t('target.budget')} {short(budget)}</span><span class="spacer" /><strong title={money({minor: Math.abs(gap), currency})} class={gap > 0 ? 'minus' : 'plus'}>{t(gap > 0 ? 'target.gap' : 'target.over', {sum: `${short(Math.abs(gap))}\u00a0${unitOf(currency)}`})}</strong></p>
    </div>
  );
}
