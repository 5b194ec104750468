// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_scope.h"

#include "store/opportunity_store.h"

namespace sales_leads::store {

std::vector<Id> opportunities_of(Session& session, Id company, const std::vector<Id>& ids,
                                 const std::vector<Id>& employees) {
  std::vector<Id> found;
  for (const auto& [id] : session.query<Id>(
           "select o.id from sl_opportunity o where o.company_id = :company and " + session.in_ids("o.id", "ids") +
               " and " + own_condition(session, "o") + " order by o.id",
           {{"company", company}, {"ids", session.ids_text(ids)}, {"them", session.ids_text(employees)}})) {
    found.push_back(id);
  }
  return found;
}

}  // namespace sales_leads::store
