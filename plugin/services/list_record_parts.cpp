// SPDX-License-Identifier: Apache-2.0
#include "services/list_record_parts.h"

#include "store/campaign_store.h"
#include "store/directory_store.h"
#include "store/lead_parts_store.h"
#include "store/lead_passage_store.h"
#include "store/opportunity_parts_store.h"

namespace sales_leads::services {
namespace {

json::value named(Id id, const std::string& title) { return json::object{{"id", id}, {"title", title}}; }

/// "12.5" from 125 and -1.
std::string decimal_text(std::int64_t units, std::int64_t exponent) {
  std::string digits = std::to_string(units);
  if (exponent >= 0) return digits + std::string(static_cast<std::size_t>(exponent), '0');
  const auto decimals = static_cast<std::size_t>(-exponent);
  if (digits.size() <= decimals) digits.insert(0, decimals - digits.size() + 1, '0');
  digits.insert(digits.size() - decimals, ".");
  return digits;
}

void add_opportunity(UseCase& use_case, Id id, json::object& cells) {
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  store::DirectoryStore directory(use_case.session, use_case.company());
  const auto shares = parts.shares(id, use_case.now_us);
  std::vector<Id> employees;
  for (const auto& share : shares) employees.push_back(share.employee);
  std::map<Id, std::string> names;
  for (auto& entry : directory.by_ids(store::DirectoryKind::employee, employees)) names[entry.id] = entry.name;
  json::array sellers;
  for (const auto& share : shares) {
    sellers.push_back(json::object{{"cells", json::object{{"employee", named(share.employee, names[share.employee])},
                                                          {"share", share_text(share.share)}}}});
  }
  cells["sellers"] = std::move(sellers);
  const auto* amount = cells.if_contains("amount");
  const std::string currency =
      amount == nullptr ? use_case.rates.company_currency() : std::string(amount->at("currency").as_string());
  json::array lines;
  for (const auto& line : parts.lines(id)) {
    json::object one{{"product", line.product},
                     {"quantity", decimal_text(line.quantity_units, line.quantity_exponent)}};
    if (line.net) one["net"] = json::object{{"minor", *line.net}, {"currency", currency}};
    lines.push_back(json::object{{"cells", std::move(one)}});
  }
  cells["lines"] = std::move(lines);
  store::CampaignStore campaigns(use_case.session, use_case.company());
  json::array touches;
  for (const auto& touch : parts.touches(id)) {
    const auto campaign = campaigns.find(touch.campaign);
    touches.push_back(
        json::object{{"cells", json::object{{"campaign", named(touch.campaign, campaign ? campaign->title : "")},
                                            {"date", domain::date_text(static_cast<domain::Day>(touch.date))}}}});
  }
  cells["touches"] = std::move(touches);
}

void add_lead(UseCase& use_case, Id id, json::object& cells) {
  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  json::array emails, phones;
  for (const auto& contact : parts.contacts({id})) {
    (contact.kind == "email" ? emails : phones).emplace_back(contact.value);
  }
  cells["emails"] = std::move(emails);
  cells["phones"] = std::move(phones);
  store::LeadPassageStore passages(use_case.session, use_case.company());
  if (!passages.running({id}).empty()) cells["conversion"] = "interrupted";
}

}  // namespace

void add_record_parts(UseCase& use_case, const std::string& list, Id id, json::object& answer) {
  json::object& cells = answer["cells"].as_object();
  if (list == "opportunity") add_opportunity(use_case, id, cells);
  if (list == "lead") add_lead(use_case, id, cells);
}

}  // namespace sales_leads::services
