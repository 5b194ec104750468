// SPDX-License-Identifier: Apache-2.0
#include "addons/snapshot.h"

#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "app.h"
#include "database/module_role.h"

namespace erp::host {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

/// Names that the module may use on SQLite; "_" is itself and no wildcard.
std::string own_names(Db& db, const DatabaseAddress& address, const std::string& module) {
  std::string prefix = prepare_module_access(db, address, module).prefix;
  std::string pattern;
  for (const char c : prefix) pattern += c == '_' ? std::string("\\_") : std::string(1, c);
  return pattern + "%";
}

struct Made {
  std::string type, name, sql;
};

/// Tables first, then what stands on them.
std::vector<Made> objects_of(Db& db, const std::string& schema, const std::string& pattern) {
  std::vector<Made> out;
  for (auto& [type, name, sql] : db.rows<std::string, std::string, std::string>(
           "select type, name, sql from " + schema +
               " where tbl_name like ? escape '\\' and sql is not null order by case type when 'table' then 0 when "
               "'index' then 1 else 2 end, name",
           {pattern})) {
    out.push_back({std::move(type), std::move(name), std::move(sql)});
  }
  return out;
}

void drop_objects(Db& db, const std::string& pattern) {
  auto objects = objects_of(db, "main.sqlite_master", pattern);
  std::reverse(objects.begin(), objects.end());
  for (const Made& one : objects) {
    if (one.type != "index") db.run_once("drop " + one.type + " if exists main." + quoted(one.name));
  }
}

/// Runs a client program of PostgreSQL on the database. Its password goes through a file that only we can read, not
/// through the command line, which everybody can.
void run_client(const DatabaseAddress& address, std::vector<std::string> words, const fs::path& file) {
  const fs::path service = file.string() + ".service";
  char* problem = nullptr;
  PQconninfoOption* options = PQconninfoParse(address.connection.c_str(), &problem);
  PQfreemem(problem);
  if (options == nullptr)
    throw HostError(ERP_INVALID_ARGUMENT, "database.url.invalid", "The database's address is not understood.");
  const mode_t before = umask(0077);
  {
    std::ofstream out(service);
    out << "[addon]\n";
    for (const PQconninfoOption* one = options; one->keyword != nullptr; ++one) {
      if (one->val != nullptr && *one->val != '\0') out << one->keyword << '=' << one->val << '\n';
    }
  }
  umask(before);
  PQconninfoFree(options);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setenv("PGSERVICEFILE", service.c_str(), 1);
    setenv("PGSERVICE", "addon", 1);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  fs::remove(service);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    throw HostError(ERP_UNAVAILABLE, "addon.client_missing",
                    words[0] + " is not installed; install postgresql-client.");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw HostError(ERP_UNAVAILABLE, "addon.snapshot", words[0] + " failed; its reason stands above.");
  }
}

}  // namespace

void take_snapshot(const DatabaseAddress& address, const std::string& module, const fs::path& file) {
  fs::remove(file);
  if (address.backend == Backend::postgresql) {
    run_client(address, {"pg_dump", "--schema=" + module, "--no-password", "--file=" + file.string()}, file);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return;
  }
  Db db(address);
  const std::string pattern = own_names(db, address, module);
  db.exec("attach ? as snapshot", {file.string()});
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  Transaction transaction(db, Transaction::Mode::write);
  db.run_once("create table snapshot.objects (type text, name text, sql text)");
  for (const Made& one : objects_of(db, "main.sqlite_master", pattern)) {
    db.exec("insert into snapshot.objects (type, name, sql) values (?, ?, ?)", {one.type, one.name, one.sql});
    if (one.type == "table") {
      db.run_once("create table snapshot." + quoted(one.name) + " as select * from main." + quoted(one.name));
    }
  }
  transaction.commit();
}

void restore_snapshot(const DatabaseAddress& address, const std::string& module, const fs::path& file) {
  if (!fs::exists(file)) throw HostError(ERP_NOT_FOUND, "addon.snapshot", file.string() + " is not there any more.");
  if (address.backend == Backend::postgresql) {
    run_client(address,
               {"psql", "--quiet", "--no-psqlrc", "--no-password", "--single-transaction", "--set=ON_ERROR_STOP=1",
                "--command=drop schema if exists " + quoted(module) + " cascade", "--file=" + file.string()},
               file);
    return;
  }
  Db db(address);
  const std::string pattern = own_names(db, address, module);
  db.exec("attach ? as snapshot", {file.string()});
  db.run_once("pragma foreign_keys = off");
  Transaction transaction(db, Transaction::Mode::write);
  drop_objects(db, pattern);
  for (const auto& [type, name, sql] :
       db.rows<std::string, std::string, std::string>("select type, name, sql from snapshot.objects order by rowid")) {
    db.run_once(sql);
    if (type == "table") db.run_once("insert into main." + quoted(name) + " select * from snapshot." + quoted(name));
  }
  transaction.commit();
}

std::int64_t export_tables(const DatabaseAddress& address, const std::string& module, const fs::path& folder) {
  if (fs::exists(folder))
    throw HostError(ERP_CONFLICT, "addon.export", folder.string() + " is there already; give a folder that is not.");
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms::owner_all);
  Db db(address);
  std::int64_t count = 0;
  const auto write = [&](const std::string& table, const std::string& query) {
    std::ofstream out(folder / (table + ".jsonl"));
    for (const auto& [row] : db.rows<std::string>(query)) {
      out << row << '\n';
      ++count;
    }
    if (!out)
      throw HostError(ERP_UNAVAILABLE, "addon.disk", "The export to " + folder.string() + " cannot be written.");
  };
  if (db.postgresql()) {
    for (const auto& [table] : db.rows<std::string>(
             "select cast(tablename as text) from pg_tables where schemaname = ? order by tablename", {module})) {
      write(table, "select cast(row_to_json(t) as text) from " + quoted(module) + "." + quoted(table) + " t");
    }
    return count;
  }
  for (const Made& one : objects_of(db, "main.sqlite_master", own_names(db, address, module))) {
    if (one.type != "table") continue;
    std::string fields;
    for (const auto& [column] :
         db.rows<std::string>("select name from pragma_table_info(?) order by cid", {one.name})) {
      fields += (fields.empty() ? "'" : ", '") + column + "', " + quoted(column);
    }
    write(one.name, "select json_object(" + fields + ") from " + quoted(one.name));
  }
  return count;
}

void drop_tables(const DatabaseAddress& address, const std::string& module) {
  Db db(address);
  if (!db.postgresql()) db.run_once("pragma foreign_keys = off");
  const std::string pattern = db.postgresql() ? "" : own_names(db, address, module);
  Transaction transaction(db, Transaction::Mode::write);
  if (db.postgresql()) {
    db.run_once("drop schema if exists " + quoted(module) + " cascade");
  } else {
    drop_objects(db, pattern);
  }
  transaction.commit();
}

}  // namespace erp::host
