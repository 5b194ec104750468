-- Forecasts of one day, frozen: what was open then, at what amounts and rates, what was expected of it, and why it may be
-- compared with what came. A snapshot counts once it is complete.

-- origin: daily = as it was then; backtest = made later from what was known then. Chances are parts of a million.
create table sl_snapshot (
  id @identity@, company_id bigint not null, as_of bigint not null,
  origin text not null check (origin in ('daily', 'backtest')), complete bigint not null default 0 check (complete in (0, 1)),
  currency text not null, opportunities bigint not null default 0,
  believed bigint not null default 0, correction bigint not null default 1000000,
  month_shock bigint not null default 0, seller_shock bigint not null default 0,
  created_at bigint not null, created_by bigint not null
);
create unique index sl_snapshot_once on sl_snapshot (company_id, as_of, origin);

create table sl_snapshot_row (
  company_id bigint not null, snapshot_id bigint not null references sl_snapshot (id), opportunity_id bigint not null,
  owner_id bigint not null, type_id bigint not null, source_id bigint not null, campaign_id bigint not null, step_id bigint not null,
  amount_minor bigint, probability bigint not null, planned_close bigint,
  category text not null check (category in ('commit', 'best_case', 'pipeline', 'omitted')),
  category_by_hand bigint not null default 0,
  ever bigint not null, within_30 bigint not null, within_60 bigint not null, within_90 bigint not null,
  value_minor bigint not null, expected_minor bigint not null,
  primary key (company_id, snapshot_id, opportunity_id)
) @clustered@;

-- Of each month ahead in which something is expected; month: its first day.
create table sl_snapshot_month (
  company_id bigint not null, snapshot_id bigint not null references sl_snapshot (id), opportunity_id bigint not null,
  month bigint not null, chance bigint not null, expected_minor bigint not null,
  primary key (company_id, snapshot_id, opportunity_id, month)
) @clustered@;

-- Per seller and month, with intervals. scope: pipeline = of deals that were open; all = with deals not yet created.
create table sl_snapshot_total (
  company_id bigint not null, snapshot_id bigint not null references sl_snapshot (id),
  scope text not null check (scope in ('pipeline', 'all')), month bigint not null, seller_id bigint not null,
  expected_minor bigint not null, lo80_minor bigint not null, hi80_minor bigint not null, lo95_minor bigint not null, hi95_minor bigint not null,
  primary key (company_id, snapshot_id, scope, month, seller_id)
) @clustered@;

-- A category that somebody set: it lies over the forecast's own and no change of step takes it away.
create table sl_forecast_category (
  company_id bigint not null, opportunity_id bigint not null,
  category text not null check (category in ('commit', 'best_case', 'pipeline', 'omitted')),
  set_at bigint not null, set_by bigint not null,
  primary key (company_id, opportunity_id)
) @clustered@;
