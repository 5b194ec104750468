// SPDX-License-Identifier: Apache-2.0
//
// Refusals: erp_status with its reason, as an exception inside one side and as erp_error over the border.
//
//   throw Error(ERP_NOT_FOUND, "order.not_found", "There is no order 17; check the number.");
//   return guard(error, [&] { … may throw … });          // in a thunk: the one place where exceptions end
//
// Threads: any. Errors: guard() lets nothing out.
#pragma once

#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "erp/base.h"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace erp::sdk {

class Error : public std::runtime_error {
 public:
  Error(erp_status status, std::string key, const std::string& message)
      : std::runtime_error(message), status_(status), key_(std::move(key)) {}
  [[nodiscard]] erp_status status() const noexcept { return status_; }
  [[nodiscard]] const std::string& key() const noexcept { return key_; }

 private:
  erp_status status_;
  std::string key_;
};

[[nodiscard]] inline std::string_view status_name(erp_status status) noexcept {
  constexpr std::string_view kNames[] = {
      "OK",      "INVALID_ARGUMENT", "NOT_FOUND", "CONFLICT", "PERMISSION", "UNSUPPORTED", "UNAVAILABLE",
      "BUSY",    "DEADLINE",         "CANCELLED", "LIMIT",    "DATA_LOSS",  "WRONG_STATE", "WRONG_THREAD",
      "VERSION", "OUT_OF_RANGE",     "INTERNAL"};
  return status <= ERP_OK && status >= ERP_INTERNAL ? kNames[-status] : std::string_view("UNKNOWN");
}

/// Fills the caller's error as far as its size goes, and answers the status, so that a refusal is one line.
inline erp_status fill(erp_error* error, erp_status status, std::string_view key, std::string_view message) noexcept {
  if (error == nullptr) return status;
  erp_error full = sized<erp_error>();
  full.code = status;
  copy_text(full.key, key);
  copy_text(full.message, message);
  const std::uint32_t room = error->size;
  if (!copy_out(error, full)) return status;
  // A caller with a shorter struct than ours must still find a NUL at the end of what it has.
  if (room < sizeof full && room > offsetof(erp_error, key)) reinterpret_cast<char*>(error)[room - 1] = '\0';
  return status;
}

/// Throws the reason that came with a failed status; OK does nothing. `what` names the call for a reason left empty.
inline void check(erp_status status, const erp_error& error, std::string_view what) {
  if (status == ERP_OK) return;
  std::string key(array_text(error.key));
  std::string message(array_text(error.message));
  if (key.empty()) key = "unexplained";
  if (message.empty())
    message = std::string(what) + " failed with " + std::string(status_name(status)) + " and gave no reason.";
  throw Error(status > ERP_OK ? ERP_INTERNAL : status, std::move(key), message);
}

/// Turns the exception in flight into a status. The default of guard(); a side with error types of its own brings its
/// own.
inline erp_status translate(erp_error* error) noexcept {
  try {
    throw;
  } catch (const Error& failure) {
    return fill(error, failure.status(), failure.key(), failure.what());
  } catch (const std::bad_alloc&) {
    return fill(error, ERP_LIMIT, "memory", "Out of memory.");
  } catch (const std::exception& failure) {
    return fill(error, ERP_INTERNAL, "internal", failure.what());
  } catch (...) {
    return fill(error, ERP_INTERNAL, "internal", "An exception of unknown type.");
  }
}

/// Runs `body` (which answers nothing or a status) and lets no exception out.
template <erp_status (*kTranslate)(erp_error*) noexcept = translate, class Body>
erp_status guard(erp_error* error, Body&& body) noexcept {
  try {
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      return ERP_OK;
    } else {
      return body();
    }
  } catch (...) {
    return kTranslate(error);
  }
}

}  // namespace erp::sdk
