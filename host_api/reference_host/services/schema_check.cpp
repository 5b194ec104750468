// SPDX-License-Identifier: Apache-2.0
#include "services/schema_check.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wnull-dereference"
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "erp/schema_words.hpp"
#include "services/input.h"

namespace erp::host {

struct InputSchema::Compiled {
  json::value text;
  valijson::Schema schema;
};

InputSchema::InputSchema(const json::value& schema) : compiled_(std::make_unique<Compiled>()) {
  compiled_->text = schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  const valijson::adapters::BoostJsonAdapter adapter(compiled_->text);
  parser.populateSchema(adapter, compiled_->schema);
}

InputSchema::~InputSchema() = default;

void InputSchema::check(const json::value& input, std::string_view action, std::string_view locale) const {
  // Strong types: "5" is not a number here.
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  valijson::ValidationResults results;
  const valijson::adapters::BoostJsonAdapter adapter(input);
  if (validator.validate(compiled_->schema, adapter, &results)) return;

  // The deepest reason says most; wrappers such as "failed to validate against schema of property" come after it.
  valijson::ValidationResults::Error error;
  valijson::ValidationResults::Error next;
  while (results.popError(next)) {
    if (error.description.empty() || next.context.size() > error.context.size()) error = next;
  }
  const sdk::SchemaFault fault = sdk::schema_fault(input, compiled_->text, error.context);
  const std::string entity(action.substr(0, action.find('.')));
  const std::string top = fault.field.empty() ? "input" : fault.field;
  const bool of_a_member = fault.kind != sdk::SchemaFault::Kind::wrong;
  const char* what = fault.kind == sdk::SchemaFault::Kind::missing   ? ".missing"
                     : fault.kind == sdk::SchemaFault::Kind::unknown ? ".unknown"
                                                                     : ".invalid";
  throw FieldError(ERP_INVALID_ARGUMENT, entity + "." + (of_a_member ? fault.name : top) + what,
                   sdk::schema_fault_text(fault, locale), fault.path);
}

std::string InputSchema::field_of(std::string_view key) const {
  const json::object* schema = compiled_->text.if_object();
  const json::value* members = schema == nullptr ? nullptr : schema->if_contains("properties");
  const auto first = key.find('.');
  const auto second = first == std::string_view::npos ? first : key.find('.', first + 1);
  if (members == nullptr || !members->is_object() || second == std::string_view::npos) return {};
  const std::string_view name = key.substr(first + 1, second - first - 1);
  if (members->get_object().contains(name)) return std::string(name);
  // Of a record that the input describes inside itself: lead.convert's opportunity has a planned close.
  const json::value* within = members->get_object().if_contains(key.substr(0, first));
  const json::value* its =
      within != nullptr && within->is_object() ? within->get_object().if_contains("properties") : nullptr;
  const bool there = its != nullptr && its->is_object() && its->get_object().contains(name);
  return there ? std::string(key.substr(0, first)) + "." + std::string(name) : std::string();
}

}  // namespace erp::host
