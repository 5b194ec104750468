// SPDX-License-Identifier: Apache-2.0
#include <unordered_set>

#include "host/refusal.h"
#include "services/customer_status.h"
#include "services/opportunities.h"
#include "services/opportunity_fields.h"
#include "services/opportunity_place.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_writer.h"

namespace sales_leads::services {
namespace {

const store::Step& step_of(References& references, const Input& input, const store::OpportunityRow& row) {
  const auto status = input.text("status");
  const std::string meant = status && *status != "expired" ? *status : "open";
  const store::Step& step = place_of(references, input, row, meant);
  if (status && step.status != meant) {
    throw Refusal(Code::invalid_argument, "opportunity.status.step", "status", *status, {{"step", step.code}});
  }
  return step;
}

/// Open from its start, closed at its closing date, both at noon: an import knows days alone.
void put_times(UseCase& use_case, const Input& input, NewOpportunity& opportunity) {
  auto& row = opportunity.row;
  const auto closed_on = input.date("closed_on");
  if (row.status == "open") {
    if (closed_on)
      throw Refusal(Code::invalid_argument, "opportunity.closed_on.open", "closed_on", domain::date_text(*closed_on));
  } else {
    if (!closed_on)
      throw Refusal(Code::invalid_argument, "opportunity.closed_on.missing", "closed_on", "", {{"status", row.status}});
    if (*closed_on > use_case.today() || (row.start && *closed_on < *row.start)) {
      const auto first = row.start ? domain::date_text(static_cast<domain::Day>(*row.start)) : std::string();
      input.refuse("closed_on", *input.find("closed_on"), first + " … " + domain::date_text(use_case.today()));
    }
    row.actual_close = *closed_on;
    opportunity.closed_at = use_case.noon(*closed_on);
  }
  const auto given = input.time("effective_at", use_case.calendar);
  const auto start = row.start ? use_case.noon(static_cast<domain::Day>(*row.start)) : use_case.now_us;
  opportunity.effective_at = given.value_or(opportunity.closed_at ? std::min(start, *opportunity.closed_at) : start);
}

NewOpportunity read_row(UseCase& use_case, References& references, const Input& input) {
  NewOpportunity opportunity;
  auto& row = opportunity.row;
  const auto closed_on = input.date("closed_on");
  row.start = std::min(closed_on.value_or(use_case.today()), use_case.today());
  row.owner = use_case.caller.actor.employee;
  const auto start = input.date("start");
  read_fields(use_case, references, input, row, start ? start : static_cast<domain::Day>(*row.start));
  const store::Step& step = step_of(references, input, row);
  enter_step(row, step, use_case.today());
  if (input.text("status") == "expired") row.status = "expired";
  read_probability(references, input, row);
  opportunity.parts = read_parts(use_case, references, input);
  put_times(use_case, input, opportunity);
  return opportunity;
}

std::unordered_set<std::string> taken_ids(UseCase& use_case, const json::array& rows) {
  std::vector<std::string> wanted;
  for (const auto& row : rows) {
    const auto* object = row.if_object();
    const auto* external = object == nullptr ? nullptr : object->if_contains("external_id");
    if (external != nullptr && external->is_string()) wanted.emplace_back(external->get_string());
  }
  const auto taken = store::OpportunityStore(use_case.session, use_case.company()).taken(wanted);
  return {taken.begin(), taken.end()};
}

}  // namespace

json::value import_opportunities(UseCase& use_case, const Input& input, const RowCheck& check) {
  const json::array& rows = *input.array("rows");
  const auto mode = rows.size() > 20 ? References::Mode::bulk : References::Mode::single;
  References references(use_case, mode);
  CustomerStatuses statuses(use_case, references, mode);
  auto taken = taken_ids(use_case, rows);
  std::vector<NewOpportunity> good;
  good.reserve(rows.size());
  json::array rejected, warnings;
  std::vector<RateWish> wishes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    try {
      check(rows[i]);
      const Input row("opportunity", rows[i].get_object());
      const auto external = row.text("external_id");
      if (external && !taken.insert(*external).second) {
        throw Refusal(Code::conflict, "opportunity.external_id.taken", "external_id", *external);
      }
      auto opportunity = read_row(use_case, references, row);
      if (auto warning = statuses.check(opportunity.row.customer, opportunity.row.project)) {
        warning->emplace("row", i + 1);
        warnings.push_back(std::move(*warning));
      }
      good.push_back(std::move(opportunity));
    } catch (const RatesNeeded& needed) {
      wishes.insert(wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      rejected.push_back(json::object{{"row", i + 1},
                                      {"field", refusal.field()},
                                      {"value", refusal.value()},
                                      {"key", refusal.key()},
                                      {"message", use_case.messages.of(use_case.call.locale, refusal)}});
    }
  }
  if (!wishes.empty()) throw RatesNeeded(std::move(wishes));
  if (!rejected.empty() && !input.flag("keep_good", false))
    return json::object{{"accepted", 0}, {"rejected", rejected}};
  if (!good.empty()) write_new(use_case, good, "import");
  json::object answer{{"accepted", good.size()}, {"rejected", rejected}};
  if (!warnings.empty()) answer["warnings"] = std::move(warnings);
  return answer;
}

}  // namespace sales_leads::services
