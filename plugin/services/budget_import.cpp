// SPDX-License-Identifier: Apache-2.0
//
// The budget from a file, a cell a row, known by seller, type and month; and back again.
#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "services/budget_selection.h"
#include "services/budgets.h"
#include "services/import_batch.h"

namespace sales_leads::services {
namespace {

/// The sheets that the rows of an import touch, each read once and held until the transaction ends.
class Sheets {
 public:
  explicit Sheets(UseCase& use_case) : use_case_(use_case), references_(use_case) {}

  /// Of the month's fiscal year: the version with this title, else the active one.
  BudgetSheet& of(const std::string& month, const std::optional<std::string>& title) {
    const auto day = domain::parse_date(month + "-01");
    if (!day)
      throw Refusal(Code::invalid_argument, "budget.month.invalid", "month", month, {{"expected", "@expected.month"}});
    const std::int64_t year = domain::fiscal_quarter(*day, use_case_.fiscal_year_start_month).start_year;
    const std::string wanted = title.value_or("");
    auto known = sheets_.find({year, wanted});
    if (known == sheets_.end()) {
      known = sheets_.try_emplace({year, wanted}, use_case_, version(year, wanted)).first;
    }
    return known->second;
  }
  References& references() { return references_; }
  std::map<std::pair<std::int64_t, std::string>, BudgetSheet>& all() { return sheets_; }

 private:
  store::BudgetVersion version(std::int64_t year, const std::string& title) {
    if (title.empty()) {
      const json::object named{{"year", year}};
      return changing_budget(use_case_, Input("budget", named));
    }
    store::BudgetStore store(use_case_.session, use_case_.company());
    for (const auto& version : store.versions(year)) {
      if (version.title != title) continue;
      const json::object named{{"budget", version.id}};
      return changing_budget(use_case_, Input("budget", named));
    }
    throw Refusal(Code::not_found, "budget.not_found", "budget", title);
  }

  UseCase& use_case_;
  References references_;
  std::map<std::pair<std::int64_t, std::string>, BudgetSheet> sheets_;
};

struct ImportedCell {
  std::size_t index = 0;
  BudgetSheet* sheet = nullptr;
  BudgetWish wish;
};

std::string kept(const ImportedCell& cell) {
  const auto before = cell.sheet->row(cell.wish.key).cells[cell.wish.month];
  return json::serialize(json::object{{"budget", cell.sheet->budget().id},
                                      {"employee", cell.wish.key.employee},
                                      {"type", cell.wish.key.type},
                                      {"month", cell.wish.month},
                                      {"before", minor_or_null(before)},
                                      {"after", minor_or_null(cell.wish.minor)}});
}

}  // namespace

json::value import_budget(UseCase& use_case, const Input& input, const RowCheck& check) {
  ImportRun run(use_case, input, "budget");
  Sheets sheets(use_case);
  std::vector<ImportedCell> cells;
  std::set<std::tuple<Id, BudgetKey, std::size_t>> once;
  const json::array& rows = *input.array("rows");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (run.skips(i)) continue;
    try {
      check(rows[i]);
      const Input row("budget", rows[i].get_object());
      const std::string month = *row.text("month");
      BudgetSheet& sheet = sheets.of(month, row.text("budget"));
      BudgetKey key;
      key.employee = sheets.references().employee(*row.find("employee"), "employee");
      if (row.has("type")) key.type = sheets.references().entry("type", *row.find("type"));
      const BudgetWish wish{key, sheet.month_of(month, "month"), row.integer("minor")};
      if (!once.insert({sheet.budget().id, key, wish.month}).second) {
        throw Refusal(Code::invalid_argument, "budget.cell.twice", "month", key_text(key) + " " + month);
      }
      sheet.check({wish});
      cells.push_back({i, &sheet, wish});
    } catch (const Refusal& refusal) {
      run.reject(i, refusal);
    }
  }
  std::map<BudgetSheet*, std::vector<BudgetWish>> wishes;
  std::vector<std::string> befores;
  for (const auto& cell : cells) {
    wishes[cell.sheet].push_back(cell.wish);
    befores.push_back(kept(cell));
    const auto before = cell.sheet->row(cell.wish.key).cells[cell.wish.month];
    if (!run.writes() && !run.dry_run()) continue;
    const char* act = before == cell.wish.minor ? "same" : before ? "updated" : "created";
    run.note(cell.index, act, cell.sheet->budget().id, 1, befores.back());
  }
  if (run.writes()) {
    for (auto& [sheet, of_sheet] : wishes) sheet->change(of_sheet, "import");
  }
  if (run.dry_run()) use_case.preview = true;  // a year that had no budget gets none
  return run.answer();
}

std::map<std::int64_t, std::string> undo_budget(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  std::map<std::int64_t, std::string> left;
  std::map<Id, std::unique_ptr<BudgetSheet>> sheets;
  std::map<BudgetSheet*, std::vector<BudgetWish>> wishes;
  for (const auto& row : rows) {
    const json::object before = json::parse(row.before).as_object();
    const Id id = before.at("budget").as_int64();
    if (!sheets.contains(id)) {
      auto version = store::BudgetStore(use_case.session, use_case.company()).lock(id);
      if (version) sheets[id] = std::make_unique<BudgetSheet>(use_case, *version);
    }
    const auto found = sheets.find(id);
    if (found == sheets.end() || found->second->budget().locked || found->second->budget().archived) {
      left[row.row_no] = "import.undo.locked";
      continue;
    }
    BudgetSheet& sheet = *found->second;
    const BudgetKey key{before.at("employee").as_int64(), before.at("type").as_int64()};
    const auto month = static_cast<std::size_t>(before.at("month").as_int64());
    const auto minor = [&](const char* name) {
      return before.at(name).is_null() ? std::nullopt : std::optional(before.at(name).as_int64());
    };
    if (sheet.row(key).cells[month] != minor("after")) {
      left[row.row_no] = "import.undo.changed";
    } else if (!use_case.caller.changes.covers(key.employee)) {
      left[row.row_no] = "import.undo.right";
    } else {
      wishes[&sheet].push_back({key, month, minor("before")});
    }
  }
  for (auto& [sheet, of_sheet] : wishes) sheet->change(of_sheet, "undo");
  return left;
}

}  // namespace sales_leads::services
