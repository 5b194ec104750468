// SPDX-License-Identifier: Apache-2.0
//
// Reading the JSON of an action, after its schema has been checked, and the refusals that services share.
//
// Threads: any. Errors: HostError; each names the field, the value and what to do.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "app.h"

namespace erp::host {

namespace json = boost::json;

[[noreturn]] void refuse(erp_status status, std::string key, const std::string& message);

/// "customer 17", for messages.
std::string naming(std::string_view entity, std::int64_t id);

/// The field, or nullptr when it is missing or null.
const json::value* field(const json::object& input, std::string_view name);
[[nodiscard]] bool has(const json::object& input, std::string_view name);  // also when null: "clear it"
std::optional<std::int64_t> integer_of(const json::object& input, std::string_view name);
std::optional<std::string> text_of(const json::object& input, std::string_view name);
std::optional<bool> flag_of(const json::object& input, std::string_view name);
std::int64_t required_integer(const json::object& input, std::string_view name);
std::string required_text(const json::object& input, std::string_view name);
const json::array* array_of(const json::object& input, std::string_view name);

/// Null for nothing.
json::value optional_json(const std::optional<std::int64_t>& value);
json::value optional_json(const std::optional<std::string>& value);
json::value time_json(const std::optional<std::int64_t>& moment_us);

/// A decimal number without floating point: 2, "2.5" -> units and exponent.
struct Decimal {
  std::int64_t units = 1;
  std::int32_t exponent = 0;
};
Decimal decimal_of(const json::value& value, std::string_view field_name);
std::string decimal_text(const Decimal& value);

/// Refuses with CONFLICT when the input names an expected_version other than the present one.
void check_version(const json::object& input, std::string_view entity, std::int64_t id, std::int64_t present);

/// Page size and start of a list: {"after", "limit"}.
struct Page {
  std::int64_t after = 0;
  std::int64_t limit = 100;
};
Page page_of(const json::object& input);

}  // namespace erp::host
