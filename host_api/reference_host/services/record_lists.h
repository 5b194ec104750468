// SPDX-License-Identifier: Apache-2.0
//
// The host's own records as lists: customers, contacts, projects, employees, offers and orders, invoices, users. One
// shape with the modules' lists: list.query, list.summary, list.lookup, list.record, list.feed.
//
// Threads: the unit's. Errors: HostError naming field, value and what is expected; a list's own permission.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "erp/lists.hpp"
#include "services/unit.h"

namespace erp::host::record_lists {

/// Whether the host itself answers for the list.
bool is_own(std::string_view list);
/// Those of the action's names that all lists share.
bool is_list_action(std::string_view action);
boost::json::value answer(Unit& unit, std::string_view action, const boost::json::object& input);

/// The lists' SQL; types come from the entities.
std::vector<sdk::lists::List> tables();

}  // namespace erp::host::record_lists
