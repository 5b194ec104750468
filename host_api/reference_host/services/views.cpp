// SPDX-License-Identifier: Apache-2.0
#include "services/views.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_set>

#include "database/resources.h"
#include "erp/expressions.hpp"
#include "services/input.h"
#include "services/schema_check.h"

namespace erp::host {

namespace {

constexpr std::array<std::string_view, 5> kExpressions = {"visible_if", "required_if", "ask_if", "if", "collapse_if"};
constexpr std::size_t kKnownMost = 4'096;

const InputSchema& language_of_views() {
  static const InputSchema schema = [] {
    for (const Resource& resource : resources()) {
      if (resource.name == "schema/views.schema.json")
        return InputSchema(json::parse(json::string_view(resource.text.data(), resource.text.size())));
    }
    refuse(ERP_INTERNAL, "views.schema", "The schema of views is not built into this program.");
  }();
  return schema;
}

void check_expressions(const json::value& value) {
  if (const auto* list = value.if_array()) {
    for (const json::value& one : *list) check_expressions(one);
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    const bool expression = std::find(kExpressions.begin(), kExpressions.end(), member.key()) != kExpressions.end();
    if (!expression || !member.value().is_string()) {
      check_expressions(member.value());
      continue;
    }
    try {
      static_cast<void>(sdk::Expression::paths(member.value().get_string()));
    } catch (const sdk::ExpressionError& error) {
      refuse(ERP_INVALID_ARGUMENT, "view.expression.invalid",
             std::string(member.key()) + " \"" + std::string(member.value().get_string()) +
                 "\" is no expression: " + error.what() + ".");
    }
  }
}

}  // namespace

json::value checked_view(json::value view, std::string_view id) {
  static std::mutex mutex;
  static std::unordered_set<std::size_t> good;  // what was found to fit: views are few, and asked for often
  const std::size_t print = std::hash<std::string>()(json::serialize(view));
  {
    const std::lock_guard lock(mutex);
    if (good.contains(print)) return view;
  }
  try {
    language_of_views().check(view, "view");
    check_expressions(view);
  } catch (const HostError& error) {
    const auto* title = view.is_object() ? view.get_object().if_contains("title") : nullptr;
    return json::object{{"schema", "1.0"},
                        {"id", id},
                        {"kind", "broken"},
                        {"title", title != nullptr && title->is_string() ? *title : json::value(id)},
                        {"message", error.what()}};
  }
  const std::lock_guard lock(mutex);
  if (good.size() >= kKnownMost) good.clear();
  good.insert(print);
  return view;
}

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
