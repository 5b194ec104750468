// SPDX-License-Identifier: Apache-2.0
//
// Coverage of credits that name no invoice: which of them may stay linked by rule.
#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"

namespace sales_leads::domain {
namespace {

/// The firm entries of a series (total, or one campaign) as prefix sums, and what placed credits took since.
class Track {
 public:
  /// Entries are added in order of their place.
  void add(std::size_t place, Wide amount) {
    const Wide before = points_.empty() ? Wide{0} : points_.back().lowest;
    points_.push_back({place, before + amount});
  }

  /// From prefix sums to the lowest prefix sum from each point on.
  void settle() {
    for (std::size_t i = points_.size(); i-- > 1;) {
      points_[i - 1].lowest = std::min(points_[i - 1].lowest, points_[i].lowest);
    }
    before_all_ = points_.empty() ? Wide{0} : std::min(Wide{0}, points_.front().lowest);
  }

  /// Whether no prefix sum from `place` on falls below zero when `amount` is added there. Credits placed before stand
  /// at earlier places, so what they took is missing from all of these sums alike.
  [[nodiscard]] bool has_room(std::size_t place, Wide amount) const {
    const auto after = std::upper_bound(points_.begin(), points_.end(), place,
                                        [](std::size_t p, const Point& point) { return p < point.place; });
    const Wide lowest = after == points_.begin() ? before_all_ : std::prev(after)->lowest;
    return lowest + placed_ + amount >= 0;
  }

  void place(Wide amount) { placed_ += amount; }

 private:
  struct Point {
    std::size_t place;
    Wide lowest;  // the prefix sum, until settle()
  };
  std::vector<Point> points_;
  Wide before_all_ = 0;
  Wide placed_ = 0;
};

using ByCampaign = std::map<Id, Wide>;

ByCampaign summed(const SeriesEntry& entry) {
  ByCampaign amounts;
  for (const auto& [campaign, amount] : entry.campaigns) amounts[campaign] += amount;
  return amounts;
}

Wide total_of(const ByCampaign& amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), Wide{0},
                         [](Wide sum, const auto& a) { return sum + a.second; });
}

}  // namespace

std::vector<bool> cover_credits(const std::vector<SeriesEntry>& series) {
  std::vector<std::size_t> order(series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(series[a].effective_date, series[a].document) <
           std::tuple(series[b].effective_date, series[b].document);
  });

  Track total;
  std::map<Id, Track> campaigns;
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (series[order[place]].conditional) continue;
    const ByCampaign amounts = summed(series[order[place]]);
    total.add(place, total_of(amounts));
    for (const auto& [campaign, amount] : amounts) campaigns[campaign].add(place, amount);
  }
  total.settle();
  for (auto& [campaign, track] : campaigns) track.settle();

  std::vector<bool> stays(series.size(), true);
  for (std::size_t place = 0; place < order.size(); ++place) {
    if (!series[order[place]].conditional) continue;
    const ByCampaign amounts = summed(series[order[place]]);
    const bool fits =
        total.has_room(place, total_of(amounts)) && std::all_of(amounts.begin(), amounts.end(), [&](const auto& a) {
          return a.second == 0 || campaigns[a.first].has_room(place, a.second);
        });
    stays[order[place]] = fits;
    if (!fits) continue;
    total.place(total_of(amounts));
    for (const auto& [campaign, amount] : amounts) campaigns[campaign].place(amount);
  }
  return stays;
}

}  // namespace sales_leads::domain
