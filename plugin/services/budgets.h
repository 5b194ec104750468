// SPDX-License-Identifier: Apache-2.0
//
// The actions of the sales budget: versions of a year, the grid of sellers and months, and the ways to fill it. Each
// way says what cells shall be; services/budget_sheet writes them.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal "budget.…".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/input.h"
#include "services/opportunities.h"
#include "services/use_case.h"
#include "store/import_store.h"

namespace sales_leads::services {

json::value list_budgets(UseCase& use_case, const Input& input);
json::value create_budget(UseCase& use_case, const Input& input);
json::value update_budget(UseCase& use_case, const Input& input);
json::value activate_budget(UseCase& use_case, const Input& input);
json::value lock_budget(UseCase& use_case, const Input& input);
json::value archive_budget(UseCase& use_case, const Input& input);

json::value load_budget(UseCase& use_case, const Input& input);
json::value budget_history(UseCase& use_case, const Input& input);

/// Cells by hand.
json::value set_budget(UseCase& use_case, const Input& input);
/// A year's total, spread evenly.
json::value set_budget_total(UseCase& use_case, const Input& input);
/// A year's total, spread as another year was.
json::value spread_budget(UseCase& use_case, const Input& input);
/// As another budget or another year's sales, and some per cent more or less.
json::value copy_budget(UseCase& use_case, const Input& input);
/// A block of text out of a spreadsheet.
json::value paste_budget(UseCase& use_case, const Input& input);

json::value import_budget(UseCase& use_case, const Input& input, const RowCheck& check);
[[nodiscard]] std::map<std::int64_t, std::string> undo_budget(UseCase& use_case,
                                                              const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
