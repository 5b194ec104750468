// SPDX-License-Identifier: Apache-2.0
#include "web/action_text.h"

namespace erp::host::web {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view key, const std::string& language) {
  const json::value* value = object.if_contains(key);
  if (value != nullptr && value->is_object()) {
    const json::value* own = value->get_object().if_contains(language);
    value = own != nullptr ? own : value->get_object().if_contains("en");
  }
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

void join(std::string& out, const json::value& value, const char* between) {
  if (!out.empty()) out += between;
  out += value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// "string", "integer or string", "open, won": what a property may hold, for people.
std::string holds(const json::object& schema) {
  std::string out;
  if (const json::value* values = schema.if_contains("enum"); values != nullptr && values->is_array()) {
    for (const auto& value : values->get_array()) join(out, value, ", ");
  } else if (const json::value* type = schema.if_contains("type")) {
    if (type->is_array()) {
      for (const auto& value : type->get_array()) join(out, value, " or ");
    } else {
      join(out, *type, "");
    }
  }
  return out;
}

std::vector<ActionField> fields_of(const json::object& input, const std::string& language) {
  std::vector<ActionField> fields;
  const json::value* properties = input.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return fields;
  const json::value* required = input.if_contains("required");
  for (const auto& property : properties->get_object()) {
    ActionField field;
    field.name = property.key();
    if (const json::object* schema = property.value().if_object()) {
      field.holds = holds(*schema);
      field.about = text_of(*schema, "description", language);
    }
    if (required != nullptr && required->is_array()) {
      for (const auto& item : required->get_array()) field.needed = field.needed || item == json::value(property.key());
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

// What must be there first: words, or the calls that make it.
std::string setup_text(const json::value* setup) {
  if (setup == nullptr) return "";
  if (setup->is_string()) return std::string(setup->get_string());
  std::string out;
  if (const json::array* calls = setup->if_array()) {
    for (const auto& call : *calls) {
      const json::object& one = call.as_object();
      out += (out.empty() ? "" : "\n") + text_of(one, "action", "en") + " " + json::serialize(one.at("input"));
      const std::string user = text_of(one, "user", "en");
      if (!user.empty()) out += " (" + user + ")";
    }
  }
  return out;
}

}  // namespace

ActionText action_text(const json::object& action, const std::string& language) {
  ActionText out;
  out.name = text_of(action, "name", language);
  out.summary = text_of(action, "summary", language);
  out.permission = text_of(action, "permission", language);
  const json::value* changes = action.if_contains("changes");
  out.changes = changes != nullptr && changes->is_bool() && changes->get_bool();
  if (const json::value* input = action.if_contains("input"); input != nullptr && input->is_object()) {
    out.fields = fields_of(input->get_object(), language);
    out.schema = json::serialize(*input);
  }
  if (const json::value* errors = action.if_contains("errors"); errors != nullptr && errors->is_array()) {
    for (const auto& error : errors->get_array()) {
      if (error.is_string()) out.errors.emplace_back(error.get_string());
    }
  }
  if (const json::value* example = action.if_contains("example"); example != nullptr && example->is_object()) {
    // An example is the input, or holds it beside what must be there first.
    const json::value* inner = example->get_object().if_contains("input");
    out.example = json::serialize(inner != nullptr ? *inner : *example);
    if (inner != nullptr) out.setup = setup_text(example->get_object().if_contains("setup"));
  }
  return out;
}

std::vector<ActionText> action_texts(const json::value& listed, const std::string& language) {
  const json::array* rows = listed.if_array();
  if (rows == nullptr && listed.is_object() && listed.get_object().contains("actions")) {
    rows = listed.get_object().at("actions").if_array();
  }
  std::vector<ActionText> texts;
  if (rows == nullptr) return texts;
  for (const auto& row : *rows) {
    if (row.is_object()) texts.push_back(action_text(row.get_object(), language));
  }
  return texts;
}

}  // namespace erp::host::web
