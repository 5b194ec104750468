// SPDX-License-Identifier: Apache-2.0
//
// Changing customers, contacts, projects and employees: the fields that the input names, and nothing else.
#include "services/directory.h"
#include "services/records.h"

namespace erp::host::directory {

namespace {

/// A change as it is collected: "name = ?, country = ?" with its values.
struct Changes {
  std::string sql;
  Args args;
  void set(const char* column, Arg value) {
    sql += (sql.empty() ? "" : ", ") + std::string(column) + " = ?";
    args.push_back(std::move(value));
  }
};

struct Place {
  const char *entity, *table;
  Topic topic;
};
constexpr Place kCustomer{"customer", "host_customer", Topic::customer},
    kContact{"contact", "host_contact", Topic::customer}, kProject{"project", "host_project", Topic::project},
    kEmployee{"employee", "host_employee", Topic::employee};

std::int64_t locked_version(Unit& unit, const Place& place, const json::object& input) {
  const std::int64_t id = required_integer(input, "id");
  const auto found = unit.db().row<std::int64_t>("select row_version from " + std::string(place.table) +
                                                     " where id = ? and company_id = ?" + unit.db().for_update(),
                                                 {id, unit.company_id()});
  if (!found) {
    refuse(ERP_NOT_FOUND, std::string(place.entity) + ".not_found",
           "id " + std::to_string(id) + ": there is no such " + place.entity + " in this company.");
  }
  check_version(input, place.entity, id, std::get<0>(*found));
  return std::get<0>(*found);
}

void set_text(Changes& changes, const Place& place, const json::object& input, const char* field, bool needed) {
  if (!has(input, field)) return;
  const auto text = text_of(input, field);
  if (needed && text.value_or("").find_first_not_of(' ') == std::string::npos) {
    refuse(ERP_INVALID_ARGUMENT, std::string(place.entity) + "." + field + ".invalid",
           std::string(field) + " is empty. Give one, or leave it out to keep the present one.");
  }
  changes.set(field, text);
}

json::value written(Unit& unit, const Place& place, const json::object& input, std::int64_t version, Changes changes) {
  const std::int64_t id = required_integer(input, "id");
  if (changes.sql.empty()) return json::object{{"id", id}, {"version", version}};
  changes.args.emplace_back(id);
  unit.db().exec(
      "update " + std::string(place.table) + " set " + changes.sql + ", row_version = row_version + 1 where id = ?",
      changes.args);
  return json::object{{"id", id}, {"version", version + 1}};
}

std::string state_of(Unit& unit, const Place& place, std::int64_t id) {
  return std::get<0>(
      *unit.db().row<std::string>("select state from " + std::string(place.table) + " where id = ?", {id}));
}

}  // namespace

json::value update_customer(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id"), version = locked_version(unit, kCustomer, input);
  const std::string state = state_of(unit, kCustomer, id);
  if (state == "deleted") refuse(ERP_WRONG_STATE, "customer.deleted", naming("customer", id) + " is deleted.");
  Changes changes;
  set_text(changes, kCustomer, input, "name", true);
  set_text(changes, kCustomer, input, "organisation_number", false);
  set_text(changes, kCustomer, input, "country", false);
  if (const auto stand_in = flag_of(input, "is_stand_in")) changes.set("is_stand_in", *stand_in);
  json::value answer = written(unit, kCustomer, input, version, std::move(changes));
  unit.raise(kCustomer.topic, "customer.changed", id, state, state);
  return answer;
}

json::value update_contact(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id"), version = locked_version(unit, kContact, input);
  Changes changes;
  set_text(changes, kContact, input, "name", true);
  set_text(changes, kContact, input, "email", false);
  set_text(changes, kContact, input, "phone", false);
  json::value answer = written(unit, kContact, input, version, std::move(changes));
  const auto customer = unit.db().value<std::int64_t>("select customer_id from host_contact where id = ?", {id});
  unit.raise(kContact.topic, "customer.changed", customer, "active", "active");
  return answer;
}

json::value update_project(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id"), version = locked_version(unit, kProject, input);
  const std::string before = state_of(unit, kProject, id);
  Changes changes;
  set_text(changes, kProject, input, "name", true);
  if (has(input, "customer")) {
    const auto customer = integer_of(input, "customer");
    changes.set("customer_id", customer ? std::optional(usable_customer(unit, *customer, "customer")) : std::nullopt);
  }
  if (const auto state = text_of(input, "state")) changes.set("state", *state);
  json::value answer = written(unit, kProject, input, version, std::move(changes));
  unit.raise(kProject.topic, "project.changed", id, before, state_of(unit, kProject, id));
  return answer;
}

json::value update_employee(Unit& unit, const json::object& input) {
  const std::int64_t id = required_integer(input, "id"), version = locked_version(unit, kEmployee, input);
  const std::string before = state_of(unit, kEmployee, id);
  Changes changes;
  set_text(changes, kEmployee, input, "name", true);
  if (has(input, "manager")) {
    const auto manager = integer_of(input, "manager");
    if (manager) require_employee(unit, *manager, "manager");
    if (manager == id)
      refuse(ERP_INVALID_ARGUMENT, "employee.manager.invalid",
             "manager " + std::to_string(id) + " is the employee itself. Name another.");
    changes.set("manager_id", manager);
  }
  if (const auto state = text_of(input, "state")) changes.set("state", *state);
  json::value answer = written(unit, kEmployee, input, version, std::move(changes));
  unit.raise(kEmployee.topic, "employee.changed", id, before, state_of(unit, kEmployee, id));
  return answer;
}

}  // namespace erp::host::directory
