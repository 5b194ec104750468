// SPDX-License-Identifier: Apache-2.0
#include "services/messages.h"

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "host/refusal.h"

namespace sales_leads::services {
namespace json = boost::json;

std::string language_of(std::string_view locale) {
  const std::string_view start = locale.substr(0, 2);
  if (start == "sv") return "sv";
  if (start == "nb" || start == "no" || start == "nn") return "nb";
  return "en";
}

Messages Messages::load(const std::filesystem::path& folder) {
  Messages messages;
  for (const char* language : {"en", "sv", "nb"}) {
    const auto path = folder / (std::string(language) + ".json");
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    boost::system::error_code error;
    const json::value parsed = json::parse(text.str(), error);
    if (!file || error || !parsed.is_object()) {
      throw Failure(Code::data_loss, "messages.unreadable",
                    "Cannot read " + path.string() + "; install the module anew.");
    }
    for (const auto& entry : parsed.get_object()) {
      if (entry.value().is_string()) messages.texts_[language][entry.key()] = std::string(entry.value().get_string());
    }
  }
  return messages;
}

const std::string* Messages::find(const std::string& language, std::string_view key) const {
  const auto catalogue = texts_.find(language);
  if (catalogue == texts_.end()) return nullptr;
  const auto exact = catalogue->second.find(key);
  return exact == catalogue->second.end() ? nullptr : &exact->second;
}

bool Messages::has(std::string_view locale, std::string_view key) const {
  return find(language_of(locale), key) != nullptr;
}

std::string Messages::text(std::string_view locale, std::string_view key, const Words& words) const {
  const std::string language = language_of(locale);
  const std::string general = "*." + std::string(key.substr(key.rfind('.') + 1));
  const std::string* found = nullptr;
  for (const std::string_view wanted : {key, std::string_view(general)}) {
    if (found == nullptr) found = find(language, wanted);
    if (found == nullptr) found = find("en", wanted);
  }
  if (found == nullptr) return std::string(key);
  std::string filled;
  for (std::size_t at = 0; at < found->size();) {
    const std::size_t end = (*found)[at] == '{' ? found->find('}', at) : std::string::npos;
    if (end == std::string::npos) {
      filled += (*found)[at++];
      continue;
    }
    const std::string_view name(found->data() + at + 1, end - at - 1);
    // A word "expected:sv" is for readers of Swedish alone; an "expected" that begins with @ is itself the key of a
    // text.
    for (const auto& [word, value] : words) {
      if (word == name ||
          (word.size() == name.size() + 3 && word.starts_with(name) && word.ends_with(":" + language))) {
        if (name == "expected" && value.starts_with('@')) {
          filled += text(locale, value.substr(1), words);
        } else if (const std::string named = "word." + word + "." + value; has("en", named)) {
          filled += text(locale, named);  // a status is said in the reader's words, not in the program's
        } else {
          filled += value;
        }
        break;
      }
    }
    at = end + 1;
  }
  return filled;
}

/// "lines[0].net" → "Net (lines[0].net)": a place inside a field is named as the caller wrote it, too.
std::string Messages::label(const std::string& language, std::string_view key, const std::string& path) const {
  if (!labels_ || path.empty() || key == "input.unknown") return path;
  const std::string entity(key.substr(0, key.find('.')));
  const std::string last = path.substr(path.find_last_of('.') + 1);
  const std::string top = path.substr(0, path.find_first_of(".["));
  for (const std::string& name : {path, last, top}) {
    if (const auto label = labels_(entity, name, language)) return name == path ? *label : *label + " (" + path + ")";
  }
  return path;
}

std::string Messages::of(std::string_view locale, const Failure& failure) const {
  if (const auto* refusal = dynamic_cast<const Refusal*>(&failure)) {
    Words words = refusal->words();
    const std::string language = language_of(locale);
    words.emplace_back("field", label(language, failure.key(), refusal->field()));
    for (auto& [word, value] : words) {
      if (word != "fields") continue;
      std::string labelled;
      std::istringstream names(value);
      for (std::string name; names >> name;) {
        labelled += (labelled.empty() ? "" : ", ") + label(language, failure.key(), name);
      }
      value = std::move(labelled);
    }
    words.emplace_back("value", refusal->value());
    return text(locale, failure.key(), words);
  }
  return has(locale, failure.key()) ? text(locale, failure.key()) : failure.what();
}

}  // namespace sales_leads::services
