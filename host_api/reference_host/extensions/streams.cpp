// SPDX-License-Identifier: Apache-2.0
//
// erp.events/1 and erp.jobs/1.
#include <algorithm>
#include <cstring>

#include "database/outbox.h"
#include "erp/table.hpp"
#include "erp/text.hpp"
#include "extensions/context.h"

namespace erp::host {

namespace {

constexpr std::uint32_t kMostEvents = 10'000;

// --- erp.events/1

erp_event as_event(std::int64_t company, const StampedEvent& stamped) {
  auto event = sdk::sized<erp_event>();
  event.sequence = stamped.sequence;
  event.company = company;
  event.document = stamped.document;
  event.occurred_at_us = stamped.occurred_at;
  sdk::copy_text(event.kind, stamped.kind);
  sdk::copy_text(event.from_state, stamped.from_state);
  sdk::copy_text(event.to_state, stamped.to_state);
  return event;
}

erp_status fetch(void* ctx, const erp_call* call, std::int64_t after, erp_event* out, std::uint32_t stride,
                 std::uint32_t capacity, std::uint32_t* count, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    if (out == nullptr || count == nullptr || stride < 2 * sizeof(std::uint32_t)) {
      refuse(ERP_INVALID_ARGUMENT, "events.out", "out, count or stride is missing.");
    }
    *count = 0;
    const Pool::Lease db = context.base().pool.lease();
    const Transaction snapshot(*db, Transaction::Mode::read);
    const auto found = fetch_events(*db, caller.company, after, std::min(capacity, kMostEvents));
    for (const StampedEvent& stamped : found) {
      // The caller's elements may be shorter or longer than ours; stride is the size of each.
      erp_event event = as_event(caller.company, stamped);
      const std::uint32_t length = std::min<std::uint32_t>(stride, sizeof event);
      event.size = length;
      std::memcpy(reinterpret_cast<char*>(out) + static_cast<std::size_t>(*count) * stride, &event, length);
      ++*count;
    }
  });
}

erp_status horizon(void* ctx, const erp_call* call, erp_event_horizon* out, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const Pool::Lease db = context.base().pool.lease();
    const Transaction snapshot(*db, Transaction::Mode::read);
    const EventHorizon found = event_horizon(*db, caller.company);
    auto filled = sdk::sized<erp_event_horizon>();
    filled.oldest = found.oldest;
    filled.head = found.head;
    if (!sdk::copy_out(out, filled)) refuse(ERP_INVALID_ARGUMENT, "out.size", "out is missing or its size is not set.");
  });
}

erp_status publish(void* ctx, const erp_call* call, erp_str kind, std::int64_t record, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string name = stored_text(kind, "kind", sizeof(erp_event::kind) - 1);
    if (!context.is_own(name)) {
      refuse(ERP_INVALID_ARGUMENT, "event.kind.invalid",
             "kind \"" + name + "\" does not begin with \"" + context.manifest().id +
                 ".\". Name the module's own events so.");
    }
    Unit unit(context.base(), caller, Transaction::Mode::write);
    unit.raise(Topic::module, name, record);
    unit.commit();
  });
}

// --- erp.jobs/1

std::string job_name(erp_str name) {
  std::string found = stored_text(name, "name", 100);
  if (found.empty()) refuse(ERP_INVALID_ARGUMENT, "job.name.invalid", "name is empty. Give the job a name.");
  return found;
}

void write_job(Context& context, const erp_call* call, erp_str name, std::optional<std::int64_t> minute,
               std::optional<std::int64_t> at_us) {
  const Caller caller = context.tokens().caller_of(call);
  const std::string job = job_name(name);
  Unit unit(context.base(), caller, Transaction::Mode::write);
  // A daily job that stands already at the same minute keeps its next run.
  unit.db().exec(
      "insert into host_module_job (module_id, company_id, name, daily_minute, next_at, permille, progress) values (?, "
      "?, ?, "
      "?, ?, 0, '') on conflict (module_id, company_id, name) do update set next_at = case when excluded.daily_minute "
      "is not "
      "null and excluded.daily_minute = host_module_job.daily_minute then host_module_job.next_at else "
      "excluded.next_at end, "
      "daily_minute = excluded.daily_minute",
      {context.manifest().id, caller.company, job, minute, at_us});
  unit.commit();
  context.jobs_changed = true;
}

erp_status run_at(void* ctx, const erp_call* call, erp_str name, std::int64_t at_us, erp_error* error) {
  return host_slot(error, [&] { write_job(context_of(ctx), call, name, std::nullopt, at_us); });
}

erp_status run_daily(void* ctx, const erp_call* call, erp_str name, std::int32_t minute, erp_error* error) {
  return host_slot(error, [&] {
    if (minute < 0 || minute > 1439) {
      refuse(ERP_INVALID_ARGUMENT, "job.minute.invalid",
             "minute " + std::to_string(minute) + " is no minute of a day. Give 0 to 1439.");
    }
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    std::int64_t next = 0;
    {
      Unit unit(context.base(), caller, Transaction::Mode::read);
      constexpr std::int64_t kMinuteUs = 60'000'000;
      constexpr std::int64_t kDayUs = 1440 * kMinuteUs;
      const std::int64_t today = unit.zone().day_of(unit.now_us());
      next = unit.zone().moment_of(today * kDayUs + minute * kMinuteUs);
      if (next <= unit.now_us()) next = unit.zone().moment_of((today + 1) * kDayUs + minute * kMinuteUs);
    }
    write_job(context, call, name, minute, next);
  });
}

erp_status progress(void* ctx, const erp_call* call, erp_str name, std::int32_t permille, erp_str text,
                    erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const Pool::Lease db = context.base().pool.lease();
    Transaction transaction(*db, Transaction::Mode::write);
    db->exec(
        "update host_module_job set permille = ?, progress = ? where module_id = ? and company_id = ? and name = ?",
        {static_cast<std::int64_t>(std::clamp(permille, 0, 1000)), stored_text(text, "text", 500),
         context.manifest().id, caller.company, job_name(name)});
    transaction.commit();
  });
}

erp_status cancel(void* ctx, const erp_call* call, erp_str name, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const Pool::Lease db = context.base().pool.lease();
    Transaction transaction(*db, Transaction::Mode::write);
    db->exec("delete from host_module_job where module_id = ? and company_id = ? and name = ?",
             {context.manifest().id, caller.company, job_name(name)});
    transaction.commit();
  });
}

}  // namespace

void fill_table(erp_events& table) {
  table.fetch = fetch;
  table.horizon = horizon;
  table.publish = publish;
}

void fill_table(erp_jobs& table) {
  table.run_at = run_at;
  table.run_daily = run_daily;
  table.progress = progress;
  table.cancel = cancel;
}

}  // namespace erp::host
