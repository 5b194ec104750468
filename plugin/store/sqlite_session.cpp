// SPDX-License-Identifier: Apache-2.0
//
// SQLite behind the session: one file shared with the host, write-ahead log, one writer at a time.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "store/kept_statement.h"

namespace sales_leads::store {

namespace {

namespace api = sqlite_api;

// Long enough for a host that imports in slices; a writer that waits longer is told BUSY and tries again by itself.
constexpr int kBusyTimeoutMs = 5'000;
// Steps of SQLite's machine between two looks at the clock: well below a millisecond.
constexpr int kStepsBetweenLooks = 4'000;

[[noreturn]] void fail(int result, int extended, const std::string& text, const std::string& sql) {
  const std::string message = text + " (SQLite " + std::to_string(extended) + ") in: " + sql;
  switch (result) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Failure(Code::busy, "database.busy", "The database is busy; try again. " + message);
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
          extended == SQLITE_CONSTRAINT_ROWID) {
        throw Failure(Code::conflict, "database.unique", "Such a row exists already. " + message);
      }
      if (extended == SQLITE_CONSTRAINT_FOREIGNKEY) {
        throw Failure(Code::conflict, "database.reference", "A row that is referred to is missing. " + message);
      }
      throw Failure(Code::invalid_argument, "database.check", "A value is refused. " + message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Failure(Code::data_loss, "database.corrupt", "The database file is damaged; restore a copy. " + message);
    case SQLITE_FULL:
      throw Failure(Code::unavailable, "database.full", "The disk is full; make room. " + message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw Failure(Code::unavailable, "database.read_only", "The database cannot be written. " + message);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      throw Failure(Code::unavailable, "database.io", "The database cannot be reached. " + message);
    case SQLITE_INTERRUPT:
      fail_out_of_time(message);
    default:
      throw Failure(Code::internal, "database.statement", message);
  }
}

void append_json(std::string& text, char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    text += '\\';
    text += c;
  } else if (byte < 0x20) {
    text += "\\u00";
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  } else {
    text += c;
  }
}

class SqliteSession final : public SociSession {
 public:
  explicit SqliteSession(std::string path) : path_(std::move(path)) {}
  ~SqliteSession() override { tidy(); }

  [[nodiscard]] Backend backend() const override { return Backend::sqlite; }

  [[nodiscard]] std::string in_ids(const std::string& expression, const std::string& param) const override {
    return expression + " in (select value from json_each(:" + param + "))";
  }

  [[nodiscard]] std::string in_many_ids(const std::string& expression, const std::string& param) const override {
    return in_ids(expression, param);
  }

  [[nodiscard]] std::string ids_text(const std::vector<Id>& ids) const override {
    std::string text = "[";
    for (const Id id : ids) {
      if (text.size() > 1) text += ',';
      text += std::to_string(id);
    }
    return text + "]";
  }

  [[nodiscard]] std::string rows_of(const std::string& table, const std::string& where, const std::string& column,
                                    const std::string& param) const override {
    return "(select * from " + table + " where " + where + " and " + in_ids(column, param) + ") as t";
  }

  [[nodiscard]] std::string in_texts(const std::string& expression, const std::string& param) const override {
    return in_ids(expression, param);
  }

  [[nodiscard]] std::string texts_text(const std::vector<std::string>& texts) const override {
    std::string text = "[";
    for (const std::string& item : texts) {
      if (text.size() > 1) text += ',';
      text += '"';
      for (const char c : item) append_json(text, c);
      text += '"';
    }
    return text + "]";
  }

  // One kept single-row statement: as fast as anything SQLite offers (multi-row values and json_each are slower). Bound
  // and stepped without SOCI, which copies every text on its way.
  void bulk(const std::string& table, const std::vector<BulkColumn>& columns, const std::string& conflict) override {
    const std::size_t rows = row_count(columns);
    if (rows == 0) return;
    Params params;
    std::string sql = insert_head(table, columns) + "values (";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) sql += ", ";
      sql += ":" + columns[i].name;
      if (std::holds_alternative<std::vector<std::string>>(columns[i].values)) {
        params.emplace_back(columns[i].name, "");
      } else {
        params.emplace_back(columns[i].name, std::int64_t{0});
      }
    }
    sql += ") " + conflict;
    guarded(&sql, [&] {
      api::sqlite3_stmt* statement = raw_statement(keep(sql, params, {}));
      const Held held(handle());
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) bind(statement, static_cast<int>(i) + 1, columns[i], row);
        const int result = api::sqlite3_step(statement);
        if (result != SQLITE_DONE) fail_step(statement, result, sql);
        api::sqlite3_reset(statement);
      }
      api::sqlite3_clear_bindings(statement);  // the texts are the caller's
    });
  }

 protected:
  void connect() override {
    if (path_.find('"') != std::string::npos) {
      throw Failure(Code::invalid_argument, "database.path", "The database's path must not hold a double quote.");
    }
    open_with(std::make_unique<soci::session>(soci::sqlite3, "db=\"" + path_ + "\""));
    api::sqlite3_extended_result_codes(handle(), 0);
    // A handler of our own: SOCI's time-out is in whole seconds and off by default, SQLite's knows no deadline. Foreign
    // keys have no option in SOCI.
    api::sqlite3_busy_handler(handle(), &SqliteSession::on_busy, this);
    native("pragma foreign_keys = on");
    native("pragma journal_mode = wal");
    native("pragma synchronous = full");
    native("pragma temp_store = memory");
    native("pragma cache_size = -16000");
    if (number("pragma foreign_keys") != 1) {
      throw Failure(Code::unavailable, "database.foreign_keys", "This SQLite cannot enforce foreign keys.");
    }
  }

  bool alive() override { return true; }  // a file does not hang up

  void native(const std::string& sql) override {
    char* text = nullptr;
    const int result = api::sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, &text);
    if (result == SQLITE_OK) return;
    const std::string message = text != nullptr ? text : api::sqlite3_errstr(result);
    api::sqlite3_free(text);
    if ((result & 0xff) == SQLITE_BUSY && out_of_time()) fail_out_of_time("Somebody else was writing: " + sql);
    fail(result & 0xff, api::sqlite3_extended_errcode(handle()), message, sql);
  }

  const char* begin_text(Begin begin) const override {
    return begin == Begin::writing ? "begin immediate" : "begin deferred";
  }

  // SQLite stores null for a parameter that nobody bound, silently.
  void check_parameters(Kept& kept, const std::string& sql) override {
    api::sqlite3_stmt* statement = raw_statement(kept);
    const int count = api::sqlite3_bind_parameter_count(statement);
    for (int i = 1; i <= count; ++i) {
      const char* name = api::sqlite3_bind_parameter_name(statement, i);
      bool found = false;
      for (const std::string& bound : kept.names) found = found || (name != nullptr && bound == name + 1);
      if (!found) {
        throw Failure(Code::internal, "database.parameter",
                      "Parameter " + std::string(name != nullptr ? name : "?") + " is not bound in: " + sql);
      }
    }
    for (const std::string& name : kept.names) {
      kept.places.push_back(api::sqlite3_bind_parameter_index(statement, (":" + name).c_str()));
    }
  }

  void reset(Kept& kept) override { api::sqlite3_reset(raw_statement(kept)); }

  // Without SOCI, which asks for every cell's type thrice and copies every text on its way.
  void read_rows(Kept& kept, const Params& params, const std::vector<CellKind>& kinds,
                 const std::function<bool(std::vector<Cell>&)>& row) override {
    api::sqlite3_stmt* statement = raw_statement(kept);
    struct Ended {  // whatever the visitor throws: a statement left open would keep its read lock
      api::sqlite3_stmt* statement;
      ~Ended() {
        api::sqlite3_reset(statement);
        api::sqlite3_clear_bindings(statement);  // the texts are the caller's
      }
    };
    const Ended ended{statement};
    const Held held(handle());
    api::sqlite3_reset(statement);
    for (std::size_t i = 0; i < params.size(); ++i) bind(statement, kept.places[i], params[i]);
    std::vector<Cell> cells(kinds.size());
    for (;;) {
      const int result = api::sqlite3_step(statement);
      if (result == SQLITE_DONE) return;
      if (result != SQLITE_ROW) fail_step(statement, result, api::sqlite3_sql(statement));
      for (std::size_t i = 0; i < kinds.size(); ++i) {
        // By its value: each sqlite3_column_… takes the connection's lock again, which is held.
        api::sqlite3_value* const value = api::sqlite3_column_value(statement, static_cast<int>(i));
        if (api::sqlite3_value_type(value) == SQLITE_NULL) {
          cells[i] = std::monostate{};
        } else if (kinds[i] == CellKind::integer) {
          cells[i] = static_cast<std::int64_t>(api::sqlite3_value_int64(value));
        } else {
          const auto* text = reinterpret_cast<const char*>(api::sqlite3_value_text(value));
          cells[i].emplace<std::string>(text, static_cast<std::size_t>(api::sqlite3_value_bytes(value)));
        }
      }
      if (!row(cells)) return;
    }
  }

  void deadline_changed() override {
    api::sqlite3_progress_handler(handle(), deadline() ? kStepsBetweenLooks : 0, &SqliteSession::on_progress, this);
  }

  [[noreturn]] void translate(const std::string& sql) override {
    try {
      throw;
    } catch (const Failure&) {
      throw;
    } catch (const soci::sqlite3_soci_error& error) {
      const int extended = api::sqlite3_extended_errcode(opened() ? handle() : nullptr);
      const int result = error.result() & 0xff;
      if (result == SQLITE_BUSY && out_of_time()) fail_out_of_time("Somebody else was writing: " + sql);
      fail(result, (extended & 0xff) == result ? extended : result, error.get_error_message(), sql);
    } catch (const soci::soci_error& error) {
      throw Failure(Code::internal, "database.statement", error.get_error_message() + " in: " + sql);
    } catch (const std::exception& error) {
      throw Failure(Code::internal, "database.internal", error.what());
    }
  }

 private:
  // SQLite asks these from within a call of ours, on the same thread; they must not throw.
  static int on_progress(void* self) noexcept { return static_cast<SqliteSession*>(self)->out_of_time() ? 1 : 0; }

  /// Whether to look for the lock again: in small steps first, until the deadline or the time-out.
  static int on_busy(void* self, int count) noexcept {
    using std::chrono::milliseconds;
    auto& session = *static_cast<SqliteSession*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (count == 0) session.busy_since_ = now;
    if (session.out_of_time() || now - session.busy_since_ >= milliseconds(kBusyTimeoutMs)) return 0;
    constexpr int kPausesMs[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
    auto pause =
        milliseconds(kPausesMs[std::min<std::size_t>(static_cast<std::size_t>(count), std::size(kPausesMs) - 1)]);
    if (session.deadline()) {
      pause = std::min(pause, std::chrono::duration_cast<milliseconds>(*session.deadline() - now) + milliseconds(1));
    }
    std::this_thread::sleep_for(pause);
    return 1;
  }

  [[nodiscard]] api::sqlite3* handle() {
    return static_cast<soci::sqlite3_session_backend*>(raw().get_backend())->conn_;
  }

  static void bind(api::sqlite3_stmt* statement, int at, const BulkColumn& column, std::size_t row) {
    int result = SQLITE_OK;
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      result = api::sqlite3_bind_int64(statement, at, (*integers)[row]);
    } else if (const auto* maybe = std::get_if<std::vector<std::optional<std::int64_t>>>(&column.values)) {
      result = (*maybe)[row] ? api::sqlite3_bind_int64(statement, at, *(*maybe)[row])
                             : api::sqlite3_bind_null(statement, at);
    } else {
      const std::string& text = std::get<std::vector<std::string>>(column.values)[row];
      refuse_nul(text, column.name);
      result = api::sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    if (result != SQLITE_OK) fail(result & 0xff, result, api::sqlite3_errstr(result), "bind " + column.name);
  }

  /// The connection's own lock, for the length of a statement: nobody else wants it, and every call that finds it held
  /// by its thread is cheaper.
  class Held {
   public:
    explicit Held(api::sqlite3* connection) : mutex_(api::sqlite3_db_mutex(connection)) {
      api::sqlite3_mutex_enter(mutex_);
    }
    ~Held() { api::sqlite3_mutex_leave(mutex_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    api::sqlite3_mutex* mutex_;
  };

  static void bind(api::sqlite3_stmt* statement, int at, const Param& param) {
    int result = SQLITE_OK;
    if (const auto* integer = std::get_if<std::int64_t>(&param.value)) {
      result = api::sqlite3_bind_int64(statement, at, *integer);
    } else if (const auto* text = std::get_if<std::string>(&param.value)) {
      refuse_nul(*text, param.name);
      result = api::sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    } else {
      result = api::sqlite3_bind_null(statement, at);
    }
    if (result != SQLITE_OK) fail(result & 0xff, result, api::sqlite3_errstr(result), "bind " + param.name);
  }

  [[noreturn]] void fail_step(api::sqlite3_stmt* statement, int result, const std::string& sql) {
    const int extended = api::sqlite3_extended_errcode(handle());
    const std::string text = api::sqlite3_errmsg(handle());
    const std::string shown = sql.substr(0, kShownSql);
    api::sqlite3_reset(statement);
    if ((result & 0xff) == SQLITE_BUSY && out_of_time()) fail_out_of_time("Somebody else was writing: " + shown);
    fail(result & 0xff, extended, text, shown);
  }

  static api::sqlite3_stmt* raw_statement(Kept& kept) {
    return static_cast<soci::sqlite3_statement_backend*>(kept.statement->get_backend())->stmt_;
  }

  long long number(const std::string& sql) {
    long long value = 0;
    raw() << sql, soci::into(value);
    return value;
  }

  std::string path_;
  std::chrono::steady_clock::time_point busy_since_;
};

}  // namespace

std::unique_ptr<SociSession> open_sqlite(const DatabaseInfo& info) {
  return std::make_unique<SqliteSession>(info.connection);
}

}  // namespace sales_leads::store
