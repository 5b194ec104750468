// SPDX-License-Identifier: Apache-2.0
//
// The statements of a list: a page by key, the place of a fraction, totals, groups. Values are bound, never written.
//
// A page goes on by the sort keys of its last row and the id, so it is as fast at the end as at the beginning where an
// index has the order. Sort keys are made so that they are never null: both databases then order alike, and an index
// over the same expression serves.
//
// Threads: pure. Errors: none of its own.
#pragma once

#include <algorithm>
#include <set>

#include "erp/lists.hpp"

namespace erp::sdk::lists {

inline constexpr std::int64_t kNoneSortsLast = 99'999'999'999'999'999;

class Builder {
 public:
  Builder(const List& list, const Dialect& dialect) : list_(list), dialect_(dialect) {}

  /// The order's SQL, which is never null.
  [[nodiscard]] std::string sort_sql(const SortKey& key) const {
    const Column& column = *key.column;
    if (!column.sort.empty()) return said(column.sort);
    if (column.type == Type::ref) return "coalesce(" + dialect_.folded(said(column.other)) + ", '')";
    if (!is_number(column.type)) return dialect_.folded("coalesce(" + said(column.value) + ", '')");
    return "coalesce(" + said(column.value) + ", " + std::to_string(kNoneSortsLast) + ")";
  }
  [[nodiscard]] static bool sort_is_number(const SortKey& key) {
    return is_number(key.column->type) && (key.column->type != Type::ref || !key.column->sort.empty());
  }

  /// id, version, title, subtitle, then per column its value and (ref, money) the other, then the sort keys.
  [[nodiscard]] std::string page(const Question& question) {
    std::set<std::string> joins;
    need(joins, list_.title_join);
    need(joins, list_.subtitle_join);
    std::string sql = "select " + list_.id + ", " + (list_.version.empty() ? "0" : list_.version) + ", " +
                      said(list_.title) + ", " + (list_.subtitle.empty() ? "''" : said(list_.subtitle));
    for (const Column* column : question.columns) {
      sql += ", " + said(told(*column));
      need(joins, column->join);
      if (has_other(*column)) sql += ", " + said(column->other), need(joins, column->other_join);
    }
    for (const SortKey& key : question.sort) sql += ", " + sort_sql(key);
    sql += tail(question, joins, true);
    sql += order(question) + " limit " + dialect_.bind(Value(question.limit));
    return sql;
  }

  /// The sort keys and the id of the row at an offset, from the beginning or from where the question goes on.
  [[nodiscard]] std::string place(const Question& question, std::int64_t offset) {
    std::string sql = "select " + list_.id;
    for (const SortKey& key : question.sort) sql += ", " + sort_sql(key);
    std::set<std::string> joins;
    sql += tail(question, joins, true) + order(question);
    sql += " limit 1 offset " + dialect_.bind(Value(offset));
    return sql;
  }

  /// The number of rows, then the sum of each column in the company's currency or without one.
  [[nodiscard]] std::string totals(const Question& question, const std::vector<const Column*>& sums,
                                   const std::string& group = {}, const std::string& group_join = {}) {
    std::set<std::string> joins;
    need(joins, group_join);
    std::string sql = "select " + (group.empty() ? std::string() : group + ", ") + "count(*)";
    for (const Column* column : sums)
      sql += ", cast(coalesce(sum(" + said(column->value) + "), 0) as bigint)", need(joins, column->join);
    sql += tail(question, joins, false);
    if (!group.empty()) sql += " group by " + group;
    return sql;
  }

  /// Currency and sum of a column whose rows have currencies of their own.
  [[nodiscard]] std::string sums_by_currency(const Question& question, const Column& column,
                                             const std::string& group = {}, const std::string& group_join = {}) {
    std::set<std::string> joins;
    need(joins, group_join);
    need(joins, column.join);
    need(joins, column.other_join);
    const std::string before = group.empty() ? "" : group + ", ";
    return "select " + before + said(column.other) + ", cast(sum(" + said(column.value) + ") as bigint)" +
           tail(question, joins, false, said(column.value) + " is not null") + " group by " + before +
           said(column.other) + " order by " + before + said(column.other);
  }

  [[nodiscard]] std::string said(const std::string& sql) const {
    std::string out = sql;
    for (std::size_t at = out.find("{lang}"); at != std::string::npos; at = out.find("{lang}"))
      out.replace(at, 6, dialect_.language);
    for (std::size_t at = out.find("{today}"); at != std::string::npos; at = out.find("{today}"))
      out.replace(at, 7, std::to_string(dialect_.today));
    return out;
  }
  /// What is told of a reference may be another record than the one that is stored, which that one stands for.
  [[nodiscard]] static const std::string& told(const Column& column) {
    return column.shown.empty() ? column.value : column.shown;
  }
  [[nodiscard]] static bool has_other(const Column& column) {
    return !column.other.empty() && (column.type == Type::ref || column.type == Type::money);
  }

 private:
  void need(std::set<std::string>& joins, const std::string& name) const {
    if (name.empty() || !joins.insert(name).second) return;
    for (const Join& join : list_.joins) {
      if (join.name == name) need(joins, join.needs);
    }
  }

  [[nodiscard]] std::string tail(const Question& question, std::set<std::string> joins, bool paged,
                                 const std::string& more = {}) {
    for (const Filter& filter : question.filters) {
      const bool by_title = filter.op == Op::contains && filter.column->type == Type::ref;
      need(joins, by_title ? filter.column->other_join : filter.column->join);
    }
    for (const SortKey& key : question.sort) {
      need(joins, key.column->join);
      if (key.column->type == Type::ref) need(joins, key.column->other_join);
    }
    if (!question.search.empty()) {
      for (const auto& [text, join] : list_.search) need(joins, join);
    }
    std::string sql = " from " + said(list_.from);
    for (const Join& join : list_.joins) {
      if (joins.contains(join.name)) sql += " " + join.sql;
    }
    sql += " where " + list_.company + " = " + dialect_.bind(Value(dialect_.company));
    if (!list_.always.empty()) sql += " and " + said(list_.always);
    if (!list_.archived.empty() && !question.archived) sql += " and " + said(list_.archived) + " = 0";
    if (!dialect_.scope.empty()) sql += " and " + dialect_.scope;
    if (!more.empty()) sql += " and " + more;
    for (const Filter& filter : question.filters) sql += " and " + condition(filter);
    if (question.has_ids) sql += " and " + among(list_.id, numbers(question.ids), false);
    if (!question.search.empty() && !list_.search.empty()) sql += " and " + search(question.search);
    if (paged && !question.from.empty()) sql += " and " + beyond(question);
    return sql;
  }

  [[nodiscard]] static std::vector<Value> numbers(const std::vector<std::int64_t>& ids) {
    return {ids.begin(), ids.end()};
  }

  [[nodiscard]] std::string search(const std::string& text) {
    std::string sql;
    for (const auto& [expression, join] : list_.search) {
      sql += (sql.empty() ? "(" : " or ") + dialect_.folded(said(expression)) + " like " +
             dialect_.bind(Value(dialect_.pattern(text))) + " escape '!'";
    }
    return sql + ")";
  }

  [[nodiscard]] std::string among(const std::string& expression, const std::vector<Value>& values, bool none_too) {
    if (values.empty()) return none_too ? "1 = 1" : "1 = 0";
    std::string sql = expression + (none_too ? " not in (" : " in (");
    for (std::size_t i = 0; i < values.size(); ++i) sql += (i == 0 ? "" : ", ") + dialect_.bind(values[i]);
    return sql + ")";
  }

  /// Ids in a condition, with all that stand for the same.
  [[nodiscard]] Filter widened(Filter filter) const {
    const bool one = filter.op == Op::equal || filter.op == Op::unequal;
    if (filter.column->type != Type::ref || !dialect_.same || !(one || filter.op == Op::in || filter.op == Op::not_in))
      return filter;
    std::vector<std::int64_t> ids;
    for (const Value& value : filter.values) ids.push_back(std::get<std::int64_t>(value));
    const auto all = dialect_.same(filter.column->list, ids);
    if (all.size() == ids.size()) return filter;
    return {filter.column, filter.op == Op::equal || filter.op == Op::in ? Op::in : Op::not_in, numbers(all)};
  }

  [[nodiscard]] std::string condition(const Filter& asked) {
    const Filter filter = widened(asked);
    const Column& column = *filter.column;
    const std::string value = said(column.value);
    const std::string empty = is_number(column.type) ? "0" : "''";
    // By an order that an index keeps, the bound is said of what that index holds, too: an index of the bare column
    // would lead past it, to rows that are read one by one.
    const bool kept =
        std::find(list_.kept_in_order.begin(), list_.kept_in_order.end(), column.name) != list_.kept_in_order.end() &&
        column.sort.empty() && is_number(column.type);
    const auto bounded = [&](const char* op, const Value& by) {
      const std::string bare = value + " " + op + " " + dialect_.bind(by);
      return kept ? sort_sql({&column, false}) + " " + op + " " + dialect_.bind(by) + " and " + bare : bare;
    };
    const auto compared = [&](const char* op) { return value + " " + op + " " + dialect_.bind(filter.values.at(0)); };
    switch (filter.op) {
      case Op::equal:
        return compared("=");
      case Op::unequal:
        return "(" + compared("<>") + " or " + value + " is null)";
      case Op::in:
        return among(value, filter.values, false);
      case Op::not_in:
        return "(" + among(value, filter.values, true) + " or " + value + " is null)";
      case Op::less:
        return bounded("<", filter.values.at(0));
      case Op::at_most:
        return bounded("<=", filter.values.at(0));
      case Op::more:
        return bounded(">", filter.values.at(0));
      case Op::at_least:
        return bounded(">=", filter.values.at(0));
      case Op::between:
        return bounded(">=", filter.values.at(0)) + " and " + bounded("<=", filter.values.at(1));
      case Op::contains:
        return dialect_.folded(column.type == Type::ref ? said(column.other) : value) + " like " +
               dialect_.bind(Value(dialect_.pattern(std::get<std::string>(filter.values.at(0))))) + " escape '!'";
      case Op::none:
        return column.zero_is_none ? "(" + value + " is null or " + value + " = " + empty + ")" : value + " is null";
      case Op::some:
        return column.zero_is_none ? value + " <> " + empty : value + " is not null";
    }
    return "1 = 0";
  }

  /// Rows after (or before) those keys: (a > x) or (a = x and (b > y or …)), with a >= x in front for the index.
  [[nodiscard]] std::string beyond(const Question& question) {
    const SortKey* first = question.sort.empty() ? nullptr : &question.sort.front();
    const auto further = [&](const SortKey& key) { return (key.down != question.backward) ? " < " : " > "; };
    std::string sql;
    if (first != nullptr)
      sql += sort_sql(*first) + ((first->down != question.backward) ? " <= " : " >= ") +
             dialect_.bind(question.from.at(0)) + " and ";
    std::size_t open = 0;
    for (std::size_t i = 0; i < question.sort.size(); ++i, ++open) {
      const SortKey& key = question.sort[i];
      sql += "(" + sort_sql(key) + further(key) + dialect_.bind(question.from.at(i)) + " or (" + sort_sql(key) + " = " +
             dialect_.bind(question.from.at(i)) + " and ";
    }
    sql += list_.id + (question.id_down != question.backward ? " <" : " >") + (question.inclusive ? "= " : " ") +
           dialect_.bind(question.from.back());
    return sql + std::string(open * 2, ')');
  }

  [[nodiscard]] std::string order(const Question& question) const {
    std::string sql = " order by ";
    for (const SortKey& key : question.sort) sql += sort_sql(key) + (key.down != question.backward ? " desc, " : ", ");
    return sql + list_.id + (question.id_down != question.backward ? " desc" : "");
  }

  const List& list_;
  const Dialect& dialect_;
};

}  // namespace erp::sdk::lists
