// SPDX-License-Identifier: Apache-2.0
//
// Checks an action's input against its declared JSON Schema (draft 7).
//
// Threads: check() on any thread, also at once on one object. Errors: HostError(ERP_INVALID_ARGUMENT,
// "<entity>.<field>.invalid|missing|unknown") naming the field, its value and what is allowed, in the caller's
// language.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "app.h"

namespace erp::host {

/// A refusal that names the field of the input that it is about, as a path: lines[0].net.
class FieldError : public HostError {
 public:
  FieldError(erp_status status, std::string key, const std::string& message, std::string field)
      : HostError(status, std::move(key), message), field_(std::move(field)) {}
  [[nodiscard]] const std::string& field() const { return field_; }

 private:
  std::string field_;
};

/// "" where a refusal names none.
inline std::string field_of(const HostError& refusal) {
  const auto* named = dynamic_cast<const FieldError*>(&refusal);
  return named == nullptr ? std::string() : named->field();
}

class InputSchema {
 public:
  explicit InputSchema(const boost::json::value& schema);
  ~InputSchema();
  void check(const boost::json::value& input, std::string_view action, std::string_view locale = "en") const;
  /// The field that a refusal's key is about, "order.customer.missing" → customer; "" where the schema has no such one.
  [[nodiscard]] std::string field_of(std::string_view key) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// Runs what an action does; a refusal that names no field gets that of its key, so that a form can show it there.
template <class Run>
auto naming_the_field(const InputSchema& schema, const Run& run) {
  try {
    return run();
  } catch (const FieldError&) {
    throw;
  } catch (const HostError& refusal) {
    throw FieldError(refusal.status(), refusal.key(), refusal.what(), schema.field_of(refusal.key()));
  }
}

}  // namespace erp::host
