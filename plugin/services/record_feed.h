// SPDX-License-Identifier: Apache-2.0
//
// The action list.feed: what happened to a record, latest first, as a renderer shows it beside a form: visits to steps,
// changed fields, activities, touches, links with the reason of each, what may belong
// to it, possible doubles, the audit log.
//
// Threads: one. Errors: Refusal "list.unknown", "list.record.not_found", "permission.missing".
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

[[nodiscard]] json::value read_feed(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
