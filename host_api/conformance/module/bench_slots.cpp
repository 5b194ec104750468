// SPDX-License-Identifier: Apache-2.0
//
// The slots of BenchHost's tables. Each begins with a Visit: whose table is it, in which lane did the call come, is it
// this call's turn to fail.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "erp/error.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "module/bench_host.h"

namespace conformance {

using erp::sdk::fill;
using erp::sdk::view;

struct Handle {
  BenchHost* host;
  const char* table;
};

namespace {

/// Handles that a module may hold. What is not here is stale or foreign: reported, and never looked into.
std::mutex handles_mutex;
std::map<const void*, Handle> handles;
std::vector<std::string> strays;  // of no host that still lives

BenchHost* host_of(void* ctx, const char* slot) {
  const std::lock_guard lock(handles_mutex);
  const auto found = handles.find(ctx);
  if (found != handles.end() && std::strncmp(slot, found->second.table, std::strlen(found->second.table)) == 0)
    return found->second.host;
  strays.push_back(slot);
  std::fprintf(stderr, "%s was called with a handle that is not its own\n", slot);
  return nullptr;
}

constexpr unsigned kBusiness = kSerial | kWorker;
constexpr unsigned kInside = kControl | kSerial | kWorker;

}  // namespace

struct Slots {
  struct Visit {
    Visit(void* ctx, const char* slot, unsigned lanes, bool any = false) : host(host_of(ctx, slot)) {
      ok = host != nullptr && host->admit(slot, lanes, any);
    }
    BenchHost* host;
    bool ok;
  };
  static erp_status refuse(erp_error* error) {
    return fill(error, ERP_UNAVAILABLE, "bench.unavailable", "The host has failed on purpose.");
  }
  static erp_status bad_token(erp_error* error) {
    return fill(error, ERP_PERMISSION, "call.token", "The token is not of this host.");
  }
  static bool minted(const erp_call* call) {
    return erp::sdk::present(call, &erp_call::company) && call->token >= 1000 && call->token < 1100 &&
           call->company == 1;
  }

  template <class Table>
  static std::vector<erp_event>& events(Table* host) {
    return host->events_;
  }

  static void log_write(void* ctx, int32_t, erp_str, const erp_log_pair*, uint32_t) {
    Visit(ctx, "log.write", kInside, true);
  }

  static int64_t now_us(void* ctx) {
    const Visit v(ctx, "clock.now_us", kInside, true);
    return v.host == nullptr ? 0 : 1'790'000'000'000'000;
  }
  static int64_t monotonic_us(void* ctx) {
    const Visit v(ctx, "clock.monotonic_us", kInside, true);
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static erp_status company_time(void* ctx, int64_t company, erp_company_time* out, erp_error* error) {
    const Visit v(ctx, "clock.company_time", kInside, true);
    if (!v.ok) return refuse(error);
    if (company != 1) return fill(error, ERP_NOT_FOUND, "company.not_found", "There is no such company.");
    auto time = erp::sdk::sized<erp_company_time>();
    time.fiscal_year_start_month = 1;
    erp::sdk::copy_text(time.time_zone, "Europe/Stockholm");
    return erp::sdk::copy_out(out, time) ? ERP_OK : ERP_INVALID_ARGUMENT;
  }

  static erp_status config_get(void* ctx, erp_str, const erp_sink*, erp_error* error) {
    const Visit v(ctx, "config.get", kInside);
    return v.ok ? fill(error, ERP_NOT_FOUND, "config.not_set", "The operator has set no value.") : refuse(error);
  }
  static uint64_t config_generation(void* ctx) {
    const Visit v(ctx, "config.generation", kInside, true);
    return 1;
  }

  static erp_status database_info(void* ctx, erp_database_info* out, erp_error* error) {
    const Visit v(ctx, "database.info", kInside);
    if (!v.ok) return refuse(error);
    auto info = erp::sdk::sized<erp_database_info>();
    info.backend = ERP_BACKEND_SQLITE;
    info.connection = erp::sdk::str(v.host->file_.native());
    info.prefix = erp::sdk::str("chk_");
    info.views_version = 1;
    info.max_sessions = 4;
    return erp::sdk::copy_out(out, info) ? ERP_OK : ERP_INVALID_ARGUMENT;
  }

  static erp_status fetch(void* ctx, const erp_call* call, int64_t after, erp_event* out, uint32_t stride,
                          uint32_t capacity, uint32_t* count, erp_error* error) {
    const Visit v(ctx, "events.fetch", kBusiness);
    if (!v.ok) return refuse(error);
    if (!minted(call)) return bad_token(error);
    const std::lock_guard lock(v.host->mutex_);
    *count = 0;
    for (const erp_event& event : events(v.host)) {
      if (event.sequence <= after || *count == capacity) continue;
      auto* place = reinterpret_cast<erp_event*>(reinterpret_cast<char*>(out) + std::size_t{stride} * (*count)++);
      if (!erp::sdk::copy_out(place, event)) return ERP_INVALID_ARGUMENT;
    }
    return ERP_OK;
  }
  static erp_status horizon(void* ctx, const erp_call* call, erp_event_horizon* out, erp_error* error) {
    const Visit v(ctx, "events.horizon", kBusiness);
    if (!v.ok) return refuse(error);
    if (!minted(call)) return bad_token(error);
    auto horizon = erp::sdk::sized<erp_event_horizon>();
    const std::lock_guard lock(v.host->mutex_);
    horizon.oldest = 1;
    horizon.head = static_cast<int64_t>(events(v.host).size());
    return erp::sdk::copy_out(out, horizon) ? ERP_OK : ERP_INVALID_ARGUMENT;
  }
  static erp_status publish(void* ctx, const erp_call* call, erp_str, int64_t, erp_error* error) {
    const Visit v(ctx, "events.publish", kBusiness);
    return !v.ok ? refuse(error) : minted(call) ? ERP_OK : bad_token(error);
  }

  static erp_status not_found(erp_error* error) {
    return fill(error, ERP_NOT_FOUND, "record.not_found", "There is no such record.");
  }
  static erp_status document_read(void* ctx, const erp_call*, erp_str, int64_t, const erp_sink*, erp_error* error) {
    const Visit v(ctx, "documents.read", kWorker);
    return v.ok ? not_found(error) : refuse(error);
  }
  static erp_status make(Visit& v, erp_str request, int64_t* id, erp_error* error) {
    if (!v.ok) return refuse(error);
    const std::lock_guard lock(v.host->mutex_);
    const auto next = static_cast<int64_t>(100 + v.host->made_.size());
    *id = v.host->made_.try_emplace(std::string(view(request)), next).first->second;
    return ERP_OK;
  }
  static erp_status create_order(void* ctx, const erp_call*, erp_str request, const erp_source*, int64_t* id,
                                 erp_error* error) {
    Visit v(ctx, "documents.create_draft_order", kWorker);
    return make(v, request, id, error);
  }
  static erp_status set_reference(void* ctx, const erp_call*, erp_str, int64_t, int64_t, erp_str, int64_t,
                                  erp_error* error) {
    const Visit v(ctx, "documents.set_reference", kWorker);
    return v.ok ? ERP_OK : refuse(error);
  }

  static erp_status directory_read(void* ctx, const erp_call*, erp_str, int64_t, const erp_sink*, erp_error* error) {
    const Visit v(ctx, "directory.read", kWorker);
    return v.ok ? not_found(error) : refuse(error);
  }
  static erp_status directory_search(void* ctx, const erp_call*, erp_str, erp_str, uint32_t, const erp_sink* out,
                                     erp_error* error) {
    const Visit v(ctx, "directory.search", kWorker);
    return v.ok ? erp::sdk::guard(error, [&] { erp::sdk::write_all(out, "[]"); }) : refuse(error);
  }
  static erp_status create_customer(void* ctx, const erp_call*, erp_str request, const erp_source*, int64_t* id,
                                    erp_error* error) {
    Visit v(ctx, "directory.create_customer", kWorker);
    return make(v, request, id, error);
  }

  static erp_status whoami(void* ctx, const erp_call* call, erp_actor* out, erp_error* error) {
    const Visit v(ctx, "identity.whoami", kBusiness);
    if (!v.ok) return refuse(error);
    if (!minted(call)) return bad_token(error);
    auto actor = erp::sdk::sized<erp_actor>();
    actor.user = static_cast<int64_t>(call->token - 1000);
    actor.kind = actor.user == 0 ? ERP_ACTOR_SYSTEM : ERP_ACTOR_USER;
    actor.employee = actor.user;
    erp::sdk::copy_text(actor.login, "eva");
    erp::sdk::copy_text(actor.name, "Eva Berg");
    return erp::sdk::copy_out(out, actor) ? ERP_OK : ERP_INVALID_ARGUMENT;
  }
  static erp_status check(void* ctx, const erp_call* call, erp_str, erp_error* error) {
    const Visit v(ctx, "identity.check", kBusiness);
    return !v.ok ? refuse(error) : minted(call) ? ERP_OK : bad_token(error);
  }

  static erp_status exponent(void* ctx, erp_str currency, int32_t* out, erp_error* error) {
    const Visit v(ctx, "money.exponent", kInside, true);
    if (!v.ok) return refuse(error);
    if (view(currency).size() != 3) return not_found(error);
    *out = view(currency) == "JPY" ? 0 : 2;
    return ERP_OK;
  }
  static erp_status company_currency(void* ctx, const erp_call*, char out[4], erp_error* error) {
    const Visit v(ctx, "money.company_currency", kBusiness);
    if (!v.ok) return refuse(error);
    std::copy_n("SEK", 4, out);
    return ERP_OK;
  }
  static erp_status rate(void* ctx, const erp_call*, erp_str currency, int32_t day, erp_rate* out, erp_error* error) {
    const Visit v(ctx, "money.rate", kBusiness);
    if (!v.ok) return refuse(error);
    if (view(currency) != "EUR") return fill(error, ERP_NOT_FOUND, "rate.missing", "There is no rate.");
    auto found = erp::sdk::sized<erp_rate>();
    found.units = 1125;
    found.exponent = -2;
    found.date = day;
    return erp::sdk::copy_out(out, found) ? ERP_OK : ERP_INVALID_ARGUMENT;
  }

  static erp_status sync_menus(void* ctx, erp_str, erp_error* error) {
    const Visit v(ctx, "ui.sync_menus", kControl);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status sync_parts(void* ctx, erp_str, erp_error* error) {
    const Visit v(ctx, "ui.sync_parts", kControl);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status set_badge(void* ctx, const erp_call*, erp_str, int64_t, erp_error* error) {
    const Visit v(ctx, "ui.set_badge", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status notify(void* ctx, const erp_call*, int64_t, erp_str, erp_str, erp_error* error) {
    const Visit v(ctx, "ui.notify", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }

  static erp_status run_at(void* ctx, const erp_call*, erp_str, int64_t, erp_error* error) {
    const Visit v(ctx, "jobs.run_at", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status run_daily(void* ctx, const erp_call*, erp_str, int32_t, erp_error* error) {
    const Visit v(ctx, "jobs.run_daily", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status progress(void* ctx, const erp_call*, erp_str, int32_t, erp_str, erp_error* error) {
    const Visit v(ctx, "jobs.progress", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }
  static erp_status cancel(void* ctx, const erp_call*, erp_str, erp_error* error) {
    const Visit v(ctx, "jobs.cancel", kBusiness);
    return v.ok ? ERP_OK : refuse(error);
  }

  static const void* get_extension(void* ctx, erp_str id) {
    const Visit v(ctx, "get_extension", kInside);
    return v.ok ? v.host->extension(std::string(view(id))) : nullptr;
  }
};

/// All tables in one place; behind each there is rubbish, for whoever reads past a size.
struct BenchHost::Tables {
  template <class Table>
  struct Room {
    Table table{};
    std::array<unsigned char, 64> beyond{};
  };
  Room<erp_log> log;
  Room<erp_clock> clock;
  Room<erp_config> config;
  Room<erp_database> database;
  Room<erp_events> events;
  Room<erp_documents> documents;
  Room<erp_directory> directory;
  Room<erp_identity> identity;
  Room<erp_money> money;
  Room<erp_ui> ui;
  Room<erp_jobs> jobs;
  std::map<std::string, std::pair<unsigned char*, std::size_t>, std::less<>> all;
  std::vector<std::unique_ptr<Handle>> mine;

  template <class Table>
  void enter(BenchHost* host, const char* id, const char* name, Room<Table>& room) {
    mine.push_back(std::make_unique<Handle>(Handle{host, name}));
    room.table.size = sizeof(Table);
    room.table.ctx = mine.back().get();
    room.beyond.fill(0xFF);
    all[id] = {reinterpret_cast<unsigned char*>(&room.table), sizeof(Table)};
    const std::lock_guard lock(handles_mutex);
    handles[room.table.ctx] = *mine.back();
  }

  explicit Tables(BenchHost* host) {
    enter(host, ERP_EXT_LOG, "log.", log);
    enter(host, ERP_EXT_CLOCK, "clock.", clock);
    enter(host, ERP_EXT_CONFIG, "config.", config);
    enter(host, ERP_EXT_DATABASE, "database.", database);
    enter(host, ERP_EXT_EVENTS, "events.", events);
    enter(host, ERP_EXT_DOCUMENTS, "documents.", documents);
    enter(host, ERP_EXT_DIRECTORY, "directory.", directory);
    enter(host, ERP_EXT_IDENTITY, "identity.", identity);
    enter(host, ERP_EXT_MONEY, "money.", money);
    enter(host, ERP_EXT_UI, "ui.", ui);
    enter(host, ERP_EXT_JOBS, "jobs.", jobs);
    log.table.write = &Slots::log_write;
    clock.table.now_us = &Slots::now_us;
    clock.table.monotonic_us = &Slots::monotonic_us;
    clock.table.company_time = &Slots::company_time;
    config.table.get = &Slots::config_get;
    config.table.generation = &Slots::config_generation;
    database.table.info = &Slots::database_info;
    events.table.fetch = &Slots::fetch;
    events.table.horizon = &Slots::horizon;
    events.table.publish = &Slots::publish;
    documents.table.read = &Slots::document_read;
    documents.table.create_draft_order = &Slots::create_order;
    documents.table.set_reference = &Slots::set_reference;
    directory.table.read = &Slots::directory_read;
    directory.table.search = &Slots::directory_search;
    directory.table.create_customer = &Slots::create_customer;
    identity.table.whoami = &Slots::whoami;
    identity.table.check = &Slots::check;
    money.table.exponent = &Slots::exponent;
    money.table.company_currency = &Slots::company_currency;
    money.table.rate = &Slots::rate;
    ui.table.sync_menus = &Slots::sync_menus;
    ui.table.sync_parts = &Slots::sync_parts;
    ui.table.set_badge = &Slots::set_badge;
    ui.table.notify = &Slots::notify;
    jobs.table.run_at = &Slots::run_at;
    jobs.table.run_daily = &Slots::run_daily;
    jobs.table.progress = &Slots::progress;
    jobs.table.cancel = &Slots::cancel;
  }
};

const std::vector<std::string>& BenchHost::extensions() {
  static const std::vector<std::string> all{ERP_EXT_LOG,    ERP_EXT_CLOCK,     ERP_EXT_CONFIG,    ERP_EXT_DATABASE,
                                            ERP_EXT_EVENTS, ERP_EXT_DOCUMENTS, ERP_EXT_DIRECTORY, ERP_EXT_IDENTITY,
                                            ERP_EXT_MONEY,  ERP_EXT_UI,        ERP_EXT_JOBS};
  return all;
}

const void* BenchHost::extension(const std::string& name) {
  if (host_.size == 0) {
    tables_ = new Tables(this);
    tables_->mine.push_back(std::make_unique<Handle>(Handle{this, "get_extension"}));
    host_.size = sizeof host_;
    host_.ctx = tables_->mine.back().get();
    host_.get_extension = &Slots::get_extension;
    const std::lock_guard lock(handles_mutex);
    handles[host_.ctx] = *tables_->mine.back();
    return nullptr;
  }
  const auto found = tables_->all.find(name);
  if (found == tables_->all.end() || withheld.contains(name)) return nullptr;
  const auto how = cut.find(name);
  const auto [bytes, size] = found->second;
  constexpr std::size_t kSlots = offsetof(erp_log, write);  // every table begins with size, reserved, ctx
  if (how != cut.end() && how->second == Cut::null_slots) std::fill(bytes + kSlots, bytes + size, 0);
  if (how != cut.end() && how->second == Cut::no_slots) {
    std::fill(bytes + kSlots, bytes + size, 0xFF);
    const auto length = static_cast<std::uint32_t>(kSlots);
    std::memcpy(bytes, &length, sizeof length);
  }
  return bytes;
}

BenchHost::~BenchHost() {
  const std::lock_guard lock(handles_mutex);
  for (const auto& handle : tables_->mine) handles.erase(handle.get());
  // The tables stay: a module that calls after destroy is to be told of, not to crash the checker.
  new std::vector<std::unique_ptr<Handle>>(std::move(tables_->mine));
}

}  // namespace conformance
