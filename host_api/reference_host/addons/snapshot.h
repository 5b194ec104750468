// SPDX-License-Identifier: Apache-2.0
//
// A module's own tables, set aside before an upgrade, put back, exported, or dropped. The host's tables are not
// touched.
//
//   take_snapshot(address, "sales_leads", file);   restore_snapshot(address, "sales_leads", file);
//
// SQLite: a database file beside. PostgreSQL: pg_dump and psql of the module's schema, found in PATH. Threads: one,
// while no host runs on the database. Errors: HostError; restoring is one transaction.
#pragma once

#include <filesystem>
#include <string>

#include "database/sql.h"

namespace erp::host {

void take_snapshot(const DatabaseAddress& address, const std::string& module, const std::filesystem::path& file);
void restore_snapshot(const DatabaseAddress& address, const std::string& module, const std::filesystem::path& file);

/// One TABLE.jsonl a table, a JSON object a row; the folder must not be there yet. Answers the number of rows.
std::int64_t export_tables(const DatabaseAddress& address, const std::string& module,
                           const std::filesystem::path& folder);
void drop_tables(const DatabaseAddress& address, const std::string& module);

}  // namespace erp::host
