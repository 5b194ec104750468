// SPDX-License-Identifier: Apache-2.0
//
// Cells by hand, and a year's total spread evenly or by another year's season.
#include "host/refusal.h"
#include "services/budget_season.h"
#include "services/budget_selection.h"
#include "services/budgets.h"

namespace sales_leads::services {
namespace {

/// What somebody saw of a row, against what it is by now.
bool is_changed(const Input& seen, const BudgetSheet::Row& row) {
  const auto version = seen.integer("expected_version");
  return version && *version != row.version;
}

void refuse_changed(const Input& seen, const BudgetKey& key, const BudgetSheet::Row& row) {
  throw Refusal(Code::conflict, "budget.version.conflict", "expected_version",
                std::to_string(seen.integer("expected_version").value_or(0)),
                {{"version", std::to_string(row.version)}, {"row", key_text(key)}});
}

json::object answer_of(const BudgetSheet& sheet, std::size_t saved, const std::vector<BudgetWish>& wishes) {
  return {{"budget", sheet.budget().id},
          {"year", sheet.budget().year},
          {"saved", saved},
          {"rows", sheet.changed_rows(wishes)},
          {"conflicts", json::array{}}};
}

void add_year(std::vector<BudgetWish>& wishes, const BudgetKey& key, const domain::BudgetYear& year) {
  for (std::size_t i = 0; i < year.size(); ++i) wishes.push_back({key, i, year[i]});
}

/// Rows of the input, each once, none of them changed since it was seen.
std::vector<std::pair<BudgetKey, Input>> rows_of(const Input& input, BudgetSheet& sheet, BudgetSelection& selection) {
  std::vector<std::pair<BudgetKey, Input>> rows;
  std::set<BudgetKey> once;
  for (const auto& value : *input.array("rows")) {
    const Input row("budget", value.get_object());
    const BudgetKey key = selection.key(row);
    if (!once.insert(key).second) throw Refusal(Code::invalid_argument, "budget.row.twice", "rows", key_text(key));
    const auto present = sheet.row(key);
    if (is_changed(row, present)) refuse_changed(row, key, present);
    rows.emplace_back(key, row);
  }
  return rows;
}

/// Adds the wish to empty what these sellers have in rows that the source does not know. Answers how many of the
/// sellers have a budget at present, which the copy would replace.
std::size_t clear_others(const BudgetSheet& sheet, const std::set<Id>& employees, const Seasons& source,
                         std::vector<BudgetWish>& wishes) {
  std::set<Id> standing;
  for (const auto& [key, row] : sheet.rows()) {
    if (!employees.contains(key.employee)) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i]) continue;
      if (*row.cells[i] != 0) standing.insert(key.employee);
      if (!source.rows().contains(key)) wishes.push_back({key, i, std::nullopt});
    }
  }
  return standing.size();
}

}  // namespace

json::value set_budget(UseCase& use_case, const Input& input) {
  use_case.preview = input.flag("preview", false);
  BudgetSheet sheet(use_case, changing_budget(use_case, input));
  BudgetSelection selection(use_case, sheet);
  std::vector<BudgetWish> wishes;
  std::set<std::pair<BudgetKey, std::size_t>> once;
  json::array conflicts;
  const bool report = input.text("conflicts").value_or("refuse") == "report";
  for (const auto& value : *input.array("cells")) {
    const Input cell("budget", value.get_object());
    const BudgetKey key = selection.key(cell);
    const std::size_t month = sheet.month_of(cell.text("column").value_or(""), "column");
    if (!once.insert({key, month}).second) {
      throw Refusal(Code::invalid_argument, "budget.cell.twice", "cells",
                    key_text(key) + " " + cell.text("column").value_or(""));
    }
    const auto present = sheet.row(key);
    const bool other = cell.names("was") && cell.integer("was") != present.cells[month];
    if (other || is_changed(cell, present)) {
      if (!report && !other) refuse_changed(cell, key, present);
      if (!report) {
        throw Refusal(Code::conflict, "budget.cell.changed", "was", shown(*cell.find("was")),
                      {{"row", key_text(key)},
                       {"month", *cell.text("column")},
                       {"present", shown(minor_or_null(present.cells[month]))}});
      }
      conflicts.push_back(json::object{{"row", key_text(key)},
                                       {"column", *cell.text("column")},
                                       {"minor", minor_or_null(present.cells[month])},
                                       {"version", present.version}});
      continue;
    }
    wishes.push_back({key, month, cell.integer("minor")});
  }
  sheet.check(wishes);
  if (!conflicts.empty()) {
    // All or nothing: who meant ten cells gets none of them half.
    use_case.preview = true;
    json::object answer = answer_of(sheet, 0, {});
    answer["conflicts"] = std::move(conflicts);
    return answer;
  }
  const std::size_t saved = sheet.change(wishes, "set");
  return answer_of(sheet, saved, wishes);
}

json::value set_budget_total(UseCase& use_case, const Input& input) {
  use_case.preview = input.flag("preview", false);
  BudgetSheet sheet(use_case, changing_budget(use_case, input));
  BudgetSelection selection(use_case, sheet);
  std::vector<BudgetWish> wishes;
  for (const auto& [key, row] : rows_of(input, sheet, selection)) {
    add_year(wishes, key, domain::spread_evenly(*row.integer("total")));
  }
  const std::size_t saved = sheet.change(wishes, "total");
  return answer_of(sheet, saved, wishes);
}

json::value spread_budget(UseCase& use_case, const Input& input) {
  use_case.preview = input.flag("preview", false);
  BudgetSheet sheet(use_case, changing_budget(use_case, input));
  BudgetSelection selection(use_case, sheet);
  const Seasons seasons(use_case, sheet, input);
  const bool of_company = input.text("season_of").value_or("seller") == "company";
  std::vector<BudgetWish> wishes;
  json::array used;
  for (const auto& [key, row] : rows_of(input, sheet, selection)) {
    std::int64_t total = total_json(sheet.row(key).cells);
    if (const auto given = row.integer("total")) total = *given;
    const Season season = seasons.of(key, of_company);
    add_year(wishes, key, domain::spread_by_season(total, season.months));
    used.push_back(json::object{{"key", key_text(key)}, {"season", season.whose}});
  }
  const std::size_t saved = sheet.change(wishes, "season");
  json::object answer = answer_of(sheet, saved, wishes);
  answer["seasons"] = std::move(used);
  return answer;
}

json::value copy_budget(UseCase& use_case, const Input& input) {
  use_case.preview = input.flag("preview", false);
  BudgetSheet sheet(use_case, changing_budget(use_case, input));
  BudgetSelection selection(use_case, sheet);
  const Seasons seasons(use_case, sheet, input);
  const auto percent = read_percent(input, "percent");
  const bool named = input.array("employees") != nullptr || input.has("group");
  const auto chosen = selection.employees(input);
  const domain::Day last = domain::add_months(sheet.months().back(), 1) - 1;
  std::vector<BudgetWish> wishes;
  std::set<Id> copied, skipped;
  for (const auto& [key, year] : seasons.rows()) {
    if (!use_case.caller.changes.covers(key.employee)) continue;
    if (!chosen.contains(key.employee)) {
      // Who sold that year and sells no more is told of, and left out.
      if (!named && !sheet.members().is_member(key.employee, sheet.months().front(), last)) {
        skipped.insert(key.employee);
      }
      continue;
    }
    const auto changed = domain::changed_by(year, percent);
    if (!changed) throw Refusal(Code::invalid_argument, "amount.too_large", "percent", shown(*input.find("percent")));
    copied.insert(key.employee);
    for (std::size_t i = 0; i < year.size(); ++i) {
      // A month without a budget stays without one.
      const bool wanted = (*changed)[i] != 0 || seasons.has(key, i);
      wishes.push_back({key, i, wanted ? std::optional((*changed)[i]) : std::nullopt});
    }
  }
  const std::size_t standing = clear_others(sheet, copied, seasons, wishes);
  if (standing != 0 && !input.flag("replace", false)) {
    throw Refusal(Code::conflict, "budget.copy.present", "replace", std::to_string(standing),
                  {{"year", std::to_string(sheet.budget().year)}});
  }
  const std::size_t saved = sheet.change(wishes, "copy");
  json::object answer = answer_of(sheet, saved, wishes);
  answer["skipped"] = json::array(skipped.begin(), skipped.end());
  return answer;
}

}  // namespace sales_leads::services
