// SPDX-License-Identifier: Apache-2.0
//
// See leads_text.h. Every function lets nothing escape: a text that ICU or libphonenumber chokes on holds nothing.
#include "leads_text/leads_text.h"

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <unicode/normalizer2.h>
#include <unicode/timezone.h>
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// Forms of companies as they stand after folding: "A/S" and "a.s." are "as" by then. Sorted.
constexpr std::array<std::string_view, 52> kForms = {"ab",
                                                     "ag",
                                                     "aksjeselskap",
                                                     "aktiebolag",
                                                     "aktiebolaget",
                                                     "aktieselskab",
                                                     "ans",
                                                     "aps",
                                                     "as",
                                                     "asa",
                                                     "bv",
                                                     "co",
                                                     "corp",
                                                     "corporation",
                                                     "da",
                                                     "ef",
                                                     "ehf",
                                                     "enk",
                                                     "filial",
                                                     "gmbh",
                                                     "handelsbolag",
                                                     "handelsbolaget",
                                                     "hb",
                                                     "hf",
                                                     "inc",
                                                     "is",
                                                     "kb",
                                                     "kg",
                                                     "kommanditbolag",
                                                     "ks",
                                                     "limited",
                                                     "llc",
                                                     "llp",
                                                     "lp",
                                                     "ltd",
                                                     "nuf",
                                                     "nv",
                                                     "ohg",
                                                     "ou",
                                                     "oy",
                                                     "oyj",
                                                     "plc",
                                                     "pty",
                                                     "publ",
                                                     "sa",
                                                     "sarl",
                                                     "sia",
                                                     "sl",
                                                     "spa",
                                                     "srl",
                                                     "uab",
                                                     "ug"};
static_assert(std::is_sorted(kForms.begin(), kForms.end()));
/// Between the words of a name, said in one language or another, or by a sign.
constexpr std::array<std::string_view, 4> kAnds = {"and", "och", "og", "und"};

std::size_t give(std::string_view text, char* out, std::size_t capacity) {
  if (text.empty() || text.size() > capacity || out == nullptr) return 0;
  std::memcpy(out, text.data(), text.size());
  return text.size();
}

/// ICU's rules from any script to ASCII; made once, used under a lock since a Transliterator is not shareable.
void to_ascii(icu::UnicodeString& text) {
  static std::mutex mutex;
  static const std::unique_ptr<icu::Transliterator> rules = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
    if (U_FAILURE(status) != 0) made.reset();
    return made;
  }();
  if (!rules) return;
  const std::lock_guard lock(mutex);
  rules->transliterate(text);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

std::string folded(std::string_view text) {
  std::string out;
  if (is_ascii(text)) {
    for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  if (U_SUCCESS(status) != 0) wide = fold->normalize(wide, status);
  if (U_FAILURE(status) != 0) return "";
  to_ascii(wide);
  wide.foldCase();  // some letters become capitals on their way to ASCII
  wide.toUTF8String(out);
  return out;
}

/// Words of letters and digits. Points and apostrophes vanish ("A.B." is one word), a stroke between single letters
/// too.
std::vector<std::string> words_of(std::string_view text) {
  const std::string plain = folded(text);
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
    if (letter) {
      word += c;
    } else if (c == '.' || c == '\'' || c == '`' || (c == '/' && word.size() == 1)) {
      continue;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool is_form(const std::string& word) { return std::binary_search(kForms.begin(), kForms.end(), word); }

/// Takes the forms of company off both ends, and "and" from everywhere; never the whole name.
std::string without_form(std::vector<std::string> words) {
  while (words.size() > 1 && is_form(words.back())) words.pop_back();
  while (words.size() > 1 && is_form(words.front())) words.erase(words.begin());
  if (words.size() > 2) {
    std::erase_if(words, [](const auto& word) { return std::find(kAnds.begin(), kAnds.end(), word) != kAnds.end(); });
  }
  return joined(words);
}

std::size_t phone(const char* text, std::size_t length, const char* region, char* out, std::size_t capacity) noexcept {
  try {
    const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
    const std::string home = region == nullptr || *region == '\0' ? "ZZ" : region;
    const std::string written(text, length);
    PhoneNumber number;
    const auto understood = [&](const std::string& wanted) {
      return util.Parse(wanted, home, &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
             util.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
    };
    // 00 opens foreign numbers in most countries, not in all.
    if (!understood(written) && !(written.starts_with("00") && understood("+" + written.substr(2)))) return 0;
    number.clear_extension();
    std::string e164;
    util.Format(number, PhoneNumberUtil::E164, &e164);
    return give(e164, out, capacity);
  } catch (...) {
    return 0;
  }
}

std::size_t name(const char* text, std::size_t length, char* out, std::size_t capacity) noexcept {
  try {
    return give(without_form(words_of({text, length})), out, capacity);
  } catch (...) {
    return 0;
  }
}

std::size_t fold(const char* text, std::size_t length, char* out, std::size_t capacity) noexcept {
  try {
    return give(joined(words_of({text, length})), out, capacity);
  } catch (...) {
    return 0;
  }
}

std::size_t region(const char* zone, std::size_t length, char* out, std::size_t capacity) noexcept {
  try {
    std::array<char, 8> code{};
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString id =
        icu::UnicodeString::fromUTF8(icu::StringPiece(zone, static_cast<std::int32_t>(length)));
    const std::int32_t size = icu::TimeZone::getRegion(id, code.data(), static_cast<std::int32_t>(code.size()), status);
    return U_SUCCESS(status) != 0 && size == 2 ? give({code.data(), 2}, out, capacity) : 0;  // "001" is the world
  } catch (...) {
    return 0;
  }
}

constexpr sales_leads_text_table kTable = {sizeof(sales_leads_text_table), &phone, &name, &fold, &region};

}  // namespace

extern "C" __attribute__((visibility("default"))) const sales_leads_text_table* sales_leads_text(void);

const sales_leads_text_table* sales_leads_text(void) { return &kTable; }
