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

/// Longer terms go first, so that a name inside an address does not break the address up.
[[nodiscard]] std::string mask(std::string_view text, const std::vector<std::string>& terms);

}  // namespace sales_leads::domain
