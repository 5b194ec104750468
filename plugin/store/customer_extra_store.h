// SPDX-License-Identifier: Apache-2.0
//
// What the company knows of a customer beside the host's record: status, source, contact origin, products of interest,
// categories, own fields; and when it was last lost.
//
// Threads: the session's. Errors: Failure of the session. put() answers false when the version is no longer the one
// given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct CustomerExtra {
  Id customer = 0;
  Id row = 0;  // the customer that it was written down for: another one where that was merged into this one
  std::int64_t version = 0;  // 0 = nothing is written down yet
  Id status = 0, source = 0;
  std::string contact_origin, products;
  std::string own_fields = "{}";  // a JSON object of short texts
  std::vector<Id> categories;
};

struct LastLost {
  Id opportunity = 0;
  std::string title;
  Id rejection = 0;
  std::string note;
  std::optional<std::int64_t> on;
};

struct CustomerExtraFilter {
  Id after = 0;
  std::int64_t limit = 50;
  Id status = 0, source = 0, category = 0;
};

class CustomerExtraStore {
 public:
  CustomerExtraStore(Session& session, Id company) : session_(session), company_(company) {}

  /// What is known of the customer, with what was written down for those that were merged into it: its own values
  /// first, theirs where it has none. What is put then stands on the customer itself, and theirs has gone.
  [[nodiscard]] CustomerExtra find(Id customer);
  [[nodiscard]] std::vector<CustomerExtra> list(const CustomerExtraFilter& filter);
  [[nodiscard]] bool put(const CustomerExtra& extra, Stamp stamp);
  /// The latest lost opportunity of the customer; of those that one of these employees may see, where given.
  [[nodiscard]] std::optional<LastLost> last_lost(Id customer, const std::optional<std::vector<Id>>& seen_by);

  struct Marked {
    Id customer = 0;
    Id status = 0;
  };
  /// Customers whose status warns of new opportunities or blocks them.
  [[nodiscard]] std::vector<Marked> marked();

 private:
  void read_categories(std::vector<CustomerExtra>& extras);
  /// Of customers that are merged into no other.
  std::vector<CustomerExtra> whole(const std::vector<Id>& customers);

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
