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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c)) digits += c;
  }
  return digits;
}

/// Countries whose code has one or two digits; all others have three.
std::size_t country_code_length(std::string_view e164) {
  constexpr std::string_view kTwo =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 "
      "90 "
      "91 92 93 94 95 98";
  if (e164.starts_with('1') || e164.starts_with('7')) return 1;
  return kTwo.find(e164.substr(0, 2)) != std::string_view::npos ? 2 : 3;
}

/// The end of the longest of the numbers that is written from `at` on, or 0. Between two digits there is little.
std::size_t end_of_number(std::string_view text, std::size_t at, const std::vector<std::string>& numbers) {
  constexpr std::string_view kBetween = " -()/.";
  constexpr std::size_t kMostBetween = 2;
  std::size_t best = 0, between = 0;
  std::string digits;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits += text[i];
      between = 0;
      const bool ends = i + 1 == text.size() || !is_word(text, i + 1);
      if (ends && std::find(numbers.begin(), numbers.end(), digits) != numbers.end()) best = i + 1;
    } else if (text.substr(i, 2) == "\xC2\xA0") {  // a space that does not break
      ++i;
    } else if (kBetween.find(text[i]) == std::string_view::npos || ++between > kMostBetween) {
      break;
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> phone_forms(std::string_view typed, std::string_view e164) {
  std::vector<std::string> forms;
  const auto add = [&](const std::string& digits) {
    constexpr std::size_t kShortest = 6;  // shorter ones are amounts and years
    if (digits.size() >= kShortest && std::find(forms.begin(), forms.end(), digits) == forms.end())
      forms.push_back(digits);
  };
  const std::string whole = digits_of(e164);
  add(digits_of(typed));
  if (whole.empty()) return forms;
  const std::size_t code = country_code_length(whole);
  const std::string own = whole.substr(std::min(code, whole.size()));
  for (const std::string& form : {"0" + own, whole, "00" + whole, whole.substr(0, code) + "0" + own}) add(form);
  if (own.size() >= 8) add(own);
  return forms;
}

std::string mask_numbers(std::string_view text, const std::vector<std::string>& numbers) {
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = is_digit(text[at]) && (at == 0 || !is_word(text, at - 1));
    const std::size_t end = begins ? end_of_number(text, at, numbers) : 0;
    if (end == 0) {
      masked += text[at++];
      continue;
    }
    if (masked.ends_with('+')) masked.pop_back();
    // "(+46) 70 …", opened before its first digit and closed within.
    const bool closed = text.substr(at, end - at).find(')') != std::string_view::npos;
    if (closed && masked.ends_with('(')) masked.pop_back();
    masked += kErased;
    at = end;
  }
  return masked;
}

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
