// SPDX-License-Identifier: Apache-2.0
#include "services/people.h"

#include <algorithm>
#include <set>

#include "domain/masking.h"
#include "host/refusal.h"
#include "services/lead_text.h"
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
store::Traces traces_of(UseCase& use_case, const std::vector<Person>& persons) {
  store::Traces traces;
  auto& [terms, numbers] = traces;
  const auto add_numbers = [&](const std::string& typed, const std::string& e164) {
    for (std::string& form : domain::phone_forms(typed, e164)) numbers.push_back(std::move(form));
  };
  for (const Person& person : persons) {
    terms.insert(terms.end(), person.emails.begin(), person.emails.end());
    terms.insert(terms.end(), person.phones.begin(), person.phones.end());
    for (const std::string& phone : person.phones) {
      const LeadText& text = *use_case.lead_text;
      const std::string region = person.country.empty() ? text.region(use_case.calendar.zone()) : person.country;
      add_numbers(phone, text.phone(phone, region));
    }
    for (const std::string& phone : person.e164) add_numbers("", phone);
    if (person.erased) continue;
    if (const std::size_t space = person.name.find(' '); space != std::string::npos) {
      terms.push_back(person.name);
      const std::size_t last = person.name.rfind(' ');
      terms.push_back(person.name.substr(last + 1) + ", " + person.name.substr(0, last));
    }
    // A house number makes a street an address; a private person's number is written with its century or without.
    if (person.street.find_first_of("0123456789") != std::string::npos) terms.push_back(person.street);
    if (!person.org_number.empty()) {
      terms.push_back(person.org_number);
      for (const std::string& own : domain::phone_forms(person.org_number, "")) {
        numbers.push_back(own);
        constexpr std::size_t kWithoutCentury = 10;
        if (own.size() == kWithoutCentury) numbers.insert(numbers.end(), {"19" + own, "20" + own});
        if (own.size() == kWithoutCentury + 2) numbers.push_back(own.substr(2));
      }
    }
  }
  std::vector<std::string> escaped;  // as a JSON text writes them
  for (const std::string& term : terms) {
    std::string quoted = json::serialize(json::value(term));
    quoted = quoted.substr(1, quoted.size() - 2);
    if (quoted != term) escaped.push_back(std::move(quoted));
  }
  terms.insert(terms.end(), escaped.begin(), escaped.end());
  std::erase_if(terms, [](const std::string& term) { return term.size() < 3; });
  for (auto* list : {&terms, &numbers}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return traces;
}

/// The lead with all that is the same person; others stand alone.
std::vector<Person> all_of(UseCase& use_case, const Person& person) {
  if (person.kind != "lead") return {person};
  return PersonStore(use_case.session, use_case.company()).same_person(person);
}

/// A lead's names word by word, for what can only be about it.
std::vector<std::string> words_of(const Person& lead) {
  std::vector<std::string> words;
  if (lead.erased) return words;
  for (const std::string& name : {lead.name, lead.first_name, lead.last_name}) {
    constexpr std::size_t kShortest = 3;
    if (name.size() >= kShortest) words.push_back(name);
  }
  return words;
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
  const auto persons = all_of(use_case, person);
  for (const auto& held : store::rows_about(use_case.session, use_case.company(), persons, kRowsOfATable)) {
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
  for (auto& mention :
       PersonStore(use_case.session, use_case.company()).mentions(traces_of(use_case, persons), kRowsOfATable)) {
    mentions.push_back(json::object{
        {"table", mention.table.substr(3)}, {"column", mention.column}, {"text", std::move(mention.text)}});
  }
  return json::object{
      {"person", shape(person)}, {"records", std::move(records)}, {"mentions", std::move(mentions)}, {"whole", whole}};
}

json::value erase_person(UseCase& use_case, const Input& input) {
  const Person person = load(use_case, input);
  const auto persons = all_of(use_case, person);
  auto traces = traces_of(use_case, persons);
  if (const auto* also = input.array("also")) {
    for (const json::value& term : *also) traces.terms.emplace_back(term.as_string());
  }
  PersonStore store(use_case.session, use_case.company());
  const bool before = store.was_erased(person.kind, person.id);
  std::int64_t fields = 0;
  for (const Person& one : persons) {
    if (one.kind != "lead") continue;
    fields += store.mask_own(one.id, words_of(one));
    fields += store.erase_lead(one.id, use_case.stamp());
    use_case.changed.push_back(one.id);
  }
  fields += store.mask(traces, use_case.stamp());
  // Why, but not who: the reason may name the person too.
  const std::string reason = traces.masked(input.text("reason").value_or(""));
  if (!before || fields > 0) store.add_erasure(person.kind, person.id, reason, fields, use_case.stamp());
  for (const Person& one : persons) {
    const bool again = one.id == person.id || store.was_erased(one.kind, one.id);
    if (!again) store.add_erasure(one.kind, one.id, reason, 0, use_case.stamp());
  }
  if (person.kind != "lead") use_case.changed.push_back(person.id);
  return json::object{{"fields", fields}, {"erased_before", before}};
}

}  // namespace sales_leads::services
