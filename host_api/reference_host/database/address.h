// SPDX-License-Identifier: Apache-2.0
//
// Where a data folder's database is: what the options name, else what the folder remembers, else SQLite beside it.
//
// Threads: any. Errors: HostError; an address is remembered only when it could be reached. Ownership: plain values.
#pragma once

#include <filesystem>

#include "app.h"
#include "database/sql.h"

namespace erp::host {

/// The folder with its full path, made when it was missing.
std::filesystem::path prepared_folder(const std::filesystem::path& given);

[[nodiscard]] DatabaseAddress database_address(const Options& options);

}  // namespace erp::host
