// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "host/front_fake_app.h"
#include "import/importer.h"

namespace erp::host::import {
namespace {

using ::testing::ElementsAre;
using testing::FakeApp;
using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ImportRun : public ::testing::Test {
 protected:
  void SetUp() override {
    data_ = std::filesystem::path(::testing::TempDir()) /
            ("import_run_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(data_);
    std::filesystem::create_directories(data_);
    app_.customers = {{"C1", 1}, {"C2", 2}};
    app_.orders = {"O1"};
  }

  Outcome import(const std::string& kind, const std::filesystem::path& file, const std::string& map = "",
                 bool keep_good = false) {
    return run(app_, Caller{}, {kind, file, map, PROJECT_DIR "/build/modules", data_, keep_good});
  }
  Outcome import_text(const std::string& kind, const std::string& csv, const std::string& map = "",
                      bool keep_good = false) {
    const auto file = data_ / "input.csv";
    std::ofstream(file, std::ios::binary) << csv;
    return import(kind, file, map, keep_good);
  }
  std::string refusal(const std::string& kind, const std::string& csv, const std::string& map = "") {
    try {
      import_text(kind, csv, map);
    } catch (const HostError& error) {
      return error.what();
    }
    return "";
  }
  static std::string profile(const std::string& name) { return PROJECT_DIR "/schemas/import/" + name + ".yaml"; }
  static std::filesystem::path fixture(const std::string& name) {
    return std::filesystem::path(PROJECT_DIR) / "tests/fixtures/import" / name;
  }

  FakeApp app_;
  std::filesystem::path data_;
};

TEST_F(ImportRun, GathersTheRowsOfADocumentWithSourcesAndTimes) {
  const Outcome outcome = import("invoices", fixture("invoices_good.csv"));
  EXPECT_EQ(boost::json::serialize(to_json(outcome)), R"({"read":3,"accepted":3,"rejected":0,"errors":null})");
  ASSERT_EQ(app_.batches.size(), 1U);
  ASSERT_EQ(app_.batches[0].invoices.size(), 2U);
  const InvoiceRow& invoice = app_.batches[0].invoices[0];
  EXPECT_EQ(invoice.number, "F1");
  ASSERT_EQ(invoice.lines.size(), 2U);
  EXPECT_EQ(invoice.lines[0].description, "Skruv; \"M8\"");
  EXPECT_EQ(invoice.lines[0].net_minor, 10050);
  ASSERT_EQ(invoice.lines[0].sources.size(), 1U);
  EXPECT_EQ(invoice.lines[0].sources[0].source_kind, "order_line");
  EXPECT_EQ(invoice.posted_at, 1309473000000000);  // half past midnight in Stockholm, still June in UTC
  const InvoiceRow& credit = app_.batches[0].invoices[1];
  EXPECT_EQ(credit.kind, "credit_note");
  EXPECT_EQ(credit.lines[0].net_minor, -4000);
  EXPECT_EQ(credit.lines[0].sources[0].document, "F1");
  EXPECT_EQ(credit.lines[0].sources[0].line_no, 2);
}

TEST_F(ImportRun, WritesNothingButTheErrorFileWhenARowIsBad) {
  const Outcome outcome = import("invoices", fixture("invoices_bad.csv"));
  EXPECT_EQ(outcome.read, 14);
  EXPECT_EQ(outcome.accepted, 0);
  EXPECT_EQ(outcome.rejected, 13);
  EXPECT_TRUE(app_.batches.empty());
  ASSERT_TRUE(outcome.errors);
  EXPECT_EQ(text_of(*outcome.errors), text_of(fixture("invoices_bad.expected.csv")));
  EXPECT_THAT(outcome.errors->filename().string(), ::testing::MatchesRegex("invoices-[0-9]{8}T[0-9]{6}Z-1\\.csv"));
  EXPECT_EQ(std::filesystem::status(*outcome.errors).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ImportRun, KeepsTheGoodDocumentsWhenAsked) {
  const Outcome outcome = import("invoices", fixture("invoices_bad.csv"), "", true);
  EXPECT_EQ(outcome.accepted, 1);
  EXPECT_EQ(outcome.rejected, 13);
  ASSERT_EQ(app_.batches.size(), 1U);
  ASSERT_EQ(app_.batches[0].invoices.size(), 1U);
  EXPECT_EQ(app_.batches[0].invoices[0].number, "F11");
}

TEST_F(ImportRun, LeavesADocumentOutWholeWhenOneOfItsRowsCannotBeRead) {
  const std::string csv =
      "invoice_no,kind,posted_at,customer_no,line_no,net\nF1,invoice,2011-07-01,C1,1,5\nF1,invoice,2011-07-01,C1\n"
      "F2,invoice,2011-07-01,C1,1,5\n";
  const Outcome outcome = import_text("invoices", csv, "", true);
  EXPECT_EQ(outcome.rejected, 2);
  ASSERT_EQ(app_.batches.size(), 1U);
  ASSERT_EQ(app_.batches[0].invoices.size(), 1U);
  EXPECT_EQ(app_.batches[0].invoices[0].number, "F2");
}

TEST_F(ImportRun, NamesTheRowsThatTheCompanyHasAlready) {
  app_.invoices = {"F2"};
  const std::string csv =
      "invoice_no,kind,posted_at,customer_no,line_no,net\nF1,invoice,2011-07-01,C1,1,5\nF2,invoice,2011-07-01,C1,1,5\n";
  const Outcome refused = import_text("invoices", csv);
  EXPECT_EQ(refused.accepted, 0);
  EXPECT_EQ(refused.rejected, 1);
  EXPECT_THAT(text_of(*refused.errors), HasSubstr("3,invoice_no,F2,the company has this number already"));
  const Outcome kept = import_text("invoices", csv, "", true);
  EXPECT_EQ(kept.accepted, 1);
  EXPECT_EQ(app_.batches.at(0).invoices.at(0).number, "F1");
}

TEST_F(ImportRun, NamesMissingColumnsAllAtOnce) {
  const std::string message = refusal("invoices", "invoice_no,net\nF1,1\n");
  EXPECT_THAT(message, HasSubstr("lacks the columns kind, posted_at, customer_no, line_no"));
  EXPECT_THAT(message, HasSubstr("the file has invoice_no, net"));
  EXPECT_THAT(refusal("orders", "order_no,state,customer_no,line_no\n"), HasSubstr("net or net_minor"));
  EXPECT_THAT(refusal("invoices", "invoice_no,kind,posted_at,customer_no,line_no,net,net_minor\n"),
              HasSubstr("two columns for net"));
  EXPECT_THAT(refusal("customers", "number,name,name\n"), HasSubstr("name twice"));
  EXPECT_THAT(refusal("customers", ""), HasSubstr("empty"));
  EXPECT_THAT(refusal("cars", "a\n"), HasSubstr("kinds are customers"));
  EXPECT_THAT(refusal("customers", "number,name\n", profile("retail_invoices")), HasSubstr("is for invoices"));
  EXPECT_THAT(refusal("customers", "number,name\n1,K\xE4lle\n"), HasSubstr("line 2"));
}

TEST_F(ImportRun, NotesColumnsThatNothingReads) {
  const Outcome outcome = import_text("customers", "number,name,colour\n1,A,red\n");
  EXPECT_EQ(outcome.accepted, 1);
  EXPECT_THAT(outcome.notes, ElementsAre(HasSubstr("colour")));
}

TEST_F(ImportRun, RefusesNumbersThatStandTwice) {
  const Outcome outcome = import_text("customers", "number,name\n1,A\n1,B\n2,C\n");
  EXPECT_EQ(outcome.accepted, 0);
  EXPECT_THAT(text_of(*outcome.errors), HasSubstr("3,number,1,"));
}

TEST_F(ImportRun, TakesRetailInvoicesWithTheirCustomers) {
  app_.currency = "";
  const std::string csv =
      "invoice_no,kind,posted_at,customer_no,country,currency,line_count,net_minor\n"
      "536365,invoice,2010-12-01T08:26:00,17850,United Kingdom,GBP,7,13912\n"
      "C536379,credit_note,2010-12-01T09:41:00,,United Kingdom,GBP,1,-2750\n";
  const Outcome outcome = import_text("invoices", csv, profile("retail_invoices"));
  EXPECT_EQ(outcome.accepted, 2);
  EXPECT_TRUE(outcome.notes.empty());
  const ImportBatch& batch = app_.batches.at(0);
  EXPECT_EQ(batch.currency_if_company_has_none, "GBP");
  ASSERT_EQ(batch.customers.size(), 2U);
  EXPECT_EQ(batch.customers[0].number, "17850");
  EXPECT_EQ(batch.customers[0].name, "17850");
  EXPECT_EQ(batch.customers[0].country, "United Kingdom");
  EXPECT_TRUE(batch.customers[1].is_stand_in);
  EXPECT_EQ(batch.invoices[1].customer_number, "Unknown");
  EXPECT_EQ(batch.invoices[1].lines.at(0).net_minor, -2750);
}

TEST_F(ImportRun, TakesThePipelineThroughTheModule) {
  boost::json::value sent;
  std::vector<std::string> steps;
  app_.actions["step.list"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
    return boost::json::object{{"steps", {{{"id", 1}, {"code", "closed_won"}}, {{"id", 2}, {"code", "engaging"}}}}};
  };
  app_.actions["step.create"] = [&](const Caller&, const boost::json::value& input) -> boost::json::value {
    steps.emplace_back(input.at("code").as_string());
    return boost::json::object{{"id", 9}};
  };
  app_.actions["opportunity.import"] = [&](const Caller&, const boost::json::value& input) -> boost::json::value {
    sent = input;
    return boost::json::object{{"accepted", 4}, {"rejected", boost::json::array{}}};
  };
  const Outcome outcome = import("opportunities", fixture("pipeline.csv"), profile("crm_pipeline_sales_pipeline"));
  EXPECT_EQ(outcome.accepted, 4);
  EXPECT_THAT(steps, ElementsAre("prospecting"));
  EXPECT_EQ(app_.customers.count("Unknown"), 1U);
  EXPECT_TRUE(app_.batches.at(0).customers.at(0).is_stand_in);
  const auto& rows = sent.at("rows").as_array();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].at("title").as_string(), "GTX Pro – Cancity");
  EXPECT_EQ(rows[0].at("step").as_string(), "closed_won");
  EXPECT_EQ(rows[0].at("amount").at("minor").as_int64(), 105400);
  EXPECT_EQ(rows[0].at("amount").at("currency").as_string(), "USD");
  EXPECT_EQ(rows[0].at("closed_on").as_string(), "2017-03-01");
  EXPECT_EQ(rows[1].at("amount").at("minor").as_int64(), 0);
  EXPECT_EQ(rows[2].at("title").as_string(), "GTX Basic");
  EXPECT_EQ(rows[2].at("customer_number").as_string(), "Unknown");
  EXPECT_FALSE(rows[2].as_object().contains("amount"));
  // A product without a price stays a line, and makes no amount of 0.
  EXPECT_EQ(boost::json::serialize(rows[2].at("lines")), R"([{"product":"GTX Basic"}])");
  EXPECT_EQ(rows[0].at("lines").at(0).at("product").as_string(), "GTX Pro");
  EXPECT_EQ(rows[2].at("start").as_string(), "2016-11-03");
  EXPECT_EQ(rows[3].at("start").as_string(), "2017-08-31");
}

TEST_F(ImportRun, TakesBackWhatItMadeWhenTheModuleRefuses) {
  app_.actions["step.list"] = [](const Caller&, const boost::json::value&) -> boost::json::value {
    return boost::json::object{{"steps", {{{"id", 1}, {"code", "prospecting"}}, {{"id", 2}, {"code", "engaging"}}}}};
  };
  app_.actions["opportunity.import"] = [&](const Caller&, const boost::json::value&) -> boost::json::value {
    return boost::json::object{
        {"accepted", 0},
        {"rejected", {{{"row", 2}, {"field", "customer"}, {"value", "Isdom"}, {"message", "no such customer"}}}}};
  };
  const Outcome outcome = import("opportunities", fixture("pipeline.csv"), profile("crm_pipeline_sales_pipeline"));
  EXPECT_EQ(outcome.accepted, 0);
  EXPECT_EQ(outcome.rejected, 1);
  EXPECT_THAT(text_of(*outcome.errors), HasSubstr("3,customer,Isdom,no such customer"));
  EXPECT_EQ(app_.customers.count("Unknown"), 0U);
}

TEST_F(ImportRun, SetsEmployeesIntoTheirGroups) {
  boost::json::value sent;
  app_.actions["group.import"] = [&](const Caller&, const boost::json::value& input) -> boost::json::value {
    sent = input;
    return boost::json::object{};
  };
  import_text("employees", "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\n",
              profile("crm_pipeline_sales_teams"));
  EXPECT_EQ(app_.batches.at(0).employees.at(0).number, "Anna Snelling");
  EXPECT_EQ(boost::json::serialize(sent.at("rows").at(0)),
            R"({"path":["Central","Dustin Brinkmann"],"employee":"Anna Snelling","from":"2010-01-01"})");
}

TEST_F(ImportRun, TakesTheWholeRetailFile) {
  const char* folder = std::getenv("SALES_LEADS_DATA");  // NOLINT: one thread
  const std::filesystem::path file =
      std::filesystem::path(folder ? folder : PROJECT_DIR "/../shared/data") / "retail_invoices/invoices.csv";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the data set is not here: set SALES_LEADS_DATA";
  app_.currency = "";
  const Outcome outcome = import("invoices", file, profile("retail_invoices"));
  EXPECT_EQ(outcome.read, 12'795);
  EXPECT_EQ(outcome.accepted, 12'795);
  std::int64_t net = 0, credits = 0;
  for (const InvoiceRow& row : app_.batches.at(0).invoices) {
    net += row.lines.at(0).net_minor;
    credits += row.kind == "credit_note" ? 1 : 0;
  }
  EXPECT_EQ(net, 439'795'076);
  EXPECT_EQ(credits, 2'006);
}

}  // namespace
}  // namespace erp::host::import
