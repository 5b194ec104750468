// SPDX-License-Identifier: Apache-2.0
#include "store/same_customers.h"

namespace sales_leads::store {

std::map<Id, Id> SameCustomers::survivors(const std::vector<Id>& customers) {
  std::map<Id, Id> survivors;
  for (const Id id : customers) survivors[id] = id;
  if (customers.empty()) return survivors;
  for (const auto& [id, into] : session_.query<Id, Id>(
           "select id, merged_into from erp_customer where company_id = :company and merged_into is not null and " +
               session_.in_ids("id", "ids"),
           {{"company", company_}, {"ids", session_.ids_text(customers)}})) {
    survivors[id] = into;
  }
  return survivors;
}

std::map<Id, Id> SameCustomers::standing_for(const std::vector<Id>& customers) {
  auto all = survivors(customers);
  if (all.empty()) return all;
  std::vector<Id> masters;
  for (const auto& [id, into] : all) masters.push_back(into);
  for (const Id master : masters) all[master] = master;
  for (const auto& [id, into] :
       session_.query<Id, Id>("select id, merged_into from erp_customer where company_id = :company and " +
                                  session_.in_ids("merged_into", "ids"),
                              {{"company", company_}, {"ids", session_.ids_text(masters)}})) {
    all[id] = into;
  }
  return all;
}

std::vector<Id> SameCustomers::ids(const std::vector<Id>& customers) {
  std::vector<Id> ids;
  for (const auto& [id, into] : standing_for(customers)) ids.push_back(id);
  return ids;
}

std::vector<Id> SameCustomers::contacts_named(Id customer, const std::string& name) {
  std::vector<Id> found;
  for (const auto& [id] :
       session_.query<Id>("select id from erp_contact where company_id = :company and name = :name and " +
                              session_.in_ids("customer_id", "ids") + " order by id limit 2",
                          {{"company", company_}, {"name", name}, {"ids", session_.ids_text(ids({customer}))}})) {
    found.push_back(id);
  }
  return found;
}

}  // namespace sales_leads::store
