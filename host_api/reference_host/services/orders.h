// SPDX-License-Identifier: Apache-2.0
//
// Orders and offers: one function per action, JSON in and out. States:
//
//   offer ---confirm--> confirmed <--confirm--- draft;  offer, draft, confirmed --cancel--> cancelled
//   confirmed, cancelled, offer --draft--> draft;  any without live invoices --delete--> deleted
//
// Threads: the unit's. Errors: HostError; WRONG_STATE names the state and what to do instead.
#pragma once

#include "services/documents.h"

namespace erp::host::orders {

json::value create(Unit& unit, const json::object& input);
json::value update(Unit& unit, const json::object& input);
json::value confirm(Unit& unit, const json::object& input);
json::value cancel(Unit& unit, const json::object& input);
json::value draft(Unit& unit, const json::object& input);
json::value remove(Unit& unit, const json::object& input);
json::value get(Unit& unit, const json::object& input);
json::value list(Unit& unit, const json::object& input);

/// document.set_reference, for orders and invoices.
json::value set_reference(Unit& unit, const json::object& input);

}  // namespace erp::host::orders
