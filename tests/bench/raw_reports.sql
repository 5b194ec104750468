-- What reports.py stands beside: each report as one plain statement over the opportunities, or over the ledger with the opportunities
-- as they are now. No sums are kept, no names looked up, nothing is divided among sellers. :pipeline, :sales are the measures.
--@ pipeline month
select coalesce(actual_close, planned_close), :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline seller
select owner_id, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline step
select step_id, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline status
select status, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline type
select type_id, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline source
select source_id, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline campaign
select campaign_id, :pipeline from sl_opportunity where archived = 0 group by 1;
--@ pipeline customer
select customer_id, :pipeline from sl_opportunity where archived = 0 group by 1 order by 2 desc limit 1000;
--@ pipeline project
select project_id, :pipeline from sl_opportunity where archived = 0 group by 1 order by 2 desc limit 1000;
--@ sales month
select l.effective_date, :sales from sl_ledger l group by 1;
--@ sales seller
select l.seller_id, :sales from sl_ledger l group by 1;
--@ sales step
select o.step_id, :sales from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id group by 1;
--@ sales status
select o.status, :sales from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id group by 1;
--@ sales type
select o.type_id, :sales from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id group by 1;
--@ sales source
select o.source_id, :sales from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id group by 1;
--@ sales campaign
select l.campaign_id, :sales from sl_ledger l group by 1;
--@ sales customer
select l.customer_id, :sales from sl_ledger l group by 1 order by 2 desc limit 1000;
--@ sales project
select l.project_id, :sales from sl_ledger l group by 1 order by 2 desc limit 1000;
-- The open ones as they were at the end of 2025-12-31, replayed from the history: nothing is frozen.
--@ then step
with states as (select opportunity_id, value, row_number() over (partition by opportunity_id order by effective_at desc, id desc) as place from sl_field_history where field = 'status' and effective_at < 1767222000000000)
select v.step_id, count(*), sum(o.company_minor), sum(o.company_minor * o.probability / 10000) from states s join sl_step_visit v on v.opportunity_id = s.opportunity_id and v.company_id = 1 and v.entered_at < 1767222000000000 and (v.left_at is null or v.left_at >= 1767222000000000) join sl_opportunity o on o.id = s.opportunity_id where s.place = 1 and s.value = 'open' group by 1;
