// SPDX-License-Identifier: Apache-2.0
#include "reports/funnel.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "reports/forecast_parts.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"
#include "store/read_snapshot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

using MaybeId = std::optional<Id>;
constexpr std::int64_t kDay_us = 86'400LL * 1'000'000;
// Opportunities held at a time. The first page is small, so that few are quickly read; each next one is twice the one
// before, so that of many few statements are made.
constexpr std::int64_t kFirstPage = 500, kLargestPage = 16'000;

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

/// Of many opportunities so many after an id.
struct Page {
  Id after = 0;
  std::int64_t rows = kFirstPage;
  [[nodiscard]] Page next(Id last) const { return {last, std::min(rows * 2, kLargestPage)}; }
};

/// A page of them in the order of ids, the last of the statement. SQLite walks the table from there: by an index of the
/// company it would read all of it for each page, and sort it.
Mine paged(const Context& context, const Mine& own, const Page& page) {
  Mine some{own.text + " and o.id > :after order by o.id limit :rows", own.binds};
  if (context.session.backend() == Backend::sqlite) some.text.insert(0, "+");
  some.binds.emplace_back("after", page.after);
  some.binds.emplace_back("rows", page.rows);
  return some;
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

using Deals = std::vector<std::tuple<Id, Id, Id, std::string, MaybeId>>;  // id, step, pipeline, status, start
using Visits = std::vector<std::tuple<Id, Id, std::int64_t, MaybeId>>;    // opportunity, step, entered, left

store::Awaited<Id, Id, Id, std::string, MaybeId> ask_deals(const Context& context, const Mine& own, const Page& page) {
  const Mine some = paged(context, own, page);
  return context.session.ask<Id, Id, Id, std::string, MaybeId>(
      "select o.id, o.step_id, o.pipeline_id, o.status, o.start_date from sl_opportunity o where " + some.text,
      some.binds);
}

/// The visits of a page of opportunities, in its order; those of others between them too, where that is quicker.
store::Awaited<Id, Id, std::int64_t, MaybeId> ask_visits(const Context& context, const Deals& deals) {
  const Id first = std::get<0>(deals.front()), last = std::get<0>(deals.back());
  std::string which = "opportunity_id >= :first and opportunity_id <= :last";
  store::Params binds{{"company", context.company}};
  if (last - first < 4 * static_cast<std::int64_t>(deals.size())) {
    binds.emplace_back("first", first);
    binds.emplace_back("last", last);
  } else {
    std::vector<Id> ids;
    for (const auto& deal : deals) ids.push_back(std::get<0>(deal));
    which = context.session.in_ids("opportunity_id", "ids");
    binds.emplace_back("ids", context.session.ids_text(ids));
  }
  return context.session.ask<Id, Id, std::int64_t, MaybeId>(
      "select opportunity_id, step_id, entered_at, left_at from sl_step_visit where company_id = :company and " +
          which + " order by opportunity_id",
      binds);
}

class Funnel {
 public:
  Funnel(const Context& context, const json::object& params) : context_(context), labels_(context) {
    for (const auto& [id, pipeline, position] : context.session.query<Id, Id, std::int64_t>(
             "select id, pipeline_id, position from sl_step where company_id = :company and status = 'open' order by "
             "position, id",
             {{"company", context.company}})) {
      steps_[id] = {pipeline, position};
      of_pipeline_[pipeline].push_back(id);
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

  /// Page by page, so that of a million deals few are held; the database looks for the next while one is added up.
  void read(const Mine& own) {
    const store::ReadSnapshot one_state(context_.session);
    const std::int64_t now = context_.calendar->start_of(context_.today + 1);
    Page page;
    for (Deals deals = ask_deals(context_, own, page).take(); !deals.empty();) {
      auto visits = ask_visits(context_, deals);
      visits.arrive();
      page = page.next(std::get<0>(deals.back()));
      auto following = ask_deals(context_, own, page);
      add_page(deals, visits.take(), now);
      deals = following.take();
    }
  }

  void add_page(const Deals& deals, const Visits& visits, std::int64_t now) {
    auto visit = visits.begin();
    for (const auto& [id, step, pipeline, status, start] : deals) {
      ++begun_;
      (status == "won" ? won_ : status == "open" ? open_ : lost_) += 1;
      std::int64_t furthest = -1;
      stays_.clear();
      while (visit != visits.end() && std::get<0>(*visit) < id) ++visit;  // of one that is not asked for
      for (; visit != visits.end() && std::get<0>(*visit) == id; ++visit) {
        const auto& [of, at, entered, left] = *visit;
        const auto known = steps_.find(at);
        if (known == steps_.end() || known->second.first != pipeline) continue;
        furthest = std::max(furthest, known->second.second);
        stays_.emplace_back(at, std::max<std::int64_t>(0, left.value_or(now) - entered));
      }
      if (furthest < 0) continue;
      auto* cohort = cohorts_ ? &by_cohort_[cohort_of(start)] : nullptr;
      for (const Id at : of_pipeline_[pipeline]) add(at, step, status, furthest, cohort);
    }
  }

  /// What a deal that came as far as `furthest` says of a step of its pipeline.
  void add(Id at, Id step, const std::string& status, std::int64_t furthest, std::map<Id, Stage>* cohort) {
    const bool won = status == "won", open = status == "open";
    const std::int64_t position = steps_.at(at).second;
    // Those that were won or brought in as closed without a history have passed what nobody wrote down.
    if (furthest < position && !won) return;
    Stage stage;
    stage.reached = 1;
    stage.passed = furthest > position || won ? 1 : 0;
    stage.standing = open && step == at ? 1 : 0;
    stage.dropped = !open && stage.passed == 0 ? 1 : 0;
    for (const auto& [where, stayed_us] : stays_) {
      if (where != at) continue;
      ++stage.visits;
      stage.stayed_us += stayed_us;
    }
    stages_[at].add(stage);
    if (cohort != nullptr) (*cohort)[at].add(stage);
  }

  static std::string cohort_of(const MaybeId& start) {
    return start ? domain::month_key(static_cast<domain::Day>(*start)) : "none";
  }

  const Context& context_;
  Labels labels_;
  bool cohorts_ = false;
  std::map<Id, std::pair<Id, std::int64_t>> steps_;  // pipeline and position of open steps
  std::map<Id, std::vector<Id>> of_pipeline_;
  std::vector<std::pair<Id, std::int64_t>> stays_;  // of the deal at hand: step and microseconds
  std::map<Id, Stage> stages_;
  std::map<std::string, std::map<Id, Stage>> by_cohort_;
  std::int64_t begun_ = 0, won_ = 0, lost_ = 0, open_ = 0;
};

/// What the caller sees of the won, closed within these days.
Mine mine_won(const Context& context, const std::optional<domain::Day>& from, const std::optional<domain::Day>& to) {
  Mine own = mine(context);
  own.text += " and o.status = 'won' and o.actual_close is not null";
  narrow(own, "o.actual_close", from, to);
  return own;
}

store::Awaited<Id, Id, std::int64_t> ask_won(const Context& context, const Mine& own, const Page& page) {
  const Mine some = paged(context, own, page);
  return context.session.ask<Id, Id, std::int64_t>(
      "select o.id, o.owner_id, coalesce(o.company_minor, 0) from sl_opportunity o where " + some.text, some.binds);
}

struct WonSum {
  std::int64_t count = 0, amount = 0;
};

/// Adds what the caller sees of a won deal to its sellers; answers the amount, if any of it is theirs to see.
std::optional<std::int64_t> add_won(const Context& context, std::int64_t whole, const std::vector<SellerPart>& parts,
                                    std::map<Id, WonSum>& sums) {
  std::vector<std::int64_t> weights;
  for (const SellerPart& part : parts) weights.push_back(part.basis_points);
  const auto amounts = domain::largest_remainder(whole, weights);
  std::optional<std::int64_t> seen_amount;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool seen = context.sees_all() || std::find(context.employees.begin(), context.employees.end(),
                                                      parts[i].seller) != context.employees.end();
    if (!seen) continue;  // a colleague's share of a common deal is the colleague's
    auto& sum = sums[parts[i].seller];
    ++sum.count;
    sum.amount += amounts[i];
    seen_amount = seen_amount.value_or(0) + amounts[i];
  }
  return seen_amount;
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
  const Mine own = mine_won(context, domain::add_months(this_month, -25), domain::add_months(this_month, 1) - 1);
  // Added up here: to group them by days SQLite would hold and sort them all. In the order of ids it walks the table;
  // without it would look for each by an index.
  for (const auto& [day, amount] : context.session.query<Id, std::int64_t>(
           "select o.actual_close, coalesce(o.company_minor, 0) from sl_opportunity o where " + own.text +
               " order by o.id",
           own.binds)) {
    const auto on = domain::civil_date(static_cast<domain::Day>(day));
    auto& month = months[*domain::day_of({on.year, on.month, 1})];
    ++month.first;
    month.second += amount;
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
  const Mine own = mine_won(context, read_day(params, "from", false), read_day(params, "to", true));
  const store::ReadSnapshot one_state(context.session);
  std::map<Id, WonSum> sums;
  WonSum total;
  Page page;
  for (auto deals = ask_won(context, own, page).take(); !deals.empty();) {
    const auto shares = seller_parts(context, std::get<0>(deals.front()), std::get<0>(deals.back()));
    page = page.next(std::get<0>(deals.back()));
    auto following = ask_won(context, own, page);
    for (const auto& [id, owner, whole] : deals) {
      const auto shared = shares.find(id);
      const auto amount = shared != shares.end() ? add_won(context, whole, shared->second, sums)
                                                 : add_won(context, whole, {{owner, 10'000}}, sums);
      if (!amount) continue;
      ++total.count;
      total.amount += *amount;
    }
    deals = following.take();
  }
  std::vector<std::pair<Id, WonSum>> ranked(sums.begin(), sums.end());
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a.second.amount != b.second.amount ? a.second.amount > b.second.amount : a.first < b.first;
  });
  const json::value* limit = params.if_contains("limit");
  const std::size_t most = limit != nullptr && limit->is_int64() ? static_cast<std::size_t>(limit->get_int64()) : 10;
  Labels labels(context);
  json::array rows;
  const auto shown = [&](const WonSum& sum) {
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
