// SPDX-License-Identifier: Apache-2.0
//
// Facts into rows, columns and totals. A total is the sum of what its rows show, at every grouping.
//
// Where more rows are asked for than `limit`, those with the largest first measure (either way from nothing) are shown
// in their order, and last one that holds exactly the rest: its "others" says how many it stands for. The same for
// columns.
//
// Threads: one. Errors: Failure for a measure or filter that does not exist.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reports/headings.h"
#include "reports/slices.h"

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
  std::vector<Picked> picked;                                     // of the rows' or columns' axis alone
  std::map<Axis, Told> told;                                      // of the rows' or columns' customers or projects
  std::optional<domain::Day> from, to;                            // inclusive
  std::int64_t limit = 0;                                         // so many rows and columns at most; 0 = all

  [[nodiscard]] Needs needs() const;
  /// The axes along which a table of two must first be told which are the largest: of 200,000 customers by months there
  /// would be more cells than fit into memory.
  [[nodiscard]] std::vector<Axis> axes_of_many() const;
  /// The question of one axis whose answer tells which are the largest.
  [[nodiscard]] Question which_are_largest(Axis axis) const;
  /// These are; where there are no others nothing changes.
  void tell(Axis axis, Told largest);
};

[[nodiscard]] Question read_question(const boost::json::object& params, std::string_view default_rows,
                                     const std::vector<MeasureInfo>& offered);
/// Which ones such an answer tells, and how many others there are.
[[nodiscard]] Told told_by(const boost::json::object& answer);
/// "<column>, or kRest where it is none of them" for the database, with what it takes bound.
[[nodiscard]] std::string told_column(const store::Session& session, const std::string& column, Axis axis,
                                      const Told& told, Labels& labels, store::Params& binds);
/// Many where customers or projects are grouped by and not yet told.
[[nodiscard]] Answers groups_many(const Question& question);
/// "limit"; where nothing is said, `otherwise`.
[[nodiscard]] std::int64_t read_limit(const boost::json::object& params, std::int64_t otherwise = 1'000);
/// Whether the question looks at an axis: rows, columns or filter.
[[nodiscard]] bool uses(const Question& question, Axis axis);
/// "2011-07" or "2011-07-15"; a month is its first day, or its last when `end`.
[[nodiscard]] std::optional<domain::Day> read_day(const boost::json::object& params, std::string_view name, bool end);

class Pivot {
 public:
  using Values = std::vector<std::int64_t>;

  Pivot(const Question& question, Labels& labels);

  /// Adds one fact: values stand in the order of question.measures. Left out when the filter says so.
  void add(const Place& place, const Values& values);
  /// As add; `once` is what counts where sellers are not told apart: a deal of two sellers is one deal.
  void add(const Place& place, const Values& values, const Values& once);
  /// Whether the filter lets it in.
  [[nodiscard]] bool passes(const Place& place);
  /// The rest of the rows, `count` of them, summed where they were read; without columns and filter.
  void add_others(std::int64_t count, const Values& values);
  [[nodiscard]] boost::json::object json();

 private:
  /// Sums side by side, as many in each as there are measures.
  class Table {
   public:
    explicit Table(std::size_t width) : width_(width) {}
    void add(std::size_t row, const Values& values);
    [[nodiscard]] Values at(std::size_t row) const;
    [[nodiscard]] std::int64_t first(std::size_t row) const { return sums_[row * width_]; }
    [[nodiscard]] std::size_t size() const { return sums_.size() / width_; }

   private:
    std::size_t width_;
    std::deque<std::int64_t> sums_;  // grows without a second copy beside it
  };
  /// What is shown along one axis: numbers of headings in their order, and how many others there are beside them.
  struct Shown {
    std::vector<std::size_t> numbers;
    std::vector<std::size_t> places;  // by number: where it is shown; past the last = among the others
    std::int64_t others = 0;
  };

  [[nodiscard]] const Told* told(Axis axis) const;
  [[nodiscard]] Shown choose(Headings& headings, const Table& sums) const;
  [[nodiscard]] boost::json::object measures(const Values& values) const;
  [[nodiscard]] boost::json::object entry(const Heading& heading, const Values& values) const;
  [[nodiscard]] boost::json::object others(std::int64_t count, const Values& values) const;

  const Question& question_;
  Labels& labels_;
  std::vector<Sieve> sieves_;
  Headings rows_;
  std::optional<Headings> columns_;
  Table sums_, column_totals_, cells_;
  std::unordered_map<std::uint64_t, std::size_t> cell_of_;  // row and column, 32 bits each
  Values totals_, others_;
  std::int64_t others_count_ = 0;
};

/// {"minor":…,"currency":…}
[[nodiscard]] boost::json::object amount_json(std::int64_t minor, const std::string& currency);

}  // namespace sales_leads::reports
