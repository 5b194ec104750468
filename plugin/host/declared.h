// SPDX-License-Identifier: Apache-2.0
//
// What hosts and modules share of views and lists, for the rooms that may not include the contract themselves: pure
// data and pure functions, nothing of the C border.
//
// Threads, errors: as in the headers themselves.
#pragma once

#include "erp/declared_views.hpp"
#include "erp/lists.hpp"
#include "erp/lists_answer.hpp"
#include "erp/lists_json.hpp"
#include "erp/lists_run.hpp"
#include "erp/lists_sql.hpp"

namespace sales_leads {

namespace lists = erp::sdk::lists;
using erp::sdk::DeclaredViews;
using erp::sdk::ViewRights;

}  // namespace sales_leads
