// SPDX-License-Identifier: Apache-2.0
//
// Which use case stands behind which action.
//
// Threads: the table is immutable, any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "actions/declarations.h"
#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::actions {

using Handler = std::function<boost::json::value(services::UseCase&, const services::Input&, const Declaration&)>;

/// Null where no use case stands behind the name.
[[nodiscard]] const Handler* handler_of(std::string_view name);

}  // namespace sales_leads::actions
