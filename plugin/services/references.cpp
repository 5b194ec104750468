// SPDX-License-Identifier: Apache-2.0
#include "services/references.h"

#include "host/refusal.h"
#include "services/input.h"
#include "store/group_store.h"
#include "store/settings_uses.h"

namespace sales_leads::services {
namespace {

[[noreturn]] void refuse(const char* key, const std::string& field, const json::value& value) {
  throw Refusal(Code::invalid_argument, key, field, shown(value));
}

bool names(const store::Titles& titles, std::string_view text) {
  return titles.en == text || titles.sv == text || titles.nb == text;
}

/// The row that a JSON value means: by id, else by code, else by title.
template <class Row, class Fits>
const Row* pick(const std::vector<Row>& rows, const json::value& value, Fits fits) {
  if (const auto* id = value.if_int64()) {
    for (const Row& row : rows) {
      if (row.id == *id && fits(row)) return &row;
    }
    return nullptr;
  }
  const auto* text = value.if_string();
  if (text == nullptr) return nullptr;
  for (const Row& row : rows) {
    if (fits(row) && row.code == std::string_view(*text)) return &row;
  }
  for (const Row& row : rows) {
    if (fits(row) && names(row.title, *text)) return &row;
  }
  return nullptr;
}

}  // namespace

References::Whole& References::whole(store::DirectoryKind kind) {
  const auto found = wholes_.find(kind);
  if (found != wholes_.end()) return found->second;
  Whole& all = wholes_[kind];
  put(all, store::DirectoryStore(use_case_.session, use_case_.company()).all(kind));
  return all;
}

void References::put(Whole& all, std::vector<store::DirectoryEntry> entries) {
  for (auto& entry : entries) {
    if (all.by_id.contains(entry.id)) continue;
    if (entry.state != "deleted" || entry.merged_into != 0) {
      all.by_number[entry.number].push_back(entry.id);
      all.by_name[entry.name].push_back(entry.id);
    }
    all.by_id.emplace(entry.id, std::move(entry));
  }
}

void References::read_ahead(store::DirectoryKind kind, const std::vector<std::string>& texts,
                            const std::vector<Id>& ids) {
  store::DirectoryStore directory(use_case_.session, use_case_.company());
  Whole& all = wholes_[kind];
  put(all, directory.by_texts(kind, texts));
  put(all, directory.by_ids(kind, ids));
}

void References::assume(store::DirectoryKind kind, const std::string& number) {
  Whole& all = whole(kind);
  if (all.by_number.contains(number) || all.by_name.contains(number)) return;
  // No record has such an id, and a dry run keeps none.
  const Id id = -1 - static_cast<Id>(all.by_id.size());
  put(all, {{id, number, number, 0, "active"}});
}

std::vector<store::DirectoryEntry> References::look_up(store::DirectoryKind kind, const json::value& value) {
  store::DirectoryStore directory(use_case_.session, use_case_.company());
  if (!bulk_) {
    if (const auto* id = value.if_int64()) return directory.by_id(kind, *id);
    const auto* text = value.if_string();
    return text == nullptr ? std::vector<store::DirectoryEntry>{} : directory.by_text(kind, std::string(*text));
  }
  Whole& all = whole(kind);
  std::vector<Id> ids;
  if (const auto* id = value.if_int64()) {
    ids = {*id};
  } else if (const auto* text = value.if_string()) {
    const std::string wanted(*text);
    if (const auto by_number = all.by_number.find(wanted); by_number != all.by_number.end()) {
      ids = by_number->second;
    } else if (const auto by_name = all.by_name.find(wanted); by_name != all.by_name.end()) {
      ids = by_name->second;
    }
  }
  std::vector<store::DirectoryEntry> entries;
  for (const Id id : ids) {
    if (const auto found = all.by_id.find(id); found != all.by_id.end()) entries.push_back(found->second);
  }
  return entries;
}

Id References::directory(store::DirectoryKind kind, const json::value& value, const std::string& field) {
  const auto found = look_up(kind, value);
  if (found.size() > 1) refuse("reference.ambiguous", field, value);
  if (found.empty()) refuse("reference.not_found", field, value);
  if (found.front().merged_into != 0) return found.front().merged_into;
  if (found.front().state == "deleted") refuse("reference.not_found", field, value);
  return found.front().id;
}

std::optional<std::string> References::employee_name(Id employee) {
  const auto found = look_up(store::DirectoryKind::employee, json::value(employee));
  return found.empty() ? std::nullopt : std::optional(found.front().name);
}

std::optional<std::string> References::leaver(Id employee) {
  const auto found = look_up(store::DirectoryKind::employee, json::value(employee));
  return found.empty() || found.front().state != "left" ? std::nullopt : std::optional(found.front().name);
}

void References::refuse_leaver(const std::string& entity, Id owner, Id owner_before) {
  if (owner == 0 || owner == owner_before) return;
  if (const auto name = leaver(owner)) {
    throw Refusal(Code::invalid_argument, entity + ".owner.left", "owner", *name);
  }
}

Id References::survivor(Id customer) {
  const auto found = look_up(store::DirectoryKind::customer, json::value(customer));
  return found.empty() || found.front().merged_into == 0 ? customer : found.front().merged_into;
}

Id References::entry(const std::string& list, const json::value& value, Id keep) {
  const auto* found = pick(entries(), value, [&](const store::ListEntry& row) { return row.list == list; });
  if (found == nullptr) refuse("reference.not_found", list, value);
  if (found->archived && found->id != keep) refuse("reference.archived", list, value);
  return found->id;
}

Id References::any_entry(const std::string& list, const json::value& value) {
  const auto* found = pick(entries(), value, [&](const store::ListEntry& row) { return row.list == list; });
  if (found == nullptr) refuse("reference.not_found", list, value);
  return found->id;
}

Id References::any_step(const json::value& value) {
  const auto* found = pick(steps(), value, [](const store::Step&) { return true; });
  if (found == nullptr) refuse("reference.not_found", "step", value);
  return found->id;
}

Id References::any_campaign(const json::value& value) {
  store::CampaignStore store(use_case_.session, use_case_.company());
  const auto found = value.is_int64() ? store.find(value.get_int64()) : store.find(std::string(value.as_string()));
  if (!found) refuse("reference.not_found", "campaign", value);
  return found->id;
}

Id References::campaign(const json::value& value, const std::string& field, Id keep) {
  const std::string written = json::serialize(value);
  auto known = campaigns_.find(written);
  if (known == campaigns_.end()) {
    store::CampaignStore store(use_case_.session, use_case_.company());
    const auto found = value.is_int64()    ? store.find(value.get_int64())
                       : value.is_string() ? store.find(std::string(value.get_string()))
                                           : std::nullopt;
    if (!found) refuse("reference.not_found", field, value);
    known = campaigns_.emplace(written, *found).first;
  }
  if (known->second.archived && known->second.id != keep) refuse("reference.archived", field, value);
  return known->second.id;
}

const store::Step& References::step(const json::value& value, Id pipeline, Id keep, const std::string& field) {
  const auto* found =
      pick(steps(), value, [&](const store::Step& row) { return pipeline == 0 || row.pipeline == pipeline; });
  if (found == nullptr) refuse("reference.not_found", field, value);
  if (found->id == keep) return *found;
  const bool stays = keep != 0 && step(keep).pipeline == found->pipeline;
  if (found->archived || (!stays && this->pipeline(found->pipeline).archived)) {
    refuse("reference.archived", field, value);
  }
  return *found;
}

const store::Step& References::step(Id id) {
  const auto* found = pick(steps(), json::value(id), [](const store::Step&) { return true; });
  if (found == nullptr) refuse("reference.not_found", "step", json::value(id));
  return *found;
}

const store::Step& References::first_step(Id pipeline, const std::string& status) {
  const store::Pipeline& of = this->pipeline(pipeline);
  const Id own = status == "won" ? of.won_step : status == "lost" ? of.lost_step : of.first_step;
  const store::Step* first = nullptr;
  for (const auto& row : steps()) {
    if (row.pipeline != pipeline || row.status != status || row.archived) continue;
    if (row.id == own) return row;
    if (first == nullptr) first = &row;
  }
  if (first == nullptr) throw Refusal(Code::wrong_state, "pipeline.step.missing", "step", status);
  return *first;
}

const store::Pipeline& References::pipeline(const json::value& value, bool archived, const std::string& field) {
  for (const auto& row : pipelines()) {
    if ((value.is_int64() && row.id == value.get_int64()) ||
        (value.is_string() && names(row.title, value.get_string()))) {
      if (row.archived && !archived) refuse("reference.archived", field, value);
      return row;
    }
  }
  refuse("reference.not_found", field, value);
}

const store::Pipeline& References::pipeline(Id id) {
  for (const auto& row : pipelines()) {
    if (row.id == id) return row;
  }
  refuse("reference.not_found", "pipeline", json::value(id));
}

const store::Pipeline& References::default_pipeline() {
  if (pipelines().empty()) throw Refusal(Code::wrong_state, "pipeline.step.missing", "pipeline");
  return pipelines().front();  // the default one stands first, and is never archived
}

const References::Served& References::served() {
  if (served_) return *served_;
  Served& served = served_.emplace();
  for (const auto& serve : store::SettingsUses(use_case_.session, use_case_.company()).serves()) {
    if (pipeline(serve.pipeline).archived) continue;
    (serve.kind == "type" ? served.by_type : served.by_group)[serve.ref] = serve.pipeline;
  }
  if (served.by_group.empty()) return served;
  store::GroupStore groups(use_case_.session, use_case_.company());
  for (const auto& group : groups.groups()) served.parent_of[group.id] = group.parent;
  const domain::Day today = use_case_.today();
  for (const auto& member : groups.members()) {
    if (member.kind == "sales" && member.from <= today && (!member.to || today <= *member.to)) {
      served.group_of[member.employee] = member.group;
    }
  }
  return served;
}

const store::Pipeline& References::pipeline_for(Id type, Id owner) {
  const Served& of = served();
  if (const auto found = of.by_type.find(type); found != of.by_type.end()) return pipeline(found->second);
  const auto group = of.group_of.find(owner);
  for (Id at = group == of.group_of.end() ? 0 : group->second; at != 0;) {
    if (const auto found = of.by_group.find(at); found != of.by_group.end()) return pipeline(found->second);
    const auto above = of.parent_of.find(at);
    at = above == of.parent_of.end() ? 0 : above->second;
  }
  return default_pipeline();
}

bool References::may(const std::string& right) {
  auto known = rights_.find(right);
  if (known == rights_.end()) known = rights_.emplace(right, use_case_.caller.may(right)).first;
  return known->second;
}

const std::vector<store::Step>& References::steps() {
  if (steps_) return *steps_;
  steps_ = store::SettingsStore(use_case_.session, use_case_.company()).steps();
  for (auto& step : *steps_) {
    if (step.default_rejection == 0) continue;
    const auto default_one = [&](const store::ListEntry& entry) { return entry.id == step.default_rejection; };
    const auto found = std::find_if(entries().begin(), entries().end(), default_one);
    if (found != entries().end() && found->archived) step.default_rejection = 0;  // not for new losses
  }
  return *steps_;
}

const std::vector<store::Pipeline>& References::pipelines() {
  if (!pipelines_) pipelines_ = store::SettingsStore(use_case_.session, use_case_.company()).pipelines();
  return *pipelines_;
}

const std::vector<store::ListEntry>& References::entries() {
  if (!entries_) entries_ = store::SettingsStore(use_case_.session, use_case_.company()).entries();
  return *entries_;
}

}  // namespace sales_leads::services
