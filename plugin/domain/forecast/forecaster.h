// SPDX-License-Identifier: Apache-2.0
//
// The whole forecast of one day in slices: the model, then how wide intervals must be, by forecasting the ends of past
// months from what was known then and comparing with what came; then the totals.
//
// Usage:  Forecaster forecaster(history, as_of, fiscal_first_month, months);
//         forecaster.run();                                  // or step() by step(), each a few milliseconds
//         forecaster.totals() …
//
// Threads: one each. Ownership: owns model and totals, borrows the history.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "domain/forecast/model.h"
#include "domain/forecast/totals.h"

namespace sales_leads::domain::forecast {

/// How a back-dated forecast did, seller by month.
struct PastMonth {
  Day origin = 0, month = 0;
  std::int32_t seller = 0;
  bool all = false;
  std::int64_t expected = 0, actual = 0;
  Interval interval{};
};

class Forecaster {
 public:
  enum class Stage { model, intervals, totals, done };

  Forecaster(const History& history, Day as_of, std::int32_t fiscal_first_month, std::int32_t months);
  ~Forecaster();
  [[nodiscard]] Stage stage() const;
  [[nodiscard]] bool done() const { return stage() == Stage::done; }
  /// One slice. From Stage::totals on, totals().deals() are those of this slice alone.
  void step();
  /// All that is left, keeping the deals of all slices.
  void run();
  /// From Stage::totals on.
  [[nodiscard]] const Model& model() const;
  [[nodiscard]] const Totals& totals() const;
  [[nodiscard]] Shocks shocks(bool all) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What was won, by seller (level) and month, of deals open at `as_of` or, with `all`, of any.
[[nodiscard]] std::vector<std::vector<std::int64_t>> won_by_seller(const History& history, Day as_of, bool all,
                                                                   const std::vector<Day>& months, Day until);

}  // namespace sales_leads::domain::forecast
