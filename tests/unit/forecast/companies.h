// SPDX-License-Identifier: Apache-2.0
//
// Generated companies whose hazards are known, and the scores of a forecast against what then happened to them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "domain/forecast/forecaster.h"

namespace companies {

using namespace sales_leads::domain::forecast;
using sales_leads::domain::Day;

/// The same numbers on every machine: splitmix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  double unit() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
  }
  int below(int n) { return static_cast<int>(unit() * n); }

 private:
  std::uint64_t state_;
};

struct Step {
  double onward = 0.01, won = 0, lost = 0.001;  // daily
  int probability = 1000;                       // that the company configured, basis points
};

struct Company {
  int deals = 1000;
  Day first = 16'000;  // 2013-10-22
  int days = 1500;     // over which deals come in
  std::vector<Step> steps{{0.02, 0.0, 0.01, 2500}};
  double trend = 0;  // change of the winning hazard over the whole time, in parts
  bool record_losses = true;
  int sellers = 4;
  double strong_seller = 1;  // winning hazard of seller 0 against the others
};

/// The whole future of a company; a forecast sees it as of a day.
inline History whole(const Company& company, std::uint64_t seed) {
  Dice dice(seed);
  History h;
  h.levels = {1, company.sellers, 0, 0, 0};
  h.steps = static_cast<std::int32_t>(company.steps.size());
  for (int i = 0; i < company.deals; ++i) {
    const Day entry = company.first + static_cast<Day>(static_cast<std::int64_t>(i) * company.days / company.deals);
    const int seller = dice.below(company.sellers);
    std::size_t step = 0;
    Day day = entry, since = entry;
    Outcome outcome = Outcome::open;
    const double strength = seller == 0 ? company.strong_seller : 1;
    while (outcome == Outcome::open && day < entry + 4000) {
      ++day;
      const Step& now = company.steps[step];
      const double trend = 1 + company.trend * (day - company.first) / company.days;
      const double x = dice.unit(), won = now.won * strength * trend;
      if (x < won) {
        outcome = Outcome::won;
      } else if (x < won + now.lost) {
        outcome = Outcome::lost;
      } else if (x < won + now.lost + now.onward && step + 1 < company.steps.size()) {
        h.stays.push_back({i, static_cast<std::int32_t>(step), since, day});
        since = day;
        ++step;
      }
    }
    // A loss that nobody records leaves the deal where it stands.
    const bool told = outcome == Outcome::won || (outcome == Outcome::lost && company.record_losses);
    h.stays.push_back({i, static_cast<std::int32_t>(step), since, told ? day : kNever});
    h.id.push_back(i + 1);
    h.entry.push_back(entry);
    h.close.push_back(told ? day : kNever);
    h.outcome.push_back(told ? outcome : Outcome::open);
    h.level[0].push_back(0);
    h.level[1].push_back(seller);
    for (std::size_t f = 2; f < kFamilies; ++f) h.level[f].push_back(-1);
    h.value.push_back(100'000);
    h.won_value.push_back(outcome == Outcome::won ? 100'000 : 0);
    h.step_p.push_back(-1);
    h.untried.push_back(0);
    h.step.push_back(-1);
  }
  h.put_in_order();
  return h;
}

/// As it was at the end of the day: what a store would read.
inline History as_of(const Company& company, const History& all, Day day) {
  History h = all;
  h.stays.clear();
  for (const StepStay& stay : all.stays) {
    if (stay.from > day) continue;
    h.stays.push_back({stay.deal, stay.step, stay.from, stay.to > day ? kNever : stay.to});
  }
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (h.close[i] > day) {
      h.close[i] = kNever;
      h.outcome[i] = Outcome::open;
      h.won_value[i] = 0;
    }
    if (h.outcome[i] == Outcome::open && h.entry[i] <= day) {
      h.step[i] = h.step_at(i, day);
      if (h.step[i] >= 0) h.step_p[i] = company.steps[static_cast<std::size_t>(h.step[i])].probability;
    }
  }
  return h;
}

struct Scores {
  double brier = 0, steps_brier = 0, mean_p = 0, rate = 0, expected_variance = 0;
  int n = 0;
  double wins = 0;  // of the quarter before: what is learnt from them is known no better than they are many
  /// How many standard deviations the mean is off, by chance in what came and in what was learnt from.
  [[nodiscard]] double miss() const {
    if (n == 0) return 0;
    const double learnt = mean_p * n * mean_p * n / std::max(1.0, wins);
    return (mean_p - rate) * n / std::sqrt(std::max(1e-9, expected_variance + learnt));
  }
};

/// Of the chance to be won within `days` (0 = within the model's horizon).
inline void add_scores(const Company& company, const History& all, Day day, int days, Scores& scores) {
  const History seen = as_of(company, all, day);
  const Model model = build_model(seen, day, 1);
  const auto open = open_deals(seen, day);
  const int until = days == 0 ? model.horizon : days;
  for (std::size_t i = 0; i < all.size(); ++i)
    scores.wins += all.outcome[i] == Outcome::won && all.close[i] <= day && all.close[i] > day - 91 ? 1 : 0;
  const auto chances = model.chances(seen, open, {until});
  for (std::size_t d = 0; d < open.size(); ++d) {
    const std::size_t i = open[d];
    const double p = days == 0 ? chances[d * 2 + 1] : chances[d * 2];
    const double by_step = (seen.step_p[i] < 0 ? 5000 : seen.step_p[i]) / 1e4;
    const bool won = all.outcome[i] == Outcome::won && all.close[i] <= day + until;
    scores.brier += (p - won) * (p - won);
    scores.steps_brier += (by_step - won) * (by_step - won);
    scores.mean_p += p;
    scores.rate += won;
    scores.expected_variance += p * (1 - p);
    ++scores.n;
  }
}

inline Scores finished(Scores scores) {
  const double n = std::max(1, scores.n);
  scores.brier /= n;
  scores.steps_brier /= n;
  scores.mean_p /= n;
  scores.rate /= n;
  return scores;
}

}  // namespace companies
