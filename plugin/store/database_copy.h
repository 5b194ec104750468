// SPDX-License-Identifier: Apache-2.0
//
// A copy of the SQLite database beside itself, made before a migration changes it: "erp.db.sales_leads-0012.copy" is
// the database as it was when the module's tables were at migration 12. Taken with SQLite's backup interface, so it is
// whole whatever other processes do meanwhile; written under another name, flushed and renamed, so a copy that has its
// name is complete. The newest three are kept.
//
// Putting one back: stop every process, copy it over erp.db, remove erp.db-wal and erp.db-shm, install the module's
// older version.
//
// Threads: any; the caller holds the write lock, so that nothing is committed between copy and migration. Errors:
// Failure(unavailable): "migration.copy_full" when there is no room, else "migration.copy". Nothing is left then.
#pragma once

#include <filesystem>

#include "store/session.h"

namespace sales_leads::store {

/// Answers where the copy lies. Nothing to do on PostgreSQL, which has its own means: "".
std::filesystem::path copy_before_migration(const DatabaseInfo& info, std::int32_t at);

}  // namespace sales_leads::store
