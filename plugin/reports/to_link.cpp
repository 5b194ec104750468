// SPDX-License-Identifier: Apache-2.0
#include "reports/to_link.h"

#include <algorithm>
#include <map>

#include "reports/pivot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

constexpr std::int64_t kPage = 200;
constexpr std::int64_t kPageMax = 1'000;

std::int64_t limit_of(const json::object& params) {
  const json::value* value = params.if_contains("limit");
  return value != nullptr && value->is_int64() ? std::clamp<std::int64_t>(value->get_int64(), 1, kPageMax) : kPage;
}

/// "2011-07-15/invoice/42": where the page before ended.
struct Cursor {
  domain::Day date = 0;
  std::string kind;
  Id document = 0;
};

std::optional<Cursor> cursor_of(const json::object& params) {
  const json::value* value = params.if_contains("after");
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::string text = value->is_string() ? std::string(value->get_string()) : "";
  const std::size_t first = text.find('/'), last = text.rfind('/');
  const auto date = domain::parse_date(text.substr(0, first));
  const std::string number = last == std::string::npos ? "" : text.substr(last + 1);
  if (!date || first == last || number.empty() || number.size() > 18 ||
      number.find_first_not_of("0123456789") != std::string::npos) {
    throw Failure(Code::invalid_argument, "report.after.invalid",
                  "after '" + text + "' is not a place in this list: give the \"next\" of the page before.");
  }
  return Cursor{*date, text.substr(first + 1, last - first - 1), std::stoll(number)};
}

std::vector<Id> ids_of(const std::string& text) {
  std::vector<Id> ids;
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_array()) return ids;
  for (const json::value& id : parsed.get_array()) {
    if (id.is_int64()) ids.push_back(id.get_int64());
  }
  return ids;
}

}  // namespace

json::object to_link(const Context& context, const json::object& params) {
  const std::int64_t limit = limit_of(params);
  store::Params binds{{"company", context.company}, {"limit", limit + 1}};
  std::string where = " where d.company_id = :company and d.measure <> '' and d.linked_minor <> d.company_minor";
  if (const auto from = read_day(params, "from", false)) {
    where += " and d.effective_date >= :first";
    binds.emplace_back("first", *from);
  }
  if (const auto to = read_day(params, "to", true)) {
    where += " and d.effective_date <= :last";
    binds.emplace_back("last", *to);
  }
  if (!context.sees_all()) {
    where += " and " + context.session.in_ids("d.salesperson_id", "sellers");
    binds.emplace_back("sellers", context.session.ids_text(context.employees));
  }
  const std::string all = where;
  store::Params all_binds(binds);
  all_binds.erase(all_binds.begin() + 1);
  if (const auto cursor = cursor_of(params)) {
    where +=
        " and (d.effective_date, d.document_kind, d.document_id) < (cast(:date as bigint), cast(:kind as text), "
        "cast(:document as bigint))";
    binds.emplace_back("date", cursor->date);
    binds.emplace_back("kind", cursor->kind);
    binds.emplace_back("document", cursor->document);
  }
  auto rows = context.session.query<std::string, Id, std::string, std::string, Id, Id, std::int64_t, std::int64_t,
                                    std::string, std::string>(
      "select d.document_kind, d.document_id, d.measure, d.number, d.customer_id, d.effective_date, d.company_minor, "
      "d.linked_minor, d.reason, coalesce(s.suggestions, '') from sl_document d "
      "left join sl_decision s on s.company_id = d.company_id and s.document_kind = d.document_kind and "
      "s.document_id = d.document_id" +
          where + " order by d.effective_date desc, d.document_kind desc, d.document_id desc limit :limit",
      binds);
  json::value next;
  if (static_cast<std::int64_t>(rows.size()) > limit) {
    rows.resize(static_cast<std::size_t>(limit));
    const auto& last = rows.back();
    next = domain::date_text(static_cast<domain::Day>(std::get<5>(last))) + "/" + std::get<0>(last) + "/" +
           std::to_string(std::get<1>(last));
  }

  std::vector<Id> wanted;
  for (const auto& row : rows) {
    for (const Id id : ids_of(std::get<9>(row))) wanted.push_back(id);
  }
  std::map<Id, std::string> titles;
  if (!wanted.empty()) {
    for (auto& [id, title] : context.session.query<Id, std::string>(
             "select id, title from sl_opportunity where company_id = :company and " +
                 context.session.in_ids("id", "ids"),
             {{"company", context.company}, {"ids", context.session.ids_text(wanted)}})) {
      titles[id] = std::move(title);
    }
  }

  Labels labels(context);
  json::array answer;
  for (const auto& [kind, document, measure, number, customer, date, company, linked, reason, suggested] : rows) {
    const Label& who = labels.customer(customer);
    json::array suggestions;
    for (const Id id : ids_of(suggested)) {
      if (const auto found = titles.find(id); found != titles.end()) {
        suggestions.push_back({{"opportunity", id}, {"title", found->second}});
      }
    }
    answer.push_back({{"key", kind + "/" + std::to_string(document)},
                      {"label", number},
                      {"id", document},
                      {"document_kind", kind},
                      {"measure", measure},
                      {"date", domain::date_text(static_cast<domain::Day>(date))},
                      {"customer", json::object{{"key", who.key}, {"label", who.label}, {"id", who.id}}},
                      {"reason", reason},
                      {"suggestions", std::move(suggestions)},
                      {"measures", json::object{{"amount", amount_json(company, context.currency)},
                                                {"not_linked", amount_json(company - linked, context.currency)}}}});
  }
  const auto totals = context.session.first<std::int64_t, std::int64_t, std::int64_t>(
      "select count(*), cast(coalesce(sum(d.company_minor), 0) as bigint), cast(coalesce(sum(d.company_minor - "
      "d.linked_minor), 0) as bigint) from sl_document d" +
          all,
      all_binds);
  const auto [count, amount, open] = totals.value_or(std::tuple<std::int64_t, std::int64_t, std::int64_t>{});
  json::object result{
      {"rows", std::move(answer)},
      {"totals", json::object{{"measures", json::object{{"documents", count},
                                                        {"amount", amount_json(amount, context.currency)},
                                                        {"not_linked", amount_json(open, context.currency)}}}}}};
  result["next"] = std::move(next);
  return result;
}

}  // namespace sales_leads::reports
