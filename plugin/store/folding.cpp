// SPDX-License-Identifier: Apache-2.0
#include "store/folding.h"

#include <utility>

namespace sales_leads::store {
namespace {

constexpr std::pair<const char*, const char*> kLetters[] = {{"Å", "å"}, {"Ä", "ä"}, {"Ö", "ö"},
                                                            {"Æ", "æ"}, {"Ø", "ø"}, {"É", "é"}};

}  // namespace

std::string folded_column(const std::string& column) {
  std::string sql = "lower(" + column + ")";
  for (const auto& [large, small] : kLetters) sql = "replace(" + sql + ", '" + large + "', '" + small + "')";
  return sql;
}

std::string pattern_of(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const auto& [large, small] : kLetters) {
    for (auto at = pattern.find(large); at != std::string::npos; at = pattern.find(large))
      pattern.replace(at, 2, small);
  }
  return pattern + "%";
}

}  // namespace sales_leads::store
