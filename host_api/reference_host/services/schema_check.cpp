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

#include "services/input.h"

namespace erp::host {

struct InputSchema::Compiled {
  json::value text;
  valijson::Schema schema;
};

namespace {

/// The value at a path such as {"<root>", "[lines]", "[0]", "[net]"}, and the path as people write it: lines[0].net.
const json::value* follow(const json::value& input, const std::vector<std::string>& context, std::string& path) {
  const json::value* at = &input;
  for (std::string step : context) {
    if (step == "<root>") continue;
    if (step.size() >= 2 && step.front() == '[') step = step.substr(1, step.size() - 2);
    if (at != nullptr && at->is_array()) {
      path += "[" + step + "]";
      const std::size_t index = std::strtoul(step.c_str(), nullptr, 10);
      at = index < at->get_array().size() ? &at->get_array()[index] : nullptr;
    } else {
      path += (path.empty() ? "" : ".") + step;
      at = at != nullptr && at->is_object() ? at->get_object().if_contains(step) : nullptr;
    }
  }
  return at;
}

std::string brief(const json::value& value) {
  std::string text = json::serialize(value);
  if (text.size() > 80) text = text.substr(0, 77) + "...";
  return text;
}

/// The name that a reason ends with: "Missing required property 'net'." -> net.
std::string quoted_name(const std::string& description) {
  const auto end = description.rfind('\'');
  if (end == std::string::npos || end == 0) return {};
  const auto begin = description.rfind('\'', end - 1);
  return begin == std::string::npos ? std::string() : description.substr(begin + 1, end - begin - 1);
}

}  // namespace

InputSchema::InputSchema(const json::value& schema) : compiled_(std::make_unique<Compiled>()) {
  compiled_->text = schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  const valijson::adapters::BoostJsonAdapter adapter(compiled_->text);
  parser.populateSchema(adapter, compiled_->schema);
}

InputSchema::~InputSchema() = default;

void InputSchema::check(const json::value& input, std::string_view action) const {
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
  std::string path;
  const json::value* found = follow(input, error.context, path);
  const std::string entity(action.substr(0, action.find('.')));
  std::string name = quoted_name(error.description);
  const bool missing = error.description.find("required propert") != std::string::npos;
  if (missing) {
    const std::string full = path.empty() ? name : path + "." + name;
    refuse(ERP_INVALID_ARGUMENT, entity + "." + name + ".missing",
           full + " is missing. " + std::string(action) + " needs it.");
  }
  if (error.description.find("additional") != std::string::npos && found != nullptr && found->is_object() &&
      !name.empty()) {
    const std::string full = path.empty() ? name : path + "." + name;
    refuse(ERP_INVALID_ARGUMENT, entity + "." + name + ".unknown",
           full + " is no field of " + std::string(action) + ". Leave it out; `actions` lists the fields.");
  }
  std::string top = path.substr(0, path.find_first_of("[."));
  if (top.empty()) top = "input";
  refuse(ERP_INVALID_ARGUMENT, entity + "." + top + ".invalid",
         (path.empty() ? "The input" : path) + (found != nullptr ? " " + brief(*found) : "") +
             " is not valid: " + error.description + " See the input schema of " + std::string(action) + ".");
}

}  // namespace erp::host
