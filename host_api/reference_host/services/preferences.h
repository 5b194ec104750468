// SPDX-License-Identifier: Apache-2.0
//
// What a user sets for the pages: saved views, widths of columns, density. Values are JSON that only the renderer
// reads.
//
// Threads: the unit's. Errors: HostError "preference.*"; sharing needs host.preference.share.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "services/unit.h"

namespace erp::host::preferences {

/// {"key","value","shared":[{"user","name","value"}]}; null where nothing is set.
boost::json::object read(Unit& unit, const std::string& key);
/// {"key","value","shared"}: a null value forgets it.
boost::json::object write(Unit& unit, const boost::json::object& input);

}  // namespace erp::host::preferences
