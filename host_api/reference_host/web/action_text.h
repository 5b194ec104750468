// SPDX-License-Identifier: Apache-2.0
//
// A declared action in words: for the manual on the command line and the page of the host. Plain functions; any thread.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace erp::host::web {

struct ActionField {
  std::string name, holds, about;
  bool needed = false;
};

struct ActionText {
  std::string name, summary, permission;
  bool changes = false;
  std::vector<ActionField> fields;
  std::vector<std::string> errors;
  std::string example;  // the input as JSON
  std::string setup;    // what must be there first; empty: nothing
  std::string schema;   // of the input, as JSON
};

/// `action`: one of App::list_actions(). Texts in `language` (sv, nb, en), English where they have no other.
ActionText action_text(const boost::json::object& action, const std::string& language);

/// All of them; tolerates both shapes in which hosts list them.
std::vector<ActionText> action_texts(const boost::json::value& listed, const std::string& language);

}  // namespace erp::host::web
