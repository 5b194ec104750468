// SPDX-License-Identifier: Apache-2.0
#include "services/leads.h"

#include "host/refusal.h"
#include "services/lead_assignment.h"
#include "services/lead_duplicates.h"
#include "services/lead_writer.h"
#include "store/lead_passage_store.h"

namespace sales_leads::services {
namespace {

json::object answer(const LeadChange& change, std::int64_t version) {
  return {{"id", change.after.id},
          {"version", version},
          {"status", change.after.status},
          {"owner", change.after.owner == 0 ? json::value(nullptr) : json::value(change.after.owner)}};
}

json::value write(UseCase& use_case, LeadChange change) {
  const std::int64_t version = write_lead(use_case, change);
  return answer(change, version);
}

bool reaches(const Scope& scope, Id owner) { return owner == 0 || scope.covers(owner); }

void refuse_taken(UseCase& use_case, const std::optional<std::string>& external, Id self) {
  if (!external) return;
  for (const auto& [taken, id] : store::LeadStore(use_case.session, use_case.company()).taken({*external})) {
    if (id != self) throw Refusal(Code::conflict, "lead.external_id.taken", "external_id", taken);
  }
}

}  // namespace

store::LeadRow load_lead(UseCase& use_case, Id id) {
  auto row = store::LeadStore(use_case.session, use_case.company()).find(id);
  if (!row || !reaches(use_case.caller.sees_leads, row->owner)) {
    throw Refusal(Code::not_found, "lead.not_found", "id", std::to_string(id));
  }
  return *std::move(row);
}

store::LeadRow load_lead_to_change(UseCase& use_case, Id id) {
  auto row = load_lead(use_case, id);
  if (!reaches(use_case.caller.changes_leads, row.owner)) {
    throw Refusal(Code::permission, "lead.change.right", "id", std::to_string(id));
  }
  return row;
}

void require_living(UseCase& use_case, const store::LeadRow& row) {
  const std::string id = std::to_string(row.id);
  if (row.status == "merged") {
    throw Refusal(Code::wrong_state, "lead.status.merged", "id", id, {{"survivor", std::to_string(row.merged_into)}});
  }
  if (row.status == "converted") {
    throw Refusal(Code::wrong_state, "lead.status.converted", "id", id, {{"customer", std::to_string(row.customer)}});
  }
  if (!store::LeadPassageStore(use_case.session, use_case.company()).running({row.id}).empty()) {
    throw Refusal(Code::wrong_state, "lead.conversion.interrupted", "id", id);
  }
}

void expect_version(const store::LeadRow& row, const Input& input, const char* field) {
  const auto expected = input.integer(field);
  if (!expected || *expected == row.version) return;
  throw Refusal(Code::conflict, "lead.version.conflict", field, std::to_string(*expected),
                {{"version", std::to_string(row.version)}});
}

store::LeadRow load_living_lead(UseCase& use_case, const Input& input) {
  auto row = load_lead_to_change(use_case, input.id());
  expect_version(row, input);
  require_living(use_case, row);
  return row;
}

json::value create_lead(UseCase& use_case, const Input& input) {
  References references(use_case);
  std::vector<NewLead> one(1);
  auto& [row, contacts, keys] = one.front();
  read_lead(use_case, references, input, row);
  refuse_taken(use_case, row.external_id, 0);
  contacts = read_contacts(input).value_or(LeadContacts{});
  row.status = input.text("status").value_or("new");
  LeadAssigner assigner(use_case);
  if (input.has("owner")) {
    row.owner = references.employee(*input.find("owner"), "owner");
    references.refuse_leaver("lead", row.owner, 0);
  } else if (!input.names("owner")) {
    row.owner = assigner.owner_of(row);
  }
  assigner.write_turns();
  const auto duplicates = find_duplicates(use_case, keys_of(use_case, row, contacts), 0);
  write_new_leads(use_case, one, "user");
  json::object made = answer({row, row, {}}, 1);
  made["score"] = row.score;
  made["duplicates"] = shape(use_case, duplicates);
  if (auto warnings = doubtful_numbers(use_case, input, row, contacts); !warnings.empty()) {
    made["warnings"] = std::move(warnings);
  }
  return made;
}

json::value update_lead(UseCase& use_case, const Input& input) {
  LeadChange change;
  change.before = load_living_lead(use_case, input);
  change.after = change.before;
  References references(use_case);
  read_lead(use_case, references, input, change.after);
  if (change.after.external_id != change.before.external_id) {
    refuse_taken(use_case, change.after.external_id, change.after.id);
  }
  const auto before =
      store::LeadPartsStore(use_case.session, use_case.company(), use_case.stamp()).contacts({change.after.id});
  change.contacts = read_contacts(input, before);
  auto warnings = doubtful_numbers(use_case, input, change.after, change.contacts.value_or(before));
  json::value written = write(use_case, std::move(change));
  if (!warnings.empty()) written.as_object()["warnings"] = std::move(warnings);
  return written;
}

json::value assign_lead(UseCase& use_case, const Input& input) {
  LeadChange change;
  change.before = load_living_lead(use_case, input);
  change.after = change.before;
  LeadAssigner assigner(use_case);
  if (input.has("owner")) {
    References references(use_case);
    change.after.owner = references.employee(*input.find("owner"), "owner");
    references.refuse_leaver("lead", change.after.owner, change.before.owner);
  } else if (input.names("owner")) {
    change.after.owner = 0;
  } else {
    change.after.owner = assigner.owner_of(change.after);
    if (change.after.owner == 0) throw Refusal(Code::not_found, "lead.assign.no_rule", "owner");
  }
  assigner.write_turns();
  return write(use_case, std::move(change));
}

json::value set_lead_status(UseCase& use_case, const Input& input) {
  LeadChange change;
  change.before = load_living_lead(use_case, input);
  if (change.before.status == "retired") {
    throw Refusal(Code::wrong_state, "lead.status.retired", "id", std::to_string(change.before.id));
  }
  change.after = change.before;
  change.after.status = input.text("status").value_or(change.before.status);
  return write(use_case, std::move(change));
}

json::value retire_lead(UseCase& use_case, const Input& input) {
  LeadChange change;
  change.before = load_living_lead(use_case, input);
  change.after = change.before;
  change.after.status = "retired";
  change.after.retire_reason = input.text("reason").value_or("");
  return write(use_case, std::move(change));
}

json::value reopen_lead(UseCase& use_case, const Input& input) {
  LeadChange change;
  change.before = load_living_lead(use_case, input);
  if (change.before.status != "retired") {
    throw Refusal(Code::wrong_state, "lead.status.open", "id", std::to_string(change.before.id));
  }
  change.after = change.before;
  change.after.status = "working";
  change.after.retire_reason.clear();
  return write(use_case, std::move(change));
}

}  // namespace sales_leads::services
