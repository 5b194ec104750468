// SPDX-License-Identifier: Apache-2.0
#include "reports/reports.h"

#include <map>

#include "reports/campaign_results.h"
#include "reports/commission.h"
#include "reports/forecast.h"
#include "reports/funnel.h"
#include "reports/pipeline.h"
#include "reports/sales.h"
#include "reports/sales_lines.h"
#include "reports/to_link.h"
#include "reports/work_lists.h"

namespace sales_leads::reports {

namespace {

using Report = boost::json::object (*)(const Context&, const boost::json::object&);

const std::map<std::string_view, Report>& table() {
  static const std::map<std::string_view, Report> kTable = {
      {"sales", sales},
      {"sales_lines", sales_lines},
      {"pipeline", pipeline},
      {"campaign_results", campaign_results},
      {"to_link", to_link},
      {"forecast", forecast},
      {"forecast_bridge", forecast_bridge},
      {"forecast_accuracy", forecast_accuracy},
      {"funnel", funnel},
      {"loss_reasons", loss_reasons},
      {"won_trend", won_trend},
      {"top_sellers", top_sellers},
      {"commission", commission},
      {"not_invoiced", not_invoiced},
      {"nudges", nudges},
      {"planned_activities", planned_activities},
  };
  return kTable;
}

}  // namespace

boost::json::object run(const Context& context, std::string_view name, const boost::json::object& params) {
  const auto found = table().find(name);
  if (found == table().end()) {
    std::string known;
    for (const auto& entry : table()) known += (known.empty() ? "" : ", ") + std::string(entry.first);
    throw Failure(Code::not_found, "report.not_found",
                  "There is no report '" + std::string(name) + "': use one of " + known + ".");
  }
  boost::json::object answer = found->second(context, params);
  answer["scope"] = context.scope;
  return answer;
}

}  // namespace sales_leads::reports
