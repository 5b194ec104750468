// SPDX-License-Identifier: Apache-2.0
//
// Reads what the module declares of its pages: schemas/entities, schemas/views and schemas/i18n/labels.
//
// Threads: any. Errors: Failure(data_loss) naming the file and what is wrong with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/declared.h"

namespace sales_leads::actions {

/// `actions`: those that change something; the log of changes has them as choices, after the ones that rules bring.
[[nodiscard]] DeclaredViews load_views(const std::filesystem::path& schemas,
                                       const std::vector<std::string>& actions = {});

/// The views named panel.customer, panel.order …: what the host is asked to show on its pages.
[[nodiscard]] std::string panels_json(const DeclaredViews& views);

}  // namespace sales_leads::actions
