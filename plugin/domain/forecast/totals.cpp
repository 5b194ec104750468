// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/totals.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "domain/forecast/gamma.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr double kValueSpread = 0.10;  // of a won deal's value around what is expected of it
constexpr double kWorthWeight = 20;    // deals of "worth what the others' are"

std::int64_t whole(double amount) { return static_cast<std::int64_t>(std::llround(amount)); }
std::int32_t millionths(double chance) { return static_cast<std::int32_t>(std::lround(chance * 1e6)); }

/// Band after band of ids, in each as they stand in the history, where those that began on one day are told together:
/// what is written in this order lies near what is read with it, by id, however the ids were given.
std::vector<std::size_t> in_bands(const History& history, const std::vector<std::size_t>& deals) {
  constexpr std::size_t kBand = 32'768;  // about so many deals in each
  if (deals.size() <= kBand) return deals;
  std::int64_t first = INT64_MAX, last = INT64_MIN;
  for (const std::size_t deal : deals) {
    first = std::min(first, history.id[deal]);
    last = std::max(last, history.id[deal]);
  }
  const std::size_t bands = deals.size() / kBand + 1;
  const std::int64_t width = (last - first) / static_cast<std::int64_t>(bands) + 1;
  const auto band = [&](std::size_t deal) { return static_cast<std::size_t>((history.id[deal] - first) / width); };
  std::vector<std::size_t> next(bands + 1);
  for (const std::size_t deal : deals) ++next[band(deal) + 1];
  for (std::size_t b = 0; b < bands; ++b) next[b + 1] += next[b];
  std::vector<std::size_t> ordered(deals.size());
  for (const std::size_t deal : deals) ordered[next[band(deal)]++] = deal;
  return ordered;
}

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

bool Accumulator::holds(double actual, double shock) const {
  constexpr double kLow = 0.1, kHigh = 0.9;
  if (mean_ <= 0 || none_ >= kHigh) return actual <= 0;
  if (actual <= 0) return none_ >= kLow;
  const double some = std::max(1e-9, 1 - none_);
  const double mean = mean_ / some;
  const double variance =
      std::max((variance_ + shock * mean_ * mean_ + mean_ * mean_) / some - mean * mean, mean * mean * 1e-6);
  const double below = none_ + some * gamma_below(mean * mean / variance, actual * mean / variance);
  return below >= kLow && below <= kHigh;
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

bool ShockFit::step(const std::vector<PastCell>& cells) {
  constexpr int kMultiples = 30;
  if (tried_ == kMultiples || cells.empty()) return false;
  const double times = 0.1 * ++tried_;
  const double shock = times * times * (start_.month * start_.month + start_.seller * start_.seller);
  std::size_t held = 0;
  for (const PastCell& cell : cells) held += cell.foretold.holds(cell.actual, shock);
  const double miss = std::abs(static_cast<double>(held) / static_cast<double>(cells.size()) - 0.8);
  if (miss < best_miss_) {
    best_miss_ = miss;
    best_ = {times * start_.month, times * start_.seller};
  }
  return tried_ < kMultiples;
}

Shocks ShockFit::leaning(double share) const {
  const auto mixed = [share](double best, double start) {
    return std::sqrt((1 - share) * best * best + share * start * start);
  };
  return {mixed(best_.month, start_.month), mixed(best_.seller, start_.seller)};
}

Totals::Totals(const History& history, const Model& model, std::int32_t months, Shocks pipeline, Shocks all)
    : history_(history), model_(model), pipeline_shocks_(pipeline), all_shocks_(all) {
  const std::int32_t first = month_number(model.seen->as_of + 1);
  for (std::int32_t m = 0; m < months; ++m) {
    months_.push_back(first_of_month(first + m));
    month_ends_.push_back(first_of_month(first + m + 1) - 1 - model.seen->as_of);
  }
  open_ = open_deals(history_, model_.seen->as_of);
  open_ = in_bands(history_, open_);
  const auto sellers = static_cast<std::size_t>(history_.levels[1]);
  cells_.assign(sellers, std::vector<Accumulator>(months_.size()));
  all_cells_ = cells_;
  sums_.assign(sellers, std::vector<std::int64_t>(months_.size()));
}

bool Totals::step() {
  deals_.clear();
  if (!summing()) {
    forecast_deals();
    return true;
  }
  if (summed_ < months_.size()) {
    sum_pipeline(summed_);
  } else if (summed_ < 2 * months_.size()) {
    if (!rate_) {
      share_out();
      return true;
    }
    add_new_business(summed_ - months_.size());
  }
  return ++summed_ < 2 * months_.size();
}

void Totals::run() {
  std::vector<DealForecast> all;
  all.reserve(open_.size());
  bool more = true;
  while (more) {
    more = step();
    std::move(deals_.begin(), deals_.end(), std::back_inserter(all));
  }
  deals_.swap(all);
}

std::int64_t Totals::value_of(std::size_t deal) const {
  if (history_.value[deal] != kNoValue) return history_.value[deal];
  const auto& of_product = model_.values.product;
  const std::int32_t p = history_.level[0][deal];
  return whole(p >= 0 && static_cast<std::size_t>(p) < of_product.size() ? of_product[static_cast<std::size_t>(p)]
                                                                         : model_.values.mean);
}

void Totals::forecast_deals() {
  std::vector<std::int32_t> marks{30, 60, 90};
  marks.insert(marks.end(), month_ends_.begin(), month_ends_.end());
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  const auto place = [&](std::int32_t days) {
    return static_cast<std::size_t>(std::lower_bound(marks.begin(), marks.end(), days) - marks.begin());
  };
  const std::size_t end = std::min(open_.size(), next_ + kSlice);
  const std::vector<std::size_t> open(open_.begin() + static_cast<std::ptrdiff_t>(next_),
                                      open_.begin() + static_cast<std::ptrdiff_t>(end));
  next_ = end;
  const auto chances = model_.chances(history_, open, marks);
  const std::size_t width = marks.size() + 1;
  std::vector<std::size_t> places;
  for (const std::int32_t month_end : month_ends_) places.push_back(place(month_end));
  const std::size_t in_30 = place(30), in_60 = place(60), in_90 = place(90);
  for (std::size_t d = 0; d < open.size(); ++d) {
    const double* row = &chances[d * width];
    DealForecast deal;
    deal.deal = open[d];
    deal.ever = millionths(row[width - 1]);
    deal.within = {millionths(row[in_30]), millionths(row[in_60]), millionths(row[in_90])};
    deal.value = value_of(open[d]);
    const auto value = static_cast<double>(deal.value);
    deal.expected = whole(row[width - 1] * value);
    deal.by_month.reserve(places.size());
    deal.expected_by_month.reserve(places.size());
    const std::int32_t seller = history_.level[1][deal.deal];
    double before = 0;
    for (std::size_t m = 0; m < places.size(); ++m) {
      const double now = row[places[m]];
      deal.by_month.push_back(millionths(now) - millionths(before));
      deal.expected_by_month.push_back(whole((now - before) * value));
      if (seller >= 0) {
        cells_[static_cast<std::size_t>(seller)][m].add(now - before, value);
        sums_[static_cast<std::size_t>(seller)][m] += deal.expected_by_month[m];
      }
      before = now;
    }
    deals_.push_back(std::move(deal));
  }
}

void Totals::sum_pipeline(std::size_t m) {
  Accumulator all;
  double seller_shock = 0;
  std::int64_t sum = 0;
  const Shocks& shocks = pipeline_shocks_;
  for (std::size_t s = 0; s < cells_.size(); ++s) {
    const Accumulator& cell = cells_[s][m];
    const Interval i = cell.interval(shocks.month * shocks.month + shocks.seller * shocks.seller);
    rows_.push_back({months_[m], static_cast<std::int32_t>(s), false, sums_[s][m], i.lo80, i.hi80, i.lo95, i.hi95});
    all.add_variance(cell.mean(), cell.variance(), cell.none());
    seller_shock += cell.mean() * cell.mean() * shocks.seller * shocks.seller;
    sum += sums_[s][m];
  }
  const Interval i = all.interval_with(seller_shock + all.mean() * all.mean() * shocks.month * shocks.month);
  rows_.push_back({months_[m], -1, false, sum, i.lo80, i.hi80, i.lo95, i.hi95});
}

/// Shares of the sellers in what is new: wins times mean value, the latter shrunk with five deals; and what their deals
/// are worth: one who sells dear things seldom varies more than one who sells cheap things often.
void Totals::share_out() {
  rate_.emplace(history_, *model_.seen, model_.weight[1] + model_.weight[3]);
  const std::size_t sellers = cells_.size();
  std::vector<double> wins(sellers), won(sellers), squares(sellers);
  share_.assign(sellers, 0.0);
  worth_.assign(sellers, {});
  for (std::size_t i = 0; i < history_.size(); ++i) {
    if (history_.outcome[i] != Outcome::won || history_.close[i] > model_.seen->as_of || history_.level[1][i] < 0)
      continue;
    const auto s = static_cast<std::size_t>(history_.level[1][i]);
    const auto value = static_cast<double>(history_.won_value[i]);
    wins[s] += 1;
    won[s] += value;
    squares[s] += value * value;
  }
  double all_shares = 0;
  for (std::size_t s = 0; s < sellers; ++s) {
    share_[s] = wins[s] * (won[s] + 5 * model_.values.mean) / (wins[s] + 5);
    all_shares += share_[s];
    worth_[s] = {(won[s] + kWorthWeight * model_.values.mean) / (wins[s] + kWorthWeight),
                 (squares[s] + kWorthWeight * model_.values.square) / (wins[s] + kWorthWeight)};
  }
  for (double& share : share_) share = all_shares > 0 ? share / all_shares : 0;
}

void Totals::add_new_business(std::size_t m) {
  const Shocks& shocks = all_shocks_;
  double pipeline = 0;
  for (const auto& of_seller : cells_) pipeline += of_seller[m].mean();
  const double level = rate_->level(months_[m], m == 0 ? model_.seen->as_of + 1 : months_[m]);
  const double fresh = std::max(0.0, level - pipeline);
  Accumulator all;
  double seller_shock = 0;
  std::int64_t sum = 0;
  for (std::size_t s = 0; s < cells_.size(); ++s) {
    const double mean = 0.5 * (cells_[s][m].mean() + fresh * share_[s]) + 0.5 * level * share_[s];
    // Compound Poisson: as many wins as the mean asks for, each of any value.
    const double lambda = worth_[s].mean > 0 ? mean / worth_[s].mean : 0;
    Accumulator& cell = all_cells_[s][m];
    cell.add_variance(mean, lambda * worth_[s].square, std::exp(-lambda));
    const Interval i = cell.interval(shocks.month * shocks.month + shocks.seller * shocks.seller);
    const std::int64_t expected = whole(mean);
    rows_.push_back({months_[m], static_cast<std::int32_t>(s), true, expected, i.lo80, i.hi80, i.lo95, i.hi95});
    all.add_variance(mean, lambda * worth_[s].square, cell.none());
    seller_shock += mean * mean * shocks.seller * shocks.seller;
    sum += expected;
  }
  const Interval i = all.interval_with(seller_shock + all.mean() * all.mean() * shocks.month * shocks.month);
  rows_.push_back({months_[m], -1, true, sum, i.lo80, i.hi80, i.lo95, i.hi95});
}

}  // namespace sales_leads::domain::forecast
