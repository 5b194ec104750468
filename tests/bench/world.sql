-- SPDX-License-Identifier: Apache-2.0
-- A company of any size, by arithmetic alone: the same rows on SQLite and PostgreSQL, for the same numbers and seed. world.py reads it.
-- @n@ numbers the rows 1 ... count of the line "--@ rows NAME COUNT" above the statement. @hK@ is chance number K of row i, 0 ... 2147483646;
-- @hK(x)@ the same of any other x. Counts, :today (a day) and :step1 ... (ids that the company has already) come from world.py.

--@ rows host_employee employees
insert into host_employee (id, company_id, number, name, state, row_version)
select i, 1, 'E' || i, 'Säljare ' || i, 'active', 1 from n;

--@ rows host_customer customers
insert into host_customer (id, company_id, number, name, country, is_stand_in, state, row_version)
select i, 1, 'C' || i, case @h1@ % 4 when 0 then 'Bageriet ' when 1 then 'Verkstan ' when 2 then 'Rederiet ' else 'Nordbygg ' end || i,
  case @h2@ % 3 when 0 then 'NO' else 'SE' end, 0, 'active', 1 from n;

--@ rows host_project projects
insert into host_project (id, company_id, number, name, customer_id, state, row_version)
select i, 1, 'P' || i, 'Projekt ' || i, @h1@ % :customers + 1, 'open', 1 from n;

--@ rows sl_group groups
insert into sl_group (id, company_id, code, title, kind, parent_id, created_at, created_by, changed_at, changed_by)
@own_ids@ select i, 1, 'G' || i, 'Grupp ' || i, 'sales', case when i = 1 then null else i / 4 + 1 end, :now, 0, :now, 0 from n where i < 5 or i / 4 + 1 < i;

--@ rows sl_group_member employees
insert into sl_group_member (company_id, group_id, employee_id, from_date)
select 1, i % :groups + 1, i, :today - 2000 from n where @h1@ % 20 > 0;

--@ rows sl_campaign campaigns
insert into sl_campaign (id, company_id, code, title, start_date, end_date, budget_minor, currency, created_at, created_by, changed_at, changed_by)
@own_ids@ select i, 1, 'K' || i, 'Kampanj ' || i, :today - @h1@ % 1000, :today - @h1@ % 1000 + 30 + @h2@ % 90, @h3@ % 5000000, 'SEK', :now, 0, :now, 0 from n;

-- Born over three years; 45 % open with a planned close around today, 30 % won, 22 % lost, 3 % expired.
--@ rows sl_opportunity opportunities
insert into sl_opportunity (id, company_id, title, customer_id, project_id, owner_id, amount_minor, currency, company_minor, pipeline_id,
  step_id, status, probability, type_id, source_id, campaign_id, rejection_id, start_date, planned_close, actual_close,
  next_activity, created_at, created_by, changed_at, changed_by)
@own_ids@ select i, 1, 'Affär ' || i || case @h9@ % 4 when 0 then ' hyra' when 1 then ' service' when 2 then ' leverans' else ' ombyggnad' end,
  @h1@ % :customers + 1, case when @h2@ % 4 = 0 then @h3@ % :projects + 1 else 0 end, @h4@ % :employees + 1,
  amount, 'SEK', amount, :pipeline,
  case status when 'won' then :step5 when 'lost' then :step6 when 'expired' then :step1 else
    case @h5@ % 10 when 0 then :step4 when 1 then :step3 when 2 then :step3 when 3 then :step2 when 4 then :step2 when 5 then :step2 else :step1 end end,
  status, case status when 'won' then 10000 when 'lost' then 0 when 'expired' then 0 else
    case @h5@ % 10 when 0 then 8000 when 1 then 6000 when 2 then 6000 when 3 then 4000 when 4 then 4000 when 5 then 4000 else 1000 end end,
  case @h6@ % 4 when 0 then 0 else :type1 - 1 + @h6@ % 4 end, case @h7@ % 7 when 0 then 0 else :source1 - 1 + @h7@ % 7 end,
  case when @h8@ % 10 < 3 then @h10@ % :campaigns + 1 else 0 end, case status when 'lost' then :rejection1 + @h5@ % 5 else 0 end,
  born, born + planned, case when status in ('won', 'lost') then born + 10 + planned / 2 end,
  case when status = 'open' and i % 3 = 0 then :today - 20 + @h16@ % 60 end,
  born * 86400000000 + 36000000000, 0, born * 86400000000 + 36000000000, 0
from (select i, case when h % 100 < 45 then 'open' when h % 100 < 75 then 'won' when h % 100 < 97 then 'lost' else 'expired' end as status,
        case when h % 100 < 45 then :today - @h11@ % 200 else :today - 200 - @h11@ % 900 end as born,
        60 + @h12@ % 240 as planned, (1 + @h13@ % 97) * (1 + @h14@ % 89) * 2500 as amount
      from (select i, @h15@ as h from n) as chances) as n;

-- One in twenty is shared by two.
--@ rows sl_opportunity_seller opportunities
insert into sl_opportunity_seller (company_id, opportunity_id, effective_at, set_no, employee_id, share, recorded_at, recorded_by)
select 1, n.id, n.created_at, 1, case part when 0 then n.owner_id else n.owner_id % :employees + 1 end, case part when 0 then 6000 else 4000 end, n.created_at, 0
from (select id, owner_id, created_at, id as i from sl_opportunity where id % 20 = 0) as n cross join (select 0 as part union all select 1) as parts;

-- Every third that is open has a plan.
--@ rows sl_activity opportunities
insert into sl_activity (company_id, entity, entity_id, kind, title, owner_id, due_date, created_at, created_by, changed_at, changed_by)
select 1, 'opportunity', id, case id % 2 when 0 then 'call' else 'task' end, 'Ring om ' || title, owner_id, next_activity, created_at, 0, created_at, 0
from sl_opportunity where next_activity is not null;

--@ rows sl_touch opportunities
insert into sl_touch (company_id, opportunity_id, campaign_id, touch_date, effective_at, recorded_at, recorded_by)
select 1, id, campaign_id, start_date, created_at, created_at, 0 from sl_opportunity where campaign_id > 0;

--@ rows sl_step_visit opportunities
insert into sl_step_visit (company_id, opportunity_id, step_id, entered_at, actor_id, amount_minor, planned_close, recorded_at)
select 1, id, step_id, created_at, 0, amount_minor, planned_close, created_at from sl_opportunity;

-- Five rows for each in the mean.
--@ rows sl_field_history opportunities
insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, actor_id)
select 1, o.id, f.field, case f.field when 'status' then 'open' when 'customer' then cast(o.customer_id as text)
    when 'owner' then cast(o.owner_id as text) else cast(o.amount_minor as text) end, o.created_at, o.created_at, 0
from sl_opportunity o cross join (select 'status' as field union all select 'customer' union all select 'owner' union all select 'amount') as f;

--@ rows sl_field_history opportunities
insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, actor_id)
select 1, id, 'status', status, coalesce(actual_close, planned_close) * 86400000000, coalesce(actual_close, planned_close) * 86400000000, 0
from sl_opportunity where status <> 'open';

--@ rows sl_field_history opportunities
insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, actor_id)
select 1, id, 'campaign', cast(campaign_id as text), created_at, created_at, 0 from sl_opportunity where campaign_id > 0;

--@ rows sl_field_history opportunities
insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, actor_id)
select 1, id, 'planned_close', cast(planned_close as text), created_at, created_at, 0 from sl_opportunity where id % 20 < 3;

-- Two lines an order, three an invoice. Every second invoice follows an order; one in twenty of the others is a credit note.
--@ rows host_order orders
insert into host_order (id, company_id, number, customer_id, state, salesperson_id, currency, offered_at, confirmed_at, row_version)
select i, 1, 'O' || i, o.customer_id, 'confirmed', o.owner_id, 'SEK', null, (:today - @h1@ % 700) * 86400000000 + 32400000000, 1
from n join sl_opportunity o on o.id = @h2@ % :opportunities + 1;

--@ rows host_order_line orders
insert into host_order_line (id, order_id, company_id, line_no, description, quantity_units, quantity_exponent, net_minor, company_net_minor, counts_as_sale, row_version)
select i * 2 - 1 + part, i, 1, part + 1, 'Vara ' || (@h3(i * 2 + part)@ % 400), 1, 0, 10000 + @h4(i * 2 + part)@ % 900000, 10000 + @h4(i * 2 + part)@ % 900000, 1, 1
from n cross join (select 0 as part union all select 1) as parts;

-- Half of the orders name their opportunity, one in ten a campaign.
--@ rows host_document_ref orders
insert into host_document_ref (company_id, document_kind, document_id, line_id, ref_kind, ref_id, set_at, copied, row_version)
select 1, 'order', i, 0, 'sales_leads.opportunity', @h2@ % :opportunities + 1, :now, 0, 1 from n where @h5@ % 2 = 0;
--@ rows host_document_ref orders
insert into host_document_ref (company_id, document_kind, document_id, line_id, ref_kind, ref_id, set_at, copied, row_version)
select 1, 'order', i, 0, 'sales_leads.campaign', @h6@ % :campaigns + 1, :now, 0, 1 from n where @h7@ % 10 = 0;

--@ rows host_invoice invoices
insert into host_invoice (id, company_id, number, kind, state, counts, customer_id, salesperson_id, currency, posted_at, is_repeating, row_version)
select i, 1, 'F' || i, case when i % 40 = 1 then 'credit_note' else 'invoice' end, 'posted', 1,
  case when i % 2 = 0 then (select customer_id from host_order where id = i / 2) else @h8@ % :customers + 1 end,
  case when i % 2 = 0 then (select salesperson_id from host_order where id = i / 2) else @h9@ % :employees + 1 end,
  'SEK', case when i % 2 = 0 then (select confirmed_at from host_order where id = i / 2) + (5 + @h10@ % 30) * 86400000000
    else (:today - @h11@ % 700) * 86400000000 + 32400000000 end, 0, 1
from n;

--@ rows host_invoice_line invoices
insert into host_invoice_line (id, invoice_id, company_id, line_no, description, quantity_units, quantity_exponent, net_minor, company_net_minor, counts_as_sale, row_version)
select i * 3 - 2 + part, i, 1, part + 1, 'Vara ' || (@h12(i * 3 + part)@ % 400), 1, 0, net, net, 1, 1
from (select i, part, case when i % 40 = 1 then -1 else 1 end * case when i % 2 = 0 and part < 2
    then (select net_minor from host_order_line where id = i - 1 + part) else 5000 + @h13(i * 3 + part)@ % 300000 end as net
  from n cross join (select 0 as part union all select 1 union all select 2) as parts) as lines;

--@ rows host_invoice_line_source invoices
insert into host_invoice_line_source (company_id, invoice_line_id, source_kind, source_line_id, net_minor, company_net_minor)
select 1, i * 3 - 2 + part, 'order_line', i - 1 + part, l.net_minor, l.net_minor
from n cross join (select 0 as part union all select 1) as parts join host_order_line l on l.id = i - 1 + part where i % 2 = 0;

-- The signals of them all, in the order in which they happened.
--@ rows host_event orders
insert into host_event (id, company_id, kind, document_id, from_state, to_state, occurred_at, sequence)
select 1000 + place, 1, kind, document_id, '', '', at, 1000 + place from (select kind, document_id, at, row_number() over (order by at, kind, document_id) as place
  from (select 'order.confirmed' as kind, id as document_id, confirmed_at as at from host_order where company_id = 1
    union all select 'invoice.posted', id, posted_at from host_invoice where company_id = 1) as documents) as placed;
--@ rows host_relay orders
update host_relay set last_sequence = (select max(sequence) from host_event);
--@ rows host_event_head orders
update host_event_head set head = (select last_sequence from host_relay) where company_id = 1;
