-- SPDX-License-Identifier: Apache-2.0
-- The fixed baseline of ingestion on PostgreSQL, from signal to ledger with nothing but the database's own client: reads what the rules
-- have to know of each document ("--@ read", for all documents of the transaction at once), computes nothing, and writes
-- the rows that the module wrote. The same tables with the same indexes and the same way of syncing, one transaction for every
-- 1,000 documents in the order of their signals, with its cursor; rollups moved per transaction as the module moves them.
-- "--@ rows TABLE" tells what is to be written, its first column the number of the transaction; "--@ write" writes it;
-- "--@ cursor" once per transaction. "own" is read where the rows are written: nothing is there yet. raw_rows_bench runs it.

--@ setup
create temporary table numbered as select document_kind, document_id, (row_number() over (order by at) - 1) / 1000 as batch from
  (select document_kind, document_id, min(sequence) as at from (select case when kind like 'invoice.%' then 'invoice' else 'order'
  end as document_kind, document_id, sequence from host_event where company_id = 1 and (kind like 'order.%' or
  kind like 'offer.%' or kind like 'invoice.%')) as events group
  by document_kind, document_id) as firsts join sales_leads.sl_document using (document_kind, document_id);

--@ documents
select batch, document_kind, document_id from numbered order by batch;

--@ read order
select id, number, customer_id, project_id, state, salesperson_id, currency, offered_at, confirmed_at, row_version from
  erp_order where id = any($1::bigint[]);
--@ read order
select order_id, id, line_no, net_minor, company_net_minor, counts_as_sale from erp_order_line where order_id = any($1::bigint[])
  order by order_id, line_no;
--@ read order
select distinct l.invoice_id from erp_order_line o join erp_invoice_line_source s on s.source_kind = 'order_line' and
  s.source_line_id = o.id join erp_invoice_line l on l.id = s.invoice_line_id where o.order_id = any($1::bigint[]);
--@ read invoice
select id, number, kind, state, counts, customer_id, project_id, salesperson_id, currency, posted_at, is_repeating,
  row_version from erp_invoice where id = any($1::bigint[]);
--@ read invoice
select invoice_id, id, line_no, net_minor, company_net_minor, counts_as_sale from erp_invoice_line where invoice_id = any($1::bigint[])
  order by invoice_id, line_no;
--@ read invoice
select s.invoice_line_id, s.source_kind, s.source_line_id, s.net_minor from erp_invoice_line l join
  erp_invoice_line_source s on s.invoice_line_id = l.id where l.invoice_id = any($1::bigint[]);
--@ read invoice
select distinct l.invoice_id from erp_invoice_line i join erp_invoice_line_source s on s.source_kind = 'invoice_line' and
  s.source_line_id = i.id join erp_invoice_line l on l.id = s.invoice_line_id where i.invoice_id = any($1::bigint[]);
-- What an invoice follows decides over it.
--@ orders invoice
select distinct o.order_id from erp_invoice_line l join erp_invoice_line_source s on s.invoice_line_id = l.id and s.source_kind =
  'order_line' join erp_order_line o on o.id = s.source_line_id where l.invoice_id = any($1::bigint[]);
--@ read order
select document_id, line_id, ref_kind, ref_id, set_at, copied from erp_document_ref where document_kind = 'order' and document_id = any($1::bigint[])
  and ref_kind in ('sales_leads.opportunity', 'sales_leads.campaign');
--@ read order
select c.id, c.merged_into, c.is_stand_in, m.id from erp_order d join erp_customer c on c.id = d.customer_id left join
  erp_customer m on m.merged_into = c.id where d.id = any($1::bigint[]);
--@ read order
select document_id, line_id, act, set_at, undone_opportunity_id, undone_rule from sales_leads.sl_user_link where company_id = 1 and
  document_kind = 'order' and document_id = any($1::bigint[]);
--@ read order own
select document_id, fingerprint, as_of, rule, opportunity_id, conditional, placed, reason, suggestions, contexts from
  unnest($1::bigint[]) as asked(id) cross join lateral (select * from raw_rows_bench.sl_decision where company_id = 1 and
  document_kind = 'order' and document_id = asked.id offset 0) as own;
--@ read order own
select document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, customer_id, project_id,
  currency, renewal, corrects_date, document_minor, company_minor from unnest($1::bigint[]) as asked(id) cross join
  lateral (select * from raw_rows_bench.sl_ledger where company_id = 1 and document_kind = 'order' and document_id = asked.id offset
  0) as own;
--@ read invoice
select document_id, line_id, ref_kind, ref_id, set_at, copied from erp_document_ref where document_kind = 'invoice' and document_id = any($1::bigint[])
  and ref_kind in ('sales_leads.opportunity', 'sales_leads.campaign');
--@ read invoice
select c.id, c.merged_into, c.is_stand_in, m.id from erp_invoice d join erp_customer c on c.id = d.customer_id left join
  erp_customer m on m.merged_into = c.id where d.id = any($1::bigint[]);
--@ read invoice
select document_id, line_id, act, set_at, undone_opportunity_id, undone_rule from sales_leads.sl_user_link where company_id = 1 and
  document_kind = 'invoice' and document_id = any($1::bigint[]);
--@ read invoice own
select document_id, fingerprint, as_of, rule, opportunity_id, conditional, placed, reason, suggestions, contexts from
  unnest($1::bigint[]) as asked(id) cross join lateral (select * from raw_rows_bench.sl_decision where company_id = 1 and
  document_kind = 'invoice' and document_id = asked.id offset 0) as own;
--@ read invoice own
select document_id, line_id, opportunity_id, campaign_id, seller_id, measure, effective_date, customer_id, project_id,
  currency, renewal, corrects_date, document_minor, company_minor from unnest($1::bigint[]) as asked(id) cross join
  lateral (select * from raw_rows_bench.sl_ledger where company_id = 1 and document_kind = 'invoice' and document_id = asked.id offset
  0) as own;
--@ opportunities order
select ref_id from erp_document_ref where document_kind = 'order' and document_id = any($1::bigint[]) and ref_kind =
  'sales_leads.opportunity';
--@ opportunities order
select o.id from erp_order d join sales_leads.sl_opportunity o on o.company_id = 1 and o.customer_id = d.customer_id where d.id = any($1::bigint[]) and not
  exists (select 1 from erp_document_ref r where r.document_kind = 'order' and r.document_id = d.id and r.ref_kind =
  'sales_leads.opportunity');
--@ opportunities order
select h.opportunity_id from erp_order d join sales_leads.sl_field_history h on h.company_id = 1 and h.field in ('customer', 'project') and
  h.field = 'customer' and h.value = cast(d.customer_id as text) where d.id = any($1::bigint[]) and not
  exists (select 1 from erp_document_ref r where r.document_kind = 'order' and r.document_id = d.id and r.ref_kind =
  'sales_leads.opportunity');
--@ opportunities invoice
select ref_id from erp_document_ref where document_kind = 'invoice' and document_id = any($1::bigint[]) and ref_kind =
  'sales_leads.opportunity';
--@ opportunities invoice
select o.id from erp_invoice d join sales_leads.sl_opportunity o on o.company_id = 1 and o.customer_id = d.customer_id where d.id = any($1::bigint[]) and not
  exists (select 1 from erp_document_ref r where r.document_kind = 'invoice' and r.document_id = d.id and r.ref_kind =
  'sales_leads.opportunity') and not exists (select 1 from
  erp_invoice_line l join erp_invoice_line_source s on s.invoice_line_id = l.id where l.invoice_id = d.id);
--@ opportunities invoice
select h.opportunity_id from erp_invoice d join sales_leads.sl_field_history h on h.company_id = 1 and h.field in ('customer', 'project') and
  h.field = 'customer' and h.value = cast(d.customer_id as text) where d.id = any($1::bigint[]) and not
  exists (select 1 from erp_document_ref r where r.document_kind = 'invoice' and r.document_id = d.id and r.ref_kind =
  'sales_leads.opportunity') and not exists (select 1 from
  erp_invoice_line l join erp_invoice_line_source s on s.invoice_line_id = l.id where l.invoice_id = d.id);
--@ read opportunity
select id, customer_id, project_id, owner_id, pipeline_id, status, campaign_id, start_date, planned_close, actual_close,
  recurring_months from sales_leads.sl_opportunity where id = any($1::bigint[]);
--@ read opportunity
select opportunity_id, id, field, value, effective_at from sales_leads.sl_field_history where company_id = 1 and opportunity_id = any($1::bigint[]) and
  field in ('status', 'owner', 'customer', 'project', 'campaign', 'planned_close', 'start', 'pipeline', 'recurring_months',
  'archived') and not (field = 'status' and origin = 'rule');
--@ read opportunity
select opportunity_id, effective_at, set_no, employee_id, share from sales_leads.sl_opportunity_seller where company_id = 1 and
  opportunity_id = any($1::bigint[]);
--@ read opportunity
select t.opportunity_id, t.campaign_id, t.touch_date, c.start_date, c.end_date from sales_leads.sl_touch t join sales_leads.sl_campaign c on
  c.id = t.campaign_id where t.company_id = 1 and t.opportunity_id = any($1::bigint[]);

--@ rows sl_decision
select batch, d.company_id, document_kind, d.fingerprint, document_id, d.as_of, d.rule,
  d.opportunity_id, d.conditional, d.placed, d.reason, d.suggestions, d.contexts, d.decided_at from sales_leads.sl_decision d
  join numbered using (document_kind, document_id) order by batch, document_kind desc, document_id;
--@ write
insert into sl_decision as t (company_id, document_kind, fingerprint, document_id, as_of, rule, opportunity_id, conditional,
  placed, reason, suggestions, contexts, decided_at) select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[],
  $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::bigint[]);

--@ rows sl_document
select batch, d.company_id, document_kind, document_id, d.measure, d.number,
  d.customer_id, d.project_id, d.salesperson_id, d.currency, d.net_minor, d.company_minor, d.linked_minor, d.effective_date,
  d.row_version, d.reason, d.reconciled_at from sales_leads.sl_document d join numbered using (document_kind, document_id) order by batch, document_kind desc, document_id;
--@ write
insert into sl_document as t (company_id, document_kind, document_id, measure, number, customer_id, project_id, salesperson_id,
  currency, net_minor, company_minor, linked_minor, effective_date, row_version, reason, reconciled_at) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
  $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $16::bigint[]);

--@ rows sl_ledger
select batch, d.company_id, document_kind, document_id, d.line_id, d.opportunity_id,
  d.campaign_id, d.seller_id, d.customer_id, d.project_id, d.measure, d.currency, d.document_minor, d.company_minor,
  d.effective_date, d.recorded_at, d.corrects_date, d.renewal from sales_leads.sl_ledger d join numbered using (document_kind,
  document_id) order by batch, d.id;
--@ write
insert into sl_ledger as t (company_id, document_kind, document_id, line_id, opportunity_id, campaign_id, seller_id,
  customer_id, project_id, measure, currency, document_minor, company_minor, effective_date, recorded_at, corrects_date,
  renewal) select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
  $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
  $16::bigint[], $17::bigint[]);

--@ rows sl_rollup_day
select batch, company_id, measure, effective_date, seller_id, campaign_id,
  cast(sum(company_minor) as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id) group by batch,
  company_id, measure, effective_date, seller_id, campaign_id having sum(company_minor) <> 0 order by batch, company_id,
  measure, effective_date, seller_id, campaign_id;
--@ write
insert into sl_rollup_day as t (company_id, measure, effective_date, seller_id, campaign_id, company_minor) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) on conflict (company_id, measure,
  effective_date, seller_id, campaign_id) do update set company_minor = t.company_minor + excluded.company_minor;

--@ rows sl_rollup_customer
select batch, company_id, measure, effective_date, customer_id, cast(sum(company_minor)
  as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id) group by batch, company_id, measure,
  effective_date, customer_id having sum(company_minor) <> 0 order by batch, company_id, measure, effective_date, customer_id;
--@ write
insert into sl_rollup_customer as t (company_id, measure, effective_date, customer_id, company_minor) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) on conflict (company_id, measure, effective_date,
  customer_id) do update set company_minor = t.company_minor + excluded.company_minor;

--@ rows sl_rollup_opportunity
select batch, company_id, measure, effective_date, opportunity_id, seller_id,
  campaign_id, cast(sum(company_minor) as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id)
  group by batch, company_id, measure, effective_date, opportunity_id, seller_id, campaign_id having sum(company_minor) <> 0
  order by batch, company_id, measure, effective_date, opportunity_id, seller_id, campaign_id;
--@ write
insert into sl_rollup_opportunity as t (company_id, measure, effective_date, opportunity_id, seller_id, campaign_id,
  company_minor) select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
  $7::bigint[]) on conflict (company_id, measure, effective_date, opportunity_id, seller_id, campaign_id) do update set
  company_minor = t.company_minor + excluded.company_minor;

--@ rows sl_rollup_sales
with facts as (select 1000000 + (row_number() over (order by l.id) - 1) / 5000 as slice, l.seller_id, l.campaign_id, l.customer_id,
  l.project_id, coalesce(o.type_id, 0) as type_id, coalesce(o.source_id, 0) as source_id, coalesce(o.step_id, 0) as step_id,
  case o.status when 'open' then 1 when 'won' then 2 when 'lost' then 3 when 'expired' then 4 else 0 end as status_no,
  cast(to_char(date '1970-01-01' + cast(effective_date as int), 'YYYYMM') as bigint) as month, l.measure, l.company_minor from sales_leads.sl_ledger l left join
  sales_leads.sl_opportunity o on o.id = l.opportunity_id), cells as (select slice, 'seller' as axis, seller_id as axis_id, month as month, measure, company_minor from facts
  union all select slice, 'campaign' as axis, campaign_id as axis_id, month as month, measure, company_minor from facts
  union all select slice, 'customer' as axis, customer_id as axis_id, 0 as month, measure, company_minor from facts
  union all select slice, 'project' as axis, project_id as axis_id, 0 as month, measure, company_minor from facts
  union all select slice, 'type' as axis, type_id as axis_id, month as month, measure, company_minor from facts
  union all select slice, 'source' as axis, source_id as axis_id, month as month, measure, company_minor from facts
  union all select slice, 'step' as axis, step_id as axis_id, month as month, measure, company_minor from facts
  union all select slice, 'status' as axis, status_no as axis_id, month as month, measure, company_minor from facts)
select slice, cast(1 as bigint) as company_id, axis, axis_id, cast(month as bigint) as month, cast(sum(case when measure = 'offered' then company_minor else 0 end) as bigint), cast(sum(case when measure = 'ordered' then company_minor else 0 end) as bigint), cast(sum(case when measure = 'invoices' then company_minor else 0 end) as bigint), cast(sum(case when measure = 'credits' then company_minor else 0 end) as bigint)
  from cells group by slice, axis, axis_id, month order by slice, axis, axis_id, month;
--@ write
insert into sl_rollup_sales as t (company_id, axis, axis_id, month, offered_minor, ordered_minor, invoices_minor, credits_minor)
  select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) on conflict (company_id, axis, axis_id, month) do update set offered_minor = t.offered_minor
  + excluded.offered_minor, ordered_minor = t.ordered_minor + excluded.ordered_minor, invoices_minor = t.invoices_minor +
  excluded.invoices_minor, credits_minor = t.credits_minor + excluded.credits_minor;

--@ cursor
insert into sl_company (company_id) values (1) on conflict (company_id) do update set cursor = sl_company.cursor + 1000;
