// SPDX-License-Identifier: Apache-2.0
#include "addons/signature.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "app.h"
#include "modules/library_file.h"

namespace erp::host {
namespace {

constexpr std::string_view kTrusted = "trusted comment: ";

template <std::size_t kSize>
bool from_base64(const std::string& text, std::array<unsigned char, kSize>& out) {
  std::size_t length = 0;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), "\r", &length, nullptr,
                           sodium_base64_VARIANT_ORIGINAL) == 0 &&
         length == kSize;
}

}  // namespace

PublicKey read_public_key(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string comment, line;
  std::getline(in, comment);
  std::getline(in, line);
  std::array<unsigned char, 42> bytes{};
  if (!from_base64(line, bytes) || bytes[0] != 'E' || bytes[1] != 'd') {
    throw HostError(ERP_INVALID_ARGUMENT, "addon.key.invalid",
                    file.string() + ": is not a public key of minisign; give the .pub file that `minisign -G` wrote.");
  }
  PublicKey key;
  std::copy_n(bytes.begin() + 2, key.id.size(), key.id.begin());
  std::copy_n(bytes.begin() + 10, key.key.size(), key.key.begin());
  return key;
}

std::vector<PublicKey> trusted_keys(const std::vector<std::filesystem::path>& folders) {
  std::vector<PublicKey> out;
  for (const auto& folder : folders) {
    std::error_code missing;
    if (!std::filesystem::is_directory(folder, missing)) continue;
    const std::filesystem::path real = trusted_folder(std::filesystem::absolute(folder));
    for (const auto& entry : std::filesystem::directory_iterator(real)) {
      if (entry.path().extension() != ".pub") continue;
      expect_trusted_file(entry.path());
      out.push_back(read_public_key(entry.path()));
    }
  }
  return out;
}

std::string key_id(const std::array<unsigned char, 8>& id) {
  std::array<unsigned char, 8> big = id;  // minisign prints it as one little-endian number
  std::reverse(big.begin(), big.end());
  std::array<char, 17> hex{};
  sodium_bin2hex(hex.data(), hex.size(), big.data(), big.size());
  std::string out = hex.data();
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  return out;
}

void verify_signature(std::string_view text, const std::string& signature, const std::vector<PublicKey>& keys,
                      const std::string& name) {
  const auto wrong = [&](const std::string& key, const std::string& what) {
    throw HostError(ERP_PERMISSION, key, name + ": " + what);
  };
  std::istringstream lines(signature);
  std::string comment, first, trusted, second;
  std::getline(lines, comment);
  std::getline(lines, first);
  std::getline(lines, trusted);
  std::getline(lines, second);
  std::array<unsigned char, 74> signed_part{};
  std::array<unsigned char, 64> global{};
  if (!from_base64(first, signed_part) || signed_part[0] != 'E' || (signed_part[1] != 'D' && signed_part[1] != 'd') ||
      !trusted.starts_with(kTrusted) || !from_base64(second, global)) {
    wrong("addon.signature.invalid", "its signature is not one of minisign; get the archive again from its maker.");
  }
  std::array<unsigned char, 8> id{};
  std::copy_n(signed_part.begin() + 2, id.size(), id.begin());
  const auto known = std::find_if(keys.begin(), keys.end(), [&](const PublicKey& key) { return key.id == id; });
  if (known == keys.end()) {
    wrong("addon.key.unknown", "it is signed with key " + key_id(id) +
                                   ", which this host does not trust. Check with its maker, and let the host trust it: "
                                   "erp-host module trust KEY.pub");
  }
  std::vector<unsigned char> message(text.begin(), text.end());
  if (signed_part[1] == 'D') {
    std::vector<unsigned char> hash(crypto_generichash_BYTES_MAX);
    crypto_generichash(hash.data(), hash.size(), message.data(), message.size(), nullptr, 0);
    message = std::move(hash);
  }
  const unsigned char* sig = signed_part.data() + 10;
  std::vector<unsigned char> whole(sig, sig + 64);
  const std::string said = trusted.substr(kTrusted.size());
  whole.insert(whole.end(), said.begin(), said.end());
  if (crypto_sign_verify_detached(sig, message.data(), message.size(), known->key.data()) != 0 ||
      crypto_sign_verify_detached(global.data(), whole.data(), whole.size(), known->key.data()) != 0) {
    wrong("addon.signature.wrong",
          "its signature does not fit what is in it: it was changed after it was signed. Do not "
          "use it; get it again from its maker.");
  }
}

}  // namespace erp::host
