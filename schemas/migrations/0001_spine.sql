-- The first tables of Sales & Leads. Tokens: @identity@ is the backend's own way to number rows, @clustered@ asks for
-- rows that are stored in the order of their key where the backend can. A line "--@ sqlite" or "--@ postgresql" keeps the
-- next statement to that backend.
-- Statements end with a semicolon at the end of a line. Money and ids are bigint; times are microseconds UTC,
-- dates days since 1970-01-01 in the company's zone; shares are basis points.

create table sl_company (
  company_id bigint primary key,
  cursor bigint not null default 0,
  scan_state text not null default 'new',
  scan_kind text not null default '',
  scan_after bigint not null default 0,
  start_date bigint,
  time_zone text not null default '',
  lease_owner text not null default '',
  lease_until bigint not null default 0,
  fence bigint not null default 0,
  defaults_done bigint not null default 0
);

create table sl_pipeline (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  title_en text not null, title_sv text not null, title_nb text not null,
  is_default bigint not null default 0,
  on_order_confirmed text not null default 'propose' check (on_order_confirmed in ('nothing', 'propose', 'won')),
  link_window_days bigint not null default 90,
  archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create table sl_pipeline_model (
  id @identity@, company_id bigint not null, pipeline_id bigint not null, valid_from bigint not null,
  model text not null check (model in ('explicit', 'first', 'last', 'linear', 'position', 'weights')),
  weights text not null default ''
);
create index sl_pipeline_model_by_pipeline on sl_pipeline_model (company_id, pipeline_id, valid_from);

create table sl_step (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  pipeline_id bigint not null references sl_pipeline (id),
  code text not null,
  title_en text not null, title_sv text not null, title_nb text not null,
  position bigint not null, probability bigint not null check (probability between 0 and 10000),
  status text not null check (status in ('open', 'won', 'lost')),
  rejection_rule text not null default 'none' check (rejection_rule in ('none', 'asked', 'required')),
  default_rejection_id bigint, stale_days bigint not null default 0, archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_step_by_code on sl_step (company_id, pipeline_id, code);

-- Rejections, types, sources, customer statuses and categories: lists of one shape.
create table sl_list_entry (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  list text not null check (list in ('rejection', 'type', 'source', 'customer_status', 'category')),
  code text not null,
  title_en text not null, title_sv text not null, title_nb text not null,
  position bigint not null, effect text not null default 'none', archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_list_entry_by_code on sl_list_entry (company_id, list, code);

create table sl_group (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  code text not null, title text not null, description text not null default '',
  kind text not null check (kind in ('sales', 'standard')), parent_id bigint, archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_group_by_code on sl_group (company_id, code);
create table sl_group_member (
  id @identity@, company_id bigint not null, group_id bigint not null references sl_group (id),
  employee_id bigint not null, from_date bigint not null, to_date bigint
);
create index sl_group_member_by_employee on sl_group_member (company_id, employee_id, from_date);

create table sl_campaign (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  code text not null, title text not null, status text not null default 'active',
  start_date bigint, end_date bigint, budget_minor bigint, currency text not null default '',
  owner_id bigint not null default 0, medium text not null default '', source_id bigint, parent_id bigint,
  archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_campaign_by_code on sl_campaign (company_id, code);
create table sl_campaign_cost (
  id @identity@, company_id bigint not null, campaign_id bigint not null references sl_campaign (id),
  cost_date bigint not null, amount_minor bigint not null, currency text not null, company_minor bigint not null,
  text text not null default '', created_at bigint not null, created_by bigint not null
);
create index sl_campaign_cost_by_campaign on sl_campaign_cost (company_id, campaign_id, cost_date);

create table sl_opportunity (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  external_id text, title text not null, description text not null default '',
  customer_id bigint not null default 0, project_id bigint not null default 0, contact_id bigint not null default 0,
  owner_id bigint not null default 0,
  amount_minor bigint, currency text not null default '', company_minor bigint, rate_units bigint, rate_exponent bigint, rate_date bigint,
  amount_origin text not null default 'user' check (amount_origin in ('user', 'lines')),
  recurring_minor bigint, recurring_months bigint, margin_minor bigint, amount2_minor bigint,
  pipeline_id bigint not null, step_id bigint not null,
  status text not null check (status in ('open', 'won', 'lost', 'expired')),
  probability bigint not null check (probability between 0 and 10000),
  probability_origin text not null default 'step' check (probability_origin in ('step', 'user', 'model')),
  type_id bigint not null default 0, source_id bigint not null default 0, campaign_id bigint not null default 0,
  rejection_id bigint not null default 0, rejection_note text not null default '',
  start_date bigint, planned_close bigint, times_slipped bigint not null default 0, actual_close bigint, delivery_date bigint,
  archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null,
  check (customer_id > 0 or project_id > 0)
);
create unique index sl_opportunity_by_external on sl_opportunity (company_id, external_id);
create index sl_opportunity_by_customer on sl_opportunity (company_id, customer_id);
create index sl_opportunity_by_project on sl_opportunity (company_id, project_id);
create index sl_opportunity_by_board on sl_opportunity (company_id, owner_id, step_id, planned_close, id) where status = 'open';

create table sl_opportunity_line (
  id @identity@, company_id bigint not null, opportunity_id bigint not null references sl_opportunity (id),
  line_no bigint not null, product text not null, quantity_units bigint not null default 1, quantity_exponent bigint not null default 0,
  net_minor bigint
);
create index sl_opportunity_line_by_opportunity on sl_opportunity_line (company_id, opportunity_id, line_no);

-- A set of shares holds from effective_at until the next set.
create table sl_opportunity_seller (
  id @identity@, company_id bigint not null, opportunity_id bigint not null references sl_opportunity (id),
  effective_at bigint not null, set_no bigint not null, employee_id bigint not null,
  share bigint not null check (share between 1 and 10000), recorded_at bigint not null, recorded_by bigint not null
);
create index sl_opportunity_seller_by_opportunity on sl_opportunity_seller (company_id, opportunity_id, effective_at, set_no);

create table sl_touch (
  id @identity@, company_id bigint not null, opportunity_id bigint not null references sl_opportunity (id),
  campaign_id bigint not null references sl_campaign (id), touch_date bigint not null,
  effective_at bigint not null, recorded_at bigint not null, recorded_by bigint not null
);
create index sl_touch_by_opportunity on sl_touch (company_id, opportunity_id, touch_date);

create table sl_step_visit (
  id @identity@, company_id bigint not null, opportunity_id bigint not null references sl_opportunity (id),
  step_id bigint not null, entered_at bigint not null, left_at bigint, actor_id bigint not null,
  amount_minor bigint, planned_close bigint, recorded_at bigint not null
);
create index sl_step_visit_by_opportunity on sl_step_visit (company_id, opportunity_id, entered_at);

-- One row per changed field. Values are text: numbers in decimal, none = ''. origin: user, import, rule.
create table sl_field_history (
  id @identity@, company_id bigint not null, opportunity_id bigint not null references sl_opportunity (id),
  field text not null, value text not null, effective_at bigint not null, recorded_at bigint not null,
  actor_id bigint not null, origin text not null default 'user'
);
create index sl_field_history_by_opportunity on sl_field_history (company_id, opportunity_id, field, effective_at, id);
-- Candidates for a document: who ever had this customer or project.
create index sl_field_history_by_value on sl_field_history (company_id, field, value) where field in ('customer', 'project');

-- Links set by people; the latest act per (document, line) holds. link: explicit, with its shares. undo: explicit, with
-- the shares that are left, none = deliberately unlinked. forget: no longer explicit, the rules decide. With an undone
-- opportunity and rule ('' = every rule) the rule never proposes it for the document again.
create table sl_user_link (
  id @identity@, company_id bigint not null, document_kind text not null, document_id bigint not null, line_id bigint not null default 0,
  act text not null check (act in ('link', 'undo', 'forget')), set_at bigint not null, set_by bigint not null, reason text not null default '',
  undone_opportunity_id bigint not null default 0, undone_rule text not null default ''
);
create index sl_user_link_by_document on sl_user_link (company_id, document_kind, document_id, line_id, id);
create table sl_user_link_share (
  user_link_id bigint not null references sl_user_link (id), opportunity_id bigint not null, share bigint not null check (share between 1 and 10000),
  primary key (user_link_id, opportunity_id)
);

-- What was decided for a document as a root, once, as of its moment; fingerprint says what it was decided from.
create table sl_decision (
  company_id bigint not null, document_kind text not null, document_id bigint not null,
  fingerprint text not null, as_of bigint not null, rule text not null, opportunity_id bigint not null, conditional bigint not null default 0,
  placed bigint not null default 1, reason text not null, suggestions text not null default '', contexts text not null default '',
  decided_at bigint not null,
  primary key (company_id, document_kind, document_id)
) @clustered@;
create index sl_decision_by_opportunity on sl_decision (company_id, opportunity_id, conditional);

-- What the module knows of each document: its present state as last reconciled.
create table sl_document (
  company_id bigint not null, document_kind text not null, document_id bigint not null,
  measure text not null, number text not null, customer_id bigint not null, project_id bigint not null, salesperson_id bigint not null,
  currency text not null, net_minor bigint not null, company_minor bigint not null, linked_minor bigint not null, effective_date bigint not null,
  row_version bigint not null, reason text not null default '', reconciled_at bigint not null,
  primary key (company_id, document_kind, document_id)
) @clustered@;
create index sl_document_to_link on sl_document (company_id, effective_date, document_kind, document_id) where linked_minor = 0;

-- Append-only. A correction is a new row. opportunity, campaign, seller 0 = none.
create table sl_ledger (
  id @identity@, company_id bigint not null,
  document_kind text not null, document_id bigint not null, line_id bigint not null,
  opportunity_id bigint not null, campaign_id bigint not null, seller_id bigint not null,
  customer_id bigint not null, project_id bigint not null,
  measure text not null check (measure in ('offered', 'ordered', 'invoices', 'credits')),
  currency text not null, document_minor bigint not null, company_minor bigint not null,
  effective_date bigint not null, recorded_at bigint not null, corrects_date bigint, renewal bigint not null default 0
);
create index sl_ledger_by_document on sl_ledger (company_id, document_kind, document_id);
create index sl_ledger_by_opportunity on sl_ledger (company_id, opportunity_id, document_kind, document_id);

-- Rollups equal the ledger's sums; moved by the same deltas in the same transaction.
create table sl_rollup_day (
  company_id bigint not null, measure text not null, effective_date bigint not null, seller_id bigint not null, campaign_id bigint not null,
  company_minor bigint not null,
  primary key (company_id, measure, effective_date, seller_id, campaign_id)
) @clustered@;
create table sl_rollup_customer (
  company_id bigint not null, measure text not null, effective_date bigint not null, customer_id bigint not null,
  company_minor bigint not null,
  primary key (company_id, measure, effective_date, customer_id)
) @clustered@;
create table sl_rollup_opportunity (
  company_id bigint not null, measure text not null, effective_date bigint not null, opportunity_id bigint not null, seller_id bigint not null, campaign_id bigint not null,
  company_minor bigint not null,
  primary key (company_id, measure, effective_date, opportunity_id, seller_id, campaign_id)
) @clustered@;

-- What a confirmed order did to an opportunity, once per confirmation: nothing, a proposal, or a win, which is taken back
-- when no confirmed order or invoice remains and nobody touched the status since.
create table sl_order_rule (
  company_id bigint not null, order_id bigint not null, opportunity_id bigint not null, confirmed_at bigint not null,
  act text not null check (act in ('nothing', 'propose', 'won')), at bigint not null,
  previous_step_id bigint not null default 0, undone_at bigint,
  primary key (company_id, order_id, opportunity_id, confirmed_at)
);
create index sl_order_rule_by_opportunity on sl_order_rule (company_id, opportunity_id);

-- Documents that could not be reconciled, with the reason; tried again with growing pauses.
create table sl_parked (
  company_id bigint not null, document_kind text not null, document_id bigint not null,
  sequence bigint not null, reason_key text not null, reason text not null, attempts bigint not null default 1,
  parked_at bigint not null, next_try_at bigint not null,
  primary key (company_id, document_kind, document_id)
);
create index sl_parked_by_time on sl_parked (company_id, next_try_at);

create table sl_audit (
  id @identity@, company_id bigint not null, at bigint not null, actor_kind text not null, actor_id bigint not null,
  action text not null, entity text not null, entity_id bigint not null, correlation_id text not null default '', detail text not null default ''
);
create index sl_audit_by_entity on sl_audit (company_id, entity, entity_id, id);

create table sl_request (
  company_id bigint not null, actor_id bigint not null, request_id text not null, action text not null,
  input_hash text not null, response text not null, at bigint not null,
  primary key (company_id, actor_id, request_id)
);
create index sl_request_by_time on sl_request (at);
