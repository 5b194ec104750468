-- What a change made of what, field by field, as a JSON text: the log told the fields' names alone.
alter table sl_audit add column changes text not null default '';
