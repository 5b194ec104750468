-- SPDX-License-Identifier: Apache-2.0
-- The host's own tables. Never edited after a release: later changes come as later numbers.
-- One text for both databases: {clustered} is "without rowid" on SQLite, and a line "--@ postgresql" or "--@ sqlite" keeps
-- the next statement to one of them. Whole numbers are bigint: ids, minor units, microseconds UTC, days since 1970-01-01.

--@ sqlite
create table host_sequence (name text not null primary key, last bigint not null) without rowid;
--@ sqlite
insert into host_sequence (name, last) values ('company', 0), ('customer', 0), ('contact', 0), ('project', 0),
  ('employee', 0), ('product', 0), ('user', 0), ('order', 0), ('order_line', 0), ('invoice', 0), ('invoice_line', 0),
  ('event', 0), ('notice', 0);
--@ postgresql
create sequence host_customer_seq;
--@ postgresql
create sequence host_contact_seq;
--@ postgresql
create sequence host_project_seq;
--@ postgresql
create sequence host_employee_seq;
--@ postgresql
create sequence host_product_seq;
--@ postgresql
create sequence host_user_seq;
--@ postgresql
create sequence host_order_seq;
--@ postgresql
create sequence host_order_line_seq;
--@ postgresql
create sequence host_invoice_seq;
--@ postgresql
create sequence host_invoice_line_seq;
--@ postgresql
create sequence host_event_seq;
--@ postgresql
create sequence host_notice_seq;

create table host_company (
  id bigint not null primary key,
  name text not null,
  currency text not null,
  time_zone text not null,
  fiscal_year_start_month bigint not null check (fiscal_year_start_month between 1 and 12),
  row_version bigint not null
) {clustered};

create table host_number_series (
  company_id bigint not null references host_company (id),
  series text not null,
  next_number bigint not null,
  primary key (company_id, series)
) {clustered};

create table host_customer (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  name text not null,
  organisation_number text,
  country text,
  merged_into bigint references host_customer (id),
  is_stand_in bigint not null,
  state text not null check (state in ('active', 'deleted')),
  row_version bigint not null,
  unique (company_id, number)
) {clustered};
create index host_customer_merged on host_customer (merged_into);

create table host_contact (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  customer_id bigint not null references host_customer (id),
  name text not null,
  email text,
  phone text,
  row_version bigint not null
) {clustered};
create index host_contact_customer on host_contact (customer_id);

create table host_project (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  name text not null,
  customer_id bigint references host_customer (id),
  state text not null check (state in ('open', 'closed', 'deleted')),
  row_version bigint not null,
  unique (company_id, number)
) {clustered};

create table host_employee (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  name text not null,
  user_id bigint,
  manager_id bigint references host_employee (id),
  state text not null check (state in ('active', 'left', 'deleted')),
  row_version bigint not null,
  unique (company_id, number)
) {clustered};

create table host_product (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  name text not null,
  series text not null,
  currency text not null,
  price_minor bigint,
  row_version bigint not null,
  unique (company_id, number)
) {clustered};

create table host_currency_rate (
  company_id bigint not null references host_company (id),
  currency text not null,
  rate_date bigint not null,
  units bigint not null check (units > 0),
  exponent bigint not null,
  row_version bigint not null,
  primary key (company_id, currency, rate_date)
) {clustered};

create table host_user (
  id bigint not null primary key,
  login text not null unique,
  password_hash text not null,
  name text not null,
  state text not null check (state in ('active', 'closed')),
  company_id bigint not null references host_company (id),
  employee_id bigint references host_employee (id),
  row_version bigint not null
) {clustered};
create table host_role (
  name text not null primary key,
  title text not null
) {clustered};
create table host_role_permission (
  role text not null references host_role (name),
  permission text not null,
  granted bigint not null,
  primary key (role, permission)
) {clustered};
create table host_user_role (
  user_id bigint not null references host_user (id),
  company_id bigint not null references host_company (id),
  role text not null references host_role (name),
  primary key (user_id, company_id, role)
) {clustered};
create table host_session (
  token_hash text not null primary key,
  user_id bigint not null references host_user (id),
  company_id bigint not null,
  created_at bigint not null,
  expires_at bigint not null
) {clustered};

create table host_order (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  customer_id bigint not null references host_customer (id),
  project_id bigint references host_project (id),
  state text not null check (state in ('offer', 'draft', 'confirmed', 'cancelled', 'deleted')),
  salesperson_id bigint references host_employee (id),
  currency text not null,
  offered_at bigint,
  confirmed_at bigint,
  row_version bigint not null,
  unique (company_id, number)
) {clustered};
create index host_order_customer on host_order (customer_id);

create table host_order_line (
  id bigint not null primary key,
  order_id bigint not null references host_order (id) deferrable initially deferred,
  company_id bigint not null,
  line_no bigint not null,
  description text not null,
  quantity_units bigint not null,
  quantity_exponent bigint not null,
  net_minor bigint not null,
  company_net_minor bigint,
  counts_as_sale bigint not null check (counts_as_sale in (0, 1)),
  row_version bigint not null,
  unique (order_id, line_no)
) {clustered};
create index host_order_line_gap on host_order_line (company_id, order_id) where company_net_minor is null;

create table host_invoice (
  id bigint not null primary key,
  company_id bigint not null references host_company (id),
  number text not null,
  kind text not null check (kind in ('invoice', 'credit_note')),
  state text not null check (state in ('draft', 'posted', 'paid', 'cancelled', 'voided', 'deleted')),
  counts bigint not null check (counts in (0, 1)),
  customer_id bigint not null references host_customer (id),
  project_id bigint references host_project (id),
  salesperson_id bigint references host_employee (id),
  currency text not null,
  posted_at bigint,
  is_repeating bigint not null check (is_repeating in (0, 1)),
  row_version bigint not null,
  unique (company_id, number)
) {clustered};
create index host_invoice_customer on host_invoice (customer_id);

create table host_invoice_line (
  id bigint not null primary key,
  invoice_id bigint not null references host_invoice (id) deferrable initially deferred,
  company_id bigint not null,
  line_no bigint not null,
  description text not null,
  quantity_units bigint not null,
  quantity_exponent bigint not null,
  net_minor bigint not null,
  company_net_minor bigint,
  counts_as_sale bigint not null check (counts_as_sale in (0, 1)),
  row_version bigint not null,
  unique (invoice_id, line_no)
) {clustered};
create index host_invoice_line_gap on host_invoice_line (company_id, invoice_id) where company_net_minor is null;

create table host_invoice_line_source (
  company_id bigint not null,
  invoice_line_id bigint not null references host_invoice_line (id) deferrable initially deferred,
  source_kind text not null check (source_kind in ('order_line', 'invoice_line')),
  source_line_id bigint not null,
  net_minor bigint not null,
  company_net_minor bigint,
  primary key (invoice_line_id, source_kind, source_line_id)
) {clustered};
create index host_invoice_line_source_of on host_invoice_line_source (source_kind, source_line_id);

create table host_document_ref (
  company_id bigint not null,
  document_kind text not null check (document_kind in ('order', 'invoice')),
  document_id bigint not null,
  line_id bigint not null,
  ref_kind text not null,
  ref_id bigint not null,
  set_by bigint,
  set_at bigint not null,
  copied bigint not null check (copied in (0, 1)),
  row_version bigint not null,
  primary key (document_kind, document_id, line_id, ref_kind)
) {clustered};
create index host_document_ref_of on host_document_ref (company_id, ref_kind, ref_id);

-- The outbox. An event is written in its document's transaction and gets its sequence once it is committed.
create table host_event (
  id bigint not null primary key,
  company_id bigint not null,
  kind text not null,
  document_id bigint not null,
  from_state text not null,
  to_state text not null,
  occurred_at bigint not null,
  sequence bigint
) {clustered};
create unique index host_event_stream on host_event (company_id, sequence);
create index host_event_unstamped on host_event (id) where sequence is null;
create index host_event_age on host_event (occurred_at);
create table host_relay (
  id bigint not null primary key check (id = 1),
  last_sequence bigint not null
) {clustered};
insert into host_relay (id, last_sequence) values (1, 0);
create table host_event_head (
  company_id bigint not null primary key,
  head bigint not null,
  purged_to bigint not null
) {clustered};

create table host_request (
  company_id bigint not null,
  scope text not null,
  request_id text not null,
  fingerprint text not null,
  answer text not null,
  created_at bigint not null,
  primary key (company_id, scope, request_id)
) {clustered};

create index host_request_age on host_request (company_id, created_at);

create table host_module (
  id text not null primary key,
  version text not null,
  manifest_hash text not null,
  config_generation bigint not null
) {clustered};
create table host_module_role (
  module_id text not null primary key,
  role_name text not null,
  password text not null
) {clustered};
create table host_module_grant (
  module_id text not null,
  extension text not null,
  granted bigint not null,
  primary key (module_id, extension)
) {clustered};
create table host_module_config (
  module_id text not null,
  name text not null,
  value text not null,
  primary key (module_id, name)
) {clustered};
create table host_module_ui (
  module_id text not null,
  kind text not null check (kind in ('menus', 'parts')),
  json text not null,
  primary key (module_id, kind)
) {clustered};
create table host_module_badge (
  company_id bigint not null,
  menu_id text not null,
  count bigint not null,
  primary key (company_id, menu_id)
) {clustered};
create table host_notice (
  id bigint not null primary key,
  company_id bigint not null,
  user_id bigint not null,
  message text not null,
  url text not null,
  created_at bigint not null,
  seen bigint not null
) {clustered};
create table host_module_job (
  module_id text not null,
  company_id bigint not null,
  name text not null,
  daily_minute bigint,
  next_at bigint,
  permille bigint not null,
  progress text not null,
  primary key (module_id, company_id, name)
) {clustered};
