// SPDX-License-Identifier: Apache-2.0
//
// `erp-host actions`: the list of actions, as JSON or as a page in Markdown.
#include <cstdlib>
#include <iostream>

#include "cli/setting.h"

namespace erp::host::cli {
namespace {

// Without --data the list is asked of a host that lives as long as the question.
class Folder {
 public:
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "erp-host-XXXXXX").string();
    if (::mkdtemp(form.data())) path_ = form;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const boost::json::object& object, std::string_view key, const std::string& language) {
  const auto* value = object.if_contains(key);
  if (value && value->is_object()) {
    const auto* own = value->get_object().if_contains(language);
    value = own ? own : value->get_object().if_contains("en");
  }
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// "string", "integer or string", "open, won": what a property may hold, for people.
std::string type_text(const boost::json::object& schema) {
  std::string out;
  const auto add = [&](const boost::json::value& value, const char* between) {
    out += (out.empty() ? "" : between) +
           (value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value));
  };
  if (const auto* values = schema.if_contains("enum"); values && values->is_array()) {
    for (const auto& value : values->get_array()) add(value, ", ");
  } else if (const auto* type = schema.if_contains("type")) {
    if (type->is_array()) {
      for (const auto& value : type->get_array()) add(value, " or ");
    } else {
      add(*type, "");
    }
  }
  return out;
}

void write_markdown(const boost::json::object& action, const std::string& language, std::ostream& out) {
  const std::string name = text_of(action, "name", language);
  out << "\n## " << name << "\n" << text_of(action, "summary", language) << ".\n\n";
  const auto* changes = action.if_contains("changes");
  out << "Permission `" << text_of(action, "permission", language) << "`; "
      << (changes && changes->is_bool() && changes->get_bool() ? "changes data" : "reads only") << ".\n";
  const auto* input = action.if_contains("input");
  const auto* properties = input && input->is_object() ? input->get_object().if_contains("properties") : nullptr;
  if (properties && properties->is_object() && !properties->get_object().empty()) {
    const auto* required = input->get_object().if_contains("required");
    out << "\n| field | holds | |\n|---|---|---|\n";
    for (const auto& property : properties->get_object()) {
      bool needed = false;
      if (required && required->is_array()) {
        for (const auto& item : required->get_array()) needed = needed || item == boost::json::value(property.key());
      }
      const auto* schema = property.value().if_object();
      out << "| " << (needed ? "**" : "") << std::string_view(property.key()) << (needed ? "**" : "") << " | "
          << (schema ? type_text(*schema) : "") << " | " << (schema ? text_of(*schema, "description", language) : "")
          << " |\n";
    }
  }
  const auto* example = action.if_contains("example");
  if (example && example->is_object()) {
    // An example is the input, or holds it beside what must be there first.
    const auto* inner = example->get_object().if_contains("input");
    out << "\n`erp-host action " << name << " '" << boost::json::serialize(inner ? *inner : *example)
        << "' --data DIR`\n";
  }
}

}  // namespace

int actions(const Arguments& arguments, const Streams& streams) {
  if (!arguments.words.empty()) throw UsageError("The form is: erp-host actions [--markdown] [--data DIR]");
  Arguments with_data = arguments;
  const Folder folder;
  if (!arguments.has("data")) with_data.options["data"] = folder.path().string();
  const auto app = App::open(host_options(with_data));
  const boost::json::value list = app->list_actions();
  if (!arguments.has("markdown")) {
    streams.out << pretty(list) << '\n';
    return 0;
  }
  const boost::json::array* rows = list.if_array();
  if (!rows && list.is_object() && list.get_object().contains("actions")) {
    rows = list.get_object().at("actions").if_array();
  }
  streams.out << "# Actions\nBold fields must be given.\n";
  if (rows) {
    for (const auto& row : *rows) {
      if (row.is_object()) write_markdown(row.get_object(), language_of(arguments), streams.out);
    }
  }
  return 0;
}

}  // namespace erp::host::cli
