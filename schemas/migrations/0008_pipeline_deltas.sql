-- The pipeline's sums get the axes owner and pipeline, and what changes is appended first: many writers would wait for each other in
-- the few rows of sums. The axis seller holds the difference that shares make to owner alone. Built anew from what is there.
drop table sl_rollup_pipeline;
create table sl_rollup_pipeline (
  company_id bigint not null, axis text not null check (axis in ('owner', 'seller', 'pipeline', 'type', 'source', 'campaign')), axis_id bigint not null,
  month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null,
  primary key (company_id, axis, axis_id, month, step_id, status)
) @clustered@;
delete from sl_rollup_state where rollup = 'pipeline';

-- What an opportunity stood for (deals -1) or stands for (1) in the sums; appended in the transaction that changed it, taken
-- into the sums later. of_shares = a difference that shares make, on the axis seller alone; the owner is the seller then.
create table sl_rollup_pipeline_delta (
  id @identity@, company_id bigint not null, opportunity_id bigint not null, of_shares bigint not null check (of_shares in (0, 1)),
  owner_id bigint not null, pipeline_id bigint not null, type_id bigint not null, source_id bigint not null, campaign_id bigint not null,
  month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null
);
create index sl_rollup_pipeline_delta_of on sl_rollup_pipeline_delta (company_id, opportunity_id);

-- The list's sums come from there now. The cards of a board's column, of one status, in their order.
drop index sl_opportunity_list_sums;
create index sl_opportunity_list_column on sl_opportunity (company_id, step_id, status, coalesce(planned_close, 99999999999999999), id) where archived = 0;
