// SPDX-License-Identifier: Apache-2.0
//
// Facts into rows, columns and totals. A total is the sum of what its rows show, at every grouping.
//
// Threads: one. Errors: Failure for a measure or filter that does not exist.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/axis.h"

namespace sales_leads::reports {

struct MeasureInfo {
  std::string name;
  bool is_amount = true;   // otherwise a count
  bool by_itself = false;  // only where it is asked for
};

/// What the parameters ask for, read once.
struct Question {
  Axis rows = Axis::month;
  std::optional<Axis> columns;
  std::vector<MeasureInfo> measures;                              // those asked for, in the order asked
  std::vector<std::pair<Axis, std::vector<std::string>>> filter;  // axis and the keys that pass
  std::optional<domain::Day> from, to;                            // inclusive

  [[nodiscard]] Needs needs() const;
};

[[nodiscard]] Question read_question(const boost::json::object& params, std::string_view default_rows,
                                     const std::vector<MeasureInfo>& offered);
/// "2011-07" or "2011-07-15"; a month is its first day, or its last when `end`.
[[nodiscard]] std::optional<domain::Day> read_day(const boost::json::object& params, std::string_view name, bool end);

class Pivot {
 public:
  Pivot(const Question& question, Labels& labels) : question_(question), labels_(labels) {}

  /// Adds one fact: values stand in the order of question.measures. Left out when the filter says so.
  void add(const Place& place, const std::vector<std::int64_t>& values);
  /// As add, but totals count it only when `in_totals`: a deal of two sellers is one deal.
  void add(const Place& place, const std::vector<std::int64_t>& values, const std::vector<std::int64_t>& totals);
  [[nodiscard]] boost::json::object json() const;

 private:
  struct Cells {
    Heading heading;
    std::vector<std::int64_t> values;
    std::map<std::pair<std::string, std::string>, std::pair<Heading, std::vector<std::int64_t>>> columns;
  };
  using Key = std::pair<std::string, std::string>;  // order, key

  [[nodiscard]] boost::json::object measures(const std::vector<std::int64_t>& values) const;
  [[nodiscard]] boost::json::object entry(const Heading& heading, const std::vector<std::int64_t>& values) const;

  const Question& question_;
  Labels& labels_;
  std::map<Key, Cells> rows_;
  std::vector<std::int64_t> totals_;
  std::map<Key, std::pair<Heading, std::vector<std::int64_t>>> column_totals_;
};

/// {"minor":…,"currency":…}
[[nodiscard]] boost::json::object amount_json(std::int64_t minor, const std::string& currency);

}  // namespace sales_leads::reports
