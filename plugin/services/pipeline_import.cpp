// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/lists.h"
#include "services/references.h"
#include "store/group_store.h"
#include "store/settings_uses.h"

namespace sales_leads::services {
namespace {

using store::Pipeline;
using store::Serve;
using store::Step;

store::SettingsStore settings(UseCase& use_case) { return {use_case.session, use_case.company()}; }
store::SettingsUses uses(UseCase& use_case) { return {use_case.session, use_case.company()}; }

json::object titles_of(const store::Titles& title) { return {{"en", title.en}, {"sv", title.sv}, {"nb", title.nb}}; }
store::Titles titles_from(const json::value& kept) {
  const auto text = [&](const char* key) { return std::string(kept.at(key).as_string()); };
  return {text("en"), text("sv"), text("nb")};
}
Id id_from(const json::value& kept) { return kept.as_int64(); }

// ---- what a pipeline serves

using Served = std::map<std::pair<std::string, Id>, Id>;  // type or group -> pipeline

/// Settings are taken back by those who may set them, whoever may import.
std::map<std::int64_t, std::string> without_right(const std::vector<store::ImportRow>& rows) {
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) left[row.row_no] = "import.undo.right";
  return left;
}

Served served(UseCase& use_case) {
  Served all;
  for (const Serve& one : uses(use_case).serves()) all[{one.kind, one.ref}] = one.pipeline;
  return all;
}

std::vector<Id> refs_of(const Served& all, const std::string& kind, Id pipeline) {
  std::vector<Id> refs;
  for (const auto& [what, by] : all) {
    if (what.first == kind && by == pipeline) refs.push_back(what.second);
  }
  return refs;
}

/// What the pipeline is to serve of a kind, and by whom each was served before.
json::array served_before(const Served& all, const std::string& kind, Id pipeline, const std::vector<Id>& wanted) {
  std::set<Id> refs(wanted.begin(), wanted.end());
  for (const Id ref : refs_of(all, kind, pipeline)) refs.insert(ref);
  json::array before;
  for (const Id ref : refs) {
    const auto by = all.find({kind, ref});
    before.push_back(json::array{kind, ref, by == all.end() ? 0 : by->second});
  }
  return before;
}

/// Gives back what the pipeline took, and takes again what it lost, where nobody has changed it since.
void serve_again(UseCase& use_case, Id pipeline, const json::array& before) {
  Served now = served(use_case);
  std::set<std::pair<std::string, Id>> touched;  // kind and pipeline
  for (const json::value& one : before) {
    const std::string kind(one.at(0).as_string());
    const Id ref = id_from(one.at(1)), by = id_from(one.at(2));
    const auto present = now.find({kind, ref});
    const Id serving = present == now.end() ? 0 : present->second;
    if (serving == by || (serving != pipeline && serving != 0)) continue;
    for (const Id of : {serving, by}) {
      if (of != 0) touched.emplace(kind, of);
    }
    if (by == 0) {
      now.erase(present);
    } else {
      now[{kind, ref}] = by;
    }
  }
  for (const auto& [kind, of] : touched) uses(use_case).set_serves(of, kind, refs_of(now, kind, of));
}

// ---- pipelines

struct NewStep {
  std::string code, status;
};

struct WantedPipeline {
  Pipeline row;
  std::optional<Pipeline> before;
  std::vector<NewStep> steps;  // of a new one; none = copies of the default one's
  std::optional<std::vector<Id>> types, groups;
  bool is_default = false;
  std::map<std::string, std::string> own;  // status -> code of the step; "" = the first by position
};

std::vector<NewStep> steps_of(References& references, const Input& row) {
  std::vector<NewStep> steps;
  if (const auto* named = row.array("steps")) {
    std::set<std::string> codes;
    for (const json::value& one : *named) {
      const Input step("pipeline", one.as_object());
      steps.push_back({*step.text("code"), *step.text("status")});
      if (!codes.insert(steps.back().code).second) {
        throw Refusal(Code::conflict, "step.code.taken", "steps", steps.back().code);
      }
    }
  } else {
    for (const Step& step : references.steps()) {
      if (step.pipeline == references.default_pipeline().id && !step.archived)
        steps.push_back({step.code, step.status});
    }
  }
  for (const char* status : {"open", "won", "lost"}) {
    const bool there =
        std::any_of(steps.begin(), steps.end(), [&](const NewStep& one) { return one.status == status; });
    if (!there) throw Refusal(Code::invalid_argument, "pipeline.step.missing", "steps", status);
  }
  return steps;
}

std::vector<NewStep> steps_of(References& references, Id pipeline) {
  std::vector<NewStep> steps;
  for (const Step& step : references.steps()) {
    if (step.pipeline == pipeline && !step.archived) steps.push_back({step.code, step.status});
  }
  return steps;
}

void read_own_steps(const Input& row, WantedPipeline& wanted, const std::vector<NewStep>& steps) {
  for (const auto& [field, status] : {std::pair{"first_step", "open"}, {"won_step", "won"}, {"lost_step", "lost"}}) {
    if (!row.names(field)) continue;
    const std::string code = row.text(field).value_or("");
    wanted.own[status] = code;
    if (code.empty()) continue;
    const auto step = std::find_if(steps.begin(), steps.end(), [&](const NewStep& one) { return one.code == code; });
    if (step == steps.end()) throw Refusal(Code::invalid_argument, "reference.not_found", field, code);
    if (step->status != status) {
      throw Refusal(Code::invalid_argument, "pipeline.step.status", field, code, {{"status", status}});
    }
  }
}

WantedPipeline read_wanted(UseCase& use_case, References& references, const Input& row) {
  WantedPipeline wanted;
  store::Titles title;
  read_titles(row, title);
  for (const Pipeline& one : references.pipelines()) {
    if (one.title.en == title.en) wanted.before = one;
  }
  if (wanted.before) {
    wanted.row = *wanted.before;
  } else {
    wanted.row.title = {};
  }
  read_titles(row, wanted.row.title);
  read_pipeline_fields(row, wanted.row);
  wanted.row.archived = row.flag("archived", wanted.row.archived);
  wanted.is_default = wanted.row.is_default || row.flag("is_default", false);  // another one takes it, none gives it up
  if (wanted.row.archived && wanted.is_default) {
    throw Refusal(Code::wrong_state, "pipeline.default.archived", "archived", title.in(use_case.language()));
  }
  if (!wanted.before) wanted.steps = steps_of(references, row);
  read_own_steps(row, wanted, wanted.before ? steps_of(references, wanted.before->id) : wanted.steps);
  if (const auto* types = row.array("types")) wanted.types = read_served_types(references, *types);
  if (const auto* groups = row.array("groups")) wanted.groups = read_served_groups(use_case, *groups);
  return wanted;
}

void put_own_steps(const std::map<std::string, std::string>& own, const std::vector<Step>& steps, Pipeline& row) {
  for (const auto& [status, code] : own) {
    Id& target = status == "open" ? row.first_step : status == "won" ? row.won_step : row.lost_step;
    target = 0;
    for (const Step& step : steps) {
      if (step.pipeline == row.id && step.code == code) target = step.id;
    }
  }
}

json::object kept(const Pipeline& row) {
  return {{"title", titles_of(row.title)},
          {"on_order_confirmed", row.on_order_confirmed},
          {"link_window_days", row.link_window_days},
          {"expire_after_days", row.expire_after_days ? json::value(*row.expire_after_days) : json::value(nullptr)},
          {"first_step", row.first_step},
          {"won_step", row.won_step},
          {"lost_step", row.lost_step},
          {"archived", row.archived}};
}

void put_back(const json::object& before, Pipeline& row) {
  row.title = titles_from(before.at("title"));
  row.on_order_confirmed = std::string(before.at("on_order_confirmed").as_string());
  row.link_window_days = before.at("link_window_days").as_int64();
  const auto& expire = before.at("expire_after_days");
  row.expire_after_days = expire.is_null() ? std::nullopt : std::optional(expire.as_int64());
  row.first_step = id_from(before.at("first_step"));
  row.won_step = id_from(before.at("won_step"));
  row.lost_step = id_from(before.at("lost_step"));
  row.archived = before.at("archived").as_bool();
}

bool same_served(const Served& all, const char* kind, Id pipeline, const std::optional<std::vector<Id>>& wanted) {
  if (!wanted) return true;
  const auto now = refs_of(all, kind, pipeline);
  return std::set<Id>(now.begin(), now.end()) == std::set<Id>(wanted->begin(), wanted->end());
}

/// The new pipeline's steps: the default one's where the code is the same, so that titles and rules come along.
std::vector<Step> make_steps(UseCase& use_case, References& references, Id pipeline,
                             const std::vector<NewStep>& wanted) {
  std::vector<Step> made;
  const Id like = references.default_pipeline().id;
  for (const NewStep& one : wanted) {
    Step step;
    step.title = {one.code, one.code, one.code};
    for (const Step& other : references.steps()) {
      if (other.pipeline == like && other.code == one.code && other.status == one.status) step = other;
    }
    step.id = 0;
    step.archived = false;
    step.pipeline = pipeline;
    step.code = one.code;
    step.status = one.status;
    if (one.status == "won") step.probability = 10'000;
    step.position = static_cast<std::int64_t>(made.size()) + 1;
    step.id = settings(use_case).insert(step, use_case.stamp());
    made.push_back(std::move(step));
  }
  return made;
}

store::ImportRow write(UseCase& use_case, References& references, const WantedPipeline& wanted) {
  Pipeline row = wanted.row;
  std::vector<Step> steps = references.steps();
  if (!wanted.before) {
    row.is_default = false;
    row.id = settings(use_case).insert(row, use_case.stamp());
    steps = make_steps(use_case, references, row.id, wanted.steps);
  }
  put_own_steps(wanted.own, steps, row);
  const Served all = served(use_case);
  json::array serves;
  for (const auto& [kind, refs] : {std::pair{"type", wanted.types}, {"group", wanted.groups}}) {
    if (!refs) continue;
    for (json::value& one : served_before(all, kind, row.id, *refs)) serves.push_back(std::move(one));
    uses(use_case).set_serves(row.id, kind, *refs);
  }
  Id former = 0;
  for (const Pipeline& one : settings(use_case).pipelines()) {
    if (one.is_default) former = one.id;
  }
  if (wanted.is_default && former != row.id) uses(use_case).make_default(row.id);
  const std::int64_t version = row.version;
  (void)settings(use_case).update(row, use_case.stamp());
  json::object before{{"serves", std::move(serves)}, {"default", former}};
  if (wanted.before) before["fields"] = kept(*wanted.before);
  return {0, "", row.id, version + 1, json::serialize(before)};
}

// ---- steps

json::object kept(const Step& step) {
  return {{"title", titles_of(step.title)},
          {"position", step.position},
          {"probability", step.probability},
          {"status", step.status},
          {"rejection_rule", step.rejection_rule},
          {"default_rejection", step.default_rejection},
          {"stale_days", step.stale_days},
          {"required_fields", step.required_fields},
          {"archived", step.archived}};
}

void put_back(const json::object& before, Step& step) {
  const auto text = [&](const char* key) { return std::string(before.at(key).as_string()); };
  step.title = titles_from(before.at("title"));
  step.position = before.at("position").as_int64();
  step.probability = before.at("probability").as_int64();
  step.status = text("status");
  step.rejection_rule = text("rejection_rule");
  step.default_rejection = id_from(before.at("default_rejection"));
  step.stale_days = before.at("stale_days").as_int64();
  step.required_fields = text("required_fields");
  step.archived = before.at("archived").as_bool();
}

/// Whether the pipeline would be left without a step of this meaning.
bool is_last(const std::vector<Step>& steps, const Step& step, const std::string& status) {
  return std::none_of(steps.begin(), steps.end(), [&](const Step& other) {
    return other.pipeline == step.pipeline && other.code != step.code && other.status == status && !other.archived;
  });
}

Step read_step(UseCase& use_case, References& references, const Input& row, Id pipeline, const std::string& code,
               const Step* before, const std::vector<Step>& now) {
  Step step;
  if (before != nullptr) step = *before;
  step.pipeline = pipeline;
  step.code = code;
  if (before == nullptr) {
    if (row.text("status") == "won") step.probability = 10'000;
    for (const Step& other : now) {
      if (other.pipeline == pipeline) step.position = std::max(step.position, other.position);
    }
    ++step.position;
  }
  read_step_fields(references, row, step);
  if (step.title.en.empty()) throw Refusal(Code::invalid_argument, "step.title.missing", "title");
  step.archived = row.flag("archived", step.archived);
  if (before == nullptr) return step;
  if (step.status != before->status && settings(use_case).step_is_used(step.id)) {
    throw Refusal(Code::wrong_state, "step.status.used", "status", step.status, {{"step", step.code}});
  }
  const bool leaves = !before->archived && (step.archived || step.status != before->status);
  if (leaves && is_last(now, *before, before->status)) {
    throw Refusal(Code::wrong_state, "step.last", "archived", step.code, {{"status", before->status}});
  }
  return step;
}

store::ImportRow write(UseCase& use_case, Step step, const std::optional<Step>& before) {
  std::int64_t version = 1;
  if (!before) step.id = settings(use_case).insert(step, use_case.stamp());
  if (before || step.archived) {
    version = step.version + 1;
    (void)settings(use_case).update(step, use_case.stamp());
  }
  return {0, "", step.id, version, before ? json::serialize(kept(*before)) : ""};
}

}  // namespace

json::value import_pipelines(UseCase& use_case, const Input& input, const RowCheck& check) {
  References references(use_case);
  const Served all = served(use_case);
  return import_each(use_case, input, "pipeline", check, [&](const Input& row, ImportRun& run) -> ImportPlan {
    auto wanted = read_wanted(use_case, references, row);
    run.once(wanted.row.title.en, "title", wanted.row.title.en);
    if (wanted.before) {
      Pipeline after = wanted.row;
      put_own_steps(wanted.own, references.steps(), after);
      const Id id = after.id;
      if (kept(after) == kept(*wanted.before) && wanted.is_default == wanted.before->is_default &&
          same_served(all, "type", id, wanted.types) && same_served(all, "group", id, wanted.groups)) {
        return {"same", id, wanted.before->version, {}};
      }
    }
    const char* act = wanted.before ? "updated" : "created";
    return {act, 0, 0, [&use_case, &references, wanted] { return write(use_case, references, wanted); }};
  });
}

std::map<std::int64_t, std::string> undo_pipelines(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  if (!use_case.caller.may("sales_leads.settings")) return without_right(rows);
  std::map<Id, Pipeline> present;
  for (auto& pipeline : settings(use_case).pipelines()) present.emplace(pipeline.id, pipeline);
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    const auto found = present.find(row.record);
    if (found == present.end()) continue;
    Pipeline pipeline = found->second;
    if (pipeline.version != row.version) {
      left[row.row_no] = "import.undo.changed";
      continue;
    }
    const auto before = json::parse(row.before).as_object();
    const Id former = id_from(before.at("default"));
    const bool gives_back = pipeline.is_default && former != pipeline.id && former != 0;
    if (row.act == "created" && pipeline.is_default && !gives_back) {
      left[row.row_no] = "import.undo.used";
      continue;
    }
    if (gives_back) uses(use_case).make_default(former);
    serve_again(use_case, pipeline.id, before.at("serves").as_array());
    if (row.act == "created") {
      pipeline.archived = true;
    } else {
      put_back(before.at("fields").as_object(), pipeline);
    }
    (void)settings(use_case).update(pipeline, use_case.stamp());
  }
  return left;
}

json::value import_steps(UseCase& use_case, const Input& input, const RowCheck& check) {
  References references(use_case);
  // As the rows that were read so far leave them; with the rejections as they stand, archived ones too.
  std::vector<Step> now = settings(use_case).steps();
  return import_each(use_case, input, "step", check, [&](const Input& row, ImportRun& run) -> ImportPlan {
    const Id pipeline =
        (row.has("pipeline") ? references.pipeline(*row.find("pipeline"), true) : references.default_pipeline()).id;
    const std::string code = *row.text("code");
    run.once(std::to_string(pipeline) + " " + code, "code", code);
    const auto found = std::find_if(now.begin(), now.end(),
                                    [&](const Step& one) { return one.pipeline == pipeline && one.code == code; });
    const Step* known = found == now.end() ? nullptr : &*found;
    Step step = read_step(use_case, references, row, pipeline, code, known, now);
    if (known != nullptr && kept(step) == kept(*known)) return {"same", step.id, step.version, {}};
    const auto before = known == nullptr ? std::nullopt : std::optional(*known);
    if (known == nullptr) {
      now.push_back(step);
    } else {
      *found = step;
    }
    return {before ? "updated" : "created", 0, 0, [&use_case, step, before] { return write(use_case, step, before); }};
  });
}

std::map<std::int64_t, std::string> undo_steps(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  if (!use_case.caller.may("sales_leads.settings")) return without_right(rows);
  std::vector<Step> now = settings(use_case).steps();
  std::map<std::int64_t, std::string> left;
  for (const auto& row : rows) {
    const auto found = std::find_if(now.begin(), now.end(), [&](const Step& one) { return one.id == row.record; });
    if (found == now.end()) continue;
    Step step = *found;
    if (step.version != row.version) {
      left[row.row_no] = "import.undo.changed";
      continue;
    }
    if (row.act == "created") {
      step.archived = true;
    } else {
      put_back(json::parse(row.before).as_object(), step);
    }
    const bool leaves = !found->archived && (step.archived || step.status != found->status);
    if (leaves && is_last(now, *found, found->status)) {
      left[row.row_no] = "import.undo.last";
    } else if (step.status != found->status && settings(use_case).step_is_used(step.id)) {
      left[row.row_no] = "import.undo.used";
    } else {
      (void)settings(use_case).update(step, use_case.stamp());
      *found = step;
    }
  }
  return left;
}

}  // namespace sales_leads::services
