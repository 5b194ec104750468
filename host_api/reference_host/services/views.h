// SPDX-License-Identifier: Apache-2.0
//
// The host's own declared views, built into the program like its actions, and the panels that modules add to its pages.
//
// Threads: immutable after the first call; any thread. Errors: HostError(ERP_INTERNAL) for a declaration that is wrong.
#pragma once

#include <boost/json.hpp>
#include <string_view>

#include "erp/declared_views.hpp"

namespace erp::host {

const sdk::DeclaredViews& host_views();

/// The view as it is where it fits the language of views (host_api/web/schema/views.schema.json, expressions included);
/// else one of the kind "broken" that says what is wrong with it, so that the page around it stays.
boost::json::value checked_view(boost::json::value view, std::string_view id);

/// A form that is a page of the host ("page":"customer") gets the modules' panels for it.
void add_panels(boost::json::object& view, const boost::json::array& parts);

}  // namespace erp::host
