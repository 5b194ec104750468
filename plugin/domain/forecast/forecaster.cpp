// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/forecaster.h"

#include <algorithm>

namespace sales_leads::domain::forecast {
namespace {

constexpr std::size_t kPastOrigins = 3;    // ends of months that are forecast anew
constexpr std::size_t kEnoughMonths = 6;   // full months before intervals are learnt
constexpr std::size_t kEnoughCells = 60;   // seller-months
constexpr std::int32_t kMonthsBefore = 2;  // full months that a back-dated forecast must have behind it
constexpr std::size_t kSample = 40'000;    // deals

/// A company's deals thinned out evenly, the same ones every time; all of them where they are few.
History thinned(const History& all, std::size_t keep_one_of) {
  if (keep_one_of <= 1) return all;
  History few;
  few.levels = all.levels;
  few.steps = all.steps;
  for (const StepStay& stay : all.stays) {
    const auto deal = static_cast<std::size_t>(stay.deal);
    if (deal % keep_one_of == 0)
      few.stays.push_back({static_cast<std::int32_t>(deal / keep_one_of), stay.step, stay.from, stay.to});
  }
  for (std::size_t i = 0; i < all.size(); i += keep_one_of) {
    few.id.push_back(all.id[i]);
    few.entry.push_back(all.entry[i]);
    few.close.push_back(all.close[i]);
    few.outcome.push_back(all.outcome[i]);
    for (std::size_t f = 0; f < kFamilies; ++f) few.level[f].push_back(all.level[f][i]);
    few.value.push_back(all.value[i]);
    few.won_value.push_back(all.won_value[i]);
    few.step_p.push_back(all.step_p[i]);
    few.untried.push_back(all.untried[i]);
    few.step.push_back(all.step[i]);
  }
  return few;
}

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
  const bool learn_intervals;
  std::unique_ptr<ModelBuilder> builder;
  Model model;
  std::unique_ptr<Totals> totals;
  Shocks pipeline = kPipelineShocks, all = kAllShocks;
  std::optional<History> sample;  // for back-dated forecasts
  std::vector<Day> origins;
  std::size_t at_origin = 0;
  std::unique_ptr<ModelBuilder> back;
  std::vector<PastCell> past[2];
  bool model_done = false;

  Impl(const History& h, Day d, std::int32_t f, std::int32_t m, bool learn)
      : history(h),
        as_of(d),
        fiscal_first_month(f),
        months(m),
        learn_intervals(learn),
        builder(std::make_unique<ModelBuilder>(h, d, f)) {}

  void step() {
    if (totals) return;
    if (!model_done) {
      builder->step();
      if (!builder->done()) return;
      model = builder->take();
      builder.reset();
      model_done = true;
      if (learn_intervals) choose_origins();
      return;
    }
    if (at_origin < origins.size()) {
      if (!back) back = std::make_unique<ModelBuilder>(*sample, origins[at_origin], fiscal_first_month);
      back->step();
      if (!back->done()) return;
      compare(back->take());
      back.reset();
      ++at_origin;
      return;
    }
    for (const bool with_new : {false, true}) {
      if (past[with_new].size() >= kEnoughCells)
        (with_new ? all : pipeline) = fitted_shocks(with_new ? kAllShocks : kPipelineShocks, past[with_new]);
    }
    totals = std::make_unique<Totals>(history, model, months, pipeline, all);
  }

  void choose_origins() {
    const Exposure& seen = *model.seen;
    const std::int32_t first = month_number(seen.recording_start + 26), now = month_number(as_of + 1);
    if (now - first < static_cast<std::int32_t>(kEnoughMonths) || !model.is_learnt()) return;
    for (std::int32_t m = now - 1; m - first >= kMonthsBefore && origins.size() < kPastOrigins; --m) {
      origins.push_back(first_of_month(m) - 1);
    }
    if (!origins.empty()) sample = thinned(history, std::max<std::size_t>(1, history.size() / kSample));
  }

  /// What would have been foretold then, beside what came.
  void compare(const Model& then) {
    const std::int32_t ahead = month_number(as_of + 1) - month_number(then.seen->as_of + 1);
    const Totals foretold(*sample, then, std::min(ahead, months));
    for (const bool with_new : {false, true}) {
      const auto won = won_by_seller(*sample, then.seen->as_of, with_new, foretold.months(), as_of);
      for (std::size_t s = 0; s < won.size(); ++s) {
        for (std::size_t m = 0; m < won[s].size(); ++m) {
          past[with_new].push_back({foretold.cells(with_new)[s][m], static_cast<double>(won[s][m])});
        }
      }
    }
  }
};

Forecaster::Forecaster(const History& history, Day as_of, std::int32_t fiscal_first_month, std::int32_t months,
                       bool learn_intervals)
    : impl_(std::make_unique<Impl>(history, as_of, fiscal_first_month, months, learn_intervals)) {}
Forecaster::~Forecaster() = default;
bool Forecaster::done() const { return impl_->totals != nullptr; }
void Forecaster::step() { impl_->step(); }
const Model& Forecaster::model() const { return impl_->model; }
const Totals& Forecaster::totals() const { return *impl_->totals; }
Shocks Forecaster::shocks(bool all) const { return all ? impl_->all : impl_->pipeline; }

}  // namespace sales_leads::domain::forecast
