// SPDX-License-Identifier: Apache-2.0
//
// The raw baseline of ingestion: runs raw_ledger_sqlite.sql or raw_ledger_postgresql.sql, which writes the rows that
// the module wrote for a set of documents once more, with nothing but the database's own client. Reads everything
// first, then writes; prints one JSON line with rows, transactions, milliseconds of the wall and of this process's
// processor.
//
// Usage: raw_rows_bench sqlite SQL FILE SCRATCH_FILE | raw_rows_bench postgresql SQL URL
#include <libpq-fe.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Cell {
  bool null = true, integer = false;
  long long number = 0;
  std::string text;
};
struct Table {
  std::string name, read, write;
  std::map<long long, std::vector<std::vector<Cell>>> batches;  // by transaction
};
struct Script {
  std::vector<Table> tables;
  std::string cursor;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

Script load(const char* path) {
  std::ifstream file(path);
  if (!file) fail(std::string("cannot read ") + path);
  Script script;
  std::string line, *into = nullptr;
  while (std::getline(file, line)) {
    if (line.rfind("--@ rows ", 0) == 0) {
      script.tables.push_back({line.substr(9), "", "", {}});
      into = &script.tables.back().read;
    } else if (line == "--@ write") {
      into = &script.tables.back().write;
    } else if (line == "--@ cursor") {
      into = &script.cursor;
    } else if (into != nullptr && line.rfind("--", 0) != 0) {
      *into += line + "\n";
    }
  }
  return script;
}

class Stopwatch {
 public:
  long long wall_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_).count();
  }
  long long cpu_ms() const { return cpu() - cpu_; }

 private:
  static long long cpu() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000 +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1'000;
  }
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  long long cpu_ = cpu();
};

void report(const char* backend, std::size_t rows, std::size_t transactions, const Stopwatch& watch) {
  std::printf(
      "{\"bench\":\"raw_rows\",\"backend\":\"%s\",\"rows\":%zu,\"transactions\":%zu,\"ms\":%lld,\"cpu_ms\":%lld}\n",
      backend, rows, transactions, watch.wall_ms(), watch.cpu_ms());
}

std::vector<long long> batches_of(const Script& script) {
  std::map<long long, bool> seen;
  for (const Table& table : script.tables) {
    for (const auto& [batch, rows] : table.batches) seen[batch] = true;
  }
  std::vector<long long> numbers;
  for (const auto& [batch, yes] : seen) numbers.push_back(batch);
  return numbers;
}

void run_sqlite(Script script, const char* source_file, const char* scratch_file) {
  sqlite3* source = nullptr;
  sqlite3* target = nullptr;
  if (sqlite3_open_v2(source_file, &source, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(source));
  std::remove(scratch_file);
  if (sqlite3_open(scratch_file, &target) != SQLITE_OK) fail(sqlite3_errmsg(target));
  const auto execute = [&](const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(target, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) fail(sql + ": " + message);
  };
  const auto prepare = [](sqlite3* database, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(database));
    return statement;
  };
  for (const char* pragma : {"journal_mode=wal", "synchronous=normal", "cache_size=-16000"})
    execute(std::string("pragma ") + pragma);
  sqlite3_stmt* schema =
      prepare(source,
              "select sql from sqlite_master where sql is not null and (tbl_name like 'sl_rollup%' or "
              "tbl_name in ('sl_decision', 'sl_document', 'sl_ledger', 'sl_company')) and type in "
              "('table', 'index') order by type desc");
  while (sqlite3_step(schema) == SQLITE_ROW) execute(reinterpret_cast<const char*>(sqlite3_column_text(schema, 0)));
  sqlite3_finalize(schema);
  for (Table& table : script.tables) {
    sqlite3_stmt* read = prepare(source, table.read);
    const int columns = sqlite3_column_count(read);
    while (sqlite3_step(read) == SQLITE_ROW) {
      std::vector<Cell> row(static_cast<std::size_t>(columns - 1));
      for (int c = 1; c < columns; ++c) {
        Cell& cell = row[static_cast<std::size_t>(c - 1)];
        cell.null = sqlite3_column_type(read, c) == SQLITE_NULL;
        cell.integer = sqlite3_column_type(read, c) == SQLITE_INTEGER;
        if (cell.integer) {
          cell.number = sqlite3_column_int64(read, c);
        } else if (!cell.null) {
          cell.text = reinterpret_cast<const char*>(sqlite3_column_text(read, c));
        }
      }
      table.batches[sqlite3_column_int64(read, 0)].push_back(std::move(row));
    }
    sqlite3_finalize(read);
  }
  const auto batches = batches_of(script);
  std::vector<sqlite3_stmt*> writes;
  for (const Table& table : script.tables) writes.push_back(prepare(target, table.write));
  std::size_t written = 0;
  const Stopwatch watch;
  for (const long long batch : batches) {
    execute("begin immediate");
    for (std::size_t t = 0; t < script.tables.size(); ++t) {
      for (const auto& row : script.tables[t].batches[batch]) {
        for (std::size_t c = 0; c < row.size(); ++c) {
          const int at = static_cast<int>(c) + 1;
          if (row[c].null) {
            sqlite3_bind_null(writes[t], at);
          } else if (row[c].integer) {
            sqlite3_bind_int64(writes[t], at, row[c].number);
          } else {
            sqlite3_bind_text(writes[t], at, row[c].text.c_str(), -1, SQLITE_STATIC);
          }
        }
        if (sqlite3_step(writes[t]) != SQLITE_DONE) fail(sqlite3_errmsg(target));
        sqlite3_reset(writes[t]);
        ++written;
      }
    }
    execute(script.cursor);
    execute("commit");
  }
  report("sqlite", written, batches.size(), watch);
  for (sqlite3_stmt* write : writes) sqlite3_finalize(write);
  sqlite3_close(source);
  sqlite3_close(target);
}

std::string array_text(const std::vector<std::vector<Cell>>& rows, std::size_t column) {
  std::string text = "{";
  for (const auto& row : rows) {
    if (text.size() > 1) text += ',';
    const Cell& cell = row[column];
    if (cell.null) {
      text += "NULL";
    } else if (cell.integer) {
      text += cell.text;
    } else {
      text += '"';
      for (const char c : cell.text) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
  }
  return text + "}";
}

void run_postgresql(Script script, const char* url) {
  constexpr Oid kBigint = 20;
  PGconn* connection = PQconnectdb(url);
  if (PQstatus(connection) != CONNECTION_OK) fail(PQerrorMessage(connection));
  const auto execute = [&](const std::string& sql) {
    PGresult* result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
      fail(sql + ": " + PQerrorMessage(connection));
    return result;
  };
  for (const char* sql :
       {"set client_min_messages = warning", "drop schema if exists raw_rows_bench cascade",
        "create schema raw_rows_bench", "set search_path = raw_rows_bench", "set synchronous_commit = off",
        "create table sl_company (like sales_leads.sl_company including all)"})
    PQclear(execute(sql));
  for (Table& table : script.tables) {
    PQclear(execute("create table " + table.name + " (like sales_leads." + table.name + " including all)"));
    PGresult* result = execute(table.read);
    for (int r = 0; r < PQntuples(result); ++r) {
      std::vector<Cell> row;
      for (int c = 1; c < PQnfields(result); ++c)
        row.push_back({PQgetisnull(result, r, c) != 0, PQftype(result, c) == kBigint, 0, PQgetvalue(result, r, c)});
      table.batches[std::strtoll(PQgetvalue(result, r, 0), nullptr, 10)].push_back(std::move(row));
    }
    PQclear(result);
  }
  const auto batches = batches_of(script);
  std::size_t written = 0;
  const Stopwatch watch;
  for (std::size_t t = 0; t < script.tables.size(); ++t)
    PQclear(PQprepare(connection, ("write" + std::to_string(t)).c_str(), script.tables[t].write.c_str(), 0, nullptr));
  for (const long long batch : batches) {
    PQclear(execute("begin"));
    for (std::size_t t = 0; t < script.tables.size(); ++t) {
      const auto& rows = script.tables[t].batches[batch];
      if (rows.empty()) continue;
      std::vector<std::string> arrays;
      std::vector<const char*> values;
      for (std::size_t c = 0; c < rows.front().size(); ++c) arrays.push_back(array_text(rows, c));
      for (const auto& array : arrays) values.push_back(array.c_str());
      PGresult* result = PQexecPrepared(connection, ("write" + std::to_string(t)).c_str(),
                                        static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0);
      if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
      PQclear(result);
      written += rows.size();
    }
    PQclear(execute(script.cursor));
    PQclear(execute("commit"));
  }
  report("postgresql", written, batches.size(), watch);
  PQclear(execute("drop schema raw_rows_bench cascade"));
  PQfinish(connection);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "sqlite") == 0) {
    run_sqlite(load(argv[2]), argv[3], argv[4]);
  } else if (argc == 4 && std::strcmp(argv[1], "postgresql") == 0) {
    run_postgresql(load(argv[2]), argv[3]);
  } else {
    std::fprintf(stderr, "usage: raw_rows_bench sqlite SQL FILE SCRATCH_FILE | raw_rows_bench postgresql SQL URL\n");
    return 2;
  }
  return 0;
}
