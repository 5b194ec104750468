-- The pipeline's sums get the axes customer and project, without month and step: of many customers few have many deals. Built anew
-- from what is there, slice by slice.
drop table sl_rollup_pipeline;
create table sl_rollup_pipeline (
  company_id bigint not null, axis text not null check (axis in ('owner', 'seller', 'pipeline', 'type', 'source', 'campaign', 'customer', 'project')), axis_id bigint not null,
  month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null,
  primary key (company_id, axis, axis_id, month, step_id, status)
) @clustered@;
delete from sl_rollup_state where rollup = 'pipeline';
drop table sl_rollup_pipeline_delta;
create table sl_rollup_pipeline_delta (
  id @identity@, company_id bigint not null, opportunity_id bigint not null, of_shares bigint not null check (of_shares in (0, 1)),
  owner_id bigint not null, pipeline_id bigint not null, type_id bigint not null, source_id bigint not null, campaign_id bigint not null,
  customer_id bigint not null, project_id bigint not null, month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null
);
create index sl_rollup_pipeline_delta_of on sl_rollup_pipeline_delta (company_id, opportunity_id);

-- Sums of the ledger by one axis and month (202601; of customers and projects of all time, month 0). Type, source, step and status
-- are those that the opportunity has now; status 1 = open, 2 = won, 3 = lost, 4 = expired. Ledger rows up to done_to of
-- sl_rollup_state ('sales') are in it; the rows after that are read beside it, so that whoever posts changes nothing here.
create table sl_rollup_sales (
  company_id bigint not null, axis text not null check (axis in ('seller', 'campaign', 'type', 'source', 'step', 'status', 'customer', 'project')), axis_id bigint not null,
  month bigint not null, offered_minor bigint not null, ordered_minor bigint not null, invoices_minor bigint not null, credits_minor bigint not null,
  primary key (company_id, axis, axis_id, month)
) @clustered@;
-- What moved from one type, source, step or status to another with its opportunity; appended in the transaction that changed it,
-- read beside the sums, taken into them later.
create table sl_rollup_sales_delta (
  id @identity@, company_id bigint not null, axis text not null, axis_id bigint not null, month bigint not null,
  offered_minor bigint not null, ordered_minor bigint not null, invoices_minor bigint not null, credits_minor bigint not null
);
create index sl_rollup_sales_delta_of on sl_rollup_sales_delta (company_id, axis);
create index sl_ledger_in_order on sl_ledger (company_id, id);
-- Deals of few sellers and months: who changed group within one.
create index sl_opportunity_by_close on sl_opportunity (company_id, owner_id, coalesce(actual_close, planned_close)) where archived = 0;
