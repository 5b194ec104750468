-- SPDX-License-Identifier: Apache-2.0
-- The read views of host_api/sql, version 1, over Tryton's tables, for PostgreSQL. Made again whenever this text, or
-- which Tryton modules are active, has changed. {project} lines stand only while Tryton's module "project" is active,
-- {no_project} lines only while it is not.
--
-- Tryton's ids are 32 bits wide, the contract's 64: the indexes below are over the widened columns, so that a module's
-- look-ups by id do not walk whole tables. Amounts of lines are computed as Tryton computes them (quantity by unit
-- price, rounded half to even by the currency), since Tryton does not store them.

create or replace function erp_host_minor(amount numeric, rounding numeric, digits bigint) returns bigint
  language sql immutable parallel safe
  as $$ select cast(((case
      when abs(amount / rounding - trunc(amount / rounding)) = 0.5
        then 2 * round(trunc(amount / rounding) / 2 + sign(amount) * 0.25)
      else round(amount / rounding) end) * rounding) * power(cast(10 as numeric), digits) as bigint) $$;

create or replace function erp_host_us(moment timestamp) returns bigint
  language sql immutable parallel safe
  as $$ select cast(extract(epoch from moment) * 1000000 as bigint) $$;

create or replace function erp_host_origin(origin text, model text) returns bigint
  language sql immutable parallel safe
  as $$ select case when split_part(origin, ',', 1) = model and split_part(origin, ',', 2) ~ '^[0-9]+$'
      then cast(split_part(origin, ',', 2) as bigint) end $$;

create index if not exists erp_host_sale_id on sale_sale (cast(id as bigint));
create index if not exists erp_host_sale_line_id on sale_line (cast(id as bigint));
create index if not exists erp_host_sale_line_sale on sale_line (cast(sale as bigint));
create index if not exists erp_host_invoice_id on account_invoice (cast(id as bigint));
create index if not exists erp_host_invoice_line_id on account_invoice_line (cast(id as bigint));
create index if not exists erp_host_invoice_line_invoice on account_invoice_line (cast(invoice as bigint));
create index if not exists erp_host_invoice_line_order on account_invoice_line (erp_host_origin(origin, 'sale.line'))
  where erp_host_origin(origin, 'sale.line') is not null;
create index if not exists erp_host_invoice_line_credited
  on account_invoice_line (erp_host_origin(origin, 'account.invoice.line'))
  where erp_host_origin(origin, 'account.invoice.line') is not null;
create index if not exists erp_host_party_id on party_party (cast(id as bigint));
create index if not exists erp_host_party_name on party_party (cast(name as text));
create index if not exists erp_host_event_unstamped on erp_host_event (id) where sequence is null;
create unique index if not exists erp_host_event_stream on erp_host_event (company, sequence);
create index if not exists erp_host_event_age on erp_host_event (occurred_at) where sequence is not null;
create unique index if not exists erp_host_merged_party on erp_host_merged (party);
create index if not exists erp_host_merged_into on erp_host_merged (into_party);
create index if not exists erp_host_tombstone_record on erp_host_tombstone (kind, record);
create index if not exists erp_host_reference_of on erp_host_document_reference (kind, record);
create unique index if not exists erp_host_head_company on erp_host_event_head (company);
create unique index if not exists erp_host_job_name on erp_host_job (module, company, name);
create unique index if not exists erp_host_badge_menu on erp_host_badge (company, menu);
create unique index if not exists erp_host_module_name on erp_host_module (name);
create unique index if not exists erp_host_extension_name on erp_host_module_extension (module, name);
insert into erp_host_relay (last_sequence) select 0 where not exists (select 1 from erp_host_relay);

drop view if exists erp_company, erp_customer, erp_contact, erp_project, erp_employee, erp_currency_rate, erp_order,
  erp_order_line, erp_invoice, erp_invoice_line, erp_invoice_line_source, erp_document_ref, erp_event;

create view erp_company as
  select cast(c.id as bigint) as id, cast(coalesce(p.name, '') as text) as name,
    cast(coalesce(u.code, '') as text) as currency, cast(coalesce(c.timezone, 'UTC') as text) as time_zone,
    cast(coalesce((select extract(month from y.start_date) from account_fiscalyear y where y.company = c.id
      order by y.start_date desc limit 1), 1) as bigint) as fiscal_year_start_month,
    erp_host_us(coalesce(c.write_date, c.create_date)) as row_version
  from company_company c join party_party p on p.id = c.party left join currency_currency u on u.id = c.currency;

-- Parties belong to no company: every company sees them all.
create view erp_customer as
  select cast(p.id as bigint) as id, cast(c.id as bigint) as company_id, cast(p.code as text) as number,
    cast(coalesce(p.name, '') as text) as name,
    cast((select i.code from party_identifier i where i.party = p.id
      order by case when i.type like '%_orgnr' then 0 when i.type = 'eu_vat' then 1 else 2 end, i.sequence, i.id
      limit 1) as text) as organisation_number,
    cast((select n.code from party_address a join country_country n on n.id = a.country where a.party = p.id
      order by a.sequence, a.id limit 1) as text) as country,
    m.into_party as merged_into, cast(0 as bigint) as is_stand_in,
    cast('active' as text) as state, erp_host_us(coalesce(p.write_date, p.create_date)) as row_version
  from party_party p cross join company_company c left join erp_host_merged m on m.party = cast(p.id as bigint)
  union all
  select t.record, cast(c.id as bigint), cast(coalesce(t.number, '') as text), cast(coalesce(t.name, '') as text),
    null, null, null, cast(0 as bigint), cast('deleted' as text), t.deleted_at
  from erp_host_tombstone t cross join company_company c where t.kind = 'customer';

-- A contact is what a party's contact mechanisms of one name say together; the oldest of them gives the id.
create view erp_contact as
  select cast(m.id as bigint) as id, cast(c.id as bigint) as company_id, cast(m.party as bigint) as customer_id,
    cast(coalesce(nullif(m.name, ''), p.name, '') as text) as name,
    cast((select e.value from party_contact_mechanism e where e.party = m.party and e.active and e.type = 'email'
      and coalesce(e.name, '') = coalesce(m.name, '') order by e.sequence, e.id limit 1) as text) as email,
    cast((select e.value from party_contact_mechanism e where e.party = m.party and e.active
      and e.type in ('phone', 'mobile') and coalesce(e.name, '') = coalesce(m.name, '')
      order by e.sequence, e.id limit 1) as text) as phone,
    erp_host_us(coalesce(m.write_date, m.create_date)) as row_version
  from party_contact_mechanism m join party_party p on p.id = m.party cross join company_company c
  where m.active and not exists (select 1 from party_contact_mechanism e where e.party = m.party and e.active
    and coalesce(e.name, '') = coalesce(m.name, '') and e.id < m.id);

create view erp_project as
{project}  select cast(w.id as bigint) as id, cast(w.company as bigint) as company_id, cast('' as text) as number,
{project}    cast(w.name as text) as name, cast(w.party as bigint) as customer_id,
{project}    cast(case when s.progress >= 1 then 'closed' else 'open' end as text) as state,
{project}    erp_host_us(coalesce(w.write_date, w.create_date)) as row_version
{project}  from project_work w left join project_work_status s on s.id = w.status where w.type = 'project'
{project}  union all
  select t.record as id, cast(t.company as bigint) as company_id, cast('' as text) as number,
    cast(coalesce(t.name, '') as text) as name, cast(null as bigint) as customer_id, cast('deleted' as text) as state,
    t.deleted_at as row_version
  from erp_host_tombstone t where t.kind = 'project';

create view erp_employee as
  select cast(e.id as bigint) as id, cast(e.company as bigint) as company_id, cast(p.code as text) as number,
    cast(coalesce(p.name, '') as text) as name,
    cast((select u."user" from "res_user-company_employee" u where u.employee = e.id order by u.id limit 1)
      as bigint) as user_id,
    cast(e.supervisor as bigint) as manager_id,
    cast(case when e.end_date < current_date then 'left' else 'active' end as text) as state,
    erp_host_us(coalesce(e.write_date, e.create_date)) as row_version
  from company_employee e join party_party p on p.id = e.party
  union all
  select t.record, cast(t.company as bigint), cast('' as text), cast(coalesce(t.name, '') as text), null, null,
    cast('deleted' as text), t.deleted_at
  from erp_host_tombstone t where t.kind = 'employee';

-- Tryton keeps rates against a base; the contract wants company currency for one unit. Both sides' latest rate of the
-- day counts, so a day of either is a row.
create view erp_currency_rate as
  select cast(c.id as bigint) as company_id, cast(u.code as text) as currency,
    cast(d.day - date '1970-01-01' as bigint) as rate_date,
    cast(round(own.rate / other.rate, 12) * 1000000000000 as bigint) as units, cast(-12 as bigint) as exponent,
    erp_host_us(greatest(coalesce(own.write_date, own.create_date), coalesce(other.write_date, other.create_date)))
      as row_version
  from company_company c
  join currency_currency u on u.id <> c.currency
  join lateral (select distinct r.date as day from currency_currency_rate r
    where r.currency in (u.id, c.currency)) d on true
  join lateral (select r.rate, r.write_date, r.create_date from currency_currency_rate r
    where r.currency = c.currency and r.date <= d.day order by r.date desc limit 1) own on true
  join lateral (select r.rate, r.write_date, r.create_date from currency_currency_rate r
    where r.currency = u.id and r.date <= d.day order by r.date desc limit 1) other on other.rate > 0
  where own.rate > 0;

create view erp_order as
  select cast(s.id as bigint) as id, cast(s.company as bigint) as company_id,
    cast(coalesce(s.number, '') as text) as number, cast(s.party as bigint) as customer_id,
{project}    cast(s.erp_project as bigint) as project_id,
{no_project}    cast(null as bigint) as project_id,
    cast(case s.state when 'quotation' then 'offer' when 'processing' then 'confirmed' when 'done' then 'confirmed'
      else s.state end as text) as state,
    cast(s.erp_salesperson as bigint) as salesperson_id, cast(u.code as text) as currency,
    erp_host_us(s.erp_offered_at) as offered_at, erp_host_us(s.erp_confirmed_at) as confirmed_at,
    erp_host_us(coalesce(s.write_date, s.create_date)) as row_version
  from sale_sale s join currency_currency u on u.id = s.currency
  union all
  select t.record, cast(t.company as bigint), cast(coalesce(t.number, '') as text), t.customer, null,
    cast('deleted' as text), null, cast(coalesce(t.currency, '') as text), null, null, t.deleted_at
  from erp_host_tombstone t where t.kind = 'order';

create view erp_order_line as
  select cast(l.id as bigint) as id, cast(l.sale as bigint) as order_id, cast(s.company as bigint) as company_id,
    cast(coalesce(l.sequence, 0) as bigint) as line_no, cast(coalesce(l.description, '') as text) as description,
    cast(round(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * 1000000) as bigint) as quantity_units,
    cast(-6 as bigint) as quantity_exponent,
    erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * coalesce(l.unit_price, 0), u.rounding,
      u.digits) as net_minor,
    case when s.currency = c.currency then erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric)
      * coalesce(l.unit_price, 0), u.rounding, u.digits) else l.erp_company_net end as company_net_minor,
    cast(1 as bigint) as counts_as_sale, erp_host_us(coalesce(l.write_date, l.create_date)) as row_version
  from sale_line l join sale_sale s on s.id = l.sale join currency_currency u on u.id = s.currency
  join company_company c on c.id = s.company
  where l.type = 'line';

-- Tryton knows no credit notes: one is an invoice below zero, or one whose lines credit those of another.
create view erp_invoice as
  select cast(i.id as bigint) as id, cast(i.company as bigint) as company_id,
    cast(coalesce(i.number, '') as text) as number,
    cast(case when exists (select 1 from account_invoice_line l where cast(l.invoice as bigint) = cast(i.id as bigint)
        and erp_host_origin(l.origin, 'account.invoice.line') is not null)
      or (select sum(cast(cast(l.quantity as text) as numeric) * l.unit_price) from account_invoice_line l
        where cast(l.invoice as bigint) = cast(i.id as bigint) and l.type = 'line') < 0
      then 'credit_note' else 'invoice' end as text) as kind,
    cast(case when i.state = 'validated' then 'draft'
      when i.state = 'cancelled' and i.cancel_move is not null and m.origin not like 'account.invoice,%' then 'voided'
      else i.state end as text) as state,
    cast(case when i.state in ('posted', 'paid')
      or (i.state = 'cancelled' and i.cancel_move is not null and m.origin like 'account.invoice,%') then 1 else 0 end
      as bigint) as counts,
    cast(i.party as bigint) as customer_id,
{project}    cast(i.erp_project as bigint) as project_id,
{no_project}    cast(null as bigint) as project_id,
    cast(i.erp_salesperson as bigint) as salesperson_id, cast(u.code as text) as currency,
    erp_host_us(i.erp_posted_at) as posted_at,
    cast(case when exists (select 1 from account_invoice_line l where cast(l.invoice as bigint) = cast(i.id as bigint)
      and l.origin like 'sale.subscription%') then 1 else 0 end as bigint) as is_repeating,
    erp_host_us(coalesce(i.write_date, i.create_date)) as row_version
  from account_invoice i join currency_currency u on u.id = i.currency left join account_move m on m.id = i.cancel_move
  where i.type = 'out'
  union all
  select t.record, cast(t.company as bigint), cast(coalesce(t.number, '') as text),
    cast(case when t.is_credit then 'credit_note' else 'invoice' end as text), cast('deleted' as text),
    cast(0 as bigint), t.customer, null, null, cast(coalesce(t.currency, '') as text), null, cast(0 as bigint),
    t.deleted_at
  from erp_host_tombstone t where t.kind = 'invoice';

-- What is booked on no revenue account (rounding, interest, deposits) is no sale.
create view erp_invoice_line as
  select cast(l.id as bigint) as id, cast(l.invoice as bigint) as invoice_id, cast(i.company as bigint) as company_id,
    cast(coalesce(l.sequence, 0) as bigint) as line_no, cast(coalesce(l.description, '') as text) as description,
    cast(round(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * 1000000) as bigint) as quantity_units,
    cast(-6 as bigint) as quantity_exponent,
    erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * coalesce(l.unit_price, 0), u.rounding,
      u.digits) as net_minor,
    case when i.currency = c.currency then erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric)
      * coalesce(l.unit_price, 0), u.rounding, u.digits) else l.erp_company_net end as company_net_minor,
    cast(case when coalesce(y.revenue, false) then 1 else 0 end as bigint) as counts_as_sale,
    erp_host_us(coalesce(l.write_date, l.create_date)) as row_version
  from account_invoice_line l join account_invoice i on i.id = l.invoice join currency_currency u on u.id = i.currency
  join company_company c on c.id = i.company left join account_account a on a.id = l.account
  left join account_account_type y on y.id = a.type
  where l.type = 'line' and i.type = 'out';

create view erp_invoice_line_source as
  select cast(i.company as bigint) as company_id, cast(l.id as bigint) as invoice_line_id,
    cast('order_line' as text) as source_kind, erp_host_origin(l.origin, 'sale.line') as source_line_id,
    erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * coalesce(l.unit_price, 0), u.rounding,
      u.digits) as net_minor
  from account_invoice_line l join account_invoice i on i.id = l.invoice join currency_currency u on u.id = i.currency
  where erp_host_origin(l.origin, 'sale.line') is not null and l.type = 'line' and i.type = 'out'
  union all
  select cast(i.company as bigint), cast(l.id as bigint), cast('invoice_line' as text),
    erp_host_origin(l.origin, 'account.invoice.line'),
    erp_host_minor(cast(cast(coalesce(l.quantity, 0) as text) as numeric) * coalesce(l.unit_price, 0), u.rounding,
      u.digits)
  from account_invoice_line l join account_invoice i on i.id = l.invoice join currency_currency u on u.id = i.currency
  where erp_host_origin(l.origin, 'account.invoice.line') is not null and l.type = 'line' and i.type = 'out';

create view erp_document_ref as
  select cast(r.company as bigint) as company_id, cast(r.document_kind as text) as document_kind,
    r.document as document_id, r.line as line_id, cast(r.kind as text) as ref_kind, r.record as ref_id,
    cast(r.set_by as bigint) as set_by, r.set_at, cast(case when r.copied then 1 else 0 end as bigint) as copied,
    r.version as row_version
  from erp_host_document_reference r where r.record > 0;

create view erp_event as
  select e.sequence, cast(e.company as bigint) as company_id, cast(e.kind as text) as kind,
    e.document as document_id, cast(coalesce(e.from_state, '') as text) as from_state,
    cast(coalesce(e.to_state, '') as text) as to_state, e.occurred_at
  from erp_host_event e where e.sequence is not null;
