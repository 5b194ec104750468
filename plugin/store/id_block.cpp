// SPDX-License-Identifier: Apache-2.0
#include "store/id_block.h"

#include <algorithm>
#include <charconv>

namespace sales_leads::store {

std::vector<Id> reserve_ids(Session& session, const std::string& table, std::size_t count, Id above) {
  std::vector<Id> ids;
  ids.reserve(count);
  if (count == 0) return ids;
  if (session.backend() == Backend::postgresql) {
    // One row with all of them, and the sequence's name looked up once: by rows it cost more than what it was for.
    const auto [text] =
        session
            .query<std::string>(
                "with s as materialized (select cast(pg_get_serial_sequence(:table_name, 'id') as regclass) as name) "
                "select cast(array_agg(nextval(s.name)) as text) from s, generate_series(1, :count)",
                {{"table_name", table}, {"count", count}})
            .at(0);
    for (const char* at = text.c_str() + 1; *at != '\0'; ++at) {
      const auto [end, error] = std::from_chars(at, text.c_str() + text.size(), ids.emplace_back());
      if (error != std::errc()) throw Failure(Code::data_loss, "database.ids", "Ids cannot be read: " + text);
      at = end;  // at the comma, or at the closing brace
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
