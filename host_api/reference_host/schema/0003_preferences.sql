-- SPDX-License-Identifier: Apache-2.0
-- What users set for themselves on the pages: saved views, widths of columns, density. A shared one is seen by everybody
-- in the company.

create table host_preference (
  company_id bigint not null references host_company (id),
  user_id bigint not null,
  name text not null,
  value text not null,
  shared bigint not null check (shared in (0, 1)),
  changed_at bigint not null,
  primary key (company_id, user_id, name)
) {clustered};
create index host_preference_shared on host_preference (company_id, name) where shared = 1;
