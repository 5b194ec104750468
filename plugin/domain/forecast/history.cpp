// SPDX-License-Identifier: Apache-2.0
#include "domain/forecast/history.h"

#include <algorithm>
#include <numeric>

namespace sales_leads::domain::forecast {
namespace {

template <class T>
void reorder(std::vector<T>& column, const std::vector<std::int32_t>& order) {
  if (column.empty()) return;
  std::vector<T> sorted(column.size());
  for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = column[static_cast<std::size_t>(order[i])];
  column.swap(sorted);
}

}  // namespace

std::int32_t History::step_at(std::size_t deal, Day day) const {
  const auto wanted = static_cast<std::int32_t>(deal);
  auto at = std::lower_bound(stays.begin(), stays.end(), wanted,
                             [](const StepStay& stay, std::int32_t i) { return stay.deal < i; });
  std::int32_t found = -1;
  for (; at != stays.end() && at->deal == wanted && at->from <= day; ++at) {
    if (day < at->to) found = at->step;
  }
  return found;
}

void History::put_in_order() {
  std::vector<std::int32_t> order(size());
  std::iota(order.begin(), order.end(), 0);
  const auto before = [this](std::int32_t a, std::int32_t b) {
    const auto x = static_cast<std::size_t>(a), y = static_cast<std::size_t>(b);
    return entry[x] != entry[y] ? entry[x] < entry[y] : id[x] < id[y];
  };
  if (!std::is_sorted(order.begin(), order.end(), before)) {
    std::sort(order.begin(), order.end(), before);
    std::vector<std::int32_t> place(size());
    for (std::size_t i = 0; i < order.size(); ++i)
      place[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
    for (StepStay& stay : stays) stay.deal = place[static_cast<std::size_t>(stay.deal)];
    reorder(id, order);
    reorder(entry, order);
    reorder(close, order);
    reorder(outcome, order);
    for (auto& family : level) reorder(family, order);
    reorder(value, order);
    reorder(won_value, order);
    reorder(step_p, order);
    reorder(untried, order);
    reorder(step, order);
  }
  std::sort(stays.begin(), stays.end(), [](const StepStay& a, const StepStay& b) {
    return a.deal != b.deal ? a.deal < b.deal : a.from != b.from ? a.from < b.from : a.to < b.to;
  });
}

}  // namespace sales_leads::domain::forecast
