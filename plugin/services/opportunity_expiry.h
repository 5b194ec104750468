// SPDX-License-Identifier: Apache-2.0
//
// Open opportunities whose planned close lies longer ago than their pipeline allows, with no activity planned, expire.
// Their owner is told first, and has seven days; only then they go, also where the setting was switched on later. Off
// unless the pipeline has `expire_after_days`.
//
// Threads: one per company. Works in slices, each a transaction of its own; the host is told between them. Errors:
// Failure of the session.
#pragma once

#include <functional>

#include "services/use_case.h"

namespace sales_leads::services {

struct ExpiryResult {
  std::int64_t expired = 0, told = 0;
  bool more = false;  // time ran out
};

/// `out_of_time` is asked between slices.
ExpiryResult expire_due(UseCase& use_case, const std::function<bool()>& out_of_time);

}  // namespace sales_leads::services
