// SPDX-License-Identifier: Apache-2.0
//
// The model of the latest daily forecast, kept for whoever asks about a deal before the next one: what the night learnt
// from all opportunities, applied to what is known of one today.
//
// Usage:  keep_model(session, company, as_of, facts, model, now_us);
//         if (const auto kept = kept_model(session, company, today)) …
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <optional>

#include "domain/forecast/model.h"
#include "store/forecast_store.h"

namespace sales_leads::services {

struct KeptForecast {
  domain::forecast::Model model;  // as of today
  store::ForecastLevels levels;
};

void keep_model(store::Session& session, store::Id company, domain::Day as_of, const store::ForecastLevels& levels,
                const domain::forecast::Model& model, std::int64_t now_us);

/// None where none was kept, or it is so old that the company may have changed.
[[nodiscard]] std::optional<KeptForecast> kept_model(store::Session& session, store::Id company, domain::Day today);

}  // namespace sales_leads::services
