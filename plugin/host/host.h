// SPDX-License-Identifier: Apache-2.0
//
// The host as the module sees it, in C++. This folder alone includes erp/*.h; everybody else asks this interface, so
// that tests can put a host of their own in its place.
//
// Threads: as the ABI's tags say; calls are legal only inside a call of the host, but for log and time. Errors:
// Failure.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sales_leads {

/// Status of a refusal, value for value the ABI's erp_status.
enum class Code : std::int32_t {
  ok = 0,
  invalid_argument = -1,
  not_found = -2,
  conflict = -3,
  permission = -4,
  unsupported = -5,
  unavailable = -6,
  busy = -7,
  deadline = -8,
  cancelled = -9,
  limit = -10,
  data_loss = -11,
  wrong_state = -12,
  wrong_thread = -13,
  version = -14,
  out_of_range = -15,
  internal = -16
};

/// Every expected failure inside the module. The border turns it into a status; nothing else leaves the library.
class Failure : public std::runtime_error {
 public:
  Failure(Code code, std::string key, const std::string& message)
      : std::runtime_error(message), code_(code), key_(std::move(key)) {}
  [[nodiscard]] Code code() const { return code_; }
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  Code code_;
  std::string key_;
};

/// One business call: who asks, for which company, until when.
struct CallContext {
  std::uint64_t token = 0;
  std::int64_t company = 0;
  std::int64_t actor = 0;
  std::string locale = "en";
  std::string correlation_id;
  std::int64_t deadline_us = 0;
};

enum class ActorKind : std::int32_t { system = 0, local_operator = 1, user = 2 };
struct Actor {
  ActorKind kind = ActorKind::system;
  std::int64_t user = 0, employee = 0;
  std::string login, name;
};

struct HostEvent {
  std::int64_t sequence = 0, document = 0, occurred_at_us = 0;
  std::string kind, from_state, to_state;
};
struct Horizon {
  std::int64_t oldest = 1, head = 0;
};

struct HostRate {
  std::int64_t units = 0;
  std::int32_t exponent = 0;
  std::int32_t date = 0;
};

struct CompanyTime {
  std::string time_zone = "UTC";
  std::int32_t fiscal_year_start_month = 1;
};

enum class Backend { sqlite, postgresql };
struct DatabaseInfo {
  Backend backend = Backend::sqlite;
  std::string connection, read_replica, schema, prefix;  // connection may hold a password: never logged
  std::uint32_t max_sessions = 4;
};

enum class LogLevel : std::int32_t { debug = 0, info = 1, warning = 2, error = 3, host_misbehaves = 4 };

class Host {
 public:
  virtual ~Host() = default;
  virtual void log(LogLevel level, std::string_view message,
                   const std::vector<std::pair<std::string, std::string>>& pairs = {}) const noexcept = 0;
  [[nodiscard]] virtual std::int64_t now_us() const = 0;
  [[nodiscard]] virtual std::int64_t monotonic_us() const = 0;
  [[nodiscard]] virtual CompanyTime company_time(std::int64_t company) const = 0;
  [[nodiscard]] virtual DatabaseInfo database() const = 0;
  [[nodiscard]] virtual std::optional<std::string> setting(std::string_view key) const = 0;
  /// Events with sequence > after, rising; Failure(out_of_range) below the horizon.
  [[nodiscard]] virtual std::vector<HostEvent> fetch_events(const CallContext& call, std::int64_t after,
                                                            std::uint32_t limit) const = 0;
  [[nodiscard]] virtual Horizon horizon(const CallContext& call) const = 0;
  virtual void publish(const CallContext& call, std::string_view kind, std::int64_t record) const = 0;
  [[nodiscard]] virtual Actor whoami(const CallContext& call) const = 0;
  [[nodiscard]] virtual bool may(const CallContext& call, std::string_view permission) const = 0;
  [[nodiscard]] virtual std::optional<std::int32_t> currency_exponent(std::string_view currency) const = 0;
  [[nodiscard]] virtual std::string company_currency(const CallContext& call) const = 0;
  [[nodiscard]] virtual std::optional<HostRate> rate(const CallContext& call, std::string_view currency,
                                                     std::int32_t day) const = 0;
  virtual void set_reference(const CallContext& call, std::string_view kind, std::int64_t document, std::int64_t line,
                             std::string_view ref_kind, std::int64_t ref_id) const = 0;
  /// A customer from {"name", "organisation_number"?, "country"?, "contacts"?}; the same request id gives the same id
  /// again and writes nothing.
  [[nodiscard]] virtual std::int64_t create_customer(const CallContext& call, std::string_view request_id,
                                                     std::string_view json) const = 0;
  virtual void notify(const CallContext& call, std::int64_t user, std::string_view message,
                      std::string_view url) const = 0;
  /// Every day at a minute of the company's day, work() gets that job. False: this host has no timetable.
  [[nodiscard]] virtual bool run_daily(const CallContext&, std::string_view /*name*/, std::int32_t /*minute*/) const {
    return false;
  }
  virtual void sync_menus(std::string_view json) const = 0;
  /// Panels and reference fields on the host's pages.
  virtual void sync_parts(std::string_view /*json*/) const {}
};

}  // namespace sales_leads
