// SPDX-License-Identifier: Apache-2.0
//
// The read views are part of the ABI: names, columns, order and types, as host_api/sql/README.md has them.
#include "database/migrate.h"
#include "host/host_fixture.h"

namespace erp::host {
namespace {

struct View {
  std::string name;
  std::string columns;  // "name" is bigint, "name:t" is text
};

const std::vector<View>& contract() {
  static const std::vector<View> all{
      {"erp_company", "id name:t currency:t time_zone:t fiscal_year_start_month row_version"},
      {"erp_customer",
       "id company_id number:t name:t organisation_number:t country:t merged_into is_stand_in state:t row_version"},
      {"erp_contact", "id company_id customer_id name:t email:t phone:t row_version"},
      {"erp_project", "id company_id number:t name:t customer_id state:t row_version"},
      {"erp_employee", "id company_id number:t name:t user_id manager_id state:t row_version"},
      {"erp_currency_rate", "company_id currency:t rate_date units exponent row_version"},
      {"erp_order",
       "id company_id number:t customer_id project_id state:t salesperson_id currency:t offered_at confirmed_at "
       "row_version"},
      {"erp_order_line",
       "id order_id company_id line_no description:t quantity_units quantity_exponent net_minor company_net_minor "
       "counts_as_sale row_version"},
      {"erp_invoice",
       "id company_id number:t kind:t state:t counts customer_id project_id salesperson_id currency:t posted_at "
       "is_repeating row_version"},
      {"erp_invoice_line",
       "id invoice_id company_id line_no description:t quantity_units quantity_exponent net_minor company_net_minor "
       "counts_as_sale row_version"},
      {"erp_invoice_line_source", "company_id invoice_line_id source_kind:t source_line_id net_minor"},
      {"erp_document_ref",
       "company_id document_kind:t document_id line_id ref_kind:t ref_id set_by set_at copied row_version"},
      {"erp_event", "sequence company_id kind:t document_id from_state:t to_state:t occurred_at"},
  };
  return all;
}

class Views : public HostFixture {};

TEST_P(Views, HaveTheColumnsOfTheContract) {
  app();
  const auto db = session();
  for (const View& view : contract()) {
    std::string found;
    const std::string sql =
        GetParam() == Backend::sqlite
            ? "select name, lower(type) from pragma_table_info(?) order by cid"
            : "select cast(column_name as text), cast(data_type as text) from information_schema.columns where "
              "table_schema = 'public' and table_name = ? order by ordinal_position";
    for (const auto& [name, type] : db->rows<std::string, std::string>(sql, {view.name})) {
      EXPECT_TRUE(type == "bigint" || type == "text") << view.name << "." << name << " is " << type;
      found += (found.empty() ? "" : " ") + name + (type == "text" ? ":t" : "");
    }
    EXPECT_EQ(found, view.columns) << view.name;
  }
}

TEST_P(Views, NewerOrAlteredDatabasesAreRefused) {
  app();
  reopen();
  auto db = session();
  db->exec("update host_migration set checksum = 'other' where number = 1");
  try {
    migrate(*db);
    FAIL() << "another wording was not noticed";
  } catch (const HostError& error) {
    EXPECT_EQ(error.status(), ERP_DATA_LOSS);
  }
  db->exec("insert into host_migration (number, name, checksum) values (999, 'future', 'x')");
  try {
    migrate(*db);
    FAIL() << "a newer database was not noticed";
  } catch (const HostError& error) {
    EXPECT_EQ(error.status(), ERP_VERSION);
  }
}

TEST(MigrationText, IsCutIntoStatementsOfTheBackend) {
  const std::string text =
      "-- note;\n--@ sqlite\ncreate a (\n  x {clustered});\n--@ postgresql\ncreate b;\ncreate c {clustered};\n";
  EXPECT_EQ(statements_of(text, Backend::sqlite),
            (std::vector<std::string>{"create a (\n  x without rowid)", "create c without rowid"}));
  EXPECT_EQ(statements_of(text, Backend::postgresql), (std::vector<std::string>{"create b", "create c"}));
}

ON_BOTH_DATABASES(Views);

}  // namespace
}  // namespace erp::host
