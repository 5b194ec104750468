// SPDX-License-Identifier: Apache-2.0
#include "store/database_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace sales_leads::store {

namespace {

constexpr std::size_t kCopiesKept = 3;
constexpr int kPagesPerStep = 4'096;
constexpr int kBusyTimeoutMs = 10'000;

struct Connection {
  sqlite3* handle = nullptr;
  ~Connection() { sqlite3_close(handle); }
};

[[noreturn]] void refuse(int result, const std::filesystem::path& copy, const std::string& detail) {
  const std::string before = "Before a migration the database is copied to " + copy.string() + ", and that failed: ";
  if ((result & 0xff) == SQLITE_FULL || errno == ENOSPC) {
    throw Failure(Code::unavailable, "migration.copy_full",
                  before +
                      "the disk is full. Make room, as much as the database takes, and start again; nothing has "
                      "been changed.");
  }
  throw Failure(Code::unavailable, "migration.copy",
                before + detail + ". Let the host write in that folder and start again; nothing has been changed.");
}

/// Made by ourselves, so that nobody reads in the copy who may not read the database.
void make_empty(const std::filesystem::path& partial, const std::filesystem::path& database) {
  struct stat its {};
  const mode_t mode = ::stat(database.c_str(), &its) == 0 ? its.st_mode & 0777U : 0600U;
  ::unlink(partial.c_str());
  const int file = ::open(partial.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
  if (file < 0) refuse(SQLITE_CANTOPEN, partial, std::strerror(errno));
  ::fchmod(file, mode);
  ::close(file);
}

void flush(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

void copy_pages(const std::filesystem::path& from, const std::filesystem::path& to) {
  Connection source, target;
  errno = 0;
  int result = sqlite3_open_v2(from.c_str(), &source.handle, SQLITE_OPEN_READWRITE, nullptr);
  if (result != SQLITE_OK) refuse(result, to, sqlite3_errmsg(source.handle));
  sqlite3_busy_timeout(source.handle, kBusyTimeoutMs);
  result = sqlite3_open_v2(to.c_str(), &target.handle, SQLITE_OPEN_READWRITE, nullptr);
  if (result != SQLITE_OK) refuse(result, to, sqlite3_errmsg(target.handle));
  sqlite3_backup* const backup = sqlite3_backup_init(target.handle, "main", source.handle, "main");
  if (backup == nullptr) refuse(sqlite3_errcode(target.handle), to, sqlite3_errmsg(target.handle));
  do {
    result = sqlite3_backup_step(backup, kPagesPerStep);
  } while (result == SQLITE_OK);
  const int finished = sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) refuse(result, to, sqlite3_errstr(result));
  if (finished != SQLITE_OK) refuse(finished, to, sqlite3_errmsg(target.handle));
}

void prune(const std::filesystem::path& database) {
  const std::string head = database.filename().string() + ".sales_leads-", tail = ".copy";
  std::vector<std::filesystem::path> copies;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(database.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(head) && name.ends_with(tail)) copies.push_back(entry.path());
  }
  std::sort(copies.begin(), copies.end());  // the numbers have four digits
  for (std::size_t i = 0; i + kCopiesKept < copies.size(); ++i) std::filesystem::remove(copies[i], error);
}

}  // namespace

std::filesystem::path copy_before_migration(const DatabaseInfo& info, std::int32_t at) {
  if (info.backend != Backend::sqlite) return {};
  const std::filesystem::path database = info.connection;
  std::string number = std::to_string(at);
  number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
  const std::filesystem::path copy = database.string() + ".sales_leads-" + number + ".copy";
  const std::filesystem::path partial = copy.string() + ".partial";
  try {
    make_empty(partial, database);
    copy_pages(database, partial);
  } catch (...) {
    ::unlink(partial.c_str());
    ::unlink((partial.string() + "-journal").c_str());
    throw;
  }
  flush(partial);
  if (std::rename(partial.c_str(), copy.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    ::unlink(partial.c_str());
    refuse(SQLITE_IOERR, copy, reason);
  }
  flush(database.parent_path());
  prune(database);
  return copy;
}

}  // namespace sales_leads::store
