// SPDX-License-Identifier: Apache-2.0
//
// How an import says no: as a HostError with INVALID_ARGUMENT, a stable key and a sentence that names place, value and
// remedy. Any thread.
#pragma once

#include <string>

#include "app.h"

namespace erp::host::import {

[[noreturn]] inline void refuse(const std::string& key, const std::string& message) {
  throw HostError(ERP_INVALID_ARGUMENT, key, message);
}

}  // namespace erp::host::import
