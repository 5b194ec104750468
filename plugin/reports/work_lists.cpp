// SPDX-License-Identifier: Apache-2.0
#include "reports/work_lists.h"

#include <algorithm>
#include <array>
#include <map>

#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using MaybeId = std::optional<Id>;
constexpr std::int64_t kSlips = 3;
constexpr domain::Day kOrderAfter = 14;   // days from the win within which an order is expected
constexpr std::int64_t kFarPercent = 25;  // of the expected amount
constexpr std::int64_t kDefaultRows = 200;

struct Kind {
  const char *key, *en, *sv, *nb;  // {n}: the number that it is about
};
constexpr std::array kKinds = {
    Kind{"overdue", "Planned close passed {n} days ago", "Planerat avslut passerades för {n} dagar sedan",
         "Planlagt avslutning passerte for {n} dager siden"},
    Kind{"stale", "In the same step for {n} days", "I samma steg i {n} dagar", "I samme steg i {n} dager"},
    Kind{"slipped", "Planned close moved {n} times", "Planerat avslut flyttat {n} gånger",
         "Planlagt avslutning flyttet {n} ganger"},
    Kind{"no_activity", "No next activity", "Ingen nästa aktivitet", "Ingen neste aktivitet"},
    Kind{"won_without_order", "Won {n} days ago, no order yet", "Vunnen för {n} dagar sedan, ingen order ännu",
         "Vunnet for {n} dager siden, ingen ordre ennå"},
    Kind{"order_on_lost", "Lost, but there is an order on it", "Tappad, men det finns en order på den",
         "Tapt, men det finnes en ordre på den"},
    Kind{"invoiced_far", "Invoiced is {n} % of the expected amount", "Fakturerat är {n} % av det förväntade beloppet",
         "Fakturert er {n} % av det forventede beløpet"}};

std::string words(const Context& context, const Kind& kind, std::int64_t number) {
  std::string text = context.language == "sv" ? kind.sv : context.language == "nb" ? kind.nb : kind.en;
  if (const auto at = text.find("{n}"); at != std::string::npos) text.replace(at, 3, std::to_string(number));
  return text;
}

struct Deal {
  Id id = 0, owner = 0, customer = 0;
  std::string title, status;
  std::optional<std::int64_t> planned_close, next_activity, closed, amount;
  std::int64_t slipped = 0, entered_us = 0, stale_days = 0, ordered = 0, invoiced = 0;
};

/// The number that a nudge is about; empty where there is nothing to say.
std::optional<std::int64_t> number_of(const std::string& kind, const Deal& deal, domain::Day today,
                                      domain::Day entered) {
  const bool open = deal.status == "open";
  const bool planned = deal.next_activity && *deal.next_activity >= today;
  if (kind == "overdue" && open && deal.planned_close && *deal.planned_close < today)
    return today - *deal.planned_close;
  if (kind == "stale" && open && !planned && deal.stale_days > 0 && today - entered > deal.stale_days)
    return today - entered;
  if (kind == "slipped" && open && deal.slipped >= kSlips) return deal.slipped;
  if (kind == "no_activity" && open && !deal.next_activity) return 0;
  if (kind == "won_without_order" && deal.status == "won" && deal.closed && today - *deal.closed >= kOrderAfter &&
      deal.ordered == 0 && deal.invoiced == 0)
    return today - *deal.closed;
  if (kind == "order_on_lost" && (deal.status == "lost" || deal.status == "expired") && deal.ordered != 0) return 0;
  if (kind == "invoiced_far" && deal.status == "won" && deal.amount.value_or(0) > 0 && deal.invoiced != 0) {
    const auto percent = static_cast<std::int64_t>(static_cast<domain::Wide>(deal.invoiced) * 100 / *deal.amount);
    if (percent < 100 - kFarPercent || percent > 100 + kFarPercent) return percent;
  }
  return std::nullopt;
}

/// One click: the action and what is known of its input. What is missing, the user fills in.
json::object act(const std::string& kind, const Deal& deal) {
  if (kind == "overdue" || kind == "slipped")
    return {{"action", "opportunity.update"},
            {"input", json::object{{"id", deal.id}}},
            {"asks", json::array{"planned_close"}}};
  if (kind == "stale" || kind == "no_activity")
    return {{"action", "activity.create"},
            {"input", json::object{{"opportunity", deal.id}, {"kind", "task"}}},
            {"asks", json::array{"title", "due"}}};
  if (kind == "order_on_lost")
    return {{"action", "opportunity.reopen"}, {"input", json::object{{"id", deal.id}}}, {"asks", json::array{}}};
  if (kind == "won_without_order")
    return {{"action", "activity.create"},
            {"input", json::object{{"opportunity", deal.id}, {"kind", "task"}}},
            {"asks", json::array{"title", "due"}}};
  return {{"action", "opportunity.update"}, {"input", json::object{{"id", deal.id}}}, {"asks", json::array{"amount"}}};
}

std::vector<std::string> wanted_kinds(const json::object& params) {
  std::vector<std::string> kinds;
  if (const json::value* list = params.if_contains("kinds"); list != nullptr && list->is_array()) {
    for (const json::value& kind : list->get_array()) kinds.emplace_back(kind.as_string());
  }
  if (kinds.empty()) {
    for (const Kind& kind : kKinds) kinds.emplace_back(kind.key);
  }
  return kinds;
}

}  // namespace

json::object nudges(const Context& context, const json::object& params) {
  std::map<Id, std::pair<std::int64_t, std::int64_t>> sold;  // ordered, invoiced
  for (const auto& [id, measure, sum] : context.session.query<Id, std::string, std::int64_t>(
           "select opportunity_id, measure, cast(sum(company_minor) as bigint) from sl_rollup_opportunity where "
           "company_id = "
           ":company and opportunity_id > 0 group by opportunity_id, measure",
           {{"company", context.company}})) {
    if (measure == "ordered") sold[id].first += sum;
    if (measure == "invoices" || measure == "credits") sold[id].second += sum;
  }
  std::string mine;
  store::Params binds{{"company", context.company}};
  if (!context.sees_all()) {
    mine = " and " + store::own_condition(context.session, "o");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  const auto kinds = wanted_kinds(params);
  const json::value* limit = params.if_contains("limit");
  const std::int64_t most = limit != nullptr && limit->is_int64() ? limit->get_int64() : kDefaultRows;
  Labels labels(context);
  std::map<std::string, std::int64_t> counts;
  struct Row {
    std::size_t kind;
    std::int64_t number;
    json::object shown;
  };
  std::vector<Row> rows;
  for (auto& [id, owner, customer, title, status, planned, activity, closed, slipped, amount, stale, entered] :
       context.session.query<Id, Id, Id, std::string, std::string, MaybeId, MaybeId, MaybeId, std::int64_t, MaybeId,
                             std::int64_t, std::int64_t>(
           "select o.id, o.owner_id, o.customer_id, o.title, o.status, o.planned_close, o.next_activity, "
           "o.actual_close, "
           "o.times_slipped, o.company_minor, s.stale_days, coalesce((select max(v.entered_at) from sl_step_visit v "
           "where "
           "v.company_id = o.company_id and v.opportunity_id = o.id), o.created_at) from sl_opportunity o join sl_step "
           "s on "
           "s.id = o.step_id and s.company_id = o.company_id where o.company_id = :company and o.archived = 0" +
               mine + " order by o.id",
           binds)) {
    Deal deal{id,       owner,  customer, std::move(title), std::move(status), planned,
              activity, closed, amount,   slipped,          entered,           stale,
              0,        0};
    if (const auto found = sold.find(id); found != sold.end()) std::tie(deal.ordered, deal.invoiced) = found->second;
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      const std::string kind = kKinds[k].key;
      if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
      const auto number = number_of(kind, deal, context.today, context.calendar->day_of(deal.entered_us));
      if (!number) continue;
      ++counts[kind];
      json::object shown{
          {"kind", kind},
          {"opportunity", id},
          {"title", deal.title},
          {"status", deal.status},
          {"seller", labels.seller(owner).label},
          {"customer", labels.customer(customer).label},
          {"number", *number},
          {"text", words(context, kKinds[k], *number)},
          {"amount", deal.amount ? json::value(amount_json(*deal.amount, context.currency)) : json::value()}};
      shown["act"] = act(kind, deal);
      rows.push_back({k, *number, std::move(shown)});
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.kind != b.kind ? a.kind < b.kind : a.number > b.number; });
  json::array list;
  for (Row& row : rows) {
    if (static_cast<std::int64_t>(list.size()) == most) break;
    list.push_back(std::move(row.shown));
  }
  json::object totals;
  for (const auto& [kind, count] : counts) totals[kind] = count;
  return {{"rows", std::move(list)},
          {"totals", json::object{{"measures", std::move(totals)}}},
          {"more", static_cast<std::int64_t>(rows.size()) > most}};
}

json::object planned_activities(const Context& context, const json::object& params) {
  std::string mine;
  store::Params binds{{"company", context.company}};
  if (!context.sees_all()) {
    mine = " and " + context.session.in_ids("a.owner_id", "them");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  const auto to = read_day(params, "to", true);
  if (to) {
    mine += " and a.due_date <= :last";
    binds.emplace_back("last", *to);
  }
  struct Words {
    const char *key, *en, *sv, *nb;
  };
  static constexpr std::array kWhen = {
      Words{"overdue", "Overdue", "Försenade", "Forfalt"}, Words{"today", "Today", "I dag", "I dag"},
      Words{"later", "Later", "Senare", "Senere"}, Words{"undated", "No date", "Inget datum", "Ingen dato"}};
  Labels labels(context);
  std::array<json::array, 4> groups;
  for (auto& [id, entity, record, kind, title, owner, due] :
       context.session.query<Id, std::string, Id, std::string, std::string, Id, MaybeId>(
           "select a.id, a.entity, a.entity_id, a.kind, a.title, a.owner_id, a.due_date from sl_activity a where "
           "a.company_id "
           "= :company and a.done_at is null and a.archived = 0 and a.kind in ('task', 'call', 'meeting')" +
               mine + " order by coalesce(a.due_date, 99999999), a.id",
           binds)) {
    const std::size_t when = !due ? 3 : *due < context.today ? 0 : *due == context.today ? 1 : 2;
    json::object act{{"action", "activity.done"}, {"input", json::object{{"id", id}}}, {"asks", json::array{}}};
    groups[when].push_back(
        json::object{{"id", id},
                     {"entity", entity},
                     {"entity_id", record},
                     {"kind", kind},
                     {"title", title},
                     {"seller", labels.seller(owner).label},
                     {"due", due ? json::value(domain::date_text(static_cast<domain::Day>(*due))) : json::value()},
                     {"act", std::move(act)}});
  }
  json::array rows;
  std::int64_t count = 0;
  for (std::size_t w = 0; w < kWhen.size(); ++w) {
    if (groups[w].empty()) continue;
    const auto n = static_cast<std::int64_t>(groups[w].size());
    count += n;
    const char* label = context.language == "sv" ? kWhen[w].sv : context.language == "nb" ? kWhen[w].nb : kWhen[w].en;
    rows.push_back(json::object{{"key", kWhen[w].key},
                                {"label", label},
                                {"measures", json::object{{"count", n}}},
                                {"activities", std::move(groups[w])}});
  }
  return {{"rows", std::move(rows)}, {"totals", json::object{{"measures", json::object{{"count", count}}}}}};
}

}  // namespace sales_leads::reports
