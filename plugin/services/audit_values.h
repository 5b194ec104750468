// SPDX-License-Identifier: Apache-2.0
//
// What the audit log tells of a change beside the names of its fields, as a JSON text per record: {"title": ["old",
// "new"]} for fields that differ, {"deleted": {…}} for what has gone, {"given": {…}} where the change stands beside the
// record itself (a cost, a member, the shares of a link), and nothing for imports, whose rows are told by the import.
// Values that need a right of their own to be seen are left out, and so are those that follow from others.
//
//   AuditValues values(use_case, "opportunity", input);   // reads how the records are now
//   …                                                     // changes them
//   const auto changes = values.of(use_case.changed);
//
// Threads: one. Errors: Failure of the session.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/input.h"
#include "services/list_catalog.h"
#include "services/use_case.h"

namespace sales_leads::services {

class AuditValues {
 public:
  AuditValues(UseCase& use_case, const std::string& action, const json::object& input);

  [[nodiscard]] std::map<Id, std::string> of(const std::vector<Id>& changed);

 private:
  using Cells = std::map<std::string, json::value>;
  [[nodiscard]] bool told(const lists::Column& column) const;
  [[nodiscard]] std::map<Id, Cells> read(const lists::Question& asked);
  [[nodiscard]] std::map<Id, Cells> read(const std::vector<Id>& ids);
  [[nodiscard]] json::object given() const;

  UseCase& use_case_;
  std::string action_;
  const json::object& input_;
  const store::ListTable* table_ = nullptr;  // null: the record is in no list
  std::map<Id, Cells> before_;
};

/// The names of the fields that an input sets, in one line: of many records at once, what is set on them.
[[nodiscard]] std::string audited_fields(const json::object& input);

}  // namespace sales_leads::services
