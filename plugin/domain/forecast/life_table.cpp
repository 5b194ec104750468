// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/life_table.h"
#include "domain/forecast/gamma.h"

#include <algorithm>
#include <cmath>

namespace sales_leads::domain::forecast {
namespace {

constexpr double kBaseWeight = 60;    // deal-days of the neighbours' rate in every band
constexpr double kPhaseWeight = 30;   // closings of "no season"
constexpr double kBothWeight = 2;     // of "no season of this age"
constexpr double kCohortWeight = 10;  // of "a month of entry like any other"
constexpr double kLightWeight = 0.2;  // of a deal that began before recording did, once there are enough others
constexpr std::int32_t kEnoughOwnCohorts = 3;
constexpr std::array<double, 9> kStrengths = {5, 10, 20, 40, 80, 160, 320, 1000, 3000};
constexpr double kFirstStrength = 100;
constexpr double kRecentWeight = 30;         // closings of "nothing has changed lately"
constexpr std::int32_t kRecentDays = 91;     // a quarter: every month of it once, so that no season shows as a change
constexpr std::int32_t kMostLandmarks = 12;  // days of the past from which what lay ahead is looked at
constexpr double kStepWeight = 5;            // closings of "where it stands says nothing"

/// Sums over band x phase x cohort, flat.
class Cells {
 public:
  Cells(std::size_t bands, std::size_t cohorts) : cohorts_(cohorts), values_(bands * kPhases * cohorts) {}
  double& at(std::size_t band, std::size_t phase, std::size_t cohort) {
    return values_[(band * kPhases + phase) * cohorts_ + cohort];
  }
  [[nodiscard]] double at(std::size_t band, std::size_t phase, std::size_t cohort) const {
    return values_[(band * kPhases + phase) * cohorts_ + cohort];
  }
  void clear() { std::fill(values_.begin(), values_.end(), 0.0); }

 private:
  std::size_t cohorts_;
  std::vector<double> values_;
};

class Fitter {
 public:
  Fitter(const Exposure& seen, const FitOptions& options)
      : seen_(seen),
        options_(options),
        bands_(seen.bands.count()),
        cohorts_(static_cast<std::size_t>(std::max(1, seen.cohorts))),
        season_(options.season && seen.two_phases),
        exposure_(bands_, cohorts_),
        light_(seen.own_cohorts >= kEnoughOwnCohorts ? kLightWeight : 1.0),
        product_(seen.rows.size(), 1.0),
        cumulative_(seen.rows.size()) {}

  Fit run() {
    for (std::size_t cause = 0; cause < kCauses; ++cause) {
      start(cause);
      for (std::int32_t round = 1; round <= options_.rounds; ++round) {
        if (round == 1 || family_factors_) expose();
        update_base(cause);
        if (season_) update_season(cause);
        if (options_.cohort) update_cohorts(cause);
        if (options_.families) update_families(cause, round == 3 || round == 6);
      }
      if (!seen_.history->stays.empty()) learn_steps(cause);
      if (options_.cohort) learn_recent(cause);
    }
    return std::move(fit_);
  }

 private:
  [[nodiscard]] double weight(const Exposure::Row& row) const { return row.light ? light_ : 1.0; }

  void start(std::size_t cause) {
    fit_.base[cause].assign(bands_, 0.0);
    fit_.phase[cause].fill(1.0);
    fit_.both[cause].assign(bands_, {1.0, 1.0, 1.0});
    fit_.cohort[cause].assign(cohorts_, 1.0);
    std::fill(product_.begin(), product_.end(), 1.0);
    for (std::size_t f = 0; f < kFamilies; ++f) {
      fit_.level[cause][f].assign(static_cast<std::size_t>(seen_.history->levels[f]), 1.0);
      fit_.strength[cause][f] = kFirstStrength;
      level_events_[f].assign(fit_.level[cause][f].size(), 0.0);
    }
    family_factors_ = false;
    events_ = Cells(bands_, cohorts_);
    total_events_ = 0;
    for (const Exposure::Entry& entry : seen_.entries) {
      for (std::size_t r = entry.begin; r < entry.end; ++r) {
        const Exposure::Row& row = seen_.rows[r];
        if (row.cause != static_cast<std::int8_t>(cause)) continue;
        const double w = weight(row);
        events_.at(seen_.bands.of(row.last_age), seen_.phase_of(entry.day + row.last_age),
                   static_cast<std::size_t>(entry.cohort)) += w;
        total_events_ += w;
        for (std::size_t f = 0; f < kFamilies; ++f) {
          const std::int32_t level = seen_.history->level[f][static_cast<std::size_t>(row.deal)];
          if (level >= 0) level_events_[f][static_cast<std::size_t>(level)] += w;
        }
      }
    }
  }

  /// Deal-days at risk, each weighted by its deal's factors.
  void expose() {
    exposure_.clear();
    std::vector<double>& leaving = scratch_;
    for (const Exposure::Entry& entry : seen_.entries) {
      const std::int32_t first = seen_.rows[entry.begin].first_age;
      const auto span = static_cast<std::size_t>(entry.last_age - first + 1);
      leaving.assign(span + 2, 0.0);
      double at_risk = 0;
      std::size_t last = 0;
      for (std::size_t r = entry.begin; r < entry.end; ++r) {
        const double part = weight(seen_.rows[r]) * product_[r];
        at_risk += part;
        const auto end = static_cast<std::size_t>(seen_.rows[r].last_age - first);
        leaving[end] += part;
        last = std::max(last, end);
      }
      for (std::size_t a = 0; a <= last; ++a) {
        const std::int32_t age = first + static_cast<std::int32_t>(a);
        exposure_.at(seen_.bands.of(age), seen_.phase_of(entry.day + age), static_cast<std::size_t>(entry.cohort)) +=
            at_risk;
        at_risk -= leaving[a];
      }
    }
  }

  void update_base(std::size_t cause) {
    std::vector<double> n(bands_), e(bands_);
    double all_e = 0;
    for (std::size_t b = 0; b < bands_; ++b) {
      for (std::size_t q = 0; q < kPhases; ++q) {
        const double by_phase = fit_.phase[cause][q] * fit_.both[cause][b][q];
        for (std::size_t k = 0; k < cohorts_; ++k) {
          n[b] += events_.at(b, q, k);
          e[b] += exposure_.at(b, q, k) * by_phase * fit_.cohort[cause][k];
        }
      }
      all_e += e[b];
    }
    const double overall = all_e > 0 ? total_events_ / all_e : 0;
    for (std::size_t b = 0; b < bands_; ++b) {
      double rate = overall;
      if (b + 2 < bands_) {
        const std::size_t from = b == 0 ? 0 : b - 1;
        double pooled_n = 0, pooled_e = 0;
        for (std::size_t x = from; x <= b + 1; ++x) {
          pooled_n += n[x];
          pooled_e += e[x];
        }
        rate = pooled_e > 0 ? pooled_n / pooled_e : overall;
      }
      fit_.base[cause][b] = (n[b] + kBaseWeight * rate) / (e[b] + kBaseWeight);
    }
  }

  void update_season(std::size_t cause) {
    auto& phase = fit_.phase[cause];
    auto& both = fit_.both[cause];
    for (std::size_t q = 0; q < kPhases; ++q) {
      double n = 0, mu = 0;
      for (std::size_t b = 0; b < bands_; ++b) {
        for (std::size_t k = 0; k < cohorts_; ++k) {
          n += events_.at(b, q, k);
          mu += exposure_.at(b, q, k) * fit_.base[cause][b] * both[b][q] * fit_.cohort[cause][k];
        }
      }
      phase[q] = (n + kPhaseWeight) / (mu + kPhaseWeight);
    }
    for (std::size_t b = 0; b < bands_; ++b) {
      for (std::size_t q = 0; q < kPhases; ++q) {
        double n = 0, mu = 0;
        for (std::size_t k = 0; k < cohorts_; ++k) {
          n += events_.at(b, q, k);
          mu += exposure_.at(b, q, k) * fit_.base[cause][b] * phase[q] * fit_.cohort[cause][k];
        }
        both[b][q] = (n + kBothWeight) / (mu + kBothWeight);
      }
    }
  }

  void update_cohorts(std::size_t cause) {
    for (std::size_t k = 0; k < cohorts_; ++k) {
      double n = 0, mu = 0;
      for (std::size_t b = 0; b < bands_; ++b) {
        for (std::size_t q = 0; q < kPhases; ++q) {
          n += events_.at(b, q, k);
          mu += exposure_.at(b, q, k) * fit_.base[cause][b] * fit_.phase[cause][q] * fit_.both[cause][b][q];
        }
      }
      fit_.cohort[cause][k] = (n + kCohortWeight) / (mu + kCohortWeight);
    }
  }

  void update_families(std::size_t cause, bool choose) {
    accumulate(cause);
    for (std::size_t f = 0; f < kFamilies; ++f) {
      auto& factors = fit_.level[cause][f];
      if (factors.size() < 2) continue;
      const auto& level = seen_.history->level[f];
      std::vector<double> mu(factors.size());
      for (std::size_t r = 0; r < seen_.rows.size(); ++r) {
        const std::int32_t l = level[static_cast<std::size_t>(seen_.rows[r].deal)];
        if (l < 0) continue;
        const auto at = static_cast<std::size_t>(l);
        mu[at] += cumulative_[r] * product_[r] / factors[at];
      }
      double& strength = fit_.strength[cause][f];
      if (choose) strength = best_strength(level_events_[f], mu);
      std::vector<double> turn(factors.size());
      for (std::size_t l = 0; l < factors.size(); ++l) {
        const double next = (level_events_[f][l] + strength) / (mu[l] + strength);
        turn[l] = next / factors[l];
        factors[l] = next;
      }
      for (std::size_t r = 0; r < seen_.rows.size(); ++r) {
        const std::int32_t l = level[static_cast<std::size_t>(seen_.rows[r].deal)];
        if (l >= 0) product_[r] *= turn[static_cast<std::size_t>(l)];
      }
      family_factors_ = true;
    }
  }

  /// Of each row: weight times the sum of its days' hazards without its level factors.
  void accumulate(std::size_t cause) {
    for (const Exposure::Entry& entry : seen_.entries) {
      const std::int32_t first = fill_path(cause, entry, scratch_);
      for (std::size_t r = entry.begin; r < entry.end; ++r) {
        cumulative_[r] = weight(seen_.rows[r]) * scratch_[static_cast<std::size_t>(seen_.rows[r].last_age - first)];
      }
    }
  }

  /// Whether the company wins or loses faster now than its whole history says.
  void learn_recent(std::size_t cause) {
    const Day from = seen_.as_of - kRecentDays;
    fit_.recent[cause] = 1;
    if (from <= seen_.recording_start) return;
    double n = 0, mu = 0;
    for (const Exposure::Entry& entry : seen_.entries) {
      const std::int32_t first = fill_path(cause, entry, scratch_);
      for (std::size_t r = entry.begin; r < entry.end; ++r) {
        const Exposure::Row& row = seen_.rows[r];
        const std::int32_t age = from - entry.day;
        if (row.last_age <= age) continue;
        const double before = age < first ? 0 : scratch_[static_cast<std::size_t>(age - first)];
        mu += weight(row) * product_[r] * (scratch_[static_cast<std::size_t>(row.last_age - first)] - before);
        if (row.cause == static_cast<std::int8_t>(cause)) n += weight(row);
      }
    }
    fit_.recent[cause] = (n + kRecentWeight) / (mu + kRecentWeight);
    for (double& rate : fit_.base[cause]) rate *= fit_.recent[cause];
  }

  /// From days of the past: of the deals that stood in a step then, how many were won or lost in each part of what lay
  /// ahead, against what all other factors foretell. Later moves are so taken in, whatever ways deals go.
  void learn_steps(std::size_t cause) {
    fit_.ahead_days = std::max(7, seen_.usual_age / static_cast<std::int32_t>(kAhead - 1));
    const std::int32_t apart = std::max(fit_.ahead_days, (seen_.as_of - seen_.recording_start) / (kMostLandmarks + 1));
    std::vector<Day> landmarks;
    for (Day day = seen_.as_of - apart; day > seen_.recording_start; day -= apart) landmarks.push_back(day);
    const auto steps = static_cast<std::size_t>(seen_.history->steps);
    std::vector<AheadFactors> n(steps, AheadFactors{}), mu(steps, AheadFactors{});
    double counted = 0;
    std::vector<double>& path = scratch_;
    for (const Exposure::Entry& entry : seen_.entries) {
      const std::int32_t first = fill_path(cause, entry, path);
      for (std::size_t r = entry.begin; r < entry.end; ++r) {
        const Exposure::Row& row = seen_.rows[r];
        const double part = weight(row) * product_[r];
        bool once = false;
        for (const Day day : landmarks) {
          const std::int32_t age = day - entry.day;
          if (age + 1 < first || age >= row.last_age) continue;
          const std::int32_t step = seen_.history->step_at(static_cast<std::size_t>(row.deal), day);
          if (step < 0) continue;
          const auto s = static_cast<std::size_t>(step);
          for (std::size_t b = 0; b < kAhead; ++b) {
            const std::int32_t from = age + static_cast<std::int32_t>(b) * fit_.ahead_days;
            const std::int32_t to = b + 1 == kAhead ? row.last_age : std::min(row.last_age, from + fit_.ahead_days);
            if (from >= row.last_age) break;
            const double before = from < first ? 0 : path[static_cast<std::size_t>(from - first)];
            mu[s][b] += part * (path[static_cast<std::size_t>(to - first)] - before);
            if (row.cause == static_cast<std::int8_t>(cause) && to == row.last_age) {
              n[s][b] += weight(row);
              once = true;
            }
          }
        }
        counted += once ? weight(row) : 0;
      }
    }
    double seen_n = 0;
    for (const AheadFactors& of : n) {
      for (const double x : of) seen_n += x;
    }
    // One closing is seen from several days: it still is one.
    const double often = counted > 0 ? std::max(1.0, seen_n / counted) : 1;
    fit_.step[cause].assign(steps, AheadFactors{1, 1, 1, 1, 1});
    for (std::size_t s = 0; s < steps; ++s) {
      for (std::size_t b = 0; b < kAhead; ++b) {
        fit_.step[cause][s][b] = (n[s][b] / often + kStepWeight) / (mu[s][b] / often + kStepWeight);
      }
    }
  }

  /// Sums of an entry's daily hazards without level factors, from its first age on, which is answered.
  std::int32_t fill_path(std::size_t cause, const Exposure::Entry& entry, std::vector<double>& path) const {
    const std::int32_t first = seen_.rows[entry.begin].first_age;
    const auto span = static_cast<std::size_t>(entry.last_age - first + 1);
    path.assign(span + 1, 0.0);
    const double cohort = fit_.cohort[cause][static_cast<std::size_t>(entry.cohort)];
    double sum = 0;
    for (std::size_t a = 0; a < span; ++a) {
      const std::int32_t age = first + static_cast<std::int32_t>(a);
      const std::size_t band = seen_.bands.of(age), q = seen_.phase_of(entry.day + age);
      sum += fit_.base[cause][band] * fit_.phase[cause][q] * fit_.both[cause][band][q] * cohort;
      path[a] = sum;
    }
    return first;
  }

  /// The weight of "like all others" that makes the counts of the levels most likely.
  static double best_strength(const std::vector<double>& n, const std::vector<double>& mu) {
    double best = kStrengths.back(), best_likelihood = -1e300;
    for (const double strength : kStrengths) {
      double likelihood = 0;
      for (std::size_t l = 0; l < n.size(); ++l) {
        likelihood += log_gamma(n[l] + strength) - log_gamma(strength) + strength * std::log(strength) -
                      (n[l] + strength) * std::log(mu[l] + strength);
      }
      if (likelihood > best_likelihood) {
        best_likelihood = likelihood;
        best = strength;
      }
    }
    return best;
  }

  const Exposure& seen_;
  const FitOptions options_;
  const std::size_t bands_, cohorts_;
  const bool season_;
  Cells exposure_, events_{0, 0};
  const double light_;
  std::vector<double> product_, cumulative_, scratch_;
  std::array<std::vector<double>, kFamilies> level_events_;
  double total_events_ = 0;
  bool family_factors_ = false;
  Fit fit_;
};

}  // namespace

double Fit::levels_of(const History& history, std::size_t deal, std::size_t cause) const {
  double product = 1;
  for (std::size_t f = 0; f < kFamilies; ++f) {
    const std::int32_t l = history.level[f][deal];
    if (l >= 0 && static_cast<std::size_t>(l) < level[cause][f].size())
      product *= level[cause][f][static_cast<std::size_t>(l)];
  }
  return product;
}

Fit fit_life_table(const Exposure& seen, const FitOptions& options) { return Fitter(seen, options).run(); }

}  // namespace sales_leads::domain::forecast
