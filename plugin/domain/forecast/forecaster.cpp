// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/forecaster.h"

#include <algorithm>
#include <array>

namespace sales_leads::domain::forecast {
namespace {

constexpr std::size_t kPastOrigins = 3;    // ends of months that are forecast anew
constexpr std::size_t kMostOrigins = 6;    // where few sellers make few seller-months
constexpr std::size_t kEnoughCells = 60;   // seller-months
constexpr double kStartMonths = 3;         // months that the start of the intervals counts as
constexpr std::int32_t kMonthsBefore = 2;  // full months that a back-dated forecast must have behind it
constexpr std::size_t kSample = 20'000;    // deals

}  // namespace

std::vector<std::vector<std::int64_t>> won_by_seller(const History& history, Day as_of, bool all,
                                                     const std::vector<Day>& months, Day until) {
  std::vector<std::vector<std::int64_t>> won(static_cast<std::size_t>(history.levels[1]),
                                             std::vector<std::int64_t>(months.size()));
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history.outcome[i] != Outcome::won || history.close[i] <= as_of || history.close[i] > until) continue;
    if (history.level[1][i] < 0 || (!all && history.entry[i] > as_of)) continue;
    const std::int32_t m = month_number(history.close[i]) - month_number(months.front());
    if (m < 0 || m >= static_cast<std::int32_t>(months.size())) continue;
    won[static_cast<std::size_t>(history.level[1][i])][static_cast<std::size_t>(m)] += history.won_value[i];
  }
  return won;
}

struct Forecaster::Impl {
  const History& history;
  const Day as_of;
  const std::int32_t fiscal_first_month, months;
  Stage stage = Stage::model;
  std::unique_ptr<ModelBuilder> builder;
  Model model;
  std::unique_ptr<Totals> totals;
  std::array<ShockFit, 2> shocks{ShockFit(kPipelineShocks), ShockFit(kAllShocks)};
  std::optional<History> few;  // for back-dated forecasts of many deals
  std::vector<Day> origins;
  std::size_t at_origin = 0;
  std::unique_ptr<ModelBuilder> back;
  Model then;
  std::unique_ptr<Totals> foretold;
  std::array<std::vector<PastCell>, 2> past;

  Impl(const History& h, Day d, std::int32_t f, std::int32_t m)
      : history(h), as_of(d), fiscal_first_month(f), months(m), builder(std::make_unique<ModelBuilder>(h, d, f)) {}

  [[nodiscard]] const History& sample() const { return few ? *few : history; }

  void step() {
    switch (stage) {
      case Stage::model:
        builder->step();
        if (!builder->done()) return;
        model = builder->take();
        builder.reset();
        choose_origins();
        stage = Stage::intervals;
        return;
      case Stage::intervals:
        if (look_back()) return;
        few.reset();
        totals = std::make_unique<Totals>(history, model, months, learnt(0), learnt(1));
        stage = Stage::totals;
        return;
      case Stage::totals:
        if (!totals->step()) stage = Stage::done;
        return;
      case Stage::done:
        return;
    }
  }

  /// A slice of the back-dated forecasts and of what is learnt from them; false when there is none left.
  bool look_back() {
    if (at_origin < origins.size()) {
      if (foretold) {
        if (foretold->step()) return true;
        compare();
        foretold.reset();
        ++at_origin;
      } else {
        if (!back) back = std::make_unique<ModelBuilder>(sample(), origins[at_origin], fiscal_first_month);
        back->step();
        if (!back->done()) return true;
        then = back->take();
        back.reset();
        const std::int32_t ahead = month_number(as_of + 1) - month_number(then.seen->as_of + 1);
        foretold = std::make_unique<Totals>(sample(), then, std::min(ahead, months));
      }
      return true;
    }
    bool more = false;
    for (std::size_t scope = 0; scope < 2; ++scope) {
      if (tells(scope)) more = shocks[scope].step(past[scope]) || more;
    }
    return more;
  }

  void choose_origins() {
    const Exposure& seen = *model.seen;
    const std::int32_t first = month_number(seen.recording_start + 26), now = month_number(as_of + 1);
    if (model.believed <= 0) return;  // too little was closed
    const auto sellers = static_cast<std::size_t>(history.levels[1]);
    std::size_t cells = 0;
    for (std::int32_t m = now - 1; m - first >= kMonthsBefore && origins.size() < kMostOrigins; --m) {
      if (origins.size() >= kPastOrigins && cells >= kEnoughCells) break;
      origins.push_back(first_of_month(m) - 1);
      cells += sellers * static_cast<std::size_t>(std::min(now - m, months));
    }
    if (history.size() >= 2 * kSample && !origins.empty()) few = history.thinned(kSample);
  }

  /// Enough seller-months, or as many months as are looked at where there are few sellers.
  [[nodiscard]] bool tells(std::size_t scope) const {
    return past[scope].size() >= kEnoughCells || origins.size() == kMostOrigins;
  }

  /// What past months ask for, and the start, each for as many months as it stands for.
  [[nodiscard]] Shocks learnt(std::size_t scope) const {
    if (!tells(scope)) return shocks[scope].best();
    const auto seen = static_cast<double>(origins.size());
    return shocks[scope].leaning(kStartMonths / (seen + kStartMonths));
  }

  /// What would have been foretold then, beside what came.
  void compare() {
    for (const bool with_new : {false, true}) {
      const auto won = won_by_seller(sample(), then.seen->as_of, with_new, foretold->months(), as_of);
      for (std::size_t s = 0; s < won.size(); ++s) {
        for (std::size_t m = 0; m < won[s].size(); ++m) {
          past[with_new].push_back({foretold->cells(with_new)[s][m], static_cast<double>(won[s][m])});
        }
      }
    }
  }
};

Forecaster::Forecaster(const History& history, Day as_of, std::int32_t fiscal_first_month, std::int32_t months)
    : impl_(std::make_unique<Impl>(history, as_of, fiscal_first_month, months)) {}
Forecaster::~Forecaster() = default;
Forecaster::Stage Forecaster::stage() const { return impl_->stage; }
void Forecaster::step() { impl_->step(); }
void Forecaster::run() {
  while (stage() == Stage::model || stage() == Stage::intervals) step();
  if (stage() == Stage::totals) impl_->totals->run();
  impl_->stage = Stage::done;
}
const Model& Forecaster::model() const { return impl_->model; }
const Totals& Forecaster::totals() const { return *impl_->totals; }
Shocks Forecaster::shocks(bool all) const { return impl_->learnt(all ? 1 : 0); }

}  // namespace sales_leads::domain::forecast
