// SPDX-License-Identifier: Apache-2.0
//
// Signatures of minisign (Ed25519 over BLAKE2b): who vouches for an add-on.
//
//   verify_signature(text, signature_file_text, trusted_keys(folder), "sales_leads-1.0.0.erpmod");
//
// Threads: any; pure but for reading keys. Errors: HostError(ERP_PERMISSION, "addon.signature…" or "addon.key…"), each
// with what to do. Ownership: plain values.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace erp::host {

struct PublicKey {
  std::array<unsigned char, 8> id{};
  std::array<unsigned char, 32> key{};
};

/// A file that `minisign -G` wrote; HostError INVALID_ARGUMENT when it is none.
[[nodiscard]] PublicKey read_public_key(const std::filesystem::path& file);
/// Every *.pub in the folders; a folder that others may write to is refused.
[[nodiscard]] std::vector<PublicKey> trusted_keys(const std::vector<std::filesystem::path>& folders);
/// "RWQ…"-style id as minisign prints it: sixteen hexadecimal digits.
[[nodiscard]] std::string key_id(const std::array<unsigned char, 8>& id);

/// Returns when one of the keys signed the text, and its trusted comment with it.
void verify_signature(std::string_view text, const std::string& signature, const std::vector<PublicKey>& keys,
                      const std::string& name);

}  // namespace erp::host
