// SPDX-License-Identifier: Apache-2.0
//
// Texts that the build put into the program: "schema/0001_host.sql", "sql/0002_erp_views_v1.sql", "actions/order.json".
// Immutable; any thread.
#pragma once

#include <span>
#include <string_view>

namespace erp::host {

struct Resource {
  std::string_view name;
  std::string_view text;
};

std::span<const Resource> resources();

}  // namespace erp::host
