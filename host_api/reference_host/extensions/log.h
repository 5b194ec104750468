// SPDX-License-Identifier: Apache-2.0
//
// One structured line per event on stderr: `2026-11-23T10:00:00.000000Z warning sales_leads "message" name=value`.
// ERP_HOST_LOG sets the least level: debug, info, warning (default), error. Values of names that look like secrets are
// masked; lines over 8 KiB are cut.
//
// Threads: any; a line is written whole. Errors: none.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "erp/log.h"

namespace erp::host {

using LogPair = std::pair<std::string_view, std::string_view>;

void log_line(int level, std::string_view message, std::initializer_list<LogPair> pairs = {},
              std::string_view origin = "host") noexcept;
void log_line(int level, std::string_view message, const LogPair* pairs, std::size_t count,
              std::string_view origin) noexcept;

}  // namespace erp::host
