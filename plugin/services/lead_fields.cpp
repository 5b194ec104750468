// SPDX-License-Identifier: Apache-2.0
#include "services/lead_fields.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "domain/leads/contact_keys.h"
#include "domain/leads/lead_score.h"
#include "host/refusal.h"
#include "services/lead_text.h"

namespace sales_leads::services {
namespace {

constexpr std::pair<const char*, std::string store::LeadRow::*> kTexts[] = {
    {"name", &store::LeadRow::name},
    {"first_name", &store::LeadRow::first_name},
    {"last_name", &store::LeadRow::last_name},
    {"org_number", &store::LeadRow::org_number},
    {"website", &store::LeadRow::website},
    {"industry", &store::LeadRow::industry},
    {"street", &store::LeadRow::street},
    {"postal_code", &store::LeadRow::postal_code},
    {"city", &store::LeadRow::city},
    {"country", &store::LeadRow::country},
    {"description", &store::LeadRow::description}};

void read_kind(const Input& input, store::LeadRow& row) {
  if (const auto kind = input.text("kind")) {
    row.kind = *kind;
  } else if (row.id == 0) {
    row.kind = row.name.empty() && !(row.first_name.empty() && row.last_name.empty()) ? "person" : "company";
  }
  if (row.kind == "person" && row.first_name.empty() && row.last_name.empty() && !row.name.empty()) {
    const auto space = row.name.rfind(' ');
    row.last_name = space == std::string::npos ? row.name : row.name.substr(space + 1);
    row.first_name = space == std::string::npos ? "" : row.name.substr(0, space);
    row.name.clear();
  }
  if (lead_name(row).empty()) {
    throw Refusal(Code::invalid_argument, "lead.name.missing", row.kind == "person" ? "last_name" : "name");
  }
}

/// The words of a person's name in one order: "Doe, Alice" is "Alice Doe".
std::string person_key(const std::string& folded) {
  std::istringstream in(folded);
  std::set<std::string> words;
  for (std::string word; in >> word;) words.insert(word);
  std::string key;
  for (const auto& word : words) key += (key.empty() ? "" : " ") + word;
  return key;
}

std::string postal_key(const std::string& text) {
  std::string key;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) key += c;
    if (c >= 'A' && c <= 'Z') key += static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

}  // namespace

std::string lead_name(const store::LeadRow& row) {
  const std::string person =
      row.first_name + (row.first_name.empty() || row.last_name.empty() ? "" : " ") + row.last_name;
  if (row.kind == "person") return person.empty() ? row.name : person;
  return row.name.empty() ? person : row.name;
}

void read_lead(UseCase& use_case, References& references, const Input& input, store::LeadRow& row) {
  for (const auto& [field, member] : kTexts) {
    if (input.names(field)) row.*member = input.text(field).value_or("");
  }
  read_kind(input, row);
  if (input.names("external_id")) row.external_id = input.text("external_id");
  if (input.names("employees")) row.employees = input.integer("employees");
  if (input.names("turnover")) {
    row.turnover.reset();
    row.currency.clear();
    if (const auto turnover = input.amount("turnover")) {
      row.turnover = turnover->minor;
      row.currency = turnover->currency.empty() ? use_case.rates.company_currency() : turnover->currency;
      use_case.rates.check("turnover", row.currency);
    }
  }
  const auto reference = [&](const char* field, Id& target, auto resolve) {
    const auto* value = input.find(field);
    if (value != nullptr) target = value->is_null() ? 0 : resolve(*value);
  };
  reference("source", row.source, [&](const json::value& v) { return references.entry("source", v, row.source); });
  reference("category", row.category,
            [&](const json::value& v) { return references.entry("category", v, row.category); });
  reference("campaign", row.campaign,
            [&](const json::value& v) { return references.campaign(v, "campaign", row.campaign); });
}

std::optional<LeadContacts> read_contacts(const Input& input, const LeadContacts& before) {
  if (!input.names("emails") && !input.names("phones")) return std::nullopt;
  LeadContacts contacts;
  for (const auto& [field, kind] : {std::pair("emails", "email"), std::pair("phones", "phone")}) {
    if (!input.names(field)) {
      for (const auto& contact : before) {
        if (contact.kind == kind) contacts.push_back(contact);
      }
      continue;
    }
    const auto* values = input.array(field);
    if (values == nullptr) continue;  // null empties the list
    for (const auto& value : *values) {
      const std::string text(value.as_string());
      if (text.find('\0') != std::string::npos) input.refuse(field, "\\u0000", "@expected.no_nul");
      if (kind == std::string("email") && domain::email_key(text).empty())
        input.refuse(field, value, "@expected.email");
      contacts.push_back({0, kind, text, 0});
    }
  }
  for (std::size_t i = 0; i < contacts.size(); ++i) contacts[i].position = static_cast<std::int64_t>(i) + 1;
  return contacts;
}

json::array doubtful_numbers(UseCase& use_case, const Input& input, const store::LeadRow& row,
                             const LeadContacts& contacts) {
  json::array warnings;
  const auto warn = [&](const std::string& key, const char* field, const std::string& value) {
    warnings.push_back(json::object{
        {"key", key},
        {"field", field},
        {"value", value},
        {"message", use_case.messages.of(use_case.call.locale, Refusal(Code::invalid_argument, key, field, value))}});
  };
  if (input.names("phones")) {
    const LeadText& text = *use_case.lead_text;
    const std::string region = row.country.empty() ? text.region(use_case.calendar.zone()) : row.country;
    for (const auto& contact : contacts) {
      if (contact.kind == "phone" && text.phone(contact.value, region).empty())
        warn("lead.phones.doubtful", "phones", contact.value);
    }
  }
  if (input.has("org_number") && !row.org_number.empty() && !domain::can_be_org_number(row.org_number, row.country)) {
    warn("lead.org_number.doubtful", "org_number", row.org_number);
  }
  return warnings;
}

std::vector<store::LeadKey> keys_of(UseCase& use_case, const store::LeadRow& row, const LeadContacts& contacts) {
  const LeadText& text = *use_case.lead_text;
  std::set<std::pair<std::string, std::string>> keys;
  const auto add = [&](const char* kind, std::string value) {
    if (!value.empty()) keys.emplace(kind, std::move(value));
  };
  add("org", domain::org_key(row.org_number));
  if (!row.website.empty()) add("email", domain::domain_key(row.website));
  const std::string region = row.country.empty() ? text.region(use_case.calendar.zone()) : row.country;
  for (const auto& contact : contacts) {
    if (contact.kind == "phone") {
      add("phone", text.phone(contact.value, region));
    } else {
      add("email", domain::email_key(contact.value));
      add("email", domain::domain_key(contact.value));
    }
  }
  const std::string postal = postal_key(row.postal_code);
  if (!postal.empty()) {
    const std::string name = row.kind == "person" ? person_key(text.fold(lead_name(row))) : text.name(lead_name(row));
    if (!name.empty()) add("name", name + "|" + postal);
  }
  std::vector<store::LeadKey> found;
  for (const auto& [kind, value] : keys) found.push_back({row.id, kind, value});
  return found;
}

void put_score(store::LeadRow& row, const LeadContacts& contacts, const std::vector<store::LeadKey>& keys) {
  domain::LeadFacts facts;
  for (const auto& contact : contacts) {
    if (contact.kind != "email") continue;
    facts.email = true;
    facts.email_at_company = facts.email_at_company || !domain::domain_key(contact.value).empty();
  }
  facts.phone = std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.kind == "phone"; });
  facts.org_number = !row.org_number.empty();
  facts.website = !row.website.empty();
  facts.address = !row.postal_code.empty() || !row.city.empty();
  facts.industry = !row.industry.empty();
  facts.turnover = row.turnover.has_value();
  facts.source = row.source != 0;
  facts.campaign = row.campaign != 0;
  facts.employees = row.employees.value_or(0);
  facts.qualified = row.status == "qualified" || row.status == "converted";
  const auto reasons = domain::explain(facts);
  row.score = domain::score_of(reasons);
  json::array written;
  for (const auto& reason : reasons) written.push_back(json::array{reason.code, reason.points});
  row.score_reasons = json::serialize(written);
}

}  // namespace sales_leads::services
