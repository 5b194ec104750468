// SPDX-License-Identifier: Apache-2.0
#include "services/moves.h"

#include <map>
#include <set>
#include <tuple>

#include "store/campaign_store.h"
#include "store/directory_store.h"

namespace sales_leads::services {
namespace json = boost::json;
namespace {

using domain::Measure;

std::string group_of(Measure measure) {
  return measure == Measure::credits || measure == Measure::invoices ? "invoiced" : store::measure_text(measure);
}

std::vector<std::string> measures_of(const std::string& group) {
  return group == "invoiced" ? std::vector<std::string>{"invoices", "credits"} : std::vector<std::string>{group};
}

domain::Day first_of_month(domain::Day day) {
  domain::CivilDate date = domain::civil_date(day);
  date.day = 1;
  return domain::day_of(date).value_or(day);
}

struct Cell {
  std::int64_t minor = 0;
  std::set<std::string> corrects;  // months
};

}  // namespace

json::array moves(UseCase& use_case, const store::Balances& deltas, bool applied) {
  std::map<std::tuple<domain::Day, Id, Id, std::string>, Cell> cells;
  std::vector<Id> sellers;
  for (const auto& [key, amount] : deltas) {
    Cell& cell = cells[{first_of_month(key.effective_date), key.seller, key.campaign, group_of(key.measure)}];
    cell.minor += amount.company;
    if (key.corrects) cell.corrects.insert(domain::month_key(*key.corrects));
    sellers.push_back(key.seller);
  }
  std::map<Id, std::string> names, titles;
  for (auto& entry :
       store::DirectoryStore(use_case.session, use_case.company()).by_ids(store::DirectoryKind::employee, sellers)) {
    names[entry.id] = std::move(entry.name);
  }
  for (auto& campaign : store::CampaignStore(use_case.session, use_case.company()).all()) {
    titles[campaign.id] = std::move(campaign.title);
  }
  const std::string currency = use_case.rates.company_currency();
  const auto amount = [&](std::int64_t minor) { return json::object{{"minor", minor}, {"currency", currency}}; };
  store::LedgerStore ledger(use_case.session, use_case.company());
  json::array shaped;
  for (const auto& [place, cell] : cells) {
    if (cell.minor == 0) continue;
    const auto& [month, seller, campaign, group] = place;
    std::int64_t now = 0;
    for (const std::string& measure : measures_of(group)) {
      now += ledger.rolled(measure, month, domain::add_months(month, 1) - 1, seller, campaign);
    }
    const std::int64_t before = applied ? now - cell.minor : now;
    json::array corrects;
    for (const std::string& corrected : cell.corrects) corrects.emplace_back(corrected);
    shaped.push_back(json::object{{"measure", group},
                                  {"seller", seller},
                                  {"seller_name", names[seller]},
                                  {"campaign", campaign},
                                  {"campaign_title", titles[campaign]},
                                  {"month", domain::month_key(month)},
                                  {"corrects", std::move(corrects)},
                                  {"before", amount(before)},
                                  {"after", amount(before + cell.minor)},
                                  {"amount", amount(cell.minor)}});
  }
  return shaped;
}

json::array moved_documents(const store::Balances& deltas, const store::DocumentKey& target) {
  std::set<store::DocumentKey> keys;
  for (const auto& [key, amount] : deltas) keys.insert(key.document);
  keys.erase(target);
  json::array documents;
  for (const auto& key : keys) {
    documents.push_back(json::object{{"document_kind", store::kind_text(key.kind)}, {"document", key.id}});
  }
  return documents;
}

}  // namespace sales_leads::services
