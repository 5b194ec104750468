// SPDX-License-Identifier: Apache-2.0
#include "services/documents.h"

namespace erp::host {

namespace {

json::array references_json(const Document& document) {
  json::array out;
  for (const Reference& reference : document.references) {
    out.push_back({{"line", reference.line},
                   {"reference", reference.kind},
                   {"id", reference.id},
                   {"set_by", optional_json(reference.set_by)},
                   {"set_at", time_text(reference.set_at)},
                   {"copied", reference.copied}});
  }
  return out;
}

json::array lines_json(const Document& document, bool with_sources) {
  json::array out;
  for (const DocumentLine& line : document.lines) {
    json::object one{{"id", line.id},
                     {"line_no", line.line_no},
                     {"version", line.version},
                     {"description", line.description},
                     {"quantity", decimal_text(line.quantity)},
                     {"net", line.net_minor},
                     {"company_net", optional_json(line.company_net_minor)},
                     {"counts_as_sale", line.counts_as_sale}};
    if (with_sources) {
      json::array sources;
      for (const LineSource& source : line.sources)
        sources.push_back({{source.kind, source.line}, {"net", source.net_minor}});
      one["sources"] = std::move(sources);
    }
    out.push_back(std::move(one));
  }
  return out;
}

json::object common_json(const Document& document) {
  return {{"id", document.id},
          {"version", document.version},
          {"number", document.number},
          {"state", document.state},
          {"customer", document.customer},
          {"project", optional_json(document.project)},
          {"salesperson", optional_json(document.salesperson)},
          {"currency", document.currency}};
}

}  // namespace

json::object document_answer(const Document& document) {
  json::array lines;
  for (const DocumentLine& line : document.lines) lines.push_back({{"id", line.id}, {"line_no", line.line_no}});
  return {{"id", document.id},
          {"version", document.version},
          {"number", document.number},
          {"state", document.state},
          {"lines", std::move(lines)}};
}

json::object order_json(const Order& order) {
  json::object out = common_json(order);
  out["offered_at"] = time_json(order.offered_at);
  out["confirmed_at"] = time_json(order.confirmed_at);
  out["lines"] = lines_json(order, false);
  out["references"] = references_json(order);
  return out;
}

json::object invoice_json(const Invoice& invoice) {
  json::object out = common_json(invoice);
  out["kind"] = invoice.kind;
  out["counts"] = invoice.counts;
  out["posted_at"] = time_json(invoice.posted_at);
  out["is_repeating"] = invoice.is_repeating;
  out["lines"] = lines_json(invoice, true);
  out["references"] = references_json(invoice);
  return out;
}

}  // namespace erp::host
