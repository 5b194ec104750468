// SPDX-License-Identifier: Apache-2.0
//
// The one place that knows valijson.
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actions/declarations.h"
#include "domain/blank.h"
#include "host/refusal.h"
#include "host/schema_words.h"

namespace sales_leads::actions {
namespace json = boost::json;
namespace sdk = erp::sdk;

namespace {

/// Where texts stand that must have a length.
struct Texts {
  bool is_one = false;
  std::map<std::string, Texts, std::less<>> members;
  std::vector<Texts> items;  // one, where the items hold any

  [[nodiscard]] bool any() const { return is_one || !members.empty() || !items.empty(); }
};

Texts texts_of(const json::value& schema) {
  Texts texts;
  const auto* rule = schema.if_object();
  if (rule == nullptr) return texts;
  const auto* least = rule->if_contains("minLength");
  texts.is_one = least != nullptr && least->is_int64() && least->get_int64() > 0;
  if (const auto* properties = rule->if_contains("properties")) {
    for (const auto& property : properties->as_object()) {
      if (Texts own = texts_of(property.value()); own.any()) texts.members.emplace(property.key(), std::move(own));
    }
  }
  if (const auto* items = rule->if_contains("items")) {
    if (Texts own = texts_of(*items); own.any()) texts.items.push_back(std::move(own));
  }
  return texts;
}

/// The path of the first text that is required and blank; nothing where there is none.
std::optional<std::string> blank_at(const Texts& texts, const json::value& value, const std::string& path) {
  if (const auto* text = value.if_string()) {
    if (texts.is_one && domain::is_blank(*text)) return path;
    return std::nullopt;
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [name, own] : texts.members) {
      const auto* member = object->if_contains(name);
      if (member == nullptr) continue;
      if (auto found = blank_at(own, *member, path.empty() ? name : path + "." + name)) return found;
    }
    return std::nullopt;
  }
  const auto* array = value.if_array();
  if (array == nullptr || texts.items.empty()) return std::nullopt;
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto found = blank_at(texts.items.front(), (*array)[i], path + "[" + std::to_string(i) + "]")) return found;
  }
  return std::nullopt;
}

}  // namespace

struct Schema::Compiled {
  std::string entity;
  json::value source;
  valijson::Schema schema;
  Texts texts;  // empty where blanks may stand

  void check(valijson::Validator& validator, const json::value& value) const;
};

namespace {

/// The same words as a host's own check, in whichever language the refusal is read.
Refusal refusal_of(const std::string& entity, const sdk::SchemaFault& fault) {
  using Kind = sdk::SchemaFault::Kind;
  if (fault.kind == Kind::unknown) {
    return {Code::invalid_argument, "input.unknown", fault.path, fault.shown, {{"expected", fault.known}}};
  }
  Refusal::Words words;
  for (const char* language : {"en", "sv", "nb"})
    words.emplace_back("expected:" + std::string(language), sdk::schema_fault_expected(fault, language));
  const char* what = fault.kind == Kind::missing ? ".missing" : ".invalid";
  const std::string key = fault.field.empty() ? "input.invalid" : entity + "." + fault.field + what;
  return {Code::invalid_argument, key, fault.path, fault.kind == Kind::missing ? "" : fault.shown, std::move(words)};
}

}  // namespace

Schema::Schema(std::string entity, json::value schema, bool no_blanks) : compiled_(std::make_unique<Compiled>()) {
  compiled_->entity = std::move(entity);
  compiled_->source = std::move(schema);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::BoostJsonAdapter(compiled_->source), compiled_->schema);
  if (no_blanks) compiled_->texts = texts_of(compiled_->source);
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
  if (validator.validate(schema, target, nullptr)) {
    if (const auto path = blank_at(texts, value, "")) {
      const std::string field = path->substr(0, path->find_first_of(".["));
      throw Refusal(Code::invalid_argument, entity + "." + field + ".missing", *path);
    }
    return;
  }
  valijson::ValidationResults results;  // again, for the words: refusals are rare
  validator.validate(schema, target, &results);
  valijson::ValidationResults::Error error;
  std::vector<std::string> deepest;
  while (results.popError(error)) {
    if (error.context.size() > deepest.size()) deepest = error.context;
  }
  throw refusal_of(entity, sdk::schema_fault(value, source, deepest));
}

}  // namespace sales_leads::actions
