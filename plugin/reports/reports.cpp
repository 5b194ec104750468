// SPDX-License-Identifier: Apache-2.0
#include "reports/reports.h"

#include "reports/campaign_results.h"
#include "reports/pipeline.h"
#include "reports/sales.h"
#include "reports/to_link.h"

namespace sales_leads::reports {

boost::json::object run(const Context& context, std::string_view name, const boost::json::object& params) {
  boost::json::object answer;
  if (name == "sales") {
    answer = sales(context, params);
  } else if (name == "pipeline") {
    answer = pipeline(context, params);
  } else if (name == "campaign_results") {
    answer = campaign_results(context, params);
  } else if (name == "to_link") {
    answer = to_link(context, params);
  } else {
    throw Failure(Code::not_found, "report.not_found",
                  "There is no report '" + std::string(name) + "': use sales, pipeline, campaign_results or to_link.");
  }
  answer["scope"] = context.scope;
  return answer;
}

}  // namespace sales_leads::reports
