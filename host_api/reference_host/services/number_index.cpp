// SPDX-License-Identifier: Apache-2.0
#include "services/number_index.h"

#include "services/input.h"

namespace erp::host {

namespace {
constexpr std::size_t kNumbersPerQuery = 200;
}

void NumberIndex::load(const std::unordered_set<std::string>& numbers) {
  std::string sql = "select number, id from " + table_ + " where company_id = ? and number in (?";
  for (std::size_t i = 1; i < kNumbersPerQuery; ++i) sql += ", ?";
  sql += ")";
  Args args{unit_.company_id()};
  const auto ask = [&] {
    const Arg last = args.back();
    while (args.size() < kNumbersPerQuery + 1) args.push_back(last);  // one statement for every count
    for (auto& [number, id] : unit_.db().rows<std::string, std::int64_t>(sql, args)) ids_[number] = id;
    args.resize(1, Arg(0));
  };
  for (const std::string& number : numbers) {
    if (number.empty() || ids_.contains(number)) continue;
    args.emplace_back(number);
    if (args.size() == kNumbersPerQuery + 1) ask();
  }
  if (args.size() > 1) ask();
}

const std::int64_t* NumberIndex::find(const std::string& number) const {
  const auto found = ids_.find(number);
  return found == ids_.end() ? nullptr : &found->second;
}

std::int64_t NumberIndex::require(const std::string& number, const std::string& needed_by) const {
  if (const std::int64_t* id = find(number)) return *id;
  refuse(ERP_NOT_FOUND, entity_ + ".not_found",
         needed_by + ": there is no " + entity_ + " with number \"" + number +
             "\". Import it first, or correct the number.");
}

void NumberIndex::require_free(const std::string& number) const {
  if (number.empty()) {
    refuse(ERP_INVALID_ARGUMENT, entity_ + ".number.missing",
           "A record of kind " + entity_ + " has no number. Give it one.");
  }
  if (find(number) == nullptr) return;
  refuse(ERP_CONFLICT, entity_ + ".number.taken",
         entity_ + " \"" + number + "\" exists already, or stands twice in the file. Leave it out.");
}

}  // namespace erp::host
