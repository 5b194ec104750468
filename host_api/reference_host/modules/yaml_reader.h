// SPDX-License-Identifier: Apache-2.0
//
// Strict reading of one small YAML file that somebody else wrote. yaml-cpp by itself accepts repeated keys (the first
// wins), unknown keys, octal numbers and alias bombs, and names no key when a value is missing; this reader refuses
// them, each with file:line.
//
//   YamlDocument document = YamlDocument::load(path, 64 * 1024, "manifest");
//   YamlReader root = document.root();
//   root.only({"id", "version"});
//   std::string id = root.text("id");
//
// Threads: one. Errors: HostError(ERP_INVALID_ARGUMENT, "<topic>.…").
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace erp::host {

struct YamlSource {
  std::string file;   // as messages name it
  std::string topic;  // first part of the error keys
};

/// One node with its way from the root ("menus[2].titles"), so that every message can say where.
class YamlReader {
 public:
  YamlReader(const YamlSource& source, YAML::Node node, std::string way)
      : source_(&source), node_(std::move(node)), way_(std::move(way)) {}

  /// Refuses whatever is not a map or holds another key.
  void only(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] bool has(std::string_view key) const;

  [[nodiscard]] bool is_text() const { return node_.IsScalar(); }
  [[nodiscard]] bool is_list() const { return node_.IsSequence(); }

  [[nodiscard]] YamlReader child(std::string_view key) const;                     // refuses when missing
  [[nodiscard]] std::vector<YamlReader> items() const;                            // elements of a sequence
  [[nodiscard]] std::vector<std::pair<std::string, YamlReader>> entries() const;  // of a map, in the file's order

  [[nodiscard]] std::string text() const;      // not empty, no control characters, at most 1000 bytes
  [[nodiscard]] std::int64_t integer() const;  // decimal digits with an optional minus: 010 is refused, not 8
  [[nodiscard]] std::string text(std::string_view key) const { return child(key).text(); }
  [[nodiscard]] std::string text_or(std::string_view key, std::string fallback) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high) const;

  [[noreturn]] void refuse(std::string_view reason, const std::string& message) const;
  [[nodiscard]] const std::string& way() const { return way_; }

 private:
  [[nodiscard]] std::string name() const { return way_.empty() ? "the file" : way_; }

  const YamlSource* source_;
  YAML::Node node_;
  std::string way_;
};

class YamlDocument {
 public:
  static YamlDocument load(const std::filesystem::path& file, std::size_t limit_bytes, const std::string& topic);
  [[nodiscard]] YamlReader root() const { return {*source_, node_, ""}; }

 private:
  std::unique_ptr<YamlSource> source_;
  YAML::Node node_;
};

}  // namespace erp::host
