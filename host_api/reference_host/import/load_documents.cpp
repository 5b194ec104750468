// SPDX-License-Identifier: Apache-2.0
//
// Orders and invoices: one row a line; the rows of one document need not stand together. A document is taken whole or
// not at all, since half an invoice would be a wrong invoice.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "import/loading.h"

namespace erp::host::import {
namespace {

struct Line {
  LineRow row;
  std::int64_t at = 0;  // in the file
  std::string opportunity, campaign;
};

struct Document {
  std::string number, currency;
  std::int64_t first_at = 0;
  std::array<std::string, 6> head;  // texts that every row of the document must repeat
  std::optional<std::int64_t> offered_at, confirmed_at, posted_at;
  std::vector<Line> lines;

  [[nodiscard]] std::vector<std::int64_t> places() const {
    std::vector<std::int64_t> out;
    for (const Line& line : lines) out.push_back(line.at);
    return out;
  }
};

constexpr std::string_view kOrderHead[] = {"state",        "customer_no", "offered_at",
                                           "confirmed_at", "currency",    "salesperson"};
constexpr std::string_view kInvoiceHead[] = {"kind", "customer_no", "posted_at", "country", "currency", "salesperson"};
constexpr std::size_t kState = 0, kKind = 0, kCustomer = 1, kCountry = 3, kSalesperson = 5;

class Documents : public Loading {
 public:
  explicit Documents(Context& context) : in_(context), orders_(context.profile.kind == Kind::kOrders) {}

  void add(const Record& record) override {
    const std::string& number = record.text(number_field());
    if (number.empty()) return;  // noted already
    const auto [found, is_new] = index_.emplace(number, documents_.size());
    if (is_new) documents_.emplace_back();
    Document& document = documents_[found->second];
    if (!record.complete()) {
      // Its fault is noted; here it only keeps its document from being taken without it.
      document.number = number;
      document.lines.push_back({{}, record.line(), "", ""});
      return;
    }
    if (document.first_at == 0) {
      read_head(document, record);
    } else {
      compare_head(document, record);
    }
    read_line(document, record);
  }

  void finish() override {
    for (Document& document : documents_) {
      if (!orders_ && document.head[kKind] == "credit_note") {
        std::int64_t total = 0;
        for (const Line& line : document.lines) total += line.row.net_minor;
        if (total > 0) {
          in_.problems.add(
              document.first_at, "net", std::to_string(total),
              "the credit note " + document.number + " is positive in total: amounts of a credit note are negative");
        }
      }
      spread_fault(document);
    }
  }

  void check_against_company() override {
    const auto& known = in_.known.by(orders_ ? "order.list" : "invoice.list", "number");
    for (Document& document : documents_) {
      if (known.contains(document.number)) {
        in_.problems.add(document.first_at, std::string(number_field()), document.number,
                         "the company has this number already");
      }
    }
    check_customers();
    check_salespersons();
    check_sources();
    for (Document& document : documents_) spread_fault(document);
  }

  std::int64_t write() override {
    ImportBatch batch;
    batch.currency_if_company_has_none = in_.setting.currency;
    std::set<std::string> customers;
    std::int64_t rows = 0;
    for (const Document& document : documents_) {
      if (any_bad(in_.problems, document.places())) continue;
      rows += static_cast<std::int64_t>(document.lines.size());
      if (batch.currency_if_company_has_none.empty()) batch.currency_if_company_has_none = document.currency;
      add_customer(document, customers, batch);
      if (orders_) {
        batch.orders.push_back(order_of(document));
      } else {
        batch.invoices.push_back(invoice_of(document));
      }
    }
    if (rows == 0) return 0;
    // What is credited comes before its credit.
    std::stable_partition(batch.invoices.begin(), batch.invoices.end(),
                          [](const InvoiceRow& row) { return row.kind == "invoice"; });
    in_.app.import_batch(in_.caller, batch);
    return rows;
  }

 private:
  [[nodiscard]] std::string_view number_field() const { return orders_ ? "order_no" : "invoice_no"; }

  [[nodiscard]] std::string customer_of(const Document& document) const {
    const std::string& named = document.head[kCustomer];
    return named.empty() ? in_.profile.stand_in : named;
  }

  void read_head(Document& document, const Record& record) {
    document.number = record.text(number_field());
    document.first_at = record.line();
    for (std::size_t i = 0; i < document.head.size(); ++i) {
      document.head[i] = record.text(orders_ ? kOrderHead[i] : kInvoiceHead[i]);
    }
    document.currency = record.currency(in_.setting, in_.problems);
    if (orders_) {
      document.offered_at = record.time("offered_at", in_.setting.zone, in_.problems);
      document.confirmed_at = record.time("confirmed_at", in_.setting.zone, in_.problems);
      const std::string& state = document.head[kState];
      if (state != "offer" && state != "draft" && state != "confirmed" && state != "cancelled") {
        record.fault("state", "the state is unknown: an order is offer, draft, confirmed or cancelled", in_.problems);
      } else if (state == "confirmed" && record.text("confirmed_at").empty()) {
        record.fault("confirmed_at", "a confirmed order must say when it was confirmed", in_.problems);
      } else if (state == "offer" && record.text("offered_at").empty()) {
        record.fault("offered_at", "an offer must say when it was made", in_.problems);
      }
    } else {
      document.posted_at = record.time("posted_at", in_.setting.zone, in_.problems);
      const std::string& kind = document.head[kKind];
      if (kind != "invoice" && kind != "credit_note") {
        record.fault("kind", "the kind of document is unknown: it is invoice or credit_note", in_.problems);
      }
    }
  }

  void compare_head(const Document& document, const Record& record) {
    for (std::size_t i = 0; i < document.head.size(); ++i) {
      const std::string_view field = orders_ ? kOrderHead[i] : kInvoiceHead[i];
      if (record.text(field) != document.head[i]) {
        record.fault(field,
                     "it differs from line " + std::to_string(document.first_at) + " of the same document, \"" +
                         document.head[i] + "\"",
                     in_.problems);
      }
    }
  }

  void read_line(Document& document, const Record& record) {
    Line line;
    line.at = record.line();
    line.opportunity = record.text("opportunity");
    line.campaign = record.text("campaign");
    LineRow& row = line.row;
    row.description = record.text("description");
    row.counts_as_sale = record.boolean("counts_as_sale", in_.problems).value_or(true);
    row.net_minor = record.amount("net", document.currency, in_.problems).value_or(0);
    const auto number = record.integer("line_no", in_.problems);
    if (number && (*number < 1 || *number > 1'000'000)) {
      record.fault("line_no", "a line number lies between 1 and 1000000", in_.problems);
    } else if (number) {
      row.line_no = static_cast<std::int32_t>(*number);
      for (const Line& other : document.lines) {
        if (other.row.line_no == row.line_no) {
          record.fault(number_field(),
                       document.number + " has its line " + std::to_string(row.line_no) +
                           " twice in the file, first in line " + std::to_string(other.at),
                       in_.problems);
        }
      }
    }
    if (!orders_) {
      read_source(row, record, "order_no", "order_line", "order_line");
      read_source(row, record, "credits_invoice", "credits_line", "invoice_line");
    }
    document.lines.push_back(std::move(line));
  }

  void read_source(LineRow& row, const Record& record, std::string_view document, std::string_view line,
                   const char* kind) {
    const auto number = record.integer(line, in_.problems);
    const bool named = !record.text(document).empty();
    if (named != !record.text(line).empty()) {
      record.fault(named ? line : document, std::string(document) + " and " + std::string(line) + " go together",
                   in_.problems);
    } else if (number && (*number < 1 || *number > 1'000'000)) {
      record.fault(line, "a line number lies between 1 and 1000000", in_.problems);
    } else if (number) {
      row.sources.push_back({kind, record.text(document), static_cast<std::int32_t>(*number), row.net_minor});
    }
  }

  // One bad line spoils its document; the others say why they were left out.
  void spread_fault(const Document& document) {
    std::int64_t bad = 0;
    for (const Line& line : document.lines) {
      if (in_.problems.has(line.at) && bad == 0) bad = line.at;
    }
    if (bad == 0) return;
    for (const Line& line : document.lines) {
      if (!in_.problems.has(line.at)) {
        in_.problems.add(line.at, std::string(number_field()), document.number,
                         "line " + std::to_string(bad) + " of the same document is refused");
      }
    }
  }

  void check_customers() {
    if (in_.profile.make_customers) return;
    const auto& known = in_.known.by("customer.list", "number");
    for (const Document& document : documents_) {
      const std::string customer = customer_of(document);
      if (!known.contains(customer) && customer != in_.profile.stand_in) {
        in_.problems.add(document.first_at, "customer_no", customer,
                         "the company has no such customer: import customers first");
      }
    }
  }

  void check_salespersons() {
    for (const Document& document : documents_) {
      const std::string& name = document.head[kSalesperson];
      if (name.empty() || in_.known.by("employee.list", "number").contains(name) ||
          in_.known.by("employee.list", "name").contains(name)) {
        continue;
      }
      in_.problems.add(document.first_at, "salesperson", name,
                       "the company has no such employee: import employees first");
    }
  }

  void check_sources() {
    for (const Document& document : documents_) {
      for (const Line& line : document.lines) {
        for (const LineSourceRow& source : line.row.sources) {
          const bool order = source.source_kind == "order_line";
          if (!order && index_.contains(source.document)) continue;
          if (in_.known.by(order ? "order.list" : "invoice.list", "number").contains(source.document)) continue;
          in_.problems.add(line.at, order ? "order_no" : "credits_invoice", source.document,
                           order ? "the company has no such order: import orders first"
                                 : "neither the company nor the file has this invoice");
        }
      }
    }
  }

  void add_customer(const Document& document, std::set<std::string>& seen, ImportBatch& batch) {
    const std::string number = customer_of(document);
    const bool stands_in = !in_.profile.stand_in.empty() && number == in_.profile.stand_in;
    if (!stands_in && !in_.profile.make_customers) return;
    if (!seen.insert(number).second) return;
    CustomerRow row;
    row.number = row.name = number;
    row.is_stand_in = stands_in;
    row.only_if_missing = true;
    if (!orders_ && !stands_in) row.country = document.head[kCountry];
    batch.customers.push_back(std::move(row));
  }

  // "12" is an id; any other text is the module's own name of the record.
  std::int64_t reference(const std::string& text, bool opportunity) {
    const auto id = read_integer(text);
    if (is_good(id)) return std::get<0>(id);
    const auto& known =
        opportunity ? in_.known.by("opportunity.list", "external_id") : in_.known.by("campaign.list", "code");
    const auto found = known.find(text);
    if (found != known.end()) return found->second;
    throw HostError(ERP_NOT_FOUND, "import.reference.unknown",
                    std::string(opportunity ? "The opportunity " : "The campaign ") + text +
                        " is unknown: import it first, or leave the cell empty.");
  }

  void add_references(std::vector<ReferenceRow>& into, const std::string& opportunity, const std::string& campaign) {
    if (!opportunity.empty()) into.push_back({"sales_leads.opportunity", reference(opportunity, true)});
    if (!campaign.empty()) into.push_back({"sales_leads.campaign", reference(campaign, false)});
  }

  // What all lines say alike is said by the document.
  template <class Row>
  void fill_lines(Row& row, const Document& document) {
    std::vector<const Line*> sorted;
    for (const Line& line : document.lines) sorted.push_back(&line);
    std::sort(sorted.begin(), sorted.end(),
              [](const Line* a, const Line* b) { return a->row.line_no < b->row.line_no; });
    const auto alike = [&](auto member) {
      return std::all_of(sorted.begin(), sorted.end(),
                         [&](const Line* line) { return line->*member == sorted.front()->*member; });
    };
    const bool same_opportunity = alike(&Line::opportunity), same_campaign = alike(&Line::campaign);
    add_references(row.references, same_opportunity ? sorted.front()->opportunity : "",
                   same_campaign ? sorted.front()->campaign : "");
    for (const Line* line : sorted) {
      row.lines.push_back(line->row);
      add_references(row.lines.back().references, same_opportunity ? "" : line->opportunity,
                     same_campaign ? "" : line->campaign);
    }
    row.number = document.number;
    row.customer_number = customer_of(document);
    row.salesperson = document.head[kSalesperson];
    row.currency = document.currency;
  }

  OrderRow order_of(const Document& document) {
    OrderRow row;
    fill_lines(row, document);
    row.state = document.head[kState];
    row.offered_at = document.offered_at;
    row.confirmed_at = document.confirmed_at;
    return row;
  }

  InvoiceRow invoice_of(const Document& document) {
    InvoiceRow row;
    fill_lines(row, document);
    row.kind = document.head[kKind];
    row.posted_at = document.posted_at;
    return row;
  }

  Context& in_;
  bool orders_;
  std::vector<Document> documents_;
  std::map<std::string, std::size_t> index_;  // number -> place in documents_
};

}  // namespace

std::unique_ptr<Loading> load_documents(Context& context) { return std::make_unique<Documents>(context); }

}  // namespace erp::host::import
