// SPDX-License-Identifier: Apache-2.0
#include "services/history_text.h"

#include <charconv>

#include "services/input.h"

namespace sales_leads::services {

std::string history_text(std::string_view field, const std::string& value) {
  const bool day = field == "planned_close" || field == "start" || field == "delivery_date" || field == "actual_close";
  if (!day && field != "probability") return value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return value;
  return day ? domain::date_text(static_cast<domain::Day>(number)) : share_text(number);
}

}  // namespace sales_leads::services
