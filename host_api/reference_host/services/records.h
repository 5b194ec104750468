// SPDX-License-Identifier: Apache-2.0
//
// Looking up what documents and records point at, always inside the unit's company, and drawing numbers.
//
// Threads: the unit's. Errors: HostError naming the field, the value and what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/unit.h"

namespace erp::host {

/// The id to write into a new document: the customer, or the one that took its place. Refuses deleted and foreign ones.
std::int64_t usable_customer(Unit& unit, std::int64_t id, std::string_view field);
void require_project(Unit& unit, std::int64_t id, std::string_view field);
void require_employee(Unit& unit, std::int64_t id, std::string_view field);

/// Which series a record's number comes from: "customer", "project", "employee", "product", "order", "invoice",
/// "credit_note". The given number, checked to be free; or the series' next free one. Drawing locks the series until
/// the transaction ends, which keeps invoice numbers without gaps.
std::string number_for(Unit& unit, std::string_view series, const std::optional<std::string>& given);

/// The user's employee, if the caller is a user with one.
std::optional<std::int64_t> employee_of_caller(Unit& unit);

}  // namespace erp::host
