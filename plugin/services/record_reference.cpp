// SPDX-License-Identifier: Apache-2.0
#include "services/record_reference.h"

#include "host/refusal.h"
#include "services/leads.h"
#include "services/opportunities.h"
#include "store/lead_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {
namespace {

void check_name(const Input& row, const char* field, const std::string& entity, const std::string& name) {
  const auto said = row.text(field);
  if (!said || said->empty() || *said == name) return;
  throw Refusal(Code::conflict, "import.record.name", field, *said, {{"name", name}, {"entity", entity}});
}

std::string name_of(const store::LeadRow& lead) {
  if (!lead.name.empty()) return lead.name;
  const bool both = !lead.first_name.empty() && !lead.last_name.empty();
  return lead.first_name + (both ? " " : "") + lead.last_name;
}

Id lead_of(UseCase& use_case, const Input& row, const char* name_field) {
  const json::value& value = *row.find("lead");
  Id id = value.is_int64() ? value.get_int64() : 0;
  if (value.is_string()) {
    const auto found = store::LeadStore(use_case.session, use_case.company()).taken({std::string(value.as_string())});
    if (!found.empty()) id = found.front().second;
  }
  try {
    const auto lead = load_lead(use_case, id);
    if (value.is_int64()) check_name(row, name_field, "lead", name_of(lead));
    return lead.id;
  } catch (const Refusal& refusal) {
    if (refusal.key() != "lead.not_found") throw;
    throw Refusal(Code::not_found, "lead.not_found", "lead", shown(value));
  }
}

Id opportunity_of(UseCase& use_case, const Input& row, const char* name_field) {
  const json::value& value = *row.find("opportunity");
  Id id = value.is_int64() ? value.get_int64() : 0;
  if (value.is_string()) {
    const auto found =
        store::OpportunityStore(use_case.session, use_case.company()).by_external({std::string(value.as_string())});
    if (!found.empty()) id = found.front().id;
  }
  try {
    const json::object wanted{{"id", id}};
    const auto opportunity = load_opportunity(use_case, Input("opportunity", wanted));
    if (value.is_int64()) check_name(row, name_field, "opportunity", opportunity.title);
    return opportunity.id;
  } catch (const Refusal& refusal) {
    if (refusal.key() != "opportunity.not_found") throw;
    throw Refusal(Code::not_found, "opportunity.not_found", "opportunity", shown(value));
  }
}

}  // namespace

RecordReference read_record(UseCase& use_case, References& references, const Input& row,
                            const std::vector<std::string>& entities, const char* name_field) {
  RecordReference record;
  for (const auto& entity : entities) {
    if (!row.has(entity)) continue;
    if (!record.entity.empty()) throw Refusal(Code::invalid_argument, row.entity() + ".record.several", entity);
    record.entity = entity;
  }
  if (record.entity.empty()) throw Refusal(Code::invalid_argument, row.entity() + ".record.missing", entities.front());
  record.id = record.entity == "customer" ? references.customer(*row.find("customer"), "customer")
              : record.entity == "lead"   ? lead_of(use_case, row, name_field)
                                          : opportunity_of(use_case, row, name_field);
  return record;
}

}  // namespace sales_leads::services
