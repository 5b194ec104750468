// SPDX-License-Identifier: Apache-2.0
#include "store/customer_contact_store.h"

namespace sales_leads::store {

std::string phone_tail(const std::string& phone) {
  constexpr std::size_t kLongest = 8, kShortest = 6;
  std::string digits;
  for (const char c : phone) {
    if (c >= '0' && c <= '9') digits += c;
  }
  if (digits.size() < kShortest) return {};
  return digits.size() > kLongest ? digits.substr(digits.size() - kLongest) : digits;
}

std::vector<CustomerContact> CustomerContactStore::like(const std::vector<std::string>& emails,
                                                        const std::vector<std::string>& tails) {
  std::string either;
  Params params;
  const auto add = [&](const std::string& condition, const std::string& name, const std::string& value) {
    either += (either.empty() ? "" : " or ") + condition;
    params.emplace_back(name, value);
  };
  for (std::size_t i = 0; i < emails.size(); ++i) {
    const std::string name = "email" + std::to_string(i);
    add("lower(c.email) = :" + name, name, emails[i]);
  }
  for (std::size_t i = 0; i < tails.size(); ++i) {
    const std::string name = "tail" + std::to_string(i);
    add("replace(replace(replace(replace(replace(replace(c.phone, ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), "
        "'.', '') like :" +
            name,
        name, "%" + tails[i]);
  }
  return either.empty() ? std::vector<CustomerContact>{} : read(" and (" + either + ")", params);
}

std::vector<CustomerContact> CustomerContactStore::all() { return read("", {}); }

std::vector<CustomerContact> CustomerContactStore::read(const std::string& condition, const Params& params) {
  Params bound = params;
  bound.emplace_back("company", company_);
  std::vector<CustomerContact> contacts;
  for (auto& [id, number, name, org, email, phone] :
       session_.query<Id, std::string, std::string, std::string, std::string, std::string>(
           "select d.id, d.number, d.name, coalesce(d.organisation_number, ''), coalesce(c.email, ''), "
           "coalesce(c.phone, '') from erp_contact c join erp_customer d on d.company_id = c.company_id and d.id = "
           "c.customer_id where c.company_id = :company and d.state = 'active' and d.is_stand_in = 0 and d.merged_into "
           "is null" +
               condition + " order by d.id, c.id",
           bound)) {
    contacts.push_back({{id, std::move(number), std::move(name), std::move(org)}, std::move(email), std::move(phone)});
  }
  return contacts;
}

}  // namespace sales_leads::store
