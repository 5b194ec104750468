// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/projection.h"

#include <algorithm>

namespace sales_leads::domain::forecast {
namespace {
constexpr double kMostADay = 0.95;  // of what is left
}  // namespace

Projection::Projection(const Exposure& seen, const Fit& fit, std::vector<std::int32_t> marks, std::int32_t horizon)
    : seen_(seen),
      fit_(fit),
      marks_(std::move(marks)),
      horizon_(std::max(horizon, marks_.empty() ? 1 : marks_.back())),
      fine_(marks_.empty() ? 0 : marks_.back()),
      stride_(std::max(1, seen.bands.unit())) {
  for (std::int32_t t = 0; t < horizon_;) {
    part_.push_back(static_cast<std::uint8_t>(std::min<std::int32_t>(t / fit.ahead_days, kAhead - 1)));
    t = t < fine_ ? t + 1 : std::min(t + stride_, horizon_);
    end_.push_back(t);
  }
  won_.resize(end_.size());
  lost_.resize(end_.size());
  chances_.resize(marks_.size() + 1);
}

void Projection::load(Day entry) {
  if (loaded_ == entry) return;
  loaded_ = entry;
  const std::int32_t cohort = seen_.cohort_of(entry);
  double factor[kCauses] = {1, 1};
  for (std::size_t c = 0; c < kCauses; ++c) {
    if (cohort >= 0 && cohort < static_cast<std::int32_t>(fit_.cohort[c].size()))
      factor[c] = fit_.cohort[c][static_cast<std::size_t>(cohort)];
  }
  const std::int32_t age0 = seen_.as_of - entry;
  std::int32_t before = 0;
  std::size_t q = 0;
  std::int32_t month_left = 0;
  for (std::size_t s = 0; s < end_.size(); ++s) {
    const std::int32_t days = end_[s] - before;
    if (month_left <= 0) {
      const CivilDate date = civil_date(seen_.as_of + before + 1);
      q = static_cast<std::size_t>((date.month - seen_.fiscal_first_month + 12) % 3);
      month_left = first_of_month(12 * date.year + date.month) - (seen_.as_of + before + 1);
    }
    month_left -= days;
    const std::size_t band = seen_.bands.of(age0 + before + 1);
    for (std::size_t c = 0; c < kCauses; ++c) {
      const double daily = fit_.base[c][band] * fit_.phase[c][q] * fit_.both[c][band][q] * factor[c];
      (c == 0 ? won_ : lost_)[s] = daily * days;
    }
    before = end_[s];
  }
  for (std::size_t c = 0; c < kCauses; ++c) {
    const auto& of = c == 0 ? won_ : lost_;
    most_[c] = of.empty() ? 0 : *std::max_element(of.begin(), of.end());
  }
}

void Projection::run(std::size_t lanes) {
  bool high = false;  // whether any day may take more than may be taken
  for (std::size_t i = 0; i < lanes; ++i) {
    double won = 0, lost = 0;
    for (std::size_t b = 0; b < kAhead; ++b) {
      won = std::max(won, factor_[0][b][i]);
      lost = std::max(lost, factor_[1][b][i]);
    }
    high = high || won * most_[0] + lost * most_[1] > kMostADay;
  }
  Lanes left, won{};
  left.fill(1);
  std::size_t mark = 0;
  for (std::size_t s = 0; s < end_.size(); ++s) {
    const Lanes &of_won = factor_[0][part_[s]], &of_lost = factor_[1][part_[s]];
    const double w0 = won_[s], l0 = lost_[s];
    if (high) {
      for (std::size_t i = 0; i < kLanes; ++i) {
        const double w = of_won[i] * w0, l = of_lost[i] * l0;
        const double down = w + l > kMostADay ? kMostADay / (w + l) : 1;
        won[i] += left[i] * w * down;
        left[i] *= 1 - (w + l) * down;
      }
    } else {
      for (std::size_t i = 0; i < kLanes; ++i) {
        const double w = of_won[i] * w0;
        won[i] += left[i] * w;
        left[i] *= 1 - w - of_lost[i] * l0;
      }
    }
    if (mark < marks_.size() && end_[s] == marks_[mark]) chances_[mark++] = won;
  }
  for (; mark <= marks_.size(); ++mark) chances_[mark] = won;
}

void Projection::add(const History& history, const std::vector<std::size_t>& deals, double weight,
                     std::vector<double>& out) {
  static constexpr AheadFactors kNone{1, 1, 1, 1, 1};
  const std::size_t width = marks_.size() + 1;
  StepsAt steps(history, seen_.as_of);
  for (std::size_t begin = 0; begin < deals.size();) {
    const Day entry = history.entry[deals[begin]];
    load(entry);
    std::size_t lanes = 0;
    for (; lanes < kLanes && begin + lanes < deals.size() && history.entry[deals[begin + lanes]] == entry; ++lanes) {
      const std::size_t deal = deals[begin + lanes];
      const std::int32_t step = steps(deal);
      for (std::size_t c = 0; c < kCauses; ++c) {
        const double levels = fit_.levels_of(history, deal, c);
        const AheadFactors* ahead = fit_.step_of(step, c);
        for (std::size_t b = 0; b < kAhead; ++b) factor_[c][b][lanes] = levels * (ahead == nullptr ? kNone : *ahead)[b];
      }
    }
    run(lanes);
    for (std::size_t i = 0; i < lanes; ++i) {
      for (std::size_t m = 0; m < width; ++m) out[(begin + i) * width + m] += weight * chances_[m][i];
    }
    begin += lanes;
  }
}

}  // namespace sales_leads::domain::forecast
