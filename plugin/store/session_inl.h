// SPDX-License-Identifier: Apache-2.0
//
// The templates of session.h: typed rows over raw cells, and the repeated use case. Included by session.h alone.
#pragma once

#include "store/session.h"

namespace sales_leads::store {

namespace detail {

template <class T>
struct Column;

template <>
struct Column<std::int64_t> {
  static constexpr auto kind = Session::CellKind::integer;
  static std::int64_t take(Session::Cell& cell, const std::string& sql) {
    if (const auto* value = std::get_if<std::int64_t>(&cell)) return *value;
    throw Failure(Code::data_loss, "database.null", "A column that must have a value is null in: " + sql);
  }
};

template <>
struct Column<std::string> {
  static constexpr auto kind = Session::CellKind::text;
  static std::string take(Session::Cell& cell, const std::string& sql) {
    if (auto* value = std::get_if<std::string>(&cell)) return std::move(*value);
    throw Failure(Code::data_loss, "database.null", "A column that must have a value is null in: " + sql);
  }
};

template <class T>
struct Column<std::optional<T>> {
  static constexpr auto kind = Column<T>::kind;
  static std::optional<T> take(Session::Cell& cell, const std::string& sql) {
    if (std::holds_alternative<std::monostate>(cell)) return std::nullopt;
    return Column<T>::take(cell, sql);
  }
};

template <class Row, std::size_t... I>
Row take_row(std::vector<Session::Cell>& cells, const std::string& sql, std::index_sequence<I...>) {
  return Row{Column<std::tuple_element_t<I, Row>>::take(cells[I], sql)...};
}

}  // namespace detail

template <class... Columns>
std::vector<std::tuple<Columns...>> Session::query(const std::string& sql, const Params& params) {
  using Row = std::tuple<Columns...>;
  static const std::vector<CellKind> kinds{detail::Column<Columns>::kind...};
  std::vector<Row> rows;
  fetch(sql, params, kinds, [&](std::vector<Cell>& cells) {
    rows.push_back(detail::take_row<Row>(cells, sql, std::index_sequence_for<Columns...>{}));
    return true;
  });
  return rows;
}

template <class... Columns>
std::optional<std::tuple<Columns...>> Session::first(const std::string& sql, const Params& params) {
  using Row = std::tuple<Columns...>;
  static const std::vector<CellKind> kinds{detail::Column<Columns>::kind...};
  std::optional<Row> row;
  fetch(sql, params, kinds, [&](std::vector<Cell>& cells) {
    row = detail::take_row<Row>(cells, sql, std::index_sequence_for<Columns...>{});
    return false;
  });
  return row;
}

template <class... Columns>
Awaited<Columns...> Session::ask(const std::string& sql, const Params& params) {
  static const std::vector<CellKind> kinds{detail::Column<Columns>::kind...};
  return {sql, send(sql, params, kinds)};
}

template <class... Columns>
std::vector<std::tuple<Columns...>> Awaited<Columns...>::take() {
  using Row = std::tuple<Columns...>;
  std::vector<Row> rows;
  answer_->arrive();
  answer_->read([&](std::vector<Session::Cell>& cells) {
    rows.push_back(detail::take_row<Row>(cells, sql_, std::index_sequence_for<Columns...>{}));
    return true;
  });
  return rows;
}

template <class UseCase>
auto in_transaction(Database& database, UseCase&& use_case) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    Lease session = database.lease();  // a full pool is the caller's to hear of: not repeated
    try {
      Transaction transaction(*session);
      if constexpr (std::is_void_v<decltype(use_case(*session))>) {
        use_case(*session);
        transaction.commit();
        return;
      } else {
        auto result = use_case(*session);
        transaction.commit();
        return result;
      }
    } catch (const Failure& failure) {
      if (failure.key() != "database.busy" || attempt == kAttempts) throw;
    }
    session.reset();
    // 5, 10, 20, 40 ms and up to as much again by chance, so that two who met do not meet again.
    const int base_ms = 5 << (attempt - 1);
    std::minstd_rand random(static_cast<std::minstd_rand::result_type>(
        std::chrono::steady_clock::now().time_since_epoch().count() & 0x7fffffff));
    std::this_thread::sleep_for(std::chrono::milliseconds(base_ms + static_cast<int>(random() % base_ms)));
  }
}

}  // namespace sales_leads::store
