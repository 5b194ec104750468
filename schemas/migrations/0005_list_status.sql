-- Pages of open opportunities by planned close: by the general index a page would walk over all closed ones before them.
create index sl_opportunity_list_status on sl_opportunity (company_id, status, coalesce(planned_close, 99999999999999999), id) where archived = 0;
-- An index that has no statistics beside others that have is taken where it should not be.
--@ sqlite
pragma analysis_limit = 400;
--@ sqlite
analyze sl_opportunity;
