// SPDX-License-Identifier: Apache-2.0
#include "services/people.h"

#include <algorithm>
#include <array>
#include <set>

#include "domain/masking.h"
#include "host/refusal.h"
#include "store/person_store.h"

namespace sales_leads::services {
namespace {

using store::Person;
using store::PersonStore;

constexpr std::int64_t kRowsOfATable = 10'000;

json::array texts(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) array.emplace_back(value);
  return array;
}

json::object shape(const Person& person) {
  return {{"kind", person.kind},
          {"id", person.id},
          {"name", person.name},
          {"emails", texts(person.emails)},
          {"phones", texts(person.phones)},
          {"erased", person.erased}};
}

Person load(UseCase& use_case, const Input& input) {
  const std::string kind = input.text("kind").value_or("");
  auto person = PersonStore(use_case.session, use_case.company()).load(kind, input.id());
  if (!person) throw Refusal(Code::not_found, "person.not_found", "id", std::to_string(input.id()), {{"kind", kind}});
  return *person;
}

/// What tells the person apart wherever it stands: addresses, numbers, the name in full. A single word is many people's
/// name: it is erased where it is this person's, and not searched for in the texts of others.
std::vector<std::string> terms_of(const Person& person) {
  std::vector<std::string> terms = person.emails;
  terms.insert(terms.end(), person.phones.begin(), person.phones.end());
  if (const std::size_t space = person.name.find(' '); space != std::string::npos && !person.erased) {
    terms.push_back(person.name);
    const std::size_t last = person.name.rfind(' ');
    terms.push_back(person.name.substr(last + 1) + ", " + person.name.substr(0, last));
  }
  std::vector<std::string> escaped;  // as a JSON text writes them
  for (const std::string& term : terms) {
    std::string quoted = json::serialize(json::value(term));
    quoted = quoted.substr(1, quoted.size() - 2);
    if (quoted != term) escaped.push_back(std::move(quoted));
  }
  terms.insert(terms.end(), escaped.begin(), escaped.end());
  std::erase_if(terms, [](const std::string& term) { return term.size() < 3; });
  return terms;
}

/// Where the module holds rows about a person of each kind.
struct Place {
  const char* kind;
  const char* table;
  const char* condition;
};
constexpr std::array<Place, 24> kPlaces = {{
    {"lead", "sl_lead", "id = :id"},
    {"lead", "sl_lead_contact", "lead_id = :id"},
    {"lead", "sl_lead_key", "lead_id = :id"},
    {"lead", "sl_lead_history", "lead_id = :id"},
    {"lead", "sl_activity", "entity = 'lead' and entity_id = :id"},
    {"lead", "sl_campaign_member", "kind = 'lead' and member_id = :id"},
    {"lead", "sl_conversion", "lead_id = :id"},
    {"lead", "sl_merge", "survivor_id = :id or merged_id = :id2"},
    {"lead", "sl_opportunity", "id in (select opportunity_id from sl_lead where company_id = :company2 and id = :id)"},
    {"lead", "sl_import_row",
     "record_id = :id and batch_id in (select id from sl_import_batch where company_id = "
     ":company2 and entity in ('lead', 'leads'))"},
    {"lead", "sl_erasure", "entity = 'lead' and entity_id = :id"},
    {"contact", "sl_opportunity", "contact_id = :id"},
    {"contact", "sl_field_history",
     "opportunity_id in (select id from sl_opportunity where company_id = :company2 and contact_id = :id)"},
    {"contact", "sl_activity",
     "entity = 'opportunity' and entity_id in (select id from sl_opportunity where company_id = :company2 and "
     "contact_id = :id)"},
    {"contact", "sl_erasure", "entity = 'contact' and entity_id = :id"},
    {"employee", "sl_group_member", "employee_id = :id"},
    {"employee", "sl_opportunity_seller", "employee_id = :id"},
    {"employee", "sl_opportunity", "owner_id = :id"},
    {"employee", "sl_activity", "owner_id = :id"},
    {"employee", "sl_campaign", "owner_id = :id"},
    {"employee", "sl_lead_rule", "employee_id = :id or last_employee_id = :id2"},
    {"employee", "sl_audit",
     "actor_kind = 'user' and actor_id in (select user_id from erp_employee where company_id = "
     ":company2 and id = :id)"},
    {"employee", "sl_user_link",
     "set_by in (select user_id from erp_employee where company_id = :company2 and id = :id)"},
    {"employee", "sl_erasure", "entity = 'employee' and entity_id = :id"},
}};

json::value cell_json(const store::Session::Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  return nullptr;
}

}  // namespace

json::value find_person(UseCase& use_case, const Input& input) {
  store::PersonQuery query;
  query.name = input.text("name").value_or("");
  query.email = input.text("email").value_or("");
  query.phone = input.text("phone").value_or("");
  query.limit = input.integer("limit").value_or(50);
  if (query.name.empty() && query.email.empty() && query.phone.empty()) {
    throw Refusal(Code::invalid_argument, "person.name.missing", "name");
  }
  json::array persons;
  for (const Person& person : PersonStore(use_case.session, use_case.company()).find(query)) {
    persons.push_back(shape(person));
  }
  return json::object{{"persons", std::move(persons)}};
}

json::value export_person(UseCase& use_case, const Input& input) {
  const Person person = load(use_case, input);
  const auto tables = store::company_tables(use_case.session);
  json::object records;
  bool whole = true;
  for (const Place& place : kPlaces) {
    if (person.kind != place.kind) continue;
    const auto table =
        std::find_if(tables.begin(), tables.end(), [&](const auto& one) { return one.table == place.table; });
    if (table == tables.end()) continue;
    store::Params params{{"company", use_case.company()}, {"id", person.id}};
    const std::string condition = place.condition;
    if (condition.find(":company2") != std::string::npos) params.emplace_back("company2", use_case.company());
    if (condition.find(":id2") != std::string::npos) params.emplace_back("id2", person.id);
    json::array rows;
    const auto found = store::rows_of(use_case.session, *table, condition, params, kRowsOfATable + 1);
    for (const auto& cells : found) {
      if (static_cast<std::int64_t>(rows.size()) == kRowsOfATable) {
        whole = false;
        break;
      }
      json::object row;
      for (std::size_t i = 0; i < cells.size(); ++i) row[table->columns[i].name] = cell_json(cells[i]);
      rows.push_back(std::move(row));
    }
    if (!rows.empty()) records[std::string(place.table).substr(3)] = std::move(rows);
  }
  json::array mentions;
  for (auto& mention : PersonStore(use_case.session, use_case.company()).mentions(terms_of(person), kRowsOfATable)) {
    mentions.push_back(json::object{
        {"table", mention.table.substr(3)}, {"column", mention.column}, {"text", std::move(mention.text)}});
  }
  return json::object{
      {"person", shape(person)}, {"records", std::move(records)}, {"mentions", std::move(mentions)}, {"whole", whole}};
}

json::value erase_person(UseCase& use_case, const Input& input) {
  const Person person = load(use_case, input);
  auto terms = terms_of(person);
  if (const auto* also = input.array("also")) {
    for (const json::value& term : *also) terms.emplace_back(term.as_string());
  }
  PersonStore store(use_case.session, use_case.company());
  const bool before = store.was_erased(person.kind, person.id);
  std::int64_t fields = person.kind == "lead" ? store.erase_lead(person.id, use_case.stamp()) : 0;
  fields += store.mask(terms, use_case.stamp());
  if (!before || fields > 0) {
    // Why, but not who: the reason may name the person too.
    store.add_erasure(person.kind, person.id, domain::mask(input.text("reason").value_or(""), terms), fields,
                      use_case.stamp());
  }
  use_case.changed.push_back(person.id);
  return json::object{{"fields", fields}, {"erased_before", before}};
}

}  // namespace sales_leads::services
