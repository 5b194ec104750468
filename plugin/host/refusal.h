// SPDX-License-Identifier: Apache-2.0
//
// A Failure that knows what it is about: the field, the value that was refused and further words for the message. The
// text itself is made at the border, in the caller's language, from the key; see schemas/i18n.
//
//   throw Refusal(Code::invalid_argument, "opportunity.sellers.sum", "sellers", "90.00");
//
// Threads: a value. Errors: it is one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/host.h"

namespace sales_leads {

class Refusal : public Failure {
 public:
  using Words = std::vector<std::pair<std::string, std::string>>;  // {name} in the message text -> what stands there

  Refusal(Code code, const std::string& key, std::string field = "", std::string value = "", Words words = {})
      : Failure(code, key, key + (field.empty() ? "" : ": " + field) + (value.empty() ? "" : " = " + value)),
        field_(std::move(field)),
        value_(std::move(value)),
        words_(std::move(words)) {}
  [[nodiscard]] const std::string& field() const { return field_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] const Words& words() const { return words_; }

 private:
  std::string field_;
  std::string value_;
  Words words_;
};

}  // namespace sales_leads
