-- What the forecast learns from each opportunity, as read by the latest daily forecast, so that a night reads only what
-- changed since. It holds while the opportunity's version is the same and no day of its own history has come since:
-- next_at is the first instant at which what is written down already says something new, none = never.
create table sl_forecast_facts (
  company_id bigint not null, opportunity_id bigint not null, version bigint not null, next_at bigint, facts text not null,
  primary key (company_id, opportunity_id)
) @clustered@;

-- As of which day at the latest, by which time zone's days and in which form they were read.
create table sl_forecast_reading (
  company_id bigint primary key, as_of bigint not null, form text not null
);
