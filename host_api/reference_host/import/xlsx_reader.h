// SPDX-License-Identifier: Apache-2.0
//
// The first sheet of an .xlsx workbook as rows: its own dates as YYYY-MM-DD, numbers as decimals, formulas as their
// values. Streams: memory is bounded by a chunk of the sheet, whatever its length; shared texts wait in a file without
// name. One thread. Errors: HostError for what spoils the whole file, CsvRow::problem for one row.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "import/csv_reader.h"
#include "import/xlsx_archive.h"
#include "import/xml_parser.h"

namespace erp::host::import {

/// Texts by number, outside of memory.
class SharedTexts {
 public:
  SharedTexts();
  ~SharedTexts();
  SharedTexts(const SharedTexts&) = delete;
  SharedTexts& operator=(const SharedTexts&) = delete;
  void add(const std::string& text);
  void finish();
  /// False when there is no such text.
  bool get(std::int64_t number, std::string& text) const;

 private:
  void flush(int file, std::string& pending);

  int texts_ = -1, places_ = -1;
  std::string pending_texts_, pending_places_;
  std::int64_t count_ = 0, end_ = 0;
};

class XlsxReader : public TableReader {
 public:
  explicit XlsxReader(const std::filesystem::path& file);
  bool next(CsvRow& row) override;

 private:
  void read_workbook();
  void read_styles();
  void read_shared();
  void start(std::string_view name, const XmlParser::Attributes& attributes);
  void end(std::string_view name);
  void text(std::string_view piece);
  void finish_cell();
  void finish_row();
  std::string value_of(CellKind& kind);

  XlsxArchive archive_;
  bool from_1904_ = false;
  std::string sheet_;
  std::vector<bool> date_styles_;
  SharedTexts shared_;
  std::unique_ptr<XmlParser> parser_;
  std::deque<CsvRow> rows_;
  std::size_t width_ = 0;  // of the header
  bool ended_ = false;

  // the row and cell at hand
  CsvRow row_;
  std::string type_, value_;
  int column_ = 0, style_ = 0;
  std::int64_t line_ = 0;
  bool in_value_ = false, in_phonetic_ = false;
};

}  // namespace erp::host::import
