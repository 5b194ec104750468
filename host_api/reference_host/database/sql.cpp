// SPDX-License-Identifier: Apache-2.0
#include "database/sql.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "app.h"

namespace erp::host {

namespace {

constexpr std::size_t kKeptStatements = 400;

/// `?` outside of quotes becomes :p1, :p2 …, the form that SOCI knows.
std::string with_names(std::string_view sql) {
  std::string out;
  out.reserve(sql.size() + 16);
  bool quoted = false;
  int next = 0;
  for (const char c : sql) {
    if (c == '\'') quoted = !quoted;
    if (c == '?' && !quoted) {
      out += ":p";
      out += std::to_string(++next);
    } else {
      out += c;
    }
  }
  return out;
}

[[noreturn]] void translate(const soci::soci_error& error) {
  const std::string what = error.what();
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    const int result = sqlite->result() & 0xff;
    if (result == 5 || result == 6) {  // SQLITE_BUSY, SQLITE_LOCKED
      throw HostError(ERP_BUSY, "database.busy", "The database is in use by somebody else. Try again.");
    }
    if (result == 19) {
      throw HostError(ERP_CONFLICT, "database.constraint", "The database refuses the row: " + what);
    }
    if (result == 11 || result == 26) {
      throw HostError(ERP_DATA_LOSS, "database.damaged", "The database file is damaged: " + what);
    }
    if (result == 8) {
      throw HostError(ERP_UNAVAILABLE, "database.read_only",
                      "The database cannot be written. Give the host the right to write its file and folder.");
    }
    if (result == 10 || result == 14) {
      throw HostError(ERP_UNAVAILABLE, "database.io", "The database file cannot be reached: " + what);
    }
    if (result == 13) throw HostError(ERP_UNAVAILABLE, "database.full", "The disk of the database is full: " + what);
  }
  if (const auto* postgres = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    const std::string state = postgres->sqlstate();
    if (state.starts_with("23")) {
      throw HostError(ERP_CONFLICT, "database.constraint", "The database refuses the row: " + what);
    }
    if (state == "40001" || state == "40P01" || state == "55P03") {
      throw HostError(ERP_BUSY, "database.busy", "The database is in use by somebody else. Try again.");
    }
    if (state.starts_with("08") || state.starts_with("57P")) {
      throw HostError(ERP_UNAVAILABLE, "database.connection", "The connection to the database was lost. Try again.");
    }
    if (state == "53100")
      throw HostError(ERP_UNAVAILABLE, "database.full", "The disk of the database is full: " + what);
    if (state == "25006") {
      throw HostError(ERP_UNAVAILABLE, "database.read_only",
                      "The database cannot be written: this server is a standby, or read-only. Try again.");
    }
    if (state == "53300") {
      throw HostError(ERP_UNAVAILABLE, "database.sessions", "The database server has no free session. Try again.");
    }
  }
  throw HostError(ERP_INTERNAL, "database.error", "The database reported: " + what);
}

}  // namespace

struct Db::Session {
  explicit Session(const soci::backend_factory& factory, const std::string& text) : soci(factory, text) {}
  soci::session soci;
  bool warned = false;     // the server has warned of something
  bool misplaced = false;  // it leads to a server that may only read: another one has taken over
  std::unordered_map<std::string, std::unique_ptr<Statement>> kept;
  std::string key;  // scratch
};

struct Db::Statement {
  explicit Statement(soci::session& session) : statement(session) {}
  // deque: SOCI keeps the addresses of what it reads and writes.
  std::deque<std::pair<long long, soci::indicator>> integers;
  std::deque<std::pair<std::string, soci::indicator>> texts;
  std::vector<std::pair<bool, std::size_t>> inputs;  // is text, index
  std::vector<detail::Cell> cells;
  std::deque<soci::indicator> indicators;
  soci::statement statement;
};

Db::Db(const DatabaseAddress& address) : backend_(address.backend) {
  try {
    if (backend_ == Backend::sqlite) {
      if (address.connection.find('"') != std::string::npos) {
        throw HostError(ERP_INVALID_ARGUMENT, "database.path.invalid",
                        "The database path " + address.connection + " holds a quotation mark. Choose another folder.");
      }
      session_ = std::make_unique<Session>(soci::sqlite3, "dbname=\"" + address.connection + "\"");
      run_once("pragma busy_timeout = 10000");
      run_once("pragma journal_mode = wal");
      run_once("pragma synchronous = full");
      run_once("pragma foreign_keys = on");
      run_once("pragma cache_size = -16000");
      if (value<std::int64_t>("pragma foreign_keys") != 1) {
        throw HostError(ERP_UNSUPPORTED, "database.foreign_keys", "This SQLite was built without foreign keys.");
      }
    } else {
      session_ = std::make_unique<Session>(soci::postgresql, address.connection);
      PQsetNoticeReceiver(
          static_cast<soci::postgresql_session_backend*>(session_->soci.get_backend())->conn_,
          [](void* session, const PGresult*) { static_cast<Session*>(session)->warned = true; }, session_.get());
      run_once("set client_min_messages = warning");
      run_once("set search_path = public");
      run_once("set timezone = 'UTC'");
      run_once("set lock_timeout = '20s'");
    }
  } catch (const soci::soci_error& error) {
    // The message of libpq names host and role, not the password.
    throw HostError(ERP_UNAVAILABLE, "database.open",
                    std::string("The database cannot be opened: ") + error.what() +
                        ". Check the address, the rights and that the server runs.");
  }
}

Db::~Db() {
  rollback();
  try {
    session_.reset();
  } catch (...) {  // a lost connection may complain while it closes
  }
}

template <class Work>
decltype(auto) Db::guarded(Work&& work) {
  try {
    return work();
  } catch (const soci::postgresql_soci_error& error) {
    if (session_ && error.sqlstate() == "25006") session_->misplaced = true;
    translate(error);
  } catch (const soci::soci_error& error) {
    translate(error);
  }
}

Db::Statement& Db::prepared(std::string_view sql, const Args& args, std::string_view kinds) {
  std::string& key = session_->key;
  key.assign(kinds);
  key += '|';
  for (const Arg& arg : args) key += arg.is_text() ? 't' : 'i';
  key += '|';
  key += sql;
  if (auto found = session_->kept.find(key); found != session_->kept.end()) return *found->second;
  if (session_->kept.size() >= kKeptStatements) session_->kept.clear();

  auto made = std::make_unique<Statement>(session_->soci);
  soci::statement& statement = made->statement;
  for (const Arg& arg : args) {
    if (arg.is_text()) {
      auto& slot = made->texts.emplace_back("", soci::i_ok);
      made->inputs.emplace_back(true, made->texts.size() - 1);
      statement.exchange(soci::use(slot.first, slot.second));
    } else {
      auto& slot = made->integers.emplace_back(0, soci::i_ok);
      made->inputs.emplace_back(false, made->integers.size() - 1);
      statement.exchange(soci::use(slot.first, slot.second));
    }
  }
  made->cells.resize(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    auto& indicator = made->indicators.emplace_back(soci::i_ok);
    if (kinds[i] == 'i') {
      statement.exchange(soci::into(made->cells[i].integer, indicator));
    } else {
      statement.exchange(soci::into(made->cells[i].text, indicator));
    }
  }
  statement.alloc();
  statement.prepare(with_names(sql));
  statement.define_and_bind();
  return *session_->kept.emplace(key, std::move(made)).first->second;
}

namespace {

void check_text(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    throw HostError(ERP_INVALID_ARGUMENT, "text.nul",
                    "A text holds the character NUL, which no record may hold. Remove it.");
  }
}

}  // namespace

Db::Cursor Db::open(std::string_view sql, const Args& args, std::string_view kinds, std::span<const bool> nullable) {
  return guarded([&] {
    Statement& statement = prepared(sql, args, kinds);
    for (std::size_t i = 0; i < args.size(); ++i) {
      const auto [is_text, index] = statement.inputs[i];
      const soci::indicator indicator = args[i].is_null() ? soci::i_null : soci::i_ok;
      if (is_text) {
        check_text(args[i].text());
        statement.texts[index].first = args[i].text();
        statement.texts[index].second = indicator;
      } else {
        statement.integers[index].first = args[i].integer();
        statement.integers[index].second = indicator;
      }
    }
    Cursor cursor{&statement, statement.cells, false};
    cursor.more = statement.statement.execute(true);
    if (kinds.empty()) cursor.more = false;
    if (cursor.more) {
      for (std::size_t i = 0; i < kinds.size(); ++i) {
        statement.cells[i].null = statement.indicators[i] == soci::i_null;
        if (statement.cells[i].null && !nullable[i]) {
          close(statement);
          throw HostError(ERP_INTERNAL, "database.null", "A column that is never empty was empty: " + std::string(sql));
        }
      }
    }
    return cursor;
  });
}

void Db::close(Statement& statement) noexcept {
  if (postgresql()) return;  // its rows are all here
  auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.statement.get_backend());
  sqlite_api::sqlite3_reset(backend->stmt_);
}

void Db::advance(Cursor& cursor, std::span<const bool> nullable) {
  guarded([&] {
    cursor.more = cursor.statement->statement.fetch();
    if (!cursor.more) return;
    for (std::size_t i = 0; i < cursor.cells.size(); ++i) {
      cursor.cells[i].null = cursor.statement->indicators[i] == soci::i_null;
      if (cursor.cells[i].null && !nullable[i]) {
        throw HostError(ERP_INTERNAL, "database.null", "A column that is never empty was empty.");
      }
    }
  });
}

std::int64_t Db::exec(std::string_view sql, const Args& args) {
  const Cursor cursor = open(sql, args, {}, {});
  return cursor.statement->statement.get_affected_rows();
}

void Db::run_once(const std::string& sql) {
  guarded([&] { session_->soci << sql; });
}

void Db::begin(bool write) {
  if (in_transaction_) throw HostError(ERP_INTERNAL, "database.transaction", "A transaction is open already.");
  if (backend_ == Backend::sqlite) {
    run_once(write ? "begin immediate" : "begin");
  } else {
    run_once(write ? "begin" : "begin isolation level repeatable read read only");
  }
  in_transaction_ = true;
}

void Db::commit() {
  session_->warned = false;
  run_once("commit");
  in_transaction_ = false;
  // Somebody cancelled the wait for a synchronous standby: the server says "committed" and warns, and a fail-over now
  // would lose what the caller took for done.
  if (postgresql() && session_->warned) {
    throw HostError(
        ERP_UNAVAILABLE, "database.commit_unsure",
        "The database could not confirm that the change is on its standby too. Look whether it is there, or "
        "try again with the same request id.");
  }
}

void Db::rollback() noexcept {
  if (!in_transaction_) return;
  in_transaction_ = false;
  try {
    session_->soci << "rollback";
  } catch (...) {  // SQLite may have rolled back by itself; a lost connection has
  }
}

bool Db::alive() noexcept {
  try {
    if (backend_ == Backend::sqlite) return true;
    if (session_->misplaced) return false;
    // A server that hung up has left an end of file on the socket: seen without a round trip, before anybody is told
    // that the connection was lost.
    PGconn* const connection = static_cast<soci::postgresql_session_backend*>(session_->soci.get_backend())->conn_;
    return PQstatus(connection) == CONNECTION_OK && PQconsumeInput(connection) == 1 &&
           PQstatus(connection) == CONNECTION_OK;
  } catch (...) {
    return false;
  }
}

void Db::no_row(std::string_view sql) {
  throw HostError(ERP_INTERNAL, "database.no_row", "A query that always answers did not: " + std::string(sql));
}

void Db::fetch(const std::string& sql, const Args& args, const std::string& kinds,
               const std::function<bool(std::span<detail::Cell>)>& row) {
  const std::unique_ptr<bool[]> nullable(new bool[kinds.size()]);
  std::fill_n(nullable.get(), kinds.size(), true);
  const std::span<const bool> all(nullable.get(), kinds.size());
  Cursor cursor = open(sql, args, kinds, all);
  const Closing closing(*this, cursor);
  while (cursor.more && row(cursor.cells)) advance(cursor, all);
}

}  // namespace erp::host
