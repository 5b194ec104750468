// SPDX-License-Identifier: Apache-2.0
//
// Phones, names and addresses in one form, by the module's second library (plugin/leads_text), which is opened at the
// first call and stays mapped.
//
//   text.phone("070-123 45 67", "SE") == "+46701234567";  text.name("Göta Bygg AB") == "gota bygg"
//
// Threads: any. Errors: Refusal(unavailable, "lead.library.absent") naming file and reason when the library is not
// there.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

struct sales_leads_text_table;

namespace sales_leads::services {

class LeadText {
 public:
  explicit LeadText(const std::filesystem::path& folder);

  /// E.164; empty where the text is no number that can be dialled. `region`: home of numbers without a country code.
  [[nodiscard]] std::string phone(std::string_view text, const std::string& region) const;
  /// Of a company, without its form.
  [[nodiscard]] std::string name(std::string_view text) const;
  [[nodiscard]] std::string fold(std::string_view text) const;
  /// "SE" of "Europe/Stockholm"; empty for zones of no country.
  [[nodiscard]] std::string region(std::string_view zone) const;

 private:
  [[nodiscard]] const sales_leads_text_table& table() const;

  std::filesystem::path file_;
  mutable std::mutex mutex_;  // guards table_ until it is set
  mutable const sales_leads_text_table* table_ = nullptr;
};

}  // namespace sales_leads::services
