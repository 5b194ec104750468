// SPDX-License-Identifier: Apache-2.0
#include "database/address.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "database/conninfo.h"

namespace erp::host {
namespace {

std::string remembered_url(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string url;
  std::getline(in, url);
  return url;
}

/// Written beside and renamed, readable by the owner only: the URL may hold a password.
void remember_url(const std::filesystem::path& file, const std::string& url) {
  const std::string fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const mode_t before = ::umask(0077);
  {
    std::ofstream out(fresh);
    out << url << '\n';
  }
  ::umask(before);
  std::filesystem::rename(fresh, file);
}

}  // namespace

std::filesystem::path prepared_folder(const std::filesystem::path& given) {
  if (given.empty()) {
    throw HostError(ERP_INVALID_ARGUMENT, "data.missing", "The data folder is missing. Give one with --data DIR.");
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(given).lexically_normal();
  const bool fresh = std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw HostError(ERP_UNAVAILABLE, "data.folder",
                    "The data folder " + folder.string() + " cannot be made: " + error.message() + ". Choose another.");
  }
  if (fresh) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  return folder;
}

DatabaseAddress database_address(const Options& options) {
  const std::filesystem::path folder = prepared_folder(options.data_dir);
  const std::filesystem::path memory = folder / "database.url";
  const std::string known = remembered_url(memory);
  std::string url = options.database_url.empty() ? known : options.database_url;
  if (!url.empty() && url != "sqlite") {
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
      throw HostError(
          ERP_INVALID_ARGUMENT, "database.url.invalid",
          "The database URL is not one of PostgreSQL. Write it as postgresql://user:password@host:port/name.");
    }
    const DatabaseAddress address{Backend::postgresql, conninfo_of(url)};
    if (url != known) {
      const Db reachable(address);  // a wrong URL is not remembered
      remember_url(memory, url);
    }
    return address;
  }
  return {Backend::sqlite, (folder / "erp.db").string()};
}

}  // namespace erp::host
