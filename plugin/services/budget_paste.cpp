// SPDX-License-Identifier: Apache-2.0
//
// A block out of a spreadsheet: either the lines are the grid's own rows from some cell on ("rows", "column"), or each
// begins with its seller, and a heading may name the months. One amount in a line is the year's total, spread evenly; a
// last column beyond the months is their sum, which must be right. Empty cells leave what stands there.
#include <algorithm>

#include "domain/budget/pasted.h"
#include "host/refusal.h"
#include "services/budget_selection.h"
#include "services/budgets.h"

namespace sales_leads::services {
namespace {

using domain::PastedAmount;
using Line = std::vector<std::string>;
constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kSum = static_cast<std::size_t>(-2);

class Paste {
 public:
  Paste(UseCase& use_case, BudgetSheet& sheet, const Input& input)
      : use_case_(use_case), sheet_(sheet), selection_(use_case, sheet), input_(input) {
    lines_ = domain::pasted_cells(*input.text("text"));
    const std::string decimal = input.text("decimal").value_or("auto");
    sign_ = decimal == "," ? domain::DecimalSign::comma : domain::DecimalSign::point;
    if (decimal == "auto") {
      Line all;
      for (const auto& line : lines_) all.insert(all.end(), line.begin(), line.end());
      sign_ = domain::decimal_sign_of(all);
    }
  }

  void read() {
    const bool anchored = input_.array("rows") != nullptr;
    if (anchored) {
      for (const auto& value : *input_.array("rows")) {
        const json::object one{{"row", value}};
        rows_.push_back(selection_.key(Input("budget", one)));
      }
      if (const auto column = input_.text("column")) first_ = sheet_.month_of(*column, "column");
    }
    std::size_t row = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_blank(lines_[i])) {
        if (anchored) ++row;  // an empty line of the block stands for a row that it leaves alone
        continue;
      }
      if (i == 0 && read_heading(lines_[i], anchored)) continue;
      if (anchored) {
        read_anchored(i, row++);
      } else {
        read_named(i);
      }
    }
  }

  [[nodiscard]] const std::vector<BudgetWish>& wishes() const { return wishes_; }
  json::array take_errors() { return std::move(errors_); }
  [[nodiscard]] std::size_t lines() const { return lines_.size(); }

 private:
  static bool is_blank(const Line& line) {
    return std::all_of(line.begin(), line.end(),
                       [](const std::string& cell) { return cell.find_first_not_of(" \t\r\n") == std::string::npos; });
  }

  static bool is_total(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text == "total" || text == "totalt" || text == "summa" || text == "sum";
  }

  void reject(std::size_t line, std::size_t column, const Refusal& why) {
    errors_.push_back(json::object{{"line", line + 1},
                                   {"column", column + 1},
                                   {"value", why.value()},
                                   {"key", why.key()},
                                   {"message", use_case_.messages.of(use_case_.call.locale, why)}});
  }

  /// A first line with names of months: which column is which. Without one: seller, then the months in order.
  bool read_heading(const Line& line, bool anchored) {
    std::vector<std::size_t> columns(line.size(), kNone);
    std::size_t months = 0, last = kNone;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto month = domain::month_of_heading(line[i]);
      if (!month) continue;
      for (std::size_t at = 0; at < domain::kBudgetMonths; ++at) {
        if (domain::civil_date(sheet_.months()[at]).month == *month) columns[i] = at;
      }
      ++months;
      last = i;
    }
    // "Seller, Total": one amount a line, without months.
    if (months == 0) return !anchored && line.size() == 2 && is_total(line[1]);
    for (std::size_t i = last + 1; i < line.size(); ++i) {
      if (!line[i].empty()) columns[i] = kSum;
    }
    if (!anchored) columns_ = std::move(columns);
    return true;
  }

  std::optional<std::int64_t> amount(std::size_t line, std::size_t column) {
    const std::string& text = lines_[line][column];
    const auto read =
        domain::pasted_amount(text, sign_, use_case_.rates.company_exponent(), use_case_.rates.company_currency());
    const char* key = nullptr;
    switch (read.is) {
      case PastedAmount::Is::amount:
        return read.minor;
      case PastedAmount::Is::empty:
        return std::nullopt;
      case PastedAmount::Is::not_a_number:
        key = "budget.paste.number";
        break;
      case PastedAmount::Is::ambiguous:
        key = "budget.paste.ambiguous";
        break;
      case PastedAmount::Is::negative:
        key = "budget.paste.negative";
        break;
      case PastedAmount::Is::too_fine:
        key = "budget.paste.fraction";
        break;
      case PastedAmount::Is::too_large:
        key = "amount.too_large";
        break;
    }
    failed_ = true;
    reject(line, column,
           Refusal(Code::invalid_argument, key, "text", shown(json::value(text)),
                   {{"currency", use_case_.rates.company_currency()}}));
    return std::nullopt;
  }

  void read_anchored(std::size_t line, std::size_t row) {
    if (row >= rows_.size()) {
      reject(line, 0,
             Refusal(Code::invalid_argument, "budget.paste.lines", "text", std::to_string(row + 1),
                     {{"expected", std::to_string(rows_.size())}}));
      return;
    }
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < lines_[line].size(); ++i) columns.push_back(first_ + i);
    take(line, rows_[row], 0, columns, first_ == 0);
  }

  void read_named(std::size_t line) {
    std::size_t at = 1;
    BudgetKey key;
    try {
      key = named(line, at);
    } catch (const Refusal& why) {
      reject(line, 0, why);
      return;
    }
    if (!seen_.insert(key).second) {
      reject(line, 0, Refusal(Code::invalid_argument, "budget.row.twice", "text", lines_[line][0]));
      return;
    }
    std::vector<std::size_t> columns(columns_);
    if (columns.empty()) {
      columns.assign(at, kNone);
      for (std::size_t i = at; i < lines_[line].size(); ++i) columns.push_back(i - at);
    }
    columns.resize(std::max(columns.size(), lines_[line].size()), kNone);
    take(line, key, at, columns, columns_.empty());
  }

  /// The seller in the first cell, and in the second one the type where the block has one there.
  BudgetKey named(std::size_t line, std::size_t& at) {
    const Line& cells = lines_[line];
    json::object names{{"employee", cells[0]}};
    if (input_.flag("with_type", false)) {
      names["type"] = cells.size() > 1 && !cells[1].empty() ? json::value(cells[1]) : json::value(nullptr);
      at = 2;
    }
    return selection_.key(Input("budget", names));
  }

  /// `whole`: the columns begin with the first month, so that a thirteenth is their sum, and a single one the total.
  void take(std::size_t line, const BudgetKey& key, std::size_t from, const std::vector<std::size_t>& columns,
            bool whole) {
    failed_ = false;
    BudgetCells cells = sheet_.row(key).cells;
    std::vector<BudgetWish> wishes;
    std::optional<std::int64_t> sum, single;
    std::size_t sum_column = 0;
    for (std::size_t i = from; i < lines_[line].size(); ++i) {
      const auto minor = amount(line, i);
      if (!minor) continue;
      const std::size_t month = columns[i];
      if (month == kSum || (whole && month == domain::kBudgetMonths)) {
        sum = minor;
        sum_column = i;
      } else if (month >= domain::kBudgetMonths) {
        reject(line, i, Refusal(Code::invalid_argument, "budget.paste.columns", "text", lines_[line][i]));
        failed_ = true;
      } else {
        wishes.push_back({key, month, minor});
        cells[month] = minor;
        if (month == 0) single = minor;
      }
    }
    if (failed_) return;
    const bool total_alone = whole && rows_.empty() && single && lines_[line].size() == from + 1;
    if (total_alone) {
      wishes.clear();
      const auto year = domain::spread_evenly(*single);
      for (std::size_t i = 0; i < year.size(); ++i) wishes.push_back({key, i, year[i]});
    } else if (sum && total_json(cells) != *sum) {
      reject(line, sum_column, Refusal(Code::invalid_argument, "budget.paste.total", "text", lines_[line][sum_column]));
      return;
    }
    try {
      sheet_.check(wishes);
    } catch (const Refusal& why) {
      reject(line, 0, why);
      return;
    }
    wishes_.insert(wishes_.end(), wishes.begin(), wishes.end());
  }

  UseCase& use_case_;
  BudgetSheet& sheet_;
  BudgetSelection selection_;
  const Input& input_;
  std::vector<Line> lines_;
  domain::DecimalSign sign_ = domain::DecimalSign::unknown;
  std::vector<std::size_t> columns_;  // of a heading: what each column is
  std::vector<BudgetKey> rows_;       // of an anchored block
  std::size_t first_ = 0;
  std::set<BudgetKey> seen_;
  std::vector<BudgetWish> wishes_;
  json::array errors_;
  bool failed_ = false;  // in the present line
};

}  // namespace

json::value paste_budget(UseCase& use_case, const Input& input) {
  use_case.preview = input.flag("preview", false);
  BudgetSheet sheet(use_case, changing_budget(use_case, input));
  Paste paste(use_case, sheet, input);
  paste.read();
  json::array errors = paste.take_errors();
  std::size_t saved = 0;
  const bool writes = errors.empty() || input.flag("keep_good", false);
  if (writes || use_case.preview) saved = sheet.change(paste.wishes(), "paste");
  if (!writes) use_case.preview = true;  // one bad cell refuses the block: nothing is written, and all faults are told
  return json::object{{"budget", sheet.budget().id},
                      {"year", sheet.budget().year},
                      {"lines", paste.lines()},
                      {"saved", writes ? saved : 0},
                      {"preview", input.flag("preview", false)},
                      {"rows", sheet.changed_rows(paste.wishes())},
                      {"errors", std::move(errors)}};
}

}  // namespace sales_leads::services
