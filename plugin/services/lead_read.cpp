// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/lead_fields.h"
#include "services/leads.h"
#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/lead_passage_store.h"

namespace sales_leads::services {
namespace {

/// Names for ids, a page at a time.
class LeadNames {
 public:
  LeadNames(UseCase& use_case, const std::vector<store::LeadRow>& rows) : use_case_(use_case), references_(use_case) {
    store::DirectoryStore directory(use_case.session, use_case.company());
    std::vector<Id> owners, customers;
    for (const auto& row : rows) {
      if (row.owner != 0) owners.push_back(row.owner);
      if (row.customer != 0) customers.push_back(row.customer);
    }
    for (auto& entry : directory.by_ids(store::DirectoryKind::employee, owners)) employees_[entry.id] = entry;
    for (auto& entry : directory.by_ids(store::DirectoryKind::customer, customers)) customers_[entry.id] = entry;
  }
  [[nodiscard]] json::value employee(Id id) const { return named(employees_, id); }
  [[nodiscard]] json::value customer(Id id) const { return named(customers_, id); }
  [[nodiscard]] json::value entry(Id id) {
    for (const auto& row : references_.entries()) {
      if (id != 0 && row.id == id)
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
  using Known = std::map<Id, store::DirectoryEntry>;
  static json::value named(const Known& known, Id id) {
    if (id == 0) return nullptr;
    const auto found = known.find(id);
    return json::object{{"id", id},
                        {"number", found == known.end() ? "" : found->second.number},
                        {"name", found == known.end() ? "" : found->second.name}};
  }

  UseCase& use_case_;
  References references_;
  Known employees_, customers_;
  std::map<Id, json::value> campaigns_;
};

json::value id_or_null(Id id) { return id == 0 ? json::value(nullptr) : json::value(id); }
json::value maybe(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value day(const std::optional<std::int64_t>& value) {
  if (!value) return nullptr;
  return json::value(domain::date_text(static_cast<domain::Day>(*value)));
}

json::value reasons(UseCase& use_case, const std::string& written) {
  json::array shaped;
  const json::value parsed = json::parse(written);
  for (const auto& reason : parsed.as_array()) {
    const std::string code(reason.at(0).as_string());
    shaped.push_back(json::object{{"code", code},
                                  {"points", reason.at(1)},
                                  {"text", use_case.messages.text(use_case.call.locale, "lead.score." + code)}});
  }
  return shaped;
}

/// What an unfinished conversion has reached; it can be resumed from there.
json::value interrupted(const store::ConversionRow& row) {
  return json::object{{"id", row.id},
                      {"state", "interrupted"},
                      {"reached", row.state},
                      {"customer", id_or_null(row.customer)},
                      {"attempts", row.attempts},
                      {"last_error", row.last_error},
                      {"since", time_text(row.created_at)}};
}

json::object shape(LeadNames& names, const store::LeadRow& row) {
  json::object shaped{{"id", row.id}, {"version", row.version}, {"kind", row.kind}, {"title", lead_name(row)}};
  shaped["external_id"] = row.external_id ? json::value(*row.external_id) : json::value(nullptr);
  for (const auto& [field, value] :
       {std::pair("name", &row.name), std::pair("first_name", &row.first_name), std::pair("last_name", &row.last_name),
        std::pair("org_number", &row.org_number), std::pair("postal_code", &row.postal_code),
        std::pair("city", &row.city), std::pair("country", &row.country), std::pair("status", &row.status)}) {
    shaped[field] = *value;
  }
  shaped["owner"] = names.employee(row.owner);
  shaped["source"] = names.entry(row.source);
  shaped["category"] = names.entry(row.category);
  shaped["campaign"] = names.campaign(row.campaign);
  shaped["score"] = row.score;
  shaped["next_activity"] = day(row.next_activity);
  shaped["customer"] = names.customer(row.customer);
  shaped["opportunity"] = id_or_null(row.opportunity);
  shaped["merged_into"] = id_or_null(row.merged_into);
  shaped["created_at"] = time_text(row.created_at);
  shaped["changed_at"] = time_text(row.changed_at);
  shaped["conversion"] = nullptr;
  return shaped;
}

/// The lead and all that were merged into it, directly or through each other.
std::vector<Id> whole_family(store::LeadStore& store, Id lead) {
  std::vector<Id> family{lead};
  for (std::vector<Id> last{lead}; !last.empty();) {
    last = store.merged_into(last);
    family.insert(family.end(), last.begin(), last.end());
  }
  return family;
}

void put_parts(UseCase& use_case, json::object& shaped, Id lead) {
  store::LeadStore store(use_case.session, use_case.company());
  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  json::array emails, phones, history, merged, campaigns;
  for (const auto& contact : parts.contacts({lead})) {
    (contact.kind == "email" ? emails : phones).emplace_back(contact.value);
  }
  const auto family = whole_family(store, lead);
  for (const auto& entry : parts.history(family)) {
    history.push_back(json::object{{"lead", entry.lead},
                                   {"field", entry.field},
                                   {"value", entry.value},
                                   {"effective_at", time_text(entry.effective_at)},
                                   {"origin", entry.origin}});
  }
  for (std::size_t i = 1; i < family.size(); ++i) merged.emplace_back(family[i]);
  for (const auto& member : store::LeadPassageStore(use_case.session, use_case.company()).memberships("lead", lead)) {
    campaigns.push_back(json::object{
        {"campaign", member.campaign}, {"response", member.response}, {"response_date", day(member.response_date)}});
  }
  shaped["emails"] = std::move(emails);
  shaped["phones"] = std::move(phones);
  shaped["history"] = std::move(history);
  shaped["merged"] = std::move(merged);
  shaped["memberships"] = std::move(campaigns);
}

}  // namespace

json::value get_lead(UseCase& use_case, const Input& input) {
  const auto row = load_lead(use_case, input.id());
  LeadNames names(use_case, {row});
  json::object shaped = shape(names, row);
  shaped["website"] = row.website;
  shaped["industry"] = row.industry;
  shaped["street"] = row.street;
  shaped["description"] = row.description;
  shaped["retire_reason"] = row.retire_reason;
  shaped["employees"] = maybe(row.employees);
  shaped["turnover"] = row.turnover ? json::value(json::object{{"minor", *row.turnover}, {"currency", row.currency}})
                                    : json::value(nullptr);
  shaped["score_reasons"] = reasons(use_case, row.score_reasons);
  put_parts(use_case, shaped, row.id);
  for (const auto& conversion : store::LeadPassageStore(use_case.session, use_case.company()).running({row.id})) {
    shaped["conversion"] = interrupted(conversion);
  }
  return shaped;
}

json::value list_leads(UseCase& use_case, const Input& input) {
  References references(use_case);
  store::LeadFilter filter;
  filter.after = input.integer("after").value_or(0);
  const std::int64_t limit = input.integer("limit").value_or(50);
  filter.limit = limit + 1;
  const std::string status = input.text("status").value_or("");
  if (status == "open") {
    filter.statuses = {"new", "working", "qualified"};
  } else if (!status.empty()) {
    filter.statuses = {status};
  }
  if (input.has("owner")) filter.owner = references.employee(*input.find("owner"), "owner");
  filter.unowned = input.flag("unowned", false);
  if (input.has("source")) filter.source = references.entry("source", *input.find("source"));
  if (input.has("category")) filter.category = references.entry("category", *input.find("category"));
  if (input.has("campaign")) filter.campaign = references.campaign(*input.find("campaign"), "campaign");
  filter.text = input.text("text").value_or("");
  if (!use_case.caller.sees_leads.all()) filter.seen_by = use_case.caller.sees_leads.employees;
  auto rows = store::LeadStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  LeadNames names(use_case, rows);
  std::vector<Id> ids;
  for (const auto& row : rows) ids.push_back(row.id);
  std::map<Id, json::value> conversions;
  for (const auto& row : store::LeadPassageStore(use_case.session, use_case.company()).running(ids)) {
    conversions[row.lead] = interrupted(row);
  }
  json::array shaped;
  for (const auto& row : rows) {
    json::object one = shape(names, row);
    if (const auto found = conversions.find(row.id); found != conversions.end()) one["conversion"] = found->second;
    shaped.push_back(std::move(one));
  }
  return json::object{{"leads", std::move(shaped)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)},
                      {"scope", use_case.caller.sees_leads.name}};
}

}  // namespace sales_leads::services
