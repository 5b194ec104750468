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
constexpr double kLevelWeight = 10;  // closings of "as ever" that the level of closing begins with
constexpr std::int32_t kMonthDays = 30;
constexpr std::size_t kMostPeriods = 60;
/// How much of what is known of the level lasts from one period to the next; 1 = it never changes.
constexpr std::array<double, 7> kLasting = {1, 0.97, 0.93, 0.87, 0.8, 0.7, 0.5};
/// How fast it may move one way, in logarithms a month, and how likely that is beforehand.
constexpr std::array<double, 5> kDrifts = {-0.12, -0.06, 0, 0.06, 0.12}, kDriftChance = {0.1, 0.1, 0.6, 0.1, 0.1};
constexpr std::int32_t kMostLandmarks = 12;  // days of the past from which what lay ahead is looked at
constexpr double kStepWeight = 5;            // closings of "where it stands says nothing"
constexpr std::int32_t kRounds = 12;
constexpr std::size_t kSlice = 200'000;  // rows
/// Rounds that look at the levels too: these factors move little once the others are near, and cost the most.
constexpr bool looks_at_levels(std::int32_t round) { return round <= 3 || round % 3 == 0; }
constexpr bool chooses_strength(std::int32_t round) { return round == 3 || round == 6; }

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

}  // namespace

struct LifeTableFit::Impl {
  Impl(const Exposure& seen, const FitOptions& options, const Fit* known)
      : seen_(seen),
        options_(options),
        known_(known),
        bands_(seen.bands.count()),
        cohorts_(static_cast<std::size_t>(std::max(1, seen.cohorts))),
        season_(options.season && seen.two_phases),
        exposure_(bands_, cohorts_),
        light_(seen.own_cohorts >= kEnoughOwnCohorts ? kLightWeight : 1.0),
        product_(seen.rows.size(), 1.0),
        cumulative_(known == nullptr ? seen.rows.size() : 0) {
    start();
  }

  /// One slice: some rows of the pass that is on, and what follows from it once it is through.
  bool step() {
    switch (pass_) {
      case Pass::events:
        if (over_entries([this](const Exposure::Entry& entry) { count_events(entry); })) pass_ = Pass::expose;
        return true;
      case Pass::expose:
        if (at_ == 0) exposure_.clear();
        if (over_entries([this](const Exposure::Entry& entry) { expose(entry); })) update_cells();
        return true;
      case Pass::accumulate:
        if (over_entries([this](const Exposure::Entry& entry) { accumulate(entry); })) begin_family(0);
        return true;
      case Pass::family:
        if (over_rows()) end_family();
        return true;
      case Pass::steps:
        if (over_entries([this](const Exposure::Entry& entry) { look_back(entry); })) end_steps();
        return true;
      case Pass::recent:
        if (over_entries([this](const Exposure::Entry& entry) { look_at_recent(entry); })) end_recent();
        return pass_ != Pass::done;
      case Pass::done:
        return false;
    }
    return false;
  }

  Fit take() { return std::move(fit_); }

 private:
  enum class Pass { events, expose, accumulate, family, steps, recent, done };

  /// Goes on with the entries; true when all were seen, and the next pass begins with the first again.
  template <class See>
  bool over_entries(See see) {
    const std::size_t rows = seen_.rows.size();
    const std::size_t end = std::min(rows, row_ + kSlice);
    while (at_ < seen_.entries.size() && row_ < end) {
      see(seen_.entries[at_]);
      row_ = seen_.entries[at_++].end;
    }
    if (at_ < seen_.entries.size()) return false;
    at_ = row_ = 0;
    return true;
  }

  [[nodiscard]] double weight(const Exposure::Row& row) const { return row.light ? light_ : 1.0; }

  void start() {
    const std::size_t cause = cause_;
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
    if (known_ != nullptr) {
      fit_.level[cause] = known_->level[cause];
      fit_.strength[cause] = known_->strength[cause];
    }
    turn_.clear();
    events_ = Cells(bands_, cohorts_);
    total_events_ = 0;
    round_ = 1;
    pass_ = Pass::events;
  }

  void count_events(const Exposure::Entry& entry) {
    const auto cause = static_cast<std::int8_t>(cause_);
    for (std::size_t r = entry.begin; r < entry.end; ++r) {
      const Exposure::Row& row = seen_.rows[r];
      if (known_ != nullptr) product_[r] = fit_.levels_of(*seen_.history, static_cast<std::size_t>(row.deal), cause_);
      if (row.cause != cause) continue;
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

  /// Deal-days at risk, each weighted by its deal's factors.
  void expose(const Exposure::Entry& entry) {
    std::vector<double>& leaving = scratch_;
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
    const std::int8_t* phase = phases_from(entry, first);
    for (std::size_t a = 0; a <= last; ++a) {
      exposure_.at(seen_.bands.of(first + static_cast<std::int32_t>(a)), static_cast<std::size_t>(phase[a]),
                   static_cast<std::size_t>(entry.cohort)) += at_risk;
      at_risk -= leaving[a];
    }
  }

  /// Every factor by turns; until the levels are looked at again, the deal-days at risk stay what they are.
  void update_cells() {
    for (; round_ <= kRounds; ++round_) {
      update_base(cause_);
      if (season_) update_season(cause_);
      if (options_.cohort) update_cohorts(cause_);
      if (known_ == nullptr && looks_at_levels(round_)) {
        pass_ = Pass::accumulate;
        return;
      }
    }
    begin_steps();
  }

  void begin_steps() {
    pass_ = Pass::steps;
    if (seen_.history->stays.empty()) return begin_recent();
    const auto steps = static_cast<std::size_t>(seen_.history->steps);
    fit_.ahead_days = std::max(7, seen_.usual_age / static_cast<std::int32_t>(kAhead - 1));
    apart_ = std::max(fit_.ahead_days, (seen_.as_of - seen_.recording_start) / (kMostLandmarks + 1));
    step_n_.assign(steps, AheadFactors{});
    step_mu_.assign(steps, AheadFactors{});
    step_counted_ = 0;
    stay_ = 0;
  }

  void begin_recent() {
    pass_ = Pass::recent;
    const std::int32_t days = std::max(1, seen_.days());
    const auto periods = std::min(kMostPeriods, static_cast<std::size_t>((days - 1) / kMonthDays + 1));
    period_n_.assign(periods, 0.0);
    period_mu_.assign(periods, 0.0);
  }

  void next_cause() {
    if (++cause_ == kCauses) {
      pass_ = Pass::done;
    } else {
      start();
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
      double pooled_n = 0, pooled_e = 0;
      for (std::size_t x = b == 0 ? 0 : b - 1; x <= std::min(b + 1, bands_ - 1); ++x) {
        pooled_n += n[x];
        pooled_e += e[x];
      }
      // An age that nothing has reached yet goes on like the one before it.
      const double rate = pooled_e > 0 ? pooled_n / pooled_e : b > 0 ? fit_.base[cause][b - 1] * fading(b) : overall;
      fit_.base[cause][b] = (n[b] + kBaseWeight * rate) / (e[b] + kBaseWeight);
    }
  }

  /// Where losses are never recorded, those who stay are more and more the lost ones: what is won of them goes on to
  /// fall with age, as fast as the wins come to an end.
  [[nodiscard]] double fading(std::size_t band) const {
    if (seen_.lost > 0) return 1;
    return std::exp((seen_.bands.first(band - 1) - seen_.bands.first(band)) / seen_.mean_won_age);
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

  /// Of each row: weight times the sum of its days' hazards without its level factors.
  void accumulate(const Exposure::Entry& entry) {
    const std::int32_t first = fill_path(cause_, entry, scratch_);
    for (std::size_t r = entry.begin; r < entry.end; ++r) {
      cumulative_[r] = weight(seen_.rows[r]) * scratch_[static_cast<std::size_t>(seen_.rows[r].last_age - first)];
    }
  }

  void begin_family(std::size_t family) {
    pass_ = Pass::family;
    family_ = family;
    mu_.assign(family < kFamilies ? fit_.level[cause_][family].size() : 0, 0.0);
  }

  /// In one go: the rows take what the family before has turned, and are summed by the level of this one.
  bool over_rows() {
    static const std::vector<std::int32_t> kNone;
    const auto& level = family_ < kFamilies ? seen_.history->level[family_] : kNone;
    const auto& level_before = family_ > 0 ? seen_.history->level[family_ - 1] : kNone;
    const bool turns = !turn_.empty(), sums = mu_.size() >= 2;
    const std::size_t end = turns || sums ? std::min(seen_.rows.size(), row_ + kSlice) : seen_.rows.size();
    for (; (turns || sums) && row_ < end; ++row_) {
      const auto deal = static_cast<std::size_t>(seen_.rows[row_].deal);
      if (turns) {
        if (const std::int32_t l = level_before[deal]; l >= 0) product_[row_] *= turn_[static_cast<std::size_t>(l)];
      }
      if (!sums) continue;
      if (const std::int32_t l = level[deal]; l >= 0)
        mu_[static_cast<std::size_t>(l)] += cumulative_[row_] * product_[row_];
    }
    if (end < seen_.rows.size()) return false;
    row_ = 0;
    return true;
  }

  void end_family() {
    turn_.clear();
    if (family_ == kFamilies) {  // the last turn is taken
      ++round_;
      pass_ = Pass::expose;
      return;
    }
    auto& factors = fit_.level[cause_][family_];
    if (factors.size() >= 2) {
      double& strength = fit_.strength[cause_][family_];
      for (std::size_t l = 0; l < factors.size(); ++l) mu_[l] /= factors[l];
      if (chooses_strength(round_)) strength = best_strength(level_events_[family_], mu_);
      turn_.resize(factors.size());
      for (std::size_t l = 0; l < factors.size(); ++l) {
        const double next = (level_events_[family_][l] + strength) / (mu_[l] + strength);
        turn_[l] = next / factors[l];
        factors[l] = next;
      }
    }
    begin_family(family_ + 1);
  }

  /// Closings of each period before today, and what all other factors make of its deal-days.
  void look_at_recent(const Exposure::Entry& entry) {
    const std::int32_t first = fill_path(cause_, entry, scratch_);
    const std::int32_t born = seen_.as_of - entry.day;
    const auto period_of = [&](std::int32_t age) {
      return std::min(period_n_.size() - 1, static_cast<std::size_t>((born - age) / kMonthDays));
    };
    for (std::size_t r = entry.begin; r < entry.end; ++r) {
      const Exposure::Row& row = seen_.rows[r];
      const double part = weight(row) * product_[r];
      double before = 0;
      for (std::size_t period = period_of(first), last = period_of(row.last_age);; --period) {
        const std::int32_t until =
            period == last ? row.last_age : born - static_cast<std::int32_t>(period) * kMonthDays;
        const double now = until < first ? 0 : scratch_[static_cast<std::size_t>(until - first)];
        period_mu_[period] += part * (now - before);
        before = now;
        if (period == last) break;
      }
      if (row.cause == static_cast<std::int8_t>(cause_)) period_n_[period_of(row.last_age)] += weight(row);
    }
  }

  /// Whether the company wins or loses faster now than its whole history says: a level that may drift, followed from
  /// the oldest month on (a gamma-Poisson filter that forgets), perhaps one way for long. How fast it forgets and
  /// drifts is told by how well each pace would have foretold every next month; all paces count by that. A season of a
  /// quarter goes up and down: no pace foretells it, so that it does not show as a change.
  void end_recent() {
    std::array<std::array<double, kDrifts.size()>, kLasting.size()> level{}, likelihood{};
    double best = -1e300;
    for (std::size_t d = 0; d < kLasting.size(); ++d) {
      for (std::size_t g = 0; g < kDrifts.size(); ++g) {
        const double drift = std::exp(-kDrifts[g]);
        double events = kLevelWeight, expected = kLevelWeight, score = std::log(kDriftChance[g]);
        for (std::size_t period = period_n_.size(); period-- > 0;) {
          const double n = period_n_[period], mu = period_mu_[period];
          events *= kLasting[d];
          expected *= kLasting[d] * drift;
          if (mu > 0)
            score += log_gamma(events + n) - log_gamma(events) + events * std::log(expected / (expected + mu)) +
                     n * std::log(mu / (expected + mu));
          events += n;
          expected += mu;
        }
        level[d][g] = events / (expected * drift);
        likelihood[d][g] = score;
        best = std::max(best, score);
      }
    }
    double sum = 0, weights = 0;
    for (std::size_t d = 0; d < kLasting.size(); ++d) {
      for (std::size_t g = 0; g < kDrifts.size(); ++g) {
        const double chance = std::exp(likelihood[d][g] - best);
        sum += chance * level[d][g];
        weights += chance;
      }
    }
    fit_.recent[cause_] = sum / weights;
    for (double& rate : fit_.base[cause_]) rate *= fit_.recent[cause_];
    next_cause();
  }

  /// From days of the past: of the deals that stood in a step then, how many were won or lost in each part of what lay
  /// ahead, against what all other factors foretell. Later moves are so taken in, whatever ways deals go.
  void look_back(const Exposure::Entry& entry) {
    const auto& stays = seen_.history->stays;
    const std::vector<double>& path = scratch_;
    const std::int32_t first = fill_path(cause_, entry, scratch_);
    for (std::size_t r = entry.begin; r < entry.end; ++r) {
      const Exposure::Row& row = seen_.rows[r];
      // Rows and stays stand in the same order of deals: both are walked through once.
      while (stay_ < stays.size() && stays[stay_].deal < row.deal) ++stay_;
      std::size_t end = stay_;
      while (end < stays.size() && stays[end].deal == row.deal) ++end;
      if (end == stay_) continue;
      const double part = weight(row) * product_[r];
      bool once = false;
      // Landmarks at as_of less a multiple of apart_, within the ages that this row was at risk at.
      const std::int32_t born = seen_.as_of - entry.day;
      const std::int32_t least = std::max(1, (born - row.last_age) / apart_ + 1);
      const std::int32_t most =
          std::min((born - first + 1) / apart_, (seen_.as_of - seen_.recording_start - 1) / apart_);
      for (std::int32_t k = least; k <= most; ++k) {
        const std::int32_t age = born - k * apart_;
        const std::int32_t step = step_then(stay_, end, seen_.as_of - k * apart_);
        if (step < 0) continue;
        const auto s = static_cast<std::size_t>(step);
        for (std::size_t b = 0; b < kAhead; ++b) {
          const std::int32_t from = age + static_cast<std::int32_t>(b) * fit_.ahead_days;
          const std::int32_t to = b + 1 == kAhead ? row.last_age : std::min(row.last_age, from + fit_.ahead_days);
          if (from >= row.last_age) break;
          const double before = from < first ? 0 : path[static_cast<std::size_t>(from - first)];
          step_mu_[s][b] += part * (path[static_cast<std::size_t>(to - first)] - before);
          if (row.cause == static_cast<std::int8_t>(cause_) && to == row.last_age) {
            step_n_[s][b] += weight(row);
            once = true;
          }
        }
      }
      step_counted_ += once ? weight(row) : 0;
    }
  }

  [[nodiscard]] std::int32_t step_then(std::size_t begin, std::size_t end, Day day) const {
    std::int32_t found = -1;
    for (std::size_t s = begin; s < end && seen_.history->stays[s].from <= day; ++s) {
      if (day < seen_.history->stays[s].to) found = seen_.history->stays[s].step;
    }
    return found;
  }

  void end_steps() {
    double seen_n = 0;
    for (const AheadFactors& of : step_n_) {
      for (const double x : of) seen_n += x;
    }
    // One closing is seen from several days: it still is one.
    const double often = step_counted_ > 0 ? std::max(1.0, seen_n / step_counted_) : 1;
    fit_.step[cause_].assign(step_n_.size(), AheadFactors{1, 1, 1, 1, 1});
    for (std::size_t s = 0; s < step_n_.size(); ++s) {
      for (std::size_t b = 0; b < kAhead; ++b) {
        fit_.step[cause_][s][b] = (step_n_[s][b] / often + kStepWeight) / (step_mu_[s][b] / often + kStepWeight);
      }
    }
    begin_recent();
  }

  /// Sums of an entry's daily hazards without level factors, from its first age on, which is answered.
  std::int32_t fill_path(std::size_t cause, const Exposure::Entry& entry, std::vector<double>& path) {
    if (&entry == &seen_.entries.front()) {  // a pass begins: nothing changes until its end
      rates_.resize(bands_ * kPhases);
      for (std::size_t band = 0; band < bands_; ++band) {
        for (std::size_t q = 0; q < kPhases; ++q)
          rates_[band * kPhases + q] = fit_.base[cause][band] * fit_.phase[cause][q] * fit_.both[cause][band][q];
      }
    }
    const std::int32_t first = seen_.rows[entry.begin].first_age;
    const auto span = static_cast<std::size_t>(entry.last_age - first + 1);
    path.assign(span + 1, 0.0);
    const double cohort = fit_.cohort[cause][static_cast<std::size_t>(entry.cohort)];
    const std::int8_t* phase = phases_from(entry, first);
    double sum = 0;
    for (std::size_t a = 0; a < span; ++a) {
      const std::size_t band = seen_.bands.of(first + static_cast<std::int32_t>(a));
      sum += rates_[band * kPhases + static_cast<std::size_t>(phase[a])];
      path[a] = sum * cohort;
    }
    return first;
  }

  /// By day from that age on; no deal is at risk before recording began or after today.
  [[nodiscard]] const std::int8_t* phases_from(const Exposure::Entry& entry, std::int32_t age) const {
    return &seen_.phase[static_cast<std::size_t>(entry.day + age - seen_.recording_start)];
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
  const Fit* known_;
  const std::size_t bands_, cohorts_;
  const bool season_;
  Cells exposure_, events_{0, 0};
  const double light_;
  std::vector<double> rates_;                           // by band and phase, of the pass that is on
  std::vector<double> product_, cumulative_, scratch_;  // product_: of a row's level factors
  std::array<std::vector<double>, kFamilies> level_events_;
  double total_events_ = 0;
  std::size_t cause_ = 0, family_ = 0, at_ = 0, row_ = 0, stay_ = 0;
  std::int32_t round_ = 1, apart_ = 1;
  std::vector<double> mu_, turn_;
  std::vector<AheadFactors> step_n_, step_mu_;
  double step_counted_ = 0;
  std::vector<double> period_n_, period_mu_;  // by period before today
  Pass pass_ = Pass::events;
  Fit fit_;
};

double Fit::levels_of(const History& history, std::size_t deal, std::size_t cause) const {
  double product = 1;
  for (std::size_t f = 0; f < kFamilies; ++f) {
    const std::int32_t l = history.level[f][deal];
    if (l >= 0 && static_cast<std::size_t>(l) < level[cause][f].size())
      product *= level[cause][f][static_cast<std::size_t>(l)];
  }
  return product;
}

LifeTableFit::LifeTableFit(const Exposure& seen, const FitOptions& options, const Fit* known)
    : impl_(std::make_unique<Impl>(seen, options, known)) {}
LifeTableFit::~LifeTableFit() = default;
bool LifeTableFit::step() { return impl_->step(); }
Fit LifeTableFit::take() { return impl_->take(); }

Fit fit_life_table(const Exposure& seen, const FitOptions& options, const Fit* known) {
  LifeTableFit fit(seen, options, known);
  while (fit.step()) {
  }
  return fit.take();
}

}  // namespace sales_leads::domain::forecast
