// SPDX-License-Identifier: Apache-2.0
//
// The ledger's own affairs: balances page by page, checking, rebuilding, deciding again, and documents that wait.
//
// Checking, rebuilding and deciding again go through all documents in slices, each in a transaction of its own; the
// rest are use cases like others. Threads: one per call. Errors: Refusal, Failure.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value ledger_balances(UseCase& use_case, const Input& input);
json::value list_parked(UseCase& use_case, const Input& input);
json::value retry_parked(UseCase& use_case, const Input& input);

// These open sessions of their own: no transaction may be open around them.
json::value verify_ledger(UseCase& use_case, const Input& input);
json::value rebuild_ledger(UseCase& use_case, const Input& input);
json::value rerun_links(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
