// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/run_rate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sales_leads::domain::forecast {
namespace {

constexpr double kPhaseWeight = 0.5;    // months of "like any other"
constexpr std::int32_t kLateStart = 3;  // days into a month after which it does not count as full
constexpr std::size_t kRules = 3;
constexpr std::int32_t kLives = 2;  // of deals, until as many end as begin
constexpr double kFalling = 0.6;

}  // namespace

RunRate::RunRate(const History& history, const Exposure& seen, double season)
    : fiscal_first_month_(seen.fiscal_first_month), season_(season) {
  std::int32_t first = month_number(seen.recording_start);
  if (seen.recording_start - first_of_month(first) > kLateStart) ++first;
  const std::int32_t after = month_number(seen.as_of + 1);  // first month that is not full
  // A company that began with no deals sells little until the first ones have lived: those months are none like later
  // ones.
  if (!seen.entries.empty()) {
    const Day settled = seen.entries.front().day + kLives * seen.usual_age;
    while (first + 1 < after && first_of_month(first) < settled) ++first;
  }
  for (std::int32_t m = first; m < after; ++m) months_.push_back({m, 0});
  double all = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history.outcome[i] != Outcome::won || history.close[i] > seen.as_of) continue;
    const auto value = static_cast<double>(history.won_value[i]);
    all += value;
    const std::int32_t m = month_number(history.close[i]) - first;
    if (m >= 0 && m < static_cast<std::int32_t>(months_.size())) months_[static_cast<std::size_t>(m)].won += value;
  }
  daily_ = all / std::max(1, seen.days());
}

double RunRate::mean(std::size_t known) const {
  double sum = 0;
  for (std::size_t m = 0; m < known; ++m) sum += months_[m].won;
  return known > 0 ? sum / static_cast<double>(known) : 0;
}

double RunRate::same_phase(std::size_t known, std::int32_t number) const {
  double sum = kPhaseWeight * mean(known), count = kPhaseWeight;
  for (std::size_t m = 0; m < known; ++m) {
    if ((months_[m].number - number) % 3 != 0) continue;
    sum += months_[m].won;
    count += 1;
  }
  return sum / count;
}

double RunRate::falling(std::size_t known) const {
  double sum = 0, weights = 0, weight = 1;
  for (std::size_t m = known; m-- > 0; weight *= kFalling) {
    sum += weight * months_[m].won;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

double RunRate::rule(std::size_t rule, std::size_t known, std::int32_t number) const {
  return rule == 0 ? same_phase(known, number) : rule == 1 ? months_[known - 1].won : falling(known);
}

double RunRate::whole_month(std::int32_t number) const {
  const std::size_t known = months_.size();
  if (known == 0) return daily_ * 30.4;
  std::array<int, 3> phases{};
  for (const Month& month : months_) ++phases[static_cast<std::size_t>(month.number % 3)];
  if (*std::min_element(phases.begin(), phases.end()) >= 2) return same_phase(known, number);
  std::array<double, kRules> error{};
  double sum = 0, weights = 0;
  const double floor = 0.05 * mean(known);  // no rule is perfect after two months
  for (std::size_t r = 0; r < kRules; ++r) {
    error[r] = floor * floor;
    for (std::size_t m = 1; m < known; ++m) {
      const double miss = rule(r, m, months_[m].number) - months_[m].won;
      error[r] += miss * miss;
    }
    const double weight = 1 / std::max(error[r], 1e-9);
    sum += weight * rule(r, known, number);
    weights += weight;
  }
  return season_ * same_phase(known, number) + (1 - season_) * sum / weights;
}

double RunRate::level(Day month, Day from) const {
  const std::int32_t number = month_number(month);
  const Day after = first_of_month(number + 1);
  return whole_month(number) * (after - std::max(from, month)) / static_cast<double>(after - month);
}

}  // namespace sales_leads::domain::forecast
