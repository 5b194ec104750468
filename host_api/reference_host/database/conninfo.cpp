// SPDX-License-Identifier: Apache-2.0
#include "database/conninfo.h"

#include <libpq-fe.h>

#include <functional>
#include <memory>
#include <string_view>

#include "app.h"

namespace erp::host {

namespace {

std::string pair_of(std::string_view key, std::string_view value) {
  std::string out(key);
  out += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string options_of(const std::string& url, const std::function<bool(std::string_view)>& wanted) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), &message),
                                                                             &PQconninfoFree);
  if (!options) {
    PQfreemem(message);
    throw HostError(ERP_INVALID_ARGUMENT, "database.url.invalid",
                    "The database URL cannot be read. Write it as postgresql://user:password@host:port/name.");
  }
  std::string out;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || !wanted(option->keyword)) continue;
    out += (out.empty() ? "" : " ") + pair_of(option->keyword, option->val);
  }
  return out;
}

}  // namespace

std::string conninfo_of(const std::string& url) {
  return options_of(url, [](std::string_view) { return true; });
}

std::string conninfo_as(const std::string& url, const std::string& role, const std::string& password) {
  const std::string rest = options_of(url, [](std::string_view key) {
    return key != "user" && key != "password" && key != "passfile" && key != "options";
  });
  return rest + " " + pair_of("user", role) + " " + pair_of("password", password);
}

}  // namespace erp::host
