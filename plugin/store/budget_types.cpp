// SPDX-License-Identifier: Apache-2.0
#include "store/budget_types.h"

#include <map>

#include "store/budget_store.h"

namespace sales_leads::store {
namespace {

using Cells = std::map<std::int64_t, BudgetCell>;  // by month

void move_row(BudgetStore& store, Id budget, const BudgetRow& row, const Cells& cells, BudgetRow into,
              const Cells& there, Stamp stamp) {
  if (into.id == 0) into.id = store.insert(budget, into, stamp);
  std::vector<BudgetCell> put;
  std::vector<Id> gone;
  std::vector<BudgetChange> history;
  const auto note = [&](Id type, std::int64_t month, std::optional<std::int64_t> before,
                        std::optional<std::int64_t> after) {
    history.push_back({0, row.employee, type, month, before, after, "set", stamp.at, stamp.by});
  };
  for (const auto& [month, cell] : cells) {
    const auto present = there.find(month);
    const auto before = present == there.end() ? std::nullopt : std::optional(present->second.minor);
    put.push_back({0, into.id, month, cell.minor + before.value_or(0)});
    gone.push_back(cell.id);
    note(row.type, month, cell.minor, std::nullopt);
    note(into.type, month, before, put.back().minor);
  }
  store.put(put);
  store.remove(gone);
  store.touch({row.id, into.id}, stamp);
  store.add_history(budget, history);
}

}  // namespace

bool is_budgeted(Session& session, Id company, Id type) {
  return session
      .first<Id>("select id from sl_budget_history where company_id = :company and type_id = :type limit 1",
                 {{"company", company}, {"type", type}})
      .has_value();
}

std::int64_t move_budgets(Session& session, Id company, Id from, Id to, Stamp stamp) {
  BudgetStore store(session, company);
  std::int64_t moved = 0;
  for (const auto& version : store.versions()) {
    (void)store.lock(version.id);
    const auto rows = store.rows(version.id);
    std::map<Id, Cells> cells;
    for (const auto& cell : store.cells(version.id)) cells[cell.row][cell.month] = cell;
    for (const auto& row : rows) {
      if (row.type != from || cells[row.id].empty()) continue;
      BudgetRow into{0, 1, row.employee, to};
      for (const auto& other : rows) {
        if (other.employee == row.employee && other.type == to) into = other;
      }
      move_row(store, version.id, row, cells[row.id], into, cells[into.id], stamp);
      ++moved;
    }
  }
  return moved;
}

}  // namespace sales_leads::store
