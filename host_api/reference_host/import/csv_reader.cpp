// SPDX-License-Identifier: Apache-2.0
#include "import/csv_reader.h"

#include <algorithm>
#include <array>

#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

bool is_break(int c) { return c == '\n' || c == '\r'; }

}  // namespace

CsvReader::CsvReader(std::istream& in, const CsvOptions& options)
    : in_(in),
      decoder_(options.encoding, options.encoding_name),
      raw_is_utf8_(options.encoding == Encoding::kUtf8),
      separator_(options.separator) {}

bool CsvReader::refill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  std::array<char, kChunkBytes> chunk;
  in_.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
  const auto got = static_cast<std::size_t>(in_.gcount());
  if (in_.bad()) refuse("import.file.unreadable", "The file could not be read to its end.");
  std::string_view bytes(chunk.data(), got);
  if (first_chunk_) {
    first_chunk_ = false;
    if (raw_is_utf8_ && (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))) {
      refuse("import.encoding",
             "The file is UTF-16 (line 1, byte 0): save it as UTF-8, or set encoding: auto in the profile.");
    }
    if (bytes.starts_with("\xEF\xBB\xBF")) {
      if (!raw_is_utf8_) {
        refuse("import.encoding",
               "The file begins with the mark of UTF-8 (line 1, byte 0), but the profile says "
               "otherwise: set encoding: utf-8 in the profile.");
      }
      std::string mark;
      decoder_.feed(bytes.substr(0, 3), mark);
      bytes.remove_prefix(3);
    }
  }
  decoder_.feed(bytes, buffer_);
  if (got < chunk.size()) {
    ended_ = true;
    decoder_.finish();
  }
  return at_ < buffer_.size() || (!ended_ && refill());
}

int CsvReader::peek() {
  if (at_ >= buffer_.size() && !refill()) return kEnd;
  return static_cast<unsigned char>(buffer_[at_]);
}

int CsvReader::take() {
  const int c = peek();
  if (c != kEnd) ++at_;
  return c;
}

void CsvReader::take_line_break(int first) {
  if (first == '\r' && peek() == '\n') take();
  ++line_;
}

// The separator that stands most often in the header outside of quotes; a comma where none does.
void CsvReader::find_separator() {
  peek();
  std::array<std::size_t, 4> counts{};
  constexpr std::string_view kCandidates = ",;\t|";
  bool quoted = false;
  for (std::size_t i = at_; i < buffer_.size(); ++i) {
    const char c = buffer_[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (is_break(c)) {
      if (i > at_ && buffer_[i - 1] != '\n' && buffer_[i - 1] != '\r') break;
      continue;  // an empty line before the header
    }
    const std::size_t which = kCandidates.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  separator_ = *most == 0 ? ',' : kCandidates[static_cast<std::size_t>(most - counts.begin())];
}

void CsvReader::add(std::string& cell, int c, CsvRow& row) {
  if (cell.size() < kCellBytesMax) {
    cell += static_cast<char>(c);
  } else if (row.problem.empty()) {
    row.problem = "a cell is longer than 64 KiB";
  }
}

void CsvReader::read_quoted(CsvRow& row, std::string& cell) {
  const std::int64_t opened = line_;
  for (;;) {
    const int c = take();
    if (c == kEnd || cell.size() >= kCellBytesMax) {
      refuse("import.quote.open", "The quote that opens in line " + std::to_string(opened) +
                                      " is never closed: write a quote inside a cell twice (\"\").");
    }
    if (c != '"') {
      // A CRLF inside quotes is kept as it is, but counts as one line.
      if (c == '\n' || (c == '\r' && peek() != '\n')) ++line_;
      cell += static_cast<char>(c);
    } else if (peek() == '"') {
      take();
      cell += '"';
    } else {
      break;
    }
  }
  const int after = peek();
  if (after != kEnd && after != separator_ && !is_break(after)) {
    row.problem = "text stands behind a closing quote: write a quote inside a cell twice (\"\")";
    read_plain(row, cell);
  }
}

void CsvReader::read_plain(CsvRow& row, std::string& cell) {
  for (int c = peek(); c != kEnd && c != separator_ && !is_break(c); c = peek()) {
    if (c == '"' && row.problem.empty()) {
      row.problem =
          "a quote stands inside a cell without quotes: put the cell in quotes and write its quote twice (\"\")";
    }
    add(cell, c, row);
    take();
  }
}

bool CsvReader::next(CsvRow& row) {
  if (separator_ == 0) find_separator();
  row.cells.clear();
  row.problem.clear();
  row.kinds.clear();
  while (is_break(peek())) take_line_break(take());
  if (peek() == kEnd) return false;
  row.line = line_;
  for (;;) {
    std::string cell;
    if (peek() == '"') {
      take();
      read_quoted(row, cell);
    } else {
      read_plain(row, cell);
    }
    if (row.cells.size() < kColumnsMax) {
      row.cells.push_back(std::move(cell));
    } else {
      row.problem = "the row has more than " + std::to_string(kColumnsMax) + " cells";
    }
    const int c = take();
    if (c == kEnd) return true;
    if (is_break(c)) {
      take_line_break(c);
      return true;
    }
  }
}

}  // namespace erp::host::import
