// SPDX-License-Identifier: Apache-2.0
//
// A list's question and answer as JSON: list.query, list.summary, list.lookup (host_api/web/README.md tells the
// shapes).
//
// Threads: pure. Errors: Problem. Needs Boost.JSON.
#pragma once

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "erp/lists.hpp"
#include "erp/lists_days.hpp"

namespace erp::sdk::lists {

namespace json = boost::json;
using Cells = std::vector<Value>;

struct Reader {
  const List& list;
  std::function<bool(const std::string&)> may;                // the caller's rights
  std::function<std::int64_t(std::int64_t)> first_moment_of;  // a day's beginning in the company's zone, µs UTC
  std::int64_t today = 0, fiscal_start_month = 1;

  [[nodiscard]] const Column& column(std::string_view name) const {
    const Column* found = list.find(name);
    if (found != nullptr && (found->right.empty() || may(found->right))) return *found;
    std::string known;
    for (const Column& one : list.columns) {
      if (one.right.empty() || may(one.right)) known += (known.empty() ? "" : ", ") + one.name;
    }
    throw Problem("list.field.unknown", "field", std::string(name), known);
  }

  [[nodiscard]] Question question(const json::object& in) const {
    Question question;
    if (const auto* filters = in.if_contains("filter")) {
      for (const json::value& one : filters->as_array()) add_filter(question, one.as_object());
    }
    if (const auto* search = in.if_contains("search"); search != nullptr && search->is_string())
      question.search = std::string(search->get_string());
    if (const auto* archived = in.if_contains("archived"); archived != nullptr && archived->is_bool())
      question.archived = archived->get_bool();
    if (const auto* limit = in.if_contains("limit")) question.limit = limit->to_number<std::int64_t>();
    return question;
  }

  void read_sort(Question& question, const json::object& in) const {
    std::vector<std::string> keys;
    if (const auto* sort = in.if_contains("sort")) {
      for (const json::value& key : sort->as_array()) keys.emplace_back(key.as_string());
    }
    if (keys.empty()) keys.push_back(list.default_sort);
    for (const std::string& key : keys) {
      const bool down = key.starts_with('-');
      const std::string name = key.substr(down ? 1 : 0);
      question.id_down = down;
      if (name == "id") break;  // nothing is left to decide
      question.sort.push_back({&column(name), down});
    }
  }

  void read_columns(Question& question, const json::object& in) const {
    const auto* names = in.if_contains("columns");
    if (names == nullptr) {
      for (const Column& one : list.columns) {
        if (one.right.empty() || may(one.right)) question.columns.push_back(&one);
      }
      return;
    }
    for (const json::value& name : names->as_array()) question.columns.push_back(&column(name.as_string()));
  }

 private:
  void add_filter(Question& question, const json::object& in) const {
    Filter filter;
    filter.column = &column(in.at("field").as_string());
    const std::string op(in.contains("op") ? std::string_view(in.at("op").as_string()) : std::string_view("="));
    const json::value* value = in.if_contains("value");
    const bool empty = value == nullptr || value->is_null();
    const Type type = filter.column->type;
    const bool dated = type == Type::date || type == Type::datetime;
    if (op == "is_null" || (op == "=" && empty)) {
      filter.op = Op::none;
    } else if (op == "not_null" || (op == "!=" && empty)) {
      filter.op = Op::some;
    } else if (dated && value != nullptr && value->is_string() &&
               period_named(text(*value), today, fiscal_start_month)) {
      add_period(filter, op, *period_named(text(*value), today, fiscal_start_month));
    } else if (dated && empty && period_named(op, today, fiscal_start_month)) {
      add_period(filter, "=", *period_named(op, today, fiscal_start_month));
    } else if (op == "in" || op == "not_in") {
      filter.op = op == "in" ? Op::in : Op::not_in;
      if (empty || !value->is_array()) wrong(filter, value, "a list");
      for (const json::value& one : value->get_array()) filter.values.push_back(bound(filter, one));
    } else if (op == "between") {
      filter.op = Op::between;
      if (empty || !value->is_array() || value->get_array().size() != 2) wrong(filter, value, "a list of two");
      for (const json::value& one : value->get_array()) filter.values.push_back(bound(filter, one));
      if (type == Type::datetime)
        filter.values[1] = std::get<std::int64_t>(bound(filter, value->get_array()[1], 1)) - 1;
    } else if (op == "contains") {
      if (empty || !value->is_string() || (is_number(type) && type != Type::ref)) wrong(filter, value, "a text");
      filter.op = Op::contains;
      filter.values.emplace_back(text(*value));
    } else {
      filter.op = compared(op);
      if (dated && type == Type::datetime && filter.op == Op::equal) {
        filter.op = Op::between;
        filter.values = {bound(filter, *value), std::get<std::int64_t>(bound(filter, *value, 1)) - 1};
      } else {
        filter.values.push_back(bound(filter, *value, type == Type::datetime && (op == "<=" || op == ">") ? 1 : 0));
        if (type == Type::datetime && op == "<=") filter.op = Op::less;
        if (type == Type::datetime && op == ">") filter.op = Op::at_least;
      }
    }
    question.filters.push_back(std::move(filter));
  }

  void add_period(Filter& filter, const std::string& op, Period period) const {
    const auto edge = [&](std::int64_t day) {
      return Value(filter.column->type == Type::date ? day : first_moment_of(day));
    };
    if (op == "=" || op == "in" || op == "between") {
      filter.op = Op::between;
      const std::int64_t last =
          filter.column->type == Type::date ? period.second : first_moment_of(period.second + 1) - 1;
      filter.values = {edge(period.first), Value(last)};
    } else if (op == "<" || op == ">=") {
      filter.op = op == "<" ? Op::less : Op::at_least;
      filter.values = {edge(period.first)};
    } else if (op == "<=" || op == ">") {
      filter.op = op == "<=" ? Op::less : Op::at_least;
      filter.values = {edge(period.second + 1)};
    } else {
      throw Problem("list.op.invalid", filter.column->name, op, "=, <, <=, >, >=");
    }
  }

  [[nodiscard]] static Op compared(const std::string& op) {
    if (op == "=") return Op::equal;
    if (op == "!=") return Op::unequal;
    if (op == "<") return Op::less;
    if (op == "<=") return Op::at_most;
    if (op == ">") return Op::more;
    if (op == ">=") return Op::at_least;
    throw Problem("list.op.invalid", "op", op, "=, !=, in, not_in, <, <=, >, >=, between, contains, is_null, not_null");
  }

  [[noreturn]] static void wrong(const Filter& filter, const json::value* value, const std::string& expected) {
    std::string shown = value == nullptr ? "" : json::serialize(*value);
    if (shown.size() > 80) shown.resize(80);
    throw Problem("list.value.invalid", filter.column->name, shown, expected);
  }
  [[nodiscard]] static std::string text(const json::value& value) { return std::string(value.get_string()); }

  /// `later`: days on, of a datetime.
  [[nodiscard]] Value bound(const Filter& filter, const json::value& value, std::int64_t later = 0) const {
    const Column& column = *filter.column;
    switch (column.type) {
      case Type::text:
      case Type::tags:
        if (!value.is_string()) wrong(filter, &value, "a text");
        return text(value);
      case Type::choice: {
        if (!value.is_string()) wrong(filter, &value, "a choice");
        if (std::find(column.choices.begin(), column.choices.end(), text(value)) != column.choices.end())
          return text(value);
        std::string known;
        for (const std::string& one : column.choices) known += (known.empty() ? "" : " | ") + one;
        wrong(filter, &value, known);
      }
      case Type::boolean:
        if (!value.is_bool()) wrong(filter, &value, "true | false");
        return std::int64_t{value.get_bool() ? 1 : 0};
      case Type::money: {
        const json::value* minor = value.is_object() ? value.get_object().if_contains("minor") : &value;
        if (minor == nullptr || !minor->is_int64()) wrong(filter, &value, "{\"minor\": 10000}");
        return minor->get_int64();
      }
      case Type::percent: {
        const auto share = basis_points(value);
        if (!share) wrong(filter, &value, "0 … 100, 33.34");
        return *share;
      }
      case Type::date:
      case Type::datetime: {
        const auto day =
            value.is_string() ? parse_day(std::string_view(value.get_string()).substr(0, 10)) : std::nullopt;
        if (!day) wrong(filter, &value, "2026-12-31 | " + std::string(kPeriods));
        return column.type == Type::date ? *day : first_moment_of(*day + later);
      }
      case Type::integer:
      case Type::ref:
        break;
    }
    if (!value.is_int64()) wrong(filter, &value, "a whole number");
    return value.get_int64();
  }

  [[nodiscard]] static std::optional<std::int64_t> basis_points(const json::value& value) {
    if (value.is_int64())
      return value.get_int64() >= 0 && value.get_int64() <= 1'000'000 ? std::optional(value.get_int64() * 100)
                                                                      : std::nullopt;
    if (!value.is_string()) return std::nullopt;
    std::int64_t number = 0;
    int decimals = -1;
    for (const char c : std::string_view(value.get_string())) {
      if (c == '.' && decimals < 0) {
        decimals = 0;
      } else if (c >= '0' && c <= '9' && decimals < 2 && number < 100'000'000) {
        number = number * 10 + (c - '0');
        if (decimals >= 0) ++decimals;
      } else {
        return std::nullopt;
      }
    }
    for (int i = std::max(decimals, 0); i < 2; ++i) number *= 10;
    return number;
  }
};

/// A row's place, so that the next page can begin there. Bound to the order that it was made in.
[[nodiscard]] inline std::string order_text(const Question& question) {
  std::string text;
  for (const SortKey& key : question.sort) text += (key.down ? "-" : "") + key.column->name + ",";
  return text + (question.id_down ? "-id" : "id");
}
[[nodiscard]] inline std::string cursor_text(const Question& question, const std::vector<Value>& keys,
                                             std::int64_t position) {
  json::array values;
  for (const Value& key : keys) {
    if (const auto* number = std::get_if<std::int64_t>(&key))
      values.emplace_back(*number);
    else
      values.emplace_back(std::get<std::string>(key));
  }
  return json::serialize(json::array{order_text(question), position, std::move(values)});
}
/// Answers the position that the cursor carries.
inline std::int64_t read_cursor(Question& question, const json::value& cursor) {
  const auto refuse = [&]() -> std::int64_t {
    throw Problem("list.cursor.invalid", "after", json::serialize(cursor).substr(0, 80),
                  "the after or before of a page in the same order");
  };
  boost::system::error_code error;
  const json::value read = cursor.is_string() ? json::parse(cursor.get_string(), error) : json::value();
  const auto* parts = read.if_array();
  if (error || parts == nullptr || parts->size() != 3 || !(*parts)[0].is_string() || !(*parts)[1].is_int64() ||
      !(*parts)[2].is_array() || std::string_view((*parts)[0].get_string()) != order_text(question)) {
    return refuse();
  }
  const std::size_t expected = question.sort.size() + 1;
  for (const json::value& key : (*parts)[2].get_array()) {
    if (key.is_int64())
      question.from.emplace_back(key.get_int64());
    else if (key.is_string())
      question.from.emplace_back(std::string(key.get_string()));
    else
      return refuse();
  }
  if (question.from.size() != expected || !std::holds_alternative<std::int64_t>(question.from.back())) return refuse();
  return (*parts)[1].get_int64();
}

[[nodiscard]] inline std::string percent_text(std::int64_t basis_points) {
  const std::int64_t size = basis_points < 0 ? -basis_points : basis_points;
  std::string text = (basis_points < 0 ? "-" : "") + std::to_string(size / 100);
  if (const std::int64_t rest = size % 100; rest != 0) text += (rest < 10 ? ".0" : ".") + std::to_string(rest);
  return text;
}
[[nodiscard]] inline std::string moment_text(std::int64_t us) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  const std::int64_t day = us >= 0 ? us / kDayUs : (us - kDayUs + 1) / kDayUs;
  const std::int64_t second = (us - day * kDayUs) / 1'000'000;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d:%02dZ", static_cast<int>(second / 3600),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return day_text(day) + text.data();
}

/// One field as the renderer takes it; null = none.
[[nodiscard]] inline json::value cell_json(const Column& column, const Value& value, const Value& other,
                                           const std::string& company_currency) {
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (column.type != Type::tags) return text->empty() && column.zero_is_none ? json::value() : json::value(*text);
    json::array tags;
    for (std::size_t at = 0; at < text->size();) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      tags.emplace_back(text->substr(at, end - at));
      at = end + 1;
    }
    return tags;
  }
  const std::int64_t number = std::get<std::int64_t>(value);
  if (column.zero_is_none && number == 0) return nullptr;
  const auto* told = std::get_if<std::string>(&other);
  switch (column.type) {
    case Type::percent:
      return json::value(percent_text(number));
    case Type::money:
      return json::object{{"minor", number}, {"currency", told == nullptr || told->empty() ? company_currency : *told}};
    case Type::ref:
      return json::object{{"id", number}, {"title", told == nullptr ? "" : *told}};
    case Type::date:
      return json::value(day_text(number));
    case Type::datetime:
      return json::value(moment_text(number));
    case Type::boolean:
      return number != 0;
    default:
      return number;
  }
}

}  // namespace erp::sdk::lists
