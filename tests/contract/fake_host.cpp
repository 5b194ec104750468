// SPDX-License-Identifier: Apache-2.0
#include "contract/fake_host.h"

namespace contract {
namespace {

using erp::sdk::fill;
using erp::sdk::str;
using erp::sdk::view;

FakeHost& self(void* ctx) { return *static_cast<FakeHost*>(ctx); }

erp_status refuse(void* ctx, erp_error* error) {
  return fill(error, self(ctx).refuse_with, "fake.refused", "The fake host refuses.");
}

const void* get_extension(void* ctx, erp_str id) {
  FakeHost& host = self(ctx);
  const std::string name(view(id));
  host.asked.push_back(name);
  if (host.withheld.contains(name)) return nullptr;
  const std::map<std::string, const void*> tables{{ERP_EXT_CLOCK, &host.clock},
                                                  {ERP_EXT_DATABASE, &host.database_table},
                                                  {ERP_EXT_EVENTS, &host.events_table},
                                                  {ERP_EXT_LOG, &host.log},
                                                  {ERP_EXT_CONFIG, &host.config},
                                                  {ERP_EXT_IDENTITY, &host.identity},
                                                  {ERP_EXT_MONEY, &host.money},
                                                  {ERP_EXT_DOCUMENTS, &host.documents},
                                                  {ERP_EXT_UI, &host.ui},
                                                  {ERP_EXT_DIRECTORY, &host.directory}};
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : found->second;
}

void set_time_tables(FakeHost& host) {
  host.clock.now_us = [](void* ctx) { return self(ctx).now_us; };
  host.clock.monotonic_us = [](void* ctx) { return self(ctx).now_us; };
  host.clock.company_time = [](void* ctx, std::int64_t company, erp_company_time* out, erp_error* error) {
    if (company != 1) return fill(error, ERP_NOT_FOUND, "company.not_found", "There is no such company.");
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    erp_company_time time{};
    time.fiscal_year_start_month = 5;
    erp::sdk::copy_text(time.time_zone, "Europe/Stockholm");
    return erp::sdk::copy_out(out, time) ? ERP_OK : ERP_INVALID_ARGUMENT;
  };
  host.log.write = [](void* ctx, std::int32_t level, erp_str message, const erp_log_pair* pairs, std::uint32_t count) {
    std::string line = std::to_string(level) + " " + std::string(view(message));
    for (std::uint32_t i = 0; i < count; ++i) {
      line += " " + std::string(view(pairs[i].name)) + "=" + std::string(view(pairs[i].value));
    }
    self(ctx).lines.push_back(line);
  };
}

void set_data_tables(FakeHost& host) {
  host.database_table.info = [](void* ctx, erp_database_info* out, erp_error* error) {
    FakeHost& h = self(ctx);
    if (h.refuse_with != ERP_OK) return refuse(ctx, error);
    h.database.connection = str(h.database_path);
    return erp::sdk::copy_out(out, h.database) ? ERP_OK : ERP_INVALID_ARGUMENT;
  };
  host.config.get = [](void* ctx, erp_str key, const erp_sink* out, erp_error* error) {
    const auto found = self(ctx).settings.find(std::string(view(key)));
    if (found == self(ctx).settings.end()) return fill(error, ERP_NOT_FOUND, "setting.none", "Not set.");
    return erp::sdk::guard(error, [&] { erp::sdk::write_all(out, found->second); });
  };
  host.events_table.fetch = [](void* ctx, const erp_call*, std::int64_t after, erp_event* out, std::uint32_t stride,
                               std::uint32_t capacity, std::uint32_t* count, erp_error* error) {
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    *count = 0;
    for (const erp_event& event : self(ctx).events) {
      if (event.sequence <= after || *count == capacity) continue;
      auto* place = reinterpret_cast<erp_event*>(reinterpret_cast<char*>(out) + std::size_t{stride} * (*count)++);
      if (!erp::sdk::copy_out(place, event)) return ERP_INVALID_ARGUMENT;
    }
    return ERP_OK;
  };
  host.events_table.horizon = [](void*, const erp_call*, erp_event_horizon* out, erp_error*) {
    erp_event_horizon horizon{};
    horizon.oldest = 3;
    horizon.head = 9;
    return erp::sdk::copy_out(out, horizon) ? ERP_OK : ERP_INVALID_ARGUMENT;
  };
  host.events_table.publish = [](void* ctx, const erp_call*, erp_str kind, std::int64_t record, erp_error*) {
    self(ctx).calls.push_back("publish " + std::string(view(kind)) + " " + std::to_string(record));
    return ERP_OK;
  };
}

void set_people_and_money(FakeHost& host) {
  host.identity.whoami = [](void* ctx, const erp_call* call, erp_actor* out, erp_error* error) {
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    erp_actor actor{};
    actor.kind = ERP_ACTOR_USER;
    actor.user = static_cast<std::int64_t>(call->token);
    actor.employee = 70;
    erp::sdk::copy_text(actor.login, "anna");
    erp::sdk::copy_text(actor.name, "Anna \xC3\x85kesson");
    return erp::sdk::copy_out(out, actor) ? ERP_OK : ERP_INVALID_ARGUMENT;
  };
  host.identity.check = [](void* ctx, const erp_call*, erp_str permission, erp_error* error) {
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    if (self(ctx).permissions.contains(std::string(view(permission)))) return ERP_OK;
    return fill(error, ERP_PERMISSION, "permission", "You may not.");
  };
  host.money.exponent = [](void*, erp_str currency, std::int32_t* out, erp_error* error) {
    if (view(currency) != "JPY") return fill(error, ERP_NOT_FOUND, "currency.unknown", "Unknown currency.");
    *out = 0;
    return ERP_OK;
  };
  host.money.company_currency = [](void*, const erp_call*, char out[4], erp_error*) {
    std::copy_n("SEK", 4, out);
    return ERP_OK;
  };
  host.money.rate = [](void*, const erp_call*, erp_str currency, std::int32_t day, erp_rate* out, erp_error* error) {
    if (view(currency) != "EUR" || day < 10) return fill(error, ERP_NOT_FOUND, "rate.none", "No rate.");
    erp_rate rate{};
    rate.units = 1125;
    rate.exponent = -2;
    rate.date = 10;
    return erp::sdk::copy_out(out, rate) ? ERP_OK : ERP_INVALID_ARGUMENT;
  };
}

void set_record_tables(FakeHost& host) {
  host.documents.set_reference = [](void* ctx, const erp_call*, erp_str kind, std::int64_t document, std::int64_t line,
                                    erp_str ref_kind, std::int64_t ref_id, erp_error* error) {
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    self(ctx).calls.push_back("set_reference " + std::string(view(kind)) + " " + std::to_string(document) + " " +
                              std::to_string(line) + " " + std::string(view(ref_kind)) + " " + std::to_string(ref_id));
    return ERP_OK;
  };
  host.directory.create_customer = [](void* ctx, const erp_call*, erp_str request, const erp_source* json,
                                      std::int64_t* id, erp_error* error) {
    if (self(ctx).refuse_with != ERP_OK) return refuse(ctx, error);
    self(ctx).calls.push_back("create_customer " + std::string(view(request)) + " " + erp::sdk::read_all(json));
    *id = 77;
    return ERP_OK;
  };
  host.ui.notify = [](void* ctx, const erp_call*, std::int64_t user, erp_str message, erp_str url, erp_error*) {
    self(ctx).calls.push_back("notify " + std::to_string(user) + " " + std::string(view(message)) + " " +
                              std::string(view(url)));
    return ERP_OK;
  };
  host.ui.sync_menus = [](void* ctx, erp_str json, erp_error*) {
    self(ctx).calls.push_back("sync_menus " + std::string(view(json)));
    return ERP_OK;
  };
}

template <class... Tables>
void prepare(FakeHost* host, Tables&... tables) {
  ((tables.size = sizeof tables, tables.ctx = host), ...);
}

}  // namespace

FakeHost::FakeHost() {
  prepare(this, host_, clock, database_table, events_table, log, config, identity, money, documents, directory, ui);
  host_.get_extension = &get_extension;
  database = erp::sdk::sized<erp_database_info>();
  database.backend = ERP_BACKEND_SQLITE;
  database.prefix = str("sl_");
  database.views_version = 1;
  database.max_sessions = 2;
  set_time_tables(*this);
  set_data_tables(*this);
  set_people_and_money(*this);
  set_record_tables(*this);
}

}  // namespace contract
