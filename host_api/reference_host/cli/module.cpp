// SPDX-License-Identifier: Apache-2.0
//
// `erp-host module`: add-ons of a data folder, and what the next start would migrate.
#include <iostream>

#include "addons/addons.h"
#include "app.h"
#include "cli/setting.h"

namespace erp::host::cli {

int module(const Arguments& arguments, const Streams& streams) {
  constexpr const char* kForm =
      "module trust KEY.pub | verify FILE | install FILE | upgrade FILE | rollback ID | disable ID | enable ID | "
      "remove ID "
      "(--keep-data | --export-to FOLDER) | list | plan, with --data DIR";
  expect_words(arguments, 1, 2, kForm);
  const std::string& what = arguments.words[0];
  if (what == "plan") {
    expect_words(arguments, 1, 1, kForm);
    streams.out << App::migration_plan(host_options(arguments));
    return 0;
  }
  Addons addons(host_options(arguments));
  if (what == "list") {
    expect_words(arguments, 1, 1, kForm);
    for (const AddonState& one : addons.list()) {
      streams.out << one.id << ' ' << one.version << (one.on ? "" : " (off)")
                  << (one.before.empty() ? "" : ", before: " + one.before) << '\n';
    }
    return 0;
  }
  expect_words(arguments, 2, 2, kForm);
  const std::string& object = arguments.words[1];
  const auto told = [&](const char* done, const Manifest& manifest) {
    streams.out << done << ' ' << manifest.id << ' ' << manifest.version
                << ". A host that serves this folder takes it up when it is started again.\n";
    return 0;
  };
  if (what == "trust") {
    addons.trust(object);
    streams.out << "Add-ons signed with this key can be installed.\n";
    return 0;
  }
  if (what == "verify") {
    const Manifest manifest = addons.verify(object);
    streams.out << manifest.id << ' ' << manifest.version
                << " is whole, signed with a trusted key, and made for this host.\n";
    return 0;
  }
  if (what == "install") return told("Installed", addons.install(object));
  if (what == "upgrade") return told("Upgraded to", addons.upgrade(object));
  if (what == "rollback") return told("Went back to", addons.rollback(object));
  if (what == "disable" || what == "enable") {
    what == "disable" ? addons.disable(object) : addons.enable(object);
    streams.out << object << " is switched " << (what == "disable" ? "off" : "on") << ".\n";
    return 0;
  }
  if (what == "remove") {
    if (arguments.has("keep-data") == arguments.has("export-to")) {
      throw UsageError(
          "Say what becomes of the data: --keep-data leaves them in the database, --export-to FOLDER writes them out "
          "and drops them.");
    }
    const std::int64_t rows = addons.remove(object, arguments.value("export-to"));
    streams.out << object << " is removed; "
                << (arguments.has("keep-data") ? "its data stay in the database."
                                               : std::to_string(rows) + " rows were exported.")
                << '\n';
    return 0;
  }
  throw UsageError(std::string("The form is: erp-host ") + kForm);
}

}  // namespace erp::host::cli
