// SPDX-License-Identifier: Apache-2.0
#include "store/settings_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kPipelines =
    "select id, version, title_en, title_sv, title_nb, is_default, on_order_confirmed, link_window_days, archived, "
    "first_step_id, won_step_id, lost_step_id, expire_after_days from sl_pipeline where company_id = :company order by "
    "is_default desc, id";
constexpr const char* kSteps =
    "select id, version, pipeline_id, code, title_en, title_sv, title_nb, position, probability, status, "
    "rejection_rule, "
    "coalesce(default_rejection_id, 0), stale_days, archived, required_fields from sl_step where company_id = :company "
    "order by pipeline_id, position, id";
constexpr const char* kEntries =
    "select id, version, list, code, title_en, title_sv, title_nb, position, effect, archived from sl_list_entry "
    "where company_id = :company order by list, position, id";

std::optional<Id> some(Id id) { return id == 0 ? std::nullopt : std::optional(id); }

Params titled(const Titles& title, Params params) {
  params.emplace_back("en", title.en);
  params.emplace_back("sv", title.sv);
  params.emplace_back("nb", title.nb);
  return params;
}

Id inserted(Session& session, const std::string& sql, const Params& params) {
  return std::get<0>(session.query<Id>(sql, params).at(0));
}

}  // namespace

bool SettingsStore::defaults_done() {
  const auto done = session_.first<std::int64_t>("select defaults_done from sl_company where company_id = :company",
                                                 {{"company", company_}});
  return done && std::get<0>(*done) != 0;
}

bool SettingsStore::lock_defaults() {
  session_.execute("insert into sl_company (company_id) values (:company) on conflict (company_id) do nothing",
                   {{"company", company_}});
  // An update of nothing: on PostgreSQL a second process waits here until the first has committed.
  session_.execute("update sl_company set defaults_done = defaults_done where company_id = :company",
                   {{"company", company_}});
  return defaults_done();
}

void SettingsStore::set_defaults_done() {
  session_.execute("update sl_company set defaults_done = 1 where company_id = :company", {{"company", company_}});
}

void SettingsStore::set_start_date(std::int64_t day) {
  session_.execute("update sl_company set start_date = :day where company_id = :company",
                   {{"company", company_}, {"day", day}});
}

std::optional<std::int64_t> SettingsStore::start_date() {
  const auto found = session_.first<std::optional<std::int64_t>>(
      "select start_date from sl_company where company_id = :company", {{"company", company_}});
  return found ? std::get<0>(*found) : std::nullopt;
}

std::vector<Pipeline> SettingsStore::pipelines() {
  std::vector<Pipeline> pipelines;
  for (auto& [id, version, en, sv, nb, is_default, confirmed, window, archived, first, won, lost, expire] :
       session_.query<Id, std::int64_t, std::string, std::string, std::string, std::int64_t, std::string, std::int64_t,
                      std::int64_t, Id, Id, Id, std::optional<std::int64_t>>(kPipelines, {{"company", company_}})) {
    pipelines.push_back(
        {id, version, {en, sv, nb}, is_default != 0, confirmed, window, archived != 0, first, won, lost, expire});
  }
  return pipelines;
}

Id SettingsStore::insert(const Pipeline& pipeline, Stamp stamp) {
  return inserted(
      session_,
      "insert into sl_pipeline (company_id, title_en, title_sv, title_nb, is_default, on_order_confirmed, "
      "link_window_days, expire_after_days, created_at, created_by, changed_at, changed_by) values (:company, "
      ":en, :sv, :nb, :is_default, :confirmed, :window, cast(:expire as bigint), :at, :by, :at, :by) "
      "returning id",
      titled(pipeline.title, {{"company", company_},
                              {"is_default", pipeline.is_default},
                              {"confirmed", pipeline.on_order_confirmed},
                              {"window", pipeline.link_window_days},
                              {"expire", pipeline.expire_after_days},
                              {"at", stamp.at},
                              {"by", stamp.by}}));
}

bool SettingsStore::update(const Pipeline& pipeline, Stamp stamp) {
  return session_.execute(
             "update sl_pipeline set version = version + 1, title_en = :en, title_sv = :sv, title_nb = :nb, "
             "on_order_confirmed = :confirmed, link_window_days = :window, archived = :archived, "
             "first_step_id = :first, won_step_id = :won, lost_step_id = :lost, "
             "expire_after_days = cast(:expire as bigint), changed_at = :at, changed_by = :by where company_id = "
             ":company and id = :id and version = :version",
             titled(pipeline.title, {{"company", company_},
                                     {"id", pipeline.id},
                                     {"version", pipeline.version},
                                     {"confirmed", pipeline.on_order_confirmed},
                                     {"window", pipeline.link_window_days},
                                     {"archived", pipeline.archived},
                                     {"first", pipeline.first_step},
                                     {"won", pipeline.won_step},
                                     {"lost", pipeline.lost_step},
                                     {"expire", pipeline.expire_after_days},
                                     {"at", stamp.at},
                                     {"by", stamp.by}})) == 1;
}

std::vector<PipelineModel> SettingsStore::models() {
  std::vector<PipelineModel> models;
  for (auto& [id, pipeline, from, model, weights] : session_.query<Id, Id, std::int64_t, std::string, std::string>(
           "select id, pipeline_id, valid_from, model, weights from sl_pipeline_model where company_id = :company "
           "order by pipeline_id, valid_from, id",
           {{"company", company_}})) {
    models.push_back({id, pipeline, from, model, weights});
  }
  return models;
}

void SettingsStore::put(const PipelineModel& model) {
  const Params params{{"company", company_},
                      {"pipeline", model.pipeline},
                      {"from", model.valid_from},
                      {"model", model.model},
                      {"weights", model.weights}};
  if (session_.execute("update sl_pipeline_model set model = :model, weights = :weights where company_id = :company "
                       "and pipeline_id = :pipeline and valid_from = :from",
                       params) == 0) {
    session_.execute(
        "insert into sl_pipeline_model (company_id, pipeline_id, valid_from, model, weights) "
        "values (:company, :pipeline, :from, :model, :weights)",
        params);
  }
}

std::vector<Step> SettingsStore::steps() {
  std::vector<Step> steps;
  for (auto& [id, version, pipeline, code, en, sv, nb, position, probability, status, rule, rejection, stale, archived,
              required] :
       session_.query<Id, std::int64_t, Id, std::string, std::string, std::string, std::string, std::int64_t,
                      std::int64_t, std::string, std::string, Id, std::int64_t, std::int64_t, std::string>(
           kSteps, {{"company", company_}})) {
    steps.push_back({id,
                     version,
                     pipeline,
                     code,
                     {en, sv, nb},
                     position,
                     probability,
                     status,
                     rule,
                     rejection,
                     stale,
                     archived != 0,
                     required});
  }
  return steps;
}

Id SettingsStore::insert(const Step& step, Stamp stamp) {
  return inserted(session_,
                  "insert into sl_step (company_id, pipeline_id, code, title_en, title_sv, title_nb, position, "
                  "probability, status, rejection_rule, default_rejection_id, stale_days, required_fields, created_at, "
                  "created_by, changed_at, changed_by) values (:company, :pipeline, :code, :en, :sv, :nb, :position, "
                  ":probability, :status, :rule, cast(:rejection as bigint), :stale, :required, :at, :by, :at, :by) "
                  "returning id",
                  titled(step.title, {{"company", company_},
                                      {"pipeline", step.pipeline},
                                      {"code", step.code},
                                      {"position", step.position},
                                      {"probability", step.probability},
                                      {"status", step.status},
                                      {"rule", step.rejection_rule},
                                      {"rejection", some(step.default_rejection)},
                                      {"stale", step.stale_days},
                                      {"required", step.required_fields},
                                      {"at", stamp.at},
                                      {"by", stamp.by}}));
}

bool SettingsStore::update(const Step& step, Stamp stamp) {
  return session_.execute(
             "update sl_step set version = version + 1, title_en = :en, title_sv = :sv, title_nb = :nb, "
             "position = :position, probability = :probability, status = :status, rejection_rule = :rule, "
             "default_rejection_id = cast(:rejection as bigint), stale_days = :stale, archived = :archived, "
             "required_fields = :required, changed_at = :at, changed_by = :by where company_id = :company and id = :id "
             "and version = :version",
             titled(step.title, {{"company", company_},
                                 {"id", step.id},
                                 {"version", step.version},
                                 {"position", step.position},
                                 {"probability", step.probability},
                                 {"status", step.status},
                                 {"rule", step.rejection_rule},
                                 {"rejection", some(step.default_rejection)},
                                 {"stale", step.stale_days},
                                 {"archived", step.archived},
                                 {"required", step.required_fields},
                                 {"at", stamp.at},
                                 {"by", stamp.by}})) == 1;
}

bool SettingsStore::step_is_used(Id step) {
  return session_
      .first<Id>("select id from sl_opportunity where company_id = :company and step_id = :step limit 1",
                 {{"company", company_}, {"step", step}})
      .has_value();
}

std::vector<ListEntry> SettingsStore::entries() {
  std::vector<ListEntry> entries;
  for (auto& [id, version, list, code, en, sv, nb, position, effect, archived] :
       session_.query<Id, std::int64_t, std::string, std::string, std::string, std::string, std::string, std::int64_t,
                      std::string, std::int64_t>(kEntries, {{"company", company_}})) {
    entries.push_back({id, version, list, code, {en, sv, nb}, position, effect, archived != 0});
  }
  return entries;
}

Id SettingsStore::insert(const ListEntry& entry, Stamp stamp) {
  return inserted(session_,
                  "insert into sl_list_entry (company_id, list, code, title_en, title_sv, title_nb, position, effect, "
                  "created_at, created_by, changed_at, changed_by) values (:company, :list, :code, :en, :sv, :nb, "
                  ":position, :effect, :at, :by, :at, :by) returning id",
                  titled(entry.title, {{"company", company_},
                                       {"list", entry.list},
                                       {"code", entry.code},
                                       {"position", entry.position},
                                       {"effect", entry.effect},
                                       {"at", stamp.at},
                                       {"by", stamp.by}}));
}

bool SettingsStore::update(const ListEntry& entry, Stamp stamp) {
  return session_.execute(
             "update sl_list_entry set version = version + 1, title_en = :en, title_sv = :sv, title_nb = :nb, "
             "position = :position, effect = :effect, archived = :archived, changed_at = :at, changed_by = :by "
             "where company_id = :company and id = :id and version = :version",
             titled(entry.title, {{"company", company_},
                                  {"id", entry.id},
                                  {"version", entry.version},
                                  {"position", entry.position},
                                  {"effect", entry.effect},
                                  {"archived", entry.archived},
                                  {"at", stamp.at},
                                  {"by", stamp.by}})) == 1;
}

}  // namespace sales_leads::store
