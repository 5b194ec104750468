// SPDX-License-Identifier: Apache-2.0
//
// manifest.yaml of a module: who it is and what it asks for, known before any of its code runs.
//
//   Manifest manifest = read_manifest(folder / "manifest.yaml");
//
// Threads: any; the result is a plain value. Errors: HostError(ERP_INVALID_ARGUMENT, "manifest.*"), whose message
// begins with file:line, says what is wrong and what to do. Nothing is guessed: unknown and repeated keys, anchors and
// aliases, files over 64 KiB are refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace erp::host {

/// One entry of the menu tree. Sorted by (order, id) among its siblings.
struct ManifestMenu {
  std::string id;
  std::string parent;  // one of kHostMenus, or another entry of the module
  std::int32_t order = 0;
  std::map<std::string, std::string> titles;  // language -> title; every language of the manifest has one
  std::string view;                           // empty = only a folder of other entries
  std::string permission;                     // who sees it; empty = everybody who sees an entry below it
};

struct Manifest {
  std::string id;       // "sales_leads": lower case, digits, underscore
  std::string version;  // "1.0.0"
  std::map<std::string, std::string> titles;
  std::uint32_t abi_major = 1;
  std::uint32_t abi_min_minor = 0;
  std::optional<std::uint32_t> abi_max_minor;    // only for a module known to break on newer hosts
  std::map<std::string, std::string> libraries;  // "linux-x86_64" -> file name inside the module's folder
  std::vector<std::string> languages;            // "en" is always among them
  std::vector<std::string> required_extensions;  // ids of host extensions: "erp.database/1"
  std::vector<std::string> optional_extensions;
  std::vector<std::string> subscriptions;                 // event kinds; "order.*" = all that begin with "order."
  std::vector<std::string> permissions;                   // names that the module defines, all begin with "<id>."
  std::map<std::string, std::vector<std::string>> roles;  // default: host role -> permissions of the module
  std::vector<ManifestMenu> menus;                        // in the file's order; parents before or after children

  /// Required or optional: the only extensions that the host may hand out to this module.
  [[nodiscard]] bool asks_for(std::string_view extension) const;
  [[nodiscard]] bool subscribes_to(std::string_view event_kind) const;
};

/// Menu ids that the host owns and modules may hang entries under.
inline constexpr std::string_view kHostMenus[] = {"administration", "administration.settings",
                                                  "administration.settings.crm", "crm", "crm.customers"};

/// The largest manifest that is read at all.
inline constexpr std::size_t kManifestLimitBytes = 64 * 1024;

[[nodiscard]] Manifest read_manifest(const std::filesystem::path& file);

/// The key under `library:` for the machine that this host was built for: "linux-x86_64".
[[nodiscard]] std::string this_platform();

}  // namespace erp::host
