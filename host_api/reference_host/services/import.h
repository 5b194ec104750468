// SPDX-License-Identifier: Apache-2.0
//
// Host records in bulk, in the unit's one transaction. Records point at each other by number; what is named must be
// there, what is new must not be.
//
// Threads: the unit's. Errors: HostError naming record, field and value; the unit must then be given up.
#pragma once

#include "model.h"
#include "services/unit.h"

namespace erp::host {

ImportCounts import_batch(Unit& unit, const ImportBatch& batch);

}  // namespace erp::host
