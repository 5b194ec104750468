// SPDX-License-Identifier: Apache-2.0
//
// The raw baseline of an import: writes the rows that the module wrote once more (records, history, audit, results of
// rows), streamed from the company's database into an empty one with the same tables, indexes and foreign keys, with
// nothing but the database's own client and in transactions of the same size. Only the writing is timed. One JSON line.
// RAW_WITHOUT_FOREIGN_KEYS=1 leaves the foreign keys out.
//
// Usage: raw_import_bench sqlite FILE SCRATCH_FILE ROUNDS TABLE... | raw_import_bench postgresql URL ROUNDS TABLE...
#include <libpq-fe.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
const bool kForeignKeys = std::getenv("RAW_WITHOUT_FOREIGN_KEYS") == nullptr;  // NOLINT: one thread

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// Rows that others refer to (the tables named first) stay a little ahead of those.
constexpr std::size_t kReferredTo = 2;
constexpr long long kAhead = 64;

void report(const char* backend, long long rows, Clock::duration spent) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  std::printf("{\"bench\":\"raw_import\",\"backend\":\"%s\",\"rows\":%lld,\"ms\":%lld}\n", backend, rows,
              static_cast<long long>(ms));
}

// ---- SQLite

struct Copied {
  std::string name;
  long long per_round = 0;
  sqlite3_stmt *from = nullptr, *into = nullptr;
  int columns = 0;
  std::vector<sqlite3_value*> values;  // of one round, row after row
};

class Sqlite {
 public:
  Sqlite(const char* source, const char* target) {
    if (sqlite3_open_v2(source, &source_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(source_));
    std::remove(target);
    if (sqlite3_open(target, &target_) != SQLITE_OK) fail(sqlite3_errmsg(target_));
    // As the module has it.
    for (const char* pragma :
         {"pragma journal_mode=wal", "pragma synchronous=full", "pragma temp_store=memory", "pragma cache_size=-16000",
          kForeignKeys ? "pragma foreign_keys=on" : "pragma foreign_keys=off"})
      execute(pragma);
  }
  ~Sqlite() {
    sqlite3_close_v2(source_);
    sqlite3_close_v2(target_);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void run(long long rounds, const std::vector<std::string>& names) {
    std::vector<Copied> tables;
    for (const auto& name : names) tables.push_back(prepare(name, rounds));
    for (std::size_t t = 0; t < tables.size() && t < kReferredTo; ++t) tables[t].per_round += kAhead;
    long long written = 0;
    Clock::duration spent{};
    for (bool more = true; more;) {
      more = false;
      for (Copied& table : tables) more = read(table) || more;
      const auto begin = Clock::now();
      execute("begin immediate");
      for (Copied& table : tables) written += write(table);
      execute("commit");
      spent += Clock::now() - begin;
    }
    for (Copied& table : tables) sqlite3_finalize(table.from), sqlite3_finalize(table.into);
    report("sqlite", written, spent);
  }

 private:
  void execute(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(target_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) fail(sql + ": " + message);
  }

  Copied prepare(const std::string& name, long long rounds) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source_,
                       "select sql from sqlite_master where tbl_name = ? and sql is not null order by type desc", -1,
                       &statement, nullptr);
    sqlite3_bind_text(statement, 1, name.c_str(), -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW)
      execute(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    Copied table;
    table.name = name;
    sqlite3_prepare_v2(source_, ("select count(*) from " + name).c_str(), -1, &statement, nullptr);
    sqlite3_step(statement);
    table.per_round = (sqlite3_column_int64(statement, 0) + rounds - 1) / rounds;
    sqlite3_finalize(statement);
    if (sqlite3_prepare_v2(source_, ("select * from " + name).c_str(), -1, &table.from, nullptr) != SQLITE_OK)
      fail(sqlite3_errmsg(source_));
    table.columns = sqlite3_column_count(table.from);
    std::string sql = "insert into " + name + " values (?";
    for (int i = 1; i < table.columns; ++i) sql += ",?";
    if (sqlite3_prepare_v2(target_, (sql + ")").c_str(), -1, &table.into, nullptr) != SQLITE_OK)
      fail(sqlite3_errmsg(target_));
    return table;
  }

  bool read(Copied& table) {
    for (long long row = 0; row < table.per_round && table.from != nullptr; ++row) {
      if (sqlite3_step(table.from) != SQLITE_ROW) {
        sqlite3_finalize(table.from);
        table.from = nullptr;
        break;
      }
      for (int i = 0; i < table.columns; ++i)
        table.values.push_back(sqlite3_value_dup(sqlite3_column_value(table.from, i)));
    }
    return !table.values.empty();
  }

  long long write(Copied& table) {
    const auto columns = static_cast<std::size_t>(table.columns);
    for (std::size_t at = 0; at < table.values.size(); at += columns) {
      for (std::size_t i = 0; i < columns; ++i)
        sqlite3_bind_value(table.into, static_cast<int>(i) + 1, table.values[at + i]);
      if (sqlite3_step(table.into) != SQLITE_DONE) fail(sqlite3_errmsg(target_));
      sqlite3_reset(table.into);
    }
    const auto rows = static_cast<long long>(table.values.size() / columns);
    for (auto* value : table.values) sqlite3_value_free(value);
    table.values.clear();
    return rows;
  }

  sqlite3 *source_ = nullptr, *target_ = nullptr;
};

// ---- PostgreSQL

void run_postgresql(const char* url, long long rounds, const std::vector<std::string>& names) {
  PGconn* source = PQconnectdb(url);
  PGconn* target = PQconnectdb(url);
  if (PQstatus(source) != CONNECTION_OK || PQstatus(target) != CONNECTION_OK) fail(PQerrorMessage(source));
  const auto execute = [](PGconn* connection, const std::string& sql) {
    PGresult* result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
      fail(sql + ": " + PQerrorMessage(connection));
    return result;
  };
  PQclear(execute(target, "set client_min_messages=warning"));
  PQclear(execute(target, "create schema if not exists raw_import_bench"));
  PQclear(execute(source, "set synchronize_seqscans to off"));
  PQclear(execute(source, "begin"));
  std::vector<long long> per_round;
  std::vector<std::string> inserts(names.size());
  for (const auto& name : names) {
    PQclear(execute(target, "drop table if exists raw_import_bench." + name));
    PQclear(
        execute(target, "create table raw_import_bench." + name + " (like sales_leads." + name + " including all)"));
    PGresult* keys = execute(target,
                             "select pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid = "
                             "'sales_leads." +
                                 name + "'::regclass");
    for (int k = 0; kForeignKeys && k < PQntuples(keys); ++k) {
      std::string key = PQgetvalue(keys, k, 0);
      const std::string refers = "REFERENCES ";
      const auto at = key.find(refers) + refers.size();
      const auto dot = key.find('.', at);
      key.replace(at, dot < key.find('(', at) ? dot + 1 - at : 0, "raw_import_bench.");
      PQclear(execute(target, "alter table raw_import_bench." + name + " add " + key));
    }
    PQclear(keys);
    PGresult* count = execute(source, "select count(*) from sales_leads." + name);
    per_round.push_back((std::atoll(PQgetvalue(count, 0, 0)) + rounds - 1) / rounds);
    PQclear(count);
    PQclear(execute(source, "declare c_" + name + " cursor for select * from sales_leads." + name + " order by 1"));
  }
  long long written = 0;
  Clock::duration spent{};
  for (bool more = true; more;) {
    more = false;
    long long count_of_round = 0;
    std::vector<std::vector<std::string>> arrays(names.size());
    for (std::size_t t = 0; t < names.size(); ++t) {
      PGresult* rows =
          execute(source, "fetch " + std::to_string(per_round[t] + (written == 0 && t < kReferredTo ? kAhead : 0)) +
                              " from c_" + names[t]);
      const int count = PQntuples(rows), columns = PQnfields(rows);
      std::string sql = "insert into raw_import_bench." + names[t] + " overriding system value select * from unnest(";
      for (int c = 0; c < columns && count > 0; ++c) {
        const bool number = PQftype(rows, c) == 20;
        sql += (c ? ",$" : "$") + std::to_string(c + 1) + (number ? "::bigint[]" : "::text[]");
        std::string text = "{";
        for (int r = 0; r < count; ++r) {
          if (r > 0) text += ',';
          if (PQgetisnull(rows, r, c)) {
            text += "NULL";
          } else if (number) {
            text += PQgetvalue(rows, r, c);
          } else {
            text += '"';
            for (const char* at = PQgetvalue(rows, r, c); *at != '\0'; ++at) {
              if (*at == '"' || *at == '\\') text += '\\';
              text += *at;
            }
            text += '"';
          }
        }
        arrays[t].push_back(text + "}");
      }
      inserts[t] = sql + ")";
      count_of_round += count;
      more = more || count > 0;
      PQclear(rows);
    }
    const auto begin = Clock::now();
    PQclear(execute(target, "begin"));
    for (std::size_t t = 0; t < names.size(); ++t) {
      if (arrays[t].empty()) continue;
      std::vector<const char*> values;
      for (const auto& array : arrays[t]) values.push_back(array.c_str());
      PGresult* result = PQexecParams(target, inserts[t].c_str(), static_cast<int>(values.size()), nullptr,
                                      values.data(), nullptr, nullptr, 0);
      if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(target));
      PQclear(result);
    }
    PQclear(execute(target, "commit"));
    written += count_of_round;
    spent += Clock::now() - begin;
  }
  report("postgresql", written, spent);
  PQclear(execute(target, "drop schema raw_import_bench cascade"));
  PQfinish(source);
  PQfinish(target);
}

}  // namespace

int main(int argc, char** argv) {
  const auto tables = [&](int first) { return std::vector<std::string>(argv + first, argv + argc); };
  if (argc > 5 && std::strcmp(argv[1], "sqlite") == 0) {
    Sqlite(argv[2], argv[3]).run(std::atoll(argv[4]), tables(5));
  } else if (argc > 4 && std::strcmp(argv[1], "postgresql") == 0) {
    run_postgresql(argv[2], std::atoll(argv[3]), tables(4));
  } else {
    std::fprintf(stderr,
                 "usage: raw_import_bench sqlite FILE SCRATCH ROUNDS TABLE... | postgresql URL ROUNDS TABLE...\n");
    return 2;
  }
  return 0;
}
