// SPDX-License-Identifier: Apache-2.0
#include "actions/nightly.h"

#include "services/opportunity_expiry.h"

namespace sales_leads::actions {
namespace {
constexpr std::int32_t kMinute = 120;  // of the company's day
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
  return services::expire_due(use_case, [&] { return tools.host.monotonic_us() >= end; }).more;
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
