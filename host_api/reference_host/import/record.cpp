// SPDX-License-Identifier: Apache-2.0
#include "import/record.h"

#include <algorithm>

#include "import/currencies.h"
#include "import/refusal.h"

namespace erp::host::import {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

const Record::Cell& Record::cell(std::string_view field) const {
  static const Cell kNone;
  const auto index = field_index(profile_->kind, field);
  return index ? cells_[*index] : kNone;
}

const std::string& Record::text(std::string_view field) const { return cell(field).text; }

void Record::fault(std::string_view field, const std::string& reason, Problems& problems) const {
  const Cell& at = cell(field);
  problems.add(line_, at.use ? at.use->column : std::string(field), at.text, reason);
}

template <class T>
std::optional<T> Record::checked(std::string_view field, const Read<T>& read, Problems& problems) const {
  if (is_good(read)) return std::get<0>(read);
  fault(field, std::get<1>(read).reason, problems);
  return std::nullopt;
}

std::optional<std::int64_t> Record::integer(std::string_view field, Problems& problems) const {
  const Cell& at = cell(field);
  if (at.text.empty()) return std::nullopt;
  return checked(field, read_integer(at.text), problems);
}

std::optional<bool> Record::boolean(std::string_view field, Problems& problems) const {
  const Cell& at = cell(field);
  if (at.text.empty()) return std::nullopt;
  return checked(field, read_boolean(at.text), problems);
}

std::optional<std::int64_t> Record::amount(std::string_view field, const std::string& currency,
                                           Problems& problems) const {
  const Cell& at = cell(field);
  // Without a currency the digits have no meaning; that fault is noted where the currency is.
  if (at.text.empty() || currency.empty()) return std::nullopt;
  AmountFormat format = at.use ? at.use->amount : AmountFormat{};
  if (at.kind == CellKind::kNumber) format = {format.minor, '.', "", false};
  return checked(field, read_amount(at.text, format, currency), problems);
}

std::string Record::choices(std::string_view field) const {
  const Cell& at = cell(field);
  std::string known;
  if (at.use == nullptr) return known;
  for (const auto& [written, meant] : at.use->values) known += (known.empty() ? "" : ", ") + written;
  return known;
}

std::optional<std::string> Record::share(std::string_view field, Problems& problems) const {
  const Cell& at = cell(field);
  if (at.text.empty()) return std::nullopt;
  std::string text = at.text;
  const auto percent = text.find_last_not_of("% ");
  text.resize(percent == std::string::npos ? 0 : percent + 1);
  std::replace(text.begin(), text.end(), ',', '.');
  const Read<std::int64_t> read = read_amount(text, AmountFormat{}, "EUR");  // two decimals, too
  if (!is_good(read) || std::get<0>(read) < 0 || std::get<0>(read) > 10'000) {
    fault(field, "it is not a percentage between 0 and 100 with at most two decimals", problems);
    return std::nullopt;
  }
  const std::int64_t share = std::get<0>(read), rest = share % 100;
  return std::to_string(share / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

std::optional<std::int32_t> Record::date(std::string_view field, Problems& problems) const {
  const Cell& at = cell(field);
  if (at.text.empty()) return std::nullopt;
  // A workbook's own date may carry a time of day, which a day has no use for.
  if (at.kind == CellKind::kDate) return checked(field, read_date(at.text.substr(0, 10), "YYYY-MM-DD"), problems);
  return checked(field, read_date(at.text, at.use ? at.use->date_format : "YYYY-MM-DD"), problems);
}

std::optional<std::int64_t> Record::time(std::string_view field, const std::string& zone, Problems& problems) const {
  const Cell& at = cell(field);
  if (at.text.empty()) return std::nullopt;
  const bool plain = !at.use || at.kind == CellKind::kDate;
  return checked(field, read_time(at.text, plain ? "YYYY-MM-DD" : at.use->date_format, zone), problems);
}

std::string Record::currency(const Setting& setting, Problems& problems) const {
  std::string code = text("currency");
  if (code.empty()) code = profile_->currency;
  if (code.empty()) code = setting.currency;
  if (code.empty()) {
    fault("currency",
          "no currency is known: fill the column, name one in the profile, or set the company's (company.update)",
          problems);
  } else if (!currency_digits(code)) {
    fault("currency", "the currency \"" + code + "\" is unknown: use an ISO 4217 code as SEK", problems);
    code.clear();
  }
  return code;
}

RecordMaker::RecordMaker(const Profile& profile, const CsvRow& header) : profile_(profile) {
  if (!header.problem.empty()) {
    refuse("import.header", "Line " + std::to_string(header.line) + ", the header: " + header.problem + ".");
  }
  for (const std::string& cell : header.cells) {
    const std::string name(trimmed(cell));
    if (!name.empty() && std::find(header_.begin(), header_.end(), name) != header_.end()) {
      refuse("import.column.twice", "The header names the column " + name + " twice.");
    }
    header_.push_back(name);
  }
  const auto fields = fields_of(profile.kind);
  std::vector<std::string> missing;
  std::vector<bool> filled(fields.size(), false);
  for (const ColumnUse& use : profile.columns) {
    const auto at = std::find(header_.begin(), header_.end(), use.column);
    if (at != header_.end()) {
      if (filled[use.field]) {
        refuse("import.column.twice", "The header has two columns for " + std::string(fields[use.field].name) +
                                          ", under two names or with and without _minor: keep one.");
      }
      filled[use.field] = true;
      bound_.push_back({static_cast<std::size_t>(at - header_.begin()), &use});
    }
  }
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string names;
    for (const ColumnUse& use : profile.columns) {
      if (use.field == i) names += (names.empty() ? "" : " or ") + use.column;
    }
    if (names.empty()) continue;
    if (std::find(expected.begin(), expected.end(), names) == expected.end()) expected.push_back(names);
    const bool has_other = profile.constants.contains(i) || profile.defaults.contains(i) ||
                           (fields[i].name == "title" && !profile.title.empty());
    if (fields[i].column_required && !filled[i] && !has_other &&
        std::find(missing.begin(), missing.end(), names) == missing.end()) {
      missing.push_back(names);
    }
  }
  if (!missing.empty()) {
    refuse("import.column.missing", "The file lacks the column" + std::string(missing.size() > 1 ? "s " : " ") +
                                        list_of(missing) + ". " + profile.name + " expects " + list_of(expected) +
                                        "; the file has " + list_of(header_) + ".");
  }
  for (const std::string& name : header_) {
    const bool used = std::any_of(profile.columns.begin(), profile.columns.end(),
                                  [&](const ColumnUse& use) { return use.column == name; });
    const bool ignored = std::find(profile.ignore.begin(), profile.ignore.end(), name) != profile.ignore.end();
    if (!used && !ignored) unread_.push_back(name.empty() ? "(a column without name)" : name);
  }
}

Record RecordMaker::make(const CsvRow& row, Problems& problems) const {
  const auto fields = fields_of(profile_.kind);
  Record record;
  record.profile_ = &profile_;
  record.line_ = row.line;
  record.cells_.resize(fields.size());
  if (!row.problem.empty()) {
    problems.add(row.line, "", "", row.problem);
    record.complete_ = false;
  } else if (row.cells.size() != header_.size()) {
    const bool more = row.cells.size() > header_.size();
    problems.add(row.line, "", "",
                 "the row has " + std::to_string(row.cells.size()) + " cells, the header has " +
                     std::to_string(header_.size()) +
                     (more ? ": a separator inside a cell needs quotes around the cell" : ""));
    record.complete_ = false;
  }
  for (const Bound& bound : bound_) {
    if (bound.cell >= row.cells.size()) continue;
    Record::Cell& cell = record.cells_[bound.use->field];
    cell.use = bound.use;
    if (bound.cell < row.kinds.size()) cell.kind = row.kinds[bound.cell];
    const std::string& raw = row.cells[bound.cell];
    cell.text = bound.use->trim ? std::string(trimmed(raw)) : raw;
    // The sign that an export as CSV puts before what a spreadsheet would run.
    if (profile_.apostrophes && row.kinds.empty() && cell.text.size() > 1 && cell.text[0] == '\'' &&
        is_risky(cell.text[1]))
      cell.text.erase(0, 1);
    const auto mapped = bound.use->values.find(cell.text);
    if (mapped != bound.use->values.end()) cell.text = mapped->second;
  }
  if (!record.complete_) return record;
  for (const auto& [index, text] : profile_.constants) record.cells_[index] = {text, nullptr, CellKind::kText};
  for (const auto& [index, text] : profile_.defaults) {
    if (record.cells_[index].text.empty()) record.cells_[index] = {text, nullptr, CellKind::kText};
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].value_required || !record.cells_[i].text.empty()) continue;
    if (fields[i].name == "title" && !profile_.title.empty()) continue;
    if (fields[i].name == "customer_no" && !profile_.stand_in.empty()) continue;
    record.fault(fields[i].name, "the cell is empty, but every row must have a " + std::string(fields[i].name),
                 problems);
    record.complete_ = false;
  }
  return record;
}

}  // namespace erp::host::import
