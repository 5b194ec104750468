// SPDX-License-Identifier: Apache-2.0
#include "import/xlsx_reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>

#include "import/refusal.h"
#include "import/xlsx_values.h"

namespace erp::host::import {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kSmallPartMax = 64 * 1024 * 1024;
constexpr std::size_t kPendingMax = 256 * 1024;

int temporary_file() {
  std::string form = (std::filesystem::temp_directory_path() / "erp-import-XXXXXX").string();
  const int file = ::mkstemp(form.data());
  if (file < 0) refuse("import.file.unreadable", "No temporary file could be made: is the disk full?");
  ::unlink(form.c_str());
  return file;
}

int number(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

SharedTexts::SharedTexts() : texts_(temporary_file()), places_(temporary_file()) {}

SharedTexts::~SharedTexts() {
  ::close(texts_);
  ::close(places_);
}

void SharedTexts::flush(int file, std::string& pending) {
  std::size_t done = 0;
  while (done < pending.size()) {
    const ssize_t wrote = ::write(file, pending.data() + done, pending.size() - done);
    if (wrote <= 0) refuse("import.file.unreadable", "A temporary file could not be written: is the disk full?");
    done += static_cast<std::size_t>(wrote);
  }
  pending.clear();
}

void SharedTexts::add(const std::string& text) {
  const auto place = [&] { pending_places_.append(reinterpret_cast<const char*>(&end_), sizeof end_); };
  if (count_ == 0) place();
  pending_texts_ += text;
  end_ += static_cast<std::int64_t>(text.size());
  ++count_;
  place();
  if (pending_texts_.size() > kPendingMax) flush(texts_, pending_texts_);
  if (pending_places_.size() > kPendingMax) flush(places_, pending_places_);
}

void SharedTexts::finish() {
  flush(texts_, pending_texts_);
  flush(places_, pending_places_);
}

bool SharedTexts::get(std::int64_t at, std::string& text) const {
  if (at < 0 || at >= count_) return false;
  std::array<std::int64_t, 2> range{};
  if (::pread(places_, range.data(), sizeof range, at * static_cast<std::int64_t>(sizeof(std::int64_t))) !=
      static_cast<ssize_t>(sizeof range))
    return false;
  text.resize(static_cast<std::size_t>(range[1] - range[0]));
  return ::pread(texts_, text.data(), text.size(), range[0]) == static_cast<ssize_t>(text.size());
}

XlsxReader::XlsxReader(const std::filesystem::path& file) : archive_(file) {
  read_workbook();
  read_styles();
  read_shared();
  archive_.open(sheet_);
  parser_ = std::make_unique<XmlParser>(
      sheet_, XmlParser::Handlers{[this](std::string_view name, const XmlParser::Attributes& a) { start(name, a); },
                                  [this](std::string_view name) { end(name); },
                                  [this](std::string_view piece) { text(piece); }});
}

void XlsxReader::read_workbook() {
  std::string relation;
  XmlParser workbook("xl/workbook.xml", {[&](std::string_view name, const XmlParser::Attributes& a) {
                                           if (name == "workbookPr")
                                             from_1904_ = a["date1904"] == "1" || a["date1904"] == "true";
                                           if (name == "sheet" && relation.empty()) relation = std::string(a["id"]);
                                         },
                                         nullptr, nullptr});
  workbook.feed(archive_.text("xl/workbook.xml", kSmallPartMax), true);
  const std::string relations = "xl/_rels/workbook.xml.rels";
  XmlParser parser(relations, {[&](std::string_view name, const XmlParser::Attributes& a) {
                                 if (name == "Relationship" && a["Id"] == relation) sheet_ = std::string(a["Target"]);
                               },
                               nullptr, nullptr});
  parser.feed(archive_.text(relations, kSmallPartMax), true);
  if (sheet_.empty()) refuse("import.xlsx.broken", "The workbook has no sheet.");
  sheet_ = sheet_.starts_with('/') ? sheet_.substr(1) : "xl/" + sheet_;
}

void XlsxReader::read_styles() {
  if (!archive_.has("xl/styles.xml")) return;
  std::map<int, bool> own;  // number formats of the workbook: whether they show days
  bool in_cells = false;
  XmlParser parser("xl/styles.xml",
                   {[&](std::string_view name, const XmlParser::Attributes& a) {
                      const int id = number(a["numFmtId"], 0);
                      if (name == "numFmt") own[id] = is_date_format_code(a["formatCode"]);
                      if (name == "cellXfs") in_cells = true;
                      if (name == "xf" && in_cells) {
                        const auto found = own.find(id);
                        date_styles_.push_back(found == own.end() ? is_date_format_id(id) : found->second);
                      }
                    },
                    [&](std::string_view name) {
                      if (name == "cellXfs") in_cells = false;
                    },
                    nullptr});
  parser.feed(archive_.text("xl/styles.xml", kSmallPartMax), true);
}

void XlsxReader::read_shared() {
  const std::string part = "xl/sharedStrings.xml";
  if (!archive_.has(part)) return;
  std::string current;
  bool in_text = false, in_phonetic = false;
  XmlParser parser(part, {[&](std::string_view name, const XmlParser::Attributes&) {
                            if (name == "si") current.clear();
                            if (name == "rPh") in_phonetic = true;
                            in_text = name == "t" && !in_phonetic;
                          },
                          [&](std::string_view name) {
                            if (name == "si") shared_.add(current);
                            if (name == "rPh") in_phonetic = false;
                            if (name == "t") in_text = false;
                          },
                          [&](std::string_view piece) {
                            // One byte more than a cell may have, so that it is refused where it is used.
                            if (in_text && current.size() <= kCellBytesMax) current += piece;
                          }});
  archive_.open(part);
  std::string chunk(kChunkBytes, '\0');
  while (const std::size_t got = archive_.read(chunk.data(), chunk.size()))
    parser.feed(std::string_view(chunk).substr(0, got), false);
  parser.feed({}, true);
  shared_.finish();
}

void XlsxReader::start(std::string_view name, const XmlParser::Attributes& attributes) {
  if (name == "row") {
    line_ = number(attributes["r"], static_cast<int>(line_) + 1);
    row_ = CsvRow{};
    row_.line = line_;
    column_ = -1;
  } else if (name == "c") {
    const int place = column_of(attributes["r"]);
    column_ = place >= 0 ? place : column_ + 1;
    type_ = std::string(attributes["t"]);
    style_ = number(attributes["s"], 0);
    value_.clear();
  } else if (name == "v" || (name == "t" && !in_phonetic_)) {
    in_value_ = true;
  } else if (name == "rPh") {
    in_phonetic_ = true;
  }
}

void XlsxReader::text(std::string_view piece) {
  if (in_value_ && value_.size() <= kCellBytesMax) value_ += piece;
}

void XlsxReader::end(std::string_view name) {
  if (name == "v" || name == "t") {
    in_value_ = false;
  } else if (name == "rPh") {
    in_phonetic_ = false;
  } else if (name == "c") {
    finish_cell();
  } else if (name == "row") {
    finish_row();
  }
}

std::string XlsxReader::value_of(CellKind& kind) {
  const auto fail = [&](const std::string& why) {
    if (row_.problem.empty()) row_.problem = why;
    return std::string();
  };
  if (type_ == "s") {
    std::string text;
    if (!shared_.get(number(value_, -1), text)) return fail("a cell names a shared text that the workbook lacks");
    return text;
  }
  if (type_ == "e") return fail("a cell holds the error " + value_.substr(0, 40) + " instead of a value");
  if (type_ == "str" || type_ == "inlineStr" || type_ == "b") return value_;
  if (type_ == "d") {
    kind = CellKind::kDate;
    return value_;
  }
  if (value_.empty()) return "";
  const auto style = static_cast<std::size_t>(std::max(style_, 0));
  if (style < date_styles_.size() && date_styles_[style]) {
    kind = CellKind::kDate;
    const auto date = date_of_serial(value_, from_1904_);
    return date ? *date : fail("a cell shows " + value_.substr(0, 40) + " as a day that does not exist");
  }
  kind = CellKind::kNumber;
  const auto plain = plain_number(value_);
  return plain ? *plain : fail("a cell holds " + value_.substr(0, 40) + ", which is no number");
}

void XlsxReader::finish_cell() {
  if (column_ < 0) return;
  CellKind kind = CellKind::kText;
  std::string value = value_of(kind);
  if (value.empty()) return;
  if (value.size() > kCellBytesMax) {
    if (row_.problem.empty()) row_.problem = "a cell is longer than 64 KiB";
    value.resize(kCellBytesMax);
  }
  const auto at = static_cast<std::size_t>(column_);
  if (at >= kColumnsMax) {
    row_.problem = "the row has more than " + std::to_string(kColumnsMax) + " cells";
    return;
  }
  if (row_.cells.size() <= at) {
    row_.cells.resize(at + 1);
    row_.kinds.resize(at + 1, CellKind::kText);
  }
  row_.cells[at] = std::move(value);
  row_.kinds[at] = kind;
}

void XlsxReader::finish_row() {
  if (row_.cells.empty() && row_.problem.empty()) return;
  if (width_ == 0) width_ = row_.cells.size();
  // A workbook leaves empty cells at the end of a row out.
  if (row_.cells.size() < width_) {
    row_.cells.resize(width_);
    row_.kinds.resize(width_, CellKind::kText);
  }
  rows_.push_back(std::move(row_));
}

bool XlsxReader::next(CsvRow& row) {
  std::string chunk(rows_.empty() ? kChunkBytes : 0, '\0');
  while (rows_.empty() && !ended_) {
    const std::size_t got = archive_.read(chunk.data(), chunk.size());
    ended_ = got == 0;
    parser_->feed(std::string_view(chunk).substr(0, got), ended_);
  }
  if (rows_.empty()) return false;
  row = std::move(rows_.front());
  rows_.pop_front();
  return true;
}

}  // namespace erp::host::import
