// SPDX-License-Identifier: Apache-2.0
#include "store/customer_extra_store.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "store/opportunity_store.h"
#include "store/same_customers.h"

namespace sales_leads::store {
namespace {

constexpr const char* kColumns =
    "e.customer_id, e.version, e.status_id, e.source_id, e.contact_origin, e.products, e.own_fields";

std::vector<CustomerExtra> read(Session& session, const std::string& sql, const Params& params) {
  std::vector<CustomerExtra> extras;
  for (auto& [customer, version, status, source, origin, products, fields] :
       session.query<Id, std::int64_t, Id, Id, std::string, std::string, std::string>(sql, params)) {
    extras.push_back({customer, customer, version, status, source, origin, products, fields, {}});
  }
  return extras;
}

/// What the customer lacks, from one that was merged into it.
void fill(CustomerExtra& own, const CustomerExtra& other) {
  if (own.status == 0) own.status = other.status;
  if (own.source == 0) own.source = other.source;
  if (own.contact_origin.empty()) own.contact_origin = other.contact_origin;
  if (own.products.empty()) own.products = other.products;
  own.categories.insert(own.categories.end(), other.categories.begin(), other.categories.end());
  std::sort(own.categories.begin(), own.categories.end());
  own.categories.erase(std::unique(own.categories.begin(), own.categories.end()), own.categories.end());
  boost::json::object fields = boost::json::parse(own.own_fields).as_object();
  const boost::json::object more = boost::json::parse(other.own_fields).as_object();
  for (const auto& field : more) {
    if (!fields.contains(field.key())) fields[field.key()] = field.value();
  }
  own.own_fields = boost::json::serialize(fields);
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

CustomerExtra CustomerExtraStore::find(Id customer) { return std::move(whole({customer}).front()); }

std::vector<CustomerExtra> CustomerExtraStore::whole(const std::vector<Id>& customers) {
  const auto standing = SameCustomers(session_, company_).standing_for(customers);
  std::vector<Id> ids;
  for (const auto& [id, into] : standing) ids.push_back(id);
  auto rows = read(session_,
                   std::string("select ") + kColumns + " from sl_customer_extra e where e.company_id = :company and " +
                       session_.in_ids("e.customer_id", "ids") + " order by e.customer_id",
                   {{"company", company_}, {"ids", session_.ids_text(ids)}});
  read_categories(rows);
  // Its own row first, then those of the merged ones in the order of their ids.
  std::stable_partition(rows.begin(), rows.end(), [&](const auto& row) { return standing.at(row.row) == row.row; });
  std::map<Id, CustomerExtra> found;
  for (CustomerExtra& row : rows) {
    row.customer = standing.at(row.row);
    const auto [known, is_first] = found.try_emplace(row.customer, row);
    if (!is_first) fill(known->second, row);
  }
  std::vector<CustomerExtra> extras;
  for (const Id customer : customers) {
    const auto known = found.find(customer);
    CustomerExtra none;
    none.customer = none.row = customer;
    extras.push_back(known == found.end() ? std::move(none) : std::move(known->second));
  }
  return extras;
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
  // A merged customer's row is told as that of the one that took its place, which stands by itself where it has its
  // own.
  sql +=
      " and not exists (select 1 from erp_customer m join sl_customer_extra s on s.company_id = m.company_id and "
      "s.customer_id = m.merged_into where m.company_id = e.company_id and m.id = e.customer_id) and not exists "
      "(select "
      "1 from erp_customer m join erp_customer f on f.company_id = m.company_id and f.merged_into = m.merged_into and "
      "f.id < m.id join sl_customer_extra s on s.company_id = f.company_id and s.customer_id = f.id where m.company_id "
      "= "
      "e.company_id and m.id = e.customer_id)";
  const auto rows = read(session_, sql + " order by e.customer_id limit :count", params);
  std::vector<Id> ids;
  for (const CustomerExtra& row : rows) ids.push_back(row.row);
  const auto survivors = SameCustomers(session_, company_).survivors(ids);
  for (Id& id : ids) id = survivors.at(id);
  return whole(ids);
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
    update.emplace_back("row", extra.row);
    if (session_.execute("update sl_customer_extra set customer_id = :customer, version = version + 1, status_id = "
                         ":status, source_id = :source, "
                         "contact_origin = :origin, products = :products, own_fields = :fields, changed_at = :at, "
                         "changed_by = :by where company_id = :company and customer_id = :row and "
                         "version = :version",
                         update) == 0) {
      return false;
    }
  }
  const auto same = session_.ids_text(SameCustomers(session_, company_).ids({extra.customer}));
  session_.execute("delete from sl_customer_extra where company_id = :company and customer_id <> :customer and " +
                       session_.in_ids("customer_id", "ids"),
                   {{"company", company_}, {"customer", extra.customer}, {"ids", same}});
  session_.execute(
      "delete from sl_customer_category where company_id = :company and " + session_.in_ids("customer_id", "ids"),
      {{"company", company_}, {"ids", same}});
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
      std::string(
          "select o.id, o.title, o.rejection_id, o.rejection_note, o.actual_close from sl_opportunity o where "
          "o.company_id = :company and o.status = 'lost' and o.archived = 0 and ") +
      session_.in_ids("o.customer_id", "customers");
  Params params{{"company", company_},
                {"customers", session_.ids_text(SameCustomers(session_, company_).ids({customer}))}};
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

std::vector<CustomerExtraStore::Marked> CustomerExtraStore::marked() {
  std::vector<Marked> marked;
  std::map<Id, Id> of_merged;  // survivor -> status; it holds until the survivor has a status of its own
  for (const auto& [id, into, status] : session_.query<Id, Id, Id>(
           "select e.customer_id, coalesce(c.merged_into, e.customer_id), e.status_id from sl_customer_extra e join "
           "sl_list_entry l on l.id = e.status_id and l.company_id = e.company_id left join erp_customer c on "
           "c.company_id "
           "= e.company_id and c.id = e.customer_id where e.company_id = :company and l.effect <> 'none' order by "
           "e.customer_id",
           {{"company", company_}})) {
    if (id == into) marked.push_back({id, status});
    if (id != into) of_merged.try_emplace(into, status);
  }
  std::vector<Id> survivors;
  for (const auto& [id, status] : of_merged) survivors.push_back(id);
  if (survivors.empty()) return marked;
  for (const CustomerExtra& extra : whole(survivors)) {
    if (extra.status == of_merged.at(extra.customer)) marked.push_back({extra.customer, extra.status});
  }
  return marked;
}

}  // namespace sales_leads::store
