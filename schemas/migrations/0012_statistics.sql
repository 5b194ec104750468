-- The indexes of 0011 have no statistics in a company whose others have: the first page of a list was read by the one of closing days and
-- sorted, 1.4 s of work instead of none over a million opportunities.
--@ sqlite
pragma analysis_limit = 400;
--@ sqlite
analyze sl_opportunity;
--@ sqlite
analyze sl_ledger;
