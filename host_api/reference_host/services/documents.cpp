// SPDX-License-Identifier: Apache-2.0
#include "services/documents.h"

#include <algorithm>

namespace erp::host {

namespace {

using OptionalAmount = std::optional<std::int64_t>;

void load_lines(Unit& unit, Document& document, const std::string& kind) {
  for (auto& [id, line_no, description, units, exponent, net, company, counts, version] :
       unit.db()
           .rows<std::int64_t, std::int64_t, std::string, std::int64_t, std::int64_t, std::int64_t, OptionalAmount,
                 std::int64_t, std::int64_t>(
               "select id, line_no, description, quantity_units, quantity_exponent, net_minor, company_net_minor, "
               "counts_as_sale, row_version from host_" +
                   kind + "_line where " + kind + "_id = ? order by line_no, id",
               {document.id})) {
    DocumentLine line;
    line.id = id;
    line.line_no = line_no;
    line.description = std::move(description);
    line.quantity = {units, static_cast<std::int32_t>(exponent)};
    line.net_minor = net;
    line.company_net_minor = company;
    line.counts_as_sale = counts != 0;
    line.version = version;
    document.lines.push_back(std::move(line));
  }
  for (auto& [line, ref_kind, id, set_by, set_at, copied, version] :
       unit.db().rows<std::int64_t, std::string, std::int64_t, OptionalId, std::int64_t, std::int64_t, std::int64_t>(
           "select line_id, ref_kind, ref_id, set_by, set_at, copied, row_version from host_document_ref where "
           "document_kind "
           "= ? and document_id = ? order by line_id, ref_kind",
           {kind, document.id})) {
    document.references.push_back({line, std::move(ref_kind), id, set_by, set_at, copied != 0, version});
  }
}

[[noreturn]] void not_found(std::string_view kind, std::int64_t id) {
  refuse(ERP_NOT_FOUND, std::string(kind) + ".not_found",
         "There is no " + naming(kind, id) + " in this company. See " + std::string(kind) + ".list.");
}

}  // namespace

Order load_order(Unit& unit, std::int64_t id, bool lock) {
  auto found =
      unit.db()
          .row<std::string, std::int64_t, OptionalId, std::string, OptionalId, std::string, OptionalAmount,
               OptionalAmount, std::int64_t>(
              std::string("select number, customer_id, project_id, state, salesperson_id, currency, offered_at, "
                          "confirmed_at, row_version from host_order where id = ? and company_id = ?") +
                  (lock ? unit.db().for_update() : ""),
              {id, unit.company_id()});
  if (!found) not_found("order", id);
  Order order;
  order.id = id;
  std::tie(order.number, order.customer, order.project, order.state, order.salesperson, order.currency,
           order.offered_at, order.confirmed_at, order.version) = std::move(*found);
  load_lines(unit, order, "order");
  return order;
}

Invoice load_invoice(Unit& unit, std::int64_t id, bool lock) {
  std::int64_t counts = 0;
  std::int64_t repeating = 0;
  auto found =
      unit.db()
          .row<std::string, std::string, std::string, std::int64_t, std::int64_t, OptionalId, OptionalId, std::string,
               OptionalAmount, std::int64_t, std::int64_t>(
              std::string("select number, kind, state, counts, customer_id, project_id, salesperson_id, currency, "
                          "posted_at, is_repeating, row_version from host_invoice where id = ? and company_id = ?") +
                  (lock ? unit.db().for_update() : ""),
              {id, unit.company_id()});
  if (!found) not_found("invoice", id);
  Invoice invoice;
  invoice.id = id;
  std::tie(invoice.number, invoice.kind, invoice.state, counts, invoice.customer, invoice.project, invoice.salesperson,
           invoice.currency, invoice.posted_at, repeating, invoice.version) = std::move(*found);
  invoice.counts = counts != 0;
  invoice.is_repeating = repeating != 0;
  load_lines(unit, invoice, "invoice");
  for (auto& [line_id, kind, source, net, company] :
       unit.db().rows<std::int64_t, std::string, std::int64_t, std::int64_t, OptionalAmount>(
           "select s.invoice_line_id, s.source_kind, s.source_line_id, s.net_minor, s.company_net_minor from "
           "host_invoice_line_source s join host_invoice_line l on l.id = s.invoice_line_id where l.invoice_id = ? "
           "order by "
           "s.invoice_line_id, s.source_kind, s.source_line_id",
           {id})) {
    for (DocumentLine& line : invoice.lines) {
      if (line.id == line_id) line.sources.push_back({std::move(kind), source, net, company});
    }
  }
  return invoice;
}

DocumentWriter::DocumentWriter(Unit& unit)
    : unit_(unit),
      orders_(unit.db(), "host_order",
              {"id", "company_id", "number", "customer_id", "project_id", "state", "salesperson_id", "currency",
               "offered_at", "confirmed_at", "row_version"}),
      order_lines_(unit.db(), "host_order_line",
                   {"id", "order_id", "company_id", "line_no", "description", "quantity_units", "quantity_exponent",
                    "net_minor", "company_net_minor", "counts_as_sale", "row_version"}),
      invoices_(unit.db(), "host_invoice",
                {"id", "company_id", "number", "kind", "state", "counts", "customer_id", "project_id", "salesperson_id",
                 "currency", "posted_at", "is_repeating", "row_version"}),
      invoice_lines_(unit.db(), "host_invoice_line",
                     {"id", "invoice_id", "company_id", "line_no", "description", "quantity_units", "quantity_exponent",
                      "net_minor", "company_net_minor", "counts_as_sale", "row_version"}),
      sources_(unit.db(), "host_invoice_line_source",
               {"company_id", "invoice_line_id", "source_kind", "source_line_id", "net_minor", "company_net_minor"}),
      references_(unit.db(), "host_document_ref",
                  {"company_id", "document_kind", "document_id", "line_id", "ref_kind", "ref_id", "set_by", "set_at",
                   "copied", "row_version"}) {}

void DocumentWriter::write(const Order& order) {
  orders_.add({order.id, unit_.company_id(), order.number, order.customer, order.project, order.state,
               order.salesperson, order.currency, order.offered_at, order.confirmed_at, order.version});
  // Lines point at their document, so it goes first even where rows wait in a buffer.
  for (const DocumentLine& line : order.lines) write_line(order_lines_, order.id, line);
  write_references(order, "order");
}

void DocumentWriter::write_line(const Order& order, const DocumentLine& line) {
  write_line(order_lines_, order.id, line);
}

void DocumentWriter::write_line(Bulk& bulk, std::int64_t document, const DocumentLine& line) {
  bulk.add({line.id, document, unit_.company_id(), line.line_no, line.description, line.quantity.units,
            static_cast<std::int64_t>(line.quantity.exponent), line.net_minor, line.company_net_minor,
            line.counts_as_sale, line.version});
}

void DocumentWriter::write(const Invoice& invoice) {
  invoices_.add({invoice.id, unit_.company_id(), invoice.number, invoice.kind, invoice.state, invoice.counts,
                 invoice.customer, invoice.project, invoice.salesperson, invoice.currency, invoice.posted_at,
                 invoice.is_repeating, invoice.version});
  for (const DocumentLine& line : invoice.lines) {
    write_line(invoice_lines_, invoice.id, line);
    for (const LineSource& source : line.sources) {
      sources_.add({unit_.company_id(), line.id, source.kind, source.line, source.net_minor, source.company_net_minor});
    }
  }
  write_references(invoice, "invoice");
}

void DocumentWriter::write_references(const Document& document, std::string_view kind) {
  for (const Reference& reference : document.references) {
    references_.add({unit_.company_id(), kind, document.id, reference.line, reference.kind, reference.id,
                     reference.set_by, reference.set_at, reference.copied, reference.version});
  }
}

void DocumentWriter::flush() {
  for (Bulk* bulk : {&orders_, &order_lines_, &invoices_, &invoice_lines_, &sources_, &references_}) bulk->flush();
}

bool set_reference(Unit& unit, std::string_view document_kind, std::int64_t document, std::int64_t line,
                   const std::string& ref_kind, std::int64_t ref_id) {
  if (ref_id == 0) {
    return unit.db().exec(
               "delete from host_document_ref where document_kind = ? and document_id = ? and line_id = ? and ref_kind "
               "= ?",
               {document_kind, document, line, ref_kind}) > 0;
  }
  const OptionalId by = unit.caller().user == 0 ? OptionalId{} : OptionalId{unit.caller().user};
  unit.db().exec(
      "insert into host_document_ref (company_id, document_kind, document_id, line_id, ref_kind, ref_id, set_by, "
      "set_at, "
      "copied, row_version) values (?, ?, ?, ?, ?, ?, ?, ?, 0, 1) on conflict (document_kind, document_id, line_id, "
      "ref_kind) "
      "do update set ref_id = excluded.ref_id, set_by = excluded.set_by, set_at = excluded.set_at, copied = 0, "
      "row_version = "
      "host_document_ref.row_version + 1",
      {unit.company_id(), document_kind, document, line, ref_kind, ref_id, by, unit.now_us()});
  return true;
}

void touch(Unit& unit, std::string_view document_kind, std::int64_t document) {
  unit.db().exec("update host_" + std::string(document_kind) + " set row_version = row_version + 1 where id = ?",
                 {document});
}

void read_references(const json::object& input, std::int64_t line, Unit& unit, std::vector<Reference>& out) {
  const OptionalId by = unit.caller().user == 0 ? OptionalId{} : OptionalId{unit.caller().user};
  for (const std::string_view name : {"opportunity", "campaign"}) {
    const auto id = integer_of(input, name);
    if (!id || *id == 0) continue;
    if (*id < 0) {
      refuse(ERP_INVALID_ARGUMENT, std::string(name) + ".invalid",
             std::string(name) + " " + std::to_string(*id) + " is no id. Give one above 0.");
    }
    out.push_back({line, "sales_leads." + std::string(name), *id, by, unit.now_us(), false, 1});
  }
}

void copy_references(Unit& unit, const std::vector<Reference>& from, std::int64_t from_line, std::int64_t to_line,
                     std::vector<Reference>& out) {
  for (const Reference& reference : from) {
    if (reference.line != from_line) continue;
    const bool own = std::any_of(out.begin(), out.end(), [&](const Reference& present) {
      return present.line == to_line && present.kind == reference.kind;
    });
    if (!own) out.push_back({to_line, reference.kind, reference.id, reference.set_by, unit.now_us(), true, 1});
  }
}

}  // namespace erp::host
