// SPDX-License-Identifier: Apache-2.0
//
// What the forecast reads night after night, only what changed: the same history, to the last column, and the same
// model, to the last bit, as read anew.
#include <cstdio>
#include <random>

#include "domain/forecast/kept_model.h"
#include "store/forecast_store.h"
#include "store/world.h"

namespace sales_leads::test {
namespace {

using domain::Day;
using store::ForecastFacts;
using store::ForecastFactsStore;
using store::ForecastLoader;

class ForecastFactsTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    if (IsSkipped()) return;
    for (const auto& [id, code, status] : std::vector<std::tuple<int, std::string, std::string>>{
             {3, "offer", "open"}, {4, "lost", "lost"}, {5, "talk", "open"}}) {
      session_->execute(
          "insert into sl_step (id, company_id, pipeline_id, code, title_en, title_sv, title_nb, position, "
          "probability, "
          "status, created_at, created_by, changed_at, changed_by) values (:id, 1, 1, :code, '', '', '', :id2, 2000, "
          ":status, 0, 0, 0, 0)",
          {{"id", id}, {"id2", id}, {"code", code}, {"status", status}});
    }
  }

  std::int64_t moment(Day day) { return day * kDayUs + static_cast<std::int64_t>(chance_() % 80'000) * 1'000'000; }

  void field(Id id, const std::string& name, const std::string& value, std::int64_t at, std::int64_t written) {
    session_->execute(
        "insert into sl_field_history (company_id, opportunity_id, field, value, effective_at, recorded_at, actor_id) "
        "values (1, :id, :field, :value, :at, :written, 0)",
        {{"id", id}, {"field", name}, {"value", value}, {"at", at}, {"written", written}});
  }

  void stand(Id id, Id step, std::int64_t at, std::int64_t written) {
    session_->execute(
        "update sl_step_visit set left_at = :at where company_id = 1 and opportunity_id = :id and left_at is null",
        {{"at", at}, {"id", id}});
    session_->execute(
        "insert into sl_step_visit (company_id, opportunity_id, step_id, entered_at, actor_id, recorded_at) values "
        "(1, :id, :step, :at, 0, :written)",
        {{"id", id}, {"step", step}, {"at", at}, {"written", written}});
  }

  void touch(Id id, const std::string& set) {
    session_->execute("update sl_opportunity set version = version + 1" + set + " where company_id = 1 and id = :id",
                      {{"id", id}});
  }

  void begin(Id id, std::int64_t at, std::int64_t written) {
    session_->execute(
        "insert into sl_opportunity (id, company_id, title, customer_id, owner_id, pipeline_id, step_id, status, "
        "probability, company_minor, type_id, source_id, created_at, created_by, changed_at, changed_by) values (:id, "
        "1, 'x', 1, :owner, 1, 1, 'open', 1000, :amount, :type, :source, 0, 0, 0, 0)",
        {{"id", id}, {"owner", 1 + id % 5}, {"amount", 1'000 + id % 977}, {"type", id % 3}, {"source", id % 4}});
    field(id, "status", "open", at, written);
    field(id, "owner", std::to_string(1 + id % 5), at, written);
    stand(id, 1, at, written);
    if (id % 3 == 0)
      session_->execute(
          "insert into sl_opportunity_line (company_id, opportunity_id, line_no, product) values (1, :id, 1, :product)",
          {{"id", id}, {"product", "Product no. " + std::to_string(id % 7)}});
  }

  /// Anything that may happen to one, dated that day, before it, or after it; false when it is no more.
  bool change(Id id, Day day) {
    const std::int64_t written = moment(day);
    const auto when = chance_() % 10;
    const std::int64_t at = when == 0   ? moment(day + 1 + static_cast<Day>(chance_() % 5))
                            : when == 1 ? moment(day - static_cast<Day>(chance_() % 20))
                                        : written;
    switch (chance_() % 9) {
      case 0:
        field(id, "status", "won", at, written);
        stand(id, 2, at, written);
        touch(id, ", status = 'won', step_id = 2");
        break;
      case 1:
        field(id, "status", "lost", at, written);
        stand(id, 4, at, written);
        touch(id, ", status = 'lost', step_id = 4");
        break;
      case 2:
        field(id, "status", "open", at, written);
        stand(id, 3, at, written);
        touch(id, ", status = 'open', step_id = 3");
        break;
      case 3:
        stand(id, chance_() % 2 == 0 ? 3 : 5, at, written);
        touch(id, "");
        break;
      case 4:
        field(id, "owner", std::to_string(1 + chance_() % 6), at, written);
        touch(id, ", owner_id = 3");
        break;
      case 5:
        field(id, "company_amount", std::to_string(chance_() % 90'000), at, written);
        field(id, "amount", "1", at, written);
        touch(id, "");
        break;
      case 6:
        field(id, "probability", std::to_string(chance_() % 10'000), at, written);
        touch(id, "");
        break;
      case 7:
        field(id, "archived", chance_() % 2 == 0 ? "1" : "0", at, written);
        touch(id, "");
        break;
      default:
        for (const char* table : {"sl_step_visit", "sl_field_history", "sl_opportunity_line"})
          session_->execute(std::string("delete from ") + table + " where company_id = 1 and opportunity_id = :id",
                            {{"id", id}});
        session_->execute("delete from sl_opportunity where company_id = 1 and id = :id", {{"id", id}});
        return false;
    }
    return true;
  }

  [[nodiscard]] ForecastFacts anew(Day day) {
    ForecastLoader loader(*session_, 1, calendar_, day);
    while (loader.read_page(50)) {
    }
    while (loader.finish()) {
    }
    return loader.take();
  }

  /// As the nights do it; answers how many were read anew.
  [[nodiscard]] std::pair<ForecastFacts, std::size_t> by_changes(Day day) {
    EXPECT_TRUE(ForecastFactsStore(*session_, 1).begin(ForecastLoader::form(calendar_), day));
    ForecastLoader loader(*session_, 1, calendar_, day);
    loader.use_kept();
    std::size_t read = 0;
    while (loader.read_page(50)) {
      read += loader.fresh().size();
      ForecastFactsStore(*session_, 1).put(loader.fresh());
    }
    ForecastFactsStore(*session_, 1).forget_gone();
    while (loader.finish()) {
    }
    return {loader.take(), read};
  }

  static void expect_same(const ForecastFacts& a, const ForecastFacts& b, Day day) {
    const auto &x = a.history, &y = b.history;
    EXPECT_EQ(x.id, y.id);
    EXPECT_EQ(x.entry, y.entry);
    EXPECT_EQ(x.close, y.close);
    EXPECT_EQ(x.outcome, y.outcome);
    EXPECT_EQ(x.level, y.level);
    EXPECT_EQ(x.levels, y.levels);
    EXPECT_EQ(x.value, y.value);
    EXPECT_EQ(x.won_value, y.won_value);
    EXPECT_EQ(x.step_p, y.step_p);
    EXPECT_EQ(x.untried, y.untried);
    EXPECT_EQ(x.step, y.step);
    ASSERT_EQ(x.stays.size(), y.stays.size());
    for (std::size_t s = 0; s < x.stays.size(); ++s) {
      EXPECT_EQ(std::tie(x.stays[s].deal, x.stays[s].step, x.stays[s].from, x.stays[s].to),
                std::tie(y.stays[s].deal, y.stays[s].step, y.stays[s].from, y.stays[s].to));
    }
    EXPECT_EQ(a.sellers, b.sellers);
    EXPECT_EQ(a.sources, b.sources);
    EXPECT_EQ(a.types, b.types);
    EXPECT_EQ(a.campaigns, b.campaigns);
    EXPECT_EQ(a.products, b.products);
    EXPECT_EQ(a.untried, b.untried);
    EXPECT_EQ(domain::forecast::text_of(domain::forecast::build_model(x, day, 1)),
              domain::forecast::text_of(domain::forecast::build_model(y, day, 1)));
  }

  std::mt19937 chance_{7};
  CompanyCalendar calendar_{"Europe/Stockholm"};
};

TEST_P(ForecastFactsTest, ANightReadsWhatChangedAndKnowsTheSameToTheBit) {
  session_->run("begin");
  std::vector<Id> ids;
  for (Id id = 1; id <= 300; ++id) {
    const Day day = static_cast<Day>(kDay) + static_cast<Day>(id / 2);
    begin(id, moment(day), moment(day));
    if (id > 40 && id % 4 != 0) {
      const bool won = id % 3 == 0;
      const std::int64_t at = moment(day + static_cast<Day>(3 + id % 60));
      field(id, "status", won ? "won" : "lost", at, at);
      stand(id, won ? 2 : 4, at, at);
      touch(id, won ? ", status = 'won'" : ", status = 'lost'");
    }
    ids.push_back(id);
  }
  Day day = static_cast<Day>(kDay) + 240;
  EXPECT_EQ(by_changes(day).second, 300U);
  std::size_t read = 0;
  for (int night = 0; night < 25; ++night) {
    day += night == 20 ? 30 : 1;
    for (int acts = 0; acts < 6; ++acts) {
      const std::size_t one = chance_() % ids.size();
      if (!change(ids[one], day)) ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(one));
    }
    begin(301 + night, moment(day), moment(day));
    ids.push_back(301 + night);
    if (night == 10) session_->run("update sl_step set probability = 3500 where id = 3");
    const auto [facts, count] = by_changes(day);
    read += count;
    expect_same(facts, anew(day), day);
    if (HasFailure()) FAIL() << "night " << night;
  }
  EXPECT_LT(read, 25U * 20U) << "of three hundred each night";
  EXPECT_GT(read, 25U * 3U);
  EXPECT_FALSE(ForecastFactsStore(*session_, 1).begin(ForecastLoader::form(calendar_), day - 1)) << "days go forward";
  const auto left = session_->first<std::int64_t, std::int64_t>(
      "select (select count(*) from sl_forecast_facts), (select count(*) from sl_opportunity)");
  EXPECT_EQ(std::get<0>(*left), std::get<1>(*left)) << "nothing is kept of what is gone";
  EXPECT_TRUE(ForecastFactsStore(*session_, 1).begin("2 UTC", day)) << "another form begins anew";
  EXPECT_EQ(std::get<0>(*session_->first<std::int64_t>("select count(*) from sl_forecast_facts")), 0);
  session_->run("rollback");
}

TEST(DealFacts, AreReadAsTheyWereWritten) {
  store::DealFacts facts;
  facts.born = true;
  facts.owner = -1;
  facts.value = domain::forecast::kNoValue;
  facts.product = "5 kg of \"it\", blue 7 ";
  facts.visits = {{3, -5, 9, true}, {4, 9, domain::forecast::kNever, false}};
  const std::string text = text_of(facts);
  EXPECT_EQ(store::facts_of(text), facts);
  for (std::size_t length = 0; length + facts.product.size() < text.size(); ++length)
    EXPECT_FALSE(store::facts_of(std::string_view(text).substr(0, length))) << length;
  EXPECT_FALSE(store::facts_of("x" + text));
}

SALES_LEADS_ON_BOTH(ForecastFactsTest);

}  // namespace
}  // namespace sales_leads::test
