// SPDX-License-Identifier: Apache-2.0
#include "actions/declarations.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include "host/refusal.h"
#include "host/schema_words.h"

namespace sales_leads::actions {
namespace json = boost::json;
namespace {

Declaration read(json::object data, const std::string& schema_member) {
  Declaration declaration;
  declaration.name = std::string(data.at("name").as_string());
  declaration.permission = std::string(data.at("permission").as_string());
  declaration.changes = data.contains("changes") && data.at("changes").as_bool();
  const std::string entity = declaration.name.substr(0, declaration.name.find('.'));
  json::value schema = data.at(schema_member);
  if (const auto* apart = data.if_contains("rows_checked_apart")) {
    // One bad row must not refuse its thousand neighbours: rows are objects here, and checked one by one by the use
    // case.
    declaration.row = std::make_shared<Schema>(entity, schema.at("properties").at(apart->as_string()).at("items"),
                                               declaration.changes);
    schema = erp::sdk::without_rows_checked_apart(data, std::move(schema));
  }
  declaration.input = std::make_shared<Schema>(entity, std::move(schema), declaration.changes);
  declaration.data = std::move(data);
  return declaration;
}

}  // namespace

Declarations Declarations::load(const std::filesystem::path& folder, const std::string& schema_member) {
  Declarations declarations;
  declarations.schema_member_ = schema_member;
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    throw Failure(Code::data_loss, "declarations.missing",
                  "Nothing is declared in " + folder.string() + "; install the module anew.");
  }
  for (const auto& path : files) {
    try {
      std::ifstream file(path);
      std::stringstream text;
      text << file.rdbuf();
      Declaration declaration = read(json::parse(text.str()).as_object(), schema_member);
      declarations.declarations_.emplace(declaration.name, std::move(declaration));
    } catch (const std::exception& error) {
      throw Failure(Code::data_loss, "declarations.unreadable", "Cannot use " + path.string() + ": " + error.what());
    }
  }
  return declarations;
}

const Declaration* Declarations::find(std::string_view name) const {
  const auto found = declarations_.find(name);
  return found == declarations_.end() ? nullptr : &found->second;
}

namespace {

void add_labels(json::object& rule, const std::string& entity, const Labels& labels) {
  if (auto* items = rule.if_contains("items"); items != nullptr && items->is_object()) {
    add_labels(items->get_object(), entity, labels);
  }
  auto* properties = rule.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (auto& property : properties->get_object()) {
    if (!property.value().is_object()) continue;
    json::object& own = property.value().get_object();
    add_labels(own, entity, labels);
    if (auto label = labels(entity, property.key()); !label.empty()) own["x-label"] = std::move(label);
  }
}

}  // namespace

std::string Declarations::listing(const std::string& member, const Labels& labels) const {
  json::array all;
  for (const auto& [name, declaration] : declarations_) {
    json::object data = declaration.data;
    auto* schema = data.if_contains(schema_member_);
    if (schema != nullptr && schema->is_object())
      add_labels(schema->get_object(), name.substr(0, name.find('.')), labels);
    all.push_back(std::move(data));
  }
  return json::serialize(json::object{{"schema", "1.0"}, {member, std::move(all)}});
}

}  // namespace sales_leads::actions
