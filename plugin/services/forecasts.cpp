// SPDX-License-Identifier: Apache-2.0
#include "services/forecasts.h"

#include <algorithm>

#include "domain/forecast/explain.h"
#include "domain/forecast/model.h"
#include "domain/forecast/totals.h"
#include "host/refusal.h"
#include "services/forecast_model.h"
#include "services/forecast_snapshot.h"
#include "services/opportunities.h"
#include "services/references.h"
#include "store/directory_store.h"
#include "store/forecast_store.h"
#include "store/settings_store.h"
#include "store/snapshot_store.h"

namespace sales_leads::services {
namespace {

SnapshotWish wish_of(UseCase& use_case, domain::Day as_of, const std::string& origin) {
  SnapshotWish wish;
  wish.company = use_case.company();
  wish.time_zone = use_case.calendar.zone();
  wish.currency = use_case.host.company_currency(use_case.call);
  wish.fiscal_first_month = use_case.host.company_time(use_case.company()).fiscal_year_start_month;
  wish.as_of = as_of;
  wish.origin = origin;
  wish.stamp = use_case.stamp();
  return wish;
}

json::object shown_snapshot(const store::Snapshot& snapshot) {
  return {{"id", snapshot.id},
          {"as_of", domain::date_text(snapshot.as_of)},
          {"origin", snapshot.origin},
          {"opportunities", snapshot.opportunities},
          {"currency", snapshot.currency},
          {"learnt", snapshot.believed > 500'000},
          {"correction", share_text(snapshot.correction / 100)},
          {"created_at", time_text(snapshot.created_at)}};
}

std::string percent(std::int64_t millionths) { return share_text((millionths + 50) / 100); }

/// "0.63": hundredths.
std::string times(std::int64_t hundredths) {
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + (rest.size() < 2 ? ".0" : ".") + rest;
}

/// Names of what the reasons are about.
class Names {
 public:
  Names(UseCase& use_case, const store::ForecastFacts& facts) : use_case_(use_case), facts_(facts) {}

  std::string of(const domain::forecast::Reason& reason) {
    const auto at = static_cast<std::size_t>(std::max<std::int64_t>(0, reason.number));
    store::SettingsStore settings(use_case_.session, use_case_.company());
    if (reason.key == "product") return facts_.products.at(at);
    if (reason.key == "seller") return employee(facts_.sellers.at(at));
    if (reason.key == "step" || reason.key == "untried") {
      for (const auto& step : settings.steps()) {
        if (reason.number >= 0 && step.id == facts_.steps.at(at)) return step.title.in(use_case_.language());
      }
    }
    if (reason.key == "source" || reason.key == "type") {
      const Id id = (reason.key == "source" ? facts_.sources : facts_.types).at(at);
      for (const auto& entry : settings.entries()) {
        if (entry.id == id) return entry.title.in(use_case_.language());
      }
      return "–";
    }
    if (reason.key == "season" || reason.key == "cohort")
      return use_case_.messages.text(use_case_.call.locale, "month." + std::to_string(reason.number));
    return std::to_string(reason.number);
  }

 private:
  std::string employee(Id id) {
    const auto found =
        store::DirectoryStore(use_case_.session, use_case_.company()).by_ids(store::DirectoryKind::employee, {id});
    return found.empty() ? std::to_string(id) : found.front().name;
  }
  UseCase& use_case_;
  const store::ForecastFacts& facts_;
};

/// The forecast of one deal: by the model of the last night where there is one, else learnt now from all.
class OneForecast {
 public:
  OneForecast(UseCase& use_case, Id id) {
    auto kept = kept_model(use_case.session, use_case.company(), use_case.today());
    store::ForecastLoader loader(use_case.session, use_case.company(), use_case.calendar, use_case.today(),
                                 kept ? kept->levels : store::ForecastLevels{});
    if (kept) {
      model_ = std::move(kept->model);
      loader.read({id});
      facts_ = loader.take();
      facts_.history.put_in_order();
    } else {
      while (loader.read_page()) {
      }
      while (loader.finish()) {
      }
      facts_ = loader.take();
      model_ = domain::forecast::build_model(facts_.history, use_case.today(),
                                             use_case.host.company_time(use_case.company()).fiscal_year_start_month);
    }
    totals_ = std::make_unique<domain::forecast::Totals>(facts_.history, model_, kMonthsShown);
    totals_->run();
    const auto& deals = totals_->deals();
    const auto found =
        std::find_if(deals.begin(), deals.end(), [&](const auto& deal) { return facts_.history.id[deal.deal] == id; });
    if (found != deals.end()) deal_ = &*found;
  }
  [[nodiscard]] const domain::forecast::DealForecast* deal() const { return deal_; }
  [[nodiscard]] const domain::forecast::Model& model() const { return model_; }
  [[nodiscard]] const store::ForecastFacts& facts() const { return facts_; }
  [[nodiscard]] const std::vector<domain::Day>& months() const { return totals_->months(); }

 private:
  static constexpr std::int32_t kMonthsShown = 4;
  domain::forecast::Model model_;
  store::ForecastFacts facts_;
  std::unique_ptr<domain::forecast::Totals> totals_;
  const domain::forecast::DealForecast* deal_ = nullptr;
};

}  // namespace

json::value take_forecast_snapshot(UseCase& use_case, const Input& input) {
  const domain::Day as_of = input.date("as_of").value_or(use_case.today());
  if (as_of > use_case.today())
    input.refuse("as_of", *input.find("as_of"), "<= " + domain::date_text(use_case.today()));
  const std::string origin = as_of == use_case.today() ? "daily" : "backtest";
  SnapshotMaker maker(wish_of(use_case, as_of, origin));
  while (maker.step(use_case.database)) {
  }
  return shown_snapshot(*store::SnapshotStore(use_case.session, use_case.company()).find(maker.id()));
}

json::value backtest_forecast(UseCase& use_case, const Input& input) {
  const std::int64_t months = input.integer("months").value_or(6);
  const std::int32_t now = domain::forecast::month_number(use_case.today());
  json::array made;
  for (std::int64_t back = months; back >= 1; --back) {
    const domain::Day as_of = domain::forecast::first_of_month(now - static_cast<std::int32_t>(back) + 1) - 1;
    SnapshotMaker maker(wish_of(use_case, as_of, "backtest"));
    while (maker.step(use_case.database)) {
    }
    made.push_back(shown_snapshot(*store::SnapshotStore(use_case.session, use_case.company()).find(maker.id())));
  }
  return json::object{{"snapshots", std::move(made)}};
}

json::value list_forecast_snapshots(UseCase& use_case, const Input& input) {
  const std::int64_t limit = input.integer("limit").value_or(100);
  const auto found =
      store::SnapshotStore(use_case.session, use_case.company()).list(input.integer("after").value_or(0), limit);
  json::array rows;
  for (const auto& snapshot : found) rows.push_back(shown_snapshot(snapshot));
  const bool more = static_cast<std::int64_t>(found.size()) == limit;
  return json::object{{"snapshots", std::move(rows)}, {"next", more ? json::value(found.back().id) : json::value()}};
}

json::value set_forecast_category(UseCase& use_case, const Input& input) {
  const auto row = load_to_change(use_case, input);
  if (row.status != "open") throw Refusal(Code::conflict, "opportunity.status.closed", "id", std::to_string(row.id));
  const auto category = input.text("category");
  store::SnapshotStore(use_case.session, use_case.company()).set_category(row.id, category, use_case.stamp());
  use_case.changed_elsewhere.emplace_back("opportunity", row.id);
  return json::object{{"id", row.id}, {"category", category ? json::value(*category) : json::value()}};
}

json::value explain_forecast(UseCase& use_case, const Input& input) {
  const auto row = load_opportunity(use_case, input);
  if (row.status != "open") throw Refusal(Code::conflict, "opportunity.status.closed", "id", std::to_string(row.id));
  const OneForecast forecast(use_case, row.id);
  const auto* found = forecast.deal();
  if (found == nullptr) throw Refusal(Code::not_found, "forecast.none", "id", std::to_string(row.id));
  const store::ForecastFacts& facts = forecast.facts();
  const std::string currency = use_case.host.company_currency(use_case.call);
  json::array reasons;
  Names names(use_case, facts);
  for (const auto& reason : domain::forecast::explain(facts.history, forecast.model(), found->deal)) {
    const std::string name = names.of(reason);
    reasons.push_back(
        json::object{{"key", reason.key},
                     {"times", times(reason.hundredths)},
                     {"text", use_case.messages.text(use_case.call.locale, "forecast.reason." + reason.key,
                                                     {{"times", times(reason.hundredths)}, {"value", name}})}});
  }
  json::array months;
  for (std::size_t m = 0; m < found->by_month.size(); ++m) {
    months.push_back(
        json::object{{"month", domain::month_key(forecast.months()[m])},
                     {"chance", percent(found->by_month[m])},
                     {"expected", json::object{{"minor", found->expected_by_month[m]}, {"currency", currency}}}});
  }
  const auto categories = store::SnapshotStore(use_case.session, use_case.company()).categories();
  const auto set = categories.find(row.id);
  return json::object{{"id", row.id},
                      {"as_of", domain::date_text(use_case.today())},
                      {"chance", percent(found->ever)},
                      {"within_30", percent(found->within[0])},
                      {"within_60", percent(found->within[1])},
                      {"within_90", percent(found->within[2])},
                      {"by_step", share_text(row.probability)},
                      {"learnt", forecast.model().is_learnt()},
                      {"value", json::object{{"minor", found->value}, {"currency", currency}}},
                      {"expected", json::object{{"minor", found->expected}, {"currency", currency}}},
                      {"category", set == categories.end() ? category_of(found->ever) : set->second},
                      {"category_by_hand", set != categories.end()},
                      {"months", std::move(months)},
                      {"reasons", std::move(reasons)}};
}

}  // namespace sales_leads::services
