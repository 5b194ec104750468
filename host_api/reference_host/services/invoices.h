// SPDX-License-Identifier: Apache-2.0
//
// Invoices and credit notes: one function per action, JSON in and out. States:
//
//   draft --post--> posted --pay--> paid;  posted, paid --cancel--> cancelled (still counts: a credit note took it
//   back) posted, paid --void--> voided (counts no more);  draft --delete--> deleted
//
// Threads: the unit's. Errors: HostError; WRONG_STATE names the state and what to do instead.
#pragma once

#include "services/documents.h"

namespace erp::host::invoices {

json::value create(Unit& unit, const json::object& input);
json::value create_credit_note(Unit& unit, const json::object& input);
json::value post(Unit& unit, const json::object& input);
json::value pay(Unit& unit, const json::object& input);
json::value cancel(Unit& unit, const json::object& input);
json::value make_void(Unit& unit, const json::object& input);
json::value remove(Unit& unit, const json::object& input);
json::value get(Unit& unit, const json::object& input);
json::value list(Unit& unit, const json::object& input);

}  // namespace erp::host::invoices
