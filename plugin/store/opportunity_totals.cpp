// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_totals.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "store/pipeline_sums.h"

namespace sales_leads::store {
namespace {

constexpr std::array<std::string_view, 5> kAxes = {"owner", "pipeline", "type", "source", "campaign"};

bool is_axis(std::string_view column) { return std::find(kAxes.begin(), kAxes.end(), column) != kAxes.end(); }

/// The sums have one axis at a time.
class Narrowing {
 public:
  explicit Narrowing(PipelineSumsQuestion& into) : into_(into) {}

  bool take_axis(const std::string& column) {
    if (!axis_.empty() && axis_ != column) return false;
    axis_ = into_.axis = column;
    return true;
  }

  bool take(const lists::Filter& filter) {
    if (filter.op != lists::Op::equal && filter.op != lists::Op::in) return false;
    const std::string& name = filter.column->name;
    if (name == "status") return texts(filter.values, into_.statuses);
    if (name == "step") return numbers(filter.values, into_.steps);
    return is_axis(name) && take_axis(name) && numbers(filter.values, into_.axis_ids);
  }

 private:
  /// A second condition on the same column would have to narrow the first: left to the rows.
  template <class Kind>
  static bool all(const std::vector<lists::Value>& values, std::vector<Kind>& into) {
    if (!into.empty() || values.empty()) return false;
    for (const lists::Value& value : values) {
      const auto* one = std::get_if<Kind>(&value);
      if (one == nullptr) return false;
      into.push_back(*one);
    }
    return true;
  }
  static bool numbers(const std::vector<lists::Value>& values, std::vector<Id>& into) { return all(values, into); }
  static bool texts(const std::vector<lists::Value>& values, std::vector<std::string>& into) {
    return all(values, into);
  }

  PipelineSumsQuestion& into_;
  std::string axis_;
};

}  // namespace

std::optional<std::vector<lists::Sum>> opportunity_totals(Session& session, Id company, const lists::Question& question,
                                                          const std::vector<const lists::Column*>& sums,
                                                          const lists::Column* group) {
  if (!question.search.empty() || question.archived || question.has_ids) return std::nullopt;
  for (const lists::Column* column : sums) {
    if (column->name != "company_amount" && column->name != "weighted") return std::nullopt;
  }
  PipelineSumsQuestion asked;
  Narrowing narrowing(asked);
  for (const lists::Filter& filter : question.filters) {
    if (!narrowing.take(filter)) return std::nullopt;
  }
  if (group != nullptr) {
    asked.by_step = group->name == "step";
    asked.by_status = group->name == "status";
    asked.by_axis = !asked.by_step && !asked.by_status;
    if (asked.by_axis && (!is_axis(group->name) || !narrowing.take_axis(group->name))) return std::nullopt;
  }
  const auto cells = pipeline_sums(session, company, asked);
  if (!cells) return std::nullopt;
  std::vector<lists::Sum> totals;
  for (const auto& [cell, found] : *cells) {
    lists::Sum& one = totals.emplace_back();
    if (asked.by_step) one.group = cell.step;
    if (asked.by_status) one.group = cell.status;
    if (asked.by_axis) one.group = cell.axis_id;
    one.count = found.deals;
    for (const lists::Column* column : sums)
      one.sums.push_back(column->name == "weighted" ? found.weighted : found.amount);
  }
  // One row there always is when nothing is grouped.
  if (group == nullptr && totals.empty()) totals.push_back({{}, "", 0, std::vector<std::int64_t>(sums.size(), 0)});
  return totals;
}

}  // namespace sales_leads::store
