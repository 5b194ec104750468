// SPDX-License-Identifier: Apache-2.0
//
// Ids of a company's records by number, looked up together and kept for the length of an import.
//
// Threads: one. Errors: HostError(ERP_NOT_FOUND) from require().
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "services/unit.h"

namespace erp::host {

class NumberIndex {
 public:
  /// entity: "customer"; table: "host_customer".
  NumberIndex(Unit& unit, std::string entity, std::string table)
      : unit_(unit), entity_(std::move(entity)), table_(std::move(table)) {}

  /// Looks the numbers up that are not known yet.
  void load(const std::unordered_set<std::string>& numbers);
  void add(const std::string& number, std::int64_t id) { ids_[number] = id; }
  [[nodiscard]] const std::int64_t* find(const std::string& number) const;
  /// The id, or a refusal that names the record which needs it.
  [[nodiscard]] std::int64_t require(const std::string& number, const std::string& needed_by) const;
  /// Refuses a number that exists already.
  void require_free(const std::string& number) const;

 private:
  Unit& unit_;
  std::string entity_, table_;
  std::unordered_map<std::string, std::int64_t> ids_;
};

}  // namespace erp::host
