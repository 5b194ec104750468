// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/projection.h"

#include <algorithm>

namespace sales_leads::domain::forecast {
namespace {
constexpr double kMostADay = 0.95;  // of what is left
constexpr double kNothingLeft = 1e-7;
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
  last_won_ = -1;
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
}

void Projection::add(Day entry, double won_factor, double lost_factor, double weight, double* out, std::int32_t step) {
  load(entry);
  if (won_factor != last_won_ || lost_factor != last_lost_ || step != last_step_) {
    last_step_ = step;
    static constexpr AheadFactors kNone{1, 1, 1, 1, 1};
    const AheadFactors* by_won = fit_.step_of(step, 0);
    const AheadFactors* by_lost = fit_.step_of(step, 1);
    if (by_won == nullptr) by_won = &kNone;
    if (by_lost == nullptr) by_lost = &kNone;
    last_won_ = won_factor;
    last_lost_ = lost_factor;
    double left = 1, won = 0;
    std::size_t mark = 0;
    std::fill(chances_.begin(), chances_.end(), 0.0);
    for (std::size_t s = 0; s < end_.size(); ++s) {
      double w = won_factor * won_[s] * (*by_won)[part_[s]], l = lost_factor * lost_[s] * (*by_lost)[part_[s]];
      if (w + l > kMostADay) {
        const double down = kMostADay / (w + l);
        w *= down;
        l *= down;
      }
      won += left * w;
      left *= 1 - w - l;
      if (mark < marks_.size() && end_[s] == marks_[mark]) chances_[mark++] = won;
      if (left < kNothingLeft) break;
    }
    for (; mark <= marks_.size(); ++mark) chances_[mark] = won;
  }
  for (std::size_t m = 0; m < chances_.size(); ++m) out[m] += weight * chances_[m];
}

}  // namespace sales_leads::domain::forecast
