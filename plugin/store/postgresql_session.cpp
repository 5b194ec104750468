// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL behind the session: the module's own role and schema, time-outs on everything that can hang.
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "store/kept_statement.h"

namespace sales_leads::store {

namespace {

constexpr std::int64_t kStatementTimeoutMs = 60'000;
constexpr const char* kReadOnly = "25006";  // the SQLSTATE of a write to a standby

/// SOCI reads "key=value" texts alone; a URL is taken apart by libpq itself.
std::string key_value_text(const std::string& connection) {
  if (connection.find("://") == std::string::npos) return connection;
  char* message = nullptr;
  PQconninfoOption* const options = PQconninfoParse(connection.c_str(), &message);
  if (options == nullptr) {
    PQfreemem(message);  // it may repeat the password
    throw Failure(Code::invalid_argument, "database.connection", "The connection text is not a PostgreSQL URL.");
  }
  std::string text;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    text += (text.empty() ? "" : " ") + std::string(option->keyword) + "='";
    for (const char* c = option->val; *c != '\0'; ++c) {
      if (*c == '\'' || *c == '\\') text += '\\';
      text += *c;
    }
    text += '\'';
  }
  PQconninfoFree(options);
  return text;
}

struct ResultGuard {
  PGresult* result;
  ~ResultGuard() { PQclear(result); }
};

[[noreturn]] void fail(const std::string& state, const std::string& text, const std::string& sql) {
  const std::string message = text + " (SQLSTATE " + state + ") in: " + sql;
  const std::string family = state.substr(0, 2);
  if (state == "40001" || state == "40P01" || state == "55P03") {
    throw Failure(Code::busy, "database.busy", "The database is busy; try again. " + message);
  }
  if (state == "23505") throw Failure(Code::conflict, "database.unique", "Such a row exists already. " + message);
  if (state == "23503")
    throw Failure(Code::conflict, "database.reference", "A row that is referred to is missing. " + message);
  if (family == "23" || family == "22")
    throw Failure(Code::invalid_argument, "database.check", "A value is refused. " + message);
  if (state == "57014") fail_out_of_time(message);
  if (state == "53100") throw Failure(Code::unavailable, "database.full", "The disk is full; make room. " + message);
  if (state == kReadOnly)
    throw Failure(Code::unavailable, "database.read_only", "The database cannot be written. " + message);
  if (state == "42501")
    throw Failure(Code::permission, "database.permission", "The module's role may not do this. " + message);
  if (family == "08" || family == "53" || family == "57" || family == "58") {
    throw Failure(Code::unavailable, "database.connection", "The database cannot be reached. " + message);
  }
  if (family == "XX") throw Failure(Code::data_loss, "database.corrupt", "The database reports damage. " + message);
  throw Failure(Code::internal, "database.statement", message);
}

std::string quoted_identifier(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

void append_element(std::string& text, const std::string& value) {
  text += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  text += '"';
}

class PostgresqlSession final : public SociSession {
 public:
  PostgresqlSession(std::string connection, std::string schema)
      : connection_(std::move(connection)), schema_(std::move(schema)) {}
  ~PostgresqlSession() override { tidy(); }

  [[nodiscard]] Backend backend() const override { return Backend::postgresql; }

  [[nodiscard]] std::string in_ids(const std::string& expression, const std::string& param) const override {
    return expression + " = any(cast(:" + param + " as bigint[]))";
  }

  [[nodiscard]] std::string in_many_ids(const std::string& expression, const std::string& param) const override {
    return expression + " in (select unnest(cast(:" + param + " as bigint[])))";
  }

  [[nodiscard]] std::string ids_text(const std::vector<Id>& ids) const override {
    std::string text = "{";
    for (const Id id : ids) {
      if (text.size() > 1) text += ',';
      text += std::to_string(id);
    }
    return text + "}";
  }

  [[nodiscard]] std::string rows_of(const std::string& table, const std::string& where, const std::string& column,
                                    const std::string& param) const override {
    return "unnest(cast(:" + param + " as bigint[])) as asked(asked_id) cross join lateral (select * from " + table +
           " where " + where + " and " + column + " = asked.asked_id offset 0) as t";
  }

  [[nodiscard]] std::string in_texts(const std::string& expression, const std::string& param) const override {
    return expression + " = any(cast(:" + param + " as text[]))";
  }

  [[nodiscard]] std::string texts_text(const std::vector<std::string>& texts) const override {
    std::string text = "{";
    for (const std::string& item : texts) {
      if (text.size() > 1) text += ',';
      append_element(text, item);
    }
    return text + "}";
  }

  // One statement for all rows, one text parameter per column. SOCI's vectors would send one row per round trip, and
  // send the first batch again when they are executed a second time.
  void bulk(const std::string& table, const std::vector<BulkColumn>& columns, const std::string& conflict) override {
    if (row_count(columns) == 0) return;
    Params params;
    std::string arrays;
    for (const BulkColumn& column : columns) {
      if (!arrays.empty()) arrays += ", ";
      const bool is_text = std::holds_alternative<std::vector<std::string>>(column.values);
      arrays += "cast(:" + column.name + (is_text ? " as text[])" : " as bigint[])");
      params.emplace_back(column.name, array_text(column));
    }
    execute(insert_head(table, columns) + "select u.* from unnest(" + arrays + ") as u " + conflict, params);
  }

 protected:
  void connect() override {
    open_with(std::make_unique<soci::session>(soci::postgresql, connection_));
    PQsetNoticeReceiver(handle(), &PostgresqlSession::on_notice, this);
    misplaced_ = false;
    under_way_ = nullptr;
    native("set timezone to 'UTC'");
    native("set jit to off");  // our statements are short: compiling one takes longer than running it
    limit_statements_to(kStatementTimeoutMs);
    native("set lock_timeout to '5s'");
    native("set idle_in_transaction_session_timeout to '60s'");
    native("set application_name to 'sales_leads/" + std::to_string(getpid()) + "'");
    native("set client_min_messages to 'warning'");
    if (!schema_.empty()) {
      std::string path = quoted_identifier(schema_), escaped;
      for (const char c : path) escaped += c == '\'' ? std::string("''") : std::string(1, c);
      native("select set_config('search_path', '" + escaped + ", ' || current_setting('search_path'), false)");
    }
  }

  // A server that hung up has left an end of file on the socket: seen without a round trip.
  bool alive() override {
    return !misplaced_ && PQstatus(handle()) == CONNECTION_OK && PQconsumeInput(handle()) == 1 &&
           PQstatus(handle()) == CONNECTION_OK;
  }

  void native(const std::string& sql) override {
    warned_ = false;
    const ResultGuard guard{PQexec(handle(), sql.c_str())};
    const ExecStatusType status = PQresultStatus(guard.result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      // A commit of a failed transaction is answered with ROLLBACK and no error.
      if (sql == "commit" && std::string(PQcmdStatus(guard.result)) != "COMMIT") {
        throw Failure(Code::internal, "database.commit", "The transaction was rolled back instead of committed.");
      }
      // Somebody cancelled the wait for a synchronous standby: the server says "committed" and warns, and a fail-over
      // now would lose it. So it is not acknowledged; with its request id it may be repeated.
      if (sql == "commit" && warned_) {
        throw Failure(Code::unavailable, "database.commit_unsure",
                      "The database could not confirm that the change is on its standby too. Look whether it is there, "
                      "or try again with the same request id.");
      }
      return;
    }
    fail_as_told(guard.result, sql);
  }

  // SOCI binds, executes and holds the answer; its cells are taken from there, without the three looks and the copy
  // that SOCI's own variables take.
  void read_rows(Kept& kept, const Params& params, const std::vector<CellKind>& kinds,
                 const std::function<bool(std::vector<Cell>&)>& row) override {
    for (std::size_t i = 0; i < params.size(); ++i) set(kept, i, params[i]);
    kept.statement->execute(false);
    auto& told = static_cast<soci::postgresql_statement_backend*>(kept.statement->get_backend())->result_;
    struct Ended {
      soci::details::postgresql_result& told;
      ~Ended() { told.reset(); }
    };
    const Ended ended{told};
    read_cells(told.get_result(), kinds, row);
  }

  std::unique_ptr<Answer> send(const std::string& sql, const Params& params,
                               const std::vector<CellKind>& kinds) override {
    begin_statement();
    return guarded(&sql, [&]() -> std::unique_ptr<Answer> {
      Kept& kept = keep(sql, params, kinds);
      const auto& prepared = *static_cast<soci::postgresql_statement_backend*>(kept.statement->get_backend());
      std::vector<std::string> texts;
      texts.reserve(prepared.names_.size());
      std::vector<const char*> values;
      for (const std::string& name : prepared.names_) {
        const auto param =
            std::find_if(params.begin(), params.end(), [&](const Param& given) { return given.name == name; });
        if (param == params.end()) {
          throw Failure(Code::internal, "database.parameter", "Parameter " + name + " is not bound in: " + sql);
        }
        if (const auto* text = std::get_if<std::string>(&param->value)) {
          refuse_nul(*text, name);
          values.push_back(text->c_str());
        } else if (const auto* integer = std::get_if<std::int64_t>(&param->value)) {
          values.push_back(texts.emplace_back(std::to_string(*integer)).c_str());
        } else {
          values.push_back(nullptr);
        }
      }
      if (PQsendQueryPrepared(handle(), prepared.statementName_.c_str(), static_cast<int>(values.size()), values.data(),
                              nullptr, nullptr, 0) == 0) {
        fail("08006", PQerrorMessage(handle()), sql.substr(0, kShownSql));
      }
      auto sent = std::make_unique<Sent>(*this, sql.substr(0, kShownSql), kinds);
      under_way_ = sent.get();
      return sent;
    });
  }
  void let_arrive() override {
    if (under_way_ != nullptr) under_way_->arrive();
  }

  const char* begin_text(Begin) const override { return "begin"; }

  void deadline_changed() override {
    if (!deadline() && limit_ms_ != kStatementTimeoutMs) limit_statements_to(kStatementTimeoutMs);
  }

  /// The server stops what runs past the deadline. Told anew only when half of what it was told has gone by: so a
  /// statement overruns by no more than what was left, and most cost no second round trip.
  void before_statement() override {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(*deadline() - std::chrono::steady_clock::now());
    const std::int64_t left_ms = std::clamp<std::int64_t>(left.count() + 1, 1, kStatementTimeoutMs);
    if (limit_ms_ == 0 || left_ms * 2 <= limit_ms_ || left_ms > limit_ms_) limit_statements_to(left_ms);
  }

  void rolled_back() noexcept override { limit_ms_ = 0; }  // a setting of the transaction went with it

  [[noreturn]] void translate(const std::string& sql) override {
    try {
      throw;
    } catch (const Failure&) {
      throw;
    } catch (const soci::postgresql_soci_error& error) {
      const std::string state = error.sqlstate();
      misplaced_ = misplaced_ || state == kReadOnly;
      const bool lost = opened() && PQstatus(handle()) != CONNECTION_OK;
      fail(lost ? "08006" : state, error.get_error_message(), sql);
    } catch (const soci::soci_error& error) {
      if (!opened() || PQstatus(handle()) != CONNECTION_OK) fail("08001", error.get_error_message(), sql);
      throw Failure(Code::internal, "database.statement", error.get_error_message() + " in: " + sql);
    } catch (const std::exception& error) {
      throw Failure(Code::internal, "database.internal", error.what());
    }
  }

 private:
  class Sent final : public Answer {
   public:
    Sent(PostgresqlSession& session, std::string sql, std::vector<CellKind> kinds)
        : session_(session), sql_(std::move(sql)), kinds_(std::move(kinds)) {}
    ~Sent() override {
      if (arrived_) return;
      while (PGresult* const dropped = PQgetResult(session_.handle())) PQclear(dropped);
      session_.under_way_ = nullptr;
    }
    void arrive() override {
      if (arrived_) return;
      session_.guarded(&sql_, [&] {
        told_.result = PQgetResult(session_.handle());
        for (bool more = true; more;) {
          const ResultGuard next{PQgetResult(session_.handle())};
          more = next.result != nullptr;
        }
        arrived_ = true;
        session_.under_way_ = nullptr;
        if (PQresultStatus(told_.result) != PGRES_TUPLES_OK) session_.fail_as_told(told_.result, sql_);
      });
    }
    void read(const std::function<bool(std::vector<Cell>&)>& row) override {
      session_.guarded(&sql_, [&] { session_.read_cells(told_.result, kinds_, row); });
    }

   private:
    PostgresqlSession& session_;
    std::string sql_;
    std::vector<CellKind> kinds_;
    ResultGuard told_{nullptr};
    bool arrived_ = false;
  };

  static void read_cells(const PGresult* result, const std::vector<CellKind>& kinds,
                         const std::function<bool(std::vector<Cell>&)>& row) {
    const int count = PQntuples(result);
    std::vector<Cell> cells(kinds.size());
    for (int at = 0; at < count; ++at) {
      for (std::size_t i = 0; i < kinds.size(); ++i) {
        const int column = static_cast<int>(i);
        const char* const text = PQgetvalue(result, at, column);
        const auto size = static_cast<std::size_t>(PQgetlength(result, at, column));
        if (size == 0 && PQgetisnull(result, at, column) != 0) {
          cells[i] = std::monostate{};
        } else if (kinds[i] == CellKind::integer) {
          std::int64_t value = 0;
          const auto [end, error] = std::from_chars(text, text + size, value);
          if (error != std::errc() || end != text + size) {
            throw Failure(Code::data_loss, "database.integer",
                          "Column " + std::to_string(i + 1) + " is no integer: " + text);
          }
          cells[i] = value;
        } else {
          cells[i].emplace<std::string>(text, size);
        }
      }
      if (!row(cells)) return;
    }
  }

  /// What the server said of a statement that failed.
  [[noreturn]] void fail_as_told(const PGresult* result, const std::string& sql) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    fail(state != nullptr ? state : "08000", text != nullptr ? text : PQerrorMessage(handle()), sql);
  }

  /// The server speaks of something: warnings alone come here (client_min_messages).
  static void on_notice(void* self, const PGresult*) noexcept { static_cast<PostgresqlSession*>(self)->warned_ = true; }

  void limit_statements_to(std::int64_t ms) {
    native("set statement_timeout to " + std::to_string(ms));
    limit_ms_ = ms;
  }

  [[nodiscard]] PGconn* handle() { return static_cast<soci::postgresql_session_backend*>(raw().get_backend())->conn_; }

  std::string array_text(const BulkColumn& column) const {
    std::string text = "{";
    const auto next = [&] {
      if (text.size() > 1) text += ',';
    };
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      for (const std::int64_t value : *integers) next(), text += std::to_string(value);
    } else if (const auto* maybe = std::get_if<std::vector<std::optional<std::int64_t>>>(&column.values)) {
      for (const auto& value : *maybe) next(), text += value ? std::to_string(*value) : "NULL";
    } else {
      for (const std::string& value : std::get<std::vector<std::string>>(column.values)) {
        next();
        append_element(text, value);
      }
    }
    return text + "}";
  }

  std::string connection_, schema_;
  Sent* under_way_ = nullptr;  // whose answer has not arrived
  bool warned_ = false;        // by the last statement of native()
  bool misplaced_ = false;     // it leads to a server that may only read: another one has taken over
  std::int64_t limit_ms_ = 0;  // statement_timeout as the server knows it, 0 = unknown
};

}  // namespace

std::unique_ptr<SociSession> open_postgresql(const DatabaseInfo& info) {
  return std::make_unique<PostgresqlSession>(key_value_text(info.connection), info.schema);
}

}  // namespace sales_leads::store
