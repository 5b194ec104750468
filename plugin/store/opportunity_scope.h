// SPDX-License-Identifier: Apache-2.0
//
// Which of many opportunities are somebody's: as owner, or as seller with a share now.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <vector>

#include "store/session.h"

namespace sales_leads::store {

/// Those of the ids, rising, that one of the employees owns or sells.
[[nodiscard]] std::vector<Id> opportunities_of(Session& session, Id company, const std::vector<Id>& ids,
                                               const std::vector<Id>& employees);

}  // namespace sales_leads::store
