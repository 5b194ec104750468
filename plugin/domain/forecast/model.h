// SPDX-License-Identifier: Apache-2.0
//
// A company's model on one day: four life tables (with and without season, with and without month of entry), averaged
// by how well each foretold the latest months; a correction learnt from back-dated forecasts; and how far history is to
// be believed against the steps' own probabilities.
//
// Usage:  ModelBuilder builder(history, as_of, fiscal_first_month);  while (!builder.done()) builder.step();
// Each step is one fit, so that a caller with little time can stop in between.
//
// Threads: one each; a finished model is a value. Ownership: the model borrows the history.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "domain/forecast/life_table.h"

namespace sales_leads::domain::forecast {

inline constexpr std::size_t kVariants = 4;
/// Bit 0: season, bit 1: month of entry.
[[nodiscard]] constexpr FitOptions options_of(std::size_t variant) {
  return FitOptions{(variant & 1U) != 0, (variant & 2U) != 0};
}

struct Correction {
  double ratio = 1;                           // of what was won to what was foretold; 1 = none
  std::array<std::optional<double>, 3> by{};  // 30, 60, 90 days ahead
  bool may_raise = false;                     // enough history for a correction upwards
  /// The chance to be won within so many days, corrected.
  [[nodiscard]] double apply(double chance, std::int32_t days) const;
};

/// What deals were won at.
struct Values {
  double mean = 0, square = 0;  // of won deals: their mean value, the mean of its square
  std::vector<double> product;  // by level; few wins lean on the mean of all
};
[[nodiscard]] Values learn_values(const History& history, Day as_of);

struct Model {
  std::unique_ptr<Exposure> seen;
  std::array<std::unique_ptr<Fit>, kVariants> fits;
  std::array<double, kVariants> weight{};  // sum 1
  Correction correction;
  double believed = 0;         // share of the data model against the steps' probabilities
  std::int32_t horizon = 160;  // days after which nothing is expected any more
  double step_ratio = 1;       // of what was won to what the steps had promised for that time
  double cycle_days = 60;      // mean life of a deal, open ones counted as far as they have come
  double unlost = 0;           // how sure it is that losses are never recorded
  Values values;

  /// Chances to be won within each of `marks` days and ever, for one deal; the step's own beside.
  [[nodiscard]] std::vector<double> chances(const History& history, std::size_t deal,
                                            const std::vector<std::int32_t>& marks) const;
  /// For all open deals at once: rows of (marks + 1), in the order of `deals`.
  [[nodiscard]] std::vector<double> chances(const History& history, const std::vector<std::size_t>& deals,
                                            const std::vector<std::int32_t>& marks) const;
  /// By its step's probability alone: of a deal of that age, to be won within so many days, or ever.
  [[nodiscard]] double by_step(double probability, std::int32_t age, std::int32_t days, bool ever) const;
  [[nodiscard]] std::int64_t believed_millionths() const { return static_cast<std::int64_t>(believed * 1e6 + 0.5); }
  [[nodiscard]] std::int64_t correction_millionths() const {
    return static_cast<std::int64_t>(correction.ratio * 1e6 + 0.5);
  }
  [[nodiscard]] bool is_learnt() const { return believed > 0.5; }
};

/// The rows that are open at the end of the day.
[[nodiscard]] std::vector<std::size_t> open_deals(const History& history, Day as_of);

class ModelBuilder {
 public:
  ModelBuilder(const History& history, Day as_of, std::int32_t fiscal_first_month);
  ~ModelBuilder();
  [[nodiscard]] bool done() const;
  void step();
  [[nodiscard]] Model take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Model build_model(const History& history, Day as_of, std::int32_t fiscal_first_month);

}  // namespace sales_leads::domain::forecast
