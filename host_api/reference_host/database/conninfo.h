// SPDX-License-Identifier: Apache-2.0
//
// PostgreSQL addresses: a URL as an operator writes it into the key=value form, which SOCI needs (it takes a URL apart
// at its spaces and equal signs).
//
// Threads: any. Errors: HostError(ERP_INVALID_ARGUMENT); the text may hold a password and is never in a message.
#pragma once

#include <string>

namespace erp::host {

std::string conninfo_of(const std::string& url);

/// The same server and database with another role.
std::string conninfo_as(const std::string& url, const std::string& role, const std::string& password);

}  // namespace erp::host
