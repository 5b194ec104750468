// SPDX-License-Identifier: Apache-2.0
#include "services/opportunity_place.h"

#include <algorithm>

#include "store/opportunity_parts_store.h"

namespace sales_leads::services {

const store::Step& place_of(References& references, const Input& input, const store::OpportunityRow& row,
                            const std::string& status) {
  const bool named = input.has("pipeline");
  const store::Pipeline& pipeline =
      named ? references.pipeline(*input.find("pipeline")) : references.pipeline_for(row.type, row.owner);
  if (!input.has("step")) return references.first_step(pipeline.id, status);
  const json::value& step = *input.find("step");
  if (named || step.is_string()) {
    // A code means the step of the pipeline at hand; one that only another pipeline has names that pipeline too.
    const bool here = named || std::any_of(references.steps().begin(), references.steps().end(), [&](const auto& one) {
                        return one.pipeline == pipeline.id && !one.archived &&
                               (one.code == std::string_view(step.as_string()) ||
                                one.title.en == std::string_view(step.as_string()) ||
                                one.title.sv == std::string_view(step.as_string()) ||
                                one.title.nb == std::string_view(step.as_string()));
                      });
    if (here) return references.step(step, pipeline.id);
  }
  return references.step(step, 0);
}

const store::Step& step_to_reopen(UseCase& use_case, References& references, const store::OpportunityRow& row) {
  const auto visits =
      store::OpportunityPartsStore(use_case.session, use_case.company(), use_case.stamp()).visits(row.id);
  for (auto visit = visits.rbegin(); visit != visits.rend(); ++visit) {
    const store::Step& step = references.step(visit->step);
    if (step.pipeline == row.pipeline && step.status == "open" && !step.archived) return step;
  }
  return references.first_step(row.pipeline, "open");
}

}  // namespace sales_leads::services
