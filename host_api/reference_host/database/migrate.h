// SPDX-License-Identifier: Apache-2.0
//
// Brings the database to this program's schema: numbered texts, each in its own transaction, each with its checksum.
//
// Threads and processes: two starters at once are safe, the second waits. Errors: HostError: VERSION when the database
// is newer than the program, DATA_LOSS when an applied text is not the one that this program knows.
#pragma once

#include "database/sql.h"

namespace erp::host {

void migrate(Db& db);

/// What migrate() would do, one line per migration, "" when there is nothing. Changes nothing.
std::string migration_plan(Db& db);

/// The parts of a migration that are meant for the backend, one statement each. Public for its test.
std::vector<std::string> statements_of(std::string_view text, Backend backend);

}  // namespace erp::host
