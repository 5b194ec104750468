// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "host/refusal.h"
#include "services/campaigns.h"
#include "services/lists.h"
#include "services/references.h"

namespace sales_leads::services {
namespace {

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }

store::Step load_step(References& references, const Input& input) {
  const json::value& value = *input.find("id");
  for (const auto& step : references.steps()) {
    if (value.is_int64() ? step.id == value.get_int64() : step.code == std::string_view(value.as_string())) {
      check_version(input, step.version);
      return step;
    }
  }
  throw Refusal(Code::not_found, "reference.not_found", "id", shown(value));
}

json::value save(UseCase& use_case, const store::Step& step) {
  if (!settings(use_case).update(step, use_case.stamp())) {
    throw Refusal(Code::conflict, "step.version.conflict", "expected_version", std::to_string(step.version));
  }
  use_case.changed.push_back(step.id);
  return json::object{{"id", step.id}, {"version", step.version + 1}, {"code", step.code}};
}

void read_step(References& references, const Input& input, store::Step& step) {
  read_titles(input, step.title);
  step.position = input.integer("position").value_or(step.position);
  step.probability = input.share("probability").value_or(step.probability);
  step.status = input.text("status").value_or(step.status);
  step.rejection_rule = input.text("rejection_rule").value_or(step.rejection_rule);
  step.stale_days = input.integer("stale_days").value_or(step.stale_days);
  if (input.names("default_rejection")) {
    step.default_rejection =
        input.has("default_rejection") ? references.entry("rejection", *input.find("default_rejection")) : 0;
  }
  const bool fits = step.status == "open" || step.probability == (step.status == "won" ? 10'000 : 0);
  if (!fits) {
    throw Refusal(Code::invalid_argument, "step.status.probability", "probability", share_text(step.probability),
                  {{"status", step.status}});
  }
}

json::object shape(UseCase& use_case, const store::Step& step) {
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
  object["archived"] = step.archived;
  return object;
}

store::Pipeline load_pipeline(References& references, const Input& input) {
  const auto& pipeline = input.has("id") ? references.pipeline(*input.find("id")) : references.default_pipeline();
  check_version(input, pipeline.version);
  return pipeline;
}

}  // namespace

json::value list_steps(UseCase& use_case, const Input& input) {
  References references(use_case);
  json::array shaped;
  for (const auto& step : references.steps()) {
    if (step.archived && !input.flag("archived", false)) continue;
    if (input.has("pipeline") && step.pipeline != input.integer("pipeline")) continue;
    shaped.push_back(shape(use_case, step));
  }
  return json::object{{"steps", std::move(shaped)}};
}

json::value create_step(UseCase& use_case, const Input& input) {
  References references(use_case);
  store::Step step;
  step.pipeline =
      (input.has("pipeline") ? references.pipeline(*input.find("pipeline")) : references.default_pipeline()).id;
  read_step(references, input, step);
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
  read_step(references, input, step);
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
  return save(use_case, step);
}

json::value list_pipelines(UseCase& use_case, const Input&) {
  References references(use_case);
  const auto models = settings(use_case).models();
  json::array shaped;
  for (const auto& pipeline : references.pipelines()) {
    json::object object{{"id", pipeline.id}, {"version", pipeline.version}};
    object["title"] = pipeline.title.in(use_case.language());
    object["is_default"] = pipeline.is_default;
    object["on_order_confirmed"] = pipeline.on_order_confirmed;
    object["link_window_days"] = pipeline.link_window_days;
    json::array steps, versions;
    for (const auto& step : references.steps()) {
      if (step.pipeline == pipeline.id && !step.archived) steps.push_back(shape(use_case, step));
    }
    for (const auto& model : models) {
      if (model.pipeline != pipeline.id) continue;
      versions.push_back(json::object{{"model", model.model},
                                      {"weights", model.weights},
                                      {"valid_from", domain::date_text(static_cast<domain::Day>(model.valid_from))}});
    }
    object["steps"] = std::move(steps);
    object["models"] = std::move(versions);
    shaped.push_back(std::move(object));
  }
  return json::object{{"pipelines", std::move(shaped)}};
}

json::value update_pipeline(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto pipeline = load_pipeline(references, input);
  read_titles(input, pipeline.title);
  pipeline.on_order_confirmed = input.text("on_order_confirmed").value_or(pipeline.on_order_confirmed);
  pipeline.link_window_days = input.integer("link_window_days").value_or(pipeline.link_window_days);
  if (!settings(use_case).update(pipeline, use_case.stamp())) {
    throw Refusal(Code::conflict, "pipeline.version.conflict", "expected_version", std::to_string(pipeline.version));
  }
  use_case.changed.push_back(pipeline.id);
  return json::object{{"id", pipeline.id}, {"version", pipeline.version + 1}};
}

json::value set_pipeline_model(UseCase& use_case, const Input& input) {
  References references(use_case);
  const auto pipeline = load_pipeline(references, input);
  store::PipelineModel model;
  model.pipeline = pipeline.id;
  model.model = input.text("model").value_or("explicit");
  model.valid_from = input.date("valid_from").value_or(use_case.today());
  std::int64_t sum = 0;
  if (const auto* weights = input.array("weights")) {
    for (const auto& weight : *weights) {
      sum += weight.as_int64();
      model.weights += (model.weights.empty() ? "" : ",") + std::to_string(weight.as_int64());
    }
  }
  if (model.model == "weights" && sum == 0)
    throw Refusal(Code::invalid_argument, "pipeline.weights.missing", "weights");
  settings(use_case).put(model);
  use_case.changed.push_back(pipeline.id);
  return json::object{{"id", pipeline.id}, {"version", pipeline.version}};
}

}  // namespace sales_leads::services
