// SPDX-License-Identifier: Apache-2.0
//
// A file as a reader of rows: .xlsx by its first bytes, else text in the profile's encoding, or in the one that the
// file is found to have. One thread. Errors: HostError "import.file.*", "import.xlsx.*", "import.encoding".
#pragma once

#include <filesystem>
#include <memory>

#include "import/csv_reader.h"
#include "import/profile.h"

namespace erp::host::import {

/// `encoding`: instead of the profile's; "" = the profile's.
std::unique_ptr<TableReader> open_table(const std::filesystem::path& file, const Profile& profile,
                                        const std::string& encoding);

}  // namespace erp::host::import
