// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/explain.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/forecast/projection.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr std::int32_t kAheadDays = 90;
constexpr std::array<const char*, kFamilies> kFamilyKeys = {"product", "seller", "source", "type", "campaign"};

std::int64_t hundredths(double ratio) { return std::llround(ratio * 100); }

/// Chance to be won within the next days of a deal of that age, all else like others.
double by_age(const Exposure& seen, const Fit& fit, std::int32_t age) {
  double left = 1, won = 0;
  for (std::int32_t t = 1; t <= kAheadDays; ++t) {
    const std::size_t band = seen.bands.of(age + t);
    const double w = std::min(0.9, fit.base[0][band]), l = std::min(0.95 - w, fit.base[1][band]);
    won += left * w;
    left *= 1 - w - l;
  }
  return won;
}

}  // namespace

std::vector<Reason> explain(const History& history, const Model& model, std::size_t deal) {
  std::vector<Reason> reasons;
  const auto add = [&](const char* key, double ratio, std::int64_t number) {
    const std::int64_t rounded = hundredths(ratio);
    if (rounded != 100) reasons.push_back({key, rounded, number});
  };
  const Exposure& seen = *model.seen;
  if (history.untried[deal] != 0) return {{"untried", 0, history.step[deal]}};
  if (!model.is_learnt()) {
    reasons.push_back({"steps", 100, history.step_p[deal]});
    if (model.believed <= 0) return reasons;
  }
  // The variant that counts most tells of them all: they differ in little else but season and month of entry.
  const std::size_t best =
      static_cast<std::size_t>(std::max_element(model.weight.begin(), model.weight.end()) - model.weight.begin());
  const Fit& fit = *model.fits[best];
  const std::int32_t age = seen.as_of - history.entry[deal];
  const double young = by_age(seen, fit, 0);
  if (young > 0) add("age", by_age(seen, fit, age) / young, age);
  add("season", fit.phase[0][seen.phase_of(seen.as_of + 1)], civil_date(seen.as_of + 1).month);
  const std::int32_t cohort = seen.cohort_of(history.entry[deal]);
  if (cohort >= 0 && cohort < static_cast<std::int32_t>(fit.cohort[0].size()))
    add("cohort", fit.cohort[0][static_cast<std::size_t>(cohort)], civil_date(history.entry[deal]).month);
  for (std::size_t f = 0; f < kFamilies; ++f) {
    const std::int32_t l = history.level[f][deal];
    if (l >= 0 && static_cast<std::size_t>(l) < fit.level[0][f].size())
      add(kFamilyKeys[f], fit.level[0][f][static_cast<std::size_t>(l)], l);
  }
  const std::int32_t step = history.step_at(deal, seen.as_of);
  if (const AheadFactors* factors = fit.step_of(step, 0)) add("step", (*factors)[0], step);
  add("recent", fit.recent[0], 0);
  add("correction", model.correction.ratio, 0);
  std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) {
    const auto force = [](const Reason& r) {
      return std::abs(std::log(std::max<double>(1, static_cast<double>(r.hundredths)) / 100));
    };
    return force(a) > force(b);
  });
  return reasons;
}

}  // namespace sales_leads::domain::forecast
