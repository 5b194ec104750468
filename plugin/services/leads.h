// SPDX-License-Identifier: Apache-2.0
//
// The actions of leads. A lead without owner is everybody's who may see leads at all; one's own, one's group's or all
// leads reach as far as the rights sales_leads.lead.view and .change do.
//
// Threads: one per call. Errors: Refusal; see schemas/actions/lead.*.json.
#pragma once

#include <functional>

#include "services/input.h"
#include "services/use_case.h"
#include "store/lead_store.h"

namespace sales_leads::services {

json::value create_lead(UseCase& use_case, const Input& input);
json::value update_lead(UseCase& use_case, const Input& input);
json::value assign_lead(UseCase& use_case, const Input& input);
json::value set_lead_status(UseCase& use_case, const Input& input);
json::value retire_lead(UseCase& use_case, const Input& input);
json::value reopen_lead(UseCase& use_case, const Input& input);

json::value get_lead(UseCase& use_case, const Input& input);
json::value list_leads(UseCase& use_case, const Input& input);
/// `check`: the declaration's check of one row.
json::value import_leads(UseCase& use_case, const Input& input, const std::function<void(const json::value&)>& check);
json::value lead_duplicates(UseCase& use_case, const Input& input);

json::value merge_leads(UseCase& use_case, const Input& input);
json::value unmerge_lead(UseCase& use_case, const Input& input);

json::value convert_lead(UseCase& use_case, const Input& input);
json::value resume_conversion(UseCase& use_case, const Input& input);
json::value cancel_conversion(UseCase& use_case, const Input& input);

json::value create_lead_rule(UseCase& use_case, const Input& input);
json::value update_lead_rule(UseCase& use_case, const Input& input);
json::value archive_lead_rule(UseCase& use_case, const Input& input);
json::value list_lead_rules(UseCase& use_case, const Input& input);

/// The lead with this id that the caller may see.
[[nodiscard]] store::LeadRow load_lead(UseCase& use_case, Id id);
/// The same that the caller may change too.
[[nodiscard]] store::LeadRow load_lead_to_change(UseCase& use_case, Id id);
/// Refused when the input expects another version than the lead has.
void expect_version(const store::LeadRow& row, const Input& input, const char* field = "expected_version");
/// Field "id", with "expected_version" compared; neither converted nor merged, and no conversion under way.
[[nodiscard]] store::LeadRow load_living_lead(UseCase& use_case, const Input& input);
/// Refuses what must not be worked on any more.
void require_living(UseCase& use_case, const store::LeadRow& row);

}  // namespace sales_leads::services
