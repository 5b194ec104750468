// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/opportunities.h"
#include "services/opportunity_rules.h"
#include "services/references.h"
#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/opportunity_parts_store.h"

namespace sales_leads::services {
namespace {

json::value money(const std::optional<std::int64_t>& minor, const std::string& currency) {
  if (!minor) return nullptr;
  return json::object{{"minor", *minor}, {"currency", currency}};
}
json::value day(const std::optional<std::int64_t>& value) {
  if (!value) return nullptr;
  return json::value(domain::date_text(static_cast<domain::Day>(*value)));
}

/// Names for ids, a page at a time.
class Names {
 public:
  Names(UseCase& use_case, const std::vector<store::OpportunityRow>& rows)
      : use_case_(use_case), references_(use_case), directory_(use_case.session, use_case.company()) {
    std::vector<Id> customers, projects, employees, campaigns;
    for (const auto& row : rows) {
      customers.push_back(row.customer);
      projects.push_back(row.project);
      employees.push_back(row.owner);
    }
    add(store::DirectoryKind::customer, customers);
    add(store::DirectoryKind::project, projects);
    add(store::DirectoryKind::employee, employees);
  }

  void add(store::DirectoryKind kind, const std::vector<Id>& ids) {
    for (auto& entry : directory_.by_ids(kind, ids)) known_[{kind, entry.id}] = std::move(entry);
  }
  [[nodiscard]] json::value of(store::DirectoryKind kind, Id id) const {
    if (id == 0) return nullptr;
    const auto found = known_.find({kind, id});
    json::object object{{"id", id}};
    object["number"] = found == known_.end() ? "" : found->second.number;
    object["name"] = found == known_.end() ? "" : found->second.name;
    return object;
  }
  [[nodiscard]] json::value step(Id id) {
    for (const auto& row : references_.steps()) {
      if (row.id == id)
        return json::object{{"id", id}, {"code", row.code}, {"title", row.title.in(use_case_.language())}};
    }
    return nullptr;
  }
  [[nodiscard]] json::value entry(Id id) {
    if (id == 0) return nullptr;
    for (const auto& row : references_.entries()) {
      if (row.id == id)
        return json::object{{"id", id}, {"code", row.code}, {"title", row.title.in(use_case_.language())}};
    }
    return nullptr;
  }
  [[nodiscard]] json::value campaign(Id id) {
    if (id == 0) return nullptr;
    auto found = campaigns_.find(id);
    if (found == campaigns_.end()) {
      const auto row = store::CampaignStore(use_case_.session, use_case_.company()).find(id);
      json::object object{{"id", id}, {"code", row ? row->code : ""}, {"title", row ? row->title : ""}};
      found = campaigns_.emplace(id, std::move(object)).first;
    }
    return found->second;
  }

 private:
  UseCase& use_case_;
  References references_;
  store::DirectoryStore directory_;
  std::map<std::pair<store::DirectoryKind, Id>, store::DirectoryEntry> known_;
  std::map<Id, json::value> campaigns_;
};

json::object shape(UseCase& use_case, Names& names, const store::OpportunityRow& row) {
  using store::DirectoryKind;
  json::object shaped{{"id", row.id}, {"version", row.version}, {"title", row.title}};
  shaped["external_id"] = row.external_id ? json::value(*row.external_id) : json::value(nullptr);
  shaped["customer"] = names.of(DirectoryKind::customer, row.customer);
  shaped["project"] = names.of(DirectoryKind::project, row.project);
  shaped["owner"] = names.of(DirectoryKind::employee, row.owner);
  shaped["amount"] = money(row.amount, row.currency);
  shaped["company_amount"] = money(row.company_minor, use_case.rates.company_currency());
  shaped["status"] = row.status;
  shaped["step"] = names.step(row.step);
  shaped["probability"] = share_text(row.probability);
  shaped["effective_probability"] = share_text(effective_probability(row));
  shaped["probability_origin"] = row.probability_origin;
  shaped["type"] = names.entry(row.type);
  shaped["source"] = names.entry(row.source);
  shaped["campaign"] = names.campaign(row.campaign);
  shaped["rejection"] = names.entry(row.rejection);
  shaped["start"] = day(row.start);
  shaped["planned_close"] = day(row.planned_close);
  shaped["actual_close"] = day(row.actual_close);
  shaped["times_slipped"] = row.times_slipped;
  return shaped;
}

}  // namespace

json::value get_opportunity(UseCase& use_case, const Input& input) {
  const auto row = load_opportunity(use_case, input);
  Names names(use_case, {row});
  json::object shaped = shape(use_case, names, row);
  shaped["description"] = row.description;
  shaped["contact"] = row.contact == 0 ? json::value(nullptr) : json::value(row.contact);
  shaped["pipeline"] = row.pipeline;
  shaped["amount_origin"] = row.amount_origin;
  shaped["rate"] =
      row.rate_units
          ? json::value(json::object{
                {"units", *row.rate_units}, {"exponent", row.rate_exponent.value_or(0)}, {"date", day(row.rate_date)}})
          : json::value(nullptr);
  shaped["recurring"] = money(row.recurring, row.currency.empty() ? use_case.rates.company_currency() : row.currency);
  shaped["recurring_months"] = row.recurring_months ? json::value(*row.recurring_months) : json::value(nullptr);
  shaped["rejection_note"] = row.rejection_note;
  shaped["delivery_date"] = day(row.delivery_date);

  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  auto shares = parts.shares(row.id, use_case.now_us);
  if (shares.empty() && row.owner != 0) shares.push_back({row.id, row.owner, 10'000});
  std::vector<Id> employees;
  for (const auto& share : shares) employees.push_back(share.employee);
  names.add(store::DirectoryKind::employee, employees);
  json::array sellers, touches, lines, history, visits;
  for (const auto& share : shares) {
    sellers.push_back(json::object{{"employee", names.of(store::DirectoryKind::employee, share.employee)},
                                   {"share", share_text(share.share)}});
  }
  for (const auto& touch : parts.touches(row.id)) {
    touches.push_back(json::object{{"campaign", names.campaign(touch.campaign)}, {"date", day(touch.date)}});
  }
  for (const auto& line : parts.lines(row.id)) {
    lines.push_back(json::object{{"product", line.product},
                                 {"quantity_units", line.quantity_units},
                                 {"quantity_exponent", line.quantity_exponent},
                                 {"net", line.net ? json::value(*line.net) : json::value(nullptr)}});
  }
  for (const auto& entry : parts.history(row.id)) {
    history.push_back(json::object{{"field", entry.field},
                                   {"value", entry.value},
                                   {"effective_at", time_text(entry.effective_at)},
                                   {"origin", entry.origin}});
  }
  for (const auto& visit : parts.visits(row.id)) {
    visits.push_back(
        json::object{{"step", names.step(visit.step)},
                     {"entered_at", time_text(visit.entered_at)},
                     {"left_at", visit.left_at ? json::value(time_text(*visit.left_at)) : json::value(nullptr)}});
  }
  shaped["sellers"] = std::move(sellers);
  shaped["touches"] = std::move(touches);
  shaped["lines"] = std::move(lines);
  shaped["history"] = std::move(history);
  shaped["visits"] = std::move(visits);
  return shaped;
}

json::value list_opportunities(UseCase& use_case, const Input& input) {
  References references(use_case);
  store::OpportunityFilter filter;
  filter.after = input.integer("after").value_or(0);
  const std::int64_t limit = input.integer("limit").value_or(50);
  filter.limit = limit + 1;
  filter.status = input.text("status").value_or("");
  if (input.has("owner")) filter.owner = references.employee(*input.find("owner"), "owner");
  if (input.has("customer")) filter.customer = references.customer(*input.find("customer"), "customer");
  if (input.has("step")) filter.step = references.step(*input.find("step"), 0).id;
  if (!use_case.caller.sees.all()) filter.seen_by = use_case.caller.sees.employees;
  auto rows = store::OpportunityStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  Names names(use_case, rows);
  json::array shaped;
  for (const auto& row : rows) shaped.push_back(shape(use_case, names, row));
  return json::object{{"opportunities", std::move(shaped)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)},
                      {"scope", use_case.caller.sees.name}};
}

}  // namespace sales_leads::services
