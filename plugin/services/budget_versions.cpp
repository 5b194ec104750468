// SPDX-License-Identifier: Apache-2.0
//
// Versions of a year's budget: made, named, put in force, locked. Whoever sees a part of the sellers fills that part;
// what concerns everybody's figures needs the right to change everybody's.
#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/budget_sheet.h"
#include "services/budgets.h"
#include "services/lists.h"
#include "signals/reconcile.h"

namespace sales_leads::services {
namespace {

store::BudgetStore store_of(UseCase& use_case) { return {use_case.session, use_case.company()}; }

std::optional<std::vector<Id>> seen(UseCase& use_case) {
  const Scope& scope = use_case.caller.sees;
  return scope.all() ? std::nullopt : std::optional(scope.employees);
}

store::BudgetVersion picked(UseCase& use_case, const Input& input) {
  auto found = store_of(use_case).lock(input.id());
  if (!found) throw Refusal(Code::not_found, "budget.not_found", "id", std::to_string(input.id()));
  check_version(input, found->version);
  return *found;
}

void check_all(UseCase& use_case, const std::string& title) {
  if (!use_case.caller.changes.all()) {
    throw Refusal(Code::permission, "budget.version.right", "id", title);
  }
}

json::value saved(UseCase& use_case, store::BudgetVersion budget) {
  if (!store_of(use_case).update(budget, use_case.stamp())) {
    throw Refusal(Code::conflict, "budget.version.conflict", "expected_version", std::to_string(budget.version));
  }
  ++budget.version;
  budget.changed_at = use_case.now_us;
  budget.changed_by = use_case.caller.actor.user;
  use_case.changed.push_back(budget.id);
  return budget_shape(budget);
}

}  // namespace

json::value list_budgets(UseCase& use_case, const Input& input) {
  auto store = store_of(use_case);
  std::map<Id, std::int64_t> totals;
  for (const auto& [id, minor] : store.totals(seen(use_case))) totals[id] = minor;
  const bool archived = input.flag("archived", false);
  const std::int64_t after = input.integer("after").value_or(0), limit = input.integer("limit").value_or(100);
  json::array shaped;
  json::value next = nullptr;
  // By id, so that a page goes on where the last one ended; a company has a handful of versions a year.
  auto versions = store.versions(input.integer("year").value_or(0));
  std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const auto& version : versions) {
    if ((version.archived && !archived) || version.id <= after) continue;
    if (static_cast<std::int64_t>(shaped.size()) == limit) {
      next = shaped.back().at("id");
      break;
    }
    json::object one = budget_shape(version);
    one["total"] = totals[version.id];
    shaped.push_back(std::move(one));
  }
  return json::object{{"budgets", std::move(shaped)},
                      {"currency", use_case.rates.company_currency()},
                      {"scope", use_case.caller.sees.name},
                      {"next", std::move(next)}};
}

json::value create_budget(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());
  auto store = store_of(use_case);
  const std::int64_t year = *input.integer("year");
  const std::string title = input.text("title").value_or(std::to_string(year));
  bool active = true;
  for (const auto& other : store.versions(year)) active = active && !other.active;
  std::optional<store::BudgetVersion> source;
  if (const auto id = input.integer("copy_of")) {
    source = store.find(*id);
    if (!source) throw Refusal(Code::not_found, "budget.not_found", "copy_of", std::to_string(*id));
  }
  const auto made = new_budget(use_case, year, title, active);
  std::size_t cells = 0;
  if (source) {
    const BudgetSheet from(use_case, *source);
    BudgetSheet into(use_case, made);
    std::vector<BudgetWish> wishes;
    for (const auto& [key, row] : from.rows()) {
      if (!use_case.caller.changes.covers(key.employee)) continue;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (row.cells[i]) wishes.push_back({key, i, row.cells[i]});
      }
    }
    // Of the same year it is the same sellers; of another year those who sell in this one.
    std::erase_if(wishes, [&](const BudgetWish& wish) {
      return source->year != year && !into.members().is_member(wish.key.employee, into.months().front(),
                                                               domain::add_months(into.months().back(), 1) - 1);
    });
    cells = into.change(wishes, "copy");
  }
  json::object answer = budget_shape(made);
  answer["cells"] = cells;
  return answer;
}

json::value update_budget(UseCase& use_case, const Input& input) {
  auto budget = picked(use_case, input);
  check_all(use_case, budget.title);
  budget.title = input.text("title").value_or(budget.title);
  check_budget_title(store_of(use_case).versions(budget.year), budget);
  return saved(use_case, budget);
}

json::value activate_budget(UseCase& use_case, const Input& input) {
  signals::lock_company(use_case.session, use_case.company());
  auto budget = picked(use_case, input);
  check_all(use_case, budget.title);
  if (budget.archived) throw Refusal(Code::invalid_argument, "reference.archived", "id", budget.title);
  check_budget_months(store_of(use_case).versions(), budget);
  if (!budget.active) {
    store_of(use_case).deactivate(budget.year, use_case.stamp());
    budget.active = true;
  }
  return saved(use_case, budget);
}

json::value lock_budget(UseCase& use_case, const Input& input) {
  auto budget = picked(use_case, input);
  check_all(use_case, budget.title);
  budget.locked = input.flag("locked", true);
  return saved(use_case, budget);
}

json::value archive_budget(UseCase& use_case, const Input& input) {
  auto budget = picked(use_case, input);
  check_all(use_case, budget.title);
  const bool archived = input.flag("archived", true);
  if (archived && budget.active) throw Refusal(Code::wrong_state, "budget.active.archived", "id", budget.title);
  budget.archived = archived;
  return saved(use_case, budget);
}

}  // namespace sales_leads::services
