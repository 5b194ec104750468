// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "domain/forecast/life_table.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr std::int32_t kPlainTail = 140;  // units: from here on two wide bands
constexpr double kMissedEvents = 20.0;    // so many closings missing before the first one: recording began there
constexpr std::size_t kFewClosings = 30;  // fewer tell no cycle length
constexpr std::int32_t kDefaultUnit = 1;
constexpr std::int32_t kFarOlder = 2;   // times the age of the oldest that closed
constexpr std::int32_t kLongest = 400;  // units of age that are looked at

std::uint64_t mixed(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

struct View {
  const History& history;
  Day as_of;
  [[nodiscard]] Day closed(std::size_t i) const {
    if (history.outcome[i] == Outcome::open || history.close[i] > as_of) return kNever;
    return std::max(history.close[i], history.entry[i] + 1);
  }
};

/// Ages of closings at the 99th of a hundred, divided by what a unit of one day is made for.
std::int32_t unit_of(std::vector<std::int32_t>& ages) {
  if (ages.size() < kFewClosings) return kDefaultUnit;
  const std::size_t at = (ages.size() - 1) * 99 / 100;
  std::nth_element(ages.begin(), ages.begin() + static_cast<std::ptrdiff_t>(at), ages.end());
  return std::max(1, (ages[at] + kPlainTail / 2) / kPlainTail);
}

/// Whether deals lay open before the first closing for so long that closings must have gone unrecorded.
Day recording_start_of(const View& view, const std::vector<std::size_t>& deals, const Bands& bands, Day first_entry,
                       Day first_close) {
  if (first_close == kNever || first_close <= first_entry + 1) return first_entry;
  std::vector<double> before(bands.count()), after(bands.count()), events(bands.count());
  const auto add = [&](std::vector<double>& days, Day entry, Day from, Day to) {
    for (std::int32_t age = from - entry; age <= to - entry;) {
      const std::size_t band = bands.of(age);
      const std::int32_t last = band + 1 < bands.count() ? std::min(bands.first(band + 1) - 1, to - entry) : to - entry;
      days[band] += last - age + 1;
      age = last + 1;
    }
  };
  for (const std::size_t i : deals) {
    const Day entry = view.history.entry[i], closed = view.closed(i);
    const Day to = std::min(closed, view.as_of);
    if (entry + 1 < first_close) add(before, entry, entry + 1, std::min(to, first_close - 1));
    const Day from = std::max(entry + 1, first_close);
    if (from <= to) add(after, entry, from, to);
    if (closed != kNever) events[bands.of(closed - entry)] += 1;
  }
  double missed = 0;
  for (std::size_t b = 0; b < bands.count(); ++b) missed += before[b] * events[b] / std::max(1.0, after[b]);
  return missed > kMissedEvents ? first_close : first_entry;
}

}  // namespace

std::int32_t month_number(Day day) {
  const CivilDate date = civil_date(day);
  return 12 * date.year + date.month - 1;
}

Day first_of_month(std::int32_t number) { return *day_of({number / 12, number % 12 + 1, 1}); }

Bands::Bands(std::int32_t unit) : unit_(std::max(1, unit)) {
  for (std::int32_t a = 0; a < 20; ++a) first_.push_back(1 + a * unit_);
  for (std::int32_t a = 20; a < kPlainTail; a += 5) first_.push_back(1 + a * unit_);
  first_.push_back(kPlainTail * unit_);
  if (first_[first_.size() - 2] >= first_.back()) first_.erase(first_.end() - 2);
  first_.push_back(170 * unit_);
  band_.resize(static_cast<std::size_t>(170 * unit_) + 1);
  std::size_t band = 0;
  for (std::int32_t age = 1; age < static_cast<std::int32_t>(band_.size()); ++age) {
    while (band + 1 < first_.size() && age >= first_[band + 1]) ++band;
    band_[static_cast<std::size_t>(age)] = static_cast<std::int16_t>(band);
  }
}

Exposure::Exposure(const History& the_history, Day the_as_of, std::int32_t first_month, std::int64_t keep_one_of)
    : history(&the_history), as_of(the_as_of), fiscal_first_month(first_month) {
  const View view{the_history, as_of};
  std::vector<std::size_t> deals;
  std::vector<std::int32_t> ages;
  Day first_entry = kNever, first_close = kNever;
  for (std::size_t i = 0; i < the_history.size(); ++i) {
    if (the_history.entry[i] > as_of || the_history.untried[i] != 0) continue;
    if (keep_one_of > 1 &&
        mixed(static_cast<std::uint64_t>(the_history.id[i])) % static_cast<std::uint64_t>(keep_one_of) != 0)
      continue;
    deals.push_back(i);
    first_entry = std::min(first_entry, the_history.entry[i]);
    if (const Day closed = view.closed(i); closed != kNever) {
      ages.push_back(closed - the_history.entry[i]);
      first_close = std::min(first_close, closed);
    }
  }
  bands = Bands(unit_of(ages));
  if (!ages.empty()) {
    const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
    std::nth_element(ages.begin(), middle, ages.end());
    usual_age = *middle;
    if (ages.size() >= kFewClosings)
      dead_age = std::max(bands.horizon(), kFarOlder * *std::max_element(ages.begin(), ages.end()));
  }
  recording_start = as_of;
  if (deals.empty()) return;
  recording_start = recording_start_of(view, deals, bands, first_entry, first_close);
  first_cohort_month = month_number(first_entry);
  cohorts = month_number(as_of) - first_cohort_month + 1;
  bool own[3] = {false, false, false};
  std::int32_t last_own = -1;
  for (Day day = recording_start; day <= as_of + 1; ++day) {
    phase.push_back(static_cast<std::int8_t>((civil_date(day).month - fiscal_first_month + 12) % 3));
  }
  rows.reserve(deals.size());
  for (const std::size_t i : deals) {
    const Day entry = the_history.entry[i], closed = view.closed(i);
    const Day from = std::max(entry + 1, recording_start);
    const Day to = closed != kNever ? closed : as_of;
    if (entry >= recording_start && month_number(entry) != last_own) {
      last_own = month_number(entry);
      ++own_cohorts;
    }
    if (to < from) continue;
    // Far beyond the last band nothing is learnt any more, and the rows of a long past would cost the most.
    const std::int32_t longest = kLongest * bands.unit();
    if (from - entry > longest) continue;
    const bool counts = closed != kNever && to - entry <= longest;
    Row row;
    row.deal = static_cast<std::int32_t>(i);
    row.first_age = from - entry;
    row.last_age = std::min(to - entry, longest);
    row.light = entry + 1 < recording_start;
    if (counts) {
      row.cause = the_history.outcome[i] == Outcome::won ? 0 : 1;
      (row.cause == 0 ? won : lost) += 1;
      own[phase_of(closed)] = true;
    }
    if (entries.empty() || entries.back().day != entry) {
      entries.push_back({entry, cohort_of(entry), rows.size(), rows.size(), 0});
    }
    rows.push_back(row);
    entries.back().last_age = std::max(entries.back().last_age, row.last_age);
    entries.back().end = rows.size();
  }
  two_phases = own[0] + own[1] + own[2] >= 2;
}

std::size_t Exposure::phase_of(Day day) const {
  const std::int32_t at = day - recording_start;
  if (at >= 0 && at < static_cast<std::int32_t>(phase.size()))
    return static_cast<std::size_t>(phase[static_cast<std::size_t>(at)]);
  return static_cast<std::size_t>((civil_date(day).month - fiscal_first_month + 12) % 3);
}

std::int32_t Exposure::cohort_of(Day day) const { return month_number(day) - first_cohort_month; }

}  // namespace sales_leads::domain::forecast
