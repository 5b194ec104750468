// SPDX-License-Identifier: Apache-2.0
//
// Text that says nothing: spaces of every kind count as no text where text is required.
//
//   is_blank(" \t\u00a0") == true;  is_blank("") == true;  is_blank(" a") == false
//
// Threads: pure. Errors: none.
#pragma once

#include <array>
#include <string_view>

namespace sales_leads::domain {

[[nodiscard]] inline bool is_blank(std::string_view text) {
  // In UTF-8: no-break space, en quad … zero-width space, narrow and mathematical space, ideographic space, BOM.
  constexpr std::array<std::string_view, 17> kWide = {
      "\xC2\xA0",     "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
      "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
      "\xE2\x80\x8B", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF"};
  while (!text.empty()) {
    const char c = text.front();
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      text.remove_prefix(1);
      continue;
    }
    if (static_cast<unsigned char>(c) < 0x80) return false;
    bool wide = false;
    for (const std::string_view space : kWide) {
      if (!text.starts_with(space)) continue;
      text.remove_prefix(space.size());
      wide = true;
      break;
    }
    if (!wide) return false;
  }
  return true;
}

}  // namespace sales_leads::domain
