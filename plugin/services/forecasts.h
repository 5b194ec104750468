// SPDX-License-Identifier: Apache-2.0
//
// The actions of the forecast: snapshots made and listed, back-dated forecasts on demand, categories set by hand, and
// why an opportunity has the chance that it has.
//
// Threads: one per UseCase. Errors: Refusal "forecast.none", "forecast.as_of.invalid", "opportunity.not_found",
// "opportunity.status.closed".
#pragma once

#include "services/input.h"
#include "services/use_case.h"

namespace sales_leads::services {

/// In slices, with sessions of its own.
json::value take_forecast_snapshot(UseCase& use_case, const Input& input);
json::value backtest_forecast(UseCase& use_case, const Input& input);
json::value list_forecast_snapshots(UseCase& use_case, const Input& input);
json::value set_forecast_category(UseCase& use_case, const Input& input);
json::value explain_forecast(UseCase& use_case, const Input& input);

}  // namespace sales_leads::services
