// SPDX-License-Identifier: Apache-2.0
#include "store/customer_extra_store.h"

#include <map>

#include "store/opportunity_store.h"

namespace sales_leads::store {
namespace {

constexpr const char* kColumns =
    "e.customer_id, e.version, e.status_id, e.source_id, e.contact_origin, e.products, e.own_fields";

std::vector<CustomerExtra> read(Session& session, const std::string& sql, const Params& params) {
  std::vector<CustomerExtra> extras;
  for (auto& [customer, version, status, source, origin, products, fields] :
       session.query<Id, std::int64_t, Id, Id, std::string, std::string, std::string>(sql, params)) {
    extras.push_back({customer, version, status, source, origin, products, fields, {}});
  }
  return extras;
}

}  // namespace

void CustomerExtraStore::read_categories(std::vector<CustomerExtra>& extras) {
  if (extras.empty()) return;
  std::map<Id, CustomerExtra*> by_customer;
  std::vector<Id> ids;
  for (auto& extra : extras) {
    by_customer[extra.customer] = &extra;
    ids.push_back(extra.customer);
  }
  for (const auto& [customer, category] : session_.query<Id, Id>(
           "select c.customer_id, c.category_id from sl_customer_category c where c.company_id = :company and " +
               session_.in_ids("c.customer_id", "ids") + " order by c.customer_id, c.category_id",
           {{"company", company_}, {"ids", session_.ids_text(ids)}})) {
    by_customer[customer]->categories.push_back(category);
  }
}

CustomerExtra CustomerExtraStore::find(Id customer) {
  auto found = read(session_,
                    std::string("select ") + kColumns +
                        " from sl_customer_extra e where e.company_id = :company and e.customer_id = :customer",
                    {{"company", company_}, {"customer", customer}});
  if (found.empty()) {
    CustomerExtra none;
    none.customer = customer;
    return none;
  }
  read_categories(found);
  return std::move(found.front());
}

std::vector<CustomerExtra> CustomerExtraStore::list(const CustomerExtraFilter& filter) {
  std::string sql = std::string("select ") + kColumns +
                    " from sl_customer_extra e where e.company_id = :company and e.customer_id > :after";
  Params params{{"company", company_}, {"after", filter.after}, {"count", filter.limit}};
  if (filter.status != 0) {
    sql += " and e.status_id = :status";
    params.emplace_back("status", filter.status);
  }
  if (filter.source != 0) {
    sql += " and e.source_id = :source";
    params.emplace_back("source", filter.source);
  }
  if (filter.category != 0) {
    sql +=
        " and exists (select 1 from sl_customer_category c where c.company_id = e.company_id and c.customer_id = "
        "e.customer_id and c.category_id = :category)";
    params.emplace_back("category", filter.category);
  }
  auto extras = read(session_, sql + " order by e.customer_id limit :count", params);
  read_categories(extras);
  return extras;
}

bool CustomerExtraStore::put(const CustomerExtra& extra, Stamp stamp) {
  const Params params{{"company", company_},
                      {"customer", extra.customer},
                      {"status", extra.status},
                      {"source", extra.source},
                      {"origin", extra.contact_origin},
                      {"products", extra.products},
                      {"fields", extra.own_fields},
                      {"at", stamp.at},
                      {"by", stamp.by}};
  if (extra.version == 0) {
    if (session_.execute(
            "insert into sl_customer_extra (company_id, customer_id, status_id, source_id, contact_origin, "
            "products, own_fields, created_at, created_by, changed_at, changed_by) values (:company, "
            ":customer, :status, :source, :origin, :products, :fields, :at, :by, :at, :by) on conflict do "
            "nothing",
            params) == 0) {
      return false;
    }
  } else {
    Params update = params;
    update.emplace_back("version", extra.version);
    if (session_.execute(
            "update sl_customer_extra set version = version + 1, status_id = :status, source_id = :source, "
            "contact_origin = :origin, products = :products, own_fields = :fields, changed_at = :at, "
            "changed_by = :by where company_id = :company and customer_id = :customer and "
            "version = :version",
            update) == 0) {
      return false;
    }
  }
  session_.execute("delete from sl_customer_category where company_id = :company and customer_id = :customer",
                   {{"company", company_}, {"customer", extra.customer}});
  for (const Id category : extra.categories) {
    session_.execute(
        "insert into sl_customer_category (company_id, customer_id, category_id) values (:company, :customer, "
        ":category) on conflict do nothing",
        {{"company", company_}, {"customer", extra.customer}, {"category", category}});
  }
  return true;
}

std::optional<LastLost> CustomerExtraStore::last_lost(Id customer, const std::optional<std::vector<Id>>& seen_by) {
  std::string sql =
      "select o.id, o.title, o.rejection_id, o.rejection_note, o.actual_close from sl_opportunity o where "
      "o.company_id = :company and o.customer_id = :customer and o.status = 'lost' and o.archived = 0";
  Params params{{"company", company_}, {"customer", customer}};
  if (seen_by) {
    sql += " and " + own_condition(session_, "o");
    params.emplace_back("them", session_.ids_text(*seen_by));
  }
  const auto found = session_.first<Id, std::string, Id, std::string, std::optional<std::int64_t>>(
      sql + " order by coalesce(o.actual_close, 0) desc, o.id desc limit 1", params);
  if (!found) return std::nullopt;
  const auto& [id, title, rejection, note, on] = *found;
  return LastLost{id, title, rejection, note, on};
}

std::vector<CustomerExtraStore::Marked> CustomerExtraStore::marked(Id customer) {
  std::string sql =
      "select e.customer_id, e.status_id from sl_customer_extra e join sl_list_entry l on l.id = e.status_id and "
      "l.company_id = e.company_id where e.company_id = :company and l.effect <> 'none'";
  Params params{{"company", company_}};
  if (customer != 0) {
    sql += " and e.customer_id = :customer";
    params.emplace_back("customer", customer);
  }
  std::vector<Marked> marked;
  for (const auto& [id, status] : session_.query<Id, Id>(sql + " order by e.customer_id", params)) {
    marked.push_back({id, status});
  }
  return marked;
}

}  // namespace sales_leads::store
