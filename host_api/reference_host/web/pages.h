// SPDX-License-Identifier: Apache-2.0
//
// The host's own pages, made on the server without any script: the login, the shell with the menu tree, lists, reports.
// Pages holds no state of its own; any thread. What the host refuses comes out as HostError, and error() shows it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app.h"
#include "web/language.h"

namespace erp::host::web {

/// Who asks for what.
struct Asked {
  Language language = Language::kEnglish;
  Caller caller;
  std::string form_token;  // for the forms of this session
  std::string path;
  std::map<std::string, std::string> query;
};

struct Page {
  int status = 200;
  std::string html;
};

struct Asset {
  std::string_view name, text;
  const char* type;
};

/// A file below /assets, or null.
const Asset* find_asset(std::string_view name);

class Pages {
 public:
  explicit Pages(App& app) : app_(app) {}

  std::string login(Language language, const std::string& next, const std::string& problem);
  Page home(const Asked& asked);
  /// A menu entry by its id.
  Page menu(const Asked& asked, const std::string& id);
  Page report(const Asked& asked, const std::string& name);
  /// Every action with its input, permission, errors and example: the manual of the API.
  Page actions(const Asked& asked);
  /// The shell around a message.
  std::string error(const Asked& asked, const std::string& message);

 private:
  App& app_;
};

/// Without the shell, when the host cannot be asked.
std::string plain_error_page(Language language, int status, const std::string& message);

}  // namespace erp::host::web
