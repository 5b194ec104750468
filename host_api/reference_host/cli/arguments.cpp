// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <algorithm>

namespace erp::host::cli {

Arguments parse_arguments(const std::vector<std::string>& arguments, const std::vector<std::string_view>& valued,
                          const std::vector<std::string_view>& flags) {
  const auto holds = [](const std::vector<std::string_view>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  Arguments out;
  bool options_over = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (options_over || word == "-" || !word.starts_with("-")) {
      out.words.push_back(word);
      continue;
    }
    if (word == "--") {
      options_over = true;
      continue;
    }
    if (!word.starts_with("--")) throw UsageError("Unknown option " + word + ".");
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
    if (out.options.contains(name)) throw UsageError("The option --" + name + " stands there twice.");
    if (holds(flags, name)) {
      if (equals != std::string::npos) throw UsageError("The option --" + name + " takes no value.");
      out.options[name] = "";
    } else if (holds(valued, name)) {
      if (equals != std::string::npos) {
        out.options[name] = word.substr(equals + 1);
      } else if (i + 1 < arguments.size()) {
        out.options[name] = arguments[++i];
      } else {
        throw UsageError("The option --" + name + " needs a value.");
      }
    } else {
      throw UsageError("Unknown option --" + name + ".");
    }
  }
  return out;
}

}  // namespace erp::host::cli
