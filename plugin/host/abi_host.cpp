// SPDX-License-Identifier: Apache-2.0
#include "host/abi_host.h"

#include <algorithm>

#include "erp/error.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace sales_leads {
namespace {

using erp::sdk::array_text;
using erp::sdk::copy_in;
using erp::sdk::sized;
using erp::sdk::slot;
using erp::sdk::str;
using erp::sdk::StringSink;
using erp::sdk::view;

constexpr std::uint32_t kEventsMost = 4096;
constexpr std::size_t kSettingLimitBytes = 1U << 20;

template <class Table>
const Table* find(const erp_host& host, const char* id) {
  const auto get = slot(&host, &erp_host::get_extension);
  return get == nullptr ? nullptr : static_cast<const Table*>(get(host.ctx, str(id)));
}

/// A table whose slots the module cannot do without.
template <class Table, class... Slots>
const Table* demand(const erp_host& host, const char* id, Slots... slots) {
  const Table* table = find<Table>(host, id);
  if (table != nullptr && (... && (slot(table, slots) != nullptr))) return table;
  throw Failure(
      Code::unsupported, "host.extension_missing",
      std::string("sales_leads needs the host's extension ") + id +
          (table == nullptr
               ? ", which this host does not offer or the operator has not granted; grant it or update the host."
               : ", but this host's lacks a slot of it; update the host."));
}

/// One call of the host; a refusal becomes a Failure with the host's words.
template <class Call>
erp_status ask(std::string_view what, std::initializer_list<erp_status> expected, Call&& call) {
  erp_error error = sized<erp_error>();
  const erp_status status = call(&error);
  if (status == ERP_OK || std::find(expected.begin(), expected.end(), status) != expected.end()) return status;
  const bool known = status < ERP_OK && status >= ERP_INTERNAL;
  std::string key(array_text(error.key));
  std::string message(array_text(error.message));
  if (key.empty()) key = "host.unexplained";
  if (message.empty()) message = "The host refused \"" + std::string(what) + "\" without a reason.";
  throw Failure(known ? static_cast<Code>(status) : Code::internal, key, message);
}

}  // namespace

erp_call to_abi(const CallContext& call) {
  erp_call out = sized<erp_call>();
  out.token = call.token;
  out.company = call.company;
  out.actor = call.actor;
  out.locale = str(call.locale);
  out.correlation_id = str(call.correlation_id);
  out.deadline_us = call.deadline_us;
  return out;
}

CallContext from_abi(const erp_call& call) {
  const erp_call ours = copy_in(&call);
  CallContext out;
  out.token = ours.token;
  out.company = ours.company;
  out.actor = ours.actor;
  out.locale = ours.locale.len == 0 ? "en" : std::string(view(ours.locale).substr(0, 35));  // BCP 47's longest tag
  out.correlation_id = view(ours.correlation_id).substr(0, 128);
  out.deadline_us = ours.deadline_us;
  return out;
}

AbiHost::AbiHost(const erp_host& host)
    : log_(find<erp_log>(host, ERP_EXT_LOG)),
      clock_(demand<erp_clock>(host, ERP_EXT_CLOCK, &erp_clock::now_us, &erp_clock::monotonic_us,
                               &erp_clock::company_time)),
      database_(demand<erp_database>(host, ERP_EXT_DATABASE, &erp_database::info)),
      events_(demand<erp_events>(host, ERP_EXT_EVENTS, &erp_events::fetch, &erp_events::horizon)),
      config_(find<erp_config>(host, ERP_EXT_CONFIG)),
      identity_(find<erp_identity>(host, ERP_EXT_IDENTITY)),
      money_(find<erp_money>(host, ERP_EXT_MONEY)),
      documents_(find<erp_documents>(host, ERP_EXT_DOCUMENTS)),
      directory_(find<erp_directory>(host, ERP_EXT_DIRECTORY)),
      ui_(find<erp_ui>(host, ERP_EXT_UI)),
      jobs_(find<erp_jobs>(host, ERP_EXT_JOBS)) {}

void AbiHost::log(LogLevel level, std::string_view message,
                  const std::vector<std::pair<std::string, std::string>>& pairs) const noexcept {
  const auto write = slot(log_, &erp_log::write);
  if (write == nullptr) return;
  static_cast<void>(erp::sdk::guard(nullptr, [&] {
    std::vector<erp_log_pair> out;
    for (const auto& [name, value] : pairs) out.push_back({str(name), str(value)});
    write(log_->ctx, static_cast<std::int32_t>(level), str(message), out.data(),
          static_cast<std::uint32_t>(out.size()));
  }));
}

std::int64_t AbiHost::now_us() const { return clock_->now_us(clock_->ctx); }

std::int64_t AbiHost::monotonic_us() const { return clock_->monotonic_us(clock_->ctx); }

CompanyTime AbiHost::company_time(std::int64_t company) const {
  erp_company_time time = sized<erp_company_time>();
  ask("clock.company_time", {}, [&](erp_error* e) { return clock_->company_time(clock_->ctx, company, &time, e); });
  CompanyTime out;
  if (const std::string_view zone = array_text(time.time_zone); !zone.empty()) out.time_zone = zone;
  if (time.fiscal_year_start_month >= 1 && time.fiscal_year_start_month <= 12) {
    out.fiscal_year_start_month = time.fiscal_year_start_month;
  }
  return out;
}

DatabaseInfo AbiHost::database() const {
  erp_database_info info = sized<erp_database_info>();
  ask("database.info", {}, [&](erp_error* e) { return database_->info(database_->ctx, &info, e); });
  info = copy_in(&info);
  if (info.backend != ERP_BACKEND_SQLITE && info.backend != ERP_BACKEND_POSTGRESQL) {
    throw Failure(
        Code::unsupported, "database.backend",
        "sales_leads knows SQLite and PostgreSQL; the host names backend " + std::to_string(info.backend) + ".");
  }
  DatabaseInfo out;
  out.backend = info.backend == ERP_BACKEND_SQLITE ? Backend::sqlite : Backend::postgresql;
  out.connection = view(info.connection);
  out.read_replica = view(info.read_replica);
  out.schema = view(info.schema);
  out.prefix = view(info.prefix);
  if (info.max_sessions > 0) out.max_sessions = info.max_sessions;
  return out;
}

std::optional<std::string> AbiHost::setting(std::string_view key) const {
  const auto get = slot(config_, &erp_config::get);
  if (get == nullptr) return std::nullopt;
  StringSink sink(kSettingLimitBytes);
  const erp_status status =
      ask("config.get", {ERP_NOT_FOUND}, [&](erp_error* e) { return get(config_->ctx, str(key), sink.get(), e); });
  if (status == ERP_NOT_FOUND) return std::nullopt;
  return sink.take();
}

std::vector<HostEvent> AbiHost::fetch_events(const CallContext& call, std::int64_t after, std::uint32_t limit) const {
  const erp_call c = to_abi(call);
  std::vector<erp_event> events(std::min(limit, kEventsMost), sized<erp_event>());
  std::uint32_t count = 0;
  ask("events.fetch", {}, [&](erp_error* e) {
    return events_->fetch(events_->ctx, &c, after, events.data(), sizeof(erp_event),
                          static_cast<std::uint32_t>(events.size()), &count, e);
  });
  events.resize(std::min<std::size_t>(count, events.size()));
  std::vector<HostEvent> out;
  out.reserve(events.size());
  for (const erp_event& event : events) {
    out.push_back({event.sequence, event.document, event.occurred_at_us, std::string(array_text(event.kind)),
                   std::string(array_text(event.from_state)), std::string(array_text(event.to_state))});
  }
  return out;
}

Horizon AbiHost::horizon(const CallContext& call) const {
  const erp_call c = to_abi(call);
  erp_event_horizon horizon = sized<erp_event_horizon>();
  ask("events.horizon", {}, [&](erp_error* e) { return events_->horizon(events_->ctx, &c, &horizon, e); });
  return {horizon.oldest, horizon.head};
}

void AbiHost::publish(const CallContext& call, std::string_view kind, std::int64_t record) const {
  const auto publish = slot(events_, &erp_events::publish);
  if (publish == nullptr) return;  // a host without an outbox for modules: nobody listens
  const erp_call c = to_abi(call);
  ask("events.publish", {}, [&](erp_error* e) { return publish(events_->ctx, &c, str(kind), record, e); });
}

Actor AbiHost::whoami(const CallContext& call) const {
  const auto whoami = slot(identity_, &erp_identity::whoami);
  if (whoami == nullptr) return {};
  const erp_call c = to_abi(call);
  erp_actor actor = sized<erp_actor>();
  ask("identity.whoami", {}, [&](erp_error* e) { return whoami(identity_->ctx, &c, &actor, e); });
  Actor out;
  // A kind that we do not know gets no rights of its own: the host is asked for each permission anyway.
  out.kind = actor.kind == ERP_ACTOR_OPERATOR ? ActorKind::local_operator
             : actor.kind == ERP_ACTOR_SYSTEM ? ActorKind::system
                                              : ActorKind::user;
  out.user = actor.user;
  out.employee = actor.employee;
  out.login = array_text(actor.login);
  out.name = array_text(actor.name);
  return out;
}

bool AbiHost::may(const CallContext& call, std::string_view permission) const {
  const auto check = slot(identity_, &erp_identity::check);
  if (check == nullptr) return false;
  const erp_call c = to_abi(call);
  return ask("identity.check", {ERP_PERMISSION},
             [&](erp_error* e) { return check(identity_->ctx, &c, str(permission), e); }) == ERP_OK;
}

std::optional<std::int32_t> AbiHost::currency_exponent(std::string_view currency) const {
  const auto exponent = slot(money_, &erp_money::exponent);
  if (exponent == nullptr) return std::nullopt;
  std::int32_t digits = 0;
  const erp_status status = ask("money.exponent", {ERP_NOT_FOUND},
                                [&](erp_error* e) { return exponent(money_->ctx, str(currency), &digits, e); });
  return status == ERP_OK ? std::optional(digits) : std::nullopt;
}

std::string AbiHost::company_currency(const CallContext& call) const {
  const auto currency = slot(money_, &erp_money::company_currency);
  if (currency == nullptr) return "";
  const erp_call c = to_abi(call);
  char code[4] = {};
  ask("money.company_currency", {}, [&](erp_error* e) { return currency(money_->ctx, &c, code, e); });
  return std::string(array_text(code));
}

std::optional<HostRate> AbiHost::rate(const CallContext& call, std::string_view currency, std::int32_t day) const {
  const auto rate = slot(money_, &erp_money::rate);
  if (rate == nullptr) return std::nullopt;
  const erp_call c = to_abi(call);
  erp_rate found = sized<erp_rate>();
  const erp_status status = ask("money.rate", {ERP_NOT_FOUND},
                                [&](erp_error* e) { return rate(money_->ctx, &c, str(currency), day, &found, e); });
  if (status != ERP_OK) return std::nullopt;
  return HostRate{found.units, found.exponent, found.date};
}

void AbiHost::set_reference(const CallContext& call, std::string_view kind, std::int64_t document, std::int64_t line,
                            std::string_view ref_kind, std::int64_t ref_id) const {
  const auto set = slot(documents_, &erp_documents::set_reference);
  if (set == nullptr) {
    throw Failure(Code::unsupported, "host.extension_missing",
                  "This host does not let modules set references on documents (erp.documents/1); set it in the host.");
  }
  const erp_call c = to_abi(call);
  ask("documents.set_reference", {},
      [&](erp_error* e) { return set(documents_->ctx, &c, str(kind), document, line, str(ref_kind), ref_id, e); });
}

std::int64_t AbiHost::create_customer(const CallContext& call, std::string_view request_id,
                                      std::string_view json) const {
  const auto create = slot(directory_, &erp_directory::create_customer);
  if (create == nullptr) {
    throw Failure(Code::unsupported, "host.extension_missing",
                  "This host does not let modules make customers (erp.directory/1); make the customer in the host, and "
                  "convert the lead to it.");
  }
  const erp_call c = to_abi(call);
  const erp::sdk::StringSource source(json);
  std::int64_t id = 0;
  ask("directory.create_customer", {},
      [&](erp_error* e) { return create(directory_->ctx, &c, str(request_id), source.get(), &id, e); });
  return id;
}

void AbiHost::notify(const CallContext& call, std::int64_t user, std::string_view message, std::string_view url) const {
  const auto notify = slot(ui_, &erp_ui::notify);
  if (notify == nullptr) return;
  const erp_call c = to_abi(call);
  ask("ui.notify", {}, [&](erp_error* e) { return notify(ui_->ctx, &c, user, str(message), str(url), e); });
}

bool AbiHost::run_daily(const CallContext& call, std::string_view name, std::int32_t minute) const {
  const auto run_daily = slot(jobs_, &erp_jobs::run_daily);
  if (run_daily == nullptr) return false;
  const erp_call c = to_abi(call);
  ask("jobs.run_daily", {}, [&](erp_error* e) { return run_daily(jobs_->ctx, &c, str(name), minute, e); });
  return true;
}

void AbiHost::sync_menus(std::string_view json) const {
  const auto sync = slot(ui_, &erp_ui::sync_menus);
  if (sync == nullptr) return;
  ask("ui.sync_menus", {}, [&](erp_error* e) { return sync(ui_->ctx, str(json), e); });
}

void AbiHost::sync_parts(std::string_view json) const {
  const auto sync = slot(ui_, &erp_ui::sync_parts);
  if (sync == nullptr) return;
  ask("ui.sync_parts", {}, [&](erp_error* e) { return sync(ui_->ctx, str(json), e); });
}

}  // namespace sales_leads
