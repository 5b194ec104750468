// SPDX-License-Identifier: Apache-2.0
//
// The raw baseline of ingestion: runs raw_ledger_sqlite.sql or raw_ledger_postgresql.sql, which reads what the module
// has to know of a set of documents and writes the rows that it wrote for them once more, with nothing but the
// database's own client. What is to be written is in memory before the clock starts. Prints one JSON line with rows
// read and written, transactions, and milliseconds of the wall and of this process's processor, of all and of writing
// alone.
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
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
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
/// What is read of an order, an invoice or an opportunity; or ids that reading it leads to.
struct Query {
  std::string of, leads_to;  // "" = nowhere
  bool own = false;          // where the rows are written
  std::string sql;
};
struct Key {
  std::string kind;
  long long id = 0;
  bool operator<(const Key& other) const { return std::tie(kind, id) < std::tie(other.kind, other.id); }
};
struct Script {
  std::vector<Table> tables;
  std::vector<Query> queries;
  std::map<long long, std::vector<Key>> asked;  // documents by transaction
  std::string setup, documents, cursor;
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
    std::istringstream words(line);
    std::string mark, what, of, where;
    words >> mark >> what >> of >> where;
    if (mark != "--@") {
      if (into != nullptr && line.rfind("--", 0) != 0) *into += line + "\n";
    } else if (what == "rows") {
      script.tables.push_back({of, "", "", {}});
      into = &script.tables.back().read;
    } else if (what == "write") {
      into = &script.tables.back().write;
    } else if (what == "setup" || what == "documents" || what == "cursor") {
      into = what == "setup" ? &script.setup : what == "documents" ? &script.documents : &script.cursor;
    } else {
      const std::string leads_to = what == "orders" ? "source" : what == "opportunities" ? "opportunity" : "";
      script.queries.push_back({of, leads_to, where == "own", ""});
      into = &script.queries.back().sql;
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

/// Of reading and of writing, one transaction after the other.
struct Times {
  long long read_wall = 0, read_cpu = 0;
  std::size_t read = 0, written = 0;
};

void report(const char* backend, std::size_t transactions, const Times& times, const Stopwatch& watch) {
  const long long wall = watch.wall_ms(), cpu = watch.cpu_ms();
  std::printf(
      "{\"bench\":\"raw_rows\",\"backend\":\"%s\",\"rows_read\":%zu,\"rows\":%zu,\"transactions\":%zu,\"ms\":%lld,"
      "\"cpu_ms\":%lld,\"write_ms\":%lld,\"write_cpu_ms\":%lld}\n",
      backend, times.read, times.written, transactions, wall, cpu, wall - times.read_wall, cpu - times.read_cpu);
}

/// Reads of each key of a kind, and of those that these lead to, what the script says; once for each. What an invoice
/// follows was decided before: nothing but itself is read of it.
template <class Run>
void read_all(const Script& script, const std::vector<Key>& documents, Run&& run) {
  std::set<Key> seen;
  std::vector<Key> wave = documents;
  while (!wave.empty()) {
    std::map<std::string, std::vector<long long>> fresh;
    for (const Key& key : wave) {
      const Key itself{key.kind == "source" ? "order" : key.kind, key.id};
      if (seen.insert(itself).second) fresh[key.kind].push_back(key.id);
    }
    wave.clear();
    for (const auto& [kind, ids] : fresh) {
      for (std::size_t q = 0; q < script.queries.size(); ++q) {
        const Query& query = script.queries[q];
        if (kind == "source" ? query.of != "order" || !query.leads_to.empty() : query.of != kind) continue;
        run(q, ids, [&](long long id) { wave.push_back({query.leads_to, id}); });
      }
    }
  }
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
  if (sqlite3_exec(source, script.setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sqlite3_errmsg(source));
  sqlite3_exec(source, "pragma cache_size=-16000", nullptr, nullptr, nullptr);
  sqlite3_stmt* asked = prepare(source, script.documents);
  while (sqlite3_step(asked) == SQLITE_ROW) {
    script.asked[sqlite3_column_int64(asked, 0)].push_back(
        {reinterpret_cast<const char*>(sqlite3_column_text(asked, 1)), sqlite3_column_int64(asked, 2)});
  }
  sqlite3_finalize(asked);
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
  std::vector<sqlite3_stmt*> reads;
  for (const Query& query : script.queries) reads.push_back(prepare(query.own ? target : source, query.sql));
  const auto read_of = [&](std::size_t q, const std::vector<long long>& ids, const auto& led_to, Times& times) {
    std::vector<Cell> cells(static_cast<std::size_t>(sqlite3_column_count(reads[q])));
    for (const long long id : ids) {
      sqlite3_bind_int64(reads[q], 1, id);
      int result = sqlite3_step(reads[q]);
      for (; result == SQLITE_ROW; result = sqlite3_step(reads[q])) {
        ++times.read;
        for (std::size_t c = 0; c < cells.size(); ++c) {
          const int at = static_cast<int>(c), type = sqlite3_column_type(reads[q], at);
          cells[c].null = type == SQLITE_NULL;
          cells[c].integer = type == SQLITE_INTEGER;
          if (cells[c].integer) {
            cells[c].number = sqlite3_column_int64(reads[q], at);
          } else if (!cells[c].null) {
            cells[c].text = reinterpret_cast<const char*>(sqlite3_column_text(reads[q], at));
          }
        }
        if (!script.queries[q].leads_to.empty()) led_to(cells[0].number);
      }
      if (result != SQLITE_DONE) fail(sqlite3_errmsg(source));
      sqlite3_reset(reads[q]);
    }
  };
  Times times;
  const Stopwatch watch;
  for (const long long batch : batches) {
    const Stopwatch reading;
    sqlite3_exec(source, "begin", nullptr, nullptr, nullptr);
    read_all(script, script.asked[batch],
             [&](std::size_t q, const auto& ids, const auto& led_to) { read_of(q, ids, led_to, times); });
    sqlite3_exec(source, "commit", nullptr, nullptr, nullptr);
    times.read_wall += reading.wall_ms(), times.read_cpu += reading.cpu_ms();
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
        ++times.written;
      }
    }
    execute(script.cursor);
    execute("commit");
  }
  report("sqlite", batches.size(), times, watch);
  for (sqlite3_stmt* read : reads) sqlite3_finalize(read);
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
  for (const char* sql : {"set client_min_messages = warning", "drop schema if exists raw_rows_bench cascade",
                          "create schema raw_rows_bench", "set search_path = raw_rows_bench, public",
                          "set synchronous_commit = off", "set jit = off", "set plan_cache_mode = force_custom_plan",
                          "create table sl_company (like sales_leads.sl_company including all)"})
    PQclear(execute(sql));
  PQclear(execute(script.setup));
  {
    PGresult* result = execute(script.documents);
    for (int r = 0; r < PQntuples(result); ++r) {
      script.asked[std::strtoll(PQgetvalue(result, r, 0), nullptr, 10)].push_back(
          {PQgetvalue(result, r, 1), std::strtoll(PQgetvalue(result, r, 2), nullptr, 10)});
    }
    PQclear(result);
  }
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
  PQclear(execute("analyze"));
  const auto batches = batches_of(script);
  const auto read_of = [&](std::size_t q, const std::vector<long long>& ids, const auto& led_to, Times& times) {
    std::string array = "{";
    for (const long long id : ids) array += (array.size() > 1 ? "," : "") + std::to_string(id);
    array += "}";
    const char* value = array.c_str();
    PGresult* result = PQexecPrepared(connection, ("read" + std::to_string(q)).c_str(), 1, &value, nullptr, nullptr, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail(script.queries[q].sql + PQerrorMessage(connection));
    const int rows = PQntuples(result), columns = PQnfields(result);
    std::vector<Cell> cells(static_cast<std::size_t>(columns));
    for (int r = 0; r < rows; ++r) {
      ++times.read;
      for (int c = 0; c < columns; ++c) {
        Cell& cell = cells[static_cast<std::size_t>(c)];
        cell.null = PQgetisnull(result, r, c) != 0;
        cell.integer = PQftype(result, c) == kBigint;
        if (cell.integer) {
          cell.number = std::strtoll(PQgetvalue(result, r, c), nullptr, 10);
        } else {
          cell.text = PQgetvalue(result, r, c);
        }
      }
      if (!script.queries[q].leads_to.empty()) led_to(cells[0].number);
    }
    PQclear(result);
  };
  Times times;
  const Stopwatch watch;
  for (std::size_t q = 0; q < script.queries.size(); ++q)
    PQclear(PQprepare(connection, ("read" + std::to_string(q)).c_str(), script.queries[q].sql.c_str(), 0, nullptr));
  for (std::size_t t = 0; t < script.tables.size(); ++t)
    PQclear(PQprepare(connection, ("write" + std::to_string(t)).c_str(), script.tables[t].write.c_str(), 0, nullptr));
  for (const long long batch : batches) {
    PQclear(execute("begin"));
    const Stopwatch reading;
    read_all(script, script.asked[batch],
             [&](std::size_t q, const auto& ids, const auto& led_to) { read_of(q, ids, led_to, times); });
    times.read_wall += reading.wall_ms(), times.read_cpu += reading.cpu_ms();
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
      times.written += rows.size();
    }
    PQclear(execute(script.cursor));
    PQclear(execute("commit"));
  }
  report("postgresql", batches.size(), times, watch);
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
