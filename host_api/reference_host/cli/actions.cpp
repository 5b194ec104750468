// SPDX-License-Identifier: Apache-2.0
//
// `erp-host actions`: the list of actions, as JSON or as a page in Markdown.
#include <cstdlib>
#include <iostream>

#include "cli/setting.h"
#include "web/action_text.h"

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

void write_markdown(const web::ActionText& action, std::ostream& out) {
  out << "\n## " << action.name << "\n" << action.summary << ".\n\n";
  out << "Permission `" << action.permission << "`; " << (action.changes ? "changes data" : "reads only") << ".\n";
  if (!action.fields.empty()) out << "\n| field | holds | |\n|---|---|---|\n";
  for (const web::ActionField& field : action.fields) {
    const char* bold = field.needed ? "**" : "";
    out << "| " << bold << field.name << bold << " | " << field.holds << " | " << field.about << " |\n";
  }
  if (!action.errors.empty()) {
    out << "\nRefuses with";
    for (const std::string& error : action.errors) out << " `" << error << "`";
    out << "\n";
  }
  if (!action.setup.empty()) out << "\nBefore the example:\n\n    " << action.setup << "\n";
  if (!action.example.empty())
    out << "\n`erp-host action " << action.name << " '" << action.example << "' --data DIR`\n";
  if (!action.schema.empty()) out << "\nSchema of the input: `" << action.schema << "`\n";
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
  streams.out << "# Actions\nBold fields must be given.\n";
  for (const web::ActionText& one : web::action_texts(list, language_of(arguments))) write_markdown(one, streams.out);
  return 0;
}

}  // namespace erp::host::cli
