// SPDX-License-Identifier: Apache-2.0
//
// Lists as tables with all columns, in the caller's scope, a page at a time.
//
// Threads: one per UseCase. Errors: Refusal "export.entity.unknown", "permission.missing", "page.invalid".
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

/// {"columns": […], "rows": [[…]], "next": …}
json::value export_page(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
