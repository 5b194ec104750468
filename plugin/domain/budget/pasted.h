// SPDX-License-Identifier: Apache-2.0
//
// A block of cells as a spreadsheet puts it on the clipboard (tabs, line ends, quoted cells), and the amounts in it as
// people write them: 1 234,50 · 1,234.50 · 1.234,50 · 1'234.50 · 1234,5.
//
// The decimal sign is one for the whole block and is told by how it stands there; it is never guessed: 1,234 alone
// could be both and says nothing.
//
// Pure; any thread; never throws. Texts are UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sales_leads::domain {

/// Lines of cells; a quoted cell may hold tabs, line ends and doubled quotes. Lines without any text are left out at
/// the end only, so that line numbers stay those of the block.
[[nodiscard]] std::vector<std::vector<std::string>> pasted_cells(std::string_view block);

enum class DecimalSign { unknown, comma, point };

/// What the first amount that shows its decimal sign says; unknown where none does.
[[nodiscard]] DecimalSign decimal_sign_of(const std::vector<std::string>& texts);

struct PastedAmount {
  enum class Is {
    amount,
    empty,
    not_a_number,
    ambiguous,  // 1,234 while nothing in the block shows the decimal sign
    negative,
    too_fine,  // more decimals than the currency has
    too_large
  };
  Is is = Is::empty;
  std::int64_t minor = 0;
};

/// `exponent`: decimals of the currency. `currency`: its code, which may stand beside the number. A dash alone is zero.
[[nodiscard]] PastedAmount pasted_amount(std::string_view text, DecimalSign sign, std::int32_t exponent,
                                         std::string_view currency);

/// 1..12 of a heading such as "2026-03", "mars 2026", "Mar-26", "desember"; in English, Swedish and Norwegian.
[[nodiscard]] std::optional<std::int32_t> month_of_heading(std::string_view text);

}  // namespace sales_leads::domain
