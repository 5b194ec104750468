// SPDX-License-Identifier: Apache-2.0
//
// What the module does once a day by itself, at two in the company's night: opportunities expire, and the
// forecast of the day that ended is frozen. The host's timetable
// (erp.jobs/1) brings it as a job; with a host that has none, the day's first work is the night.
//
// Threads: any; never two at once per company. Errors: Failure of the session and the host.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "domain/calendar.h"
#include "host/host.h"
#include "services/forecast_snapshot.h"
#include "services/messages.h"
#include "services/use_case.h"
#include "store/session.h"

namespace sales_leads::actions {

class Nightly {
 public:
  static constexpr std::string_view kJob = "sales_leads.nightly";

  struct Tools {
    const Host& host;
    store::Database& database;
    const services::Messages& messages;
    const services::Caller& system;
    const CallContext& call;
    std::int64_t budget_us = 0;
  };
  /// The job itself; answers whether there is more of it to do.
  bool run(const Tools& tools);
  /// Called with every work: once per company and day asks for the job, or does it where nobody else will.
  bool see_to(const Tools& tools);

 private:
  bool freeze(const Tools& tools, std::int64_t end_us);
  [[nodiscard]] bool is_freezing(std::int64_t company);
  std::mutex mutex_;                                                         // guards the maps
  std::map<std::int64_t, std::unique_ptr<services::SnapshotMaker>> makers_;  // company -> forecast in the making
  std::map<std::int64_t, domain::Day> days_;                                 // company -> day that was seen to
  std::atomic<bool> host_has_timetable_{false};
};

}  // namespace sales_leads::actions
