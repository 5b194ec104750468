// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/totals.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "domain/forecast/gamma.h"
#include "domain/forecast/run_rate.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr double kProductWeight = 20;  // deals of "a product like all others"
constexpr double kValueSpread = 0.10;  // of a won deal's value around what is expected of it

std::int64_t whole(double amount) { return static_cast<std::int64_t>(std::llround(amount)); }
std::int32_t millionths(double chance) { return static_cast<std::int32_t>(std::lround(chance * 1e6)); }

}  // namespace

void Accumulator::add(double chance, double value) {
  mean_ += chance * value;
  variance_ += chance * value * value * (1 + kValueSpread * kValueSpread) - chance * value * chance * value;
  none_ *= 1 - chance;
}

void Accumulator::add_variance(double mean, double variance, double none_chance) {
  mean_ += mean;
  variance_ += variance;
  none_ *= none_chance;
}

Interval Accumulator::interval(double shock) const { return interval_with(shock * mean_ * mean_); }

Interval Accumulator::interval_with(double shock_variance) const {
  if (mean_ <= 0) return {};
  const double some = std::max(1e-9, 1 - none_);
  const double variance = variance_ + shock_variance;
  const double mean = mean_ / some;
  // Of the mixture: variance = some * (v + mean^2) - mean_^2.
  const double conditional = std::max((variance + mean_ * mean_) / some - mean * mean, mean * mean * 1e-6);
  const auto at = [&](double p) {
    return p <= none_ ? 0 : whole(gamma_quantile(mean, conditional, (p - none_) / some));
  };
  return {at(0.1), at(0.9), at(0.025), at(0.975)};
}

void Spread::add(std::int64_t month, std::int64_t seller, std::int64_t chance, std::int64_t value) {
  const double p = static_cast<double>(chance) / kMillion, v = static_cast<double>(value);
  sum_.add(p, v);
  months_[month] += p * v;
  sellers_[seller] += p * v;
}

Interval Spread::interval(std::int64_t month_shock, std::int64_t seller_shock) const {
  const double month = static_cast<double>(month_shock) / kMillion,
               seller = static_cast<double>(seller_shock) / kMillion;
  double shock = 0;
  for (const auto& [key, mean] : months_) shock += month * month * mean * mean;
  for (const auto& [key, mean] : sellers_) shock += seller * seller * mean * mean;
  return sum_.interval_with(shock);
}

Shocks fitted_shocks(const Shocks& start, const std::vector<PastCell>& cells) {
  Shocks best = start;
  double best_miss = 2;
  for (int step = 1; step <= 30; ++step) {
    const double times = 0.1 * step;
    const double shock = times * times * (start.month * start.month + start.seller * start.seller);
    double held = 0;
    for (const PastCell& cell : cells) {
      const Interval i = cell.foretold.interval(shock);
      held += cell.actual >= static_cast<double>(i.lo80) && cell.actual <= static_cast<double>(i.hi80);
    }
    const double miss = std::abs(held / static_cast<double>(cells.size()) - 0.8);
    if (miss < best_miss) {
      best_miss = miss;
      best = {times * start.month, times * start.seller};
    }
  }
  return best;
}

Totals::Totals(const History& history, const Model& model, std::int32_t months, Shocks pipeline, Shocks all)
    : history_(history), model_(model), pipeline_shocks_(pipeline), all_shocks_(all) {
  const std::int32_t first = month_number(model.seen->as_of + 1);
  for (std::int32_t m = 0; m < months; ++m) {
    months_.push_back(first_of_month(first + m));
    month_ends_.push_back(first_of_month(first + m + 1) - 1 - model.seen->as_of);
  }
  learn_values();
  forecast_deals();
  sum_pipeline();
  add_new_business();
}

void Totals::learn_values() {
  const auto products = static_cast<std::size_t>(history_.levels[0]);
  std::vector<double> sum(products), count(products);
  double all = 0, n = 0;
  for (std::size_t i = 0; i < history_.size(); ++i) {
    if (history_.outcome[i] != Outcome::won || history_.close[i] > model_.seen->as_of) continue;
    const auto value = static_cast<double>(history_.won_value[i]);
    all += value;
    n += 1;
    if (const std::int32_t p = history_.level[0][i]; p >= 0) {
      sum[static_cast<std::size_t>(p)] += value;
      count[static_cast<std::size_t>(p)] += 1;
    }
  }
  mean_value_ = n > 0 ? all / n : 0;
  product_value_.resize(products);
  // A product's values vary far less than those of all: few wins say much. Its weight falls with what they vary.
  for (std::size_t p = 0; p < products; ++p) {
    product_value_[p] =
        count[p] >= 3 ? sum[p] / count[p] : (sum[p] + kProductWeight * mean_value_) / (count[p] + kProductWeight);
  }
}

std::int64_t Totals::value_of(std::size_t deal) const {
  if (history_.value[deal] != kNoValue) return history_.value[deal];
  const std::int32_t p = history_.level[0][deal];
  return whole(p >= 0 ? product_value_[static_cast<std::size_t>(p)] : mean_value_);
}

void Totals::forecast_deals() {
  std::vector<std::int32_t> marks{30, 60, 90};
  marks.insert(marks.end(), month_ends_.begin(), month_ends_.end());
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  const auto place = [&](std::int32_t days) {
    return static_cast<std::size_t>(std::lower_bound(marks.begin(), marks.end(), days) - marks.begin());
  };
  const auto open = open_deals(history_, model_.seen->as_of);
  const auto chances = model_.chances(history_, open, marks);
  const std::size_t width = marks.size() + 1;
  deals_.reserve(open.size());
  for (std::size_t d = 0; d < open.size(); ++d) {
    const double* row = &chances[d * width];
    DealForecast deal;
    deal.deal = open[d];
    deal.ever = millionths(row[width - 1]);
    deal.within = {millionths(row[place(30)]), millionths(row[place(60)]), millionths(row[place(90)])};
    deal.value = value_of(open[d]);
    deal.expected = whole(row[width - 1] * static_cast<double>(deal.value));
    double before = 0;
    for (const std::int32_t end : month_ends_) {
      const double now = row[place(end)];
      deal.by_month.push_back(millionths(now) - millionths(before));
      by_month_.push_back(now - before);
      deal.expected_by_month.push_back(whole((now - before) * static_cast<double>(deal.value)));
      before = now;
    }
    deals_.push_back(std::move(deal));
  }
}

void Totals::sum_pipeline() {
  const auto sellers = static_cast<std::size_t>(history_.levels[1]);
  cells_.assign(sellers, std::vector<Accumulator>(months_.size()));
  sums_.assign(sellers, std::vector<std::int64_t>(months_.size()));
  for (std::size_t d = 0; d < deals_.size(); ++d) {
    const DealForecast& deal = deals_[d];
    const std::int32_t seller = history_.level[1][deal.deal];
    if (seller < 0) continue;
    for (std::size_t m = 0; m < months_.size(); ++m) {
      cells_[static_cast<std::size_t>(seller)][m].add(by_month_[d * months_.size() + m],
                                                      static_cast<double>(deal.value));
      sums_[static_cast<std::size_t>(seller)][m] += deal.expected_by_month[m];
    }
  }
  for (std::size_t m = 0; m < months_.size(); ++m) {
    Accumulator all;
    double seller_shock = 0;
    std::int64_t sum = 0;
    for (std::size_t s = 0; s < sellers; ++s) {
      const Accumulator& cell = cells_[s][m];
      const Interval i = cell.interval(pipeline_shocks_.month * pipeline_shocks_.month +
                                       pipeline_shocks_.seller * pipeline_shocks_.seller);
      rows_.push_back({months_[m], static_cast<std::int32_t>(s), false, sums_[s][m], i.lo80, i.hi80, i.lo95, i.hi95});
      all.add_variance(cell.mean(), cell.variance(), cell.none());
      seller_shock += cell.mean() * cell.mean() * pipeline_shocks_.seller * pipeline_shocks_.seller;
      sum += sums_[s][m];
    }
    const Interval i =
        all.interval_with(seller_shock + all.mean() * all.mean() * pipeline_shocks_.month * pipeline_shocks_.month);
    rows_.push_back({months_[m], -1, false, sum, i.lo80, i.hi80, i.lo95, i.hi95});
  }
}

void Totals::add_new_business() {
  const auto sellers = static_cast<std::size_t>(history_.levels[1]);
  const RunRate rate(history_, *model_.seen, model_.weight[1] + model_.weight[3]);
  // Shares of the sellers: wins times mean value, the latter shrunk with five deals.
  std::vector<double> share(sellers), wins(sellers), won(sellers);
  double square = 0, count = 0;
  for (std::size_t i = 0; i < history_.size(); ++i) {
    if (history_.outcome[i] != Outcome::won || history_.close[i] > model_.seen->as_of) continue;
    const auto value = static_cast<double>(history_.won_value[i]);
    square += value * value;
    count += 1;
    if (history_.level[1][i] < 0) continue;
    wins[static_cast<std::size_t>(history_.level[1][i])] += 1;
    won[static_cast<std::size_t>(history_.level[1][i])] += value;
  }
  square = count > 0 ? square / count : 0;
  double all_shares = 0;
  for (std::size_t s = 0; s < sellers; ++s) {
    share[s] = wins[s] * (won[s] + 5 * mean_value_) / (wins[s] + 5);
    all_shares += share[s];
  }
  for (std::size_t s = 0; s < sellers; ++s) share[s] = all_shares > 0 ? share[s] / all_shares : 0;
  all_cells_.assign(sellers, std::vector<Accumulator>(months_.size()));
  full_months_ = rate.full_months();
  for (std::size_t m = 0; m < months_.size(); ++m) {
    double pipeline = 0;
    for (std::size_t s = 0; s < sellers; ++s) pipeline += cells_[s][m].mean();
    const double level = rate.level(months_[m], m == 0 ? model_.seen->as_of + 1 : months_[m]);
    const double fresh = std::max(0.0, level - pipeline);
    Accumulator all;
    double seller_shock = 0;
    std::int64_t sum = 0;
    for (std::size_t s = 0; s < sellers; ++s) {
      const double mean = 0.5 * (cells_[s][m].mean() + fresh * share[s]) + 0.5 * level * share[s];
      // Compound Poisson: as many wins as the mean asks for, each of any value.
      const double lambda = mean_value_ > 0 ? mean / mean_value_ : 0;
      Accumulator& cell = all_cells_[s][m];
      cell.add_variance(mean, lambda * square, std::exp(-lambda));
      const Interval i = cell.interval(all_shocks_.month * all_shocks_.month + all_shocks_.seller * all_shocks_.seller);
      const std::int64_t expected = whole(mean);
      rows_.push_back({months_[m], static_cast<std::int32_t>(s), true, expected, i.lo80, i.hi80, i.lo95, i.hi95});
      all.add_variance(mean, lambda * square, cell.none());
      seller_shock += mean * mean * all_shocks_.seller * all_shocks_.seller;
      sum += expected;
    }
    const Interval i =
        all.interval_with(seller_shock + all.mean() * all.mean() * all_shocks_.month * all_shocks_.month);
    rows_.push_back({months_[m], -1, true, sum, i.lo80, i.hi80, i.lo95, i.hi95});
  }
}

}  // namespace sales_leads::domain::forecast
