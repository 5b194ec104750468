// SPDX-License-Identifier: Apache-2.0
#include "store/id_block.h"

#include <algorithm>

namespace sales_leads::store {

std::vector<Id> reserve_ids(Session& session, const std::string& table, std::size_t count, Id above) {
  std::vector<Id> ids;
  ids.reserve(count);
  if (session.backend() == Backend::postgresql) {
    for (const auto& [id] :
         session.query<Id>("select nextval(pg_get_serial_sequence(:table_name, 'id')) from generate_series(1, :count)",
                           {{"table_name", table}, {"count", count}})) {
      ids.push_back(id);
    }
    return ids;
  }
  // A removed record keeps its id: the audit log still names it.
  const auto [last] = session
                          .query<Id>("select max(coalesce((select max(id) from " + table +
                                         "), 0), coalesce((select max(entity_id) from sl_tombstone where entity = "
                                         ":table_name), 0))",
                                     {{"table_name", table}})
                          .at(0);
  const Id used = std::max(last, above);
  for (std::size_t i = 1; i <= count; ++i) ids.push_back(used + static_cast<Id>(i));
  return ids;
}

}  // namespace sales_leads::store
