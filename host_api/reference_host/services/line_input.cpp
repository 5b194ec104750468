// SPDX-License-Identifier: Apache-2.0
#include "services/line_input.h"

namespace erp::host {

void read_lines(Unit& unit, const json::array& input, std::vector<DocumentLine>& lines,
                std::vector<Reference>& references) {
  std::int64_t position = 0;
  for (const json::value& value : input) {
    const json::object& one = value.as_object();
    DocumentLine line;
    line.line_no = ++position;
    line.id = integer_of(one, "id").value_or(0);
    line.net_minor = integer_of(one, "net").value_or(0);
    line.description = text_of(one, "description").value_or("");
    if (const json::value* quantity = field(one, "quantity")) line.quantity = decimal_of(*quantity, "quantity");
    line.counts_as_sale = flag_of(one, "counts_as_sale").value_or(true);
    read_references(one, position, unit, references);
    lines.push_back(std::move(line));
  }
}

void give_line_ids(Unit& unit, std::string_view kind, Document& document) {
  const auto ids = unit.new_ids(kind, document.lines.size());
  for (std::size_t i = 0; i < ids.size(); ++i) document.lines[i].id = ids[i];
  for (Reference& reference : document.references) {
    if (reference.line != 0) reference.line = ids.at(static_cast<std::size_t>(reference.line - 1));
  }
}

std::string document_currency(Unit& unit, const std::optional<std::string>& given) {
  if (given && !given->empty()) return check_currency(*given, "currency");
  if (unit.company().currency.empty()) {
    refuse(ERP_INVALID_ARGUMENT, "company.currency.missing",
           "The company has no currency yet. Give currency here, or set the company's with company.update.");
  }
  return unit.company().currency;
}

}  // namespace erp::host
