// SPDX-License-Identifier: Apache-2.0
//
// Texts over the border: erp_str to std::string_view and back, and fixed char arrays.
// Threads: any; pure. Errors: none. Ownership: everything borrowed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "erp/base.h"

namespace erp::sdk {

[[nodiscard]] inline erp_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

/// A null pointer with a length is the other side's fault; it reads as the empty text.
[[nodiscard]] inline std::string_view view(erp_str text) noexcept {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, static_cast<std::size_t>(text.len));
}

/// The longest beginning of at most `limit` bytes that does not end inside a UTF-8 sequence.
[[nodiscard]] inline std::string_view cut(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// Fills a fixed array, always with a NUL at its end; a text that does not fit is cut between characters.
template <std::size_t kSize>
void copy_text(char (&out)[kSize], std::string_view text) noexcept {
  const std::string_view part = cut(text, kSize - 1);
  std::copy(part.begin(), part.end(), out);
  std::fill(out + part.size(), out + kSize, '\0');
}

/// Reads a fixed array from the other side, which may have forgotten the NUL.
template <std::size_t kSize>
[[nodiscard]] std::string_view array_text(const char (&text)[kSize]) noexcept {
  return {text, static_cast<std::size_t>(std::find(text, text + kSize, '\0') - text)};
}

}  // namespace erp::sdk
