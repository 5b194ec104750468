// SPDX-License-Identifier: Apache-2.0
//
// Giving time to modules: one lane per module and company, back-off after failures, due jobs.
#include <algorithm>
#include <chrono>
#include <thread>

#include "extensions/log.h"
#include "extensions/module_host.h"

namespace erp::host {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kLongestBackoffUs = 30 * kSecondUs;
constexpr std::int64_t kBusyUs = 200'000;
constexpr std::int64_t kDrainBudgetUs = 500'000;
constexpr std::int64_t kLongestBusyUs = 60 * kSecondUs;
constexpr int kMostFailures = 3;

}  // namespace

ModuleHost::Lane& ModuleHost::lane(Module& one, std::int64_t company) {
  const std::lock_guard lock(one.mutex);
  return one.lanes[company];
}

void ModuleHost::wake() {
  for (const auto& one : modules_) {
    if (!one->state.running) continue;
    one->module->wake();
    const std::lock_guard lock(one->mutex);
    for (auto& [company, lane] : one->lanes) {
      ++lane.wakes;
      if (lane.backoff_us == 0) lane.next_us = 0;
    }
  }
}

std::string ModuleHost::due_job(Module& one, std::int64_t company) {
  const Pool::Lease db = base_.pool.lease();
  const auto found = db->row<std::string>(
      "select name from host_module_job where module_id = ? and company_id = ? and next_at <= ? order by next_at, name "
      "limit 1",
      {one.state.id, company, base_.clock.now_us()});
  return found ? std::get<0>(*found) : std::string();
}

void ModuleHost::finish_job(Module& one, std::int64_t company, const std::string& job) {
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  system.company = company;
  Unit unit(base_, system, Transaction::Mode::write);
  const auto found = unit.db().row<std::optional<std::int64_t>, std::int64_t>(
      "select daily_minute, next_at from host_module_job where module_id = ? and company_id = ? and name = ? and "
      "next_at <= ?",
      {one.state.id, company, job, unit.now_us()});
  if (!found) return;  // moved or cancelled by the job itself
  const auto& [minute, was] = *found;
  if (!minute) {
    unit.db().exec("delete from host_module_job where module_id = ? and company_id = ? and name = ?",
                   {one.state.id, company, job});
  } else {
    // Missed days are caught up by this one run.
    constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
    constexpr std::int64_t kDayUs = 1440 * kMinuteUs;
    const std::int64_t today = unit.zone().day_of(unit.now_us());
    std::int64_t next = unit.zone().moment_of(today * kDayUs + *minute * kMinuteUs);
    if (next <= unit.now_us()) next = unit.zone().moment_of((today + 1) * kDayUs + *minute * kMinuteUs);
    unit.db().exec("update host_module_job set next_at = ? where module_id = ? and company_id = ? and name = ?",
                   {next, one.state.id, company, job});
  }
  unit.commit();
}

WorkOutcome ModuleHost::slice(Module& one, std::int64_t company, std::int64_t budget_us) {
  Caller system;
  system.kind = ERP_ACTOR_SYSTEM;
  system.company = company;
  const std::string job = due_job(one, company);
  WorkOutcome outcome;
  {
    const CallToken token(tokens_, system);
    outcome = one.module->work(token.call(), budget_us, job);
  }
  if (!job.empty() && !outcome.more) {
    finish_job(one, company, job);
    outcome.more = true;  // events may have waited behind it
  }
  return outcome;
}

bool ModuleHost::work_round(const std::vector<std::int64_t>& companies, std::int64_t budget_us) {
  bool more = false;
  for (const auto& one : modules_) {
    if (!one->state.running || !one->module->running()) continue;
    for (const std::int64_t company : companies) {
      Lane& lane = this->lane(*one, company);
      if (Clock::monotonic_us() < lane.next_us) continue;
      const std::unique_lock busy(lane.busy, std::try_to_lock);
      if (!busy) continue;
      const std::uint64_t wakes = lane.wakes;
      try {
        const WorkOutcome outcome = slice(*one, company, budget_us);
        lane.backoff_us = 0;
        // At least every second: another process may have stamped events that this one was not told of.
        const std::int64_t wait = outcome.retry_after_us > 0 ? std::min(outcome.retry_after_us, kSecondUs) : kSecondUs;
        lane.next_us = outcome.more ? 0 : Clock::monotonic_us() + wait;
        if (lane.wakes != wakes) lane.next_us = 0;  // woken meanwhile, perhaps too late for this slice to see why
        more = more || outcome.more;
      } catch (const HostError& error) {
        if (error.status() == ERP_BUSY) {
          lane.next_us = Clock::monotonic_us() + kBusyUs;
          continue;
        }
        note(*one, error, "work");
        const std::int64_t backoff_us = std::clamp(lane.backoff_us * 2, kSecondUs / 10, kLongestBackoffUs);
        lane.backoff_us = backoff_us;
        lane.next_us = Clock::monotonic_us() + backoff_us;
      }
    }
  }
  return more;
}

DrainCounts ModuleHost::drain(std::int64_t company) {
  DrainCounts counts;
  for (const auto& one : modules_) {
    if (!one->state.running) continue;
    Lane& lane = this->lane(*one, company);
    const std::unique_lock busy(lane.busy);
    const std::int64_t give_up = Clock::monotonic_us() + kLongestBusyUs;
    int failures = 0;
    for (bool more = true; more;) {
      try {
        const WorkOutcome outcome = slice(*one, company, kDrainBudgetUs);
        counts.handled += outcome.handled;
        counts.parked += outcome.parked;
        more = outcome.more;
        failures = 0;
      } catch (const HostError& error) {
        note(*one, error, "work");
        const bool held = error.status() == ERP_BUSY && Clock::monotonic_us() < give_up;
        if (!held && ++failures >= kMostFailures) throw;
        if (!one->module->running()) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }
  return counts;
}

}  // namespace erp::host
