// SPDX-License-Identifier: Apache-2.0
//
// Refusals of the host as HTTP. What went wrong inside is logged under a number; the answer shows the number alone.
// Pure but for the log; any thread.
#pragma once

#include <boost/json.hpp>
#include <exception>
#include <string>

#include "app.h"

namespace erp::host::http {

struct Failure {
  int http = 500;
  erp_status status = ERP_INTERNAL;
  std::string key, message, field;
};

int http_status(erp_status status);
/// Every exception as what may be shown.
Failure failure_of(const std::exception_ptr& error) noexcept;
/// {"error":{"status","key","message","field"?}}
std::string failure_json(const Failure& failure);

}  // namespace erp::host::http
