// SPDX-License-Identifier: Apache-2.0
#include "reports/funnel.h"

#include <algorithm>
#include <map>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using MaybeId = std::optional<Id>;
constexpr std::int64_t kDay_us = 86'400LL * 1'000'000;

struct Mine {
  std::string text;
  store::Params binds;
};

/// Those that the caller sees, as a condition on sl_opportunity o.
Mine mine(const Context& context) {
  Mine mine{"o.company_id = :company and o.archived = 0", {{"company", context.company}}};
  if (!context.sees_all()) {
    mine.text += " and " + store::own_condition(context.session, "o");
    mine.binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  return mine;
}

void narrow(Mine& mine, const std::string& column, const std::optional<domain::Day>& from,
            const std::optional<domain::Day>& to) {
  if (from) {
    mine.text += " and " + column + " >= :first";
    mine.binds.emplace_back("first", *from);
  }
  if (to) {
    mine.text += " and " + column + " <= :last";
    mine.binds.emplace_back("last", *to);
  }
}

struct Stage {
  std::int64_t reached = 0, passed = 0, standing = 0, dropped = 0, visits = 0, stayed_us = 0;
  void add(const Stage& other) {
    reached += other.reached;
    passed += other.passed;
    standing += other.standing;
    dropped += other.dropped;
    visits += other.visits;
    stayed_us += other.stayed_us;
  }
  [[nodiscard]] json::object shown() const {
    json::object measures{{"reached", reached}, {"passed", passed}, {"standing", standing}, {"dropped", dropped}};
    measures["passed_share"] = reached > 0 ? json::value((passed * 10'000 + reached / 2) / reached) : json::value();
    measures["days"] =
        visits > 0 ? json::value((stayed_us + visits * kDay_us / 2) / (visits * kDay_us)) : json::value();
    return measures;
  }
};

struct Deal {
  Id id = 0, step = 0;
  std::string status, cohort;
  std::optional<std::int64_t> closed_us;
};

class Funnel {
 public:
  Funnel(const Context& context, const json::object& params) : context_(context), labels_(context) {
    for (const auto& [id, pipeline, position] : context.session.query<Id, Id, std::int64_t>(
             "select id, pipeline_id, position from sl_step where company_id = :company and status = 'open' order by "
             "position, id",
             {{"company", context.company}})) {
      steps_[id] = {pipeline, position};
    }
    if (const json::value* cohorts = params.if_contains("cohorts"); cohorts != nullptr && cohorts->is_bool())
      cohorts_ = cohorts->get_bool();
    Mine own = mine(context);
    narrow(own, "o.start_date", read_day(params, "from", false), read_day(params, "to", true));
    if (const json::value* pipeline = params.if_contains("pipeline"); pipeline != nullptr && pipeline->is_int64()) {
      own.text += " and o.pipeline_id = :pipeline";
      own.binds.emplace_back("pipeline", pipeline->get_int64());
    }
    read(own);
  }

  json::object answer() {
    json::array rows;
    for (const auto& [order, id] : sorted()) {
      const auto found = stages_.find(id);
      if (found == stages_.end()) continue;
      const Label& label = labels_.step(id);
      json::object row{{"key", label.key}, {"label", label.label}, {"id", id}, {"measures", found->second.shown()}};
      if (cohorts_) {
        json::array columns;
        for (const auto& [cohort, stages] : by_cohort_) {
          const auto cell = stages.find(id);
          if (cell == stages.end()) continue;
          columns.push_back(json::object{{"key", cohort}, {"label", cohort}, {"measures", cell->second.shown()}});
        }
        row["columns"] = std::move(columns);
      }
      rows.push_back(std::move(row));
    }
    return {
        {"rows", std::move(rows)},
        {"totals",
         json::object{{"measures", json::object{{"begun", begun_}, {"won", won_}, {"lost", lost_}, {"open", open_}}}}}};
  }

 private:
  [[nodiscard]] std::vector<std::pair<std::pair<std::int64_t, Id>, Id>> sorted() const {
    std::vector<std::pair<std::pair<std::int64_t, Id>, Id>> order;
    for (const auto& [id, step] : steps_) order.push_back({{step.second, id}, id});
    std::sort(order.begin(), order.end());
    return order;
  }

  void read(const Mine& own) {
    std::map<Id, Deal> deals;
    for (auto& [id, step, pipeline, status, start] : context_.session.query<Id, Id, Id, std::string, MaybeId>(
             "select o.id, o.step_id, o.pipeline_id, o.status, o.start_date from sl_opportunity o where " + own.text,
             own.binds)) {
      deals[id] = {id, step, status, start ? domain::month_key(static_cast<domain::Day>(*start)) : "none", {}};
      pipelines_[id] = pipeline;
      ++begun_;
      (status == "won" ? won_ : status == "open" ? open_ : lost_) += 1;
    }
    struct Path {
      std::int64_t furthest = -1;
      Id last = 0;
      std::map<Id, Stage> visits;
    };
    std::map<Id, Path> paths;
    const std::int64_t now = context_.calendar->start_of(context_.today + 1);
    for (const auto& [opportunity, step, entered, left] : context_.session.query<Id, Id, std::int64_t, MaybeId>(
             "select v.opportunity_id, v.step_id, v.entered_at, v.left_at from sl_step_visit v join sl_opportunity o "
             "on "
             "o.id = v.opportunity_id and o.company_id = v.company_id where " +
                 own.text + " order by v.opportunity_id, v.entered_at, v.id",
             own.binds)) {
      const auto known = steps_.find(step);
      if (known == steps_.end()) continue;
      Path& path = paths[opportunity];
      if (known->second.first == pipelines_[opportunity]) path.furthest = std::max(path.furthest, known->second.second);
      path.last = step;
      Stage& stage = path.visits[step];
      ++stage.visits;
      stage.stayed_us += std::max<std::int64_t>(0, left.value_or(now) - entered);
    }
    for (const auto& [id, deal] : deals) {
      const Path& path = paths[id];
      for (const auto& [step, info] : steps_) {
        if (info.first != pipelines_[id]) continue;
        const bool won = deal.status == "won";
        Stage stage;
        // Those that were won or brought in as closed without a history have passed what nobody wrote down.
        stage.reached = path.furthest >= info.second || (won && path.furthest >= 0) ? 1 : 0;
        stage.passed = stage.reached != 0 && (path.furthest > info.second || won) ? 1 : 0;
        stage.standing = deal.status == "open" && deal.step == step ? 1 : 0;
        stage.dropped = deal.status != "open" && !won && stage.reached != 0 && stage.passed == 0 ? 1 : 0;
        if (const auto visits = path.visits.find(step); visits != path.visits.end()) {
          stage.visits = visits->second.visits;
          stage.stayed_us = visits->second.stayed_us;
        }
        if (stage.reached == 0 && stage.visits == 0) continue;
        stages_[step].add(stage);
        by_cohort_[deal.cohort][step].add(stage);
      }
    }
  }

  const Context& context_;
  Labels labels_;
  bool cohorts_ = false;
  std::map<Id, std::pair<Id, std::int64_t>> steps_;  // pipeline and position of open steps
  std::map<Id, Id> pipelines_;
  std::map<Id, Stage> stages_;
  std::map<std::string, std::map<Id, Stage>> by_cohort_;
  std::int64_t begun_ = 0, won_ = 0, lost_ = 0, open_ = 0;
};

struct WonDeal {
  Id id = 0, owner = 0;
  domain::Day on = 0;
  std::int64_t amount = 0;
};

std::vector<WonDeal> won_deals(const Context& context, const std::optional<domain::Day>& from,
                               const std::optional<domain::Day>& to) {
  Mine own = mine(context);
  own.text += " and o.status = 'won' and o.actual_close is not null";
  narrow(own, "o.actual_close", from, to);
  std::vector<WonDeal> deals;
  for (const auto& [id, owner, on, amount] : context.session.query<Id, Id, Id, std::int64_t>(
           "select o.id, o.owner_id, o.actual_close, coalesce(o.company_minor, 0) from sl_opportunity o where " +
               own.text + " order by o.id",
           own.binds)) {
    deals.push_back({id, owner, static_cast<domain::Day>(on), amount});
  }
  return deals;
}

}  // namespace

json::object funnel(const Context& context, const json::object& params) { return Funnel(context, params).answer(); }

json::object loss_reasons(const Context& context, const json::object& params) {
  Mine own = mine(context);
  own.text += " and o.status in ('lost', 'expired')";
  narrow(own, "o.actual_close", read_day(params, "from", false), read_day(params, "to", true));
  Labels labels(context);
  struct Sum {
    std::int64_t count = 0, amount = 0;
  };
  std::map<std::pair<std::string, std::string>, std::pair<json::object, Sum>> rows;
  Sum total;
  for (const auto& [rejection, status, count, amount] :
       context.session.query<Id, std::string, std::int64_t, std::int64_t>(
           "select o.rejection_id, o.status, count(*), cast(coalesce(sum(o.company_minor), 0) as bigint) from "
           "sl_opportunity o "
           "where " +
               own.text + " group by o.rejection_id, o.status",
           own.binds)) {
    Label label = rejection != 0 ? labels.list_entry(rejection) : labels.none("rejection");
    if (rejection == 0 && status == "expired") label = {0, "expired", labels.status("expired"), "~"};
    if (rejection == 0 && status == "lost")
      label.label = context.language == "sv"   ? "Ingen avvisning"
                    : context.language == "nb" ? "Ingen avvisning"
                                               : "No rejection";
    auto& row = rows[{label.order, label.key}];
    row.first = {{"key", label.key}, {"label", label.label}, {"id", rejection}};
    row.second.count += count;
    row.second.amount += amount;
    total.count += count;
    total.amount += amount;
  }
  const auto shown = [&](const Sum& sum) {
    return json::object{
        {"count", sum.count},
        {"amount", amount_json(sum.amount, context.currency)},
        {"share", total.count > 0 ? json::value((sum.count * 10'000 + total.count / 2) / total.count) : json::value()}};
  };
  json::array list;
  for (auto& [key, row] : rows) {
    row.first["measures"] = shown(row.second);
    list.push_back(std::move(row.first));
  }
  return {{"rows", std::move(list)}, {"totals", json::object{{"measures", shown(total)}}}};
}

json::object won_trend(const Context& context, const json::object& params) {
  const domain::Day last = read_day(params, "to", true).value_or(context.today);
  const auto date = domain::civil_date(last);
  const domain::Day this_month = *domain::day_of({date.year, date.month, 1});
  std::map<domain::Day, std::pair<std::int64_t, std::int64_t>> months;  // count, amount
  for (const WonDeal& deal :
       won_deals(context, domain::add_months(this_month, -25), domain::add_months(this_month, 1) - 1)) {
    const auto on = domain::civil_date(deal.on);
    auto& month = months[*domain::day_of({on.year, on.month, 1})];
    ++month.first;
    month.second += deal.amount;
  }
  json::array rows;
  std::int64_t count = 0, amount = 0, before = 0;
  for (int back = 11; back >= 0; --back) {
    const domain::Day month = domain::add_months(this_month, -back);
    const auto [won, sum] = months[month];
    const std::int64_t year_ago = months[domain::add_months(month, -12)].second;
    domain::Wide three = 0;
    for (int m = 0; m < 3; ++m) three += months[domain::add_months(month, -m)].second;
    rows.push_back(json::object{
        {"key", domain::month_key(month)},
        {"label", domain::month_key(month)},
        {"measures", json::object{{"count", won},
                                  {"amount", amount_json(sum, context.currency)},
                                  {"year_before", amount_json(year_ago, context.currency)},
                                  {"mean_of_three",
                                   amount_json(static_cast<std::int64_t>((three * 2 + 3) / 6), context.currency)}}}});
    count += won;
    amount += sum;
    before += year_ago;
  }
  return {{"rows", std::move(rows)},
          {"totals", json::object{{"measures", json::object{{"count", count},
                                                            {"amount", amount_json(amount, context.currency)},
                                                            {"year_before", amount_json(before, context.currency)}}}}}};
}

json::object top_sellers(const Context& context, const json::object& params) {
  const auto shares = seller_parts(context);
  struct Sum {
    std::int64_t count = 0, amount = 0;
  };
  std::map<Id, Sum> sums;
  Sum total;
  for (const WonDeal& deal : won_deals(context, read_day(params, "from", false), read_day(params, "to", true))) {
    std::vector<SellerPart> parts{{deal.owner, 10'000}};
    if (const auto found = shares.find(deal.id); found != shares.end()) parts = found->second;
    std::vector<std::int64_t> weights;
    for (const SellerPart& part : parts) weights.push_back(part.basis_points);
    const auto amounts = domain::largest_remainder(deal.amount, weights);
    bool any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool seen = context.sees_all() || std::find(context.employees.begin(), context.employees.end(),
                                                        parts[i].seller) != context.employees.end();
      if (!seen) continue;  // a colleague's share of a common deal is the colleague's
      ++sums[parts[i].seller].count;
      sums[parts[i].seller].amount += amounts[i];
      total.amount += amounts[i];
      any = true;
    }
    total.count += any ? 1 : 0;
  }
  std::vector<std::pair<Id, Sum>> ranked(sums.begin(), sums.end());
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a.second.amount != b.second.amount ? a.second.amount > b.second.amount : a.first < b.first;
  });
  const json::value* limit = params.if_contains("limit");
  const std::size_t most = limit != nullptr && limit->is_int64() ? static_cast<std::size_t>(limit->get_int64()) : 10;
  Labels labels(context);
  json::array rows;
  const auto shown = [&](const Sum& sum) {
    return json::object{{"count", sum.count}, {"amount", amount_json(sum.amount, context.currency)}};
  };
  for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i) {
    const Label& label = labels.seller(ranked[i].first);
    rows.push_back(json::object{{"key", label.key},
                                {"label", label.label},
                                {"id", ranked[i].first},
                                {"rank", i + 1},
                                {"measures", shown(ranked[i].second)}});
  }
  return {{"rows", std::move(rows)}, {"totals", json::object{{"measures", shown(total)}}}};
}

}  // namespace sales_leads::reports
