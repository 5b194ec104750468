// SPDX-License-Identifier: Apache-2.0
//
// erp.log/1, erp.clock/1, erp.config/1, erp.database/1, erp.identity/1, erp.money/1.
#include <algorithm>
#include <array>

#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"
#include "extensions/context.h"
#include "extensions/log.h"
#include "services/access.h"

namespace erp::host {

namespace {

constexpr std::uint32_t kMostPairs = 64;
constexpr std::uint32_t kModuleSessions = 8;

// --- erp.log/1

void log_write(void* ctx, std::int32_t level, erp_str message, const erp_log_pair* pairs, std::uint32_t count) {
  host_slot(nullptr, [&] {
    std::vector<LogPair> found;
    for (std::uint32_t i = 0; pairs != nullptr && i < std::min(count, kMostPairs); ++i) {
      found.emplace_back(sdk::view(pairs[i].name), sdk::view(pairs[i].value));
    }
    log_line(level, sdk::cut(sdk::view(message), 8192), found.data(), found.size(),
             ctx == nullptr ? std::string_view("module") : context_of(ctx).manifest().id);
  });
}

// --- erp.clock/1

std::int64_t now_us(void* ctx) {
  std::int64_t now = 0;
  host_slot(nullptr, [&] { now = context_of(ctx).base().clock.now_us(); });
  return now;
}

std::int64_t monotonic_us(void*) { return Clock::monotonic_us(); }

erp_status company_time(void* ctx, std::int64_t company, erp_company_time* out, erp_error* error) {
  return host_slot(error, [&] {
    const Pool::Lease db = context_of(ctx).base().pool.lease();
    const auto found = db->row<std::string, std::int64_t>(
        "select time_zone, fiscal_year_start_month from host_company where id = ?", {company});
    if (!found) refuse(ERP_NOT_FOUND, "company.not_found", "There is no company " + std::to_string(company) + ".");
    auto filled = sdk::sized<erp_company_time>();
    filled.fiscal_year_start_month = static_cast<std::int32_t>(std::get<1>(*found));
    sdk::copy_text(filled.time_zone, std::get<0>(*found));
    if (!sdk::copy_out(out, filled)) refuse(ERP_INVALID_ARGUMENT, "out.size", "out is missing or its size is not set.");
  });
}

// --- erp.config/1

erp_status config_get(void* ctx, erp_str key, const erp_sink* out, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const std::string name = stored_text(key, "key", 200);
    const Pool::Lease db = context.base().pool.lease();
    const auto found = db->row<std::string>("select value from host_module_config where module_id = ? and name = ?",
                                            {context.manifest().id, name});
    if (!found) refuse(ERP_NOT_FOUND, "config.not_set", "The operator has set no value for \"" + name + "\".");
    sdk::write_all(out, std::get<0>(*found));
  });
}

std::uint64_t config_generation(void* ctx) {
  std::uint64_t generation = 0;
  host_slot(nullptr, [&] {
    Context& context = context_of(ctx);
    const Pool::Lease db = context.base().pool.lease();
    const auto found =
        db->row<std::int64_t>("select config_generation from host_module where id = ?", {context.manifest().id});
    if (found) generation = static_cast<std::uint64_t>(std::get<0>(*found));
  });
  return generation;
}

// --- erp.database/1

erp_status database_info(void* ctx, erp_database_info* out, erp_error* error) {
  return host_slot(error, [&] {
    const ModuleDatabase& database = context_of(ctx).database();
    auto info = sdk::sized<erp_database_info>();
    info.backend = database.backend;
    info.connection = sdk::str(database.connection);
    info.schema = sdk::str(database.schema);
    info.prefix = sdk::str(database.prefix);
    info.views_version = 1;
    info.max_sessions = kModuleSessions;
    if (!sdk::copy_out(out, info)) refuse(ERP_INVALID_ARGUMENT, "out.size", "out is missing or its size is not set.");
  });
}

// --- erp.identity/1

erp_status whoami(void* ctx, const erp_call* call, erp_actor* out, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    auto actor = sdk::sized<erp_actor>();
    actor.kind = caller.kind;
    if (caller.kind == ERP_ACTOR_USER) {
      const Pool::Lease db = context.base().pool.lease();
      const auto found = db->row<std::string, std::string, std::optional<std::int64_t>>(
          "select login, name, employee_id from host_user where id = ? and state = 'active'", {caller.user});
      if (!found) refuse(ERP_PERMISSION, "user.not_found", "The user behind the call is not active any more.");
      actor.user = caller.user;
      actor.employee = std::get<2>(*found).value_or(0);
      sdk::copy_text(actor.login, std::get<0>(*found));
      sdk::copy_text(actor.name, std::get<1>(*found));
    }
    if (!sdk::copy_out(out, actor)) refuse(ERP_INVALID_ARGUMENT, "out.size", "out is missing or its size is not set.");
  });
}

erp_status check_permission(void* ctx, const erp_call* call, erp_str permission, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    require_permission(context, context.tokens().caller_of(call), stored_text(permission, "permission", 200));
  });
}

// --- erp.money/1

erp_status money_exponent(void*, erp_str currency, std::int32_t* out, erp_error* error) {
  return host_slot(error, [&] {
    const std::string code = stored_text(currency, "currency", 16);
    const auto found = currency_exponent(code);
    if (!found) refuse(ERP_NOT_FOUND, "currency.unknown", "\"" + code + "\" is not an ISO 4217 code known here.");
    if (out == nullptr) refuse(ERP_INVALID_ARGUMENT, "out.missing", "out is missing.");
    *out = *found;
  });
}

erp_status company_currency(void* ctx, const erp_call* call, char out[4], erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    if (out == nullptr) refuse(ERP_INVALID_ARGUMENT, "out.missing", "out is missing.");
    const Caller caller = context.tokens().caller_of(call);
    Unit unit(context.base(), caller, Transaction::Mode::read);
    const std::string currency = unit.company().currency;
    std::fill_n(out, 4, '\0');
    std::copy_n(currency.data(), std::min<std::size_t>(currency.size(), 3), out);
  });
}

erp_status money_rate(void* ctx, const erp_call* call, erp_str currency, std::int32_t day, erp_rate* out,
                      erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string code = stored_text(currency, "currency", 16);
    const Pool::Lease db = context.base().pool.lease();
    const auto found = db->row<std::int64_t, std::int64_t, std::int64_t>(
        "select units, exponent, rate_date from host_currency_rate where company_id = ? and currency = ? and rate_date "
        "<= ? "
        "order by rate_date desc limit 1",
        {caller.company, code, static_cast<std::int64_t>(day)});
    if (!found) {
      refuse(ERP_NOT_FOUND, "rate.missing",
             "There is no rate of " + code + " on or before " + day_text(day) + ". Set one with rate.set.");
    }
    auto rate = sdk::sized<erp_rate>();
    rate.units = std::get<0>(*found);
    rate.exponent = static_cast<std::int32_t>(std::get<1>(*found));
    rate.date = static_cast<std::int32_t>(std::get<2>(*found));
    if (!sdk::copy_out(out, rate)) refuse(ERP_INVALID_ARGUMENT, "out.size", "out is missing or its size is not set.");
  });
}

}  // namespace

void fill_table(erp_log& table) { table.write = log_write; }

void fill_table(erp_clock& table) {
  table.now_us = now_us;
  table.monotonic_us = monotonic_us;
  table.company_time = company_time;
}

void fill_table(erp_config& table) {
  table.get = config_get;
  table.generation = config_generation;
}

void fill_table(erp_database& table) { table.info = database_info; }

void fill_table(erp_identity& table) {
  table.whoami = whoami;
  table.check = check_permission;
}

void fill_table(erp_money& table) {
  table.exponent = money_exponent;
  table.company_currency = company_currency;
  table.rate = money_rate;
}

}  // namespace erp::host
