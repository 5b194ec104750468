// SPDX-License-Identifier: Apache-2.0
//
// The actions list.query, list.summary, list.lookup and list.record: one shape for every list of the module.
//
// Threads: one. Errors: Refusal "list.unknown", "list.field.unknown", "list.op.invalid", "list.value.invalid",
// "list.sum.invalid", "list.cursor.invalid", "list.record.not_found", "permission.missing".
#pragma once

#include <memory>

#include "services/input.h"
#include "services/list_catalog.h"
#include "services/use_case.h"
#include "store/list_store.h"

namespace sales_leads::services {

[[nodiscard]] json::value query_list(UseCase& use_case, const Input& input);
[[nodiscard]] json::value summarize_list(UseCase& use_case, const Input& input);
[[nodiscard]] json::value look_up_in_list(UseCase& use_case, const Input& input);
[[nodiscard]] json::value read_list_record(UseCase& use_case, const Input& input);

/// Reads a list as the caller sees it.
[[nodiscard]] std::unique_ptr<lists::Runner> runner_of(UseCase& use_case, const store::ListTable& table);

/// A list that the caller may see, with what reads it and what understands questions.
struct OpenList {
  OpenList(UseCase& use_case, const std::string& name);

  const store::ListTable& table;
  std::unique_ptr<lists::Runner> runner;
  lists::Reader reader;
};

}  // namespace sales_leads::services
