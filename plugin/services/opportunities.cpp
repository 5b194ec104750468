// SPDX-License-Identifier: Apache-2.0
#include "services/opportunities.h"

#include "host/refusal.h"
#include "services/links.h"
#include "services/opportunity_change.h"
#include "services/opportunity_fields.h"
#include "services/opportunity_new.h"
#include "services/opportunity_place.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_writer.h"
#include "store/opportunity_parts_store.h"

namespace sales_leads::services {
namespace {

json::value change(UseCase& use_case, const store::OpportunityRow& before, const store::OpportunityRow& after,
                   std::int64_t effective_at) {
  return answer_of(before.id, write_change(use_case, before, after, effective_at));
}

/// When a step is entered: not before the opportunity began.
std::int64_t time_of_step(UseCase& use_case, const Input& input, const store::OpportunityRow& row) {
  const auto at = effective_time(use_case, input);
  if (row.start && input.has("effective_at") && use_case.calendar.day_of(at) < *row.start) {
    input.refuse("effective_at", *input.find("effective_at"),
                 ">= " + domain::date_text(static_cast<domain::Day>(*row.start)));
  }
  return at;
}

json::value close(UseCase& use_case, const Input& input, const std::string& status) {
  const auto before = load_to_change(use_case, input);
  const bool again = before.status == status;
  // Said twice: true already, unless it says more.
  if (again && !input.has("rejection") && !input.has("note")) return answer_of(before.id, before.version);
  References references(use_case);
  auto after = before;
  const auto effective_at = time_of_step(use_case, input, before);
  if (const auto* rejection = input.find("rejection")) after.rejection = references.entry("rejection", *rejection);
  if (const auto note = input.text("note")) after.rejection_note = *note;
  enter_step(after, again ? references.step(before.step) : references.first_step(before.pipeline, status),
             use_case.calendar.day_of(effective_at));
  return change(use_case, before, after, effective_at);
}

}  // namespace

std::int64_t effective_time(UseCase& use_case, const Input& input) {
  const auto given = input.time("effective_at", use_case.calendar);
  if (given && use_case.calendar.day_of(*given) > use_case.today())
    input.refuse("effective_at", *input.find("effective_at"), "<= " + domain::date_text(use_case.today()));
  return given.value_or(use_case.now_us);
}

store::OpportunityRow load_opportunity(UseCase& use_case, const Input& input) {
  store::OpportunityStore store(use_case.session, use_case.company());
  const Id id = input.id();
  auto row = store.find(id);
  const Scope& scope = use_case.caller.sees;
  if (!row || (!scope.all() && !store.is_of(id, scope.employees))) {
    throw Refusal(Code::not_found, "opportunity.not_found", "id", std::to_string(id));
  }
  return *row;
}

bool may_change(UseCase& use_case, Id opportunity) {
  const Scope& scope = use_case.caller.changes;
  return scope.all() ||
         store::OpportunityStore(use_case.session, use_case.company()).is_of(opportunity, scope.employees);
}

store::OpportunityRow load_to_change(UseCase& use_case, const Input& input) {
  auto row = load_opportunity(use_case, input);
  if (!may_change(use_case, row.id)) {
    throw Refusal(Code::permission, "opportunity.change.right", "id", std::to_string(row.id));
  }
  if (const auto expected = input.integer("expected_version"); expected && *expected != row.version) {
    throw Refusal(Code::conflict, "opportunity.version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(row.version)}});
  }
  return row;
}

json::value create_opportunity(UseCase& use_case, const Input& input) {
  References references(use_case);
  json::array warnings;
  std::vector<NewOpportunity> one{read_new_opportunity(use_case, references, input, 0, warnings)};
  write_new(use_case, one, "user");
  return answer_of(one.front().row.id, 1, std::move(warnings));
}

json::value update_opportunity(UseCase& use_case, const Input& input) {
  const auto before = load_to_change(use_case, input);
  References references(use_case);
  CustomerStatuses statuses(use_case, references);
  json::array warnings;
  const auto planned = plan_update(use_case, references, statuses, before, input, warnings);
  const std::int64_t version = write_planned(use_case, planned);
  use_case.unchanged = version == before.version;
  return answer_of(before.id, version, std::move(warnings));
}

json::value set_opportunity_step(UseCase& use_case, const Input& input) {
  const auto before = load_to_change(use_case, input);
  References references(use_case);
  auto after = before;
  const auto effective_at = time_of_step(use_case, input, before);
  const json::value& value = *input.find("step");
  const store::Step& step = references.step(value, value.is_string() ? before.pipeline : 0, before.step);
  if (const auto* rejection = input.find("rejection")) after.rejection = references.entry("rejection", *rejection);
  if (const auto note = input.text("note")) after.rejection_note = *note;
  enter_step(after, step, use_case.calendar.day_of(effective_at));
  if (before.step == after.step && before.status == after.status && before.rejection == after.rejection &&
      before.rejection_note == after.rejection_note) {
    return answer_of(before.id, before.version);
  }
  return change(use_case, before, after, effective_at);
}

json::value win_opportunity(UseCase& use_case, const Input& input) { return close(use_case, input, "won"); }

json::value lose_opportunity(UseCase& use_case, const Input& input) { return close(use_case, input, "lost"); }

json::value reopen_opportunity(UseCase& use_case, const Input& input) {
  const auto before = load_to_change(use_case, input);
  if (before.status == "open")
    throw Refusal(Code::wrong_state, "opportunity.status.open", "id", std::to_string(before.id));
  References references(use_case);
  auto after = before;
  const auto effective_at = time_of_step(use_case, input, before);
  enter_step(after, step_to_reopen(use_case, references, before), use_case.calendar.day_of(effective_at));
  return change(use_case, before, after, effective_at);
}

json::value expire_opportunity(UseCase& use_case, const Input& input) {
  const auto before = load_to_change(use_case, input);
  if (before.status == "expired") return answer_of(before.id, before.version);
  if (before.status != "open") {
    throw Refusal(Code::wrong_state, "opportunity.status.closed", "id", std::to_string(before.id));
  }
  auto after = before;
  const auto effective_at = time_of_step(use_case, input, before);
  after.status = "expired";
  after.actual_close = use_case.calendar.day_of(effective_at);
  return change(use_case, before, after, effective_at);
}

json::value set_opportunity_sellers(UseCase& use_case, const Input& input) {
  const auto row = load_to_change(use_case, input);
  References references(use_case);
  const auto sellers = read_sellers(references, input);
  refuse_leavers(use_case, references, row, row.owner, sellers);
  std::int64_t effective_at = use_case.now_us;
  if (const auto from = input.date("from")) {
    if (*from > use_case.today())
      input.refuse("from", *input.find("from"), "<= " + domain::date_text(use_case.today()));
    if (*from < use_case.today()) {
      if (!use_case.caller.may("sales_leads.link"))
        throw Refusal(Code::permission, "opportunity.sellers.right", "from");
      if (!input.has("reason")) throw Refusal(Code::invalid_argument, "opportunity.sellers.reason", "reason");
      effective_at = use_case.calendar.start_of(*from);
    }
  }
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  // From that day on: what was given for a later one gives way. Of one moment the set that was written last counts.
  const auto later = parts.shares_given_after(row.id, effective_at);
  parts.add_shares(row.id, {effective_at, sellers});
  for (const std::int64_t moment : later) parts.add_shares(row.id, {moment, sellers});
  if (const auto reason = input.text("reason")) {
    parts.add_history({{row.id, "sellers_reason", *reason, effective_at, "user"}});
  }
  if (effective_at < use_case.now_us) restate_documents(use_case, row.id, use_case.calendar.day_of(effective_at));
  return change(use_case, row, row, effective_at);
}

json::value add_opportunity_touch(UseCase& use_case, const Input& input) {
  const auto row = load_to_change(use_case, input);
  References references(use_case);
  const auto day = input.date("date");
  if (!day) input.refuse("date", nullptr);
  const Id campaign = references.campaign(*input.find("campaign"), "campaign");
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  if (has_touch(parts.touches(row.id), campaign, *day)) return answer_of(row.id, row.version);  // said twice
  parts.add_touches({{row.id, campaign, *day, use_case.calendar.start_of(*day)}});
  return change(use_case, row, row, use_case.now_us);
}

json::value remove_opportunity_touch(UseCase& use_case, const Input& input) {
  const auto row = load_to_change(use_case, input);
  const auto day = input.date("date");
  if (!day) input.refuse("date", nullptr);
  const Id campaign = References(use_case).any_campaign(*input.find("campaign"));
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  if (!has_touch(parts.touches(row.id), campaign, *day)) {
    throw Refusal(Code::not_found, "opportunity.touch.none", "campaign", shown(*input.find("campaign")),
                  {{"date", domain::date_text(*day)}});
  }
  parts.remove_touch(row.id, campaign, *day);
  return change(use_case, row, row, use_case.now_us);
}

}  // namespace sales_leads::services
