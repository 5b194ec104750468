// SPDX-License-Identifier: Apache-2.0
//
// The frame of every page: head, menu tree, top line, breadcrumbs. Plain functions; any thread.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "web/html.h"
#include "web/pages.h"

namespace erp::host::web {

struct MenuEntry {
  std::string id, title, view;
  std::vector<MenuEntry> children;
};

/// {"menus":[…]} of App::menus as a tree.
std::vector<MenuEntry> menu_tree(const boost::json::value& menus);
/// The entry with the id and the titles above it; nothing found = an empty id.
struct Found {
  MenuEntry entry;
  std::vector<std::string> above;
};
Found find_entry(const std::vector<MenuEntry>& tree, const std::string& id);

void write_head(Html& out, Language language, const std::string& title);
/// The tree, with links, or greyed without them before the login.
void write_menu(Html& out, const std::vector<MenuEntry>& tree, const std::string& current, bool links);
/// Links to the same page in the three languages.
void write_languages(Html& out, Language current, const std::string& path,
                     const std::map<std::string, std::string>& query);

struct Frame {
  std::string title;
  std::string current;             // id of the menu entry
  std::vector<std::string> above;  // breadcrumbs before the title
  std::string company;
};

/// The whole page around `content`.
std::string in_shell(const Asked& asked, const std::vector<MenuEntry>& tree, const Frame& frame, const Html& content);

}  // namespace erp::host::web
