// SPDX-License-Identifier: Apache-2.0
#include "reports/slices.h"

#include <algorithm>
#include <optional>

namespace sales_leads::reports {
namespace {

using store::Id;

constexpr Id kRows = 50'000, kMostSlices = 100;  // where ids lie far apart, slices are longer

constexpr Id kDays = 92, kDaysOfMany = 31;

/// From one end to the other in steps; what lies beyond the ends belongs to the first and the last.
std::vector<Slice> cut(Id least, Id most, Id step) {
  step = std::max(step, (most - least) / kMostSlices);
  std::vector<Slice> found;
  Id after = kWhole.after;
  for (Id last = least + step; last < most; last += step) {
    found.push_back({after, last});
    after = last;
  }
  found.push_back({after, kWhole.last});
  return found;
}

bool groups_by_itself(store::Session& session, Answers answers) {
  return answers == Answers::few && session.backend() == Backend::postgresql;
}

}  // namespace

std::vector<Slice> slices(store::Session& session, const std::string& table, Answers answers) {
  if (groups_by_itself(session, answers)) return {kWhole};
  const auto ends = session.first<std::optional<Id>, std::optional<Id>>(
      "select (select min(id) from " + table + "), (select max(id) from " + table + ")", {});
  return cut(ends ? std::get<0>(*ends).value_or(0) : 0, ends ? std::get<1>(*ends).value_or(0) : 0, kRows);
}

std::vector<Slice> day_slices(store::Session& session, Id company, const std::string& table, Answers answers) {
  if (groups_by_itself(session, answers)) return {kWhole};
  // The ends of each measure: all of them together would be looked for from end to end of the table.
  std::optional<Id> least, most;
  for (const char* measure : {"offered", "ordered", "invoices", "credits"}) {
    const std::string of = " from " + table + " where company_id = :company and measure = :measure)";
    const auto ends = session.first<std::optional<Id>, std::optional<Id>>(
        "select (select min(effective_date)" + of + ", (select max(effective_date)" + of,
        {{"company", company}, {"measure", measure}});
    if (!ends || !std::get<0>(*ends)) continue;
    least = std::min(least.value_or(kWhole.last), *std::get<0>(*ends));
    most = std::max(most.value_or(kWhole.after), *std::get<1>(*ends));
  }
  return cut(least.value_or(0), most.value_or(0), answers == Answers::few ? kDays : kDaysOfMany);
}

std::string within(const Slice& slice, const std::string& column, store::Params& binds) {
  if (slice.after == kWhole.after && slice.last == kWhole.last) return "";
  binds.emplace_back("slice_after", slice.after);
  binds.emplace_back("slice_last", slice.last);
  return " and " + column + " > :slice_after and " + column + " <= :slice_last";
}

}  // namespace sales_leads::reports
