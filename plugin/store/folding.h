// SPDX-License-Identifier: Apache-2.0
//
// Letters without their case, the same on both databases: SQLite folds ASCII alone, and PostgreSQL what its locale
// knows.
//
// Threads: pure. Errors: none.
#pragma once

#include <string>

namespace sales_leads::store {

/// SQL of a text in small letters, those of the North included.
[[nodiscard]] std::string folded_column(const std::string& column);
/// For `like … escape '!'`: anywhere in the text, signs of the pattern language taken as they are.
[[nodiscard]] std::string pattern_of(const std::string& text);

}  // namespace sales_leads::store
