// SPDX-License-Identifier: Apache-2.0
//
// Reads CSV as RFC 4180 has it: quotes, doubled quotes, line breaks inside quotes, CRLF, LF or CR, a UTF-8 byte order
// mark, and a separator out of comma, semicolon, tab and | that is found in the header. Streams: memory is bounded by
// one row. One thread. Errors of one row are in CsvRow::problem and reading goes on; what spoils the whole file is a
// HostError.
//
//   CsvReader reader(stream, {});  CsvRow row;  while (reader.next(row)) …
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "import/encoding.h"

namespace erp::host::import {

inline constexpr std::size_t kCellBytesMax = 64 * 1024;
inline constexpr std::size_t kColumnsMax = 500;

struct CsvOptions {
  Encoding encoding = Encoding::kUtf8;  // not kAuto: see find_encoding
  char separator = 0;                   // 0 = found in the first line
  std::string encoding_name{};          // of kOther
};

/// What a workbook says a cell is; a text file says nothing. Numbers have a decimal point, dates are YYYY-MM-DD.
enum class CellKind : char { kText, kNumber, kDate };

struct CsvRow {
  std::int64_t line = 0;  // where the row begins; the first line of the file is 1
  std::vector<std::string> cells;
  std::string problem;          // why the row cannot be read; empty = it can
  std::vector<CellKind> kinds;  // of the cells; empty = all are text
};

/// A file as rows, whatever it is written in.
class TableReader {
 public:
  virtual ~TableReader() = default;
  /// The next row that is not empty; false at the end.
  virtual bool next(CsvRow& row) = 0;
};

class CsvReader : public TableReader {
 public:
  CsvReader(std::istream& in, const CsvOptions& options);
  bool next(CsvRow& row) override;
  /// The separator in use; 0 before the first row.
  [[nodiscard]] char separator() const { return separator_; }

 private:
  static constexpr int kEnd = -1;
  bool refill();
  int peek();
  int take();
  void take_line_break(int first);
  void find_separator();
  void read_quoted(CsvRow& row, std::string& cell);
  void read_plain(CsvRow& row, std::string& cell);
  void add(std::string& cell, int c, CsvRow& row);

  std::istream& in_;
  Decoder decoder_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool first_chunk_ = true, ended_ = false;
  bool raw_is_utf8_;
  char separator_;
  std::int64_t line_ = 1;
};

}  // namespace erp::host::import
