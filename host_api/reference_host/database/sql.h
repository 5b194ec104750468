// SPDX-License-Identifier: Apache-2.0
//
// One database session of the host: prepared statements that are kept, typed rows, errors as HostError. The only place
// of the host that knows SOCI.
//
//   auto found = db.row<std::int64_t, std::optional<std::string>>("select id, country from host_customer where id = ?",
//   {id});
//
// Threads: one thread at a time per Db. Errors: HostError; after any error the transaction must be given up.
// Statements use `?` for parameters, in order; every value is bound, no value is ever written into the text.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace erp::host {

enum class Backend { sqlite, postgresql };

/// One bound value: a whole number or a text, or nothing. Converts from the types that the host stores.
class Arg {
 public:
  Arg(std::int64_t value) : integer_(value) {}                         // NOLINT(google-explicit-constructor)
  Arg(int value) : integer_(value) {}                                  // NOLINT
  Arg(std::uint32_t value) : integer_(value) {}                        // NOLINT
  Arg(bool value) : integer_(value ? 1 : 0) {}                         // NOLINT
  Arg(std::string value) : text_(std::move(value)), is_text_(true) {}  // NOLINT
  Arg(std::string_view value) : text_(value), is_text_(true) {}        // NOLINT
  Arg(const char* value) : text_(value), is_text_(true) {}             // NOLINT
  Arg(std::optional<std::int64_t> value) : integer_(value.value_or(0)), null_(!value) {}                      // NOLINT
  Arg(const std::optional<std::string>& value) : text_(value.value_or("")), is_text_(true), null_(!value) {}  // NOLINT

  [[nodiscard]] bool is_text() const { return is_text_; }
  [[nodiscard]] bool is_null() const { return null_; }
  [[nodiscard]] std::int64_t integer() const { return integer_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::int64_t integer_ = 0;
  std::string text_;
  bool is_text_ = false;
  bool null_ = false;
};

using Args = std::vector<Arg>;

namespace detail {

/// One column of the row that was fetched last.
struct Cell {
  long long integer = 0;
  std::string text;
  bool null = false;
};

template <class T>
struct Column;
template <>
struct Column<std::int64_t> {
  static constexpr char kKind = 'i';
  static std::int64_t take(Cell& cell) { return cell.integer; }
  static constexpr bool kNullable = false;
};
template <>
struct Column<std::string> {
  static constexpr char kKind = 't';
  static std::string take(Cell& cell) { return std::move(cell.text); }
  static constexpr bool kNullable = false;
};
template <class T>
struct Column<std::optional<T>> {
  static constexpr char kKind = Column<T>::kKind;
  static std::optional<T> take(Cell& cell) {
    return cell.null ? std::nullopt : std::optional<T>(Column<T>::take(cell));
  }
  static constexpr bool kNullable = true;
};

}  // namespace detail

/// What to connect to. `connection` is a file for SQLite and a libpq connection text or URL for PostgreSQL; it may hold
/// a password and is never logged.
struct DatabaseAddress {
  Backend backend = Backend::sqlite;
  std::string connection;
};

class Db {
 public:
  explicit Db(const DatabaseAddress& address);
  ~Db();
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  [[nodiscard]] Backend backend() const { return backend_; }
  [[nodiscard]] bool postgresql() const { return backend_ == Backend::postgresql; }
  /// " for update" where the backend locks rows; nothing where a writer holds the whole database anyway.
  [[nodiscard]] const char* for_update() const { return postgresql() ? " for update" : ""; }

  /// Rows that the statement changed.
  std::int64_t exec(std::string_view sql, const Args& args = {});
  /// A statement that is not kept: schema changes, settings.
  void run_once(const std::string& sql);

  template <class... T>
  std::vector<std::tuple<T...>> rows(std::string_view sql, const Args& args = {}) {
    static constexpr char kKinds[] = {detail::Column<T>::kKind..., '\0'};
    static constexpr bool kNullable[] = {detail::Column<T>::kNullable...};
    std::vector<std::tuple<T...>> out;
    Cursor cursor = open(sql, args, std::string_view(kKinds, sizeof...(T)), kNullable);
    const Closing closing(*this, cursor);
    while (cursor.more) {
      out.push_back(take<T...>(cursor.cells, std::index_sequence_for<T...>{}));
      advance(cursor, kNullable);
    }
    return out;
  }

  template <class... T>
  std::optional<std::tuple<T...>> row(std::string_view sql, const Args& args = {}) {
    auto found = rows<T...>(sql, args);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }

  /// Rows whose columns are known only when it runs: `kinds` has 'i' or 't' for each. The visitor answers false to
  /// stop.
  void fetch(const std::string& sql, const Args& args, const std::string& kinds,
             const std::function<bool(std::span<detail::Cell>)>& row);

  /// The one value of a query that always has a row.
  template <class T>
  T value(std::string_view sql, const Args& args = {}) {
    auto found = row<T>(sql, args);
    if (!found) no_row(sql);
    return std::get<0>(std::move(*found));
  }

  void begin(bool write);
  void commit();
  void rollback() noexcept;
  [[nodiscard]] bool in_transaction() const { return in_transaction_; }
  /// Whether the server still answers; always true on SQLite.
  [[nodiscard]] bool alive() noexcept;

 private:
  struct Statement;
  struct Session;
  struct Cursor {
    Statement* statement = nullptr;
    std::span<detail::Cell> cells;
    bool more = false;
  };

  /// Lets go of a statement that was not read to its end: on SQLite it would keep this connection at what it saw, past
  /// the end of the transaction, and every later write on it would be refused as busy.
  class Closing {
   public:
    Closing(Db& db, const Cursor& cursor) : db_(db), cursor_(cursor) {}
    ~Closing() {
      if (cursor_.more) db_.close(*cursor_.statement);
    }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

   private:
    Db& db_;
    const Cursor& cursor_;
  };
  void close(Statement& statement) noexcept;

  template <class... T, std::size_t... I>
  static std::tuple<T...> take(std::span<detail::Cell> cells, std::index_sequence<I...>) {
    return std::tuple<T...>(detail::Column<T>::take(cells[I])...);
  }
  Cursor open(std::string_view sql, const Args& args, std::string_view kinds, std::span<const bool> nullable);
  void advance(Cursor& cursor, std::span<const bool> nullable);
  Statement& prepared(std::string_view sql, const Args& args, std::string_view kinds);
  [[noreturn]] static void no_row(std::string_view sql);
  template <class Work>
  decltype(auto) guarded(Work&& work);

  Backend backend_;
  bool in_transaction_ = false;
  std::unique_ptr<Session> session_;
};

/// A transaction that is rolled back unless it is committed. Writers take the write lock at once (SQLite), so that no
/// transaction can fail half-way for having read first.
class Transaction {
 public:
  enum class Mode { read, write };
  Transaction(Db& db, Mode mode) : db_(db) { db_.begin(mode == Mode::write); }
  ~Transaction() {
    if (db_.in_transaction()) db_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { db_.commit(); }

 private:
  Db& db_;
};

}  // namespace erp::host
