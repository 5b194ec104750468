-- The lines behind a number of the sales report are told by their days, page by page: of all, of one customer, of one project. Sums of a
-- span by currency or project read no more than the span.
create index sl_ledger_by_date on sl_ledger (company_id, effective_date, document_kind, document_id);
create index sl_ledger_by_customer on sl_ledger (company_id, customer_id, effective_date, document_kind, document_id);
create index sl_ledger_by_project on sl_ledger (company_id, project_id, effective_date, document_kind, document_id) where project_id > 0;
--@ sqlite
pragma analysis_limit = 400;
--@ sqlite
analyze sl_ledger;
