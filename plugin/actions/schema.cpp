// SPDX-License-Identifier: Apache-2.0
//
// The one place that knows valijson.
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "actions/declarations.h"
#include "host/refusal.h"
#include "services/input.h"

namespace sales_leads::actions {
namespace json = boost::json;

struct Schema::Compiled {
  std::string entity;
  json::value source;
  valijson::Schema schema;

  void check(valijson::Validator& validator, const json::value& value) const;
};

namespace {

/// What would be right, in no particular language: "open | won", "2026-12-31", "1 … 500", "text".
std::string expected(const json::value* schema) {
  const auto* object = schema == nullptr ? nullptr : schema->if_object();
  if (object == nullptr) return "";
  if (const auto* choices = object->if_contains("enum")) {
    std::string text;
    for (const auto& choice : choices->as_array()) text += (text.empty() ? "" : " | ") + services::shown(choice);
    return text;
  }
  std::string pattern;
  if (const auto* value = object->if_contains("pattern")) pattern = std::string(value->as_string());
  if (pattern.starts_with("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T")) return "2026-12-31T10:00:00";
  if (pattern.starts_with("^[0-9]{4}-")) return "2026-12-31";
  if (pattern.starts_with("^[0-9]{1,3}(")) return "0 … 100, 33.34";
  if (pattern.starts_with("^[A-Z]{3}")) return "SEK";
  std::string text;
  const auto add = [&](std::string_view word) { text += (text.empty() ? "" : ", ") + std::string(word); };
  if (const auto* type = object->if_contains("type")) {
    if (type->is_string()) add(type->get_string());
    if (const auto* types = type->if_array()) {
      for (const auto& one : *types) add(one.as_string());
    }
  }
  const auto* least = object->if_contains("minimum");
  const auto* most = object->if_contains("maximum");
  if (least != nullptr || most != nullptr) {
    add((least == nullptr ? "" : services::shown(*least)) + " … " + (most == nullptr ? "" : services::shown(*most)));
  }
  for (const char* limit : {"minLength", "maxLength", "minItems", "maxItems"}) {
    if (const auto* value = object->if_contains(limit)) add(std::string(limit) + " " + services::shown(*value));
  }
  return text;
}

struct Place {
  const json::value* value;
  const json::value* schema;
  std::string path;
};

/// Follows valijson's context ("<root>", "[amount]", "[0]") through the value and its schema.
Place follow(const std::vector<std::string>& context, const json::value& value, const json::value& schema) {
  Place place{&value, &schema, ""};
  for (const std::string& part : context) {
    if (part.size() < 2 || part.front() != '[') continue;
    const std::string name = part.substr(1, part.size() - 2);
    const auto* rules = place.schema == nullptr ? nullptr : place.schema->if_object();
    if (const auto* object = place.value->if_object()) {
      const auto* member = object->if_contains(name);
      if (member == nullptr) break;
      place.value = member;
      const auto* properties = rules == nullptr ? nullptr : rules->if_contains("properties");
      place.schema = properties == nullptr ? nullptr : properties->as_object().if_contains(name);
    } else if (const auto* array = place.value->if_array()) {
      const std::size_t index = std::strtoull(name.c_str(), nullptr, 10);
      if (index >= array->size()) break;
      place.value = &(*array)[index];
      place.schema = rules == nullptr ? nullptr : rules->if_contains("items");
    } else {
      break;
    }
    place.path += (place.path.empty() ? "" : ".") + name;
  }
  return place;
}

std::string first_part(const std::string& path) { return path.substr(0, path.find('.')); }

/// Members that the schema asks for and that are not there, or that are there and unknown to it.
void refuse_members(const std::string& entity, const Place& place) {
  const auto* object = place.value->if_object();
  const auto* rules = place.schema == nullptr ? nullptr : place.schema->if_object();
  if (object == nullptr || rules == nullptr) return;
  const std::string before = place.path.empty() ? "" : place.path + ".";
  if (const auto* required = rules->if_contains("required")) {
    for (const auto& name : required->as_array()) {
      if (object->contains(name.as_string())) continue;
      const std::string field = before + std::string(name.as_string());
      throw Refusal(Code::invalid_argument, entity + "." + first_part(field) + ".missing", field);
    }
  }
  const auto* closed = rules->if_contains("additionalProperties");
  const auto* properties = rules->if_contains("properties");
  if (closed == nullptr || !closed->is_bool() || properties == nullptr) return;
  for (const auto& member : *object) {
    if (properties->as_object().contains(member.key())) continue;
    std::string known;
    for (const auto& property : properties->as_object())
      known += (known.empty() ? "" : ", ") + std::string(property.key());
    throw Refusal(Code::invalid_argument, "input.unknown", before + std::string(member.key()),
                  services::shown(member.value()), {{"expected", known}});
  }
}

}  // namespace

Schema::Schema(std::string entity, json::value schema) : compiled_(std::make_unique<Compiled>()) {
  compiled_->entity = std::move(entity);
  compiled_->source = std::move(schema);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(compiled_->source), compiled_->schema);
}
Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;

void Schema::check(const json::value& value) const { checker()(value); }

std::function<void(const json::value&)> Schema::checker() const {
  auto validator = std::make_shared<valijson::Validator>(valijson::Validator::kStrongTypes);
  return [this, validator](const json::value& value) { compiled_->check(*validator, value); };
}

void Schema::Compiled::check(valijson::Validator& validator, const json::value& value) const {
  const valijson::adapters::BoostJsonAdapter target(value);
  if (validator.validate(schema, target, nullptr)) return;
  valijson::ValidationResults results;  // again, for the words: refusals are rare
  validator.validate(schema, target, &results);
  valijson::ValidationResults::Error error;
  Place deepest{&value, &source, ""};
  std::size_t depth = 0;
  while (results.popError(error)) {
    if (error.context.size() <= depth) continue;
    depth = error.context.size();
    deepest = follow(error.context, value, source);
  }
  refuse_members(entity, deepest);
  const std::string key = deepest.path.empty() ? "input.invalid" : entity + "." + first_part(deepest.path) + ".invalid";
  throw Refusal(Code::invalid_argument, key, deepest.path, services::shown(*deepest.value),
                {{"expected", expected(deepest.schema)}});
}

}  // namespace sales_leads::actions
