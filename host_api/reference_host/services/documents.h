// SPDX-License-Identifier: Apache-2.0
//
// Orders (offers are orders in state offer) and invoices (credit notes are invoices) as values, with reading and
// writing that every service shares. The rules are in orders.cpp, invoices.cpp and credit_notes.cpp.
//
// Threads: the unit's. Errors: HostError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/bulk.h"
#include "services/input.h"
#include "services/unit.h"

namespace erp::host {

using OptionalId = std::optional<std::int64_t>;

struct LineSource {
  std::string kind;  // "order_line", "invoice_line"
  std::int64_t line = 0;
  std::int64_t net_minor = 0;
  std::optional<std::int64_t> company_net_minor;
};

struct Reference {
  std::int64_t line = 0;  // 0 = the whole document
  std::string kind;
  std::int64_t id = 0;
  OptionalId set_by;
  std::int64_t set_at = 0;
  bool copied = false;
  std::int64_t version = 1;
};

struct DocumentLine {
  std::int64_t id = 0;
  std::int64_t line_no = 0;
  std::string description;
  Decimal quantity;
  std::int64_t net_minor = 0;
  std::optional<std::int64_t> company_net_minor;
  bool counts_as_sale = true;
  std::int64_t version = 1;
  std::vector<LineSource> sources;
};

struct Document {
  std::int64_t id = 0;
  std::string number, state, currency;
  std::int64_t customer = 0;
  OptionalId project, salesperson;
  std::int64_t version = 1;
  std::vector<DocumentLine> lines;
  std::vector<Reference> references;
};

struct Order : Document {
  std::optional<std::int64_t> offered_at, confirmed_at;
  /// The moment whose rate gives the company amounts; nothing for one that never was an offer or confirmed.
  [[nodiscard]] std::optional<std::int64_t> amount_time() const { return state == "offer" ? offered_at : confirmed_at; }
};

struct Invoice : Document {
  std::string kind = "invoice";
  bool counts = false;
  bool is_repeating = false;
  std::optional<std::int64_t> posted_at;
};

/// With lines, sources and references; locked against other writers when `lock`. Refuses unknown ids.
Order load_order(Unit& unit, std::int64_t id, bool lock = false);
Invoice load_invoice(Unit& unit, std::int64_t id, bool lock = false);

/// Writes new documents: one writer for a click and for an import of thousands. flush() before reading them again.
class DocumentWriter {
 public:
  explicit DocumentWriter(Unit& unit);
  void write(const Order& order);
  void write(const Invoice& invoice);
  void write_line(const Order& order, const DocumentLine& line);
  void flush();

 private:
  void write_references(const Document& document, std::string_view kind);
  void write_line(Bulk& bulk, std::int64_t document, const DocumentLine& line);

  Unit& unit_;
  Bulk orders_, order_lines_, invoices_, invoice_lines_, sources_, references_;
};

/// Sets (id > 0) or clears (0) a reference; answers whether anything changed. Raises nothing.
bool set_reference(Unit& unit, std::string_view document_kind, std::int64_t document, std::int64_t line,
                   const std::string& ref_kind, std::int64_t ref_id);
/// The document as a whole has changed: its version rises.
void touch(Unit& unit, std::string_view document_kind, std::int64_t document);

/// Reads "opportunity" and "campaign" of a document's or line's input into references that are the document's own.
void read_references(const json::object& input, std::int64_t line, Unit& unit, std::vector<Reference>& out);

/// References of the preceding document, marked as copied; one that the new document sets itself is left out.
void copy_references(Unit& unit, const std::vector<Reference>& from, std::int64_t from_line, std::int64_t to_line,
                     std::vector<Reference>& out);

/// {"id","version","number","state","lines":[{"id","line_no"}]}
json::object document_answer(const Document& document);
json::object order_json(const Order& order);
json::object invoice_json(const Invoice& invoice);

}  // namespace erp::host
