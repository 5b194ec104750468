// SPDX-License-Identifier: Apache-2.0
#include "import/profile.h"

#include <algorithm>
#include <set>

#include "import/currencies.h"
#include "import/refusal.h"
#include "modules/yaml_reader.h"

namespace erp::host::import {
namespace {

class ProfileReader {
 public:
  explicit ProfileReader(const std::filesystem::path& file)
      : document_(YamlDocument::load(file, kProfileBytesMax, "import.profile")), root_(document_.root()) {
    out_.name = "the profile " + file.filename().string();
  }

  Profile read() {
    root_.only({"kind", "about", "encoding", "separator", "currency", "as_of", "columns", "alternatives", "ignore",
                "defaults", "constants", "derived", "apostrophes"});
    // The kind comes first, since all else is read in its terms, wherever it stands in the file.
    const YamlReader kind = root_.child("kind");
    const auto named = kind_named(kind.text());
    if (!named) kind.refuse("kind", "kind " + kind.text() + " is unknown; kinds are " + all_kinds());
    out_.kind = *named;
    // A field may have several names, of which a file has one.
    if (root_.has("alternatives")) alternatives_ = boolean(root_.child("alternatives"));
    for (const auto& [column, value] : root_.child("columns").entries()) read_column(column, value);
    for (const auto& [key, value] : root_.entries()) read_entry(key, value);
    check_whole();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string kind() const { return std::string(kind_name(out_.kind)); }

  void read_entry(const std::string& key, const YamlReader& value) {
    if (key == "about") {
      (void)value.text();
    } else if (key == "encoding") {
      const auto encoding = encoding_named(value.text());
      if (!encoding) {
        value.refuse("encoding", "encoding " + value.text() +
                                     " is unknown; known are auto, utf-8, windows-1252, iso-8859-1 and what ICU knows");
      }
      out_.encoding = *encoding;
      if (*encoding == Encoding::kOther) out_.encoding_name = value.text();
    } else if (key == "separator") {
      read_separator(value);
    } else if (key == "currency") {
      out_.currency = value.text();
      if (!currency_digits(out_.currency)) {
        value.refuse("currency", "currency " + out_.currency + " is unknown; use an ISO 4217 code as SEK");
      }
    } else if (key == "apostrophes") {
      out_.apostrophes = boolean(value);
    } else if (key == "as_of") {
      out_.as_of = date_of(value);
    } else if (key == "ignore") {
      for (const YamlReader& item : value.items()) out_.ignore.push_back(item.text());
    } else if (key == "defaults") {
      read_texts(value, out_.defaults);
    } else if (key == "constants") {
      read_texts(value, out_.constants);
    } else if (key == "derived") {
      read_derived(value);
    }
  }

  void read_separator(const YamlReader& value) {
    const std::string word = value.text();
    if (word == "comma" || word == ",") {
      out_.separator = ',';
    } else if (word == "semicolon" || word == ";") {
      out_.separator = ';';
    } else if (word == "tab") {
      out_.separator = '\t';
    } else if (word == "bar" || word == "|") {
      out_.separator = '|';
    } else if (word != "auto") {
      value.refuse("separator", "separator " + word + " is unknown; known are auto, comma, semicolon, tab, bar");
    }
  }

  static std::string date_of(const YamlReader& value) {
    const auto day = read_date(value.text(), "YYYY-MM-DD");
    if (!is_good(day)) value.refuse("date", value.way() + ": " + std::get<1>(day).reason);
    return value.text();
  }

  std::size_t field_of(const YamlReader& at, const std::string& word) const {
    const auto field = field_index(out_.kind, word);
    if (!field) {
      at.refuse("field", "field " + word + " is unknown; fields of " + kind() + " are " + all_fields(out_.kind));
    }
    return *field;
  }

  // column: field  |  column: [field, field]  |  column: {field: …, unit: …}
  void read_column(const std::string& column, const YamlReader& value) {
    if (value.is_list()) {
      for (const YamlReader& item : value.items()) add_column(column, item);
    } else {
      add_column(column, value);
    }
  }

  void add_column(const std::string& column, const YamlReader& value) {
    ColumnUse use;
    use.column = column;
    if (value.is_text()) {
      use.field = field_of(value, value.text());
    } else {
      value.only({"field", "unit", "decimal", "grouping", "date", "trim", "values"});
      use.field = field_of(value.child("field"), value.text("field"));
      for (const auto& [key, part] : value.entries()) read_part(use, key, part);
    }
    for (const ColumnUse& other : out_.columns) {
      if (other.field == use.field && !alternatives_) {
        value.refuse("field.twice", "the field " + std::string(fields_of(out_.kind)[use.field].name) +
                                        " is filled by two columns, " + other.column + " and " + column);
      }
    }
    out_.columns.push_back(std::move(use));
  }

  void read_part(ColumnUse& use, const std::string& key, const YamlReader& part) const {
    const FieldType type = fields_of(out_.kind)[use.field].type;
    const auto only_for = [&](bool fits, const char* what) {
      if (!fits) part.refuse("column", part.way() + " is for " + what + " alone");
    };
    if (key == "unit") {
      only_for(type == FieldType::kAmount, "amounts");
      if (part.text() != "major" && part.text() != "minor")
        part.refuse("column", part.way() + " must be major or minor");
      use.amount.minor = part.text() == "minor";
    } else if (key == "decimal") {
      only_for(type == FieldType::kAmount, "amounts");
      if (part.text() != "." && part.text() != "," && part.text() != "auto")
        part.refuse("column", part.way() + " must be \".\", \",\" or auto");
      use.amount.any = part.text() == "auto";
      if (!use.amount.any) use.amount.decimal = part.text()[0];
    } else if (key == "grouping") {
      only_for(type == FieldType::kAmount, "amounts");
      use.amount.grouping = part.text();
      if (use.amount.grouping.size() > 4) part.refuse("column", part.way() + " must be one sign");
    } else if (key == "date") {
      only_for(type == FieldType::kDate || type == FieldType::kTime, "dates and times");
      use.date_format = part.text();
      const bool any = use.date_format == kAnyDate && type == FieldType::kDate;
      if (!any && !is_date_format(use.date_format)) {
        part.refuse("column", part.way() + " must hold YYYY, MM and DD, as YYYY-MM-DD or DD.MM.YYYY, or be auto");
      }
    } else if (key == "trim") {
      use.trim = boolean(part);
    } else if (key == "values") {
      for (const auto& [from, to] : part.entries()) use.values[from] = to.text();
    }
  }

  static bool boolean(const YamlReader& value) {
    if (value.text() != "true" && value.text() != "false")
      value.refuse("value", value.way() + " must be true or false");
    return value.text() == "true";
  }

  void read_texts(const YamlReader& value, std::map<std::size_t, std::string>& into) const {
    for (const auto& [field, text] : value.entries()) into[field_of(text, field)] = text.text();
  }

  void read_derived(const YamlReader& value) {
    value.only({"customers", "title", "groups", "steps"});
    for (const auto& [key, item] : value.entries()) {
      const bool fits = key == "groups"      ? out_.kind == Kind::kEmployees
                        : key == "customers" ? out_.kind == Kind::kOpportunities || out_.kind == Kind::kOrders ||
                                                   out_.kind == Kind::kInvoices
                                             : out_.kind == Kind::kOpportunities;
      if (!fits) item.refuse("derived", item.way() + " has no meaning for " + kind());
      if (key == "customers") {
        item.only({"create_missing", "stand_in"});
        if (item.has("create_missing")) out_.make_customers = boolean(item.child("create_missing"));
        out_.stand_in = item.text_or("stand_in", "");
      } else if (key == "title") {
        out_.title = item.text();
        check_template(item);
      } else if (key == "groups") {
        read_groups(item);
      } else {
        for (const YamlReader& step : item.items()) read_step(step);
      }
    }
  }

  void check_template(const YamlReader& value) const {
    const std::string text = value.text();
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
      const std::size_t end = text.find('}', at);
      if (end == std::string::npos) value.refuse("derived", value.way() + " has a { without its }");
      field_of(value, text.substr(at + 1, end - at - 1));
    }
  }

  void read_groups(const YamlReader& value) {
    value.only({"path", "kind", "from"});
    for (const YamlReader& item : value.child("path").items()) {
      field_of(item, item.text());
      out_.group_path.push_back(item.text());
    }
    if (value.has("from")) out_.group_from = date_of(value.child("from"));
    out_.group_kind = value.text_or("kind", out_.group_kind);
    if (out_.group_kind != "sales" && out_.group_kind != "standard") {
      value.child("kind").refuse("derived", value.way() + ".kind must be sales or standard");
    }
  }

  void read_step(const YamlReader& value) {
    value.only({"code", "title", "probability"});
    StepToMake step;
    step.code = value.text("code");
    step.probability = std::to_string(value.integer("probability", 0, 100));
    const YamlReader titles = value.child("title");
    titles.only({"en", "sv", "nb"});
    for (const auto& [language, title] : titles.entries()) step.titles[language] = title.text();
    out_.steps.push_back(std::move(step));
  }

  // What no single key can see: every required field has a way to be filled.
  void check_whole() const {
    const auto fields = fields_of(out_.kind);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!fields[i].column_required || out_.constants.contains(i) || out_.defaults.contains(i)) continue;
      const auto fills = [&](const ColumnUse& use) { return use.field == i; };
      if (std::any_of(out_.columns.begin(), out_.columns.end(), fills)) continue;
      if (fields[i].name == "title" && !out_.title.empty()) continue;
      if (fields[i].name == "customer_no" && !out_.stand_in.empty()) continue;
      root_.refuse("field.missing", "nothing fills the field " + std::string(fields[i].name) + " that every row of " +
                                        kind() + " must have");
    }
  }

  YamlDocument document_;
  YamlReader root_;
  bool alternatives_ = false;
  Profile out_;
};

}  // namespace

Profile read_profile(const std::filesystem::path& file) { return ProfileReader(file).read(); }

Profile canonical_profile(Kind kind) {
  Profile out;
  out.name = "the host's own columns of " + std::string(kind_name(kind));
  out.kind = kind;
  out.apostrophes = true;
  const auto fields = fields_of(kind);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    ColumnUse use;
    use.column = fields[i].name;
    use.field = i;
    out.columns.push_back(use);
    if (fields[i].type == FieldType::kAmount) {
      use.column += "_minor";
      use.amount.minor = true;
      out.columns.push_back(use);
    }
  }
  return out;
}

Profile load_profile(const std::string& map, const std::filesystem::path& modules_dir) {
  std::filesystem::path path;
  if (map.find('/') != std::string::npos || map.ends_with(".yaml") || map.ends_with(".yml")) {
    path = map;
  } else {
    std::set<std::string> names;
    std::error_code ignored;
    for (const auto& module : std::filesystem::directory_iterator(modules_dir, ignored)) {
      const auto folder = module.path() / "schemas" / "import";
      for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
        if (file.path().extension() == ".yaml") names.insert(file.path().stem().string());
      }
      if (std::filesystem::is_regular_file(folder / (map + ".yaml"), ignored)) path = folder / (map + ".yaml");
    }
    if (path.empty()) {
      std::string list;
      for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
      refuse("import.profile.unknown",
             "There is no import profile " + map + "; " +
                 (list.empty() ? "no module below " + modules_dir.string() + " brings any."
                               : "known are " + list + ". A path to a file of your own must hold a slash."));
    }
  }
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    refuse("import.profile.unknown", "There is no import profile " + path.string() + ": is the path right?");
  }
  return read_profile(path);
}

}  // namespace erp::host::import
