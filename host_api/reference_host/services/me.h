// SPDX-License-Identifier: Apache-2.0
//
// Who is logged in, and what every page needs to know of the company.
//
// Threads: the unit's. Errors: HostError.
#pragma once

#include <boost/json.hpp>

#include "services/unit.h"

namespace erp::host {

boost::json::object who_am_i(Unit& unit);

}  // namespace erp::host
