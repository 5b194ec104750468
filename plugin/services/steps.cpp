// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/required_fields.h"
#include "host/refusal.h"
#include "services/campaigns.h"
#include "services/lists.h"
#include "services/opportunity_change.h"
#include "services/opportunity_rules.h"
#include "services/opportunity_writer.h"
#include "services/references.h"
#include "signals/reconcile.h"
#include "store/settings_uses.h"

namespace sales_leads::services {
namespace {

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }

/// By id, or by code: the default pipeline's first.
const store::Step& pick_step(References& references, const json::value& value) {
  const store::Step* found = nullptr;
  const Id first = references.default_pipeline().id;
  for (const auto& step : references.steps()) {
    if (value.is_int64() ? step.id != value.get_int64() : step.code != std::string_view(value.as_string())) continue;
    if (found == nullptr || step.pipeline == first) found = &step;
  }
  if (found != nullptr) return *found;
  throw Refusal(Code::not_found, "reference.not_found", "id", shown(value));
}

store::Step load_step(References& references, const Input& input) {
  store::Step step = pick_step(references, *input.find("id"));
  check_version(input, step.version);
  return step;
}

json::value save(UseCase& use_case, const store::Step& step) {
  if (!settings(use_case).update(step, use_case.stamp())) {
    throw Refusal(Code::conflict, "step.version.conflict", "expected_version", std::to_string(step.version));
  }
  use_case.changed.push_back(step.id);
  return json::object{{"id", step.id}, {"version", step.version + 1}, {"code", step.code}};
}

/// Moves every opportunity on the step to another one of the same pipeline and meaning, by the rules of the form.
std::int64_t move_all(UseCase& use_case, References& references, const store::Step& from, const json::value& value) {
  const store::Step to = references.step(value, value.is_string() ? from.pipeline : 0);
  if (to.id == from.id || to.pipeline != from.pipeline || to.status != from.status) {
    throw Refusal(Code::invalid_argument, "step.replace.unlike", "replace_by", to.code, {{"step", from.code}});
  }
  store::OpportunityStore store(use_case.session, use_case.company());
  store::OpportunityFilter filter;
  filter.step = from.id;
  filter.archived = true;
  filter.limit = 500;
  std::vector<Id> moved;
  const auto own = use_case.changed;
  for (auto page = store.list(filter); !page.empty(); page = store.list(filter)) {
    for (const auto& before : page) {
      auto after = before;
      enter_step(after, to, use_case.today());
      if (before.status == "expired") {
        after.status = before.status;
        after.actual_close = before.actual_close;
      }
      write_change(use_case, before, after, use_case.now_us);
      moved.push_back(before.id);
    }
    filter.after = page.back().id;
  }
  use_case.changed = own;  // they are audited as what they are
  audit_others(use_case, "step.archive", "opportunity", moved, from.code + " replaced by " + to.code);
  return static_cast<std::int64_t>(moved.size());
}

std::vector<store::Step> standing_steps(UseCase& use_case, Id pipeline) {
  auto steps = settings(use_case).steps();
  std::erase_if(steps, [&](const store::Step& step) { return step.pipeline != pipeline || step.archived; });
  return steps;
}

}  // namespace

void read_step_fields(References& references, const Input& input, store::Step& step) {
  read_titles(input, step.title);
  step.position = input.integer("position").value_or(step.position);
  step.probability = input.share("probability").value_or(step.probability);
  step.status = input.text("status").value_or(step.status);
  step.rejection_rule = input.text("rejection_rule").value_or(step.rejection_rule);
  step.stale_days = input.integer("stale_days").value_or(step.stale_days);
  if (input.names("default_rejection")) {
    step.default_rejection =
        input.has("default_rejection")
            ? references.entry("rejection", *input.find("default_rejection"), step.default_rejection)
            : 0;
  }
  if (const auto* fields = input.array("required_fields")) {
    step.required_fields.clear();
    for (const auto& name : *fields) {
      step.required_fields += (step.required_fields.empty() ? "" : ",") + std::string(name.as_string());
    }
  }
  const bool fits = step.status == "open" || step.probability == (step.status == "won" ? 10'000 : 0);
  if (!fits) {
    throw Refusal(Code::invalid_argument, "step.status.probability", "probability", share_text(step.probability),
                  {{"status", step.status}});
  }
}

json::object step_shape(UseCase& use_case, const store::Step& step) {
  json::object object{{"id", step.id}, {"version", step.version}, {"code", step.code}, {"pipeline", step.pipeline}};
  object["title"] = step.title.in(use_case.language());
  object["titles"] = json::object{{"en", step.title.en}, {"sv", step.title.sv}, {"nb", step.title.nb}};
  object["position"] = step.position;
  object["probability"] = share_text(step.probability);
  object["status"] = step.status;
  object["rejection_rule"] = step.rejection_rule;
  object["default_rejection"] =
      step.default_rejection == 0 ? json::value(nullptr) : json::value(step.default_rejection);
  object["stale_days"] = step.stale_days;
  json::array required;
  for (const auto& name : domain::field_names(step.required_fields)) required.emplace_back(name);
  object["required_fields"] = std::move(required);
  object["archived"] = step.archived;
  return object;
}

json::value list_steps(UseCase& use_case, const Input& input) {
  References references(use_case);
  json::array shaped;
  for (const auto& step : references.steps()) {
    if (step.archived && !input.flag("archived", false)) continue;
    if (input.has("pipeline") && step.pipeline != input.integer("pipeline")) continue;
    shaped.push_back(step_shape(use_case, step));
  }
  const Id ordered = input.integer("pipeline").value_or(references.default_pipeline().id);
  return json::object{{"steps", std::move(shaped)}, {"version", order_version(standing_steps(use_case, ordered))}};
}

json::value create_step(UseCase& use_case, const Input& input) {
  References references(use_case);
  store::Step step;
  step.pipeline =
      (input.has("pipeline") ? references.pipeline(*input.find("pipeline")) : references.default_pipeline()).id;
  read_step_fields(references, input, step);
  step.code = input.text("code").value_or(code_from(step.title.en));
  for (const auto& other : references.steps()) {
    if (other.pipeline != step.pipeline) continue;
    if (other.code == step.code) throw Refusal(Code::conflict, "step.code.taken", "code", step.code);
    if (!input.has("position")) step.position = std::max(step.position, other.position + 1);
  }
  step.id = settings(use_case).insert(step, use_case.stamp());
  use_case.changed.push_back(step.id);
  return json::object{{"id", step.id}, {"version", 1}, {"code", step.code}};
}

json::value update_step(UseCase& use_case, const Input& input) {
  References references(use_case);
  const auto before = load_step(references, input);
  auto step = before;
  read_step_fields(references, input, step);
  // Opportunities on it would change their status without anybody having touched them.
  if (step.status != before.status && settings(use_case).step_is_used(step.id)) {
    throw Refusal(Code::wrong_state, "step.status.used", "status", step.status, {{"step", step.code}});
  }
  return save(use_case, step);
}

json::value archive_step(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto step = load_step(references, input);
  step.archived = input.flag("archived", true);
  const bool last = std::none_of(references.steps().begin(), references.steps().end(), [&](const store::Step& other) {
    return other.id != step.id && other.pipeline == step.pipeline && other.status == step.status && !other.archived;
  });
  if (step.archived && last) throw Refusal(Code::wrong_state, "step.last", "id", step.code, {{"status", step.status}});
  std::int64_t moved = 0;
  if (input.has("replace_by")) moved = move_all(use_case, references, step, *input.find("replace_by"));
  json::object answer = save(use_case, step).as_object();
  answer["moved"] = moved;
  return answer;
}

json::value reorder_steps(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());  // two at once would both find what they expect
  References references(use_case);
  const store::Pipeline& pipeline =
      input.has("pipeline") ? references.pipeline(*input.find("pipeline"), true) : references.default_pipeline();
  std::vector<Id> standing, wanted;
  const auto steps = standing_steps(use_case, pipeline.id);
  check_version(input, order_version(steps));
  for (const auto& step : steps) standing.push_back(step.id);
  for (const auto& value : *input.array("order")) wanted.push_back(references.step(value, pipeline.id).id);
  check_order("step", standing, wanted);
  store::SettingsUses(use_case.session, use_case.company()).put_in_order("sl_step", wanted, use_case.stamp());
  use_case.changed = wanted;
  return json::object{{"order", json::value_from(wanted)},
                      {"version", order_version(standing_steps(use_case, pipeline.id))}};
}

}  // namespace sales_leads::services
