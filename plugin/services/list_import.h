// SPDX-License-Identifier: Apache-2.0
//
// Types, sources, rejections, customer statuses, categories and campaigns from a file: known by their code, made when
// it is new, changed when it differs. Undoing archives what was made: an entry may be in use by then.
//
// Threads: one, inside the caller's transaction. Errors: Refusal; those of single rows stand in the answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/import_batch.h"
#include "services/opportunities.h"

namespace sales_leads::services {

json::value import_entries(UseCase& use_case, const Input& input, const RowCheck& check, const std::string& list);
json::value import_campaigns(UseCase& use_case, const Input& input, const RowCheck& check);

std::map<std::int64_t, std::string> undo_entries(UseCase& use_case, const std::vector<store::ImportRow>& rows);
std::map<std::int64_t, std::string> undo_campaigns(UseCase& use_case, const std::vector<store::ImportRow>& rows);

}  // namespace sales_leads::services
