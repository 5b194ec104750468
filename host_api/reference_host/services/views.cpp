// SPDX-License-Identifier: Apache-2.0
#include "services/views.h"

#include "database/resources.h"
#include "services/input.h"

namespace erp::host {

const sdk::DeclaredViews& host_views() {
  static const sdk::DeclaredViews all = [] {
    sdk::DeclaredViews views;
    const auto each = [](const std::string& folder, const auto& add) {
      for (const Resource& resource : resources()) {
        if (!resource.name.starts_with(folder)) continue;
        const json::value parsed = json::parse(json::string_view(resource.text.data(), resource.text.size()));
        if (!parsed.is_array()) {
          add(parsed);
          continue;
        }
        for (const json::value& one : parsed.get_array()) add(one);
      }
    };
    each("entities/", [&](const json::value& one) { views.add_entity(one); });
    each("views/", [&](const json::value& one) { views.add_view(one); });
    each("labels/", [&](const json::value& one) { views.add_texts(one); });
    return views;
  }();
  return all;
}

void add_panels(json::object& view, const json::array& parts) {
  const auto page = text_of(view, "page");
  if (!page) return;
  json::array panels;
  for (const json::value& part : parts) {
    if (text_of(part.as_object(), "page") == page) panels.push_back(part);
  }
  view["panels"] = std::move(panels);
}

}  // namespace erp::host
