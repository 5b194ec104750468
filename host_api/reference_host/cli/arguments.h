// SPDX-License-Identifier: Apache-2.0
//
// Splits a command line into command, words and options, against the options that the command knows. Plain values.
#pragma once

#include <initializer_list>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace erp::host::cli {

/// The command line itself is wrong: the program ends with 2 and shows its usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;  // without the dashes; a flag has the value ""

  [[nodiscard]] bool has(const std::string& name) const { return options.contains(name); }
  [[nodiscard]] std::string value(const std::string& name, const std::string& otherwise = "") const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
};

/// `valued` options take a value (--data DIR or --data=DIR), `flags` take none. A single - is a word; -- ends the
/// options.
Arguments parse_arguments(const std::vector<std::string>& arguments, const std::vector<std::string_view>& valued,
                          const std::vector<std::string_view>& flags);

}  // namespace erp::host::cli
