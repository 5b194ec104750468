// SPDX-License-Identifier: Apache-2.0
//
// The log of changes in the reader's words: it keeps the names of fields.
//
// Threads: any. Errors: none; what has no name for people (ids, versions) is left out.
#pragma once

#include <string>

#include "host/declared.h"

namespace sales_leads::services {

/// "title owner id" of an opportunity as "Title, Owner"; "order 12" as "Order 12".
[[nodiscard]] std::string audit_detail(const DeclaredViews& views, const std::string& language,
                                       const std::string& entity, const std::string& detail);

}  // namespace sales_leads::services
