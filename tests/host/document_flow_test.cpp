// SPDX-License-Identifier: Apache-2.0
//
// From order to invoice to credit note, as a module sees it: through the views.
#include "host/host_fixture.h"

namespace erp::host {
namespace {

class DocumentFlow : public HostFixture {
 protected:
  void prepare() {
    call("company.update", R"({"currency":"SEK","time_zone":"Europe/Stockholm"})");
    customer_ = id_of("customer.create", R"({"name":"Lind"})");
  }
  std::string order_input(std::string_view lines, std::string_view more = "") {
    return R"({"customer":)" + std::to_string(customer_) + R"(,"lines":)" + std::string(lines) + std::string(more) +
           "}";
  }
  std::string with_id(std::int64_t id, std::string_view more = "") {
    return R"({"id":)" + std::to_string(id) + std::string(more) + "}";
  }
  std::int64_t line_of(const json::object& document, std::size_t index) {
    return document.at("lines").as_array().at(index).at("id").as_int64();
  }
  /// Sum over everything that counts.
  std::int64_t invoiced(std::string_view column) {
    return session()->value<std::int64_t>("select cast(coalesce(sum(l." + std::string(column) +
                                          "), 0) as bigint) from erp_invoice_line l join erp_invoice i on i.id = "
                                          "l.invoice_id where i.counts = 1 and l.counts_as_sale = 1");
  }

  std::int64_t customer_ = 0;
};

TEST_P(DocumentFlow, InstalmentsFollowTheirOrderLines) {
  prepare();
  const auto order = call("order.create", order_input(R"([{"net":90000}])"));
  const std::int64_t order_id = order.at("id").as_int64();
  call("order.confirm", with_id(order_id, R"(,"at":"2026-01-10T10:00:00Z")"));
  for (int part = 0; part < 3; ++part) {
    const auto invoice =
        call("invoice.create", R"({"order":)" + std::to_string(order_id) + R"(,"lines":[{"net":30000}]})");
    call("invoice.post", with_id(invoice.at("id").as_int64()));
  }
  EXPECT_EQ(invoiced("net_minor"), 90000);
  const auto db = session();
  EXPECT_EQ(db->value<std::int64_t>("select count(*) from erp_invoice_line_source where source_kind = 'order_line' and "
                                    "source_line_id = ? and net_minor = 30000",
                                    {line_of(order, 0)}),
            3);
  EXPECT_EQ(refusal("invoice.create", R"({"order":)" + std::to_string(order_id) + "}").key(), "invoice.nothing_left");
}

TEST_P(DocumentFlow, FullCreditTakesEverythingBack) {
  prepare();
  const auto order =
      call("order.create", order_input(R"([{"net":10001},{"net":-333},{"net":50,"counts_as_sale":false}])"));
  call("order.confirm", with_id(order.at("id").as_int64()));
  const std::int64_t invoice =
      id_of("invoice.create", R"({"order":)" + std::to_string(order.at("id").as_int64()) + "}");
  EXPECT_EQ(refusal("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + "}").key(), "invoice.state");
  call("invoice.post", with_id(invoice));
  EXPECT_EQ(invoiced("net_minor"), 9668);
  const std::int64_t credit = id_of("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + "}");
  EXPECT_EQ(refusal("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + "}").key(),
            "invoice.nothing_left");
  EXPECT_EQ(invoiced("net_minor"), 9668) << "a draft counts for nothing";
  call("invoice.post", with_id(credit));
  EXPECT_EQ(invoiced("net_minor"), 0);
  EXPECT_EQ(invoiced("company_net_minor"), 0);
  // The original marked as cancelled still counts: the credit has taken it back already.
  call("invoice.cancel", with_id(invoice));
  EXPECT_EQ(invoiced("net_minor"), 0);
}

TEST_P(DocumentFlow, PartialCreditsTakeTheExactRestInCompanyCurrency) {
  prepare();
  call("rate.set", R"({"currency":"EUR","date":"2026-01-01","rate":"0.0333"})");
  const std::int64_t invoice = id_of("invoice.create", order_input(R"([{"net":300}])", R"(,"currency":"EUR")"));
  call("invoice.post", with_id(invoice, R"(,"at":"2026-01-10T10:00:00Z")"));
  EXPECT_EQ(invoiced("company_net_minor"), 10);                               // 3.00 at 0.0333 = 0.0999
  call("rate.set", R"({"currency":"EUR","date":"2026-02-01","rate":"20"})");  // must not touch the credits
  std::vector<std::int64_t> after;
  for (int part = 0; part < 3; ++part) {
    const std::int64_t credit =
        id_of("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + R"(,"lines":[{"net":100}]})");
    call("invoice.post", with_id(credit, R"(,"at":"2026-02-10T10:00:00Z")"));
    after.push_back(invoiced("company_net_minor"));
  }
  EXPECT_EQ(after, (std::vector<std::int64_t>{7, 3, 0}));
  EXPECT_EQ(invoiced("net_minor"), 0);
}

TEST_P(DocumentFlow, MissingRateIsNeverOneToOneAndIsFilledWhenItComes) {
  prepare();
  const std::int64_t order = id_of("order.create", order_input(R"([{"net":1001},{"net":-5}])", R"(,"currency":"EUR")"));
  call("order.confirm", with_id(order, R"(,"at":"2026-03-05T23:30:00Z")"));  // already the 6th in Stockholm
  const std::int64_t invoice = id_of("invoice.create", R"({"order":)" + std::to_string(order) + "}");
  call("invoice.post", with_id(invoice, R"(,"at":"2026-03-20T10:00:00Z")"));
  const std::int64_t credit = id_of("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + "}");
  call("invoice.post", with_id(credit, R"(,"at":"2026-03-21T10:00:00Z")"));
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_order_line where company_net_minor is null"), 2);
  EXPECT_EQ(
      call("rate.set", R"({"currency":"EUR","date":"2026-03-07","rate":"10.255"})").at("documents_filled").as_int64(),
      2)
      << "the order of the 6th still has no rate";
  const std::int64_t head = call("event.list", "{}").at("head").as_int64();
  EXPECT_EQ(
      call("rate.set", R"({"currency":"EUR","date":"2026-03-06","rate":"10.255"})").at("documents_filled").as_int64(),
      1);
  const auto amounts = session()->rows<std::int64_t>("select company_net_minor from erp_order_line order by id");
  EXPECT_EQ(std::get<0>(amounts.at(0)), 10265);  // 102.65255
  EXPECT_EQ(std::get<0>(amounts.at(1)), -51);    // -0.51275
  EXPECT_EQ(invoiced("company_net_minor"), 0);
  const auto events = call("event.list", R"({"after":)" + std::to_string(head) + "}").at("events").as_array();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events.at(1).at("kind").as_string(), "order.changed");
  EXPECT_EQ(events.at(1).at("document").as_int64(), order);
}

TEST_P(DocumentFlow, ReferencesAreCopiedFromOrderToInvoiceToCredit) {
  prepare();
  const std::int64_t order =
      id_of("order.create", order_input(R"([{"net":100,"opportunity":7},{"net":200}])", R"(,"campaign":3)"));
  call("order.confirm", with_id(order));
  const std::int64_t invoice = id_of("invoice.create", R"({"order":)" + std::to_string(order) + R"(,"opportunity":9})");
  call("invoice.post", with_id(invoice));
  id_of("credit_note.create", R"({"invoice":)" + std::to_string(invoice) + "}");
  const auto db = session();
  using Row = std::tuple<std::string, std::int64_t, std::int64_t>;
  const auto references = [&](std::string_view kind, std::int64_t document) {
    return db->rows<std::string, std::int64_t, std::int64_t>(
        "select ref_kind, ref_id, copied from erp_document_ref where document_kind = ? and document_id = ? order by "
        "case "
        "line_id when 0 then 0 else 1 end, ref_kind",
        {kind, document});
  };
  EXPECT_EQ(references("order", order),
            (std::vector<Row>{{"sales_leads.campaign", 3, 0}, {"sales_leads.opportunity", 7, 0}}));
  EXPECT_EQ(references("invoice", invoice),
            (std::vector<Row>{
                {"sales_leads.campaign", 3, 1}, {"sales_leads.opportunity", 9, 0}, {"sales_leads.opportunity", 7, 1}}));
  EXPECT_EQ(references("invoice", invoice + 1),
            (std::vector<Row>{
                {"sales_leads.campaign", 3, 1}, {"sales_leads.opportunity", 9, 1}, {"sales_leads.opportunity", 7, 1}}));
  call("document.set_reference",
       R"({"kind":"invoice","document":)" + std::to_string(invoice) + R"(,"reference":"sales_leads.campaign","id":4})");
  EXPECT_EQ(references("invoice", invoice).at(0), (Row{"sales_leads.campaign", 4, 0}));
  call("document.set_reference",
       R"({"kind":"invoice","document":)" + std::to_string(invoice) + R"(,"reference":"sales_leads.campaign","id":0})");
  EXPECT_EQ(references("invoice", invoice).size(), 2U);
}

TEST_P(DocumentFlow, OneInvoiceMayFollowTwoOrders) {
  prepare();
  const auto first = call("order.create", order_input(R"([{"net":100}])"));
  const auto second = call("order.create", order_input(R"([{"net":200}])"));
  call("order.confirm", with_id(first.at("id").as_int64()));
  call("order.confirm", with_id(second.at("id").as_int64()));
  const std::string sources = R"([{"order_line":)" + std::to_string(line_of(first, 0)) + R"(},{"order_line":)" +
                              std::to_string(line_of(second, 0)) + "}]";
  const std::int64_t invoice =
      id_of("invoice.create", R"({"lines":[{"net":301,"sources":)" + sources + R"(},{"net":10}]})");
  const auto db = session();
  const auto parts = db->rows<std::int64_t>("select net_minor from erp_invoice_line_source order by source_line_id");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(std::get<0>(parts[0]) + std::get<0>(parts[1]), 301);
  EXPECT_EQ(std::get<0>(parts[0]), 100);
  EXPECT_EQ(call("invoice.get", with_id(invoice)).at("customer").as_int64(), customer_);
}

TEST_P(DocumentFlow, StatesRefuseWithARemedy) {
  prepare();
  const std::int64_t order = id_of("order.create", order_input(R"([{"net":100}])", R"(,"number":"17")"));
  EXPECT_EQ(refusal("order.create", order_input(R"([{"net":1}])", R"(,"number":"17")")).key(), "order.number.taken");
  EXPECT_EQ(refusal("invoice.create", R"({"order":)" + std::to_string(order) + "}").key(), "order.state");
  call("order.confirm", with_id(order));
  EXPECT_EQ(refusal("order.confirm", with_id(order)).status(), ERP_WRONG_STATE);
  EXPECT_EQ(refusal("order.draft", with_id(order, R"(,"expected_version":1)")).status(), ERP_CONFLICT);
  call("order.cancel", with_id(order, R"(,"expected_version":2)"));
  EXPECT_EQ(refusal("order.confirm", with_id(order)).status(), ERP_WRONG_STATE);
  call("order.draft", with_id(order));
  call("order.delete", with_id(order));
  EXPECT_EQ(session()->value<std::string>("select state from erp_order where id = ?", {order}), "deleted");
  EXPECT_TRUE(session()->value<std::int64_t>("select confirmed_at from erp_order where id = ?", {order}) > 0)
      << "the time of confirmation stays";
  const HostError wrong = refusal("order.create", order_input(R"([{"net":"12"}])"));
  EXPECT_EQ(wrong.key(), "order.lines.invalid");
  EXPECT_NE(std::string(wrong.what()).find("lines[0].net"), std::string::npos);
  EXPECT_EQ(refusal("order.create", order_input(R"([{"net":1,"prize":2}])")).key(), "order.prize.unknown");
  EXPECT_EQ(refusal("order.create", order_input(R"([{}])")).key(), "order.net.missing");
}

TEST_P(DocumentFlow, UpdatedLinesKeepTheirIds) {
  prepare();
  const auto order = call("order.create", order_input(R"([{"net":100},{"net":200}])"));
  const std::int64_t id = order.at("id").as_int64();
  call("order.confirm", with_id(id));
  const auto changed = call("order.update", with_id(id, R"(,"lines":[{"net":150},{"net":250},{"net":350}])"));
  EXPECT_EQ(line_of(changed, 0), line_of(order, 0));
  EXPECT_EQ(line_of(changed, 1), line_of(order, 1));
  const std::string second = std::to_string(line_of(order, 1));
  const auto swapped = call("order.update", with_id(id, R"(,"lines":[{"net":1,"id":)" + second + "}]"));
  ASSERT_EQ(swapped.at("lines").as_array().size(), 1U);
  EXPECT_EQ(line_of(swapped, 0), line_of(order, 1));
  EXPECT_EQ(session()->value<std::int64_t>("select company_net_minor from erp_order_line where order_id = ?", {id}), 1);
  const std::int64_t invoice = id_of("invoice.create", R"({"order":)" + std::to_string(id) + "}");
  EXPECT_GT(invoice, 0);
  EXPECT_EQ(refusal("order.update", with_id(id, R"(,"lines":[{"net":5},{"net":6,"id":999}])")).key(),
            "order.line.not_found");
}

TEST_P(DocumentFlow, MergedCustomersPointAtTheLast) {
  prepare();
  const std::int64_t second = id_of("customer.create", R"({"name":"Lind AB"})");
  const std::int64_t third = id_of("customer.create", R"({"name":"Lind Group"})");
  const auto merge = [&](std::int64_t from, std::int64_t into) {
    return R"({"id":)" + std::to_string(from) + R"(,"into":)" + std::to_string(into) + "}";
  };
  call("customer.merge", merge(customer_, second));
  call("customer.merge", merge(second, third));
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_customer where merged_into = ?", {third}), 2);
  EXPECT_EQ(refusal("customer.merge", merge(third, customer_)).status(), ERP_INVALID_ARGUMENT);
  const std::int64_t order = id_of("order.create", order_input(R"([{"net":1}])"));
  EXPECT_EQ(call("order.get", with_id(order)).at("customer").as_int64(), third);
}

TEST_P(DocumentFlow, RepeatedRequestsAnswerTheSameOnce) {
  prepare();
  const std::string input = order_input(R"([{"net":1}])", R"(,"request_id":"r1")");
  EXPECT_EQ(id_of("order.create", input), id_of("order.create", input));
  EXPECT_EQ(session()->value<std::int64_t>("select count(*) from erp_order"), 1);
  EXPECT_EQ(refusal("order.create", order_input(R"([{"net":2}])", R"(,"request_id":"r1")")).key(), "request_id.reused");
}

ON_BOTH_DATABASES(DocumentFlow);

}  // namespace
}  // namespace erp::host
