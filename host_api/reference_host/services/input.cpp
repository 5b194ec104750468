// SPDX-License-Identifier: Apache-2.0
#include "services/input.h"

#include <charconv>

#include "services/calendar.h"

namespace erp::host {

void refuse(erp_status status, std::string key, const std::string& message) {
  throw HostError(status, std::move(key), message);
}

std::string naming(std::string_view entity, std::int64_t id) { return std::string(entity) + " " + std::to_string(id); }

const json::value* field(const json::object& input, std::string_view name) {
  const json::value* found = input.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

bool has(const json::object& input, std::string_view name) { return input.contains(name); }

namespace {

[[noreturn]] void wrong_type(std::string_view name, const json::value& value, std::string_view expected) {
  refuse(ERP_INVALID_ARGUMENT, std::string(name) + ".invalid",
         std::string(name) + " " + json::serialize(value).substr(0, 80) + " is not " + std::string(expected) + ".");
}

std::int64_t integer_value(const json::value& value, std::string_view name) {
  if (value.is_int64()) return value.get_int64();
  wrong_type(name, value, "a whole number of at most 64 bits");
}

}  // namespace

std::optional<std::int64_t> integer_of(const json::object& input, std::string_view name) {
  const json::value* found = field(input, name);
  return found == nullptr ? std::nullopt : std::optional(integer_value(*found, name));
}

std::optional<std::string> text_of(const json::object& input, std::string_view name) {
  const json::value* found = field(input, name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) wrong_type(name, *found, "a text");
  return std::string(found->get_string());
}

std::optional<bool> flag_of(const json::object& input, std::string_view name) {
  const json::value* found = field(input, name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_bool()) wrong_type(name, *found, "true or false");
  return found->get_bool();
}

std::int64_t required_integer(const json::object& input, std::string_view name) {
  if (const auto found = integer_of(input, name)) return *found;
  refuse(ERP_INVALID_ARGUMENT, std::string(name) + ".missing", std::string(name) + " is missing. Give it.");
}

std::string required_text(const json::object& input, std::string_view name) {
  if (auto found = text_of(input, name)) return std::move(*found);
  refuse(ERP_INVALID_ARGUMENT, std::string(name) + ".missing", std::string(name) + " is missing. Give it.");
}

const json::array* array_of(const json::object& input, std::string_view name) {
  const json::value* found = field(input, name);
  if (found == nullptr) return nullptr;
  if (!found->is_array()) wrong_type(name, *found, "a list");
  return &found->get_array();
}

json::value optional_json(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value optional_json(const std::optional<std::string>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value time_json(const std::optional<std::int64_t>& moment_us) {
  return moment_us ? json::value(time_text(*moment_us)) : json::value(nullptr);
}

Decimal decimal_of(const json::value& value, std::string_view field_name) {
  if (value.is_int64()) return {value.get_int64(), 0};
  if (!value.is_string()) wrong_type(field_name, value, "a number. Give 2 or \"2.5\"");
  const std::string_view text = value.get_string();
  std::string digits;
  std::int32_t exponent = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    digits += c;
    if (point) --exponent;
  }
  Decimal out{0, exponent};
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out.units);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || exponent < -9) {
    wrong_type(field_name, value, "a number with at most 9 decimals. Give 2 or \"2.5\"");
  }
  return out;
}

std::string decimal_text(const Decimal& value) {
  std::string text = std::to_string(value.units);
  if (value.exponent >= 0) return text + std::string(static_cast<std::size_t>(value.exponent), '0');
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const auto decimals = static_cast<std::size_t>(-value.exponent);
  if (text.size() - sign <= decimals) text.insert(sign, decimals + 1 - (text.size() - sign), '0');
  text.insert(text.size() - decimals, ".");
  return text;
}

void check_version(const json::object& input, std::string_view entity, std::int64_t id, std::int64_t present) {
  const auto expected = integer_of(input, "expected_version");
  if (!expected || *expected == present) return;
  refuse(ERP_CONFLICT, std::string(entity) + ".version",
         naming(entity, id) + " is at version " + std::to_string(present) + ", not " + std::to_string(*expected) +
             ": somebody changed it. Read it again and repeat the change.");
}

Page page_of(const json::object& input) {
  return {integer_of(input, "after").value_or(0), integer_of(input, "limit").value_or(100)};
}

}  // namespace erp::host
