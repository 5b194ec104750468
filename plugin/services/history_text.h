// SPDX-License-Identifier: Apache-2.0
//
// A value of a record's history as people and imports write it: "2026-06-30", "40.00"; amounts stay minor units.
//
// Threads: pure. Errors: none; what is no such value is told as it stands.
#pragma once

#include <string>
#include <string_view>

namespace sales_leads::services {

[[nodiscard]] std::string history_text(std::string_view field, const std::string& value);

}  // namespace sales_leads::services
