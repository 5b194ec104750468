// SPDX-License-Identifier: Apache-2.0
//
// Why a deal has the chance that it has: the factors that the life table multiplies, each against a deal like all
// others.
//
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "domain/forecast/model.h"

namespace sales_leads::domain::forecast {

struct Reason {
  std::string
      key;  // age, season, cohort, product, seller, source, type, campaign, step, recent, correction, untried, steps
  std::int64_t hundredths = 0;  // times as likely as without it; 100 = no difference
  std::int64_t number = 0;      // days of age; step, level or month where that is what it is about
};

/// The strongest first; without effect left out. Of an open deal.
[[nodiscard]] std::vector<Reason> explain(const History& history, const Model& model, std::size_t deal);

}  // namespace sales_leads::domain::forecast
