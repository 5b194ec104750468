// SPDX-License-Identifier: Apache-2.0
//
// What a module may connect with. On PostgreSQL a role of its own that may read the views erp_* and owns one schema,
// and nothing else; its name comes from module and database, its password is random and stands in a table that it
// cannot read. On SQLite, which knows no roles, the same file and a prefix for the module's tables.
//
// Threads and processes: two starters at once are safe. Errors: HostError; PERMISSION when the host's own role may not
// create roles.
#pragma once

#include <string>

#include "database/sql.h"

namespace erp::host {

struct ModuleAccess {
  std::string connection, schema, prefix;
};

ModuleAccess prepare_module_access(Db& db, const DatabaseAddress& address, const std::string& module);

/// "sales_leads" and "erp" give "sales_leads_erp"; what is too long or unusual ends in a hash. Public for its test.
std::string module_role_name(const std::string& module, const std::string& database);

}  // namespace erp::host
