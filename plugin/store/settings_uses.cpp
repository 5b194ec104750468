// SPDX-License-Identifier: Apache-2.0
#include "store/settings_uses.h"

#include <array>

#include "store/budget_types.h"
#include "store/pipeline_rollup.h"

namespace sales_leads::store {
namespace {

/// A column that holds an entry's id, 0 or null for none.
struct Use {
  const char* list;
  const char* table;
  const char* column;
  const char* id;       // of the record, for the audit log
  const char* entity;   // likewise
  const char* history;  // table of its field history, nullptr = none; the field is named as the list
  const char* owner;    // column of the record's id in that table
};

constexpr std::array<Use, 11> kUses{{
    {"type", "sl_opportunity", "type_id", "id", "opportunity", "sl_field_history", "opportunity_id"},
    {"source", "sl_opportunity", "source_id", "id", "opportunity", "sl_field_history", "opportunity_id"},
    {"rejection", "sl_opportunity", "rejection_id", "id", "opportunity", "sl_field_history", "opportunity_id"},
    {"rejection", "sl_step", "default_rejection_id", "id", "step", nullptr, nullptr},
    {"source", "sl_campaign", "source_id", "id", "campaign", nullptr, nullptr},
    {"source", "sl_lead", "source_id", "id", "lead", "sl_lead_history", "lead_id"},
    {"category", "sl_lead", "category_id", "id", "lead", "sl_lead_history", "lead_id"},
    {"source", "sl_lead_rule", "source_id", "id", "lead_rule", nullptr, nullptr},
    {"category", "sl_lead_rule", "category_id", "id", "lead_rule", nullptr, nullptr},
    {"source", "sl_customer_extra", "source_id", "customer_id", "customer_extra", nullptr, nullptr},
    {"customer_status", "sl_customer_extra", "status_id", "customer_id", "customer_extra", nullptr, nullptr},
}};

std::string where_used(const Use& use, const char* alias) {
  return std::string(" where ") + alias + ".company_id = :company and " + alias + "." + use.column + " = :old";
}

/// The old value from the record's birth where nothing was written yet, then the new one from now.
void write_history(Session& session, const Use& use, const std::string& field, Id company, Id from, Id to, Id actor,
                   std::int64_t now) {
  const std::string table = use.history, owner = use.owner;
  const std::string into = "insert into " + table + " (company_id, " + owner +
                           ", field, value, effective_at, recorded_at, actor_id, origin) ";
  const std::string records = std::string(" from ") + use.table + " t" + where_used(use, "t");
  const Params common{{"company", company}, {"old", from}, {"now", now}, {"field", field}, {"actor", actor}};
  Params born = common;
  born.emplace_back("field2", field);
  born.emplace_back("value", std::to_string(from));
  session.execute(into +
                      "select t.company_id, t.id, cast(:field as text), cast(:value as text), coalesce((select "
                      "min(b.effective_at) from " +
                      table + " b where b.company_id = t.company_id and b." + owner +
                      " = t.id and b.field = 'status'), t.created_at), cast(:now as bigint), cast(:actor as bigint), "
                      "'user'" +
                      records + " and not exists (select 1 from " + table +
                      " h where h.company_id = t.company_id and h." + owner + " = t.id and h.field = :field2)",
                  born);
  Params changed = common;
  changed.emplace_back("value", std::to_string(to));
  changed.emplace_back("now2", now);
  session.execute(into +
                      "select t.company_id, t.id, cast(:field as text), cast(:value as text), cast(:now as bigint), "
                      "cast(:now2 as bigint), cast(:actor as bigint), 'user'" +
                      records,
                  changed);
}

std::string table_of(const ListEntry& entry) { return entry.list + " " + entry.code; }

}  // namespace

bool SettingsUses::is_used(const ListEntry& entry) {
  const Params params{{"company", company_}, {"old", entry.id}};
  for (const Use& use : kUses) {
    if (entry.list != use.list) continue;
    if (session_.first<std::int64_t>(
            std::string("select cast(1 as bigint) from ") + use.table + " t" + where_used(use, "t") + " limit 1",
            params)) {
      return true;
    }
    if (use.history == nullptr) continue;
    if (session_.first<std::int64_t>(
            std::string("select cast(1 as bigint) from ") + use.history +
                " where company_id = :company and field = :field and value = :value limit 1",
            {{"company", company_}, {"field", entry.list}, {"value", std::to_string(entry.id)}})) {
      return true;
    }
  }
  if (entry.list == "category") {
    return session_
        .first<Id>(
            "select customer_id from sl_customer_category where company_id = :company and category_id = :old "
            "limit 1",
            params)
        .has_value();
  }
  if (entry.list == "type") {
    return is_budgeted(session_, company_, entry.id) ||
           session_
               .first<Id>(
                   "select pipeline_id from sl_pipeline_serves where company_id = :company and kind = 'type' and "
                   "ref_id = :old",
                   params)
               .has_value();
  }
  return false;
}

std::int64_t SettingsUses::replace(const ListEntry& from, Id to, const Mover& mover, std::int64_t now) {
  std::int64_t moved = 0;
  const Params both{{"company", company_}, {"old", from.id}, {"new", to}};
  for (const Use& use : kUses) {
    if (from.list != use.list) continue;
    const Params params{{"company", company_}, {"old", from.id}};
    Params audit = params;
    for (Param& param : Params{{"at", now},
                               {"kind", mover.actor_kind},
                               {"actor", mover.actor},
                               {"action", from.list + ".archive"},
                               {"entity", use.entity},
                               {"correlation", mover.correlation_id},
                               {"detail", table_of(from) + " replaced"}}) {
      audit.push_back(param);
    }
    session_.execute(
        std::string("insert into sl_audit (company_id, at, actor_kind, actor_id, action, entity, entity_id, "
                    "correlation_id, detail) select t.company_id, cast(:at as bigint), cast(:kind as text), "
                    "cast(:actor as bigint), cast(:action as text), cast(:entity as text), t.") +
            use.id + ", cast(:correlation as text), cast(:detail as text) from " + use.table + " t" +
            where_used(use, "t"),
        audit);
    if (use.history != nullptr) write_history(session_, use, from.list, company_, from.id, to, mover.actor, now);
    std::vector<Id> opportunities;  // whose place in the sums changes
    if (std::string_view(use.table) == "sl_opportunity" && from.list != "rejection") {
      for (const auto& [id] : session_.query<Id>("select t.id from sl_opportunity t" + where_used(use, "t"), params)) {
        opportunities.push_back(id);
      }
    }
    PipelineChange change(session_, company_, std::move(opportunities));
    Params update = both;
    update.emplace_back("at", now);
    update.emplace_back("by", mover.actor);
    moved +=
        session_.execute(std::string("update ") + use.table + " set " + use.column +
                             " = :new, version = version + 1, changed_at = :at, changed_by = :by where company_id = "
                             ":company and " +
                             use.column + " = :old",
                         update);
    change.done();
  }
  const Params gone{{"company", company_}, {"old", from.id}};
  if (from.list == "category") {
    session_.execute(
        "insert into sl_customer_category (company_id, customer_id, category_id) select company_id, customer_id, "
        "cast(:new as bigint) from sl_customer_category where company_id = :company and category_id = :old on conflict "
        "do nothing",
        both);
    moved +=
        session_.execute("delete from sl_customer_category where company_id = :company and category_id = :old", gone);
  }
  if (from.list == "type") {
    session_.execute(
        "insert into sl_pipeline_serves (company_id, pipeline_id, kind, ref_id) select company_id, pipeline_id, kind, "
        "cast(:new as bigint) from sl_pipeline_serves where company_id = :company and kind = 'type' and ref_id = :old "
        "on conflict do nothing",
        both);
    moved += session_.execute(
        "delete from sl_pipeline_serves where company_id = :company and kind = 'type' and ref_id = :old", gone);
    moved += move_budgets(session_, company_, from.id, to, {now, mover.actor});
  }
  return moved;
}

void SettingsUses::remove(const ListEntry& entry) {
  session_.execute("delete from sl_list_entry where company_id = :company and id = :id",
                   {{"company", company_}, {"id", entry.id}});
}

void SettingsUses::put_in_order(const std::string& table, const std::vector<Id>& ids, Stamp stamp) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    session_.execute("update " + table +
                         " set position = :position, version = version + 1, changed_at = :at, changed_by = :by where "
                         "company_id = :company and id = :id and position <> :position2",
                     {{"position", i + 1},
                      {"position2", i + 1},
                      {"at", stamp.at},
                      {"by", stamp.by},
                      {"company", company_},
                      {"id", ids[i]}});
  }
}

std::vector<Serve> SettingsUses::serves() {
  std::vector<Serve> serves;
  for (auto& [pipeline, kind, ref] : session_.query<Id, std::string, Id>(
           "select pipeline_id, kind, ref_id from sl_pipeline_serves where company_id = :company order by pipeline_id, "
           "kind, ref_id",
           {{"company", company_}})) {
    serves.push_back({pipeline, kind, ref});
  }
  return serves;
}

void SettingsUses::set_serves(Id pipeline, const std::string& kind, const std::vector<Id>& refs) {
  session_.execute(
      "delete from sl_pipeline_serves where company_id = :company and kind = :kind and pipeline_id = :pipeline",
      {{"company", company_}, {"kind", kind}, {"pipeline", pipeline}});
  for (const Id ref : refs) {
    session_.execute(
        "insert into sl_pipeline_serves (company_id, pipeline_id, kind, ref_id) values (:company, :pipeline, :kind, "
        ":ref) on conflict (company_id, kind, ref_id) do update set pipeline_id = excluded.pipeline_id",
        {{"company", company_}, {"pipeline", pipeline}, {"kind", kind}, {"ref", ref}});
  }
}

void SettingsUses::make_default(Id pipeline) {
  session_.execute(
      "update sl_pipeline set is_default = case when id = :id then 1 else 0 end where company_id = :company",
      {{"id", pipeline}, {"company", company_}});
}

}  // namespace sales_leads::store
