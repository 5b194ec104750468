// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_contact.h"

#include "host/refusal.h"
#include "store/same_customers.h"

namespace sales_leads::services {

void read_contact_name(UseCase& use_case, const Input& input, store::OpportunityRow& row) {
  const auto name = input.text("contact_name");
  if (!name) return;
  const auto found = store::SameCustomers(use_case.session, use_case.company()).contacts_named(row.customer, *name);
  if (found.size() != 1) {
    const char* key = found.empty() ? "reference.not_found" : "reference.ambiguous";
    throw Refusal(Code::invalid_argument, key, "contact", *name);
  }
  row.contact = found.front();
}

}  // namespace sales_leads::services
