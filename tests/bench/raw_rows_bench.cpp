// SPDX-License-Identifier: Apache-2.0
//
// The raw baseline of ingestion: writes the rows that the module wrote for a set of documents once more, with nothing
// but the database's own client: no rules, no reading, no reconciliation. Prints one JSON line with rows and
// milliseconds.
//
// Usage: raw_rows_bench sqlite FILE SCRATCH_FILE | raw_rows_bench postgresql URL
#include <libpq-fe.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

const std::vector<std::string> kTables = {"sl_decision",   "sl_document",        "sl_ledger",
                                          "sl_rollup_day", "sl_rollup_customer", "sl_rollup_opportunity"};
constexpr std::size_t kRowsPerTransaction = 1'000;

struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::vector<bool> integer;
  std::vector<std::vector<std::string>> rows;  // as text; the destination's types convert
  std::vector<std::vector<bool>> null;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

long long elapsed_us(std::chrono::steady_clock::time_point from) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - from).count();
}

void report(const char* backend, std::size_t rows, long long us) {
  std::printf("{\"bench\":\"raw_rows\",\"backend\":\"%s\",\"rows\":%zu,\"ms\":%lld}\n", backend, rows, us / 1'000);
}

void run_sqlite(const char* source_file, const char* scratch_file) {
  sqlite3* source = nullptr;
  sqlite3* target = nullptr;
  if (sqlite3_open_v2(source_file, &source, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(source));
  std::remove(scratch_file);
  if (sqlite3_open(scratch_file, &target) != SQLITE_OK) fail(sqlite3_errmsg(target));
  auto execute = [&](const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(target, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) fail(sql + ": " + message);
  };
  execute("pragma journal_mode=wal");
  execute("pragma synchronous=normal");
  std::vector<Table> tables;
  for (const auto& name : kTables) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(source,
                       "select sql from sqlite_master where tbl_name = ? and sql is not null order by type desc", -1,
                       &statement, nullptr);
    sqlite3_bind_text(statement, 1, name.c_str(), -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW)
      execute(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    Table table;
    table.name = name;
    if (sqlite3_prepare_v2(source, ("select * from " + name).c_str(), -1, &statement, nullptr) != SQLITE_OK)
      fail(sqlite3_errmsg(source));
    const int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; ++i) table.columns.emplace_back(sqlite3_column_name(statement, i));
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::vector<std::string> row;
      std::vector<bool> null;
      for (int i = 0; i < count; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        null.push_back(text == nullptr);
        row.emplace_back(text ? text : "");
        if (table.rows.empty()) table.integer.push_back(sqlite3_column_type(statement, i) == SQLITE_INTEGER);
      }
      table.rows.push_back(std::move(row));
      table.null.push_back(std::move(null));
    }
    sqlite3_finalize(statement);
    tables.push_back(std::move(table));
  }
  std::size_t written = 0;
  const auto from = std::chrono::steady_clock::now();
  for (const auto& table : tables) {
    std::string sql = "insert into " + table.name + " values (?";
    for (std::size_t i = 1; i < table.columns.size(); ++i) sql += ",?";
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(target, (sql + ")").c_str(), -1, &statement, nullptr) != SQLITE_OK)
      fail(sqlite3_errmsg(target));
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      if (r % kRowsPerTransaction == 0) execute("begin immediate");
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const int at = static_cast<int>(c) + 1;
        if (table.null[r][c])
          sqlite3_bind_null(statement, at);
        else if (table.integer[c])
          sqlite3_bind_int64(statement, at, std::strtoll(table.rows[r][c].c_str(), nullptr, 10));
        else
          sqlite3_bind_text(statement, at, table.rows[r][c].c_str(), -1, SQLITE_STATIC);
      }
      if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_errmsg(target));
      sqlite3_reset(statement);
      if (++written; (r + 1) % kRowsPerTransaction == 0 || r + 1 == table.rows.size()) execute("commit");
    }
    sqlite3_finalize(statement);
  }
  report("sqlite", written, elapsed_us(from));
  sqlite3_close(source);
  sqlite3_close(target);
}

std::string array_text(const Table& table, std::size_t column, std::size_t first, std::size_t last) {
  std::string text = "{";
  for (std::size_t r = first; r < last; ++r) {
    if (r > first) text += ',';
    if (table.null[r][column]) {
      text += "NULL";
    } else {
      text += '"';
      for (const char c : table.rows[r][column]) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
  }
  return text + "}";
}

void run_postgresql(const char* url) {
  PGconn* connection = PQconnectdb(url);
  if (PQstatus(connection) != CONNECTION_OK) fail(PQerrorMessage(connection));
  auto execute = [&](const std::string& sql) {
    PGresult* result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
      fail(sql + ": " + PQerrorMessage(connection));
    return result;
  };
  PQclear(execute("set client_min_messages=warning"));
  PQclear(execute("create schema if not exists raw_rows_bench"));
  std::vector<Table> tables;
  for (const auto& name : kTables) {
    PQclear(execute("drop table if exists raw_rows_bench." + name));
    PQclear(execute("create table raw_rows_bench." + name + " (like sales_leads." + name + " including all)"));
    PGresult* result = execute("select * from sales_leads." + name);
    Table table;
    table.name = name;
    for (int c = 0; c < PQnfields(result); ++c) {
      table.columns.emplace_back(PQfname(result, c));
      table.integer.push_back(PQftype(result, c) == 20);
    }
    for (int r = 0; r < PQntuples(result); ++r) {
      std::vector<std::string> row;
      std::vector<bool> null;
      for (int c = 0; c < PQnfields(result); ++c) {
        row.emplace_back(PQgetvalue(result, r, c));
        null.push_back(PQgetisnull(result, r, c) != 0);
      }
      table.rows.push_back(std::move(row));
      table.null.push_back(std::move(null));
    }
    PQclear(result);
    tables.push_back(std::move(table));
  }
  std::size_t written = 0;
  const auto from = std::chrono::steady_clock::now();
  for (const auto& table : tables) {
    std::string sql = "insert into raw_rows_bench." + table.name + " overriding system value select * from unnest(";
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      sql += (c ? ",$" : "$") + std::to_string(c + 1) + (table.integer[c] ? "::bigint[]" : "::text[]");
    sql += ")";
    for (std::size_t first = 0; first < table.rows.size(); first += kRowsPerTransaction) {
      const std::size_t last = std::min(first + kRowsPerTransaction, table.rows.size());
      std::vector<std::string> arrays;
      std::vector<const char*> values;
      for (std::size_t c = 0; c < table.columns.size(); ++c) arrays.push_back(array_text(table, c, first, last));
      for (const auto& array : arrays) values.push_back(array.c_str());
      PGresult* result = PQexecParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                                      nullptr, nullptr, 0);
      if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
      PQclear(result);
      written += last - first;
    }
  }
  report("postgresql", written, elapsed_us(from));
  PQclear(execute("drop schema raw_rows_bench cascade"));
  PQfinish(connection);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "sqlite") == 0) {
    run_sqlite(argv[2], argv[3]);
  } else if (argc == 3 && std::strcmp(argv[1], "postgresql") == 0) {
    run_postgresql(argv[2]);
  } else {
    std::fprintf(stderr, "usage: raw_rows_bench sqlite FILE SCRATCH_FILE | raw_rows_bench postgresql URL\n");
    return 2;
  }
  return 0;
}
