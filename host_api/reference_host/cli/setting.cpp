// SPDX-License-Identifier: Apache-2.0
#include "cli/setting.h"

#include <charconv>
#include <cstdlib>

#include "import/known.h"
#include "services/schema_check.h"

namespace erp::host::cli {
namespace {

constexpr std::size_t kLineWidth = 100;

void write_pretty(const boost::json::value& value, std::size_t indent, std::string& out) {
  const std::string flat = boost::json::serialize(value);
  const bool nested = value.is_object() || value.is_array();
  if (!nested || flat.size() + indent <= kLineWidth) {
    out += flat;
    return;
  }
  const bool object = value.is_object();
  const std::string pad(indent + 2, ' ');
  out += object ? "{" : "[";
  bool first = true;
  const auto separate = [&] {
    out += first ? "\n" : ",\n";
    out += pad;
    first = false;
  };
  if (object) {
    for (const auto& member : value.get_object()) {
      separate();
      out += boost::json::serialize(boost::json::string(member.key())) + ": ";
      write_pretty(member.value(), indent + 2, out);
    }
  } else {
    for (const auto& item : value.get_array()) {
      separate();
      write_pretty(item, indent + 2, out);
    }
  }
  out += "\n" + std::string(indent, ' ') + (object ? "}" : "]");
}

}  // namespace

std::filesystem::path default_modules_dir() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const auto beside = program.parent_path().parent_path() / "modules";
    if (std::filesystem::is_directory(beside, error)) return beside;
  }
  const std::filesystem::path system = "/usr/lib/erp-host/modules";
  return std::filesystem::is_directory(system, error) ? system : std::filesystem::path();
}

Options host_options(const Arguments& arguments) {
  Options options;
  options.data_dir = arguments.value("data");
  if (options.data_dir.empty()) throw UsageError("--data DIR is missing: it says where the host keeps its data.");
  options.database_url = arguments.value("database");
  options.modules_dir =
      arguments.has("modules") ? std::filesystem::path(arguments.value("modules")) : default_modules_dir();
  const std::string company = arguments.value("company", "1");
  const auto [end, error] = std::from_chars(company.data(), company.data() + company.size(), options.company);
  if (error != std::errc() || end != company.data() + company.size() || options.company < 1) {
    throw UsageError("--company must be a number from 1, not " + company + ".");
  }
  return options;
}

std::string language_of(const Arguments& arguments) {
  std::string tag = arguments.value("lang");
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (!tag.empty()) break;
    const char* value = std::getenv(name);  // NOLINT: before any thread
    if (value) tag = value;
  }
  const std::string language = tag.substr(0, 2);
  if (language == "sv") return "sv";
  if (language == "nb" || language == "no" || language == "nn") return "nb";
  return "en";
}

Caller caller_of(App& app, const Arguments& arguments) {
  Caller caller;
  caller.company = host_options(arguments).company;
  caller.locale = language_of(arguments);
  if (arguments.has("timeout")) {
    constexpr std::int64_t kLongestMs = 3'600'000;
    const std::string text = arguments.value("timeout");
    std::int64_t ms = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    if (error != std::errc() || end != text.data() + text.size() || ms < 1 || ms > kLongestMs) {
      throw UsageError("--timeout is a number of milliseconds from 1 to 3600000, not " + text + ".");
    }
    caller.timeout_us = ms * 1'000;
  }
  const std::string login = arguments.value("user");
  if (login.empty()) return caller;
  import::Known known(app, caller);
  const auto& users = known.by("user.list", "login");
  const auto found = users.find(login);
  if (found == users.end()) {
    throw HostError(ERP_NOT_FOUND, "user.not_found", "There is no user with the login " + login + ".");
  }
  caller.kind = ERP_ACTOR_USER;
  caller.user = found->second;
  return caller;
}

boost::json::value parse_json(const std::string& text, const std::string& what) {
  boost::system::error_code error;
  boost::json::stream_parser parser;
  const std::size_t read = parser.write_some(text, error);
  if (!error && read < text.size() && text.find_first_not_of(" \t\r\n", read) != std::string::npos) {
    error = boost::json::error::extra_data;
  }
  if (!error) parser.finish(error);
  if (error) {
    throw HostError(ERP_INVALID_ARGUMENT, "json.invalid",
                    what + " is not JSON, from byte " + std::to_string(read) + " on: " + error.message() + ".");
  }
  return parser.release();
}

std::string pretty(const boost::json::value& value) {
  std::string out;
  write_pretty(value, 0, out);
  return out;
}

boost::json::object error_json(const HostError& error) {
  boost::json::object out{{"status", error.status()}, {"key", error.key()}, {"message", error.what()}};
  if (const std::string field = field_of(error); !field.empty()) out["field"] = field;
  return out;
}

}  // namespace erp::host::cli
