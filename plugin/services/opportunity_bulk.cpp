// SPDX-License-Identifier: Apache-2.0
//
// One change on many opportunities, by the rules of the form. Every row is planned before the first is written: without
// keep_good one refusal leaves all as they were.
#include <set>

#include "host/refusal.h"
#include "services/opportunities.h"
#include "services/opportunity_change.h"

namespace sales_leads::services {
namespace {

store::OpportunityRow load_one(UseCase& use_case, const json::value& wanted) {
  json::object one;
  if (wanted.is_object()) {
    one = wanted.as_object();
  } else {
    one["id"] = wanted;
  }
  return load_to_change(use_case, Input("opportunity", one));
}

Id id_of(const json::value& wanted) {
  return wanted.is_object() ? wanted.as_object().at("id").as_int64() : wanted.as_int64();
}

}  // namespace

json::value bulk_update_opportunities(UseCase& use_case, const Input& input) {
  References references(use_case);
  CustomerStatuses statuses(use_case, references);
  const Input changes("opportunity", input.find("changes")->as_object());
  std::vector<PlannedChange> planned;
  std::vector<std::size_t> places;  // of the planned rows, in the answer
  json::array rows;
  std::vector<RateWish> wishes;
  std::set<Id> seen;
  for (const auto& wanted : *input.array("ids")) {
    const Id id = id_of(wanted);
    json::object row{{"id", id}, {"ok", true}};
    try {
      if (!seen.insert(id).second) {
        throw Refusal(Code::invalid_argument, "opportunity.ids.twice", "ids", std::to_string(id));
      }
      json::array warnings;
      planned.push_back(plan_update(use_case, references, statuses, load_one(use_case, wanted), changes, warnings));
      places.push_back(rows.size());
      if (!warnings.empty()) row["warnings"] = std::move(warnings);
    } catch (const RatesNeeded& needed) {
      wishes.insert(wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      row["ok"] = false;
      row["key"] = refusal.key();
      row["field"] = refusal.field();
      row["value"] = refusal.value();
      row["message"] = use_case.messages.of(use_case.call.locale, refusal);
    }
    rows.push_back(std::move(row));
  }
  if (!wishes.empty()) throw RatesNeeded(std::move(wishes));
  const std::size_t refused = rows.size() - planned.size();
  if (refused > 0 && !input.flag("keep_good", false)) planned.clear();
  for (std::size_t i = 0; i < planned.size(); ++i) {
    rows[places[i]].as_object()["version"] = write_planned(use_case, planned[i]);
  }
  use_case.unchanged = !planned.empty() && use_case.changed.empty();
  return json::object{{"changed", planned.size()}, {"refused", refused}, {"rows", std::move(rows)}};
}

}  // namespace sales_leads::services
