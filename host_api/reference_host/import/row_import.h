// SPDX-License-Identifier: Apache-2.0
//
// Rows that go through an import action of the module (opportunities, leads, lists): in chunks, as the file is read,
// with a batch that remembers what each row became. All or nothing goes over the file twice: everything is checked
// before the first row is written. Memory does not grow with the file. One thread; one per file.
#pragma once

#include <functional>
#include <memory>

#include "import/importer.h"
#include "import/known.h"
#include "import/problems.h"
#include "import/profile.h"
#include "import/record.h"

namespace erp::host::import {

/// Opens the file anew, from its start.
using Reopen = std::function<std::unique_ptr<TableReader>()>;

Outcome import_rows(App& app, const Caller& caller, const Request& request, const Profile& profile,
                    const Setting& setting, const Reopen& reopen);

/// Takes a batch back, slice by slice.
Outcome undo_rows(App& app, const Caller& caller, const Request& request);

}  // namespace erp::host::import
