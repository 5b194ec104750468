// SPDX-License-Identifier: Apache-2.0
#include "reports/to_link.h"

#include <algorithm>

#include "reports/pivot.h"
#include "reports/suggestions.h"

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

std::optional<std::int64_t> number_of(const json::object& params, std::string_view name) {
  const json::value* value = params.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::string text_of(const json::object& params, std::string_view name) {
  const json::value* value = params.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Which documents wait: those with a measure that are not linked whole, as far as the caller sees and asks for.
void narrow(const Context& context, const json::object& params, std::string& where, store::Params& binds) {
  where = " where d.company_id = :company and d.measure not in ('', 'none') and d.linked_minor <> d.company_minor";
  binds = {{"company", context.company}};
  const auto also = [&](const std::string& condition, store::Param bind) {
    where += " and " + condition;
    binds.push_back(std::move(bind));
  };
  if (const auto from = read_day(params, "from", false)) also("d.effective_date >= :first", {"first", *from});
  if (const auto to = read_day(params, "to", true)) also("d.effective_date <= :last", {"last", *to});
  if (const auto customer = number_of(params, "customer")) also("d.customer_id = :customer", {"customer", *customer});
  if (const auto project = number_of(params, "project")) also("d.project_id = :project", {"project", *project});
  if (const auto seller = number_of(params, "seller")) also("d.salesperson_id = :seller", {"seller", *seller});
  if (const auto document = number_of(params, "document")) also("d.document_id = :document", {"document", *document});
  for (const auto& [name, column] : {std::pair{"document_kind", "d.document_kind"}, std::pair{"measure", "d.measure"},
                                     std::pair{"reason", "d.reason"}, std::pair{"number", "d.number"}}) {
    if (const auto text = text_of(params, name); !text.empty()) also(std::string(column) + " = :" + name, {name, text});
  }
  if (!context.sees_all()) {
    also(context.session.in_ids("d.salesperson_id", "sellers"),
         {"sellers", context.session.ids_text(context.employees)});
  }
}

}  // namespace

json::object to_link(const Context& context, const json::object& params) {
  const std::int64_t limit = limit_of(params);
  std::string where;
  store::Params binds;
  narrow(context, params, where, binds);
  const std::string all = where;
  const store::Params all_binds(binds);
  if (const auto cursor = cursor_of(params)) {
    where +=
        " and (d.effective_date, d.document_kind, d.document_id) < (cast(:date as bigint), cast(:kind as text), "
        "cast(:after as bigint))";
    binds.emplace_back("date", cursor->date);
    binds.emplace_back("kind", cursor->kind);
    binds.emplace_back("after", cursor->document);
  }
  binds.emplace_back("limit", limit + 1);
  std::vector<Waiting> page;
  for (auto& [kind, document, measure, number, currency, reason, customer, project, date, net, company, linked,
              moment] :
       context.session.query<std::string, Id, std::string, std::string, std::string, std::string, Id, Id, Id,
                             std::int64_t, std::int64_t, std::int64_t, std::optional<std::int64_t>>(
           "select d.document_kind, d.document_id, d.measure, d.number, d.currency, d.reason, d.customer_id, "
           "d.project_id, d.effective_date, d.net_minor, d.company_minor, d.linked_minor, s.as_of from sl_document d "
           "left join sl_decision s on s.company_id = d.company_id and s.document_kind = d.document_kind and "
           "s.document_id = d.document_id" +
               where + " order by d.effective_date desc, d.document_kind desc, d.document_id desc limit :limit",
           binds)) {
    page.push_back({{store::kind_of(kind), document},
                    measure,
                    number,
                    currency,
                    reason,
                    customer,
                    project,
                    static_cast<domain::Day>(date),
                    net,
                    company,
                    linked,
                    moment});
  }
  json::value next;
  if (static_cast<std::int64_t>(page.size()) > limit) {
    page.resize(static_cast<std::size_t>(limit));
    const Waiting& last = page.back();
    next = domain::date_text(last.date) + "/" + store::kind_text(last.key.kind) + "/" + std::to_string(last.key.id);
  }

  Labels labels(context);
  std::vector<Id> customers;
  for (const Waiting& document : page) customers.push_back(labels.survivor(document.customer));
  labels.know_customers(customers);
  Suggestions suggestions(context, page);
  json::array answer;
  for (const Waiting& document : page) {
    const Label& who = labels.customer(document.customer);
    const std::string kind = store::kind_text(document.key.kind);
    const std::int64_t open = document.company_minor - document.linked_minor;
    answer.push_back({{"key", kind + "/" + std::to_string(document.key.id)},
                      {"label", document.number},
                      {"id", document.key.id},
                      {"document_kind", kind},
                      {"measure", document.measure},
                      {"date", domain::date_text(document.date)},
                      {"customer", json::object{{"key", who.key}, {"label", who.label}, {"id", who.id}}},
                      {"reason", document.reason},
                      {"suggestions", suggestions.opportunities(document)},
                      {"invoices", suggestions.invoices(document)},
                      {"measures", json::object{{"amount", amount_json(document.company_minor, context.currency)},
                                                {"not_linked", amount_json(open, context.currency)}}}});
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
