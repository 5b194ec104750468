// SPDX-License-Identifier: Apache-2.0
//
// Runs the statements of a list through a database that the caller lends: a page, a place, totals, groups.
//
// Threads: that of the database session behind `fetch`. Errors: whatever `fetch` throws.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>

#include "erp/lists_sql.hpp"

namespace erp::sdk::lists {

struct Row {
  std::int64_t id = 0, version = 0;
  std::string title, subtitle;
  std::vector<Value> values, others;  // one per column asked for
  std::vector<Value> place;           // sort keys and the id
};

struct Sum {
  Value group;
  std::string currency;  // "" = the company's, or none
  std::int64_t count = 0;
  std::vector<std::int64_t> sums;
};

/// The database. `kinds`: 'i' or 't' for each column of the answer; the visitor answers false to stop.
struct Database {
  std::function<std::string(std::size_t)> placeholder;  // of the value with that number
  std::function<void(const std::string& sql, const std::vector<Value>& binds, const std::string& kinds,
                     const std::function<bool(std::vector<Value>&)>& row)>
      fetch;
};

class Runner {
 public:
  /// `dialect.bind` is set here.
  Runner(const List& list, Dialect dialect, Database database)
      : list_(list), dialect_(std::move(dialect)), database_(std::move(database)) {
    dialect_.bind = [this](const Value& value) {
      binds_.push_back(value);
      return database_.placeholder(binds_.size() - 1);
    };
  }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;
  [[nodiscard]] const List& list() const { return list_; }

  /// In the order asked for, also when it was read backwards.
  [[nodiscard]] std::vector<Row> page(const Question& question) {
    std::string kinds = "iitt";
    for (const Column* column : question.columns) {
      kinds += is_number(column->type) ? 'i' : 't';
      if (Builder::has_other(*column)) kinds += 't';
    }
    for (const SortKey& key : question.sort) kinds += Builder::sort_is_number(key) ? 'i' : 't';
    std::vector<Row> rows;
    run([&](Builder& builder) { return builder.page(question); }, kinds,
        [&](std::vector<Value>& cells) {
          Row row;
          row.id = number(cells[0]);
          row.version = number(cells[1]);
          row.title = text(cells[2]);
          row.subtitle = text(cells[3]);
          std::size_t at = 4;
          for (const Column* column : question.columns) {
            row.values.push_back(std::move(cells[at++]));
            row.others.push_back(Builder::has_other(*column) ? std::move(cells[at++]) : Value());
          }
          for (std::size_t i = 0; i < question.sort.size(); ++i) row.place.push_back(std::move(cells[at++]));
          row.place.emplace_back(row.id);
          rows.push_back(std::move(row));
          return true;
        });
    if (question.backward) std::reverse(rows.begin(), rows.end());
    return rows;
  }

  /// Sort keys and id of the row at an offset; empty beyond the end.
  [[nodiscard]] std::vector<Value> place(const Question& question, std::int64_t offset) {
    std::string kinds = "i";
    for (const SortKey& key : question.sort) kinds += Builder::sort_is_number(key) ? 'i' : 't';
    std::vector<Value> place;
    run([&](Builder& builder) { return builder.place(question, offset); }, kinds,
        [&](std::vector<Value>& cells) {
          place.assign(std::make_move_iterator(cells.begin() + 1), std::make_move_iterator(cells.end()));
          place.push_back(cells.front());
          return false;
        });
    return place;
  }

  /// Number and sums; by `group`, a column, one entry per value of it. Who keeps sums may answer from them instead.
  [[nodiscard]] virtual std::vector<Sum> totals(const Question& question, const std::vector<const Column*>& sums,
                                                const Column* group = nullptr) {
    return summed(
        group, std::string(sums.size() + 1, 'i'),
        [&](Builder& builder, const std::string& by, const std::string& join) {
          return builder.totals(question, sums, by, join);
        },
        [](Sum& one, std::vector<Value>& cells, std::size_t at) {
          one.count = number(cells[at++]);
          for (; at < cells.size(); ++at) one.sums.push_back(number(cells[at]));
        });
  }

  /// One entry per currency (and group) of a column whose rows have currencies of their own.
  [[nodiscard]] std::vector<Sum> sums_by_currency(const Question& question, const Column& column,
                                                  const Column* group = nullptr) {
    return summed(
        group, "ti",
        [&](Builder& builder, const std::string& by, const std::string& join) {
          return builder.sums_by_currency(question, column, by, join);
        },
        [](Sum& one, std::vector<Value>& cells, std::size_t at) {
          one.currency = text(cells[at]);
          one.sums.push_back(number(cells[at + 1]));
        });
  }

 private:
  static std::string text(const Value& value) {
    const auto* found = std::get_if<std::string>(&value);
    return found == nullptr ? "" : *found;
  }
  static std::int64_t number(const Value& value) {
    const auto* found = std::get_if<std::int64_t>(&value);
    return found == nullptr ? 0 : *found;
  }

  template <class Say, class Each>
  void run(const Say& say, const std::string& kinds, const Each& each) {
    binds_.clear();
    Builder builder(list_, dialect_);
    const std::string sql = say(builder);
    database_.fetch(sql, binds_, kinds, each);
  }

  template <class Say, class Read>
  std::vector<Sum> summed(const Column* group, const std::string& kinds, const Say& say, const Read& read) {
    std::vector<Sum> out;
    const std::string before = group == nullptr ? "" : is_number(group->type) ? "i" : "t";
    run(
        [&](Builder& builder) {
          if (group == nullptr) return say(builder, "", "");
          return say(builder, builder.said(Builder::told(*group)),
                     group->shown.empty() ? group->join : group->other_join);
        },
        before + kinds,
        [&](std::vector<Value>& cells) {
          Sum one;
          std::size_t at = 0;
          if (group != nullptr) one.group = std::move(cells[at++]);
          read(one, cells, at);
          out.push_back(std::move(one));
          return true;
        });
    return out;
  }

  const List& list_;
  Dialect dialect_;
  Database database_;
  std::vector<Value> binds_;
};

}  // namespace erp::sdk::lists
