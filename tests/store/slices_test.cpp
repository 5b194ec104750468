// SPDX-License-Identifier: Apache-2.0
//
// Slices of a table's ids: each row in one of them, however its ids lie.
#include "reports/slices.h"

#include "store/world.h"

namespace sales_leads::test {
namespace {

using reports::Answers;
using reports::Slice;

class SlicesTest : public WorldTest {
 protected:
  std::vector<std::vector<Id>> found(const std::vector<Slice>& slices) {
    std::vector<std::vector<Id>> all;
    for (const Slice& slice : slices) {
      Params binds{{"company", 1}};
      const std::string in_slice = reports::within(slice, "o.id", binds);
      all.emplace_back();
      for (const auto& [id] : session_->query<Id>(
               "select o.id from sl_opportunity o where o.company_id = :company" + in_slice + " order by o.id", binds))
        all.back().push_back(id);
    }
    return all;
  }
  std::vector<std::vector<Id>> found() { return found(reports::slices(*session_, "sl_opportunity", Answers::many)); }
};

TEST_P(SlicesTest, EachRowIsInOne) {
  EXPECT_EQ(found(), (std::vector<std::vector<Id>>{{}}));
  customer(1);
  for (const Id id : {5, 6, 49'999}) opportunity(id, 1, 1);
  EXPECT_EQ(found(), (std::vector<std::vector<Id>>{{5, 6, 49'999}}));
  for (const Id id : {50'005, 50'006, 160'000}) opportunity(id, 1, 1);
  EXPECT_EQ(found(), (std::vector<std::vector<Id>>{{5, 6, 49'999, 50'005}, {50'006}, {}, {160'000}}));
  // One that comes while the slices are read is in the last.
  const auto before = reports::slices(*session_, "sl_opportunity", Answers::many);
  opportunity(900'000, 1, 1);
  EXPECT_EQ(found(before).back(), (std::vector<Id>{160'000, 900'000}));
}

TEST_P(SlicesTest, AreFewWhereIdsLieFarApart) {
  customer(1);
  const std::vector<Id> ids{1, 2'000'000'000'000, 3'999'999'999'999'999'999};
  for (const Id id : ids) opportunity(id, 1, 1);
  const auto slices = found();
  EXPECT_LE(slices.size(), 102u);
  std::vector<Id> all;
  for (const auto& slice : slices) all.insert(all.end(), slice.begin(), slice.end());
  EXPECT_EQ(all, ids);
}

TEST_P(SlicesTest, PostgreSqlGroupsItselfWhereItAnswersFew) {
  customer(1);
  opportunity(1, 1, 1), opportunity(200'000, 1, 1);
  EXPECT_EQ(reports::slices(*session_, "sl_opportunity", Answers::few).size(), sqlite() ? 4u : 1u);
}

TEST_P(SlicesTest, EachDayIsInOne) {
  const auto found = [this](Answers answers) {
    std::vector<std::vector<Id>> all;
    for (const Slice& slice : reports::day_slices(*session_, 1, "sl_rollup_customer", answers)) {
      Params binds{{"company", 1}};
      const std::string in_slice = reports::within(slice, "effective_date", binds);
      all.emplace_back();
      for (const auto& [day] :
           session_->query<Id>("select effective_date from sl_rollup_customer where company_id = :company" + in_slice +
                                   " order by effective_date",
                               binds))
        all.back().push_back(day);
    }
    return all;
  };
  const auto sold = [this](Id company, const std::string& measure, Id day) {
    session_->execute(
        "insert into sl_rollup_customer (company_id, measure, effective_date, customer_id, company_minor) values "
        "(:company, :measure, :day, 1, 100)",
        {{"company", company}, {"measure", measure}, {"day", day}});
  };
  EXPECT_EQ(found(Answers::many), (std::vector<std::vector<Id>>{{}}));
  // The ends are those of different measures, and of this company alone.
  sold(1, "ordered", 20'000), sold(1, "invoices", 20'031), sold(1, "invoices", 20'032), sold(1, "offered", 19'999),
      sold(1, "credits", 20'100);
  sold(2, "ordered", 10'000), sold(2, "ordered", 30'000);
  EXPECT_EQ(found(Answers::many), (std::vector<std::vector<Id>>{{19'999, 20'000}, {20'031, 20'032}, {}, {20'100}}));
  EXPECT_EQ(found(Answers::few).size(), sqlite() ? 2u : 1u);
  // A day before or after all that were known is in the first or the last.
  const auto before = reports::day_slices(*session_, 1, "sl_rollup_customer", Answers::many);
  EXPECT_LT(before.front().after, 0);
  EXPECT_GT(before.back().last, 1'000'000);
}

SALES_LEADS_ON_BOTH(SlicesTest);

}  // namespace
}  // namespace sales_leads::test
