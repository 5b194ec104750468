// SPDX-License-Identifier: Apache-2.0
//
// Bulk import: all or nothing, fast enough for a year of a shop.
#include <chrono>

#include "host/host_fixture.h"

namespace erp::host {
namespace {

class ImportBatchTest : public HostFixture {
 protected:
  static LineRow line(std::int64_t net) {
    LineRow row;
    row.line_no = 1;
    row.net_minor = net;
    return row;
  }
};

TEST_P(ImportBatchTest, TakesAYearOfInvoicesAtOnce) {
  constexpr int kInvoices = 12'795;
  ImportBatch batch;
  batch.currency_if_company_has_none = "GBP";
  for (int i = 0; i < 4'300; ++i) {
    CustomerRow customer;
    customer.number = std::to_string(10'000 + i);
    batch.customers.push_back(customer);
  }
  for (int i = 0; i < kInvoices; ++i) {
    InvoiceRow invoice;
    invoice.number = std::to_string(500'000 + i);
    invoice.customer_number = std::to_string(10'000 + i % 4'300);
    invoice.posted_at = 1'300'000'000'000'000 + i * 1'000'000LL;
    invoice.lines.push_back(line(i));
    batch.invoices.push_back(invoice);
  }
  app();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(app().import_batch({}, batch).written, kInvoices + 4'300);
  const auto took = std::chrono::steady_clock::now() - begin;
  RecordProperty("milliseconds", static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(60)) << "a few seconds are usual";
  const auto db = session();
  EXPECT_EQ(db->value<std::int64_t>("select count(*) from erp_invoice where counts = 1"), kInvoices);
  EXPECT_EQ(db->value<std::int64_t>("select cast(sum(company_net_minor) as bigint) from erp_invoice_line"),
            static_cast<std::int64_t>(kInvoices) * (kInvoices - 1) / 2);
  EXPECT_EQ(db->value<std::int64_t>("select count(*) from erp_event where kind = 'invoice.posted'"), kInvoices);
}

TEST_P(ImportBatchTest, RefusesTheWholeBatchForOneWrongRow) {
  ImportBatch batch;
  batch.currency_if_company_has_none = "SEK";
  CustomerRow customer;
  customer.number = "1";
  batch.customers.push_back(customer);
  InvoiceRow invoice;
  invoice.number = "7";
  invoice.customer_number = "1";
  invoice.lines.push_back(line(5));
  batch.invoices = {invoice, invoice};
  try {
    app().import_batch({}, batch);
    FAIL() << "a number came twice";
  } catch (const HostError& error) {
    EXPECT_EQ(error.key(), "invoice.number.taken");
  }
  batch.invoices[1].number = "8";
  batch.invoices[1].customer_number = "2";
  try {
    app().import_batch({}, batch);
    FAIL() << "an unknown customer was taken";
  } catch (const HostError& error) {
    EXPECT_EQ(error.key(), "customer.not_found");
  }
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_customer"), 0);
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_event"), 0);
}

TEST_P(ImportBatchTest, CreditsFollowTheInvoicesOfTheSameFile) {
  ImportBatch batch;
  batch.currency_if_company_has_none = "SEK";
  CustomerRow customer;
  customer.number = "1";
  batch.customers.push_back(customer);
  EmployeeRow boss{"E1", "Ada", ""};
  EmployeeRow seller{"E2", "Bo", "Ada"};
  batch.employees = {seller, boss};
  OrderRow order;
  order.number = "O1";
  order.customer_number = "1";
  order.salesperson = "Bo";
  order.confirmed_at = 1'700'000'000'000'000;
  order.references.push_back({"sales_leads.opportunity", 4});
  order.lines.push_back(line(500));
  batch.orders.push_back(order);
  InvoiceRow invoice;
  invoice.number = "I1";
  invoice.customer_number = "1";
  invoice.lines.push_back(line(500));
  invoice.lines[0].sources.push_back({"order_line", "O1", 1, 500});
  InvoiceRow credit = invoice;
  credit.number = "K1";
  credit.kind = "credit_note";
  credit.lines[0].net_minor = -500;
  credit.lines[0].sources = {{"invoice_line", "I1", 1, 500}};
  batch.invoices = {invoice, credit};
  app().import_batch({}, batch);
  const auto db = session();
  EXPECT_EQ(db->value<std::int64_t>("select cast(sum(company_net_minor) as bigint) from erp_invoice_line"), 0);
  EXPECT_EQ(db->value<std::int64_t>("select net_minor from erp_invoice_line_source where source_kind = 'invoice_line'"),
            -500);
  EXPECT_EQ(db->value<std::string>(
                "select m.name from erp_employee e join erp_employee m on m.id = e.manager_id where e.name = 'Bo'"),
            "Ada");
  EXPECT_EQ(db->value<std::int64_t>("select ref_id from erp_document_ref where document_kind = 'order'"), 4);
}

ON_BOTH_DATABASES(ImportBatchTest);

}  // namespace
}  // namespace erp::host
