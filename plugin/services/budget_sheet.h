// SPDX-License-Identifier: Apache-2.0
//
// One version of the sales budget as it stands, and the one way in which its cells change: whoever spreads, copies or
// pastes says what the cells shall be, and change() checks it, writes it with its history and says what became of it.
//
//   BudgetSheet sheet(use_case, pick_budget(use_case, input, true));
//   sheet.change({{{12, 0}, 0, 1'000}}, "set");
//
// Threads: one, inside the caller's transaction. Errors: Refusal "budget.…". Ownership: borrows the use case.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/budget/spread.h"
#include "services/budget_members.h"
#include "services/input.h"
#include "services/use_case.h"
#include "store/budget_store.h"

namespace sales_leads::services {

/// A row of the budget: a seller, or what a seller shall sell of one type.
struct BudgetKey {
  Id employee = 0, type = 0;
  friend auto operator<=>(const BudgetKey&, const BudgetKey&) = default;
};
/// "12" for a seller's row, "12:3" with a type.
[[nodiscard]] std::string key_text(const BudgetKey& key);

using BudgetCells = std::array<std::optional<std::int64_t>, domain::kBudgetMonths>;

struct BudgetWish {
  BudgetKey key;
  std::size_t month = 0;              // 0..11
  std::optional<std::int64_t> minor;  // none = no budget
};

class BudgetSheet {
 public:
  struct Row {
    Id id = 0;
    std::int64_t version = 0;  // 0 = not there yet
    BudgetCells cells{};
    std::array<Id, domain::kBudgetMonths> ids{};  // of the cells, 0 = none
  };

  BudgetSheet(UseCase& use_case, store::BudgetVersion budget);

  [[nodiscard]] const store::BudgetVersion& budget() const { return budget_; }
  [[nodiscard]] const std::map<BudgetKey, Row>& rows() const { return rows_; }
  [[nodiscard]] Row row(const BudgetKey& key) const;
  [[nodiscard]] const std::array<domain::Day, domain::kBudgetMonths>& months() const { return months_; }
  /// The place of a month such as "2026-03"; refused when the year does not have it.
  [[nodiscard]] std::size_t month_of(const std::string& text, const std::string& field) const;
  [[nodiscard]] const SalesMembers& members() const;
  /// Whether the employee's budget stands under several types.
  [[nodiscard]] bool is_split(Id employee) const;

  /// Refused where the version takes no changes, the employee is no seller in the year, or is not the caller's to
  /// change.
  void check(const std::vector<BudgetWish>& wishes);
  /// Cells that differ are written, with their history. Answers how many.
  std::size_t change(const std::vector<BudgetWish>& wishes, const std::string& origin);
  /// The rows after the change, for an answer: key, version, values, total.
  [[nodiscard]] json::array changed_rows(const std::vector<BudgetWish>& wishes) const;

 private:
  void check_employee(Id employee);

  UseCase& use_case_;
  store::BudgetVersion budget_;
  std::array<domain::Day, domain::kBudgetMonths> months_{};
  std::map<BudgetKey, Row> rows_;
  mutable std::optional<SalesMembers> members_;  // read when first asked for
};

/// The version that the input names ("budget"), else the active one of "year". `changing`: it is held until the
/// transaction ends, and a year without any gets its first version, which is active. Empty only where not changing.
[[nodiscard]] std::optional<store::BudgetVersion> find_budget(UseCase& use_case, const Input& input, bool changing);
[[nodiscard]] store::BudgetVersion changing_budget(UseCase& use_case, const Input& input);
/// Makes a version; refused when its title is taken or its year overlaps another one's.
[[nodiscard]] store::BudgetVersion new_budget(UseCase& use_case, std::int64_t year, const std::string& title,
                                              bool active);
void check_budget_title(const std::vector<store::BudgetVersion>& others, const store::BudgetVersion& budget);
/// Two versions may stand for the same twelve months, but a month must not lie in two years: that happens where the
/// fiscal year was moved after one of them was made.
void check_budget_months(const std::vector<store::BudgetVersion>& others, const store::BudgetVersion& budget);
[[nodiscard]] json::object budget_shape(const store::BudgetVersion& budget);

[[nodiscard]] json::value minor_or_null(const std::optional<std::int64_t>& minor);
[[nodiscard]] json::array values_json(const BudgetCells& cells);
/// Sums that do not fit are refused.
void add_minor(std::int64_t& sum, std::int64_t minor);
[[nodiscard]] std::int64_t total_json(const BudgetCells& cells);

}  // namespace sales_leads::services
