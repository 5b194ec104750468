// SPDX-License-Identifier: Apache-2.0
#include "reports/forecast_parts.h"

#include <tuple>

#include "host/refusal.h"
#include "reports/pivot.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {

std::optional<store::Snapshot> snapshot_of(const Context& context, const boost::json::object& params,
                                           std::string_view name, domain::Day otherwise) {
  store::SnapshotStore store(context.session, context.company);
  const auto day = read_day(params, name, true);
  auto daily = store.latest(day.value_or(otherwise), "daily"),
       dated_back = store.latest(day.value_or(otherwise), "backtest");
  if (daily && day && dated_back && dated_back->as_of > daily->as_of) return dated_back;
  if (daily) return daily;
  if (dated_back || !day) return dated_back;
  throw Refusal(Code::invalid_argument, "report.as_of.none", std::string(name), domain::date_text(*day));
}

Visible::Visible(const Context& context) : all_(context.sees_all()) {
  if (all_) return;
  for (const auto& [id] : context.session.query<Id>(
           "select o.id from sl_opportunity o where o.company_id = :company and " +
               store::own_condition(context.session, "o"),
           {{"company", context.company}, {"them", context.session.ids_text(context.employees)}})) {
    ids_.insert(id);
  }
}

FrozenRows::FrozenRows(const Context& context, const store::Snapshot& snapshot)
    : store_(context.session, context.company), snapshot_(snapshot) {
  read(0);
}

void FrozenRows::read(Id after) {
  constexpr std::int64_t kPage = 5'000;
  page_ = store_.ask_plain_rows(snapshot_, after, kPage, {false, false, false, false, false}).take();
  next_ = 0;
}

void FrozenRows::next() {
  if (++next_ == page_.size()) read(page_.back().opportunity);
}

SellerParts seller_parts(const Context& context, Id first, Id last) {
  SellerParts parts;
  std::tuple<Id, std::int64_t, std::int64_t> in_force{};
  for (const auto& [opportunity, effective_at, set_no, employee, share] : context.session.query<Id, Id, Id, Id, Id>(
           "select opportunity_id, effective_at, set_no, employee_id, share from sl_opportunity_seller "
           "where company_id = :company and opportunity_id >= :first and opportunity_id <= :last "
           "order by opportunity_id, effective_at, set_no, employee_id",
           {{"company", context.company}, {"first", first}, {"last", last}})) {
    auto& entries = parts[opportunity];
    if (in_force != std::tuple{opportunity, effective_at, set_no}) entries.clear();
    in_force = {opportunity, effective_at, set_no};
    entries.push_back({employee, share});
  }
  return parts;
}

}  // namespace sales_leads::reports
