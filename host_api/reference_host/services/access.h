// SPDX-License-Identifier: Apache-2.0
//
// Who may do what: permissions of callers, passwords (argon2id), sessions (stored hashed).
//
// Threads: any, with a session of its own. Errors: HostError(ERP_PERMISSION) names the permission.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/unit.h"

namespace erp::host::access {

/// The operator may do everything, the system nothing of a user's, a user what a role grants in the company.
bool may(Db& db, const Caller& caller, std::string_view permission);
void require(Db& db, const Caller& caller, std::string_view permission);

/// Adds a module's defaults for the host's roles; what an operator has taken away stays away.
void grant_defaults(Db& db, const std::map<std::string, std::vector<std::string>>& by_role);

std::string hash_password(const std::string& password);
/// The user behind login and password. An unknown login costs the same work as a wrong password.
std::optional<std::int64_t> authenticate(Db& db, std::string_view login, std::string_view password);

std::string start_session(Db& db, std::int64_t user, std::int64_t now_us);
std::optional<Caller> session_caller(Db& db, std::string_view token, std::int64_t now_us);
void end_session(Db& db, std::string_view token);

/// The user with that login, for the command line.
std::optional<std::int64_t> user_of_login(Db& db, std::string_view login);

}  // namespace erp::host::access
