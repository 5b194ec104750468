// SPDX-License-Identifier: Apache-2.0
//
// What the reader of files says of them, in the caller's language: faults of cells and rows, and why a file as a whole
// is refused. The sentence in English is the key, as where it is thrown; its parts that differ are {1}, {2} …
//
//   said("the row has 3 cells, the header has 4", "sv") == "raden har 3 celler, rubrikraden har 4"
//
// Threads: any; the table is immutable. A text that the table does not know (a module's, already said) stays as it is.
#pragma once

#include <string>
#include <string_view>

#include "app.h"

namespace erp::host::import {

[[nodiscard]] std::string said(const std::string& text, std::string_view locale);

/// Runs it; what it refuses is said in the locale.
template <class Run>
auto said_in(std::string_view locale, const Run& run) {
  try {
    return run();
  } catch (const HostError& refusal) {
    const std::string text = said(refusal.what(), locale);
    if (text == refusal.what()) throw;
    throw HostError(refusal.status(), refusal.key(), text);
  }
}

}  // namespace erp::host::import
