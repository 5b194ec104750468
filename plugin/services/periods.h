// SPDX-License-Identifier: Apache-2.0
//
// Closing of periods: through which day the ledger takes no new rows. Corrections of closed days show on the first open
// one; reopened, they move to the days they correct, as if nothing had been closed.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

[[nodiscard]] json::value close_period(UseCase& use_case, const Input& input);
[[nodiscard]] json::value reopen_period(UseCase& use_case, const Input& input);
[[nodiscard]] json::value list_periods(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
