// SPDX-License-Identifier: Apache-2.0
//
// Customers, projects and employees as the host's views show them: looked up one by one for a form, all at once for an
// import or the labels of a report.
//
// Threads: the session's. Errors: Failure of the session. Deleted records are left out, but for labels.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

enum class DirectoryKind { customer, project, employee };

struct DirectoryEntry {
  Id id = 0;
  std::string number;
  std::string name;
  Id merged_into = 0;  // customers: the one that took its place
  std::string state;   // active, open, closed, left, deleted
};

/// A customer as duplicates are compared: active, not merged, no stand-in.
struct RealCustomer {
  Id id = 0;
  std::string number, name, organisation_number;
};

class DirectoryStore {
 public:
  DirectoryStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::vector<DirectoryEntry> by_id(DirectoryKind kind, Id id);
  /// With this number; where there is none, all with exactly this name.
  [[nodiscard]] std::vector<DirectoryEntry> by_text(DirectoryKind kind, const std::string& text);
  [[nodiscard]] std::vector<DirectoryEntry> all(DirectoryKind kind);
  /// With one of these numbers or exactly one of these names.
  [[nodiscard]] std::vector<DirectoryEntry> by_texts(DirectoryKind kind, const std::vector<std::string>& texts);
  [[nodiscard]] std::vector<DirectoryEntry> by_ids(DirectoryKind kind, const std::vector<Id>& ids);
  /// What those users are called who are employees.
  [[nodiscard]] std::map<Id, std::string> names_of_users(const std::vector<Id>& users);
  /// Customers whose name is `like` the lower-case pattern, or whose organisation number holds `org` once spaces,
  /// points and hyphens are gone; an empty text finds nothing. More than fit: the caller compares exactly.
  [[nodiscard]] std::vector<RealCustomer> customers_like(const std::string& pattern, const std::string& org);
  [[nodiscard]] std::vector<RealCustomer> real_customers();
  /// Active customers with exactly this name.
  [[nodiscard]] std::vector<Id> customers_named(const std::string& name);
  [[nodiscard]] bool is_stand_in(Id customer);
  /// The customer of a contact of this company; nothing when there is no such contact.
  [[nodiscard]] std::optional<Id> customer_of_contact(Id id);
  /// 0 = none.
  [[nodiscard]] Id customer_of_project(Id project);
  /// The document's customer; 0 when the host shows no such order or invoice.
  [[nodiscard]] Id customer_of_document(const std::string& kind, Id document);
  [[nodiscard]] bool has_line(const std::string& kind, Id document, Id line);

 private:
  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
