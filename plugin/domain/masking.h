// SPDX-License-Identifier: Apache-2.0
//
// Takes a person's name, addresses and numbers out of texts. Pure.
//
//   mask("Rang Åsa Öst, ÅSA ÖST svarade", {"Åsa Öst"}) == "Rang [erased], [erased] svarade"
//
// Letters match whatever their case (Latin letters of the Nordic languages included), whole words only: "Öst" is not in
// "Östberg", but its genitive "Östs" goes too. Threads: any. Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sales_leads::domain {

inline constexpr std::string_view kErased = "[erased]";

/// Small letters; every character keeps its length in bytes.
[[nodiscard]] std::string small_letters(std::string_view text);
[[nodiscard]] std::string capital_letters(std::string_view text);

/// A telephone number in the forms in which people write it, digits alone: "070-123 45 67" and "+46701234567" are
/// {"0701234567", "46701234567", "0046701234567", "460701234567"}. `e164` may be empty.
[[nodiscard]] std::vector<std::string> phone_forms(std::string_view typed, std::string_view e164);
/// Takes numbers out, whatever stands between their digits: "(070) 123 45-67" where "0701234567" is one of them.
[[nodiscard]] std::string mask_numbers(std::string_view text, const std::vector<std::string>& numbers);

/// Longer terms go first, so that a name inside an address does not break the address up.
[[nodiscard]] std::string mask(std::string_view text, const std::vector<std::string>& terms);

}  // namespace sales_leads::domain
