// SPDX-License-Identifier: Apache-2.0
//
// The one wrapper around SOCI. A Session is one connection to the shared database, set up once (pragmas, time-outs,
// search path, application name with the pid) and lent by Database for the length of one use case.
//
// Usage:
//   auto session = database.lease(deadline);
//   store::Transaction transaction(*session);                     // begin immediate on SQLite; rolls back unless
//   committed auto rows = session->query<Id, std::string>("select id, title from sl_step where company_id = :company",
//                                               {{"company", company}});
//   transaction.commit();
//
// SQL is written once for both backends: named parameters, `cast(:x as bigint)` where PostgreSQL cannot guess, no colon
// in comments or literals, `returning id` instead of last-insert-id. in_ids() and bulk() bridge the two where they
// differ.
//
// Threads: Database any; a Session belongs to the thread that leased it. Errors: Failure with one translation of both
// backends' codes (busy, conflict, unavailable, data_loss …); after any error the transaction is abandoned.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "host/host.h"

namespace sales_leads::store {

using Id = std::int64_t;

/// A bound value: null, integer or text. Text with a NUL inside is refused.
struct Param {
  std::string name;
  std::variant<std::monostate, std::int64_t, std::string> value;

  template <class Int>
  requires std::is_integral_v<Int> Param(std::string n, Int v)
      : name(std::move(n)), value(static_cast<std::int64_t>(v)) {}
  Param(std::string n, std::string v) : name(std::move(n)), value(std::move(v)) {}
  Param(std::string n, std::string_view v) : name(std::move(n)), value(std::string(v)) {}
  Param(std::string n, const char* v) : name(std::move(n)), value(std::string(v)) {}
  Param(std::string n, std::nullopt_t) : name(std::move(n)) {}
  template <class T>
  Param(std::string n, const std::optional<T>& v) : name(std::move(n)) {
    if (v) value = Param("", *v).value;
  }
};
using Params = std::vector<Param>;

/// A column of a bulk insert: all of one kind, one entry per row.
struct BulkColumn {
  std::string name;
  std::variant<std::vector<std::int64_t>, std::vector<std::optional<std::int64_t>>, std::vector<std::string>> values;
};

/// How a transaction begins. `reading`: it takes SQLite's write lock with its first write, which is refused as busy
/// when anybody wrote since the first read: so what was read still holds. On PostgreSQL both are the same.
enum class Begin { writing, reading };

template <class... Columns>
class Awaited;

class Session {
 public:
  virtual ~Session() = default;
  [[nodiscard]] virtual Backend backend() const = 0;

  /// Rows as tuples of std::int64_t, std::string, or std::optional of these; a null in a column that is not optional is
  /// a Failure(data_loss). Statements are kept per session and used again.
  template <class... Columns>
  std::vector<std::tuple<Columns...>> query(const std::string& sql, const Params& params = {});
  template <class... Columns>
  std::optional<std::tuple<Columns...>> first(const std::string& sql, const Params& params = {});
  /// As query(), but the database works on it while its caller does something else (SQLite: when the rows are taken).
  /// Any other statement of the session waits until it has arrived.
  template <class... Columns>
  [[nodiscard]] Awaited<Columns...> ask(const std::string& sql, const Params& params = {});
  /// Runs a statement; answers the number of affected rows.
  virtual std::int64_t execute(const std::string& sql, const Params& params = {}) = 0;

  /// "<expression> in (the ids)" for one parameter that holds them: write `where in_ids("d.id", "ids")` into the text
  /// and bind {"ids", ids_text(ids)}.
  [[nodiscard]] virtual std::string in_ids(const std::string& expression, const std::string& param) const = 0;
  /// The same for what is asked of every row of many, about many ids: no index is looked for, they are hashed.
  [[nodiscard]] virtual std::string in_many_ids(const std::string& expression, const std::string& param) const = 0;
  [[nodiscard]] virtual std::string ids_text(const std::vector<Id>& ids) const = 0;
  /// A from-item `t`, the rows of a table for which `where` holds (of its columns, unqualified) and whose `column` is
  /// one of the ids: for tables of ours that grow from nothing. PostgreSQL looks up id by id, whatever its statistics
  /// say; after a first start they say for a minute that such a table is empty, and all of it was read each time.
  [[nodiscard]] virtual std::string rows_of(const std::string& table, const std::string& where,
                                            const std::string& column, const std::string& param) const = 0;
  /// As in_ids for texts: in_texts("o.external_id", "wanted") and {"wanted", texts_text(texts)}.
  [[nodiscard]] virtual std::string in_texts(const std::string& expression, const std::string& param) const = 0;
  [[nodiscard]] virtual std::string texts_text(const std::vector<std::string>& texts) const = 0;

  /// Inserts rows by columns: unnest on PostgreSQL, a kept statement on SQLite. `conflict` is appended as it is, e.g.
  /// "on conflict (a, b) do update set n = t.n + excluded.n" (the target's alias is t).
  virtual void bulk(const std::string& table, const std::vector<BulkColumn>& columns,
                    const std::string& conflict = "") = 0;

  /// Runs one statement as it stands, unprepared and without parameters: for data definition and session settings.
  virtual void run(const std::string& sql) = 0;
  /// Whether a transaction is open: nobody calls the host while it is.
  [[nodiscard]] virtual bool in_transaction() const = 0;

  // For query() and Transaction alone: one row visitor on raw cells; it answers false to stop.
  using Cell = std::variant<std::monostate, std::int64_t, std::string>;
  enum class CellKind { integer, text };
  virtual void fetch(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds,
                     const std::function<bool(std::vector<Cell>&)>& row) = 0;
  /// The answer to a statement under way; gone before its session.
  class Answer {
   public:
    virtual ~Answer() = default;
    virtual void arrive() = 0;  // waits for it; asked again it does nothing
    virtual void read(const std::function<bool(std::vector<Cell>&)>& row) = 0;  // once, when it has arrived
  };
  virtual std::unique_ptr<Answer> send(const std::string& sql, const Params& params,
                                       const std::vector<CellKind>& kinds) = 0;
  virtual void begin(Begin begin) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
};

/// What ask() answers. Dropped without being taken, it waits for the answer and forgets it.
template <class... Columns>
class Awaited {
 public:
  Awaited(std::string sql, std::unique_ptr<Session::Answer> answer)
      : sql_(std::move(sql)), answer_(std::move(answer)) {}
  /// From here on the session is free for the next statement.
  void arrive() { answer_->arrive(); }
  /// The rows, once.
  std::vector<std::tuple<Columns...>> take();

 private:
  std::string sql_;
  std::unique_ptr<Session::Answer> answer_;
};

/// A write transaction. Never nested. Rolls back unless commit() succeeded.
class Transaction {
 public:
  explicit Transaction(Session& session, Begin begin = Begin::writing) : session_(session) { session_.begin(begin); }
  ~Transaction() {
    if (!done_) session_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    session_.commit();
    done_ = true;
  }

 private:
  Session& session_;
  bool done_ = false;
};

using Lease = std::unique_ptr<Session, std::function<void(Session*)>>;

/// Until when a call may take; none = as long as the session's own time-outs let it.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

class Database {
 public:
  virtual ~Database() = default;
  /// Opens nothing yet: the first lease does. `application` shows in the server's session list with the pid.
  static std::unique_ptr<Database> open(const DatabaseInfo& info);
  /// A session for the calling thread; Failure(busy) when none becomes free before the deadline (wall milliseconds).
  /// A dead connection is replaced before it is handed out.
  virtual Lease lease(std::int32_t wait_ms = 5'000) = 0;
  /// The same for a call with a deadline: waiting for a session, for locks and for every statement ends there, with
  /// Failure(deadline), and the transaction is given up. Only a commit that has begun is never broken off.
  virtual Lease lease_until(Deadline deadline, std::int32_t wait_ms = 5'000) = 0;
  [[nodiscard]] virtual Backend backend() const = 0;
  /// The module's own schema on PostgreSQL, "" on SQLite.
  [[nodiscard]] virtual const std::string& schema() const = 0;
};

/// Runs `use_case(session)` in a write transaction, again (with back-off, at most five times) when the database says
/// busy or serialization failure. `use_case` must be repeatable.
template <class UseCase>
auto in_transaction(Database& database, UseCase&& use_case);

}  // namespace sales_leads::store

#include "store/session_inl.h"
