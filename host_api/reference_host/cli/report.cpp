// SPDX-License-Identifier: Apache-2.0
//
// `erp-host report`: a report as JSON, CSV, a table for the terminal, or a workbook.
#include <iostream>

#include "cli/setting.h"
#include "export/sheet_writer.h"
#include "web/table.h"

namespace erp::host::cli {

int report(const Arguments& arguments, const Streams& streams) {
  if (arguments.words.size() != 1) {
    throw UsageError(
        "The form is: erp-host report NAME --data DIR [--params JSON] [--format json|csv|table|xlsx] [--file FILE]");
  }
  const std::string format = arguments.value("format", "json");
  if (format != "json" && format != "csv" && format != "table" && format != "xlsx") {
    throw UsageError("--format is json, csv, table or xlsx, not " + format + ".");
  }
  const std::string file = arguments.value("file", "");
  if ((format == "xlsx") == file.empty()) throw UsageError("--file goes with --format xlsx, which needs it.");
  const boost::json::value params = parse_json(arguments.value("params", "{}"), "--params");
  const auto app = App::open(host_options(arguments));
  const boost::json::value result = app->run_report(caller_of(*app, arguments), arguments.words[0], params);
  if (format == "json") {
    streams.out << pretty(result) << '\n';
    return 0;
  }
  const auto language = web::language_named(language_of(arguments));
  const web::Table table = web::table_of_report(result, language);
  if (format == "xlsx") {
    const auto sheet = exports::write_xlsx(file);
    for (const auto& line : web::as_lines(table)) sheet->row(line);
    sheet->close();
    streams.out << file << '\n';
    return 0;
  }
  streams.out << (format == "csv" ? web::as_csv(table) : web::as_text(table, language));
  return 0;
}

}  // namespace erp::host::cli
