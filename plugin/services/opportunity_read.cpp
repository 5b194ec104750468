// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/refusal.h"
#include "services/history_text.h"
#include "services/opportunities.h"
#include "services/opportunity_as_of.h"
#include "services/opportunity_filter.h"
#include "services/opportunity_shape.h"
#include "store/opportunity_life_store.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMostDocuments = 200;

void add_sellers(json::object& shaped, Names& names, std::vector<store::SellerShare> shares,
                 const store::OpportunityRow& row) {
  if (shares.empty() && row.owner != 0) shares.push_back({row.id, row.owner, 10'000});
  std::vector<Id> employees;
  for (const auto& share : shares) employees.push_back(share.employee);
  names.add(store::DirectoryKind::employee, employees);
  json::array sellers;
  for (const auto& share : shares) {
    sellers.push_back(json::object{{"employee", names.of(store::DirectoryKind::employee, share.employee)},
                                   {"share", share_text(share.share)}});
  }
  shaped["sellers"] = std::move(sellers);
}

/// The lines with their sum: where the amount is another, it was put by hand over them.
void add_lines(json::object& shaped, const std::vector<store::ProductLine>& rows, const store::OpportunityRow& row,
               const std::string& currency) {
  json::array lines;
  std::optional<std::int64_t> sum;
  for (const auto& line : rows) {
    if (line.net) sum = sum.value_or(0) + *line.net;
    lines.push_back(json::object{{"product", line.product},
                                 {"quantity_units", line.quantity_units},
                                 {"quantity_exponent", line.quantity_exponent},
                                 {"net", line.net ? json::value(*line.net) : json::value(nullptr)}});
  }
  shaped["lines"] = std::move(lines);
  shaped["lines_sum"] = money(sum, currency);
  shaped["amount_overrides_lines"] = sum.has_value() && row.amount_origin == "user" && row.amount.has_value();
}

/// Documents that count for it; foreign: of another customer than its own, since it was moved or linked by hand.
void add_documents(UseCase& use_case, json::object& shaped, Names& names, const store::OpportunityRow& row) {
  const auto linked =
      store::OpportunityLifeStore(use_case.session, use_case.company()).documents(row.id, kMostDocuments);
  std::vector<Id> customers;
  for (const auto& document : linked) customers.push_back(document.customer);
  names.add(store::DirectoryKind::customer, customers);
  const Id own = names.stands_for(store::DirectoryKind::customer, row.customer);
  json::array documents;
  for (const auto& document : linked) {
    documents.push_back(json::object{{"kind", document.kind},
                                     {"id", document.id},
                                     {"number", document.number},
                                     {"customer", names.of(store::DirectoryKind::customer, document.customer)},
                                     {"amount", money(document.company_minor, use_case.rates.company_currency())},
                                     {"foreign", own != 0 && document.customer != own}});
  }
  shaped["documents"] = std::move(documents);
}

}  // namespace

store::OpportunityFilter read_filter(UseCase& use_case, References& references, const Input& input) {
  store::OpportunityFilter filter;
  filter.after = input.integer("after").value_or(0);
  filter.status = input.text("status").value_or("");
  filter.text = input.text("text").value_or("");
  filter.archived = input.flag("archived", false);
  filter.close_from = input.date("planned_close_from");
  filter.close_to = input.date("planned_close_to");
  if (input.has("owner")) filter.owner = references.employee(*input.find("owner"), "owner");
  if (input.has("customer")) filter.customer = references.customer(*input.find("customer"), "customer");
  if (input.has("project")) filter.project = references.project(*input.find("project"), "project");
  if (input.has("pipeline")) filter.pipeline = references.pipeline(*input.find("pipeline"), true).id;
  // What is archived still stands on old opportunities, and can be asked for.
  if (input.has("step")) filter.step = references.any_step(*input.find("step"));
  if (input.has("type")) filter.type = references.any_entry("type", *input.find("type"));
  if (input.has("source")) filter.source = references.any_entry("source", *input.find("source"));
  if (input.has("campaign")) filter.campaign = references.any_campaign(*input.find("campaign"));
  if (!use_case.caller.sees.all()) filter.seen_by = use_case.caller.sees.employees;
  return filter;
}

json::value get_opportunity(UseCase& use_case, const Input& input) {
  const auto present = load_opportunity(use_case, input);
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  const auto history = parts.history(present.id);
  auto visits = parts.visits(present.id);
  std::int64_t at = use_case.now_us;
  auto row = present;
  if (const auto as_of = input.time("as_of", use_case.calendar)) {
    at = *as_of;
    row = as_it_was(present, history, visits, at);
  }
  Names names(use_case, {row});
  json::object shaped = shape_of(use_case, names, row);
  const std::string currency = row.currency.empty() ? use_case.rates.company_currency() : row.currency;
  if (input.has("as_of")) shaped["as_of"] = time_text(at);
  shaped["description"] = row.description;
  shaped["contact"] = row.contact == 0 ? json::value(nullptr) : json::value(row.contact);
  shaped["pipeline"] = row.pipeline;
  shaped["amount_origin"] = row.amount_origin;
  shaped["rate"] = row.rate_units ? json::value(json::object{{"units", *row.rate_units},
                                                             {"exponent", row.rate_exponent.value_or(0)},
                                                             {"date", day_or_null(row.rate_date)}})
                                  : json::value(nullptr);
  shaped["recurring"] = money(row.recurring, currency);
  shaped["recurring_months"] = row.recurring_months ? json::value(*row.recurring_months) : json::value(nullptr);
  shaped["rejection_note"] = row.rejection_note;
  shaped["delivery_date"] = day_or_null(row.delivery_date);
  shaped["expiry_notice_on"] = day_or_null(row.expiry_notice_on);
  add_sellers(shaped, names, parts.shares(row.id, at), row);
  add_lines(shaped, parts.lines(row.id), row, currency);
  json::array touches;
  for (const auto& touch : parts.touches(row.id)) {
    if (touch.effective_at > at) continue;
    touches.push_back(json::object{{"campaign", names.campaign(touch.campaign)}, {"date", day_or_null(touch.date)}});
  }
  shaped["touches"] = std::move(touches);
  json::array entries;
  for (const auto& entry : history) {
    if (entry.effective_at > at || (entry.field == "margin" && !names.may_see_margin())) continue;
    entries.push_back(json::object{{"field", entry.field},
                                   {"value", history_text(entry.field, entry.value)},
                                   {"effective_at", time_text(entry.effective_at)},
                                   {"recorded_at", time_text(entry.recorded_at)},
                                   {"by", entry.actor},
                                   {"origin", entry.origin}});
  }
  shaped["history"] = std::move(entries);
  add_visits(shaped, names, visits, at);
  add_documents(use_case, shaped, names, row);
  return shaped;
}

json::value list_opportunities(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto filter = read_filter(use_case, references, input);
  const std::int64_t limit = input.integer("limit").value_or(50);
  filter.limit = limit + 1;
  auto rows = store::OpportunityStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  Names names(use_case, rows);
  json::array shaped;
  for (const auto& row : rows) shaped.push_back(shape_of(use_case, names, row));
  return json::object{{"opportunities", std::move(shaped)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)},
                      {"scope", use_case.caller.sees.name}};
}

}  // namespace sales_leads::services
