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
  const Window window{read_day(params, "from", false), read_day(params, "to", true)};
  store::SnapshotStore store(context.session, context.company);
  const Visible visible(context);
  std::map<Id, std::pair<const store::SnapshotRow*, const store::SnapshotRow*>> both;
  const auto old_rows = store.rows(before.id), new_rows = store.rows(after.id);
  for (const auto& row : old_rows) both[row.opportunity].first = &row;
  for (const auto& row : new_rows) both[row.opportunity].second = &row;
  std::vector<Id> gone;
  for (const auto& [id, pair] : both) {
    if (pair.second == nullptr) gone.push_back(id);
  }
  const auto became = gone.empty() ? std::unordered_map<Id, std::string>{} : statuses(context, gone, after.as_of);

  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // count, amount
  json::array moved;
  const auto add = [&](const char* part, Id id, std::int64_t amount, bool told = true) {
    ++sums[part].first;
    sums[part].second += amount;
    if (told) {
      moved.push_back(
          json::object{{"opportunity", id}, {"part", part}, {"amount", amount_json(amount, context.currency)}});
    }
  };
  for (const auto& [id, pair] : both) {
    if (!visible.covers(id)) continue;
    const auto* old_row = pair.first;
    const auto* new_row = pair.second;
    const bool was = old_row != nullptr && window.holds(old_row->planned_close);
    const bool is = new_row != nullptr && window.holds(new_row->planned_close);
    const std::int64_t old_amount = was ? old_row->amount.value_or(0) : 0;
    const std::int64_t new_amount = is ? new_row->amount.value_or(0) : 0;
    if (was) add("start", id, old_amount, false);
    if (is) add("end", id, new_amount, false);
    if (was && is) {
      if (new_amount > old_amount) add("up", id, new_amount - old_amount);
      if (new_amount < old_amount) add("down", id, new_amount - old_amount);
    } else if (was && new_row != nullptr) {
      add("pushed_out", id, -old_amount);
    } else if (was) {
      const auto status = became.find(id);
      add(status != became.end() && status->second == "won" ? "won" : "lost", id, -old_amount);
    } else if (is) {
      add(old_row != nullptr ? "pulled_in" : "new", id, new_amount);
    }
  }
  json::array rows;
  std::int64_t check = 0;
  for (const Part& part : kParts) {
    const auto& [count, amount] = sums[part.key];
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
          {"moved", std::move(moved)}};
}

}  // namespace sales_leads::reports
