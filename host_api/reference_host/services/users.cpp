// SPDX-License-Identifier: Apache-2.0
#include "services/access.h"
#include "services/records.h"
#include "services/settings.h"

namespace erp::host::settings {

namespace {

constexpr std::string_view kReads[] = {"host.company.view",  "host.customer.view", "host.project.view",
                                       "host.employee.view", "host.rate.view",     "host.order.view",
                                       "host.invoice.view"};
struct Role {
  std::string_view name, title;
  std::vector<std::string_view> beside_reading;
};

const std::vector<Role>& built_in_roles() {
  static const std::vector<Role> all{
      {"administrator",
       "Administrator",
       {"host.company.change", "host.customer.change", "host.project.change", "host.employee.change",
        "host.rate.change", "host.order.change", "host.invoice.change", "host.user.view", "host.user.change",
        "host.event.view", "host.preference.share"}},
      {"sales_manager",
       "Sales manager",
       {"host.customer.change", "host.project.change", "host.order.change", "host.invoice.change", "host.rate.change",
        "host.event.view", "host.preference.share"}},
      {"seller", "Seller", {"host.customer.change", "host.project.change", "host.order.change"}},
      {"marketing", "Marketing", {"host.customer.change"}},
      {"reader", "Reader", {}},
  };
  return all;
}

}  // namespace

void ensure_defaults(Base& base, std::int64_t company) {
  {
    const Pool::Lease db = base.pool.lease();
    const auto roles = db->value<std::int64_t>("select count(*) from host_role");
    const bool known = db->row<std::int64_t>("select id from host_company where id = ?", {company}).has_value();
    if (known && roles >= static_cast<std::int64_t>(built_in_roles().size())) return;
  }
  Caller system;
  system.company = company;
  Unit unit(base, system, Transaction::Mode::write);
  Db& db = unit.db();
  db.exec(
      "insert into host_company (id, name, currency, time_zone, fiscal_year_start_month, row_version) values (?, ?, "
      "'', "
      "'UTC', 1, 1) on conflict (id) do nothing",
      {company, "Company " + std::to_string(company)});
  for (const Role& role : built_in_roles()) {
    db.exec("insert into host_role (name, title) values (?, ?) on conflict (name) do nothing", {role.name, role.title});
    std::vector<std::string> permissions(std::begin(kReads), std::end(kReads));
    permissions.insert(permissions.end(), role.beside_reading.begin(), role.beside_reading.end());
    access::grant_defaults(db, {{std::string(role.name), permissions}});
  }
  unit.commit();
}

json::value create_user(Unit& unit, const json::object& input) {
  const std::string login = required_text(input, "login");
  const std::string password = required_text(input, "password");
  if (login.empty())
    refuse(ERP_INVALID_ARGUMENT, "user.login.invalid", "login is empty. Give the name to log in with.");
  if (password.size() < 8) {
    refuse(ERP_INVALID_ARGUMENT, "user.password.invalid", "password has fewer than 8 characters. Give a longer one.");
  }
  if (unit.db().row<std::int64_t>("select id from host_user where login = ?", {login})) {
    refuse(ERP_CONFLICT, "user.login.taken", "login \"" + login + "\" is taken. Give another.");
  }
  const auto employee = integer_of(input, "employee");
  if (employee) require_employee(unit, *employee, "employee");
  const std::int64_t id = unit.new_id("user");
  unit.db().exec(
      "insert into host_user (id, login, password_hash, name, state, company_id, employee_id, row_version) values (?, "
      "?, ?, "
      "?, 'active', ?, ?, 1)",
      {id, login, access::hash_password(password), required_text(input, "name"), unit.company_id(), employee});
  if (employee) {
    unit.db().exec("update host_employee set user_id = ?, row_version = row_version + 1 where id = ?", {id, *employee});
    unit.raise(Topic::employee, "employee.changed", *employee, "active", "active");
  }
  if (const json::array* roles = array_of(input, "roles")) {
    for (const json::value& role : *roles) {
      const std::string name(role.as_string());
      if (!unit.db().row<std::string>("select name from host_role where name = ?", {name})) {
        refuse(ERP_INVALID_ARGUMENT, "user.roles.invalid",
               "roles holds \"" + name + "\", which is no role. See role.list.");
      }
      unit.db().exec(
          "insert into host_user_role (user_id, company_id, role) values (?, ?, ?) on conflict (user_id, "
          "company_id, role) do nothing",
          {id, unit.company_id(), name});
    }
  }
  return json::object{{"id", id}, {"version", 1}};
}

json::value list_users(Unit& unit, const json::object&) {
  json::array rows;
  for (auto& [id, login, name, employee, state, version] :
       unit.db().rows<std::int64_t, std::string, std::string, std::optional<std::int64_t>, std::string, std::int64_t>(
           "select id, login, name, employee_id, state, row_version from host_user where company_id = ? order by id",
           {unit.company_id()})) {
    json::array roles;
    for (auto& [role] : unit.db().rows<std::string>(
             "select role from host_user_role where user_id = ? and company_id = ? order by role",
             {id, unit.company_id()})) {
      roles.emplace_back(role);
    }
    rows.push_back({{"id", id},
                    {"version", version},
                    {"login", login},
                    {"name", name},
                    {"employee", optional_json(employee)},
                    {"state", state},
                    {"roles", std::move(roles)}});
  }
  return json::object{{"users", std::move(rows)}};
}

json::value list_roles(Unit& unit, const json::object&) {
  json::array rows;
  for (auto& [name, title] :
       unit.db().rows<std::string, std::string>("select name, title from host_role order by name")) {
    json::array permissions;
    for (auto& [permission] : unit.db().rows<std::string>(
             "select permission from host_role_permission where role = ? and granted = 1 order by permission",
             {name})) {
      permissions.emplace_back(permission);
    }
    rows.push_back({{"name", name}, {"title", title}, {"permissions", std::move(permissions)}});
  }
  return json::object{{"roles", std::move(rows)}};
}

json::value create_role(Unit& unit, const json::object& input) {
  const std::string name = required_text(input, "name");
  if (unit.db().exec("insert into host_role (name, title) values (?, ?) on conflict (name) do nothing",
                     {name, required_text(input, "title")}) == 0) {
    refuse(ERP_CONFLICT, "role.name.taken",
           "name \"" + name + "\" is a role already. Give another, or use role.grant.");
  }
  return json::object{{"name", name}};
}

json::value grant_role(Unit& unit, const json::object& input) {
  const std::string role = required_text(input, "role");
  const std::string permission = required_text(input, "permission");
  const json::value* given = input.if_contains("granted");
  const bool granted = given == nullptr || given->as_bool();
  if (!unit.db().row<std::string>("select name from host_role where name = ?", {role})) {
    refuse(ERP_NOT_FOUND, "role.not_found", "role \"" + role + "\" is no role. See role.list.");
  }
  // A permission that was taken away stays written down, so that a module's defaults do not bring it back.
  unit.db().exec(
      "insert into host_role_permission (role, permission, granted) values (?, ?, ?) on conflict (role, permission) do "
      "update set granted = excluded.granted",
      {role, permission, static_cast<std::int64_t>(granted ? 1 : 0)});
  return json::object{{"role", role}, {"permission", permission}, {"granted", granted}};
}

}  // namespace erp::host::settings
