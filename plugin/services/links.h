// SPDX-License-Identifier: Apache-2.0
//
// Links that people set and undo, and why a document is linked as it is, in words. Every change brings the ledger along
// in the same transaction.
//
// Threads: one per UseCase; changing ones inside the caller's transaction. Errors: Refusal, and those of reconciling.
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value set_link(UseCase& use_case, const Input& input);
/// One opportunity of a link by rule: that rule never proposes it for the document again, another may. Everything, or
/// the last of a set link: the document stays unlinked until somebody links it.
json::value undo_link(UseCase& use_case, const Input& input);
json::value show_link(UseCase& use_case, const Input& input);

/// Looks up sellers and campaigns of the opportunity's documents again, from a day on.
void restate_documents(UseCase& use_case, Id opportunity, domain::Day from);

}  // namespace sales_leads::services
