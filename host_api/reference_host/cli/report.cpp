// SPDX-License-Identifier: Apache-2.0
//
// `erp-host report`: a report as JSON, CSV or a table for the terminal.
#include <iostream>

#include "cli/setting.h"
#include "web/table.h"

namespace erp::host::cli {

int report(const Arguments& arguments, const Streams& streams) {
  if (arguments.words.size() != 1) {
    throw UsageError("The form is: erp-host report NAME --data DIR [--params JSON] [--format json|csv|table]");
  }
  const std::string format = arguments.value("format", "json");
  if (format != "json" && format != "csv" && format != "table") {
    throw UsageError("--format is json, csv or table, not " + format + ".");
  }
  const boost::json::value params = parse_json(arguments.value("params", "{}"), "--params");
  const auto app = App::open(host_options(arguments));
  const boost::json::value result = app->run_report(caller_of(*app, arguments), arguments.words[0], params);
  if (format == "json") {
    streams.out << pretty(result) << '\n';
    return 0;
  }
  const auto language = web::language_named(language_of(arguments));
  const web::Table table = web::table_of_report(result, language);
  streams.out << (format == "csv" ? web::as_csv(table) : web::as_text(table, language));
  return 0;
}

}  // namespace erp::host::cli
