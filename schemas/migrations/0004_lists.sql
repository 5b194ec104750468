-- Lists of a million: each order that a page begins with has an index over the same expression, so that a page is read
-- from the index and goes on from a key. Nothing (no date, no amount) sorts by a number that no row has.

create index sl_opportunity_list_close on sl_opportunity (company_id, coalesce(planned_close, 99999999999999999), id) where archived = 0;
create index sl_opportunity_list_amount on sl_opportunity (company_id, coalesce(company_minor, -1), id) where archived = 0;
create index sl_opportunity_list_changed on sl_opportunity (company_id, coalesce(changed_at, 99999999999999999), id) where archived = 0;
-- The cards of a column, and the column's number and sums from the index alone.
create index sl_opportunity_list_step on sl_opportunity (company_id, step_id, coalesce(planned_close, 99999999999999999), id) where archived = 0;
create index sl_opportunity_list_sums on sl_opportunity (company_id, step_id, status, owner_id, probability, company_minor) where archived = 0;

create index sl_lead_list_created on sl_lead (company_id, coalesce(created_at, 99999999999999999), id);
create index sl_activity_list_due on sl_activity (company_id, coalesce(due_date, 99999999999999999), id) where archived = 0;
create index sl_document_list_date on sl_document (company_id, coalesce(effective_date, 99999999999999999), document_kind, document_id);
-- Whose shares there are: a seller's opportunities without looking through all.
create index sl_opportunity_seller_by_employee on sl_opportunity_seller (company_id, employee_id, opportunity_id);
