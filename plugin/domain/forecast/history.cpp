// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/history.h"

#include <algorithm>
#include <numeric>

namespace sales_leads::domain::forecast {
namespace {

constexpr std::size_t kSlice = 200'000;        // rows
constexpr std::int64_t kMostDays = 4'000'000;  // of entries, for which days are counted instead of compared

template <class T>
void reorder(std::vector<T>& column, const std::vector<std::int32_t>& order) {
  if (column.empty()) return;
  std::vector<T> sorted(column.size());
  for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = column[static_cast<std::size_t>(order[i])];
  column.swap(sorted);
}

bool earlier(const StepStay& a, const StepStay& b) {
  return a.deal != b.deal ? a.deal < b.deal : a.from != b.from ? a.from < b.from : a.to < b.to;
}

}  // namespace

void History::reserve(std::size_t deals, std::size_t stays_of_all) {
  id.reserve(deals);
  entry.reserve(deals);
  close.reserve(deals);
  outcome.reserve(deals);
  for (auto& family : level) family.reserve(deals);
  value.reserve(deals);
  won_value.reserve(deals);
  step_p.reserve(deals);
  untried.reserve(deals);
  step.reserve(deals);
  stays.reserve(stays_of_all);
}

std::int32_t History::step_at(std::size_t deal, Day day) const { return StepsAt(*this, day)(deal); }

std::int32_t StepsAt::operator()(std::size_t deal) {
  const auto& stays = history_.stays;
  const auto wanted = static_cast<std::int32_t>(deal);
  const auto is_before = [](const StepStay& stay, std::int32_t i) { return stay.deal < i; };
  constexpr std::size_t kNear = 32;
  if (wanted < before_) at_ = 0;
  before_ = wanted;
  if (const std::size_t near = std::min(at_ + kNear, stays.size()); near > at_ && is_before(stays[near - 1], wanted)) {
    const auto from = stays.begin() + static_cast<std::ptrdiff_t>(near);
    at_ = static_cast<std::size_t>(std::lower_bound(from, stays.end(), wanted, is_before) - stays.begin());
  }
  while (at_ < stays.size() && is_before(stays[at_], wanted)) ++at_;
  std::int32_t found = -1;
  for (std::size_t s = at_; s < stays.size() && stays[s].deal == wanted && stays[s].from <= day_; ++s) {
    if (day_ < stays[s].to) found = stays[s].step;
  }
  return found;
}

void History::put_in_order() {
  Ordering ordering(*this);
  while (ordering.step()) {
  }
}

History History::thinned(std::size_t wanted) const {
  const std::size_t keep_one_of = std::max<std::size_t>(1, size() / std::max<std::size_t>(1, wanted));
  if (keep_one_of == 1) return *this;
  History few;
  few.levels = levels;
  few.steps = steps;
  for (const StepStay& stay : stays) {
    const auto deal = static_cast<std::size_t>(stay.deal);
    if (deal % keep_one_of == 0)
      few.stays.push_back({static_cast<std::int32_t>(deal / keep_one_of), stay.step, stay.from, stay.to});
  }
  for (std::size_t i = 0; i < size(); i += keep_one_of) {
    few.id.push_back(id[i]);
    few.entry.push_back(entry[i]);
    few.close.push_back(close[i]);
    few.outcome.push_back(outcome[i]);
    for (std::size_t f = 0; f < kFamilies; ++f) few.level[f].push_back(level[f][i]);
    few.value.push_back(value[i]);
    few.won_value.push_back(won_value[i]);
    few.step_p.push_back(step_p[i]);
    few.untried.push_back(untried[i]);
    few.step.push_back(step[i]);
  }
  return few;
}

bool Ordering::step() {
  History& h = history_;
  switch (at_++) {
    case 0:
      if (!std::is_sorted(h.stays.begin(), h.stays.end(), earlier)) std::sort(h.stays.begin(), h.stays.end(), earlier);
      return true;
    case 1:
      find_order();
      return !order_.empty();
    case 2:
      if (move_stays()) --at_;
      return true;
    case 3:
      reorder(h.id, order_);
      return true;
    case 4:
      reorder(h.entry, order_);
      reorder(h.close, order_);
      return true;
    case 5:
      reorder(h.outcome, order_);
      reorder(h.untried, order_);
      return true;
    case 6:
      reorder(h.value, order_);
      return true;
    case 7:
      reorder(h.won_value, order_);
      return true;
    case 8:
      reorder(h.step_p, order_);
      reorder(h.step, order_);
      return true;
    default:
      break;
  }
  const auto family = static_cast<std::size_t>(at_ - 10);
  if (family < kFamilies) reorder(h.level[family], order_);
  return family + 1 < kFamilies;
}

/// By counting days where ids ascend, as they come from a table; by comparing otherwise.
void Ordering::find_order() {
  const History& h = history_;
  const auto before = [&h](std::int32_t a, std::int32_t b) {
    const auto x = static_cast<std::size_t>(a), y = static_cast<std::size_t>(b);
    return h.entry[x] != h.entry[y] ? h.entry[x] < h.entry[y] : h.id[x] < h.id[y];
  };
  if (h.size() == 0) return;
  std::vector<std::int32_t> order(h.size());
  std::iota(order.begin(), order.end(), 0);
  if (std::is_sorted(order.begin(), order.end(), before)) return;
  const auto [first, last] = std::minmax_element(h.entry.begin(), h.entry.end());
  const std::int64_t days = static_cast<std::int64_t>(*last) - *first + 1;
  if (days > kMostDays || !std::is_sorted(h.id.begin(), h.id.end())) {
    std::sort(order.begin(), order.end(), before);
  } else {
    std::vector<std::int32_t> place(static_cast<std::size_t>(days) + 1);
    for (const Day entry : h.entry) ++place[static_cast<std::size_t>(entry - *first) + 1];
    std::partial_sum(place.begin(), place.end(), place.begin());
    for (std::size_t i = 0; i < h.size(); ++i)
      order[static_cast<std::size_t>(place[static_cast<std::size_t>(h.entry[i] - *first)]++)] =
          static_cast<std::int32_t>(i);
  }
  order_.swap(order);
}

/// They stand by old row: each row's are copied in the order of the new ones. Whether there are more.
bool Ordering::move_stays() {
  auto& stays = history_.stays;
  if (stays.empty()) return false;
  if (begin_.empty()) {
    begin_.resize(order_.size() + 1);
    for (const StepStay& stay : stays) ++begin_[static_cast<std::size_t>(stay.deal) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    moved_.reserve(stays.size());
    return true;
  }
  const std::size_t end = std::min(order_.size(), row_ + kSlice);
  for (; row_ < end; ++row_) {
    const auto old = static_cast<std::size_t>(order_[row_]);
    for (auto s = static_cast<std::size_t>(begin_[old]); s < static_cast<std::size_t>(begin_[old + 1]); ++s) {
      moved_.push_back(stays[s]);
      moved_.back().deal = static_cast<std::int32_t>(row_);
    }
  }
  if (row_ < order_.size()) return true;
  stays.swap(moved_);
  std::vector<StepStay>().swap(moved_);
  std::vector<std::int32_t>().swap(begin_);
  return false;
}

}  // namespace sales_leads::domain::forecast
