// SPDX-License-Identifier: Apache-2.0
//
// The languages of the host's own pages, its texts in them, and amounts, dates and numbers as each writes them. What a
// module shows (menus, lists) brings its own texts. Immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp::host::web {

enum class Language { kEnglish, kSwedish, kNorwegian };

/// Of "sv", "sv-SE", "no", "nb" …; English for all others.
Language language_named(std::string_view tag);
/// The best of an Accept-Language header, by its weights; nothing when it names none of the three.
std::optional<Language> language_accepted(std::string_view header);
std::string_view language_tag(Language language);    // "sv"
std::string_view language_title(Language language);  // "Svenska", in itself

/// A text of the host by its key. A key without text shows as words: "planned_close" is "Planned close".
std::string text(Language language, std::string_view key);
bool has_text(std::string_view key);

/// "1 234,50 kr", "1,234.50 GBP". Blanks inside are no-break ones.
std::string amount_text(std::int64_t minor, std::string_view currency, Language language);
std::string number_text(std::int64_t number, Language language);
/// "2026-11-23" in Swedish, "23.11.2026" in Norwegian, "23 Nov 2026" in English; other texts stay as they are.
std::string day_text(std::string_view iso, Language language);

}  // namespace erp::host::web
