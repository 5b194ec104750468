// SPDX-License-Identifier: Apache-2.0
//
// The forecast of any day as two files: opportunities.csv and totals.csv, for whoever wants to check it later.
//
// Only the local operator may: the files are written with the rights of the host's process, and a user of the host is
// not to choose where. Each file is written beside its place under a name of its own and then renamed, so that a reader
// finds the old one or the new one, never half of one.
//
// Threads: one per UseCase. Errors: Refusal "forecast.dir.operator", "forecast.dir.invalid", "forecast.as_of.invalid".
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

json::value export_forecast(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
