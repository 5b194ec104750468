// SPDX-License-Identifier: Apache-2.0
#include "services/directory.h"

#include "services/records.h"

namespace erp::host::directory {

namespace {

using OptionalText = std::optional<std::string>;
using OptionalId = std::optional<std::int64_t>;

json::value created(std::int64_t id, const std::string& number) {
  return json::object{{"id", id}, {"version", 1}, {"number", number}};
}

std::string required_name(const json::object& input, std::string_view entity) {
  std::string name = required_text(input, "name");
  if (name.find_first_not_of(" \t") == std::string::npos) {
    refuse(ERP_INVALID_ARGUMENT, std::string(entity) + ".name.invalid", "name is empty. Give the name to show.");
  }
  return name;
}

struct CustomerState {
  std::string state;
  OptionalId merged_into;
  std::int64_t version = 0;
};

CustomerState locked_customer(Unit& unit, std::int64_t id, std::string_view name) {
  auto found = unit.db().row<std::string, OptionalId, std::int64_t>(
      std::string("select state, merged_into, row_version from host_customer where id = ? and company_id = ?") +
          unit.db().for_update(),
      {id, unit.company_id()});
  if (!found) {
    refuse(ERP_NOT_FOUND, "customer.not_found",
           std::string(name) + " " + std::to_string(id) +
               ": there is no such customer in this company. See customer.list.");
  }
  auto& [state, merged, version] = *found;
  return {std::move(state), merged, version};
}

}  // namespace

json::value create_customer(Unit& unit, const json::object& input) {
  const std::string name = required_name(input, "customer");
  const std::string number = number_for(unit, "customer", text_of(input, "number"));
  const std::int64_t id = unit.new_id("customer");
  unit.db().exec(
      "insert into host_customer (id, company_id, number, name, organisation_number, country, merged_into, "
      "is_stand_in, "
      "state, row_version) values (?, ?, ?, ?, ?, ?, null, ?, 'active', 1)",
      {id, unit.company_id(), number, name, text_of(input, "organisation_number"), text_of(input, "country"),
       flag_of(input, "is_stand_in").value_or(false)});
  unit.raise(Topic::customer, "customer.changed", id, "", "active");
  if (const json::array* contacts = array_of(input, "contacts")) {
    for (const json::value& contact : *contacts) {
      json::object with_customer = contact.as_object();
      with_customer["customer"] = id;
      create_contact(unit, with_customer);
    }
  }
  return created(id, number);
}

json::value get_customer(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id");
  auto found = read(unit, "customer", id);
  if (!found) {
    refuse(ERP_NOT_FOUND, "customer.not_found",
           "id " + std::to_string(id) + ": there is no such customer in this company. See customer.list.");
  }
  (*found)["version"] = (*found)["row_version"];
  json::array contacts;
  for (auto& [contact, name, email, phone] : unit.db().rows<std::int64_t, std::string, OptionalText, OptionalText>(
           "select id, name, email, phone from host_contact where customer_id = ? order by id", {id})) {
    contacts.push_back(
        {{"id", contact}, {"name", name}, {"email", optional_json(email)}, {"phone", optional_json(phone)}});
  }
  (*found)["contacts"] = std::move(contacts);
  return *found;
}

json::value list_customers(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  json::array rows;
  json::value next(nullptr);
  const std::string text = text_of(input, "text").value_or("");
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  pattern += '%';
  for (auto& [id, number, name, organisation, country, merged, stand_in, state, version] :
       unit.db()
           .rows<std::int64_t, std::string, std::string, OptionalText, OptionalText, OptionalId, std::int64_t,
                 std::string, std::int64_t>("select id, number, name, organisation_number, country, merged_into, "
                                            "is_stand_in, state, row_version from "
                                            "host_customer where company_id = ? and id > ? and (lower(name) like "
                                            "lower(?) escape '\\' or number like ? "
                                            "escape '\\') order by id limit ?",
                                            {unit.company_id(), page.after, pattern, pattern, page.limit})) {
    rows.push_back({{"id", id},
                    {"version", version},
                    {"number", number},
                    {"name", name},
                    {"organisation_number", optional_json(organisation)},
                    {"country", optional_json(country)},
                    {"merged_into", optional_json(merged)},
                    {"is_stand_in", stand_in != 0},
                    {"state", state}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = id;
  }
  return json::object{{"customers", std::move(rows)}, {"next", std::move(next)}};
}

json::value merge_customer(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id");
  const CustomerState from = locked_customer(unit, id, "id");
  check_version(input, "customer", id, from.version);
  if (from.merged_into) {
    refuse(ERP_WRONG_STATE, "customer.merged",
           naming("customer", id) + " was merged into customer " + std::to_string(*from.merged_into) +
               " already. Merge that one instead.");
  }
  const std::int64_t given = required_integer(input, "into");
  locked_customer(unit, given, "into");
  const std::int64_t into = usable_customer(unit, given, "into");
  if (into == id) {
    refuse(ERP_INVALID_ARGUMENT, "customer.into.invalid",
           "into " + std::to_string(given) + " is the same customer as id. Name another.");
  }
  // Whoever pointed at this one points at the last one from now on.
  unit.db().exec("update host_customer set merged_into = ?, row_version = row_version + 1 where merged_into = ?",
                 {into, id});
  unit.db().exec("update host_customer set merged_into = ?, row_version = row_version + 1 where id = ?", {into, id});
  unit.raise(Topic::customer, "customer.merged", id, "active", "merged");
  unit.raise(Topic::customer, "customer.changed", into, "active", "active");
  return json::object{{"id", id}, {"version", from.version + 1}, {"merged_into", into}};
}

json::value delete_customer(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id");
  const CustomerState customer = locked_customer(unit, id, "id");
  check_version(input, "customer", id, customer.version);
  if (customer.state == "deleted") {
    refuse(ERP_WRONG_STATE, "customer.deleted", naming("customer", id) + " is deleted already.");
  }
  if (const auto open = unit.db().row<std::string>("select number from host_order where customer_id = ? and state in "
                                                   "('offer', 'draft') union all select number from "
                                                   "host_invoice where customer_id = ? and state = 'draft' limit 1",
                                                   {id, id})) {
    refuse(ERP_WRONG_STATE, "customer.in_use",
           naming("customer", id) + " still has the unfinished document " + std::get<0>(*open) +
               ". Finish or delete it, or merge the customer into another.");
  }
  unit.db().exec("update host_customer set state = 'deleted', row_version = row_version + 1 where id = ?", {id});
  unit.raise(Topic::customer, "customer.deleted", id, "active", "deleted");
  return json::object{{"id", id}, {"version", customer.version + 1}, {"state", "deleted"}};
}

json::value create_contact(Unit& unit, const json::object& input) {
  const std::int64_t customer = usable_customer(unit, required_integer(input, "customer"), "customer");
  const std::string name = required_name(input, "contact");
  const std::int64_t id = unit.new_id("contact");
  unit.db().exec(
      "insert into host_contact (id, company_id, customer_id, name, email, phone, row_version) values (?, ?, ?, ?, ?, "
      "?, 1)",
      {id, unit.company_id(), customer, name, text_of(input, "email"), text_of(input, "phone")});
  unit.raise(Topic::customer, "customer.changed", customer, "active", "active");
  return json::object{{"id", id}, {"version", 1}};
}

json::value create_project(Unit& unit, const json::object& input) {
  OptionalId customer = integer_of(input, "customer");
  if (customer) customer = usable_customer(unit, *customer, "customer");
  const std::string name = required_name(input, "project");
  const std::string number = number_for(unit, "project", text_of(input, "number"));
  const std::int64_t id = unit.new_id("project");
  unit.db().exec(
      "insert into host_project (id, company_id, number, name, customer_id, state, row_version) values (?, ?, ?, ?, ?, "
      "'open', 1)",
      {id, unit.company_id(), number, name, customer});
  unit.raise(Topic::project, "project.changed", id, "", "open");
  return created(id, number);
}

json::value list_projects(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  json::array rows;
  json::value next(nullptr);
  for (auto& [id, number, name, customer, state, version] :
       unit.db().rows<std::int64_t, std::string, std::string, OptionalId, std::string, std::int64_t>(
           "select id, number, name, customer_id, state, row_version from host_project where company_id = ? and id > ? "
           "order "
           "by id limit ?",
           {unit.company_id(), page.after, page.limit})) {
    rows.push_back({{"id", id},
                    {"version", version},
                    {"number", number},
                    {"name", name},
                    {"customer", optional_json(customer)},
                    {"state", state}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = id;
  }
  return json::object{{"projects", std::move(rows)}, {"next", std::move(next)}};
}

json::value create_employee(Unit& unit, const json::object& input) {
  const OptionalId manager = integer_of(input, "manager");
  if (manager) require_employee(unit, *manager, "manager");
  const std::string name = required_name(input, "employee");
  const std::string number = number_for(unit, "employee", text_of(input, "number"));
  const std::int64_t id = unit.new_id("employee");
  unit.db().exec(
      "insert into host_employee (id, company_id, number, name, user_id, manager_id, state, row_version) values (?, ?, "
      "?, ?, "
      "null, ?, 'active', 1)",
      {id, unit.company_id(), number, name, manager});
  unit.raise(Topic::employee, "employee.changed", id, "", "active");
  return created(id, number);
}

json::value list_employees(Unit& unit, const json::object& input) {
  const Page page = page_of(input);
  json::array rows;
  json::value next(nullptr);
  for (auto& [id, number, name, user, manager, state, version] :
       unit.db().rows<std::int64_t, std::string, std::string, OptionalId, OptionalId, std::string, std::int64_t>(
           "select id, number, name, user_id, manager_id, state, row_version from host_employee where company_id = ? "
           "and id > "
           "? order by id limit ?",
           {unit.company_id(), page.after, page.limit})) {
    rows.push_back({{"id", id},
                    {"version", version},
                    {"number", number},
                    {"name", name},
                    {"user", optional_json(user)},
                    {"manager", optional_json(manager)},
                    {"state", state}});
    if (static_cast<std::int64_t>(rows.size()) == page.limit) next = id;
  }
  return json::object{{"employees", std::move(rows)}, {"next", std::move(next)}};
}

}  // namespace erp::host::directory
