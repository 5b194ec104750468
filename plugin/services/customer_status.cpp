// SPDX-License-Identifier: Apache-2.0
#include "services/customer_status.h"

#include <algorithm>

#include "host/refusal.h"
#include "store/customer_extra_store.h"
#include "store/directory_store.h"
#include "store/same_customers.h"

namespace sales_leads::services {

Id CustomerStatuses::status_of(Id customer) {
  store::CustomerExtraStore store(use_case_.session, use_case_.company());
  if (!bulk_) {
    return store.find(store::SameCustomers(use_case_.session, use_case_.company()).survivor(customer)).status;
  }
  if (!marked_) {
    marked_.emplace();
    for (const auto& one : store.marked()) (*marked_)[one.customer] = one.status;
  }
  const auto found = marked_->find(customer);
  return found == marked_->end() ? 0 : found->second;
}

std::optional<boost::json::object> CustomerStatuses::check(Id customer, Id project) {
  if (marked_ && marked_->empty()) return std::nullopt;
  if (customer == 0 && project != 0) {
    customer = store::DirectoryStore(use_case_.session, use_case_.company()).customer_of_project(project);
  }
  const Id status = customer == 0 ? 0 : status_of(customer);
  if (status == 0) return std::nullopt;
  const auto& entries = references_.entries();
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const store::ListEntry& one) { return one.id == status; });
  if (entry == entries.end() || entry->effect == "none") return std::nullopt;
  const std::string title = entry->title.in(use_case_.language());
  const auto named =
      store::DirectoryStore(use_case_.session, use_case_.company()).by_id(store::DirectoryKind::customer, customer);
  const std::string name = named.empty() ? std::to_string(customer) : named.front().name;
  if (entry->effect == "block") {
    throw Refusal(Code::wrong_state, "opportunity.customer.blocked", "customer", name, {{"status", title}});
  }
  const std::string message = use_case_.messages.text(use_case_.call.locale, "opportunity.customer.warned",
                                                      {{"value", name}, {"status", title}});
  return boost::json::object{
      {"key", "opportunity.customer.warned"}, {"message", message}, {"customer", customer}, {"status", entry->code}};
}

}  // namespace sales_leads::services
