// SPDX-License-Identifier: Apache-2.0
//
// Who else a lead could be: other leads by the keys that they share, and customers of the host by organisation number
// or name. Sharing is mutual, so A finds B exactly when B finds A. Stand-in customers and merged records are left out.
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "services/input.h"
#include "services/use_case.h"
#include "store/customer_contact_store.h"
#include "store/directory_store.h"
#include "store/lead_parts_store.h"
#include "store/lead_store.h"

namespace sales_leads::services {

struct DuplicateReason {
  std::string code;  // org, email, domain, phone, name
  std::string value;
  std::int64_t points = 0;
};

struct LeadDuplicate {
  store::LeadRow lead;
  std::int64_t score = 0;  // the reasons' points, at most 100
  std::vector<DuplicateReason> reasons;
};

struct CustomerDuplicate {
  store::RealCustomer customer;
  std::int64_t score = 0;
  std::vector<DuplicateReason> reasons;
};

/// Of what the caller may see, the likeliest first; `self` is left out.
[[nodiscard]] std::vector<LeadDuplicate> find_duplicates(UseCase& use_case, const std::vector<store::LeadKey>& keys,
                                                         Id self);
/// Customers of the same number or name, or with a contact of the same e-mail or phone. `keys`: the lead's (keys_of).
[[nodiscard]] std::vector<CustomerDuplicate> find_customers(UseCase& use_case, const store::LeadRow& row,
                                                            const std::vector<store::LeadKey>& keys);

/// The customers, read once and compared with many leads.
class CustomerIndex {
 public:
  explicit CustomerIndex(UseCase& use_case);
  [[nodiscard]] std::vector<CustomerDuplicate> of(const store::LeadRow& row,
                                                  const std::vector<store::LeadKey>& keys) const;

 private:
  UseCase& use_case_;
  std::vector<store::RealCustomer> customers_;
  std::vector<std::pair<std::string, std::size_t>> by_org_, by_name_;  // sorted
  std::vector<store::CustomerContact> contacts_;
  std::vector<std::pair<std::string, std::size_t>> by_email_, by_tail_;  // sorted; of the contacts
};

/// As the answer shows them, reasons in the caller's language.
[[nodiscard]] json::array shape(UseCase& use_case, const std::vector<LeadDuplicate>& duplicates);
[[nodiscard]] json::array shape(UseCase& use_case, const std::vector<CustomerDuplicate>& duplicates);

}  // namespace sales_leads::services
