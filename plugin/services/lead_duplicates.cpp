// SPDX-License-Identifier: Apache-2.0
#include "services/lead_duplicates.h"

#include <algorithm>
#include <map>

#include "domain/leads/contact_keys.h"
#include "host/refusal.h"
#include "services/lead_fields.h"
#include "services/lead_text.h"
#include "services/leads.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMostPerKey = 100;
constexpr std::size_t kMostShown = 50;

DuplicateReason reason_of(const store::LeadKey& key) {
  if (key.kind == "org") return {"org", key.value, 60};
  if (key.kind == "phone") return {"phone", key.value, 40};
  if (key.kind == "name") return {"name", key.value.substr(0, key.value.find('|')), 40};
  if (key.value.starts_with("@")) return {"domain", key.value.substr(1), 15};
  return {"email", key.value, 50};
}

/// Each kind of reason counts once: two phones in common are no better than one.
std::int64_t score_of(std::vector<DuplicateReason>& reasons) {
  std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.points > b.points; });
  std::map<std::string, std::int64_t> by_code;
  for (const auto& reason : reasons) by_code[reason.code] = reason.points;
  if (by_code.contains("email")) by_code.erase("domain");  // the same address is at the same domain
  std::int64_t sum = 0;
  for (const auto& [code, points] : by_code) sum += points;
  return std::min<std::int64_t>(sum, 100);
}

/// For `like`: letters that no language writes in two ways stand as they are, anything may stand for the others.
std::string like_pattern(const std::string& folded) {
  constexpr std::string_view kPlain = "bfghjkmpqrtvwx0123456789";
  std::string pattern = "%";
  std::size_t plain = 0;
  for (const char c : folded) {
    if (kPlain.find(c) != std::string_view::npos) {
      pattern += c;
      ++plain;
    } else if (pattern.back() != '%') {
      pattern += '%';
    }
  }
  if (pattern.back() != '%') pattern += '%';
  return plain == 0 ? "%" : pattern;
}

/// Empty where neither number nor name is the same.
std::vector<DuplicateReason> compare(const std::string& org, const std::string& name, const std::string& customer_org,
                                     const std::string& customer_name) {
  std::vector<DuplicateReason> reasons;
  if (!org.empty() && org == customer_org) reasons.push_back({"org", org, 60});
  if (!name.empty() && name == customer_name) reasons.push_back({"name", name, 40});
  return reasons;
}

/// The contact's phone in one form: a number without a country code is of the company's own.
std::string phone_of(UseCase& use_case, const std::string& phone) {
  const LeadText& text = *use_case.lead_text;
  return phone.empty() ? "" : text.phone(phone, text.region(use_case.calendar.zone()));
}

/// What a contact has in common with the lead's keys.
void compare_contact(UseCase& use_case, const store::CustomerContact& contact, const std::vector<store::LeadKey>& keys,
                     std::vector<DuplicateReason>& reasons) {
  const std::string email = domain::email_key(contact.email), phone = phone_of(use_case, contact.phone);
  for (const auto& key : keys) {
    const bool same = (key.kind == "email" && key.value == email) || (key.kind == "phone" && key.value == phone);
    const bool known =
        std::any_of(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.value == key.value; });
    if (same && !known) reasons.push_back(reason_of(key));
  }
}

std::vector<std::string> values_of(const std::vector<store::LeadKey>& keys, std::string_view kind) {
  std::vector<std::string> values;
  for (const auto& key : keys) {
    if (key.kind == kind && !key.value.starts_with('@')) values.push_back(key.value);
  }
  return values;
}

/// Of a customer the name alone is compared: the host's view shows no place of it.
json::array shaped_reasons(UseCase& use_case, const std::vector<DuplicateReason>& reasons, bool of_customer = false) {
  json::array shaped;
  for (const auto& reason : reasons) {
    const std::string key = of_customer && reason.code == "name" ? "customer_name" : reason.code;
    const auto text = use_case.messages.text(use_case.call.locale, "lead.duplicate." + key, {{"value", reason.value}});
    shaped.push_back(
        json::object{{"code", reason.code}, {"value", reason.value}, {"points", reason.points}, {"text", text}});
  }
  return shaped;
}

template <class Found>
void likeliest_first(std::vector<Found>& found) {
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
  if (found.size() > kMostShown) found.resize(kMostShown);
}

}  // namespace

std::vector<LeadDuplicate> find_duplicates(UseCase& use_case, const std::vector<store::LeadKey>& keys, Id self) {
  std::map<Id, std::vector<DuplicateReason>> reasons;
  store::LeadPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  for (const auto& key : parts.matches(keys, kMostPerKey)) {
    if (key.lead != self) reasons[key.lead].push_back(reason_of(key));
  }
  std::vector<Id> ids;
  for (const auto& [id, why] : reasons) ids.push_back(id);
  std::vector<LeadDuplicate> found;
  for (auto& row : store::LeadStore(use_case.session, use_case.company()).by_ids(ids)) {
    if (row.owner != 0 && !use_case.caller.sees_leads.covers(row.owner)) continue;
    auto& why = reasons[row.id];
    const auto score = score_of(why);
    found.push_back({std::move(row), score, std::move(why)});
  }
  likeliest_first(found);
  return found;
}

std::vector<CustomerDuplicate> find_customers(UseCase& use_case, const store::LeadRow& row,
                                              const std::vector<store::LeadKey>& keys) {
  const LeadText& text = *use_case.lead_text;
  const std::string org = domain::org_key(row.org_number);
  const std::string name = text.name(lead_name(row));
  std::map<Id, CustomerDuplicate> by_id;
  for (auto& customer : store::DirectoryStore(use_case.session, use_case.company())
                            .customers_like(name.empty() ? "" : like_pattern(name), org)) {
    auto why = compare(org, name, domain::org_key(customer.organisation_number), text.name(customer.name));
    if (!why.empty()) by_id[customer.id] = {std::move(customer), 0, std::move(why)};
  }
  std::vector<std::string> tails;
  for (const std::string& phone : values_of(keys, "phone")) tails.push_back(store::phone_tail(phone));
  std::erase(tails, "");
  for (const auto& contact :
       store::CustomerContactStore(use_case.session, use_case.company()).like(values_of(keys, "email"), tails)) {
    std::vector<DuplicateReason> why;
    compare_contact(use_case, contact, keys, why);
    if (why.empty()) continue;
    auto& found = by_id[contact.customer.id];
    found.customer = contact.customer;
    compare_contact(use_case, contact, keys, found.reasons);
  }
  std::vector<CustomerDuplicate> found;
  for (auto& [id, one] : by_id) {
    one.score = score_of(one.reasons);
    found.push_back(std::move(one));
  }
  likeliest_first(found);
  return found;
}

CustomerIndex::CustomerIndex(UseCase& use_case)
    : use_case_(use_case), customers_(store::DirectoryStore(use_case.session, use_case.company()).real_customers()) {
  for (std::size_t i = 0; i < customers_.size(); ++i) {
    if (const auto org = domain::org_key(customers_[i].organisation_number); !org.empty()) by_org_.emplace_back(org, i);
    if (const auto name = use_case.lead_text->name(customers_[i].name); !name.empty()) by_name_.emplace_back(name, i);
  }
  contacts_ = store::CustomerContactStore(use_case.session, use_case.company()).all();
  for (std::size_t i = 0; i < contacts_.size(); ++i) {
    if (auto email = domain::email_key(contacts_[i].email); !email.empty()) by_email_.emplace_back(std::move(email), i);
    if (auto tail = store::phone_tail(contacts_[i].phone); !tail.empty()) by_tail_.emplace_back(std::move(tail), i);
  }
  for (auto* index : {&by_org_, &by_name_, &by_email_, &by_tail_}) std::sort(index->begin(), index->end());
}

std::vector<CustomerDuplicate> CustomerIndex::of(const store::LeadRow& row,
                                                 const std::vector<store::LeadKey>& keys) const {
  std::map<Id, CustomerDuplicate> by_id;
  const auto add = [&](const auto& index, const std::string& value, const char* code, std::int64_t points) {
    if (value.empty()) return;
    auto at = std::lower_bound(index.begin(), index.end(), std::pair(value, std::size_t{0}));
    for (; at != index.end() && at->first == value; ++at) {
      auto& found = by_id[customers_[at->second].id];
      found.customer = customers_[at->second];
      found.reasons.push_back({code, value, points});
    }
  };
  const auto add_contacts = [&](const auto& index, const std::string& value) {
    auto at = std::lower_bound(index.begin(), index.end(), std::pair(value, std::size_t{0}));
    for (; at != index.end() && at->first == value; ++at) {
      const auto& contact = contacts_[at->second];
      std::vector<DuplicateReason> why;
      compare_contact(use_case_, contact, keys, why);
      if (why.empty()) continue;
      auto& found = by_id[contact.customer.id];
      found.customer = contact.customer;
      compare_contact(use_case_, contact, keys, found.reasons);
    }
  };
  add(by_org_, domain::org_key(row.org_number), "org", 60);
  add(by_name_, use_case_.lead_text->name(lead_name(row)), "name", 40);
  for (const std::string& email : values_of(keys, "email")) add_contacts(by_email_, email);
  for (const std::string& phone : values_of(keys, "phone")) add_contacts(by_tail_, store::phone_tail(phone));
  std::vector<CustomerDuplicate> found;
  for (auto& [id, one] : by_id) {
    one.score = score_of(one.reasons);
    found.push_back(std::move(one));
  }
  likeliest_first(found);
  return found;
}

json::array shape(UseCase& use_case, const std::vector<LeadDuplicate>& duplicates) {
  json::array shaped;
  for (const auto& [lead, score, reasons] : duplicates) {
    shaped.push_back(json::object{{"id", lead.id},
                                  {"name", lead_name(lead)},
                                  {"status", lead.status},
                                  {"owner", lead.owner == 0 ? json::value(nullptr) : json::value(lead.owner)},
                                  {"customer", lead.customer == 0 ? json::value(nullptr) : json::value(lead.customer)},
                                  {"score", score},
                                  {"reasons", shaped_reasons(use_case, reasons)}});
  }
  return shaped;
}

json::array shape(UseCase& use_case, const std::vector<CustomerDuplicate>& duplicates) {
  json::array shaped;
  for (const auto& [customer, score, reasons] : duplicates) {
    shaped.push_back(json::object{{"id", customer.id},
                                  {"number", customer.number},
                                  {"name", customer.name},
                                  {"organisation_number", customer.organisation_number},
                                  {"score", score},
                                  {"reasons", shaped_reasons(use_case, reasons, true)}});
  }
  return shaped;
}

json::value lead_duplicates(UseCase& use_case, const Input& input) {
  store::LeadRow row;
  LeadContacts contacts;
  if (input.has("id")) {
    row = load_lead(use_case, input.id());
    contacts = store::LeadPartsStore(use_case.session, use_case.company(), use_case.stamp()).contacts({row.id});
  } else {
    References references(use_case);
    read_lead(use_case, references, input, row);
    contacts = read_contacts(input).value_or(LeadContacts{});
  }
  const auto keys = keys_of(use_case, row, contacts);
  return json::object{{"duplicates", shape(use_case, find_duplicates(use_case, keys, row.id))},
                      {"customers", shape(use_case, find_customers(use_case, row, keys))}};
}

}  // namespace sales_leads::services
