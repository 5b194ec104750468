// SPDX-License-Identifier: Apache-2.0
#include "store/lead_parts_store.h"

#include <map>

#include "store/text_set.h"

namespace sales_leads::store {
namespace {

using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

template <class Values, class Row, class Value>
BulkColumn column(const char* name, const std::vector<Row>& rows, Value Row::*member) {
  Values values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*member);
  return {name, std::move(values)};
}

template <class Row>
BulkColumn constant(const char* name, const std::vector<Row>& rows, std::int64_t value) {
  return {name, Integers(rows.size(), value)};
}

}  // namespace

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
                 column<Texts>("value", keys, &LeadKey::value), column<Integers>("lead_id", keys, &LeadKey::lead)},
                "on conflict do nothing");
}

void LeadPartsStore::remove_keys(const std::vector<Id>& leads) {
  if (leads.empty()) return;
  session_.execute("delete from sl_lead_key where company_id = :company and " + session_.in_ids("lead_id", "leads"),
                   {{"company", company_}, {"leads", session_.ids_text(leads)}});
}

std::vector<LeadKey> LeadPartsStore::matches(const std::vector<LeadKey>& keys, std::int64_t most) {
  std::map<std::string, Texts> by_kind;
  for (const auto& key : keys) by_kind[key.kind].push_back(key.value);
  // As a set of rows: PostgreSQL compares every key of the kind with every text of an array when it guesses low.
  const std::string among = session_.backend() == Backend::postgresql
                                ? "k.value in (select unnest(cast(:values as text[])))"
                                : in_texts(session_, "k.value", "values");
  std::vector<LeadKey> found;
  for (const auto& [kind, values] : by_kind) {
    for (auto& [lead, value] : session_.query<Id, std::string>(
             "select m.lead_id, m.value from (select k.lead_id, k.value, row_number() over (partition by k.value "
             "order by k.lead_id) as place from sl_lead_key k where k.company_id = :company and k.kind = :kind and " +
                 among + ") m where m.place <= :most order by m.lead_id, m.value",
             {{"company", company_}, {"kind", kind}, {"values", texts_text(session_, values)}, {"most", most}})) {
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
