// SPDX-License-Identifier: Apache-2.0
#include "host/refusal.h"
#include "services/group_members.h"
#include "services/lists.h"
#include "services/references.h"
#include "store/group_store.h"
#include "store/settings_uses.h"

namespace sales_leads::services {
namespace {

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }

json::value id_or_null(Id id) { return id == 0 ? json::value(nullptr) : json::value(id); }

store::Pipeline load_pipeline(References& references, const Input& input) {
  const auto& pipeline = input.has("id") ? references.pipeline(*input.find("id"), true) : references.default_pipeline();
  check_version(input, pipeline.version);
  return pipeline;
}

json::value save(UseCase& use_case, const store::Pipeline& pipeline) {
  if (!settings(use_case).update(pipeline, use_case.stamp())) {
    throw Refusal(Code::conflict, "pipeline.version.conflict", "expected_version", std::to_string(pipeline.version));
  }
  return json::object{{"id", pipeline.id}, {"version", pipeline.version + 1}};
}

/// A step of this pipeline that means what it is to be used for; null takes the first one again.
void read_step(References& references, const Input& input, const char* field, const char* status, Id pipeline,
               Id& target) {
  if (!input.names(field)) return;
  target = 0;
  if (!input.has(field)) return;
  const store::Step& step = references.step(*input.find(field), pipeline, 0, field);
  if (step.status != status) {
    throw Refusal(Code::invalid_argument, "pipeline.step.status", field, step.code, {{"status", status}});
  }
  target = step.id;
}

/// What stands beside the row: its own steps, what it serves, whether it is the default one.
json::value finish(UseCase& use_case, References& references, const Input& input, store::Pipeline pipeline) {
  read_step(references, input, "first_step", "open", pipeline.id, pipeline.first_step);
  read_step(references, input, "won_step", "won", pipeline.id, pipeline.won_step);
  read_step(references, input, "lost_step", "lost", pipeline.id, pipeline.lost_step);
  store::SettingsUses uses(use_case.session, use_case.company());
  if (const auto* types = input.array("types")) {
    uses.set_serves(pipeline.id, "type", read_served_types(references, *types));
  }
  if (const auto* groups = input.array("groups")) {
    uses.set_serves(pipeline.id, "group", read_served_groups(use_case, *groups));
  }
  const json::value answer = save(use_case, pipeline);
  if (input.flag("is_default", false)) {
    if (pipeline.archived) {
      throw Refusal(Code::wrong_state, "pipeline.default.archived", "id", pipeline.title.in(use_case.language()));
    }
    uses.make_default(pipeline.id);
  }
  return answer;
}

}  // namespace

void read_pipeline_fields(const Input& input, store::Pipeline& pipeline) {
  pipeline.on_order_confirmed = input.text("on_order_confirmed").value_or(pipeline.on_order_confirmed);
  pipeline.link_window_days = input.integer("link_window_days").value_or(pipeline.link_window_days);
  if (input.names("expire_after_days")) pipeline.expire_after_days = input.integer("expire_after_days");
}

std::vector<Id> read_served_types(References& references, const json::array& types) {
  std::vector<Id> ids;
  for (const auto& value : types) ids.push_back(references.entry("type", value));
  return ids;
}

std::vector<Id> read_served_groups(UseCase& use_case, const json::array& groups) {
  const auto all = store::GroupStore(use_case.session, use_case.company()).groups();
  std::vector<Id> ids;
  for (const auto& value : groups) {
    const auto& group = pick_group(all, value, "groups");
    if (group.kind != "sales") throw Refusal(Code::invalid_argument, "pipeline.group.kind", "groups", group.title);
    ids.push_back(group.id);
  }
  return ids;
}

json::value list_pipelines(UseCase& use_case, const Input& input) {
  References references(use_case);
  const auto models = settings(use_case).models();
  const auto serves = store::SettingsUses(use_case.session, use_case.company()).serves();
  json::array shaped;
  for (const auto& pipeline : references.pipelines()) {
    if (pipeline.archived && !input.flag("archived", false)) continue;
    json::object object{{"id", pipeline.id}, {"version", pipeline.version}};
    object["title"] = pipeline.title.in(use_case.language());
    object["titles"] = json::object{{"en", pipeline.title.en}, {"sv", pipeline.title.sv}, {"nb", pipeline.title.nb}};
    object["is_default"] = pipeline.is_default;
    object["archived"] = pipeline.archived;
    object["first_step"] = id_or_null(pipeline.first_step);
    object["won_step"] = id_or_null(pipeline.won_step);
    object["lost_step"] = id_or_null(pipeline.lost_step);
    object["expire_after_days"] =
        pipeline.expire_after_days ? json::value(*pipeline.expire_after_days) : json::value(nullptr);
    json::array types, groups;
    for (const auto& serve : serves) {
      if (serve.pipeline == pipeline.id) (serve.kind == "type" ? types : groups).push_back(serve.ref);
    }
    object["types"] = std::move(types);
    object["groups"] = std::move(groups);
    object["on_order_confirmed"] = pipeline.on_order_confirmed;
    object["link_window_days"] = pipeline.link_window_days;
    json::array steps, versions;
    for (const auto& step : references.steps()) {
      if (step.pipeline == pipeline.id && !step.archived) steps.push_back(step_shape(use_case, step));
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

json::value create_pipeline(UseCase& use_case, const Input& input) {
  References references(use_case);
  const store::Pipeline& like = input.has("steps_of") ? references.pipeline(*input.find("steps_of"), true, "steps_of")
                                                      : references.default_pipeline();
  store::Pipeline pipeline;
  pipeline.title = {};
  read_titles(input, pipeline.title);
  read_pipeline_fields(input, pipeline);
  pipeline.id = settings(use_case).insert(pipeline, use_case.stamp());
  for (store::Step step : references.steps()) {
    if (step.pipeline != like.id || step.archived) continue;
    step.pipeline = pipeline.id;
    settings(use_case).insert(step, use_case.stamp());
  }
  use_case.changed.push_back(pipeline.id);
  References again(use_case);  // with the steps that it has now
  return finish(use_case, again, input, pipeline);
}

json::value update_pipeline(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto pipeline = load_pipeline(references, input);
  read_titles(input, pipeline.title);
  read_pipeline_fields(input, pipeline);
  use_case.changed.push_back(pipeline.id);
  return finish(use_case, references, input, pipeline);
}

json::value archive_pipeline(UseCase& use_case, const Input& input) {
  References references(use_case);
  auto pipeline = load_pipeline(references, input);
  pipeline.archived = input.flag("archived", true);
  if (pipeline.archived && pipeline.is_default) {
    throw Refusal(Code::wrong_state, "pipeline.default.archived", "id", pipeline.title.in(use_case.language()));
  }
  use_case.changed.push_back(pipeline.id);
  return save(use_case, pipeline);
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
  return save(use_case, pipeline);
}

}  // namespace sales_leads::services
