// SPDX-License-Identifier: Apache-2.0
//
// The host's records as plain values, for bulk import. Records point at each other by the company's own numbers, not by
// ids, so that a file can name what an earlier file brought.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace erp::host {

struct CustomerRow {
  std::string number, name, organisation_number, country;
  bool is_stand_in = false;
  bool only_if_missing = false;  // made for a document that names it; an existing one stays as it is
};

struct EmployeeRow {
  std::string number, name, manager;  // manager: name or number
};

struct ProductRow {
  std::string number, name, series, currency;
  std::optional<std::int64_t> price_minor;
};

struct ProjectRow {
  std::string number, name, customer_number;
};

struct ReferenceRow {
  std::string kind;     // "sales_leads.opportunity", "sales_leads.campaign"
  std::int64_t id = 0;  // resolved before the batch is written
};

struct LineSourceRow {
  std::string source_kind;  // "order_line", "invoice_line"
  std::string document;     // number of the order or invoice
  std::int32_t line_no = 0;
  std::int64_t net_minor = 0;
};

struct LineRow {
  std::int32_t line_no = 0;
  std::string description;
  std::int64_t quantity_units = 1;
  std::int32_t quantity_exponent = 0;
  std::int64_t net_minor = 0;
  bool counts_as_sale = true;
  std::vector<LineSourceRow> sources;    // invoices only
  std::vector<ReferenceRow> references;  // of the line
};

struct OrderRow {
  std::string number, customer_number, project_number, salesperson, currency;
  std::string state = "confirmed";                       // offer, draft, confirmed, cancelled
  std::optional<std::int64_t> offered_at, confirmed_at;  // microseconds UTC
  std::vector<LineRow> lines;
  std::vector<ReferenceRow> references;
};

struct InvoiceRow {
  std::string number, kind = "invoice", customer_number, project_number, salesperson, currency;
  std::string state = "posted";  // draft, posted, paid, cancelled, voided
  std::optional<std::int64_t> posted_at;
  bool is_repeating = false;
  std::vector<LineRow> lines;  // credit notes: negative amounts
  std::vector<ReferenceRow> references;
};

/// Written in this order. A number that exists already, or that is named and missing, refuses the whole batch.
struct ImportBatch {
  std::string currency_if_company_has_none;
  std::vector<CustomerRow> customers;
  std::vector<EmployeeRow> employees;
  std::vector<ProductRow> products;
  std::vector<ProjectRow> projects;
  std::vector<OrderRow> orders;
  std::vector<InvoiceRow> invoices;
};

struct ImportCounts {
  std::int64_t written = 0;
};

}  // namespace erp::host
