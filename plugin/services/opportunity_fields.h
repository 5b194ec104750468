// SPDX-License-Identifier: Apache-2.0
//
// From the fields of an action's input to a row: the same reading for form, import and program. Fields that the input
// does not name stay as they are; null empties.
//
// Threads: one. Errors: Refusal naming the field.
#pragma once

#include <optional>
#include <vector>

#include "services/input.h"
#include "services/references.h"
#include "services/use_case.h"
#include "store/opportunity_parts_store.h"
#include "store/opportunity_store.h"

namespace sales_leads::services {

struct OpportunityParts {
  std::vector<store::SellerShare> sellers;
  std::vector<store::TouchRow> touches;
  std::optional<std::vector<store::ProductLine>> lines;
};

/// Everything but step, status and effective time. `rate_day`: of whose rate the company amount is, where the amount
/// changes.
void read_fields(UseCase& use_case, References& references, const Input& input, store::OpportunityRow& row,
                 std::optional<domain::Day> rate_day);
/// Refuses those who no longer work here as new owner or seller; who was one already stays. `owner_before`: 0 = none.
void refuse_leavers(UseCase& use_case, References& references, const store::OpportunityRow& row, Id owner_before,
                    const std::vector<store::SellerShare>& sellers);
/// A rejection says why a customer was lost: for others it is refused, never dropped or kept in silence.
void refuse_rejection_of_others(const Input& input, const store::OpportunityRow& row);
[[nodiscard]] bool has_touch(const std::vector<store::TouchRow>& touches, Id campaign, std::int64_t date);
/// The probability, after the step has put its own: by hand, or null for the step's.
void read_probability(References& references, const Input& input, store::OpportunityRow& row);
[[nodiscard]] OpportunityParts read_parts(UseCase& use_case, References& references, const Input& input);
[[nodiscard]] std::vector<store::SellerShare> read_sellers(References& references, const Input& input);

}  // namespace sales_leads::services
