// SPDX-License-Identifier: Apache-2.0
//
// Reads a JSON object that its schema has already let through: types are right, but a date may still not exist and a
// share may exceed 100. Refusals name entity and field: "opportunity.start.invalid".
//
// Threads: one. Errors: Refusal. Ownership: borrows the object.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/calendar.h"
#include "host/company_calendar.h"

namespace sales_leads::services {

namespace json = boost::json;

/// Checks one row of an import against its schema; answers nothing or throws the Refusal.
using RowCheck = std::function<void(const json::value& row)>;

struct AmountInput {
  std::int64_t minor = 0;
  std::string currency;  // empty = the company's
};

/// "33.34" or 50 → 3334, 5000; empty where it is none or beyond 100.00.
[[nodiscard]] std::optional<std::int64_t> parse_share(const json::value& value);
[[nodiscard]] std::string share_text(std::int64_t basis_points);
/// "2026-11-23T10:00:00Z", without Z or without a time of day: in the company's zone.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text, const CompanyCalendar& calendar);
[[nodiscard]] std::string time_text(std::int64_t time_us);
/// A value as it may stand in a message: text without quotes, cut at 80 bytes on a character's border.
[[nodiscard]] std::string shown(const json::value& value);

class Input {
 public:
  Input(std::string entity, const json::object& object) : entity_(std::move(entity)), object_(object) {}

  [[nodiscard]] const std::string& entity() const { return entity_; }
  [[nodiscard]] const json::object& object() const { return object_; }
  [[nodiscard]] const json::value* find(std::string_view field) const { return object_.if_contains(field); }
  /// Present, even as null.
  [[nodiscard]] bool names(std::string_view field) const { return find(field) != nullptr; }
  /// Present and not null.
  [[nodiscard]] bool has(std::string_view field) const;

  [[nodiscard]] std::optional<std::string> text(std::string_view field) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view field) const;
  [[nodiscard]] bool flag(std::string_view field, bool otherwise) const;
  [[nodiscard]] std::int64_t id(std::string_view field = "id") const;
  [[nodiscard]] std::optional<domain::Day> date(std::string_view field) const;
  [[nodiscard]] std::optional<std::int64_t> time(std::string_view field, const CompanyCalendar& calendar) const;
  [[nodiscard]] std::optional<std::int64_t> share(std::string_view field) const;
  [[nodiscard]] std::optional<AmountInput> amount(std::string_view field) const;
  [[nodiscard]] const json::array* array(std::string_view field) const;

  /// `expected`: what would be right, in no particular language.
  [[noreturn]] void refuse(std::string_view field, const json::value& value, const std::string& expected = "") const;

 private:
  std::string entity_;
  const json::object& object_;
};

}  // namespace sales_leads::services
