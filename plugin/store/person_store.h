// SPDX-License-Identifier: Apache-2.0
//
// Persons in what the module can read: contacts and employees of the host's views, leads of its own. Finds them, and
// takes their names, addresses and free texts out of the module's tables.
//
// Threads: the session's, erasing inside its write transaction. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/catalog.h"
#include "store/settings_store.h"

namespace sales_leads::store {

struct Person {
  std::string kind;  // contact, lead, employee
  Id id = 0;
  std::string name;
  std::vector<std::string> emails, phones;
  bool erased = false;
  // Of a lead:
  std::string first_name, last_name;
  std::string org_number, street, country;  // of a private person alone
  std::vector<std::string> e164;            // the phones as duplicates are found by them
};

struct PersonQuery {
  std::string name, email, phone;  // "" = not asked for; one that fits is enough
  std::int64_t limit = 50;
};

/// What tells a person apart in a text: words, and numbers as digits alone, whatever stands between those.
struct Traces {
  std::vector<std::string> terms, numbers;
  [[nodiscard]] std::string masked(const std::string& text) const;
};

/// A text in which the person is mentioned.
struct Mention {
  std::string table, column, text;
};

class PersonStore {
 public:
  PersonStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::vector<Person> find(const PersonQuery& query);
  [[nodiscard]] std::optional<Person> load(const std::string& kind, Id id);
  /// The lead and every other one that is the same person: merged into one another, or of the same name and with an
  /// e-mail or phone in common. The lead asked for comes first.
  [[nodiscard]] std::vector<Person> same_person(const Person& lead);

  /// Texts of any of the module's tables with one of the traces in them.
  [[nodiscard]] std::vector<Mention> mentions(const Traces& traces, std::int64_t limit);
  /// Empties what a lead holds on a person. Answers the number of fields.
  std::int64_t erase_lead(Id id, Stamp stamp);
  /// Masks the traces in every text that people write, in every table of the module; kinds, states, keys and codes of
  /// the module's own stay, whatever somebody is called. Answers the number of fields.
  std::int64_t mask(const Traces& traces, Stamp stamp);
  /// Masks words where they can only be the lead's own: in the opportunity that it became, and what hangs on that.
  std::int64_t mask_own(Id lead, const std::vector<std::string>& words);
  [[nodiscard]] bool was_erased(const std::string& kind, Id id);
  void add_erasure(const std::string& kind, Id id, const std::string& reason, std::int64_t fields, Stamp stamp);

 private:
  std::vector<Person> leads(const std::string& condition, const Params& params, std::int64_t limit);
  std::vector<Person> contacts(const std::string& condition, const Params& params, std::int64_t limit);
  std::vector<Person> employees(const std::string& condition, const Params& params, std::int64_t limit);
  std::vector<std::string> texts_with(const std::string& table, const std::string& column, const Traces& traces);

  Session& session_;
  Id company_;
};

}  // namespace sales_leads::store
