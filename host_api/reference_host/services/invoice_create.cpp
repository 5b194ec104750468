// SPDX-License-Identifier: Apache-2.0
//
// Making invoices from orders and credit notes from invoices. The document before is the "source document": it gives
// the customer, the currency and, copied, its references.
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "services/company_amounts.h"
#include "services/invoices.h"
#include "services/line_input.h"
#include "services/records.h"

namespace erp::host::invoices {

namespace {

/// A line of the preceding document, with what is still left of it.
struct SourceLine {
  std::string kind;
  std::int64_t line = 0;
  std::int64_t net = 0;
  std::int64_t left = 0;
  const DocumentLine* whole = nullptr;
};

/// The documents that the new one follows, each loaded once.
class Sources {
 public:
  explicit Sources(Unit& unit) : unit_(unit) {}

  const Document& order(std::int64_t id) {
    for (const auto& known : orders_) {
      if (known->id == id) return *known;
    }
    Order loaded = load_order(unit_, id);
    if (loaded.state != "confirmed") {
      refuse(ERP_WRONG_STATE, "order.state",
             "order " + loaded.number + " is in state " + loaded.state + " and cannot be invoiced. Confirm it first.");
    }
    return *orders_.emplace_back(std::make_unique<Order>(std::move(loaded)));
  }

  const Document& invoice(std::int64_t id) {
    for (const auto& known : invoices_) {
      if (known->id == id) return *known;
    }
    Invoice loaded = load_invoice(unit_, id);
    if (!loaded.counts || loaded.kind != "invoice") {
      refuse(ERP_WRONG_STATE, "invoice.state",
             (loaded.kind == "invoice" ? "invoice " + loaded.number + " is in state " + loaded.state
                                       : loaded.number + " is a credit note") +
                 " and cannot be credited. Only a posted invoice can.");
    }
    return *invoices_.emplace_back(std::make_unique<Invoice>(std::move(loaded)));
  }

  SourceLine line(const std::string& kind, std::int64_t id) {
    const std::string table = kind == "order_line" ? "order" : "invoice";
    const auto found = unit_.db().row<std::int64_t>(
        "select " + table + "_id from host_" + table + "_line where id = ? and company_id = ?",
        {id, unit_.company_id()});
    if (!found) {
      refuse(
          ERP_NOT_FOUND, "invoice.sources.not_found",
          "sources: there is no " + table + " line " + std::to_string(id) + " in this company. See " + table + ".get.");
    }
    const Document& document = kind == "order_line" ? order(std::get<0>(*found)) : invoice(std::get<0>(*found));
    for (const DocumentLine& one : document.lines) {
      if (one.id == id) return of(kind, one);
    }
    refuse(ERP_INTERNAL, "invoice.sources", "A line does not belong to its document.");
  }

  SourceLine of(const std::string& kind, const DocumentLine& line) {
    // Drafts count as taken, so that two of them do not both take the whole.
    const auto taken = unit_.db().value<std::int64_t>(
        "select cast(coalesce(sum(s.net_minor), 0) as bigint) from host_invoice_line_source s join host_invoice_line l "
        "on "
        "l.id = s.invoice_line_id join host_invoice i on i.id = l.invoice_id where s.source_kind = ? and "
        "s.source_line_id = ? "
        "and i.state not in ('voided', 'deleted')",
        {kind, line.id});
    // Credits stand with the opposite sign of what they credit.
    const std::int64_t left = kind == "order_line" ? add(line.net_minor, -taken) : add(line.net_minor, taken);
    return {kind, line.id, line.net_minor, left, &line};
  }

  /// The one document that everything follows, or nullptr.
  [[nodiscard]] const Document* single() const {
    if (orders_.size() + invoices_.size() != 1) return nullptr;
    return orders_.empty() ? static_cast<const Document*>(invoices_.front().get()) : orders_.front().get();
  }
  [[nodiscard]] const Document* first() const {
    if (!orders_.empty()) return orders_.front().get();
    return invoices_.empty() ? nullptr : invoices_.front().get();
  }
  template <class Visit>
  void each(Visit&& visit) const {
    for (const auto& one : orders_) visit(*one);
    for (const auto& one : invoices_) visit(*one);
  }

 private:
  Unit& unit_;
  std::vector<std::unique_ptr<Order>> orders_;
  std::vector<std::unique_ptr<Invoice>> invoices_;
};

/// Reads the "sources" of one line's input. Amounts that are not given share what is left of the line, by the net of
/// the lines that they name.
void read_sources(const json::object& input, Sources& sources, DocumentLine& line, std::vector<SourceLine>& found) {
  const json::array* list = array_of(input, "sources");
  if (list == nullptr) return;
  std::int64_t rest = line.net_minor;
  std::vector<std::size_t> open;
  std::vector<std::int64_t> weights;
  for (const json::value& value : *list) {
    const json::object& one = value.as_object();
    const bool from_order = has(one, "order_line");
    const std::string kind = from_order ? "order_line" : "invoice_line";
    if (from_order == has(one, "invoice_line")) {
      refuse(ERP_INVALID_ARGUMENT, "invoice.sources.invalid",
             "sources " + json::serialize(one) + ": name either an order_line or an invoice_line.");
    }
    const std::int64_t id = required_integer(one, kind);
    if (std::any_of(line.sources.begin(), line.sources.end(),
                    [&](const LineSource& other) { return other.kind == kind && other.line == id; })) {
      refuse(ERP_INVALID_ARGUMENT, "invoice.sources.repeated",
             "sources names " + kind + " " + std::to_string(id) + " twice. Name it once, with the sum.");
    }
    found.push_back(sources.line(kind, id));
    LineSource source{kind, id, 0, std::nullopt};
    if (const auto net = integer_of(one, "net")) {
      source.net_minor = *net;
      rest = add(rest, -*net);
    } else {
      open.push_back(line.sources.size());
      weights.push_back(std::llabs(found.back().net));
    }
    line.sources.push_back(source);
  }
  const auto parts = open.empty() ? std::vector<std::int64_t>{} : cut(rest, weights);
  for (std::size_t i = 0; i < open.size(); ++i) line.sources[open[i]].net_minor = parts[i];
}

/// Takes the whole of what is left of a preceding line.
DocumentLine line_for(const SourceLine& source, std::int64_t net) {
  DocumentLine line;
  line.description = source.whole->description;
  line.quantity = source.whole->quantity;
  line.counts_as_sale = source.whole->counts_as_sale;
  line.net_minor = net;
  line.sources.push_back({source.kind, source.line, net, std::nullopt});
  return line;
}

/// Customer, project, salesperson, currency: as given, else as the source documents have them.
void fill_head(Unit& unit, const json::object& input, const Sources& sources, Invoice& invoice) {
  const Document* first = sources.first();
  const Document* single = sources.single();
  const auto customer = integer_of(input, "customer");
  if (!customer && first == nullptr) {
    refuse(ERP_INVALID_ARGUMENT, "invoice.customer.missing", "customer is missing. Give it, or name what is invoiced.");
  }
  invoice.customer = usable_customer(unit, customer ? *customer : first->customer, "customer");
  invoice.project = has(input, "project") ? integer_of(input, "project")
                    : single != nullptr   ? single->project
                                          : OptionalId{};
  if (invoice.project) require_project(unit, *invoice.project, "project");
  if (has(input, "salesperson")) {
    invoice.salesperson = integer_of(input, "salesperson");
  } else {
    invoice.salesperson = single != nullptr  ? single->salesperson
                          : first != nullptr ? OptionalId{}
                                             : employee_of_caller(unit);
  }
  if (invoice.salesperson) require_employee(unit, *invoice.salesperson, "salesperson");
  auto currency = text_of(input, "currency");
  if (!currency && first != nullptr) currency = first->currency;
  invoice.currency = document_currency(unit, currency);
  sources.each([&](const Document& source) {
    if (source.currency != invoice.currency) {
      refuse(ERP_INVALID_ARGUMENT, "invoice.currency.invalid",
             "currency " + invoice.currency + ": " + source.number + " is in " + source.currency +
                 ". A document follows only documents in its own currency.");
    }
  });
}

/// References of the document before, and of the lines before, as copies.
void carry_references(Unit& unit, const Sources& sources, const std::vector<std::vector<SourceLine>>& line_sources,
                      Invoice& invoice) {
  if (const Document* single = sources.single()) copy_references(unit, single->references, 0, 0, invoice.references);
  for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
    if (line_sources[i].size() != 1) continue;
    sources.each([&](const Document& source) {
      const DocumentLine* whole = line_sources[i].front().whole;
      if (std::none_of(source.lines.begin(), source.lines.end(),
                       [&](const DocumentLine& one) { return &one == whole; }))
        return;
      copy_references(unit, source.references, line_sources[i].front().line, static_cast<std::int64_t>(i) + 1,
                      invoice.references);
    });
  }
}

json::value store(Unit& unit, const json::object& input, const Sources& sources,
                  const std::vector<std::vector<SourceLine>>& line_sources, Invoice& invoice) {
  fill_head(unit, input, sources, invoice);
  invoice.state = "draft";
  invoice.is_repeating = flag_of(input, "is_repeating").value_or(false);
  invoice.number = number_for(unit, invoice.kind, text_of(input, "number"));
  invoice.id = unit.new_id("invoice");
  std::int64_t line_no = 0;
  for (DocumentLine& line : invoice.lines) line.line_no = ++line_no;
  read_references(input, 0, unit, invoice.references);
  carry_references(unit, sources, line_sources, invoice);
  give_line_ids(unit, "invoice_line", invoice);
  DocumentWriter writer(unit);
  writer.write(invoice);
  writer.flush();
  unit.raise(Topic::invoice, "invoice.created", invoice.id, "", "draft");
  return document_answer(invoice);
}

/// A document with one line is what lines without any sources follow.
void follow_only_line(Sources& sources, const std::string& kind, const Document& document, Invoice& invoice,
                      std::vector<std::vector<SourceLine>>& line_sources) {
  const bool some = std::any_of(invoice.lines.begin(), invoice.lines.end(),
                                [](const DocumentLine& line) { return !line.sources.empty(); });
  if (some || document.lines.size() != 1) return;
  for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
    invoice.lines[i].sources.push_back({kind, document.lines.front().id, invoice.lines[i].net_minor, std::nullopt});
    line_sources[i].push_back(sources.of(kind, document.lines.front()));
  }
}

void read_given_lines(Unit& unit, const json::array& input, Sources& sources, Invoice& invoice,
                      std::vector<std::vector<SourceLine>>& line_sources) {
  read_lines(unit, input, invoice.lines, invoice.references);
  line_sources.resize(invoice.lines.size());
  for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
    invoice.lines[i].id = 0;
    read_sources(input[i].as_object(), sources, invoice.lines[i], line_sources[i]);
  }
}

[[noreturn]] void nothing_left(const Document& document, std::string_view what) {
  refuse(ERP_WRONG_STATE, "invoice.nothing_left",
         document.number + " is " + std::string(what) + " in full already. Give lines to go beyond it.");
}

}  // namespace

json::value create(Unit& unit, const json::object& input) {
  Invoice invoice;
  Sources sources(unit);
  std::vector<std::vector<SourceLine>> line_sources;
  const auto order_id = integer_of(input, "order");
  const Document* order = order_id ? &sources.order(*order_id) : nullptr;
  const json::array* lines = array_of(input, "lines");
  if (lines != nullptr && !lines->empty()) {
    read_given_lines(unit, *lines, sources, invoice, line_sources);
    if (order != nullptr) follow_only_line(sources, "order_line", *order, invoice, line_sources);
  } else if (order != nullptr) {
    // A repeating invoice takes the whole each time, any other what is left.
    const bool whole = flag_of(input, "is_repeating").value_or(false);
    for (const DocumentLine& line : order->lines) {
      const SourceLine source = sources.of("order_line", line);
      if (!whole && source.left == 0 && source.net != 0) continue;
      invoice.lines.push_back(line_for(source, whole ? source.net : source.left));
      line_sources.push_back({source});
    }
    if (invoice.lines.empty()) nothing_left(*order, "invoiced");
  } else {
    refuse(ERP_INVALID_ARGUMENT, "invoice.lines.missing", "lines is empty. Give lines, or the order to invoice.");
  }
  return store(unit, input, sources, line_sources, invoice);
}

json::value create_credit_note(Unit& unit, const json::object& input) {
  Invoice credit;
  credit.kind = "credit_note";
  Sources sources(unit);
  std::vector<std::vector<SourceLine>> line_sources;
  const auto invoice_id = integer_of(input, "invoice");
  const Document* invoice = invoice_id ? &sources.invoice(*invoice_id) : nullptr;
  const json::array* lines = array_of(input, "lines");
  if (lines != nullptr && !lines->empty()) {
    read_given_lines(unit, *lines, sources, credit, line_sources);
    if (invoice != nullptr) follow_only_line(sources, "invoice_line", *invoice, credit, line_sources);
    for (std::size_t i = 0; i < credit.lines.size(); ++i) {
      DocumentLine& line = credit.lines[i];
      // Whatever sign was given: a credit stands against what it credits.
      const bool of_negative = !line_sources[i].empty() && line_sources[i].front().net < 0;
      line.net_minor = of_negative ? std::llabs(line.net_minor) : -std::llabs(line.net_minor);
      for (std::size_t k = 0; k < line.sources.size(); ++k) {
        const std::int64_t amount = std::llabs(line.sources[k].net_minor);
        line.sources[k].net_minor = line_sources[i][k].net < 0 ? amount : -amount;
      }
    }
  } else if (invoice != nullptr) {
    for (const DocumentLine& line : invoice->lines) {
      const SourceLine source = sources.of("invoice_line", line);
      if (source.left == 0 && source.net != 0) continue;
      credit.lines.push_back(line_for(source, -source.left));
      line_sources.push_back({source});
    }
    if (credit.lines.empty()) nothing_left(*invoice, "credited");
  } else {
    refuse(ERP_INVALID_ARGUMENT, "invoice.lines.missing", "lines is empty. Give lines, or the invoice to credit.");
  }
  return store(unit, input, sources, line_sources, credit);
}

}  // namespace erp::host::invoices
