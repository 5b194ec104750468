// SPDX-License-Identifier: Apache-2.0
//
// Customers, contacts, projects, employees: one function per action, JSON in and out.
//
// Threads: the unit's. Errors: HostError.
#pragma once

#include "services/input.h"
#include "services/unit.h"

namespace erp::host::directory {

json::value create_customer(Unit& unit, const json::object& input);
json::value update_customer(Unit& unit, const json::object& input);
json::value update_contact(Unit& unit, const json::object& input);
json::value update_project(Unit& unit, const json::object& input);
json::value update_employee(Unit& unit, const json::object& input);
json::value get_customer(Unit& unit, const json::object& input);
json::value list_customers(Unit& unit, const json::object& input);
json::value merge_customer(Unit& unit, const json::object& input);
json::value delete_customer(Unit& unit, const json::object& input);
json::value create_contact(Unit& unit, const json::object& input);
json::value create_project(Unit& unit, const json::object& input);
json::value list_projects(Unit& unit, const json::object& input);
json::value create_employee(Unit& unit, const json::object& input);
json::value list_employees(Unit& unit, const json::object& input);

/// A record as the views show it; nothing for an unknown id. Kinds as in erp.directory/1.
std::optional<json::object> read(Unit& unit, std::string_view kind, std::int64_t id);
/// Ids of at most `limit` records whose name or number begins with the text, by name.
std::vector<std::int64_t> search(Unit& unit, std::string_view kind, std::string_view text, std::int64_t limit);

}  // namespace erp::host::directory
