// SPDX-License-Identifier: Apache-2.0
#include "domain/masking.h"

#include <algorithm>

namespace sales_leads::domain {
namespace {

constexpr unsigned char kLatin1 = 0xC3;  // lead byte of À..ÿ; small letters stand 0x20 above the capital ones

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// A byte of a word: a letter or digit, or part of any character outside ASCII.
bool is_word(std::string_view text, std::size_t at) {
  const unsigned char c = byte_at(text, at);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80U;
}

template <class Ascii>
std::string turned(std::string_view text, unsigned char from, unsigned char to, int step, Ascii ascii) {
  std::string result(text);
  for (std::size_t at = 0; at < result.size(); ++at) {
    const unsigned char c = byte_at(result, at);
    if (c < 0x80U) {
      result[at] = ascii(result[at]);
    } else if (at > 0 && byte_at(result, at - 1) == kLatin1 && c >= from && c <= to && (c & 0x1FU) != 0x17U) {
      result[at] = static_cast<char>(c + step);
    }
  }
  return result;
}

/// Bytes to take out where the term begins at `at` as a whole word, a genitive s included ("Åsa Östs dörr"); 0 = it is
/// part of another word.
std::size_t whole_word(std::string_view text, std::size_t at, std::size_t length) {
  if (at > 0 && is_word(text, at - 1) && is_word(text, at)) return 0;
  std::size_t end = at + length;
  const auto ends = [&] { return end == text.size() || !is_word(text, end) || !is_word(text, end - 1); };
  if (!ends() && text[end] == 's') ++end;
  return ends() ? end - at : 0;
}

}  // namespace

std::string small_letters(std::string_view text) {
  return turned(text, 0x80, 0x9E, 0x20,
                [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
}

std::string capital_letters(std::string_view text) {
  return turned(text, 0xA0, 0xBE, -0x20,
                [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
}

std::string mask(std::string_view text, const std::vector<std::string>& terms) {
  std::vector<std::string> longest_first;
  for (const std::string& term : terms) {
    if (!term.empty()) longest_first.push_back(small_letters(term));
  }
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  std::string masked(text);
  for (const std::string& term : longest_first) {
    std::string folded = small_letters(masked);
    for (std::size_t at = folded.find(term); at != std::string::npos; at = folded.find(term, at)) {
      const std::size_t length = whole_word(folded, at, term.size());
      if (length == 0) {
        ++at;
        continue;
      }
      masked.replace(at, length, kErased);
      folded.replace(at, length, kErased);
      at += kErased.size();
    }
  }
  return masked;
}

}  // namespace sales_leads::domain
