// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "reports/forecast.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

struct Part {
  const char *key, *en, *sv, *nb;
};
constexpr std::array kParts = {Part{"start", "Start", "Början", "Start"},
                               Part{"new", "New", "Nya", "Nye"},
                               Part{"pulled_in", "Pulled in", "Tidigarelagda", "Fremskyndet"},
                               Part{"pushed_out", "Pushed out", "Senarelagda", "Utsatt"},
                               Part{"up", "Amount up", "Höjda belopp", "Økte beløp"},
                               Part{"down", "Amount down", "Sänkta belopp", "Senkede beløp"},
                               Part{"won", "Won", "Vunna", "Vunnet"},
                               Part{"lost", "Lost", "Tappade", "Tapt"},
                               Part{"end", "End", "Slut", "Slutt"}};

/// Status at the end of a day of opportunities that the later forecast no longer holds.
std::unordered_map<Id, std::string> statuses(const Context& context, const std::vector<Id>& ids, domain::Day day) {
  std::unordered_map<Id, std::string> found;
  for (auto& [id, status] : context.session.query<Id, std::string>(
           "select opportunity_id, value from sl_field_history where company_id = :company and field = 'status' and "
           "effective_at < :end and " +
               context.session.in_ids("opportunity_id", "ids") + " order by opportunity_id, effective_at, id",
           {{"company", context.company},
            {"end", context.calendar->start_of(day + 1)},
            {"ids", context.session.ids_text(ids)}})) {
    found[id] = std::move(status);
  }
  return found;
}

domain::Day month_before(domain::Day day) {
  const auto date = domain::civil_date(day);
  return *domain::day_of({date.year, date.month, 1}) - 1;
}

struct Window {
  std::optional<domain::Day> from, to;
  [[nodiscard]] bool holds(const std::optional<std::int64_t>& day) const {
    if (!from && !to) return true;
    return day && (!from || *day >= *from) && (!to || *day <= *to);
  }
};

/// What became of each deal between the two days.
class Bridge {
 public:
  Bridge(const Context& context, domain::Day end, Window window) : context_(context), end_(end), window_(window) {}

  /// One deal, as it was frozen on either day.
  void add(const store::SnapshotRow* old_row, const store::SnapshotRow* new_row) {
    const bool was = old_row != nullptr && window_.holds(old_row->planned_close);
    const bool is = new_row != nullptr && window_.holds(new_row->planned_close);
    const std::int64_t old_amount = was ? old_row->amount.value_or(0) : 0;
    const std::int64_t new_amount = is ? new_row->amount.value_or(0) : 0;
    if (was) count("start", old_amount);
    if (is) count("end", new_amount);
    if (was && is) {
      if (new_amount > old_amount) move("up", new_row->opportunity, new_amount - old_amount);
      if (new_amount < old_amount) move("down", new_row->opportunity, new_amount - old_amount);
    } else if (was && new_row != nullptr) {
      move("pushed_out", new_row->opportunity, -old_amount);
    } else if (was) {
      gone_.emplace_back(old_row->opportunity, old_amount);
      if (gone_.size() == kAsked) settle();
    } else if (is) {
      move(old_row != nullptr ? "pulled_in" : "new", new_row->opportunity, new_amount);
    }
  }

  /// Asks what became of those that the later forecast no longer holds.
  void settle() {
    if (gone_.empty()) return;
    std::vector<Id> ids;
    for (const auto& [id, amount] : gone_) ids.push_back(id);
    const auto became = statuses(context_, ids, end_);
    for (const auto& [id, amount] : gone_) {
      const auto status = became.find(id);
      move(status != became.end() && status->second == "won" ? "won" : "lost", id, -amount);
    }
    gone_.clear();
  }

  [[nodiscard]] json::array largest(const std::string& currency) {
    cut(kTold);
    std::sort(moved_.begin(), moved_.end(), larger);
    json::array list;
    for (const Move& one : moved_) {
      list.push_back(
          json::object{{"opportunity", one.id}, {"part", one.part}, {"amount", amount_json(one.amount, currency)}});
    }
    return list;
  }
  /// How many moved beside the largest.
  [[nodiscard]] std::int64_t others() const { return moves_ - static_cast<std::int64_t>(moved_.size()); }

  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // by part: count, amount

 private:
  static constexpr std::size_t kTold = 1'000, kAsked = 5'000;
  struct Move {
    Id id = 0;
    const char* part = "";
    std::int64_t amount = 0;
  };
  static bool larger(const Move& a, const Move& b) {
    const auto size = [](std::int64_t amount) {
      return amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
    };
    return size(a.amount) != size(b.amount) ? size(a.amount) > size(b.amount) : a.id < b.id;
  }

  void count(const char* part, std::int64_t amount) {
    ++sums[part].first;
    sums[part].second += amount;
  }
  void move(const char* part, Id id, std::int64_t amount) {
    count(part, amount);
    ++moves_;
    moved_.push_back({id, part, amount});
    if (moved_.size() >= 2 * kTold) cut(kTold);
  }
  void cut(std::size_t most) {
    if (moved_.size() <= most) return;
    std::nth_element(moved_.begin(), moved_.begin() + static_cast<std::ptrdiff_t>(most), moved_.end(), larger);
    moved_.resize(most);
  }

  const Context& context_;
  const domain::Day end_;
  const Window window_;
  std::vector<std::pair<Id, std::int64_t>> gone_;  // with what they were worth
  std::vector<Move> moved_;                        // the largest of all, and some
  std::int64_t moves_ = 0;
};

}  // namespace

json::object forecast_bridge(const Context& context, const json::object& params) {
  const auto later = snapshot_of(context, params, "end", context.today);
  // Without a start: from where the month of the end began.
  const auto earlier = snapshot_of(context, params, "start", later ? month_before(later->as_of) : context.today);
  if (!earlier || !later) return {{"rows", json::array{}}, {"start", nullptr}, {"end", nullptr}};
  const store::Snapshot &before = *earlier, &after = *later;
  if (before.as_of > after.as_of) {
    throw Failure(
        Code::invalid_argument, "report.start.invalid",
        "start " + domain::date_text(before.as_of) + " lies after end " + domain::date_text(after.as_of) + ".");
  }
  Bridge bridge(context, after.as_of, Window{read_day(params, "from", false), read_day(params, "to", true)});
  const Visible visible(context);
  for (FrozenRows old_rows(context, before), new_rows(context, after); old_rows.at() || new_rows.at();) {
    const store::SnapshotRow *old_row = old_rows.at(), *new_row = new_rows.at();
    if (old_row != nullptr && new_row != nullptr && old_row->opportunity != new_row->opportunity)
      (old_row->opportunity < new_row->opportunity ? new_row : old_row) = nullptr;
    if (visible.covers((old_row != nullptr ? old_row : new_row)->opportunity)) bridge.add(old_row, new_row);
    if (old_row != nullptr) old_rows.next();
    if (new_row != nullptr) new_rows.next();
  }
  bridge.settle();
  json::array rows;
  std::int64_t check = 0;
  for (const Part& part : kParts) {
    const auto& [count, amount] = bridge.sums[part.key];
    check += std::string_view(part.key) == "end" ? -amount : amount;
    rows.push_back(
        json::object{{"key", part.key},
                     {"label", context.language == "sv"   ? part.sv
                               : context.language == "nb" ? part.nb
                                                          : part.en},
                     {"measures", json::object{{"count", count}, {"amount", amount_json(amount, context.currency)}}}});
  }
  return {{"rows", std::move(rows)},
          {"start", domain::date_text(before.as_of)},
          {"end", domain::date_text(after.as_of)},
          {"difference", amount_json(check, context.currency)},
          {"moved", bridge.largest(context.currency)},
          {"moved_others", bridge.others()}};
}

}  // namespace sales_leads::reports
