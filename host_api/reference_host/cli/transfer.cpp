// SPDX-License-Identifier: Apache-2.0
//
// `erp-host import` and `erp-host export`.
#include <charconv>
#include <ostream>

#include "cli/setting.h"
#include "export/exporter.h"
#include "import/importer.h"

namespace erp::host::cli {
namespace {

std::int64_t batch_of(const Arguments& arguments, const std::string& option) {
  if (!arguments.has(option)) return 0;
  const std::string text = arguments.value(option);
  std::int64_t batch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), batch);
  if (error != std::errc() || end != text.data() + text.size() || batch <= 0)
    throw UsageError("--" + option + " needs the number of an import, as import.list shows it.");
  return batch;
}

import::Request request_of(const Arguments& arguments){
    constexpr const char* kForm = "import KIND FILE --data DIR [--map NAME|FILE] [--keep-good]";
import::Request request;
request.undo = batch_of(arguments, "undo");
request.resume = batch_of(arguments, "resume");
request.map = arguments.value("map", arguments.value("profile"));
if (arguments.has("map") && arguments.has("profile")) throw UsageError("--map and --profile say the same: give one.");
std::vector<std::string> words = arguments.words;
if (request.undo != 0) {
  expect_words(arguments, 0, 0, "import --undo BATCH --data DIR");
  return request;
}
if (arguments.has("file")) words.push_back(arguments.value("file"));
const bool kind_is_profiles = words.size() == 1 && !request.map.empty();
if (words.size() != 2 && !kind_is_profiles) throw UsageError(std::string("The form is: erp-host ") + kForm);
request.kind = kind_is_profiles ? "" : words[0];
request.file = words.back();
return request;
}  // namespace

void tell(const import::Request& request, const import::Outcome& outcome, const Streams& streams) {
  for (const std::string& note : outcome.notes) streams.err << "Note: " << note << ".\n";
  streams.out << boost::json::serialize(import::to_json(outcome)) << '\n';
  if (outcome.rejected == 0) return;
  const std::string why = outcome.errors.value_or("").string();
  if (request.undo != 0) {
    streams.err << outcome.rejected << " rows could not be taken back; " << why << " says why.\n";
  } else {
    streams.err << outcome.rejected << " of " << outcome.read << " rows were refused; " << why << " says why. "
                << (outcome.dry_run         ? "Nothing was written: it was a dry run."
                    : outcome.accepted == 0 ? "Nothing was written."
                                            : "The others were taken.")
                << '\n';
  }
}

}  // namespace erp::host::cli

int import_file(const Arguments& arguments, const Streams& streams) {
  import::Request request = request_of(arguments);
  const Options options = host_options(arguments);
  const auto app = App::open(options);
  request.modules_dir = options.modules_dir;
  request.data_dir = options.data_dir;
  request.keep_good = arguments.has("keep-good");
  request.dry_run = arguments.has("dry-run");
  request.upsert = arguments.has("upsert");
  request.encoding = arguments.value("encoding");
  request.begun = [&](std::int64_t batch) {
    streams.err << "Import " << batch << " has begun; should it break off: --resume " << batch << "\n" << std::flush;
  };
  const import::Outcome outcome = import::run(*app, caller_of(*app, arguments), request);
  tell(request, outcome, streams);
  return outcome.rejected > 0 && outcome.accepted == 0 && outcome.undone == 0 ? 1 : 0;
}

int export_file(const Arguments& arguments, const Streams& streams) {
  expect_words(arguments, 1, 1, "export ENTITY --file FILE.csv|FILE.xlsx --data DIR");
  if (!arguments.has("file")) throw UsageError("--file is missing: where to write to, as FILE.csv or FILE.xlsx.");
  exports::Request request;
  request.entity = arguments.words[0];
  request.file = arguments.value("file");
  request.byte_order_mark = arguments.has("bom");
  const std::string separator = arguments.value("separator", "comma");
  request.separator = separator == "comma" || separator == ","       ? ','
                      : separator == "semicolon" || separator == ";" ? ';'
                      : separator == "tab"                           ? '\t'
                                                                     : '\0';
  if (request.separator == '\0') throw UsageError("--separator is comma, semicolon or tab.");
  const auto app = App::open(host_options(arguments));
  const exports::Outcome outcome = exports::run(*app, caller_of(*app, arguments), request);
  streams.out << boost::json::serialize(boost::json::object{{"rows", outcome.rows}, {"file", request.file.string()}})
              << '\n';
  return 0;
}

}  // namespace erp::host::cli
