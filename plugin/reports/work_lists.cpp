// SPDX-License-Identifier: Apache-2.0
#include "reports/work_lists.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"
#include "store/read_snapshot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using MaybeId = std::optional<Id>;
constexpr std::int64_t kSlips = 3;
constexpr domain::Day kOrderAfter = 14;   // days from the win within which an order is expected
constexpr std::int64_t kFarPercent = 25;  // of the expected amount
constexpr domain::Day kLookBack = 365;    // days: of what was closed earlier nobody wants to hear every morning
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
  std::optional<std::int64_t> amount;
};

// Sums of an opportunity's ledger; as numeric where they are multiplied, which a bigint may not hold.
constexpr const char* kOrdered =
    "coalesce((select sum(l.company_minor) from sl_ledger l where l.company_id = o.company_id and l.opportunity_id = "
    "o.id and l.measure = 'ordered'), 0)";
constexpr const char* kInvoiced =
    "coalesce((select sum(l.company_minor) from sl_ledger l where l.company_id = o.company_id and l.opportunity_id = "
    "o.id and l.measure in ('invoices', 'credits')), 0)";
constexpr const char* kEntered =
    "coalesce((select max(v.entered_at) from sl_step_visit v where v.company_id = o.company_id and v.opportunity_id = "
    "o.id), o.created_at)";

/// Which opportunities a kind is about, the number that it tells of each, and which come first.
struct Query {
  std::string condition, number, order;
  store::Params binds{};
  std::string counting{};  // the same condition, as an index holds all of it; none: counted by the first
  // So many of all deals that SQLite is quicker from end to end of the table than by an index here and there: it is
  // told so by a plus before each column that would lead to one.
  bool most_of_table = false;
};

std::vector<Query> queries_of(const std::string& kind, const Context& context) {
  const std::string open = "o.status = 'open' and ";
  const store::Params today{{"today", static_cast<std::int64_t>(context.today)}};
  const std::string recent = "o.actual_close >= :recent and ";
  const store::Params since{{"recent", static_cast<std::int64_t>(context.today - kLookBack)}};
  if (kind == "overdue") {
    return {{.condition = open + "o.planned_close < :today",
             .number = "o.planned_close",
             .order = "o.planned_close",
             .binds = today,
             .counting = open + "coalesce(o.planned_close, 99999999999999999) < :today"}};
  }
  if (kind == "slipped") {
    return {{.condition = open + "o.times_slipped >= " + std::to_string(kSlips),
             .number = "o.times_slipped",
             .order = "o.times_slipped desc",
             .most_of_table = true}};
  }
  if (kind == "no_activity") {
    return {{.condition = open + "o.next_activity is null", .number = "0", .order = "o.id", .most_of_table = true}};
  }
  if (kind == "order_on_lost") {
    return {{"o.status in ('lost', 'expired') and " + recent + kOrdered + " <> 0", "0", "o.id", since}};
  }
  if (kind == "won_without_order") {
    store::Params binds = since;
    binds.emplace_back("until", static_cast<std::int64_t>(context.today - kOrderAfter));
    return {{"o.status = 'won' and " + recent + "o.actual_close <= :until and " + kOrdered + " = 0 and " + kInvoiced +
                 " = 0",
             "o.actual_close", "o.actual_close", std::move(binds)}};
  }
  if (kind == "invoiced_far") {
    const std::string invoiced = "cast(" + std::string(kInvoiced) + " as numeric)";
    const std::string amount = "cast(o.company_minor as numeric)";
    return {{"o.status = 'won' and " + recent + "o.company_minor > 0 and " + invoiced + " <> 0 and (" + invoiced +
                 " * 100 < " + amount + " * " + std::to_string(100 - kFarPercent) + " or " + invoiced +
                 " * 100 >= " + amount + " * " + std::to_string(101 + kFarPercent) + ")",
             "cast(" + std::string(kInvoiced) + " as bigint)", invoiced + " * 1.0 / " + amount + " desc", since}};
  }
  // stale: each step has its own patience, counted in the company's days.
  std::vector<Query> queries;
  for (const auto& [step, days] : context.session.query<Id, std::int64_t>(
           "select id, stale_days from sl_step where company_id = :company and stale_days > 0 order by id",
           {{"company", context.company}})) {
    queries.push_back({open + "o.step_id = :step and (o.next_activity is null or o.next_activity < :today) and " +
                           kEntered + " < :entered",
                       kEntered,
                       kEntered,
                       {{"today", static_cast<std::int64_t>(context.today)},
                        {"step", step},
                        {"entered", context.calendar->start_of(static_cast<std::int32_t>(context.today - days))}}});
  }
  return queries;
}

/// What is said of the number that the query found.
std::int64_t told_number(const std::string& kind, std::int64_t found, const Deal& deal, const Context& context) {
  if (kind == "overdue" || kind == "won_without_order") return context.today - found;
  if (kind == "stale") return context.today - context.calendar->day_of(found);
  if (kind == "invoiced_far")
    return static_cast<std::int64_t>(static_cast<domain::Wide>(found) * 100 / deal.amount.value_or(1));
  return found;
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
  const auto flag = [&](std::string_view name, bool otherwise) {
    const json::value* value = params.if_contains(name);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
  };
  std::string whose;
  store::Params binds{{"company", context.company}};
  if (const bool mine = flag("mine", false); mine || !context.sees_all()) {
    std::vector<Id> them = context.employees;
    if (mine) them = context.own_employee == 0 ? std::vector<Id>{} : std::vector<Id>{context.own_employee};
    whose = " and " + store::own_condition(context.session, "o");
    binds.emplace_back("them", context.session.ids_text(them));
  }
  const auto kinds = wanted_kinds(params);
  const std::int64_t most = read_limit(params, kDefaultRows);
  const bool counted = flag("counts", true);
  const auto from = [&](const Query& query, const std::string& condition) {
    const std::string plus = query.most_of_table && context.session.backend() == Backend::sqlite ? "+" : "";
    return " from sl_opportunity o where " + plus + "o.company_id = :company and " + plus + "o.archived = 0" + whose +
           " and " + plus + condition;
  };
  Labels labels(context);
  json::array list;
  json::object totals;
  bool more = false;
  for (const Kind& kind : kKinds) {
    if (std::find(kinds.begin(), kinds.end(), kind.key) == kinds.end()) continue;
    const std::int64_t room = most - static_cast<std::int64_t>(list.size());
    if (!counted && more) break;
    std::vector<std::pair<std::int64_t, Deal>> found;
    std::int64_t count = 0;
    for (const Query& query : queries_of(kind.key, context)) {
      store::Params all = binds;
      all.insert(all.end(), query.binds.begin(), query.binds.end());
      const std::int64_t before = static_cast<std::int64_t>(found.size());
      // A list that is full already only hears whether there are more.
      if (room > 0 || !counted) {
        store::Params some = all;
        some.emplace_back("most", room + 1);
        for (auto& [id, owner, customer, title, status, amount, number] :
             context.session.query<Id, Id, Id, std::string, std::string, MaybeId, std::int64_t>(
                 "select o.id, o.owner_id, o.customer_id, o.title, o.status, o.company_minor, " + query.number +
                     from(query, query.condition) + " order by " + query.order + ", o.id limit :most",
                 some)) {
          const Deal deal{id, owner, customer, std::move(title), std::move(status), amount};
          found.emplace_back(told_number(kind.key, number, deal, context), deal);
        }
      }
      const std::int64_t read = static_cast<std::int64_t>(found.size()) - before;
      if (!counted) continue;
      // Read to their end, they are counted; to find them again takes as long as to find them.
      count +=
          room > 0 && read <= room
              ? read
              : std::get<0>(*context.session.first<std::int64_t>(
                    "select count(*)" + from(query, query.counting.empty() ? query.condition : query.counting), all));
    }
    more = more || (room == 0 && count > 0);
    if (count > 0) totals[kind.key] = count;
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return std::tuple(-a.first, a.second.id) < std::tuple(-b.first, b.second.id);
    });
    if (static_cast<std::int64_t>(found.size()) > room) {
      found.resize(static_cast<std::size_t>(room));
      more = true;
    }
    std::vector<Id> customers;
    for (const auto& [number, deal] : found) customers.push_back(labels.survivor(deal.customer));
    labels.know_customers(customers);
    for (const auto& [number, deal] : found) {
      json::object shown{
          {"kind", kind.key},
          {"opportunity", deal.id},
          {"title", deal.title},
          {"status", deal.status},
          {"seller", labels.seller(deal.owner).label},
          {"customer", labels.customer(deal.customer).label},
          {"number", number},
          {"text", words(context, kind, number)},
          {"amount", deal.amount ? json::value(amount_json(*deal.amount, context.currency)) : json::value()}};
      shown["act"] = act(kind.key, deal);
      list.push_back(std::move(shown));
    }
  }
  return {{"rows", std::move(list)}, {"totals", json::object{{"measures", std::move(totals)}}}, {"more", more}};
}

namespace {

constexpr std::int64_t kUndated = 99'999'999'999'999'999;  // as in the index of activities by day

/// "2026-02-16/17" or "none/17": the day and the id with which the page before ended.
std::pair<std::int64_t, Id> place_of(const std::string& after) {
  const std::size_t at = after.find('/');
  const std::string day = after.substr(0, at), number = at == std::string::npos ? "" : after.substr(at + 1);
  const auto date = domain::parse_date(day);
  if ((!date && day != "none") || number.empty() || number.size() > 18 ||
      number.find_first_not_of("0123456789") != std::string::npos) {
    throw Failure(Code::invalid_argument, "report.after.invalid",
                  "after '" + after + "' is not a place in this list: give the \"next\" of the page before.");
  }
  return {date ? *date : kUndated, std::stoll(number)};
}

}  // namespace

json::object planned_activities(const Context& context, const json::object& params) {
  std::string where =
      " from sl_activity a where a.company_id = :company and a.done_at is null and a.archived = 0 and a.kind in "
      "('task', 'call', 'meeting')";
  store::Params binds{{"company", context.company}};
  if (!context.sees_all()) {
    where += " and " + context.session.in_ids("a.owner_id", "them");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  if (const auto to = read_day(params, "to", true)) {
    where += " and a.due_date <= :last";
    binds.emplace_back("last", *to);
  }
  struct Group {
    const char *key, *en, *sv, *nb;
    std::int64_t count = 0;
    json::array activities{};
  };
  std::array groups{Group{"overdue", "Overdue", "Försenade", "Forfalt"}, Group{"today", "Today", "I dag", "I dag"},
                    Group{"later", "Later", "Senare", "Senere"},
                    Group{"undated", "No date", "Inget datum", "Ingen dato"}};
  const auto group_of = [&](const MaybeId& due) -> Group& {
    return groups.at(!due ? 3 : *due < context.today ? 0 : *due == context.today ? 1 : 2);
  };
  // Counted whole, however few of them a page tells.
  const store::ReadSnapshot one_state(context.session);
  store::Params counting = binds;
  counting.emplace_back("today", context.today);
  for (const auto& [due, count] : context.session.query<MaybeId, std::int64_t>(
           "select t.due, count(*) from (select case when a.due_date is null then null when a.due_date < :today then "
           "cast(:today as bigint) - 1 when a.due_date = :today then cast(:today as bigint) else cast(:today as "
           "bigint) + 1 end as due" +
               where + ") t group by t.due",
           counting)) {
    group_of(due).count = count;
  }

  const std::int64_t limit = read_limit(params, kDefaultRows);
  const json::value* after = params.if_contains("after");
  if (after != nullptr && after->is_string()) {
    const auto [day, id] = place_of(std::string(after->get_string()));
    where += " and (coalesce(a.due_date, " + std::to_string(kUndated) +
             "), a.id) > (cast(:day as bigint), cast(:id as bigint))";
    binds.emplace_back("day", day);
    binds.emplace_back("id", id);
  }
  binds.emplace_back("most", limit + 1);
  // What each is about is looked up for those of the page alone.
  auto page = context.session.query<Id, std::string, Id, std::string, std::string, Id, MaybeId, std::string, Id>(
      "select t.id, t.entity, t.entity_id, t.kind, t.title, t.owner_id, t.due_date, coalesce(o.title, nullif(d.name, "
      "''), d.first_name || ' ' || d.last_name, ''), coalesce(o.customer_id, case t.entity when 'customer' then "
      "t.entity_id else 0 end) from (select a.id, a.company_id, a.entity, a.entity_id, a.kind, a.title, a.owner_id, "
      "a.due_date" +
          where + " order by coalesce(a.due_date, " + std::to_string(kUndated) +
          "), a.id limit :most) t left join sl_opportunity o on t.entity = 'opportunity' and o.company_id = "
          "t.company_id and o.id = t.entity_id left join sl_lead d on t.entity = 'lead' and d.company_id = "
          "t.company_id and d.id = t.entity_id order by coalesce(t.due_date, " +
          std::to_string(kUndated) + "), t.id",
      binds);
  json::value next;
  if (static_cast<std::int64_t>(page.size()) > limit) {
    page.resize(static_cast<std::size_t>(limit));
    const auto& due = std::get<6>(page.back());
    next = (due ? domain::date_text(static_cast<domain::Day>(*due)) : "none") + "/" +
           std::to_string(std::get<0>(page.back()));
  }
  Labels labels(context);
  std::vector<Id> customers;
  for (const auto& row : page) {
    if (const Id customer = std::get<8>(row); customer != 0) customers.push_back(labels.survivor(customer));
  }
  labels.know_customers(customers);
  for (const auto& [id, entity, record, kind, title, owner, due, about, customer] : page) {
    group_of(due).activities.push_back(json::object{
        {"id", id},
        {"entity", entity},
        {"entity_id", record},
        {"kind", kind},
        {"title", title},
        {"about", about.empty() ? json::value() : json::value(about)},
        {"customer", customer == 0 ? json::value() : json::value(labels.customer(customer).label)},
        {"seller", labels.seller(owner).label},
        {"due", due ? json::value(domain::date_text(static_cast<domain::Day>(*due))) : json::value()},
        {"act",
         json::object{{"action", "activity.done"}, {"input", json::object{{"id", id}}}, {"asks", json::array{}}}}});
  }
  json::array rows;
  std::int64_t count = 0;
  for (Group& group : groups) {
    count += group.count;
    if (group.activities.empty()) continue;
    const char* label = context.language == "sv" ? group.sv : context.language == "nb" ? group.nb : group.en;
    rows.push_back(json::object{{"key", group.key},
                                {"label", label},
                                {"measures", json::object{{"count", group.count}}},
                                {"activities", std::move(group.activities)}});
  }
  return {{"rows", std::move(rows)},
          {"totals", json::object{{"measures", json::object{{"count", count}}}}},
          {"next", std::move(next)}};
}

}  // namespace sales_leads::reports
