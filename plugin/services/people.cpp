// SPDX-License-Identifier: Apache-2.0
#include "services/people.h"

#include <algorithm>
#include <set>

#include "domain/masking.h"
#include "host/refusal.h"
#include "store/person_places.h"
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
  json::object records;
  bool whole = true;
  for (const auto& held : store::rows_about(use_case.session, use_case.company(), person, kRowsOfATable)) {
    json::array rows;
    for (const auto& cells : held.rows) {
      json::object row;
      for (std::size_t i = 0; i < cells.size(); ++i) row[held.columns[i]] = cell_json(cells[i]);
      rows.push_back(std::move(row));
    }
    whole = whole && held.whole;
    if (!rows.empty()) records[held.table.substr(3)] = std::move(rows);
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
