-- A forecast freezes customer, project and currency too, as they were on its day: a report by customer need not look for every
-- opportunity, and tells of a day behind whose the deals were then. Those frozen before (places = 0) are told as they are now.
alter table sl_snapshot add column places bigint not null default 0 check (places = 0 or places = 1);
alter table sl_snapshot_row add column customer_id bigint;
alter table sl_snapshot_row add column project_id bigint;
alter table sl_snapshot_row add column currency text;
