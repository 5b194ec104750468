// SPDX-License-Identifier: Apache-2.0
//
// Looks at a module's files before any of their code is mapped: may others change them, is it a library for this
// machine. Threads: any. Errors: HostError whose message begins with the path and says what to do.
#pragma once

#include <filesystem>

namespace erp::host {

/// The folder, absolute and with symbolic links resolved. Refuses a relative path, one that is missing, and one that
/// every user of the machine could replace: itself or a folder above it is writable for all (but for sticky ones,
/// /tmp).
[[nodiscard]] std::filesystem::path trusted_folder(const std::filesystem::path& folder);

/// Refuses a file that every user of the machine may write to.
void expect_trusted_file(const std::filesystem::path& file);

/// Refuses what is missing, not an ELF shared object, cut short, or built for another machine.
void expect_library(const std::filesystem::path& file);

}  // namespace erp::host
