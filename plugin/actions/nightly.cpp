// SPDX-License-Identifier: Apache-2.0
#include "actions/nightly.h"

#include "services/opportunity_expiry.h"

namespace sales_leads::actions {
namespace {
constexpr std::int32_t kMinute = 120;   // of the company's day
constexpr std::int32_t kDaysKept = 62;  // of daily forecasts; before that the last of each month stays
}  // namespace

bool Nightly::run(const Tools& tools) {
  services::Caller system = tools.system;
  system.sees = system.changes = services::whole_scope();
  services::Rates rates(tools.host, tools.call);
  const CompanyCalendar calendar(tools.host.company_time(tools.call.company).time_zone);
  const store::Lease session = tools.database.lease();
  services::UseCase use_case{tools.host, tools.database, *session, tools.call,          tools.messages,
                             rates,      calendar,       system,   tools.host.now_us(), {}};
  const std::int64_t end = tools.host.monotonic_us() + tools.budget_us;
  // While the forecast is in the making that is done: to look for it costs more than a slice of the forecast.
  if (!is_freezing(tools.call.company) &&
      services::expire_due(use_case, [&] { return tools.host.monotonic_us() >= end; }).more) {
    return true;
  }
  return freeze(tools, end);
}

bool Nightly::is_freezing(std::int64_t company) {
  const std::lock_guard lock(mutex_);
  const auto kept = makers_.find(company);
  return kept != makers_.end() && kept->second != nullptr;
}

/// Goes on where the last call stopped; what a stopped process left half done is begun anew.
bool Nightly::freeze(const Tools& tools, std::int64_t end_us) {
  const std::int64_t company = tools.call.company;
  const CompanyTime time = tools.host.company_time(company);
  const domain::Day ended = CompanyCalendar(time.time_zone).day_of(tools.host.now_us()) - 1;
  services::SnapshotMaker* maker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& kept = makers_[company];
    if (kept && kept->wish().as_of != ended) kept.reset();
    if (!kept) {
      const store::Lease session = tools.database.lease();
      if (store::SnapshotStore(*session, company).find(ended, "daily")) return false;
      services::SnapshotWish wish;
      wish.company = company;
      wish.time_zone = time.time_zone;
      wish.currency = tools.host.company_currency(tools.call);
      wish.fiscal_first_month = time.fiscal_year_start_month;
      wish.as_of = ended;
      wish.stamp = {tools.host.now_us(), 0};
      kept = std::make_unique<services::SnapshotMaker>(wish);
    }
    maker = kept.get();
  }
  bool more = true;
  do {
    more = maker->step(tools.database);
  } while (more && tools.host.monotonic_us() < end_us);
  if (more) return true;
  store::in_transaction(tools.database, [&](store::Session& session) {
    store::SnapshotStore(session, company).thin_out(ended - kDaysKept);
  });
  const std::lock_guard lock(mutex_);
  makers_.erase(company);
  return false;
}

bool Nightly::see_to(const Tools& tools) {
  const std::int64_t company = tools.call.company;
  const domain::Day today = CompanyCalendar(tools.host.company_time(company).time_zone).day_of(tools.host.now_us());
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const auto seen = days_.find(company);
    if (seen != days_.end() && seen->second == today) return false;
    first = seen == days_.end();
  }
  if (first && tools.host.run_daily(tools.call, kJob, kMinute)) host_has_timetable_ = true;
  if (!host_has_timetable_ && run(tools)) return true;
  const std::lock_guard lock(mutex_);
  days_[company] = today;
  return false;
}

}  // namespace sales_leads::actions
