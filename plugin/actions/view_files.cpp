// SPDX-License-Identifier: Apache-2.0
#include "actions/view_files.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/host.h"

namespace sales_leads::actions {
namespace json = boost::json;
namespace {

/// Every file of the folder, in the order of names; one file may hold several declarations as an array.
template <class Add>
void read_folder(const std::filesystem::path& folder, const Add& add) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Failure(Code::data_loss, "declarations.missing",
                  "Nothing is declared in " + folder.string() + "; install the module anew.");
  for (const auto& path : files) {
    try {
      std::ifstream file(path);
      std::stringstream text;
      text << file.rdbuf();
      const json::value parsed = json::parse(text.str());
      if (const auto* several = parsed.if_array()) {
        for (const json::value& one : *several) add(one);
      } else {
        add(parsed);
      }
    } catch (const std::exception& error) {
      throw Failure(Code::data_loss, "declarations.unreadable", "Cannot use " + path.string() + ": " + error.what());
    }
  }
}

}  // namespace

DeclaredViews load_views(const std::filesystem::path& schemas, const std::vector<std::string>& actions) {
  DeclaredViews views;
  read_folder(schemas / "entities", [&](json::value one) {
    if (one.at("entity") == "audit") {
      json::array& choices = one.at("fields").at("action").at("choices").as_array();
      for (const std::string& action : actions) choices.emplace_back(action);
    }
    views.add_entity(one);
  });
  read_folder(schemas / "views", [&](const json::value& one) { views.add_view(one); });
  read_folder(schemas / "i18n" / "labels", [&](const json::value& one) { views.add_texts(one); });
  return views;
}

std::string panels_json(const DeclaredViews& views) {
  constexpr std::string_view kPanel = "panel.";
  json::array parts;
  for (const auto& [id, view] : views.views()) {
    if (!id.starts_with(kPanel)) continue;
    const std::string page = id.substr(kPanel.size());
    json::object titles;
    for (const char* language : {"en", "sv", "nb"}) titles[language] = views.text("view." + id, language);
    json::object part{{"id", "sales_leads." + page},
                      {"page", page},
                      {"slot", "side"},
                      {"kind", "panel"},
                      {"view", id},
                      {"order", 10}};
    part["titles"] = std::move(titles);
    if (const auto* permission = view.if_contains("permission")) part["permission"] = *permission;
    parts.push_back(std::move(part));
  }
  return json::serialize(json::object{{"schema", "1.0"}, {"parts", std::move(parts)}});
}

}  // namespace sales_leads::actions
