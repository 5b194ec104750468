// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_new.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/customer_status.h"
#include "services/opportunities.h"
#include "services/opportunity_fields.h"
#include "services/opportunity_place.h"
#include "services/opportunity_rules.h"

namespace sales_leads::services {

NewOpportunity read_new_opportunity(UseCase& use_case, References& references, const Input& input, Id customer,
                                    json::array& warnings) {
  NewOpportunity opportunity;
  auto& [row, parts, effective_at, closed_at] = opportunity;
  row.customer = customer;
  row.owner = use_case.caller.actor.employee;
  if (const auto external = input.text("external_id")) {
    if (!store::OpportunityStore(use_case.session, use_case.company()).taken({*external}).empty()) {
      throw Refusal(Code::conflict, "opportunity.external_id.taken", "external_id", *external);
    }
  }
  effective_at = effective_time(use_case, input);
  // Without a start it begins today, or on the day that it is planned to close, where that has passed.
  const auto start = input.date("start");
  row.start = std::min(use_case.today(), input.date("planned_close").value_or(use_case.today()));
  read_fields(use_case, references, input, row, start ? start : std::optional(use_case.today()));
  check_planned_close({}, row);
  if (row.customer != kCustomerToCome) {
    if (auto warning = CustomerStatuses(use_case, references).check(row.customer, row.project)) {
      warnings.push_back(std::move(*warning));
    }
  }
  enter_step(row, place_of(references, input, row), use_case.calendar.day_of(effective_at));
  read_probability(references, input, row);
  refuse_rejection_of_others(input, row);
  parts = read_parts(use_case, references, input);
  refuse_leavers(use_case, references, row, 0, parts.sellers);
  if (row.status != "open") {
    closed_at = effective_at;
    if (row.start) {
      effective_at = std::min(effective_at, use_case.noon(static_cast<domain::Day>(*row.start)));
    }
  }
  return opportunity;
}

}  // namespace sales_leads::services
