// SPDX-License-Identifier: Apache-2.0
//
// From a record of a file to the row that an import action of the module takes. One thread. Faults are noted in the
// Problems; a row without fault may still be refused by the module.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "import/problems.h"
#include "import/profile.h"
#include "import/record.h"

namespace erp::host::import {

/// "opportunity", "lead", "type", …: the entity, and the part of the action's name before ".import".
std::string entity_of(Kind kind);

/// Everything of the row but what needs the company: see row_import.
boost::json::object shape_row(const Profile& profile, const Setting& setting, const Record& record, Problems& problems);

}  // namespace erp::host::import
