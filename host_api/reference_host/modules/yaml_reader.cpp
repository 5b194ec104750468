// SPDX-License-Identifier: Apache-2.0
#include "modules/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

#include "app.h"

namespace erp::host {
namespace {

[[noreturn]] void refuse_at(const YamlSource& source, const YAML::Mark& mark, std::string_view reason,
                            const std::string& message) {
  const int line = mark.is_null() ? 1 : mark.line + 1;
  throw HostError(ERP_INVALID_ARGUMENT, source.topic + "." + std::string(reason),
                  source.file + ":" + std::to_string(line) + ": " + message);
}

/// Walks the events of the parser before any node is made: anchors, aliases, tags and second documents stop here, while
/// they are still cheap (an alias bomb is small until somebody walks the nodes).
class Gate : public YAML::EventHandler {
 public:
  explicit Gate(const YamlSource& source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      refuse_at(source_, mark, "yaml.documents", "a second document begins here; keep one in the file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { plain(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { alias(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string&) override {
    plain(mark, anchor);
    tagged(mark, tag);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    plain(mark, anchor);
    tagged(mark, tag);
    deeper(mark);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    plain(mark, anchor);
    tagged(mark, tag);
    deeper(mark);
  }
  void OnMapEnd() override { --depth_; }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { alias(mark); }

 private:
  void plain(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor) alias(mark);
  }
  [[noreturn]] void alias(const YAML::Mark& mark) const {
    refuse_at(source_, mark, "yaml.alias",
              "anchors (&) and aliases (*) are not allowed; write the value out, or quote it");
  }
  void tagged(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") {
      refuse_at(source_, mark, "yaml.tag", "the tag " + tag + " is not allowed; remove it");
    }
  }
  void deeper(const YAML::Mark& mark) {
    if (++depth_ > 16) refuse_at(source_, mark, "yaml.depth", "nested deeper than 16 levels; flatten it");
  }

  const YamlSource& source_;
  int documents_ = 0;
  int depth_ = 0;
};

std::string read_limited(const YamlSource& source, const std::filesystem::path& file, std::size_t limit) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) {
    throw HostError(ERP_NOT_FOUND, source.topic + ".missing", source.file + ": there is no such file; check the path");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(limit + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (stream.fail() && !stream.eof())) {
    throw HostError(ERP_UNAVAILABLE, source.topic + ".unreadable",
                    source.file + ": cannot be read; check that the host's user may read it");
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > limit) {
    throw HostError(ERP_LIMIT, source.topic + ".too_large",
                    source.file + ":1: larger than " + std::to_string(limit) + " bytes; shorten it");
  }
  if (text.find('\0') != std::string::npos) {
    throw HostError(ERP_INVALID_ARGUMENT, source.topic + ".yaml.syntax",
                    source.file + ":1: holds a NUL byte; save it as UTF-8 text");
  }
  return text;
}

}  // namespace

YamlDocument YamlDocument::load(const std::filesystem::path& file, std::size_t limit_bytes, const std::string& topic) {
  YamlDocument document;
  document.source_ = std::make_unique<YamlSource>(YamlSource{file.string(), topic});
  const YamlSource& source = *document.source_;
  const std::string text = read_limited(source, file, limit_bytes);
  try {
    Gate gate(source);
    std::istringstream events(text);
    YAML::Parser parser(events);
    while (parser.HandleNextDocument(gate)) {
    }
    document.node_ = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    refuse_at(source, error.mark, "yaml.syntax",
              "not valid YAML (" + error.msg + "); mend the line or the one above it");
  }
  if (!document.node_.IsMap()) {
    refuse_at(source, document.node_.Mark(), "yaml.syntax", "must be a map of key: value lines");
  }
  return document;
}

void YamlReader::refuse(std::string_view reason, const std::string& message) const {
  refuse_at(*source_, node_.Mark(), reason, message);
}

void YamlReader::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : entries()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string known;
    for (const auto& k : keys) known += (known.empty() ? "" : ", ") + std::string(k);
    value.refuse("key.unknown", "unknown key \"" + key + "\" in " + name() + "; known are: " + known);
  }
}

bool YamlReader::has(std::string_view key) const {
  const auto all = entries();
  return std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.first == key; });
}

YamlReader YamlReader::child(std::string_view key) const {
  for (auto& [name, value] : entries()) {
    if (name == key) return value;
  }
  refuse("key.missing", "the key \"" + std::string(key) + "\" is missing in " + name() + "; add it");
}

std::vector<YamlReader> YamlReader::items() const {
  if (!node_.IsSequence()) refuse("value.kind", name() + " must be a list: [a, b] or lines that begin with \"- \"");
  std::vector<YamlReader> out;
  for (std::size_t i = 0; i < node_.size(); ++i) {
    out.emplace_back(*source_, node_[i], way_ + "[" + std::to_string(i) + "]");
  }
  return out;
}

std::vector<std::pair<std::string, YamlReader>> YamlReader::entries() const {
  if (!node_.IsMap()) refuse("value.kind", name() + " must be a map of key: value entries");
  std::vector<std::pair<std::string, YamlReader>> out;
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const YamlReader key(*source_, entry.first, name());
    if (!entry.first.IsScalar()) key.refuse("value.kind", "a key of " + name() + " is not a plain word");
    std::string word = entry.first.Scalar();
    if (!seen.insert(word).second) {
      key.refuse("key.repeated", "the key \"" + word + "\" stands twice in " + name() + "; remove one");
    }
    std::string way = way_.empty() ? word : way_ + "." + word;
    // A value may stand on a later line than its key: the key's line is the one that helps.
    out.emplace_back(word, YamlReader(*source_, entry.second, std::move(way)));
  }
  return out;
}

std::string YamlReader::text() const {
  if (!node_.IsScalar()) refuse("value.kind", name() + " must be a text");
  const std::string& value = node_.Scalar();
  if (value.empty()) refuse("value.empty", name() + " is empty; give it a value or remove the key");
  if (value.size() > 1000) refuse("value.long", name() + " is longer than 1000 bytes; shorten it");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(value.begin(), value.end(), is_control)) {
    refuse("value.control", name() + " holds a line break or another control character; remove it");
  }
  return value;
}

std::int64_t YamlReader::integer() const {
  const std::string value = text();
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  const std::size_t first_digit = value[0] == '-' ? 1 : 0;
  const bool leading_zero = value.size() > first_digit + 1 && value[first_digit] == '0';
  if (failed != std::errc{} || end != value.data() + value.size() || leading_zero) {
    refuse("value.number", name() + " is \"" + value + "\"; it must be a whole number such as 10");
  }
  return number;
}

std::string YamlReader::text_or(std::string_view key, std::string fallback) const {
  return has(key) ? text(key) : std::move(fallback);
}

std::int64_t YamlReader::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  const YamlReader value = child(key);
  const std::int64_t number = value.integer();
  if (number < low || number > high) {
    value.refuse("value.range", value.name() + " is " + std::to_string(number) + "; it must lie between " +
                                    std::to_string(low) + " and " + std::to_string(high));
  }
  return number;
}

}  // namespace erp::host
