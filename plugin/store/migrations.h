// SPDX-License-Identifier: Apache-2.0
//
// The module's tables, brought up to date: numbered SQL files of <module folder>/schemas/migrations, each in a
// transaction of its own, recorded in sl_migration with a checksum.
//
//   store::Migrations migrations(module_folder);
//   migrations.apply(database, host.now_us());
//
// A second starter waits and then finds nothing to do (SQLite: the write lock; PostgreSQL: an advisory lock). Files are
// called 0001_spine.sql; they are never edited once released. Text: statements end with a semicolon; comments begin
// with two dashes; @identity@ and @clustered@ stand for the backend's own words; a comment line "--@ sqlite" or
// "--@ postgresql" keeps the next statement to that backend.
//
// Threads: apply, plan and current on one thread. Errors: Failure(version) for a database that is newer than the
// module, Failure(data_loss, "migration.changed") for a file that differs from what was applied, and those of the
// session.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

struct Migration {
  std::int32_t number = 0;
  std::string name;
  std::string text;
  std::string checksum;
};

class Migrations {
 public:
  /// Reads the files; Failure(invalid_argument) when numbers are missing or doubled.
  explicit Migrations(const std::filesystem::path& module_folder);

  [[nodiscard]] std::int32_t target() const;
  /// Number of the last applied one, 0 = none. Changes nothing.
  [[nodiscard]] std::int32_t current(Database& database) const;
  /// What apply() would do, in words, one line per migration. Changes nothing.
  [[nodiscard]] std::string plan(Database& database) const;
  /// `before_first` is called in the first transaction, with the number that the database is at, under the lock and
  /// before anything is changed; not for a database without the module's tables, which has nothing to lose.
  void apply(Database& database, std::int64_t now_us,
             const std::function<void(std::int32_t at)>& before_first = {}) const;

 private:
  struct Applied {
    std::int32_t number = 0;
    std::string name, checksum;
  };
  [[nodiscard]] static std::vector<Applied> applied(Session& session);
  [[nodiscard]] static std::vector<Applied> applied_if_any(Session& session);
  void check(const std::vector<Applied>& applied) const;
  bool apply_next(Session& session, const std::string& schema, std::int64_t now_us,
                  const std::function<void(std::int32_t)>& before) const;

  std::vector<Migration> migrations_;
};

/// The statements of a migration for one backend, tokens replaced, comments gone. Failure(invalid_argument) where one
/// would begin or end a transaction, or the last does not end.
[[nodiscard]] std::vector<std::string> split_statements(const std::string& text, Backend backend);

}  // namespace sales_leads::store
