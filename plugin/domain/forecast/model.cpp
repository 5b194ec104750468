// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "domain/forecast/projection.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr std::array<std::int32_t, 3> kLags = {30, 60, 90};
constexpr std::array<std::int32_t, 3> kShifts = {0, 15, 30};
constexpr double kRatioWeight = 100;  // deals of "as foretold"
constexpr double kMostRatio = 1.25;
constexpr double kMostChance = 0.98;
constexpr double kDependence = 20;  // rows of one company are not independent: their scores count a twentieth
constexpr std::int64_t kEnoughClosings = 80;
constexpr std::int32_t kEnoughDays = 60;
constexpr std::size_t kSample = 20'000;  // deals that a back-dated forecast looks at
constexpr std::int32_t kHorizonUnlost = 365;
constexpr std::int32_t kDefaultCycle = 60;
constexpr double kStepWeight = 20;  // deals of "the steps are right"
constexpr double kDefaultStep = 0.5;
constexpr double kMostPromised = 0.9;  // however sure the steps are, many wins without a loss are strange
constexpr double kUntriedWeight = 10;  // closings after which a step that nothing ever left is worth half

constexpr double kProductWeight = 20;  // deals of "a product like all others"
constexpr double kEnoughWins = 3;      // from which on a product's own mean says more

double log_score(double chance, bool won) {
  const double p = std::clamp(chance, 0.001, 0.999);
  return std::log(won ? p : 1 - p);
}

double step_chance(double p, double cycle, std::int32_t days) {
  return p * (1 - std::pow(1 - 1 / std::max(1.0, cycle), days));
}

struct BackDated {
  Day origin = 0;
  std::int32_t days = 30;
  std::vector<std::size_t> deals;
  std::vector<std::uint8_t> won;
  std::array<std::vector<double>, kVariants> chance;
  std::int64_t closings = 0;
  std::int32_t history_days = 0;
};

std::int32_t horizon_of(const Exposure& seen) {
  const std::int32_t closes = seen.bands.horizon();
  return seen.lost == 0 ? std::max(closes, kHorizonUnlost) : closes;
}

}  // namespace

std::vector<std::size_t> open_deals(const History& history, Day as_of) {
  std::vector<std::size_t> deals;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history.entry[i] > as_of) continue;
    if (history.outcome[i] != Outcome::open && history.close[i] <= as_of) continue;
    deals.push_back(i);
  }
  return deals;
}

Values learn_values(const History& history, Day as_of) {
  const auto products = static_cast<std::size_t>(history.levels[0]);
  std::vector<double> sum(products), count(products);
  Values values;
  double n = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history.outcome[i] != Outcome::won || history.close[i] > as_of) continue;
    const auto value = static_cast<double>(history.won_value[i]);
    values.mean += value;
    values.square += value * value;
    n += 1;
    if (const std::int32_t p = history.level[0][i]; p >= 0) {
      sum[static_cast<std::size_t>(p)] += value;
      count[static_cast<std::size_t>(p)] += 1;
    }
  }
  values.mean = n > 0 ? values.mean / n : 0;
  values.square = n > 0 ? values.square / n : 0;
  values.product.resize(products);
  // A product's values vary far less than those of all: few wins say much. Its weight falls with what they vary.
  for (std::size_t p = 0; p < products; ++p) {
    values.product[p] = count[p] >= kEnoughWins ? sum[p] / count[p]
                                                : (sum[p] + kProductWeight * values.mean) / (count[p] + kProductWeight);
  }
  return values;
}

double Correction::apply(double chance, std::int32_t days) const {
  const double share = std::clamp((days - 30) / 60.0, 0.0, 1.0);
  return std::min(kMostChance, chance * std::pow(ratio, share));
}

struct ModelBuilder::Impl {
  const History& history;
  const Day as_of;
  const std::int32_t fiscal_first_month;
  Model model;
  std::optional<History> few;                                      // what back-dated forecasts look at, of many deals
  std::vector<std::pair<Day, std::vector<std::int32_t>>> origins;  // and the lags that are looked at from there
  std::size_t at_origin = 0, fitted = 0;
  std::unique_ptr<ExposureMaker> making;
  std::unique_ptr<LifeTableFit> fitting;
  std::unique_ptr<Exposure> back;
  std::array<std::unique_ptr<Fit>, kVariants> back_fits;
  std::vector<BackDated> seen;
  std::size_t first_seen = 0;
  bool finished = false;

  Impl(const History& h, Day d, std::int32_t m)
      : history(h), as_of(d), fiscal_first_month(m), making(std::make_unique<ExposureMaker>(h, d, m)) {}

  [[nodiscard]] const History& sample() const { return few ? *few : history; }
  /// The one that knows most comes first: the others take its factors by level.
  [[nodiscard]] std::size_t variant() const { return kVariants - 1 - fitted; }

  void step() {
    if (finished) return;
    if (!model.seen) {
      if (making->step()) return;
      model.seen = std::make_unique<Exposure>(making->take());
      making.reset();
      model.horizon = horizon_of(*model.seen);
      choose_origins();
    } else if (at_origin < origins.size()) {
      step_origin();
    } else if (fitted < kVariants) {
      fit_next(*model.seen, model.fits);
    } else {
      weigh();
      correct();
      believe();
      model.values = learn_values(history, as_of);
      std::vector<Exposure::Row>().swap(model.seen->rows);  // no chance needs them any more
      finished = true;
    }
  }

  void choose_origins() {
    std::map<Day, std::vector<std::int32_t>, std::greater<>> wanted;
    for (const std::int32_t lag : kLags) {
      for (const std::int32_t shift : kShifts) wanted[as_of - lag - shift].push_back(lag);
    }
    for (auto& [origin, lags] : wanted) {
      if (origin >= model.seen->recording_start + 20) origins.emplace_back(origin, lags);
    }
    if (history.size() >= 2 * kSample && !origins.empty()) few = history.thinned(kSample);
  }

  /// A slice of the fit of the next variant.
  void fit_next(const Exposure& exposure, std::array<std::unique_ptr<Fit>, kVariants>& fits) {
    if (!fitting) fitting = std::make_unique<LifeTableFit>(exposure, options_of(variant()), fits[kVariants - 1].get());
    if (fitting->step()) return;
    fits[variant()] = std::make_unique<Fit>(fitting->take());
    fitting.reset();
    ++fitted;
  }

  void step_origin() {
    if (!back) {
      if (!making) making = std::make_unique<ExposureMaker>(sample(), origins[at_origin].first, fiscal_first_month);
      if (making->step()) return;
      back = std::make_unique<Exposure>(making->take());
      making.reset();
      begin_origin();
    } else if (fitted < kVariants) {
      fit_next(*back, back_fits);
    } else {
      for (std::size_t v = 0; v < kVariants; ++v) foretell(v);
      fitted = 0;
      back.reset();
      back_fits = {};
      ++at_origin;
    }
  }

  void begin_origin() {
    const auto& [origin, lags] = origins[at_origin];
    first_seen = seen.size();
    std::vector<std::size_t> deals;
    for (const Exposure::Row& row : back->rows) {
      if (row.cause < 0) deals.push_back(static_cast<std::size_t>(row.deal));
    }
    for (const std::int32_t lag : lags) {
      BackDated one;
      one.origin = origin;
      one.days = lag;
      one.deals = deals;
      one.closings = back->closings();
      one.history_days = back->days();
      for (const std::size_t i : deals) {
        one.won.push_back(sample().outcome[i] == Outcome::won && sample().close[i] <= origin + lag ? 1 : 0);
      }
      seen.push_back(std::move(one));
    }
  }

  void foretell(std::size_t v) {
    std::vector<std::int32_t> marks;
    for (std::size_t s = first_seen; s < seen.size(); ++s) marks.push_back(seen[s].days);
    const auto& deals = seen[first_seen].deals;
    std::vector<double> out(deals.size() * (marks.size() + 1), 0.0);
    Projection(*back, *back_fits[v], marks, marks.back()).add(sample(), deals, 1, out);
    for (std::size_t s = first_seen; s < seen.size(); ++s) {
      for (std::size_t d = 0; d < deals.size(); ++d)
        seen[s].chance[v].push_back(out[d * (marks.size() + 1) + s - first_seen]);
    }
  }

  /// What each variant scored in the latest back-dated forecasts, near and far ones alike: a season shows in the near
  /// ones, a trend in the far ones.
  void weigh() {
    std::array<double, kVariants> score{};
    for (const BackDated& one : seen) {
      for (std::size_t v = 0; v < kVariants; ++v) {
        for (std::size_t i = 0; i < one.deals.size(); ++i) score[v] += log_score(one.chance[v][i], one.won[i] != 0);
      }
    }
    const double best = *std::max_element(score.begin(), score.end());
    double sum = 0;
    for (std::size_t v = 0; v < kVariants; ++v) sum += model.weight[v] = std::exp((score[v] - best) / kDependence);
    for (double& w : model.weight) w /= sum;
  }

  [[nodiscard]] double blended(const BackDated& one, std::size_t i) const {
    double p = 0;
    for (std::size_t v = 0; v < kVariants; ++v) p += model.weight[v] * one.chance[v][i];
    return p;
  }

  void correct() {
    double sum = 0;
    int lags = 0;
    bool may_raise = false;
    Day oldest = as_of;
    for (std::size_t l = 0; l < kLags.size(); ++l) {
      double won = 0, foretold = 0;
      bool any = false;
      for (const BackDated& one : seen) {
        if (one.days != kLags[l]) continue;
        any = true;
        if (one.origin < oldest) {
          oldest = one.origin;
          may_raise = one.history_days >= kEnoughDays && one.closings >= kEnoughClosings;
        }
        for (std::size_t i = 0; i < one.deals.size(); ++i) {
          won += one.won[i];
          foretold += blended(one, i);
        }
      }
      if (!any) continue;
      model.correction.by[l] = (won + kRatioWeight) / (foretold + kRatioWeight);
      sum += *model.correction.by[l];
      ++lags;
    }
    model.correction.may_raise = may_raise;
    if (lags > 0) model.correction.ratio = std::min(sum / lags, may_raise ? kMostRatio : 1.0);
  }

  /// How long a deal lives, and how far what steps promised for that time has come true.
  void learn_steps() {
    double days = kDefaultCycle * kStepWeight, ends = kStepWeight;
    for (const Exposure::Row& row : model.seen->rows) {
      days += row.last_age - row.first_age + 1;
      ends += row.cause < 0 ? 0 : 1;
    }
    model.cycle_days = days / ends;
    learn_unlost();
    double won = kRatioWeight, promised = kRatioWeight;
    for (const BackDated& one : seen) {
      for (std::size_t i = 0; i < one.deals.size(); ++i) {
        won += one.won[i];
        promised += model.by_step(step_of(one, i), one.origin - sample().entry[one.deals[i]], one.days, false);
      }
    }
    model.step_ratio = won / promised;
  }

  /// So many wins and not one loss: by what the steps promise, hardly because nothing was lost.
  void learn_unlost() {
    if (model.seen->lost > 0) return;
    double sum = 0, open = 0;
    for (const Exposure::Row& row : model.seen->rows) {
      const std::int32_t bp = history.step_p[static_cast<std::size_t>(row.deal)];
      if (row.cause >= 0 || bp < 0) continue;
      sum += bp / 10'000.0;
      open += 1;
    }
    const double promised = std::clamp(open > 0 ? sum / open : kDefaultStep, 0.0, kMostPromised);
    model.unlost = 1 - std::pow(promised, static_cast<double>(model.seen->won));
  }

  [[nodiscard]] double step_of(const BackDated& one, std::size_t i) const {
    const std::int32_t bp = sample().step_p[one.deals[i]];
    return bp < 0 ? kDefaultStep : bp / 10'000.0;
  }

  [[nodiscard]] double by_step(const BackDated& one, std::size_t i, double cycle) const {
    return step_chance(step_of(one, i), cycle, one.days);
  }

  /// Against the plain way: the steps' probabilities, spread over the age at which half of what closed had closed.
  void believe() {
    const Exposure& now = *model.seen;
    learn_steps();
    if (now.closings() < kEnoughClosings || now.days() < kEnoughDays) return;
    const double closed = static_cast<double>(now.closings());
    const double plain_cycle = (now.usual_age * closed + kDefaultCycle * kStepWeight) / (closed + kStepWeight);
    double data = 0, steps = 0;
    for (const BackDated& one : seen) {
      if (one.days != 30) continue;
      for (std::size_t i = 0; i < one.deals.size(); ++i) {
        data += log_score(blended(one, i), one.won[i] != 0);
        steps += log_score(by_step(one, i, plain_cycle), one.won[i] != 0);
      }
    }
    model.believed = 1 / (1 + std::exp(-(data - steps) / kDependence));
  }
};

ModelBuilder::ModelBuilder(const History& history, Day as_of, std::int32_t fiscal_first_month)
    : impl_(std::make_unique<Impl>(history, as_of, fiscal_first_month)) {}
ModelBuilder::~ModelBuilder() = default;
bool ModelBuilder::done() const { return impl_->finished; }
void ModelBuilder::step() { impl_->step(); }
Model ModelBuilder::take() { return std::move(impl_->model); }

Model build_model(const History& history, Day as_of, std::int32_t fiscal_first_month) {
  ModelBuilder builder(history, as_of, fiscal_first_month);
  while (!builder.done()) builder.step();
  return builder.take();
}

double Model::by_step(double probability, std::int32_t age, std::int32_t days, bool ever) const {
  const double told = ever ? probability : step_chance(probability, cycle_days, days);
  if (unlost <= 0) return told;
  // Of deals that are still open at that age, some will be won and the others were lost without a word.
  const double life = seen->mean_won_age;
  const double still = probability * std::exp(-std::max(0, age) / life);
  const double comes = still * (1 - std::exp(-days / life)) / std::max(1e-9, still + 1 - probability);
  return unlost * comes + (1 - unlost) * told;
}

std::vector<double> Model::chances(const History& history, std::size_t deal,
                                   const std::vector<std::int32_t>& marks) const {
  return chances(history, std::vector<std::size_t>{deal}, marks);
}

std::vector<double> Model::chances(const History& history, const std::vector<std::size_t>& deals,
                                   const std::vector<std::int32_t>& marks) const {
  const std::size_t width = marks.size() + 1;
  std::vector<double> out(deals.size() * width, 0.0);
  for (std::size_t v = 0; v < kVariants; ++v) {
    if (weight[v] <= 0) continue;
    Projection(*seen, *fits[v], marks, horizon).add(history, deals, weight[v], out);
  }
  for (std::size_t d = 0; d < deals.size(); ++d) {
    const std::size_t i = deals[d];
    const double p = history.step_p[i] < 0 ? kDefaultStep : history.step_p[i] / 10'000.0;
    double before = 0;
    for (std::size_t m = 0; m < width; ++m) {
      const bool ever = m + 1 == width;
      const std::int32_t days = ever ? horizon : marks[m];
      double& chance = out[d * width + m];
      const double promised =
          std::min(kMostChance, step_ratio * by_step(p, seen->as_of - history.entry[i], days, ever));
      chance = believed * correction.apply(chance, days) + (1 - believed) * promised;
      if (history.untried[i] != 0)
        chance = promised * kUntriedWeight / (kUntriedWeight + static_cast<double>(seen->closings()));
      // Neither its step nor a thin tail of the life table gives back to life what lies that long.
      if (seen->as_of - history.entry[i] > seen->dead_age) chance = 0;
      before = chance = std::max(before, chance);
    }
  }
  return out;
}

}  // namespace sales_leads::domain::forecast
