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
  std::string axis = "type";  // owner, seller, pipeline, type, source, campaign; customer, project (no month, no step)
  std::vector<Id> axis_ids, steps;
  std::optional<std::vector<Id>> apart;  // by_axis: only these by themselves, all others as -1
  std::vector<std::string> statuses;
  std::optional<std::int64_t> first_month, last_month;  // 202601; either leaves out who has no date
  bool by_axis = false, by_month = false, by_step = false, by_status = false;
};

/// Each cell with its sums, none without deals; nothing while the sums are being built: then the opportunities tell.
[[nodiscard]] std::optional<std::vector<std::pair<PipelineCell, PipelineSums>>> pipeline_sums(
    Session& session, Id company, const PipelineSumsQuestion& question);

/// The largest of many customers or projects, and what all others come to. `apart`: told whatever their size is.
struct PipelineTop {
  std::vector<std::pair<Id, PipelineSums>> told;
  std::int64_t others = 0;
  PipelineSums of_others;
};
/// by: deals, amount or weighted, either way from nothing.
[[nodiscard]] std::optional<PipelineTop> largest_pipeline(Session& session, Id company, const std::string& axis,
                                                          const std::vector<std::string>& statuses,
                                                          const std::string& by, std::int64_t most,
                                                          const std::vector<Id>& apart);
/// The same of any select of axis_id, deals, amount and weighted, one row for each id.
[[nodiscard]] PipelineTop largest_of_select(Session& session, const std::string& select, Params params,
                                            const std::string& by, std::int64_t most, const std::vector<Id>& apart);

}  // namespace sales_leads::store
