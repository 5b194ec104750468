// SPDX-License-Identifier: Apache-2.0
#include "store/lead_parts_store.h"

#include <map>
#include <set>

#include "store/bulk_columns.h"

namespace sales_leads::store {
void LeadPartsStore::add_contacts(const std::vector<LeadContact>& contacts) {
  if (contacts.empty()) return;
  session_.bulk(
      "sl_lead_contact",
      {constant("company_id", contacts, company_), column<Integers>("lead_id", contacts, &LeadContact::lead),
       column<Texts>("kind", contacts, &LeadContact::kind), column<Texts>("value", contacts, &LeadContact::value),
       column<Integers>("position", contacts, &LeadContact::position)});
}

void LeadPartsStore::remove_contacts(const std::vector<Id>& leads) {
  if (leads.empty()) return;
  session_.execute("delete from sl_lead_contact where company_id = :company and " + session_.in_ids("lead_id", "leads"),
                   {{"company", company_}, {"leads", session_.ids_text(leads)}});
}

std::vector<LeadContact> LeadPartsStore::contacts(const std::vector<Id>& leads) {
  std::vector<LeadContact> contacts;
  if (leads.empty()) return contacts;
  for (auto& [lead, kind, value, position] : session_.query<Id, std::string, std::string, std::int64_t>(
           "select c.lead_id, c.kind, c.value, c.position from sl_lead_contact c where c.company_id = :company and " +
               session_.in_ids("c.lead_id", "leads") + " order by c.lead_id, c.position, c.id",
           {{"company", company_}, {"leads", session_.ids_text(leads)}})) {
    contacts.push_back({lead, std::move(kind), std::move(value), position});
  }
  return contacts;
}

void LeadPartsStore::add_keys(const std::vector<LeadKey>& keys) {
  if (keys.empty()) return;
  session_.bulk("sl_lead_key",
                {constant("company_id", keys, company_), column<Texts>("kind", keys, &LeadKey::kind),
                 column<Texts>("value", keys, &LeadKey::value), column<Integers>("lead_id", keys, &LeadKey::lead)});
}

void LeadPartsStore::remove_keys(const std::vector<Id>& leads) {
  if (leads.empty()) return;
  session_.execute("delete from sl_lead_key where company_id = :company and " + session_.in_ids("lead_id", "leads"),
                   {{"company", company_}, {"leads", session_.ids_text(leads)}});
}

std::vector<LeadKey> LeadPartsStore::matches(const std::vector<LeadKey>& keys, std::int64_t most) {
  std::map<std::string, std::set<std::string>> by_kind;
  for (const auto& key : keys) by_kind[key.kind].insert(key.value);
  // PostgreSQL is told to look up value by value: on a table that just grew it reads everything for each instead.
  const std::string sql =
      session_.backend() == Backend::postgresql
          ? "select m.lead_id, w.value from unnest(cast(:values as text[])) as w (value) cross join lateral (select "
            "k.lead_id from sl_lead_key k where k.company_id = :company and k.kind = :kind and k.value = w.value "
            "order by k.lead_id limit :most) m order by m.lead_id, w.value"
          : "select m.lead_id, m.value from (select k.lead_id, k.value, row_number() over (partition by k.value order "
            "by k.lead_id) as place from sl_lead_key k where k.company_id = :company and k.kind = :kind and " +
                session_.in_texts("k.value", "values") + ") m where m.place <= :most order by m.lead_id, m.value";
  std::vector<LeadKey> found;
  for (const auto& [kind, values] : by_kind) {
    for (auto& [lead, value] :
         session_.query<Id, std::string>(sql, {{"company", company_},
                                               {"kind", kind},
                                               {"values", session_.texts_text({values.begin(), values.end()})},
                                               {"most", most}})) {
      found.push_back({lead, kind, std::move(value)});
    }
  }
  return found;
}

void LeadPartsStore::add_history(const std::vector<LeadEntry>& entries) {
  if (entries.empty()) return;
  session_.bulk(
      "sl_lead_history",
      {constant("company_id", entries, company_), column<Integers>("lead_id", entries, &LeadEntry::lead),
       column<Texts>("field", entries, &LeadEntry::field), column<Texts>("value", entries, &LeadEntry::value),
       column<Integers>("effective_at", entries, &LeadEntry::effective_at), constant("recorded_at", entries, stamp_.at),
       constant("actor_id", entries, stamp_.by), column<Texts>("origin", entries, &LeadEntry::origin)});
}

std::vector<LeadEntry> LeadPartsStore::history(const std::vector<Id>& leads) {
  std::vector<LeadEntry> entries;
  if (leads.empty()) return entries;
  for (auto& [lead, field, value, at, origin] : session_.query<Id, std::string, std::string, std::int64_t, std::string>(
           "select h.lead_id, h.field, h.value, h.effective_at, h.origin from sl_lead_history h "
           "where h.company_id = :company and " +
               session_.in_ids("h.lead_id", "leads") + " order by h.effective_at, h.id",
           {{"company", company_}, {"leads", session_.ids_text(leads)}})) {
    entries.push_back({lead, std::move(field), std::move(value), at, std::move(origin)});
  }
  return entries;
}

}  // namespace sales_leads::store
