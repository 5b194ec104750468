// SPDX-License-Identifier: Apache-2.0
//
// Reads the pipeline's sums (pipeline_rollup.h) with what is appended to them, in one statement: so in one state of the
// database, whoever writes meanwhile.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/pipeline_rollup.h"

namespace sales_leads::store {

/// What is asked of the sums. Empty lists do not narrow; what nothing is grouped by is 0 or "" in the answer.
struct PipelineSumsQuestion {
  std::string axis = "type";  // owner, seller, pipeline, type, source, campaign
  std::vector<Id> axis_ids, steps;
  std::vector<std::string> statuses;
  std::optional<std::int64_t> first_month, last_month;  // 202601; either leaves out who has no date
  bool by_axis = false, by_month = false, by_step = false, by_status = false;
};

/// Each cell with its sums, none without deals; nothing while the sums are being built: then the opportunities tell.
[[nodiscard]] std::optional<std::vector<std::pair<PipelineCell, PipelineSums>>> pipeline_sums(
    Session& session, Id company, const PipelineSumsQuestion& question);

}  // namespace sales_leads::store
