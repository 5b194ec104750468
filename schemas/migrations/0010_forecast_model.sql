-- The model that the latest daily forecast was made with: what chances are told from until the next one, without reading all
-- opportunities again. levels: the ids and names that its factors stand for, JSON; model: its numbers.
create table sl_forecast_model (
  company_id bigint primary key, as_of bigint not null, levels text not null, model text not null, made_at bigint not null
);
