// SPDX-License-Identifier: Apache-2.0
#include "store/opportunity_totals.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "domain/calendar.h"
#include "store/pipeline_rollup.h"
#include "store/pipeline_sums.h"
#include "store/read_snapshot.h"

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

using Int = std::int64_t;

/// Days of the list's calendar, both of them in it.
struct Days {
  Int first = 0, last = 0;
  [[nodiscard]] bool none() const { return first > last; }
};
constexpr Int kFirstDay = -719'162, kLastDay = 2'932'896;  // years 1 to 9999

/// The days that a condition on a date leaves; nothing where it leaves none or says something else.
std::optional<Days> days_of(const lists::Filter& filter) {
  std::vector<Int> values;
  for (const lists::Value& value : filter.values) {
    const auto* day = std::get_if<Int>(&value);
    if (day == nullptr) return std::nullopt;
    values.push_back(*day);
  }
  if (values.size() != (filter.op == lists::Op::between ? 2U : 1U)) return std::nullopt;
  Days days{kFirstDay, kLastDay};
  switch (filter.op) {
    case lists::Op::less:
      days.last = values[0] - 1;
      break;
    case lists::Op::at_most:
      days.last = values[0];
      break;
    case lists::Op::more:
      days.first = values[0] + 1;
      break;
    case lists::Op::at_least:
      days.first = values[0];
      break;
    case lists::Op::between:
      days = {values[0], values[1]};
      break;
    default:
      return std::nullopt;
  }
  days = {std::max(days.first, kFirstDay), std::min(days.last, kLastDay)};
  if (days.none()) return std::nullopt;
  return days;
}

/// The first day of the month of a day.
Int month_begin(Int day) { return day - domain::civil_date(static_cast<domain::Day>(day)).day + 1; }

/// The whole months among some days, and the days before and after them.
struct Parted {
  Days before, months, after;
};
Parted parted(const Days& days) {
  const bool begins = month_begin(days.first) == days.first;
  const Int first = begins ? days.first : month_begin(month_begin(days.first) + 31);
  // The day after the last whole month.
  const Int end = month_begin(days.last + 1);
  return {{days.first, std::min(first - 1, days.last)}, {first, end - 1}, {std::max(end, days.first), days.last}};
}

void add_to(std::vector<lists::Sum>& into, std::vector<lists::Sum> more) {
  for (lists::Sum& one : more) {
    const auto known =
        std::find_if(into.begin(), into.end(), [&](const lists::Sum& other) { return other.group == one.group; });
    if (known == into.end()) {
      into.push_back(std::move(one));
      continue;
    }
    known->count += one.count;
    for (std::size_t i = 0; i < known->sums.size(); ++i) known->sums[i] += one.sums[i];
  }
}

}  // namespace

std::optional<std::vector<lists::Sum>> opportunity_totals(Session& session, Id company, const lists::Question& question,
                                                          const std::vector<const lists::Column*>& sums,
                                                          const lists::Column* group, const TotalsOfRows& of_rows) {
  if (!question.search.empty() || question.archived || question.has_ids) return std::nullopt;
  for (const lists::Column* column : sums) {
    if (column->name != "company_amount" && column->name != "weighted") return std::nullopt;
  }
  PipelineSumsQuestion asked;
  Narrowing narrowing(asked);
  const lists::Filter* closing = nullptr;
  for (const lists::Filter& filter : question.filters) {
    if (closing == nullptr && filter.column->name == "planned_close") {
      closing = &filter;
    } else if (!narrowing.take(filter)) {
      return std::nullopt;
    }
  }
  Parted parts;
  if (closing != nullptr) {
    // The sums have a closed one in the month in which it was closed.
    const auto days = days_of(*closing);
    if (!days || asked.statuses != std::vector<std::string>{"open"}) return std::nullopt;
    parts = parted(*days);
    if (parts.months.none()) return std::nullopt;
    asked.first_month = month_number(static_cast<domain::Day>(parts.months.first));
    asked.last_month = month_number(static_cast<domain::Day>(parts.months.last));
  }
  if (group != nullptr) {
    asked.by_step = group->name == "step";
    asked.by_status = group->name == "status";
    asked.by_axis = !asked.by_step && !asked.by_status;
    if (asked.by_axis && (!is_axis(group->name) || !narrowing.take_axis(group->name))) return std::nullopt;
  }
  // Several statements then, over one state.
  std::optional<ReadSnapshot> snapshot;
  if (closing != nullptr && !(parts.before.none() && parts.after.none())) snapshot.emplace(session);
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
  if (closing != nullptr) {
    for (const Days& days : {parts.before, parts.after}) {
      if (days.none()) continue;
      lists::Question rows = question;
      rows.filters[static_cast<std::size_t>(closing - question.filters.data())] = {
          closing->column, lists::Op::between, {days.first, days.last}};
      add_to(totals, of_rows(rows));
    }
  }
  // One row there always is when nothing is grouped.
  if (group == nullptr && totals.empty()) totals.push_back({{}, "", 0, std::vector<std::int64_t>(sums.size(), 0)});
  return totals;
}

}  // namespace sales_leads::store
