-- Customers and projects are many: the largest of all are told by sums over all statuses, on axes of their own, instead of grouping
-- every row of theirs for each report.
--@ postgresql
alter table sl_rollup_pipeline drop constraint sl_rollup_pipeline_axis_check;
--@ postgresql
alter table sl_rollup_pipeline add constraint sl_rollup_pipeline_axis_check check (axis in ('owner', 'seller', 'pipeline', 'type', 'source',
  'campaign', 'customer', 'project', 'whole_customer', 'whole_project'));
--@ sqlite
alter table sl_rollup_pipeline rename to sl_rollup_pipeline_before;
--@ sqlite
create table sl_rollup_pipeline (
  company_id bigint not null, axis text not null check (axis = 'owner' or axis = 'seller' or axis = 'pipeline' or axis = 'type' or
    axis = 'source' or axis = 'campaign' or axis = 'customer' or axis = 'project' or axis = 'whole_customer' or axis = 'whole_project'),
  axis_id bigint not null, month bigint not null, step_id bigint not null, status text not null,
  deals bigint not null, deals_once bigint not null, amount_minor bigint not null, weighted_minor bigint not null,
  primary key (company_id, axis, axis_id, month, step_id, status)
) @clustered@;
--@ sqlite
insert into sl_rollup_pipeline select * from sl_rollup_pipeline_before;
--@ sqlite
drop table sl_rollup_pipeline_before;
insert into sl_rollup_pipeline (company_id, axis, axis_id, month, step_id, status, deals, deals_once, amount_minor, weighted_minor)
  select company_id, 'whole_' || axis, axis_id, 0, 0, '', cast(sum(deals) as bigint), cast(sum(deals_once) as bigint),
  cast(sum(amount_minor) as bigint), cast(sum(weighted_minor) as bigint) from sl_rollup_pipeline where axis in ('customer', 'project')
  group by company_id, axis, axis_id;
