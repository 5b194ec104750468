// SPDX-License-Identifier: Apache-2.0
//
// The host's menu tree with the modules' entries in it, and the check of what a module hands in.
//
// Threads: any; values. Errors: HostError(ERP_INVALID_ARGUMENT) naming the entry and what is wrong.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "modules/manifest.h"
#include "services/input.h"

namespace erp::host {

/// Reads {"schema":"1.0","menus":[…]}. Ids are the module's own, parents are known, each title stands in en, sv and nb.
std::vector<ManifestMenu> read_menus(const Manifest& manifest, std::string_view text);
/// The same for {"schema":"1.0","parts":[…]}; answers the array as it will be stored.
json::array read_parts(const Manifest& manifest, std::string_view text);

/// {"menus":[{"id","title","path",…,"children"}]} in a language; `badges` by menu id.
json::object menu_tree(const std::vector<ManifestMenu>& entries, std::string_view language,
                       const std::map<std::string, std::int64_t>& badges);

}  // namespace erp::host
