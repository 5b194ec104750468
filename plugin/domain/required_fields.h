// SPDX-License-Identifier: Apache-2.0
//
// What a step demands of an opportunity that enters it: "amount,planned_close" against the fields that have a value.
//
// Pure; any thread; never throws.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace sales_leads::domain {

/// The names between the commas, in their order.
[[nodiscard]] inline std::vector<std::string> field_names(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (end > 0) names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return names;
}

/// Those of the required names that are not filled.
[[nodiscard]] inline std::vector<std::string> missing_fields(std::string_view required,
                                                             const std::vector<std::string>& filled) {
  std::vector<std::string> missing = field_names(required);
  std::erase_if(missing,
                [&](const std::string& name) { return std::find(filled.begin(), filled.end(), name) != filled.end(); });
  return missing;
}

}  // namespace sales_leads::domain
