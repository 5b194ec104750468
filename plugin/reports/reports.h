// SPDX-License-Identifier: Apache-2.0
//
// The module's reports: name and parameters in, the JSON of the report out.
//
//   {"rows":[{"key":"2011-07","label":"2011-07","measures":{"invoiced":{"minor":1,"currency":"GBP"}}}],
//    "totals":{"measures":{…}},"scope":"all"}
//
// Threads: the session's. Errors: Failure. Writes nothing. Parameters were checked against schemas/reports before.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/calendar.h"
#include "host/company_calendar.h"
#include "store/session.h"

namespace sales_leads::reports {

using store::Id;

struct Context {
  store::Session& session;
  Id company = 0;
  std::string language;  // en, sv, nb
  std::string currency;  // the company's
  std::int32_t fiscal_year_start_month = 1;
  domain::Day today = 0;
  std::string scope = "all";  // own, group, subtree: what `employees` own or have a share in
  std::vector<Id> employees;
  bool sums_of_campaigns = false;  // whole sums per campaign, without the rows behind them
  const CompanyCalendar* calendar = nullptr;
  bool sees_commission = false;
  Id own_employee = 0;  // the caller's; 0 = none

  [[nodiscard]] bool sees_all() const { return scope == "all"; }
};

/// NOT_FOUND for an unknown name.
[[nodiscard]] boost::json::object run(const Context& context, std::string_view name, const boost::json::object& params);

}  // namespace sales_leads::reports
