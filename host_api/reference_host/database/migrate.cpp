// SPDX-License-Identifier: Apache-2.0
#include "database/migrate.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "app.h"
#include "database/resources.h"

namespace erp::host {

namespace {

struct Migration {
  std::int64_t number = 0;
  std::string name;
  std::string_view text;
  std::string checksum;
};

std::string checksum_of(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  std::array<char, crypto_hash_sha256_BYTES * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

/// All embedded "0001_name.sql", in order of their numbers.
std::map<std::int64_t, Migration> known_migrations() {
  std::map<std::int64_t, Migration> out;
  for (const Resource& resource : resources()) {
    const std::string_view file = resource.name.substr(resource.name.find('/') + 1);
    std::int64_t number = 0;
    const auto parsed = std::from_chars(file.data(), file.data() + file.size(), number);
    if (!file.ends_with(".sql") || parsed.ec != std::errc{} || number <= 0) continue;
    out[number] = {number, std::string(file), resource.text, checksum_of(resource.text)};
  }
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

bool table_exists(Db& db, const std::string& name) {
  const auto found = db.postgresql() ? db.row<std::int64_t>(
                                           "select cast(1 as bigint) from pg_class c join pg_namespace n on n.oid = "
                                           "c.relnamespace where n.nspname = 'public' and c.relname = ?",
                                           {name})
                                     : db.row<std::int64_t>("select 1 from sqlite_master where name = ?", {name});
  return found.has_value();
}

std::map<std::int64_t, std::string> applied_migrations(Db& db) {
  std::map<std::int64_t, std::string> out;
  if (!table_exists(db, "host_migration")) return out;
  for (auto& [number, checksum] :
       db.rows<std::int64_t, std::string>("select number, checksum from host_migration order by number")) {
    out.emplace(number, std::move(checksum));
  }
  return out;
}

void check_known(const std::map<std::int64_t, std::string>& applied, const std::map<std::int64_t, Migration>& known) {
  for (const auto& [number, checksum] : applied) {
    if (known.contains(number)) continue;
    throw HostError(ERP_VERSION, "database.newer",
                    "The database is at schema " + std::to_string(applied.rbegin()->first) + ", this program knows " +
                        std::to_string(known.rbegin()->first) +
                        ". Use the newer program, or restore the older backup.");
  }
  for (const auto& [number, checksum] : applied) {
    const Migration& migration = known.at(number);
    if (migration.checksum == checksum) continue;
    throw HostError(
        ERP_DATA_LOSS, "database.migration.changed",
        "Migration " + migration.name + " was applied in another wording. Use the program that made this database.");
  }
}

}  // namespace

std::vector<std::string> statements_of(std::string_view text, Backend backend) {
  std::vector<std::string> out;
  std::string statement;
  std::optional<Backend> only;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    std::string_view line = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
    if (line == "--@ sqlite") only = Backend::sqlite;
    if (line == "--@ postgresql") only = Backend::postgresql;
    if (line.empty() || line.starts_with("--")) continue;
    statement += line;
    statement += '\n';
    if (!line.ends_with(';')) continue;
    statement.resize(statement.find_last_of(';'));
    if (!only || *only == backend) {
      replace_all(statement, " {clustered}", backend == Backend::sqlite ? " without rowid" : "");
      out.push_back(std::move(statement));
    }
    statement.clear();
    only.reset();
  }
  return out;
}

std::string migration_plan(Db& db) {
  const auto known = known_migrations();
  const auto applied = applied_migrations(db);
  check_known(applied, known);
  std::string plan;
  for (const auto& [number, migration] : known) {
    if (applied.contains(number)) continue;
    plan += "host: apply " + migration.name + ": " +
            std::to_string(statements_of(migration.text, db.backend()).size()) + " statements\n";
  }
  return plan;
}

void migrate(Db& db) {
  const auto known = known_migrations();
  if (auto applied = applied_migrations(db); applied.size() == known.size()) {
    check_known(applied, known);
    return;  // the usual start writes nothing
  }
  for (const auto& [number, migration] : known) {
    Transaction transaction(db, Transaction::Mode::write);
    if (db.postgresql()) db.run_once("select pg_advisory_xact_lock(7310571)");
    if (!table_exists(db, "host_migration")) {
      db.run_once(
          "create table host_migration (number bigint not null primary key, name text not null, checksum text not "
          "null)");
    }
    const auto applied = applied_migrations(db);
    check_known(applied, known);
    if (!applied.contains(number)) {
      for (const std::string& statement : statements_of(migration.text, db.backend())) db.run_once(statement);
      db.exec("insert into host_migration (number, name, checksum) values (?, ?, ?)",
              {number, migration.name, migration.checksum});
    }
    transaction.commit();
  }
}

}  // namespace erp::host
