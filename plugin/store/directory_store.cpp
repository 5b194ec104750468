// SPDX-License-Identifier: Apache-2.0
#include "store/directory_store.h"

namespace sales_leads::store {
namespace {

const char* select_of(DirectoryKind kind) {
  switch (kind) {
    case DirectoryKind::customer:
      return "select d.id, d.number, d.name, coalesce(d.merged_into, 0), d.state from erp_customer d "
             "where d.company_id = :company";
    case DirectoryKind::project:
      return "select d.id, d.number, d.name, cast(0 as bigint), d.state from erp_project d where d.company_id = "
             ":company";
    case DirectoryKind::employee:
      break;
  }
  return "select d.id, d.number, d.name, cast(0 as bigint), d.state from erp_employee d where d.company_id = :company";
}

std::vector<DirectoryEntry> read(Session& session, const std::string& sql, const Params& params) {
  std::vector<DirectoryEntry> entries;
  for (auto& [id, number, name, merged, state] :
       session.query<Id, std::string, std::string, Id, std::string>(sql, params)) {
    entries.push_back({id, std::move(number), std::move(name), merged, std::move(state)});
  }
  return entries;
}

constexpr const char* kRealCustomers =
    "select d.id, d.number, d.name, coalesce(d.organisation_number, '') from erp_customer d where d.company_id = "
    ":company and d.state = 'active' and d.is_stand_in = 0 and d.merged_into is null";

std::vector<RealCustomer> read_customers(Session& session, const std::string& sql, const Params& params) {
  std::vector<RealCustomer> customers;
  for (auto& [id, number, name, org] : session.query<Id, std::string, std::string, std::string>(sql, params)) {
    customers.push_back({id, std::move(number), std::move(name), std::move(org)});
  }
  return customers;
}

}  // namespace

std::vector<DirectoryEntry> DirectoryStore::by_id(DirectoryKind kind, Id id) {
  return read(session_, std::string(select_of(kind)) + " and d.id = :id", {{"company", company_}, {"id", id}});
}

std::vector<DirectoryEntry> DirectoryStore::by_text(DirectoryKind kind, const std::string& text) {
  for (const char* column : {"d.number", "d.name"}) {
    auto found = read(
        session_,
        std::string(select_of(kind)) + " and d.state <> 'deleted' and " + column + " = :text order by d.id limit 2",
        {{"company", company_}, {"text", text}});
    if (!found.empty()) return found;
  }
  return {};
}

std::vector<DirectoryEntry> DirectoryStore::all(DirectoryKind kind) {
  return read(session_, std::string(select_of(kind)) + " order by d.id", {{"company", company_}});
}

std::vector<DirectoryEntry> DirectoryStore::by_texts(DirectoryKind kind, const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  std::vector<DirectoryEntry> found;
  for (const char* column : {"d.number", "d.name"}) {
    for (auto& entry : read(session_, std::string(select_of(kind)) + " and " + session_.in_texts(column, "wanted"),
                            {{"company", company_}, {"wanted", session_.texts_text(texts)}})) {
      found.push_back(std::move(entry));
    }
  }
  return found;
}

std::vector<DirectoryEntry> DirectoryStore::by_ids(DirectoryKind kind, const std::vector<Id>& ids) {
  if (ids.empty()) return {};
  return read(session_, std::string(select_of(kind)) + " and " + session_.in_ids("d.id", "ids") + " order by d.id",
              {{"company", company_}, {"ids", session_.ids_text(ids)}});
}

std::map<Id, std::string> DirectoryStore::names_of_users(const std::vector<Id>& users) {
  std::map<Id, std::string> names;
  if (users.empty()) return names;
  for (auto& [user, name] :
       session_.query<Id, std::string>("select user_id, name from erp_employee where company_id = :company and " +
                                           session_.in_ids("user_id", "users") + " order by id",
                                       {{"company", company_}, {"users", session_.ids_text(users)}})) {
    names[user] = std::move(name);
  }
  return names;
}

std::vector<RealCustomer> DirectoryStore::customers_like(const std::string& pattern, const std::string& org) {
  std::string either;
  Params params{{"company", company_}};
  if (!pattern.empty()) {
    either = "lower(d.name) like :pattern";
    params.emplace_back("pattern", pattern);
  }
  if (!org.empty()) {
    either += std::string(either.empty() ? "" : " or ") +
              "lower(replace(replace(replace(d.organisation_number, '-', ''), ' ', ''), '.', '')) like :org";
    params.emplace_back("org", "%" + org + "%");
  }
  if (either.empty()) return {};
  return read_customers(session_, std::string(kRealCustomers) + " and (" + either + ") order by d.id", params);
}

std::vector<RealCustomer> DirectoryStore::real_customers() {
  return read_customers(session_, std::string(kRealCustomers) + " order by d.id", {{"company", company_}});
}

std::vector<Id> DirectoryStore::customers_named(const std::string& name) {
  std::vector<Id> ids;
  for (const auto& customer :
       read_customers(session_, std::string(kRealCustomers) + " and d.name = :name order by d.id",
                      {{"company", company_}, {"name", name}})) {
    ids.push_back(customer.id);
  }
  return ids;
}

bool DirectoryStore::is_stand_in(Id customer) {
  return session_
      .first<Id>("select id from erp_customer where company_id = :company and id = :id and is_stand_in = 1",
                 {{"company", company_}, {"id", customer}})
      .has_value();
}

std::optional<Id> DirectoryStore::customer_of_contact(Id id) {
  const auto found = session_.first<Id>("select customer_id from erp_contact where company_id = :company and id = :id",
                                        {{"company", company_}, {"id", id}});
  return found ? std::optional<Id>(std::get<0>(*found)) : std::nullopt;
}

Id DirectoryStore::customer_of_project(Id project) {
  const auto found = session_.first<Id>(
      "select coalesce(c.merged_into, c.id) from erp_project p join erp_customer c on c.company_id = p.company_id and "
      "c.id = p.customer_id where p.company_id = :company and p.id = :id",
      {{"company", company_}, {"id", project}});
  return found ? std::get<0>(*found) : 0;
}

Id DirectoryStore::customer_of_document(const std::string& kind, Id document) {
  const auto found = session_.first<Id>(
      kind == "order" ? "select customer_id from erp_order where company_id = :company and id = :id"
                      : "select customer_id from erp_invoice where company_id = :company and id = :id",
      {{"company", company_}, {"id", document}});
  return found ? std::get<0>(*found) : 0;
}

bool DirectoryStore::has_line(const std::string& kind, Id document, Id line) {
  return session_
      .first<Id>(
          kind == "order"
              ? "select id from erp_order_line where company_id = :company and order_id = :document and id = :id"
              : "select id from erp_invoice_line where company_id = :company and invoice_id = :document and id = :id",
          {{"company", company_}, {"document", document}, {"id", line}})
      .has_value();
}

}  // namespace sales_leads::store
