// SPDX-License-Identifier: Apache-2.0
//
// `erp-host batch`: many calls in one process. A line that fails answers so and the next one runs.
#include <iostream>

#include "cli/setting.h"

namespace erp::host::cli {
namespace {

boost::json::value answer(App& app, const Caller& caller, const std::string& line) {
  const boost::json::value order = parse_json(line, "The line");
  if (!order.is_object()) throw HostError(ERP_INVALID_ARGUMENT, "json.invalid", "The line must be a JSON object.");
  const boost::json::object& object = order.get_object();
  const auto member = [&](const char* key) -> boost::json::value {
    const auto* value = object.if_contains(key);
    return value ? *value : boost::json::object{};
  };
  const auto name = [&](const char* key) -> std::string_view {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  };
  if (!name("action").empty()) return app.call_action(caller, name("action"), member("input"));
  if (!name("report").empty()) return app.run_report(caller, name("report"), member("params"));
  if (object.contains("drain")) {
    const DrainCounts counts = app.drain();
    return boost::json::object{{"handled", counts.handled}, {"parked", counts.parked}, {"head", counts.head}};
  }
  throw HostError(ERP_INVALID_ARGUMENT, "batch.line.invalid",
                  R"(The line must hold "action" with "input", "report" with "params", or "drain".)");
}

}  // namespace

int batch(const Arguments& arguments, const Streams& streams) {
  if (!arguments.words.empty()) throw UsageError("The form is: erp-host batch --data DIR [--user LOGIN]");
  const auto app = App::open(host_options(arguments));
  const Caller caller = caller_of(*app, arguments);
  std::string line;
  while (std::getline(streams.in, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    boost::json::object out;
    try {
      out = {{"ok", true}, {"result", answer(*app, caller, line)}};
    } catch (const HostError& error) {
      out = {{"ok", false}, {"error", error_json(error)}};
    } catch (const std::exception& error) {
      out = {{"ok", false}, {"error", error_json(HostError(ERP_INTERNAL, "host.internal", error.what()))}};
    }
    streams.out << boost::json::serialize(out) << std::endl;  // whoever asks waits for the line
  }
  return 0;
}

}  // namespace erp::host::cli
