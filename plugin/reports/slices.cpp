// SPDX-License-Identifier: Apache-2.0
#include "reports/slices.h"

#include <algorithm>
#include <optional>

namespace sales_leads::reports {
namespace {

using store::Id;

constexpr Id kRows = 50'000, kMostSlices = 100;  // where ids lie far apart, slices are longer

}  // namespace

std::vector<Slice> slices(store::Session& session, const std::string& table, Answers answers) {
  if (answers == Answers::few && session.backend() == Backend::postgresql) return {kWhole};
  const auto ends = session.first<std::optional<Id>, std::optional<Id>>(
      "select (select min(id) from " + table + "), (select max(id) from " + table + ")", {});
  const Id least = ends ? std::get<0>(*ends).value_or(0) : 0, most = ends ? std::get<1>(*ends).value_or(0) : 0;
  const Id step = std::max(kRows, (most - least) / kMostSlices);
  std::vector<Slice> found;
  Id after = kWhole.after;
  for (Id last = least + step; last < most; last += step) {
    found.push_back({after, last});
    after = last;
  }
  found.push_back({after, kWhole.last});
  return found;
}

std::string within(const Slice& slice, const std::string& column, store::Params& binds) {
  if (slice.after == kWhole.after && slice.last == kWhole.last) return "";
  binds.emplace_back("slice_after", slice.after);
  binds.emplace_back("slice_last", slice.last);
  return " and " + column + " > :slice_after and " + column + " <= :slice_last";
}

}  // namespace sales_leads::reports
