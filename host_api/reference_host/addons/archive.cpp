// SPDX-License-Identifier: Apache-2.0
#include "addons/archive.h"

#include <minizip/unzip.h>
#include <sodium.h>

#include <array>
#include <fstream>
#include <map>
#include <sstream>

#include "app.h"

namespace erp::host {
namespace {

constexpr std::uint64_t kFilesMost = 5000, kBytesMost = 512ULL * 1024 * 1024;
constexpr const char* kList = "CHECKSUMS";
constexpr const char* kSignature = "CHECKSUMS.minisig";

[[noreturn]] void refuse_archive(const std::filesystem::path& file, const std::string& key, const std::string& what) {
  throw HostError(ERP_INVALID_ARGUMENT, "addon." + key, file.filename().string() + ": " + what);
}

/// A name that stays inside its folder, and is one name only.
bool is_plain(const std::string& name) {
  if (name.empty() || name.size() > 200 || name[0] == '/' || name.find('\\') != std::string::npos ||
      name.find('\0') != std::string::npos)
    return false;
  for (const auto& part : std::filesystem::path(name)) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

std::map<std::string, std::string> read_all(const std::filesystem::path& file) {
  const std::unique_ptr<void, int (*)(void*)> zip(unzOpen64(file.c_str()), [](void* z) { return unzClose(z); });
  unz_global_info64 info{};
  if (!zip || unzGetGlobalInfo64(zip.get(), &info) != UNZ_OK)
    refuse_archive(file, "broken", "is not a whole add-on archive; get it again.");
  if (info.number_entry > kFilesMost) refuse_archive(file, "too_large", "has more files than an add-on may have.");
  std::map<std::string, std::string> out;
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < info.number_entry; ++i) {
    std::array<char, 512> name{};
    unz_file_info64 entry{};
    if ((i == 0 ? unzGoToFirstFile(zip.get()) : unzGoToNextFile(zip.get())) != UNZ_OK ||
        unzGetCurrentFileInfo64(zip.get(), &entry, name.data(), name.size() - 1, nullptr, 0, nullptr, 0) != UNZ_OK) {
      refuse_archive(file, "broken", "is cut short or damaged; get it again.");
    }
    if (!is_plain(name.data()))
      refuse_archive(file, "path", std::string("holds a file whose path leaves its folder: ") + name.data());
    if (out.contains(name.data()))
      refuse_archive(file, "path", std::string("holds the same file twice: ") + name.data());
    std::string content;
    std::array<char, 65536> buffer{};
    if (unzOpenCurrentFile(zip.get()) != UNZ_OK)
      refuse_archive(file, "broken", std::string("cannot be unpacked at ") + name.data());
    int got = 0;
    while ((got = unzReadCurrentFile(zip.get(), buffer.data(), static_cast<unsigned>(buffer.size()))) > 0) {
      total += static_cast<std::uint64_t>(got);
      if (total > kBytesMost) refuse_archive(file, "too_large", "unpacks to more than an add-on may have.");
      content.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (got < 0 || unzCloseCurrentFile(zip.get()) != UNZ_OK)
      refuse_archive(file, "tampered", std::string(name.data()) + " is damaged; get the archive again.");
    out.emplace(name.data(), std::move(content));
  }
  return out;
}

std::string sha256(const std::string& content) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(content.data()), content.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

}  // namespace

void unpack_addon(const std::filesystem::path& file, const std::vector<PublicKey>& keys,
                  const std::filesystem::path& target) {
  if (!std::filesystem::is_regular_file(file))
    throw HostError(ERP_NOT_FOUND, "addon.missing", file.string() + ": there is no such file.");
  auto files = read_all(file);
  if (!files.contains(kList) || !files.contains(kSignature)) {
    throw HostError(ERP_PERMISSION, "addon.signature.missing",
                    file.filename().string() + ": is not signed; get the add-on from its maker.");
  }
  verify_signature(files[kList], files[kSignature], keys, file.filename().string());
  std::map<std::string, std::string> listed;
  std::istringstream lines(files[kList]);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > 66) listed[line.substr(66)] = line.substr(0, 64);
  }
  files.erase(kList);
  files.erase(kSignature);
  for (const auto& [name, content] : files) {
    const auto expected = listed.find(name);
    if (expected == listed.end())
      refuse_archive(file, "tampered", name + " was added after the archive was signed; get it again.");
    if (sha256(content) != expected->second)
      refuse_archive(file, "tampered", name + " was changed after the archive was signed; get it again.");
  }
  for (const auto& [name, hash] : listed) {
    if (!files.contains(name)) refuse_archive(file, "tampered", name + " is missing from it; get it again.");
  }
  namespace fs = std::filesystem;
  constexpr auto kFolder = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                           fs::perms::others_read | fs::perms::others_exec;
  try {
    fs::create_directory(target);
    fs::permissions(target, kFolder);
    for (const auto& [name, content] : files) {
      const fs::path place = target / name;
      fs::create_directories(place.parent_path());
      for (fs::path above = place.parent_path(); above != target; above = above.parent_path())
        fs::permissions(above, kFolder);
      std::ofstream out(place, std::ios::binary);
      out << content;
      out.close();
      if (!out)
        throw HostError(ERP_UNAVAILABLE, "addon.disk", place.string() + " cannot be written; is the disk full?");
      fs::permissions(place,
                      fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read);
    }
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(target, ignored);
    throw;
  }
}

}  // namespace erp::host
