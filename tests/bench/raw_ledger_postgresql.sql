-- SPDX-License-Identifier: Apache-2.0
-- The fixed baseline of ingestion on PostgreSQL: the rows that the module wrote for a set of documents, written once more with
-- nothing but the database's own client: no reading of documents, no rules, no comparison. The same tables with the same
-- indexes and the same way of syncing, one transaction for every 1,000 documents with its cursor, rollups moved per
-- transaction as the module moves them. "--@ rows TABLE" reads what is to be written, its first column the number of the
-- transaction; "--@ write" writes it; "--@ cursor" once per transaction. raw_rows_bench runs it.

--@ rows sl_decision
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, d.company_id, document_kind, d.fingerprint, document_id, d.as_of, d.rule,
  d.opportunity_id, d.conditional, d.placed, d.reason, d.suggestions, d.contexts, d.decided_at from sales_leads.sl_decision d
  join numbered using (document_kind, document_id) order by batch, document_kind desc, document_id;
--@ write
insert into sl_decision as t (company_id, document_kind, fingerprint, document_id, as_of, rule, opportunity_id, conditional,
  placed, reason, suggestions, contexts, decided_at) select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[],
  $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::bigint[]);

--@ rows sl_document
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, d.company_id, document_kind, document_id, d.measure, d.number,
  d.customer_id, d.project_id, d.salesperson_id, d.currency, d.net_minor, d.company_minor, d.linked_minor, d.effective_date,
  d.row_version, d.reason, d.reconciled_at from sales_leads.sl_document d join numbered using (document_kind, document_id) order by batch, document_kind desc, document_id;
--@ write
insert into sl_document as t (company_id, document_kind, document_id, measure, number, customer_id, project_id, salesperson_id,
  currency, net_minor, company_minor, linked_minor, effective_date, row_version, reason, reconciled_at) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
  $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $16::bigint[]);

--@ rows sl_ledger
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, d.company_id, document_kind, document_id, d.line_id, d.opportunity_id,
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
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, company_id, measure, effective_date, seller_id, campaign_id,
  cast(sum(company_minor) as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id) group by batch,
  company_id, measure, effective_date, seller_id, campaign_id having sum(company_minor) <> 0 order by batch, company_id,
  measure, effective_date, seller_id, campaign_id;
--@ write
insert into sl_rollup_day as t (company_id, measure, effective_date, seller_id, campaign_id, company_minor) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) on conflict (company_id, measure,
  effective_date, seller_id, campaign_id) do update set company_minor = t.company_minor + excluded.company_minor;

--@ rows sl_rollup_customer
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, company_id, measure, effective_date, customer_id, cast(sum(company_minor)
  as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id) group by batch, company_id, measure,
  effective_date, customer_id having sum(company_minor) <> 0 order by batch, company_id, measure, effective_date, customer_id;
--@ write
insert into sl_rollup_customer as t (company_id, measure, effective_date, customer_id, company_minor) select * from
  unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) on conflict (company_id, measure, effective_date,
  customer_id) do update set company_minor = t.company_minor + excluded.company_minor;

--@ rows sl_rollup_opportunity
with numbered as (select document_kind, document_id, (row_number() over (order by document_kind desc, document_id) - 1) / 1000
  as batch from sales_leads.sl_document) select batch, company_id, measure, effective_date, opportunity_id, seller_id,
  campaign_id, cast(sum(company_minor) as bigint) from sales_leads.sl_ledger join numbered using (document_kind, document_id)
  group by batch, company_id, measure, effective_date, opportunity_id, seller_id, campaign_id having sum(company_minor) <> 0
  order by batch, company_id, measure, effective_date, opportunity_id, seller_id, campaign_id;
--@ write
insert into sl_rollup_opportunity as t (company_id, measure, effective_date, opportunity_id, seller_id, campaign_id,
  company_minor) select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
  $7::bigint[]) on conflict (company_id, measure, effective_date, opportunity_id, seller_id, campaign_id) do update set
  company_minor = t.company_minor + excluded.company_minor;

--@ cursor
insert into sl_company (company_id) values (1) on conflict (company_id) do update set cursor = sl_company.cursor + 1000;
