// SPDX-License-Identifier: Apache-2.0
//
// What the forecast learns from: one row per opportunity, as columns, with what was known at the end of one day. Rows
// stand in canonical order (entry, id), so that the order in which they were read decides nothing; the stays of each
// deal stand together in that order.
//
// Pure values; any thread. Money is minor units; the floating point of this folder is probabilities and statistics.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "domain/calendar.h"

namespace sales_leads::domain::forecast {

inline constexpr Day kNever = std::numeric_limits<Day>::max();
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();

enum class Outcome : std::uint8_t { open = 0, won = 1, lost = 2 };

/// What a deal is known by from its first day on. Nothing that is filled in at closing may stand here.
enum class Family : std::uint8_t { product = 0, seller = 1, source = 2, type = 3, campaign = 4 };
inline constexpr std::size_t kFamilies = 5;

/// The stay of a deal in a step, of those that were written down while they lasted.
struct StepStay {
  std::int32_t deal = 0;  // row
  std::int32_t step = 0;  // index
  Day from = 0;
  Day to = kNever;  // first day after
};

struct History {
  std::vector<std::int64_t> id;
  std::vector<Day> entry;
  std::vector<Day> close;  // kNever while open
  std::vector<Outcome> outcome;
  std::array<std::vector<std::int32_t>, kFamilies> level;  // index within the family, -1 = not known
  std::array<std::int32_t, kFamilies> levels{};            // how many
  std::vector<std::int64_t> value;      // the deal's own amount, kNoValue where there is none or it was not known then
  std::vector<std::int64_t> won_value;  // of won deals
  std::vector<std::int32_t> step_p;     // basis points of the step that an open deal stands in; -1 = unknown
  std::vector<std::uint8_t> untried;    // open in a step that nothing ever left
  std::vector<std::int32_t> step;       // index of the step it stands in, -1 = not known
  std::vector<StepStay> stays;          // by deal, from
  std::int32_t steps = 0;               // how many

  [[nodiscard]] std::size_t size() const { return id.size(); }
  void reserve(std::size_t deals, std::size_t stays_of_all);
  /// Where a deal stood at the end of a day, as it was written down then; -1 = not known.
  [[nodiscard]] std::int32_t step_at(std::size_t deal, Day day) const;
  /// Sorts every column by (entry, id).
  void put_in_order();
  /// Deals thinned out evenly to about so many, the same ones every time; all of them where there are no more.
  [[nodiscard]] History thinned(std::size_t wanted) const;
};

/// step_at() of one deal after the other: quick where they ascend.
class StepsAt {
 public:
  StepsAt(const History& history, Day day) : history_(history), day_(day) {}
  std::int32_t operator()(std::size_t deal);

 private:
  const History& history_;
  const Day day_;
  std::size_t at_ = 0;
  std::int32_t before_ = kNever;
};

/// put_in_order() in slices, a column or some stays each: a million deals have more of them than one slice can take.
class Ordering {
 public:
  explicit Ordering(History& history) : history_(history) {}
  /// false when the last slice is done.
  bool step();

 private:
  void find_order();
  bool move_stays();
  History& history_;
  std::vector<std::int32_t> order_;  // new row -> old row; empty where the rows stand in order already
  std::vector<std::int32_t> begin_;  // of each old row's stays
  std::vector<StepStay> moved_;
  std::size_t row_ = 0;
  int at_ = 0;
};

}  // namespace sales_leads::domain::forecast
