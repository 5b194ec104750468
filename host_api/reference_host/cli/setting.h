// SPDX-License-Identifier: Apache-2.0
//
// What all commands share: the options that open a host, who calls, and how a refusal and JSON are written.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "app.h"
#include "cli/arguments.h"
#include "cli/commands.h"

namespace erp::host::cli {

/// --data, --database, --modules, --company as the host's options. UsageError when --data is missing.
Options host_options(const Arguments& arguments);

/// The modules folder beside the program's own folder, else the system's; "" when neither is there.
std::filesystem::path default_modules_dir();

/// The local operator, or the user whose login --user names. HostError NOT_FOUND for an unknown one.
Caller caller_of(App& app, const Arguments& arguments);

/// sv, nb or en: --lang, else the environment's.
std::string language_of(const Arguments& arguments);

/// Text as JSON; HostError INVALID_ARGUMENT with the place of the fault. `what` names it in the message.
boost::json::value parse_json(const std::string& text, const std::string& what);

/// Indented by two, small objects on one line.
std::string pretty(const boost::json::value& value);

/// {"status":…,"key":…,"message":…}
boost::json::object error_json(const HostError& error);

/// UsageError with the form when there are fewer or more words.
void expect_words(const Arguments& arguments, std::size_t least, std::size_t most, const char* form);

int import_file(const Arguments& arguments, const Streams& streams);
int export_file(const Arguments& arguments, const Streams& streams);
int serve(const Arguments& arguments, const Streams& streams);
int batch(const Arguments& arguments, const Streams& streams);
int actions(const Arguments& arguments, const Streams& streams);
int report(const Arguments& arguments, const Streams& streams);
int module(const Arguments& arguments, const Streams& streams);
int conformance(const Arguments& arguments, const Streams& streams);

}  // namespace erp::host::cli
