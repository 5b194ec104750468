-- SPDX-License-Identifier: Apache-2.0
-- The read views, version 1, as this host offers them; README.md is the contract. The same text serves SQLite and
-- PostgreSQL, since every column of the host's tables is bigint or text. Columns are plain, never expressions: so indexes
-- serve, and the declared type shows through on SQLite.

create view erp_company as
  select id, name, currency, time_zone, fiscal_year_start_month, row_version from host_company;

create view erp_customer as
  select id, company_id, number, name, organisation_number, country, merged_into, is_stand_in, state, row_version
  from host_customer;

create view erp_contact as
  select id, company_id, customer_id, name, email, phone, row_version from host_contact;

create view erp_project as
  select id, company_id, number, name, customer_id, state, row_version from host_project;

create view erp_employee as
  select id, company_id, number, name, user_id, manager_id, state, row_version from host_employee;

create view erp_currency_rate as
  select company_id, currency, rate_date, units, exponent, row_version from host_currency_rate;

create view erp_order as
  select id, company_id, number, customer_id, project_id, state, salesperson_id, currency, offered_at, confirmed_at,
         row_version
  from host_order;

create view erp_order_line as
  select id, order_id, company_id, line_no, description, quantity_units, quantity_exponent, net_minor, company_net_minor,
         counts_as_sale, row_version
  from host_order_line;

create view erp_invoice as
  select id, company_id, number, kind, state, counts, customer_id, project_id, salesperson_id, currency, posted_at,
         is_repeating, row_version
  from host_invoice;

create view erp_invoice_line as
  select id, invoice_id, company_id, line_no, description, quantity_units, quantity_exponent, net_minor,
         company_net_minor, counts_as_sale, row_version
  from host_invoice_line;

create view erp_invoice_line_source as
  select company_id, invoice_line_id, source_kind, source_line_id, net_minor from host_invoice_line_source;

create view erp_document_ref as
  select company_id, document_kind, document_id, line_id, ref_kind, ref_id, set_by, set_at, copied, row_version
  from host_document_ref;

create view erp_event as
  select sequence, company_id, kind, document_id, from_state, to_state, occurred_at
  from host_event
  where sequence is not null;
