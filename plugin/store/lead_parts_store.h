// SPDX-License-Identifier: Apache-2.0
//
// What hangs on a lead: e-mails and phones as written, the keys by which duplicates are found, the history of its
// fields.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct LeadContact {
  Id lead = 0;
  std::string kind, value;  // email or phone
  std::int64_t position = 0;
};

struct LeadKey {
  Id lead = 0;
  std::string kind, value;  // org, email, phone, name
};

struct LeadEntry {
  Id lead = 0;
  std::string field, value;
  std::int64_t effective_at = 0;
  std::string origin = "user";
};

class LeadPartsStore {
 public:
  LeadPartsStore(Session& session, Id company, Stamp stamp) : session_(session), company_(company), stamp_(stamp) {}

  void add_contacts(const std::vector<LeadContact>& contacts);
  void remove_contacts(const std::vector<Id>& leads);
  /// In the order in which they were given.
  [[nodiscard]] std::vector<LeadContact> contacts(const std::vector<Id>& leads);

  void add_keys(const std::vector<LeadKey>& keys);
  void remove_keys(const std::vector<Id>& leads);
  /// Everybody who has one of these keys; of a key that many share, the first `most`.
  [[nodiscard]] std::vector<LeadKey> matches(const std::vector<LeadKey>& keys, std::int64_t most);

  void add_history(const std::vector<LeadEntry>& entries);
  [[nodiscard]] std::vector<LeadEntry> history(const std::vector<Id>& leads);

 private:
  Session& session_;
  Id company_;
  Stamp stamp_;
};

}  // namespace sales_leads::store
