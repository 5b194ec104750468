// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_change.h"

#include "host/refusal.h"
#include "services/opportunities.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_upsert.h"
#include "services/opportunity_writer.h"
#include "store/opportunity_parts_store.h"
#include "store/request_store.h"

namespace sales_leads::services {
namespace {

void check_external(UseCase& use_case, const Input& input, const store::OpportunityRow& before) {
  const auto external = input.text("external_id");
  if (!external || external == before.external_id) return;
  if (!store::OpportunityStore(use_case.session, use_case.company()).taken({*external}).empty()) {
    throw Refusal(Code::conflict, "opportunity.external_id.taken", "external_id", *external);
  }
}

void plan_step(References& references, const Input& input, const store::OpportunityRow& before,
               store::OpportunityRow& after, domain::Day day) {
  if (input.has("step")) {
    const bool by_code = input.find("step")->is_string();
    const Id pipeline = input.has("pipeline") ? references.pipeline(*input.find("pipeline")).id
                        : by_code             ? before.pipeline
                                              : 0;
    enter_step(after, references.step(*input.find("step"), pipeline, before.step), day);
  } else if (input.has("pipeline")) {
    const store::Pipeline& named = references.pipeline(*input.find("pipeline"), true);
    const Id pipeline = named.id;
    if (pipeline == before.pipeline) return;
    if (named.archived) {  // it takes nobody new
      throw Refusal(Code::invalid_argument, "reference.archived", "pipeline", shown(*input.find("pipeline")));
    }
    enter_step(after, references.first_step(pipeline, before.status == "expired" ? "open" : before.status), day);
    after.status = before.status;
    after.actual_close = before.actual_close;
  } else if (before.status == "lost" && before.rejection != 0 && after.rejection == 0) {
    enter_step(after, references.step(before.step), day);  // a rejection that is demanded cannot be taken away
  }
}

}  // namespace

PlannedChange plan_update(UseCase& use_case, References& references, CustomerStatuses& statuses,
                          const store::OpportunityRow& before, const Input& input, json::array& warnings) {
  PlannedChange change{before, before, {}, effective_time(use_case, input)};
  store::OpportunityRow& after = change.after;
  const domain::Day day = use_case.calendar.day_of(change.effective_at);
  check_external(use_case, input, before);
  read_fields(use_case, references, input, after, day);
  if (after.customer != before.customer || (after.customer == 0 && after.project != before.project)) {
    if (auto warning = statuses.check(after.customer, after.project)) warnings.push_back(std::move(*warning));
  }
  plan_step(references, input, before, after, day);
  refuse_rejection_of_others(input, after);
  read_probability(references, input, after);
  check_planned_close(before, after);
  change.parts = read_parts(use_case, references, input);
  refuse_leavers(use_case, references, after, before.owner, change.parts.sellers);
  // Who sells reaches back by opportunity.set_sellers alone, which asks for the right and the reason, and corrects.
  if (!change.parts.sellers.empty() && day < use_case.today()) {
    throw Refusal(Code::invalid_argument, "opportunity.sellers.back", "effective_at", domain::date_text(day));
  }
  return change;
}

std::int64_t write_planned(UseCase& use_case, const PlannedChange& change) {
  // Said again, it is true already: no version, no history.
  if (!changes_anything(use_case, change.before, change.after, change.parts)) return change.before.version;
  const OpportunityParts& parts = change.parts;
  const Id id = change.before.id;
  store::OpportunityPartsStore store(use_case.session, use_case.company(), use_case.stamp());
  if (!parts.sellers.empty()) store.add_shares(id, {use_case.now_us, parts.sellers});
  if (!parts.touches.empty()) {
    auto touches = parts.touches;
    const auto present = store.touches(id);
    std::erase_if(touches,
                  [&](const store::TouchRow& touch) { return has_touch(present, touch.campaign, touch.date); });
    for (auto& touch : touches) touch.opportunity = id;
    if (!touches.empty()) store.add_touches(touches);
  }
  if (parts.lines) {
    auto lines = *parts.lines;
    for (auto& line : lines) line.opportunity = id;
    store.remove_lines(id);
    if (!lines.empty()) store.add_lines(lines);
  }
  return write_change(use_case, change.before, change.after, change.effective_at);
}

json::value answer_of(Id id, std::int64_t version, json::array warnings) {
  json::object answer{{"id", id}, {"version", version}};
  if (!warnings.empty()) answer["warnings"] = std::move(warnings);
  return answer;
}

void audit_others(UseCase& use_case, const std::string& action, const std::string& entity, const std::vector<Id>& ids,
                  const std::string& detail) {
  if (ids.empty()) return;
  const Actor& actor = use_case.caller.actor;
  const char* kind = actor.kind == ActorKind::user             ? "user"
                     : actor.kind == ActorKind::local_operator ? "operator"
                                                               : "system";
  store::AuditStore(use_case.session, use_case.company())
      .add({kind, actor.user, action, entity, use_case.call.correlation_id, detail}, ids, use_case.now_us);
}

}  // namespace sales_leads::services
