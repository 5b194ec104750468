// SPDX-License-Identifier: Apache-2.0
#include "store/period_store.h"

namespace sales_leads::store {

std::optional<domain::Day> PeriodStore::closed_through() {
  const auto row = session_.first<std::optional<std::int64_t>>(
      "select closed_through from sl_period_close where company_id = :company order by id desc limit 1",
      {{"company", company_}});
  if (!row || !std::get<0>(*row)) return std::nullopt;
  return static_cast<domain::Day>(*std::get<0>(*row));
}

Id PeriodStore::add(const std::optional<domain::Day>& closed_through, const std::string& reason, Stamp stamp) {
  return std::get<0>(session_
                         .query<Id>("insert into sl_period_close (company_id, closed_through, reason, created_at, "
                                    "created_by) values (:company, cast(:through as bigint), :reason, :at, :by) "
                                    "returning id",
                                    {{"company", company_},
                                     {"through", closed_through},
                                     {"reason", reason},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})
                         .at(0));
}

std::vector<PeriodRow> PeriodStore::list(Id before, std::int64_t limit) {
  std::vector<PeriodRow> rows;
  for (auto& [id, through, reason, at, by] :
       session_.query<Id, std::optional<std::int64_t>, std::string, std::int64_t, Id>(
           "select id, closed_through, reason, created_at, created_by from sl_period_close where company_id = :company "
           "and (id < :before or :before2 = 0) order by id desc limit :count",
           {{"company", company_}, {"before", before}, {"before2", before}, {"count", limit}})) {
    rows.push_back({id, through, std::move(reason), at, by});
  }
  return rows;
}

}  // namespace sales_leads::store
