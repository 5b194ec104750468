// SPDX-License-Identifier: Apache-2.0
//
// An add-on archive, NAME-VERSION.erpmod: a ZIP with manifest.yaml, library, schemas, views, CHECKSUMS (sha256sum's
// form) and CHECKSUMS.minisig.
//
//   unpack_addon(file, trusted_keys(folders), staging);   // nothing of it is written before all of it is verified
//
// Threads: one. Errors: HostError with the file of the archive that is at fault; the target folder is then not there.
#pragma once

#include <filesystem>
#include <vector>

#include "addons/signature.h"

namespace erp::host {

/// Verifies signature and checksums of every file, and that there is no other; then unpacks into `target`, which must
/// not be there yet.
void unpack_addon(const std::filesystem::path& file, const std::vector<PublicKey>& keys,
                  const std::filesystem::path& target);

}  // namespace erp::host
