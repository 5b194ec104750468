// SPDX-License-Identifier: Apache-2.0
#include "http/errors.h"

#include <sodium.h>

#include <iostream>

#include "services/schema_check.h"

namespace erp::host::http {
namespace {

std::string log_inside(const char* what) {
  const std::string number = std::to_string(randombytes_random());
  std::cerr << "erp-host: internal error " << number << ": " << what << std::endl;
  return number;
}

Failure inside(const char* what) {
  return {500, ERP_INTERNAL, "host.internal",
          "Something went wrong inside the host. The log holds more under the number " + log_inside(what) + ".", ""};
}

}  // namespace

int http_status(erp_status status) {
  switch (status) {
    case ERP_OK:
      return 200;
    case ERP_INVALID_ARGUMENT:
    case ERP_UNSUPPORTED:
    case ERP_LIMIT:
    case ERP_OUT_OF_RANGE:
      return 400;
    case ERP_PERMISSION:
      return 403;
    case ERP_NOT_FOUND:
      return 404;
    case ERP_CONFLICT:
    case ERP_WRONG_STATE:
    case ERP_VERSION:
      return 409;
    case ERP_UNAVAILABLE:
    case ERP_BUSY:
    case ERP_DEADLINE:
    case ERP_CANCELLED:
      return 503;
    default:
      return 500;
  }
}

Failure failure_of(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const HostError& refusal) {
    const int http = http_status(refusal.status());
    if (http == 500) return inside(refusal.what());
    return {http, refusal.status(), refusal.key(), refusal.what(), field_of(refusal)};
  } catch (const std::exception& other) {
    return inside(other.what());
  } catch (...) {
    return inside("an exception of unknown type");
  }
}

std::string failure_json(const Failure& failure) {
  boost::json::object error{{"status", failure.status}, {"key", failure.key}, {"message", failure.message}};
  if (!failure.field.empty()) error["field"] = failure.field;
  return boost::json::serialize(boost::json::object{{"error", std::move(error)}});
}

}  // namespace erp::host::http
