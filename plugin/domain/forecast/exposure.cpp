// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "domain/forecast/life_table.h"

namespace sales_leads::domain::forecast {
namespace {

constexpr std::int32_t kPlainTail = 140;   // units: from here on wide bands
constexpr double kMissedEvents = 20.0;     // so many closings missing before the first one: recording began there
constexpr std::int64_t kFewClosings = 30;  // fewer tell no cycle length
constexpr std::int32_t kDefaultUnit = 1;
constexpr std::int32_t kFarOlder = 2;    // times the age of the oldest that closed
constexpr std::int32_t kLongest = 400;   // units of age that are looked at
constexpr std::size_t kSlice = 200'000;  // deals
constexpr double kUsualWonAge = 60, kUsualWins = 20;
constexpr int kWonAgeRounds = 20;

struct View {
  const History& history;
  Day as_of;
  [[nodiscard]] Day closed(std::size_t i) const {
    if (history.outcome[i] == Outcome::open || history.close[i] > as_of) return kNever;
    return std::max(history.close[i], history.entry[i] + 1);
  }
};

/// How many there are of each age; grows as needed.
class Ages {
 public:
  void add(std::int32_t age, std::int64_t count = 1) {
    const auto at = static_cast<std::size_t>(std::max(0, age));
    if (at >= counts_.size()) counts_.resize(at + 1);
    counts_[at] += count;
    all_ += count;
  }
  [[nodiscard]] std::int64_t all() const { return all_; }
  [[nodiscard]] std::int32_t oldest() const { return static_cast<std::int32_t>(counts_.size()) - 1; }
  /// The age of the one that stands there when all stand by age.
  [[nodiscard]] std::int32_t at(std::int64_t place) const {
    std::int64_t before = 0;
    for (std::size_t age = 0; age < counts_.size(); ++age) {
      before += counts_[age];
      if (before > place) return static_cast<std::int32_t>(age);
    }
    return oldest();
  }
  [[nodiscard]] const std::vector<std::int64_t>& counts() const { return counts_; }

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t all_ = 0;
};

/// Days that deals spent at each age: put together from when they came and went.
class Spans {
 public:
  void add(std::int32_t from, std::int32_t to) {
    if (to < from) return;
    came_.add(from);
    went_.add(to + 1);
  }
  [[nodiscard]] std::vector<std::int64_t> by_band(const Bands& bands) const {
    std::vector<std::int64_t> days(bands.count());
    std::int64_t there = 0;
    const auto &came = came_.counts(), &went = went_.counts();
    for (std::size_t age = 0; age < went.size(); ++age) {
      there += (age < came.size() ? came[age] : 0) - went[age];
      days[bands.of(static_cast<std::int32_t>(age))] += there;
    }
    return days;
  }

 private:
  Ages came_, went_;
};

/// Ages of closings at the 99th of a hundred, divided by what a unit of one day is made for.
std::int32_t unit_of(const Ages& closings) {
  if (closings.all() < kFewClosings) return kDefaultUnit;
  return std::max(1, (closings.at((closings.all() - 1) * 99 / 100) + kPlainTail / 2) / kPlainTail);
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
  for (const std::int32_t tail : {170, 210, 260, 320}) first_.push_back(tail * unit_);
  band_.resize(static_cast<std::size_t>(first_.back()) + 1);
  std::size_t band = 0;
  for (std::int32_t age = 1; age < static_cast<std::int32_t>(band_.size()); ++age) {
    while (band + 1 < first_.size() && age >= first_[band + 1]) ++band;
    band_[static_cast<std::size_t>(age)] = static_cast<std::int16_t>(band);
  }
}

struct ExposureMaker::Impl {
  const View view;
  Exposure made;
  enum class Pass { ages, start, rows, done } pass = Pass::ages;
  std::size_t at = 0;
  Ages closings;
  Day first_entry = kNever, first_close = kNever;
  Spans before, after;  // the first closing, in days at risk by age
  bool own[kPhases] = {false, false, false};
  std::int32_t last_own = -1;
  Day last_entry = kNever;
  std::int64_t won_days = 0;
  Ages waited;  // of what was won: days from its entry to today

  Impl(const History& history, Day as_of, std::int32_t first_month) : view{history, as_of} {
    made.history = &history;
    made.as_of = made.recording_start = as_of;
    made.fiscal_first_month = first_month;
  }

  bool step() {
    if (pass == Pass::done) return false;
    const std::size_t end = std::min(view.history.size(), at + kSlice);
    for (; at < end; ++at) {
      if (view.history.entry[at] > view.as_of || view.history.untried[at] != 0) continue;
      switch (pass) {
        case Pass::ages:
          look_at_age(at);
          break;
        case Pass::start:
          look_at_start(at);
          break;
        case Pass::rows:
          add_row(at);
          break;
        case Pass::done:
          break;
      }
    }
    if (at < view.history.size()) return true;
    at = 0;
    if (pass == Pass::ages) {
      after_ages();
    } else if (pass == Pass::start) {
      after_start();
    } else {
      made.two_phases = own[0] + own[1] + own[2] >= 2;
      made.mean_won_age = mean_won_age();
      pass = Pass::done;
    }
    return pass != Pass::done;
  }

  void look_at_age(std::size_t i) {
    first_entry = std::min(first_entry, view.history.entry[i]);
    if (const Day closed = view.closed(i); closed != kNever) {
      closings.add(closed - view.history.entry[i]);
      first_close = std::min(first_close, closed);
    }
  }

  void after_ages() {
    made.bands = Bands(unit_of(closings));
    if (closings.all() > 0) {
      made.usual_age = closings.at(closings.all() / 2);
      if (closings.all() >= kFewClosings) made.dead_age = std::max(made.bands.horizon(), kFarOlder * closings.oldest());
    }
    pass = first_entry == kNever ? Pass::done : Pass::start;
  }

  void look_at_start(std::size_t i) {
    if (first_close == kNever || first_close <= first_entry + 1) return;
    const Day entry = view.history.entry[i], to = std::min(view.closed(i), view.as_of);
    if (entry + 1 < first_close) before.add(1, std::min(to, first_close - 1) - entry);
    after.add(std::max(entry + 1, first_close) - entry, to - entry);
  }

  /// Whether deals lay open before the first closing for so long that closings must have gone unrecorded.
  void after_start() {
    made.recording_start = first_entry;
    if (first_close != kNever && first_close > first_entry + 1) {
      const auto days_before = before.by_band(made.bands), days_after = after.by_band(made.bands);
      std::vector<std::int64_t> events(made.bands.count());
      for (std::size_t age = 0; age < closings.counts().size(); ++age)
        events[made.bands.of(static_cast<std::int32_t>(age))] += closings.counts()[age];
      double missed = 0;
      for (std::size_t b = 0; b < events.size(); ++b)
        missed += static_cast<double>(days_before[b]) * static_cast<double>(events[b]) /
                  std::max(1.0, static_cast<double>(days_after[b]));
      if (missed > kMissedEvents) made.recording_start = first_close;
    }
    made.first_cohort_month = month_number(first_entry);
    made.cohorts = month_number(made.as_of) - made.first_cohort_month + 1;
    for (Day day = made.recording_start; day <= made.as_of + 1; ++day) {
      made.phase.push_back(static_cast<std::int8_t>((civil_date(day).month - made.fiscal_first_month + 12) % 3));
    }
    made.rows.reserve(view.history.size());
    pass = Pass::rows;
  }

  /// Of deals that came lately only the quick wins are seen: of each, what is missing by that is added, by the mean
  /// that is looked for.
  [[nodiscard]] double mean_won_age() const {
    double mean = kUsualWonAge;
    for (int round = 0; round < kWonAgeRounds; ++round) {
      double days = static_cast<double>(won_days);
      for (std::size_t wait = 1; wait < waited.counts().size(); ++wait) {
        const auto seen = static_cast<double>(wait);
        days += static_cast<double>(waited.counts()[wait]) * seen / std::expm1(seen / mean);
      }
      mean = (kUsualWonAge * kUsualWins + days) / (kUsualWins + static_cast<double>(made.won));
    }
    return std::min(mean, static_cast<double>(made.bands.horizon()));
  }

  void add_row(std::size_t i) {
    const Day entry = view.history.entry[i], closed = view.closed(i);
    if (entry != last_entry && entry >= made.recording_start) {
      last_entry = entry;
      if (const std::int32_t month = month_number(entry); month != last_own) {
        last_own = month;
        ++made.own_cohorts;
      }
    }
    const Day from = std::max(entry + 1, made.recording_start);
    const Day to = closed != kNever ? closed : made.as_of;
    if (to < from) return;
    // Far beyond the last band nothing is learnt any more, and the rows of a long past would cost the most.
    const std::int32_t longest = kLongest * made.bands.unit();
    if (from - entry > longest) return;
    const bool counts = closed != kNever && to - entry <= longest;
    Exposure::Row row;
    row.deal = static_cast<std::int32_t>(i);
    row.first_age = from - entry;
    row.last_age = std::min(to - entry, longest);
    row.light = entry + 1 < made.recording_start;
    if (counts) {
      row.cause = view.history.outcome[i] == Outcome::won ? 0 : 1;
      (row.cause == 0 ? made.won : made.lost) += 1;
      if (row.cause == 0) {
        won_days += row.last_age;
        waited.add(made.as_of - entry);
      }
      own[made.phase_of(closed)] = true;
    }
    if (made.entries.empty() || made.entries.back().day != entry) {
      made.entries.push_back({entry, made.cohort_of(entry), made.rows.size(), made.rows.size(), 0});
    }
    made.rows.push_back(row);
    made.entries.back().last_age = std::max(made.entries.back().last_age, row.last_age);
    made.entries.back().end = made.rows.size();
  }
};

ExposureMaker::ExposureMaker(const History& history, Day as_of, std::int32_t fiscal_first_month)
    : impl_(std::make_unique<Impl>(history, as_of, fiscal_first_month)) {}
ExposureMaker::~ExposureMaker() = default;
bool ExposureMaker::step() { return impl_->step(); }
Exposure ExposureMaker::take() { return std::move(impl_->made); }

Exposure::Exposure(const History& the_history, Day the_as_of, std::int32_t first_month) {
  ExposureMaker maker(the_history, the_as_of, first_month);
  while (maker.step()) {
  }
  *this = maker.take();
}

std::size_t Exposure::phase_of(Day day) const {
  const std::int32_t at = day - recording_start;
  if (at >= 0 && at < static_cast<std::int32_t>(phase.size()))
    return static_cast<std::size_t>(phase[static_cast<std::size_t>(at)]);
  return static_cast<std::size_t>((civil_date(day).month - fiscal_first_month + 12) % 3);
}

std::int32_t Exposure::cohort_of(Day day) const { return month_number(day) - first_cohort_month; }

}  // namespace sales_leads::domain::forecast
