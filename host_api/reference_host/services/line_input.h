// SPDX-License-Identifier: Apache-2.0
//
// The lines of a document's input as values.
//
// Threads: the unit's. Errors: HostError naming line, field and value.
#pragma once

#include "services/documents.h"

namespace erp::host {

/// net, description, quantity, counts_as_sale, id; references of a line carry its position (1, 2 …) until
/// give_line_ids.
void read_lines(Unit& unit, const json::array& input, std::vector<DocumentLine>& lines,
                std::vector<Reference>& references);
/// Draws ids for all lines and puts them into the references of lines.
void give_line_ids(Unit& unit, std::string_view kind, Document& document);
/// The given code, checked, or the company's currency.
std::string document_currency(Unit& unit, const std::optional<std::string>& given);

}  // namespace erp::host
