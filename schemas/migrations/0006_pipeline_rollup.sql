-- Sums of opportunities by one indexed axis, month, step and status; moved in the transaction of every change of an
-- opportunity, so that reports need not read a million of them. month: 202601, 0 = no close date. On the axis seller a deal
-- counts once for each of its sellers in deals, and once in all in deals_once.
create table sl_rollup_pipeline (
  company_id bigint not null, axis text not null check (axis in ('seller', 'type', 'source', 'campaign')), axis_id bigint not null,
  month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null,
  primary key (company_id, axis, axis_id, month, step_id, status)
) @clustered@;
-- How far a rollup is built: opportunities up to this id are in it. No row = not begun.
create table sl_rollup_state (
  company_id bigint not null, rollup text not null, done_to bigint not null,
  primary key (company_id, rollup)
) @clustered@;
