// SPDX-License-Identifier: Apache-2.0
//
// A list over SQL, as data: its columns with their SQL, what may be asked of it, and the answer's shape. For hosts and
// modules alike; lists_sql.hpp makes the statement, lists_json.hpp reads the question and words the answer.
//
// Threads: values. Errors: lists::Problem (key, field, value, what is expected), which the caller words. Nothing here
// knows a database: the caller lends a Dialect.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace erp::sdk::lists {

enum class Type { text, integer, percent, money, ref, date, datetime, choice, boolean, tags };

/// A bound value.
using Value = std::variant<std::monostate, std::int64_t, std::string>;

/// What was asked wrongly. Keys: "list.field.unknown", "list.op.invalid", "list.value.invalid", "list.cursor.invalid",
/// "list.sort.too_many".
class Problem : public std::runtime_error {
 public:
  Problem(std::string key, std::string field, std::string value, std::string expected)
      : std::runtime_error(key + ": " + field + " = " + value + "; expected: " + expected),
        key_(std::move(key)),
        field_(std::move(field)),
        value_(std::move(value)),
        expected_(std::move(expected)) {}
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const std::string& field() const { return field_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] const std::string& expected() const { return expected_; }

 private:
  std::string key_, field_, value_, expected_;
};

struct Join {
  std::string name;     // the alias
  std::string sql;      // "left join t a on …"
  std::string needs{};  // another join that must come first, or ""
};

/// One field. `value` is its SQL; texts in the language stand as "{lang}" (en, sv, nb).
struct Column {
  std::string name;
  std::string value;
  std::string other{};        // ref: SQL of its title. money: SQL of its currency, "" = the company's
  std::string join{};         // join that `value` needs
  std::string other_join{};   // join that `other` needs
  std::string sort{};         // SQL that is never null; "" = made from value
  bool zero_is_none = false;  // 0 or "" stands for nothing
  Type type = Type::text;     // this and the rest come from the entity's declaration
  std::string right{};        // permission to see it, "" = none
  std::string list{};         // ref: the list that it points into
  std::vector<std::string> choices{};
  std::string shown{};  // ref: SQL of the id that is told, with the join of `other`; "" = value
};

struct List {
  std::string name, permission;
  std::string from;  // "sl_opportunity o"
  std::string id = "t.id", version = "t.version", company = "t.company_id";
  std::string title = "t.title", title_join{};
  std::string subtitle{}, subtitle_join{};
  std::string always{};           // further condition, "" = none
  std::string archived{};         // SQL of 0 or 1; such rows are left out unless asked for. "" = there is no such thing
  std::string state_of_lookup{};  // condition of what may be chosen newly
  std::vector<Join> joins{};
  std::vector<Column> columns{};
  std::vector<std::pair<std::string, std::string>> search{};  // SQL of texts that a search looks in, with their join
  std::string default_sort = "id";
  /// Columns whose order an index keeps, which so finds what they bound, too; by any other no more than so many rows
  /// are sorted, for every page anew. 0 = any number.
  std::vector<std::string> kept_in_order{};
  std::int64_t sorted_at_most = 0;

  [[nodiscard]] const Column* find(std::string_view field) const {
    for (const Column& column : columns) {
      if (column.name == field) return &column;
    }
    return nullptr;
  }
};

enum class Op { equal, unequal, in, not_in, less, at_most, more, at_least, between, contains, none, some };

struct Filter {
  const Column* column = nullptr;
  Op op = Op::equal;
  std::vector<Value> values;
};

struct SortKey {
  const Column* column = nullptr;
  bool down = false;
};

struct Question {
  std::vector<Filter> filters;
  std::string search;
  std::vector<SortKey> sort;
  bool id_down = false;   // the id breaks ties
  bool archived = false;  // with those
  std::vector<const Column*> columns;
  std::int64_t limit = 50;
  std::vector<Value> from;  // sort keys and id of a row: after it, or before it
  bool backward = false, inclusive = false;
  std::vector<std::int64_t> ids;  // these alone, when has_ids
  bool has_ids = false;
};

/// What the caller lends: how a value is bound, and how letters are folded.
struct Dialect {
  std::function<std::string(const Value&)> bind;           // answers the placeholder
  std::function<std::string(const std::string&)> folded;   // SQL text -> SQL text in small letters
  std::function<std::string(const std::string&)> pattern;  // "50%" -> "%50!%%", folded
  /// All ids that stand for the same records as these, in the list that a reference points into. None = just these.
  std::function<std::vector<std::int64_t>(const std::string& list, const std::vector<std::int64_t>&)> same{};
  std::string language = "en";
  std::string scope{};  // further condition: whose rows
  std::int64_t company = 0;
  std::int64_t today = 0;
};

/// True when the column's value is a number in the database.
[[nodiscard]] inline bool is_number(Type type) {
  return type != Type::text && type != Type::choice && type != Type::tags;
}

}  // namespace erp::sdk::lists
