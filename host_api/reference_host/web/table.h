// SPDX-License-Identifier: Apache-2.0
//
// A report or a list as rows and columns, ready to be shown: on a page, in a terminal, or as CSV. Plain values.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "web/language.h"

namespace erp::host::web {

struct Cell {
  enum class Kind { kEmpty, kText, kNumber, kAmount };
  Kind kind = Kind::kEmpty;
  std::string text;  // of kText; the currency of kAmount
  std::int64_t number = 0;
};

struct Column {
  std::string key;
  std::string title;
  bool right = false;  // numbers and amounts stand to the right
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> keys;  // of a report's rows, for machines; empty for lists
  std::vector<Cell> totals;       // empty = none
};

/// One JSON value as a cell: {"minor","currency"} is an amount, {"en","sv","nb"} a text in one language, an object with
/// a name, title or number that.
Cell cell_of(const boost::json::value& value, Language language);

/// {"rows":[{"key","label","measures":{…},"columns":[{"key","label","measures"}]}],"totals":{…}}; any other member of a
/// row is a column as well.
Table table_of_report(const boost::json::value& report, Language language);

/// The records of a list action, with the members named; `keys` empty = every plain one.
Table table_of_list(const boost::json::array& records, const std::vector<std::string>& keys, Language language);

std::string cell_text(const Cell& cell, Language language);
/// Aligned for a terminal.
std::string as_text(const Table& table, Language language);
/// Machine-readable: keys first, comma, point, the currency in a column of its own behind each amount that has one.
std::string as_csv(const Table& table);
/// The same cells line by line, for a workbook: headings as people read them, no keys.
std::vector<boost::json::array> as_lines(const Table& table);

}  // namespace erp::host::web
