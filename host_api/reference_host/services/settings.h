// SPDX-License-Identifier: Apache-2.0
//
// The company, its currency rates, users and roles: one function per action; and who may log in.
//
// Threads: the unit's. Errors: HostError.
#pragma once

#include "services/input.h"
#include "services/unit.h"

namespace erp::host::settings {

/// Creates the company and the built-in roles when they are missing; writes nothing otherwise.
void ensure_defaults(Base& base, std::int64_t company);

json::value get_company(Unit& unit, const json::object& input);
json::value update_company(Unit& unit, const json::object& input);
/// Gives the company its currency when it has none.
void set_first_currency(Unit& unit, const std::string& currency);
json::value set_rate(Unit& unit, const json::object& input);

json::value create_user(Unit& unit, const json::object& input);
json::value list_users(Unit& unit, const json::object& input);
json::value list_roles(Unit& unit, const json::object& input);
json::value create_role(Unit& unit, const json::object& input);
json::value grant_role(Unit& unit, const json::object& input);

/// A setting of a module, read by it through erp.config/1; null takes it away.
json::value configure_module(Unit& unit, const json::object& input);

json::value list_events(Unit& unit, const json::object& input);

}  // namespace erp::host::settings
