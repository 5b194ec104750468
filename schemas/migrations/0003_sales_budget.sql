-- The sales budget: what each seller is expected to sell in each month, in the company's currency. Versions of a fiscal
-- year, one of them active; a row per seller and type (type 0 = not split), a cell per month.

-- year: the calendar year in which the fiscal year begins; first_month: the day on which it does.
create table sl_budget (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  year bigint not null, first_month bigint not null, title text not null,
  active bigint not null default 0 check (active in (0, 1)), locked bigint not null default 0 check (locked in (0, 1)),
  archived bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_budget_one_active on sl_budget (company_id, year) where active = 1;
create unique index sl_budget_by_title on sl_budget (company_id, year, title);

-- version counts the changes of the row's cells.
create table sl_budget_row (
  id @identity@, company_id bigint not null, version bigint not null default 1,
  budget_id bigint not null references sl_budget (id), employee_id bigint not null, type_id bigint not null default 0,
  created_at bigint not null, created_by bigint not null, changed_at bigint not null, changed_by bigint not null
);
create unique index sl_budget_row_once on sl_budget_row (company_id, budget_id, employee_id, type_id);

-- month: its first day. A month without a cell has no budget.
create table sl_budget_cell (
  id @identity@, company_id bigint not null, row_id bigint not null references sl_budget_row (id),
  month bigint not null, minor bigint not null check (minor >= 0)
);
create unique index sl_budget_cell_once on sl_budget_cell (company_id, row_id, month);

-- What a cell became, and what it was before; null = no budget. origin: what was done.
create table sl_budget_history (
  id @identity@, company_id bigint not null, budget_id bigint not null references sl_budget (id),
  employee_id bigint not null, type_id bigint not null, month bigint not null, before_minor bigint, minor bigint,
  origin text not null check (origin in ('set', 'total', 'season', 'copy', 'paste', 'import', 'undo')),
  recorded_at bigint not null, actor_id bigint not null
);
create index sl_budget_history_by_cell on sl_budget_history (company_id, budget_id, employee_id, type_id, month, id);
