-- The sales side beyond the spine: what steps demand, what pipelines serve, customer extra, members of campaigns, leads
-- with their activities, conversion and merge, closed periods, import batches, erased persons.

alter table sl_step add column required_fields text not null default '';
alter table sl_pipeline add column first_step_id bigint not null default 0;
alter table sl_pipeline add column won_step_id bigint not null default 0;
alter table sl_pipeline add column lost_step_id bigint not null default 0;
-- Open opportunities expire so many days after their planned close; null = never.
alter table sl_pipeline add column expire_after_days bigint;
create table sl_pipeline_serves (
  company_id bigint not null, pipeline_id bigint not null references sl_pipeline (id),
  kind text not null check (kind in ('type', 'group')), ref_id bigint not null,
  primary key (company_id, kind, ref_id)
);

alter table sl_opportunity add column next_activity bigint;
alter table sl_opportunity add column expiry_notice_on bigint;
create index sl_opportunity_by_expiry on sl_opportunity (company_id, planned_close) where status = 'open';

-- What the company knows of a customer beside the host's own record.
create table sl_customer_extra (
  company_id bigint not null, customer_id bigint not null, version bigint not null default 1,
  status_id bigint not null default 0, source_id bigint not null default 0,
  contact_origin text not null default '', products text not null default '', own_fields text not null default '{}',
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null,
  primary key (company_id, customer_id)
);
create table sl_customer_category (
  company_id bigint not null, customer_id bigint not null, category_id bigint not null,
  primary key (company_id, customer_id, category_id)
);

-- Who a campaign was meant for and what they answered.
create table sl_campaign_member (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  campaign_id bigint not null references sl_campaign (id),
  kind text not null check (kind in ('customer', 'lead')), member_id bigint not null,
  response text not null default 'none' check (response in ('none', 'opened', 'responded', 'interested', 'declined', 'unsubscribed')),
  response_date bigint,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_campaign_member_once on sl_campaign_member (company_id, campaign_id, kind, member_id);
create index sl_campaign_member_by_member on sl_campaign_member (company_id, kind, member_id);

create table sl_lead (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  external_id text, kind text not null check (kind in ('company', 'person')),
  name text not null default '', first_name text not null default '', last_name text not null default '',
  org_number text not null default '', website text not null default '', industry text not null default '',
  turnover_minor bigint, currency text not null default '', employees bigint,
  street text not null default '', postal_code text not null default '', city text not null default '', country text not null default '',
  source_id bigint not null default 0, campaign_id bigint not null default 0, category_id bigint not null default 0,
  owner_id bigint not null default 0,
  status text not null default 'new' check (status in ('new', 'working', 'qualified', 'converted', 'retired', 'merged')),
  retire_reason text not null default '', description text not null default '',
  score bigint not null default 0, score_reasons text not null default '[]',
  next_activity bigint, merged_into bigint not null default 0, customer_id bigint not null default 0, opportunity_id bigint not null default 0,
  erased_at bigint,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_lead_by_external on sl_lead (company_id, external_id);
create index sl_lead_by_owner on sl_lead (company_id, owner_id, status, id);
create table sl_lead_contact (
  id @identity@, company_id bigint not null, lead_id bigint not null references sl_lead (id),
  kind text not null check (kind in ('email', 'phone')), value text not null, position bigint not null
);
create index sl_lead_contact_by_lead on sl_lead_contact (company_id, lead_id, position);
-- By what a duplicate is found: organisation number, e-mail, phone in E.164, name with postal code; normalised.
create table sl_lead_key (
  company_id bigint not null, kind text not null check (kind in ('org', 'email', 'phone', 'name')), value text not null, lead_id bigint not null,
  primary key (company_id, kind, value, lead_id)
) @clustered@;
create index sl_lead_key_by_lead on sl_lead_key (company_id, lead_id);
create table sl_lead_history (
  id @identity@, company_id bigint not null, lead_id bigint not null references sl_lead (id),
  field text not null, value text not null, effective_at bigint not null, recorded_at bigint not null,
  actor_id bigint not null, origin text not null default 'user'
);
create index sl_lead_history_by_lead on sl_lead_history (company_id, lead_id, field, effective_at, id);
-- Who gets a new lead: the first rule that fits; a group takes turns among its members.
create table sl_lead_rule (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  position bigint not null, title text not null,
  source_id bigint not null default 0, campaign_id bigint not null default 0, category_id bigint not null default 0,
  country text not null default '', postal_from text not null default '', postal_to text not null default '',
  group_id bigint not null default 0, employee_id bigint not null default 0, last_employee_id bigint not null default 0,
  archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);

-- Notes, tasks and files by reference, on a record of the module or of the host. A task is planned until done_at.
create table sl_activity (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  entity text not null check (entity in ('opportunity', 'lead', 'customer')), entity_id bigint not null,
  kind text not null check (kind in ('note', 'task', 'call', 'meeting', 'file')),
  title text not null, text text not null default '', reference text not null default '',
  owner_id bigint not null default 0, due_date bigint, done_at bigint, done_by bigint, archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create index sl_activity_by_entity on sl_activity (company_id, entity, entity_id, id);
create index sl_activity_planned on sl_activity (company_id, owner_id, due_date, id) where done_at is null;

-- A conversion is written down before the host is asked, so that it can be resumed after a crash.
create table sl_conversion (
  id @identity@, company_id bigint not null, lead_id bigint not null references sl_lead (id), request_id text not null,
  state text not null check (state in ('intended', 'customer_made', 'done', 'cancelled')),
  customer_id bigint not null default 0, opportunity_id bigint not null default 0, wishes text not null default '{}', attempts bigint not null default 0,
  last_error text not null default '',
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_conversion_running on sl_conversion (company_id, lead_id) where state in ('intended', 'customer_made');
-- What a merge did, enough to undo it: the records as they were, and the rows that moved.
create table sl_merge (
  id @identity@, company_id bigint not null, survivor_id bigint not null, merged_id bigint not null,
  survivor_before text not null, merged_before text not null, moved text not null, survivor_version bigint not null, reason text not null default '',
  created_at bigint not null, created_by bigint not null, undone_at bigint, undone_by bigint
);
create index sl_merge_by_lead on sl_merge (company_id, survivor_id, id);

-- Days up to closed_through take no new rows: corrections are dated the first open day. The latest row holds.
create table sl_period_close (
  id @identity@, company_id bigint not null, closed_through bigint, reason text not null default '',
  created_at bigint not null, created_by bigint not null
);
create index sl_period_close_latest on sl_period_close (company_id, id);

create table sl_import_batch (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  entity text not null, title text not null default '', state text not null check (state in ('open', 'done', 'undone')),
  created_rows bigint not null default 0, updated_rows bigint not null default 0, same_rows bigint not null default 0, rejected_rows bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
-- What each row of a file became. before: the fields that an update changed, as they were.
create table sl_import_row (
  company_id bigint not null, batch_id bigint not null references sl_import_batch (id), row_no bigint not null,
  act text not null check (act in ('created', 'updated', 'same', 'rejected')),
  record_id bigint not null default 0, record_version bigint not null default 0, before text not null default '',
  primary key (company_id, batch_id, row_no)
) @clustered@;

-- Whose data were erased, when and why; never what they were.
create table sl_erasure (
  id @identity@, company_id bigint not null, entity text not null, entity_id bigint not null, reason text not null,
  fields bigint not null, created_at bigint not null, created_by bigint not null
);
-- Corrections of closed days: few among many rows.
create index sl_ledger_corrections on sl_ledger (company_id, document_kind, document_id) where corrects_date is not null;
-- What a customer was invoiced before: whom a credit without reference may take back.
create index sl_document_by_customer on sl_document (company_id, customer_id, effective_date);

-- Records that were removed wholly: their ids are never given again, since the audit log still names them.
create table sl_tombstone (
  entity text not null, entity_id bigint not null, company_id bigint not null, at bigint not null, by_user bigint not null,
  primary key (entity, entity_id)
) @clustered@;
