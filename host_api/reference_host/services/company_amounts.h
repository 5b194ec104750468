// SPDX-License-Identifier: Apache-2.0
//
// Amounts in company currency, per line: orders at the rate of their offer or confirmation date, invoices at that of
// their posting date, credits at that of the line that they credit, so that a full credit brings both currencies to
// zero and the last of several takes the exact rest. Nothing where a rate is missing; filled when it comes.
//
// Threads: the unit's. Errors: HostError.
#pragma once

#include "services/documents.h"

namespace erp::host {

/// Fixes the amounts of an order's lines (in the value, not in the database).
void set_company_amounts(Unit& unit, Order& order);
/// The same for an invoice or credit note that has its posted_at. The lines that it credits must be in the database.
/// `only_missing` leaves amounts alone that were fixed before.
void set_company_amounts(Unit& unit, Invoice& invoice, bool only_missing = false);
void store_company_amounts(Unit& unit, const Order& order);
void store_company_amounts(Unit& unit, const Invoice& invoice);

/// A rate has come, or the company's currency: fills what waited for it (one currency, or all), tells the listeners.
/// Answers how many documents changed.
std::int64_t fill_missing_amounts(Unit& unit, const std::optional<std::string>& currency);

}  // namespace erp::host
