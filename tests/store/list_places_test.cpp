// SPDX-License-Identifier: Apache-2.0
//
// A place far into a list of opportunities is found in an index alone, and so is the number of those that are due
// before a day: no row that is passed or counted is read from the table.
#include <gmock/gmock.h>

#include "actions/view_files.h"
#include "erp/lists_sql.hpp"
#include "services/list_catalog.h"
#include "store/fixture.h"
#include "store/migrations.h"

namespace sales_leads::test {
namespace {

using store::Id;
using testing::HasSubstr;

class ListPlacesTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    store::Migrations(PROJECT_DIR).apply(database(), 1);
    session_.emplace(database().lease());
    session().run(
        "insert into sl_opportunity (company_id, title, customer_id, currency, company_minor, pipeline_id, step_id, "
        "status, probability, planned_close, created_at, created_by, changed_at, changed_by) with recursive n(i) as "
        "(select 1 union all select i + 1 from n where i < 3000) select 1, 'Deal', 1, 'SEK', i * 7 % 1000, 1, 1 + i % "
        "5, case i % 2 when 0 then 'open' else 'won' end, 1000, 20000 + i % 400, i, 1, i, 1 from n");
    session().run(sqlite() ? "analyze" : "analyze sl_opportunity");
  }
  void TearDown() override {
    session_.reset();
    DatabaseTest::TearDown();
  }
  store::Session& session() { return **session_; }

  /// How the database finds the row number 1000 of the list.
  std::string plan(const std::string& sort, bool down,
                   const std::vector<std::pair<std::string, lists::Value>>& equal = {}) {
    lists::Question question;
    question.sort = {{list().find(sort), down}};
    question.id_down = down;
    for (const auto& [column, value] : equal)
      question.filters.push_back({list().find(column), lists::Op::equal, {value}});
    return plan_of(lists::Builder(list(), dialect()).place(question, 1000));
  }
  /// How it counts the open ones with such a planned close.
  std::string plan_of_number(lists::Op op, const std::vector<lists::Value>& days) {
    lists::Question question;
    question.filters = {{list().find("status"), lists::Op::equal, {std::string("open")}},
                        {list().find("planned_close"), op, days}};
    return plan_of(lists::Builder(list(), dialect()).totals(question, {}));
  }
  [[nodiscard]] std::string alone(const std::string& index) const {
    return sqlite() ? "USING COVERING INDEX sl_opportunity_list_" + index : "Index Only Scan";
  }

 private:
  static const lists::List& list() {
    static const DeclaredViews views = actions::load_views(std::string(PROJECT_DIR) + "/schemas");
    static const services::ListCatalog catalog(views);
    return catalog.find("opportunity")->list;
  }
  static const lists::Dialect& dialect() {
    static const lists::Dialect with_values = [] {
      lists::Dialect dialect;
      dialect.company = 1;
      dialect.bind = [](const lists::Value& value) {
        const auto* text = std::get_if<std::string>(&value);
        return text != nullptr ? "'" + *text + "'" : std::to_string(std::get<std::int64_t>(value));
      };
      return dialect;
    }();
    return with_values;
  }
  std::string plan_of(const std::string& sql) {
    std::string out;
    if (sqlite()) {
      for (const auto& [id, parent, unused, detail] :
           session().query<Id, Id, Id, std::string>("explain query plan " + sql))
        out += detail + "\n";
    } else {
      for (const auto& [line] : session().query<std::string>("explain (costs off) " + sql)) out += line + "\n";
    }
    return out;
  }

  std::optional<store::Lease> session_;
};

TEST_P(ListPlacesTest, OfEveryOrderThatAnIndexKeeps) {
  if (!sqlite()) session().run("set enable_seqscan = off"), session().run("set enable_bitmapscan = off");
  for (const bool down : {false, true}) {
    EXPECT_THAT(plan("planned_close", down), HasSubstr(alone("close")));
    EXPECT_THAT(plan("company_amount", down), HasSubstr(alone("amount")));
    EXPECT_THAT(plan("changed_at", down), HasSubstr(alone("changed")));
  }
}

TEST_P(ListPlacesTest, AlsoOfOneStatusOneStepAndBoth) {
  if (!sqlite()) session().run("set enable_seqscan = off"), session().run("set enable_bitmapscan = off");
  const lists::Value open = std::string("open"), step = std::int64_t{2};
  EXPECT_THAT(plan("planned_close", false, {{"status", open}}), HasSubstr(alone("status")));
  EXPECT_THAT(plan("planned_close", false, {{"step", step}}), HasSubstr(alone("step")));
  EXPECT_THAT(plan("planned_close", true, {{"step", step}, {"status", open}}), HasSubstr(alone("column")));
}

TEST_P(ListPlacesTest, TheNumberOfThoseDueBeforeADay) {
  if (!sqlite()) session().run("set enable_seqscan = off"), session().run("set enable_bitmapscan = off");
  const lists::Value first = std::int64_t{20'000}, last = std::int64_t{20'350};
  EXPECT_THAT(plan_of_number(lists::Op::less, {last}), HasSubstr(alone("status")));
  EXPECT_THAT(plan_of_number(lists::Op::at_least, {first}), HasSubstr(alone("status")));
  EXPECT_THAT(plan_of_number(lists::Op::between, {first, last}), HasSubstr(alone("status")));
}

SALES_LEADS_ON_BOTH(ListPlacesTest);

}  // namespace
}  // namespace sales_leads::test
