// SPDX-License-Identifier: Apache-2.0
//
// The module's words in Swedish, Norwegian and English, from schemas/i18n/<language>.json: one flat object, key to text
// with {names} to fill. A key without a text of its own takes that of its last part: "campaign.code.taken" → "*.taken".
//
// Threads: immutable after load, any thread. Errors: load() throws Failure(data_loss) naming the file.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/host.h"

namespace sales_leads::services {

/// "sv-SE" → "sv", "no" and "nn" → "nb", anything else → "en".
[[nodiscard]] std::string language_of(std::string_view locale);

class Messages {
 public:
  using Words = std::vector<std::pair<std::string, std::string>>;

  static Messages load(const std::filesystem::path& folder);

  /// What people call a field of an entity, in a language: "opportunity", "planned_close" → "Planerat avslut".
  using Labels = std::function<std::optional<std::string>(const std::string& entity, const std::string& field,
                                                          const std::string&)>;
  void set_labels(Labels labels) { labels_ = std::move(labels); }

  [[nodiscard]] bool has(std::string_view locale, std::string_view key) const;
  /// The key itself where no language knows it.
  [[nodiscard]] std::string text(std::string_view locale, std::string_view key, const Words& words = {}) const;
  /// What a failure says to the user of this locale.
  [[nodiscard]] std::string of(std::string_view locale, const Failure& failure) const;

 private:
  [[nodiscard]] const std::string* find(const std::string& language, std::string_view key) const;
  [[nodiscard]] std::string label(const std::string& language, std::string_view key, const std::string& path) const;
  Labels labels_;
  std::map<std::string, std::map<std::string, std::string, std::less<>>> texts_;
};

}  // namespace sales_leads::services
