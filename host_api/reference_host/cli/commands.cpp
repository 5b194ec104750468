// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/setting.h"

namespace erp::host::cli {
namespace {

constexpr std::string_view kVersion = "1.0.0";

constexpr std::string_view kUsage =
    R"(erp-host serve  --data DIR [--port N] [--listen ADDRESS]   run the host: pages, HTTP API, modules at work
erp-host import KIND FILE --data DIR [--map NAME|FILE] [--keep-good] [--encoding NAME|auto]
                [--dry-run] [--upsert] [--resume BATCH]     also: import --profile NAME|FILE --file FILE
erp-host import --undo BATCH --data DIR                    takes an import of opportunities, leads or a list back
erp-host export ENTITY --file FILE.csv|FILE.xlsx --data DIR [--separator comma|semicolon|tab] [--bom] [--user LOGIN]
erp-host action NAME [JSON|-] --data DIR [--user LOGIN]    one action; - reads the JSON from stdin
erp-host drain  --data DIR                                 let the modules handle every event so far
erp-host report NAME --data DIR [--params JSON] [--format json|csv|table|xlsx] [--file FILE] [--user LOGIN]
erp-host batch  --data DIR [--user LOGIN]                  JSON lines on stdin, one answer a line
erp-host module plan --data DIR                            which migrations the next start would apply; changes nothing
erp-host actions [--markdown] [--data DIR]                 every action with its permission and input
erp-host module trust KEY.pub | verify FILE | install FILE | upgrade FILE | rollback ID | disable ID | enable ID | list
                remove ID (--keep-data | --export-to FOLDER)         add-ons of a data folder, with --data DIR
erp-host conformance --data DIR --modules DIR             obeys host-check (host_api/conformance/README.md)
erp-host version

All take --database URL (remembered in DIR; SQLite where none is named), --modules DIR, --company N and --lang sv|nb|en.
action, report and batch take --timeout MS too: how long a module may take over a call before it is refused.
KIND is customers, employees, products, orders, invoices, opportunities, leads, campaigns, types, sources, rejections,
customer_statuses, categories, customer_extra, campaign_members, campaign_costs, pipelines, steps, activities or
group_members; FILE is CSV or XLSX. ENTITY is opportunity, campaign, lead, step, group_member, …
Exit code: 0 done, 1 refused (the reason stands on stderr), 2 the command line is wrong.
)";

int action(const Arguments& arguments, const Streams& streams) {
  expect_words(arguments, 1, 2, "action NAME [JSON|-] --data DIR [--user LOGIN]");
  std::string text = arguments.words.size() > 1 ? arguments.words[1] : "{}";
  if (text == "-") text.assign(std::istreambuf_iterator<char>(streams.in), {});
  const boost::json::value input = parse_json(text, "The input of " + arguments.words[0]);
  const auto app = App::open(host_options(arguments));
  streams.out << pretty(app->call_action(caller_of(*app, arguments), arguments.words[0], input)) << '\n';
  return 0;
}

int drain(const Arguments& arguments, const Streams& streams) {
  expect_words(arguments, 0, 0, "drain --data DIR");
  const auto app = App::open(host_options(arguments));
  const DrainCounts counts = app->drain();
  streams.out << boost::json::serialize(
                     boost::json::object{{"handled", counts.handled}, {"parked", counts.parked}, {"head", counts.head}})
              << '\n';
  return 0;
}

struct Command {
  std::string_view name;
  int (*run)(const Arguments&, const Streams&);
  std::vector<std::string_view> valued, flags;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"serve", serve, {"port", "listen"}, {}},
      {"import",
       import_file,
       {"map", "profile", "file", "user", "encoding", "resume", "undo"},
       {"keep-good", "dry-run", "upsert"}},
      {"export", export_file, {"file", "separator", "user"}, {"bom"}},
      {"action", action, {"user", "timeout"}, {}},
      {"drain", drain, {}, {}},
      {"conformance", conformance, {}, {}},
      {"report", report, {"params", "format", "file", "user", "timeout"}, {}},
      {"batch", batch, {"user", "timeout"}, {}},
      {"module", module, {"export-to"}, {"keep-data"}},
      {"actions", actions, {}, {"markdown"}},
  };
  return kCommands;
}

int dispatch(const std::vector<std::string>& arguments, const Streams& streams) {
  if (arguments.empty()) throw UsageError("A command is missing.");
  const std::string& name = arguments[0];
  if (name == "help" || name == "--help" || name == "-h") {
    streams.out << kUsage;
    return 0;
  }
  if (name == "version" || name == "--version") {
    streams.out << "erp-host " << kVersion << " (ABI " << ERP_ABI_MAJOR << "." << ERP_ABI_MINOR << ")\n";
    return 0;
  }
  for (const Command& command : commands()) {
    if (command.name != name) continue;
    std::vector<std::string_view> valued = command.valued;
    for (const char* common : {"data", "database", "modules", "company", "lang"}) valued.emplace_back(common);
    std::vector<std::string_view> flags = command.flags;
    flags.emplace_back("help");
    const Arguments parsed = parse_arguments({arguments.begin() + 1, arguments.end()}, valued, flags);
    if (parsed.has("help")) {
      streams.out << kUsage;
      return 0;
    }
    return command.run(parsed, streams);
  }
  throw UsageError("Unknown command " + name + ".");
}

}  // namespace

void expect_words(const Arguments& arguments, std::size_t least, std::size_t most, const char* form) {
  if (arguments.words.size() < least || arguments.words.size() > most) {
    throw UsageError(std::string("The form is: erp-host ") + form);
  }
}

int run(const std::vector<std::string>& arguments, const Streams& streams) noexcept {
  try {
    return dispatch(arguments, streams);
  } catch (const UsageError& error) {
    streams.err << error.what() << "\n\n" << kUsage;
    return 2;
  } catch (const HostError& error) {
    streams.err << error.what() << " [" << error.key() << "]\n";
  } catch (const std::exception& error) {
    streams.err << "erp-host failed: " << error.what() << '\n';
  }
  return 1;
}

}  // namespace erp::host::cli
