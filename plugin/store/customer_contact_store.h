// SPDX-License-Identifier: Apache-2.0
//
// The contacts of the host's customers, as duplicates are compared by them: e-mails and phones of customers that are
// active, not merged and no stand-in.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "store/directory_store.h"

namespace sales_leads::store {

struct CustomerContact {
  RealCustomer customer;
  std::string email, phone;  // as the host has them
};

/// The last eight digits: +46 70 … and 070 … end alike. Fewer where there are fewer; empty below six.
[[nodiscard]] std::string phone_tail(const std::string& phone);

class CustomerContactStore {
 public:
  CustomerContactStore(Session& session, Id company) : session_(session), company_(company) {}

  /// With one of the e-mails (in small letters), or a phone that ends like one of the tails: more than fit, the caller
  /// compares exactly.
  [[nodiscard]] std::vector<CustomerContact> like(const std::vector<std::string>& emails,
                                                  const std::vector<std::string>& tails);
  [[nodiscard]] std::vector<CustomerContact> all();

 private:
  std::vector<CustomerContact> read(const std::string& condition, const Params& params);

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
