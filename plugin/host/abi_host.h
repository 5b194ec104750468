// SPDX-License-Identifier: Apache-2.0
//
// The Host facade over the tables of a real host. Fetches every extension once, in the constructor; slots are read
// through their size, so that an older host's shorter table is merely a host that offers less.
//
// Required: erp.database/1, erp.events/1 and erp.clock/1. Without the others the module works on, with less: no log
// lines; no settings; nobody has any right and everybody is the system (so that no action runs: a host that knows no
// users must say so through erp.identity/1); no currencies and rates; no references on documents and no new customers
// (UNSUPPORTED); no notices; no timetable.
//
// Threads: const after construction; each call as its slot's tag says. Errors: Failure with the host's own key and
// message; in the constructor Failure(unsupported, "host.extension_missing") that names the extension. Ownership: the
// host's table and what it gives live until the module is destroyed.
#pragma once

#include "erp/erp.h"
#include "host/host.h"

namespace sales_leads {

class AbiHost final : public Host {
 public:
  explicit AbiHost(const erp_host& host);

  void log(LogLevel level, std::string_view message,
           const std::vector<std::pair<std::string, std::string>>& pairs = {}) const noexcept override;
  [[nodiscard]] std::int64_t now_us() const override;
  [[nodiscard]] std::int64_t monotonic_us() const override;
  [[nodiscard]] CompanyTime company_time(std::int64_t company) const override;
  [[nodiscard]] DatabaseInfo database() const override;
  [[nodiscard]] std::optional<std::string> setting(std::string_view key) const override;
  [[nodiscard]] std::vector<HostEvent> fetch_events(const CallContext& call, std::int64_t after,
                                                    std::uint32_t limit) const override;
  [[nodiscard]] Horizon horizon(const CallContext& call) const override;
  void publish(const CallContext& call, std::string_view kind, std::int64_t record) const override;
  [[nodiscard]] Actor whoami(const CallContext& call) const override;
  [[nodiscard]] bool may(const CallContext& call, std::string_view permission) const override;
  [[nodiscard]] std::optional<std::int32_t> currency_exponent(std::string_view currency) const override;
  [[nodiscard]] std::string company_currency(const CallContext& call) const override;
  [[nodiscard]] std::optional<HostRate> rate(const CallContext& call, std::string_view currency,
                                             std::int32_t day) const override;
  void set_reference(const CallContext& call, std::string_view kind, std::int64_t document, std::int64_t line,
                     std::string_view ref_kind, std::int64_t ref_id) const override;
  [[nodiscard]] std::int64_t create_customer(const CallContext& call, std::string_view request_id,
                                             std::string_view json) const override;
  void notify(const CallContext& call, std::int64_t user, std::string_view message,
              std::string_view url) const override;
  [[nodiscard]] bool run_daily(const CallContext& call, std::string_view name, std::int32_t minute) const override;
  void sync_menus(std::string_view json) const override;
  void sync_parts(std::string_view json) const override;

 private:
  const erp_log* log_;
  const erp_clock* clock_;
  const erp_database* database_;
  const erp_events* events_;
  const erp_config* config_;
  const erp_identity* identity_;
  const erp_money* money_;
  const erp_documents* documents_;
  const erp_directory* directory_;
  const erp_ui* ui_;
  const erp_jobs* jobs_;
};

/// The module's words for the host's call, and back. The views in the result borrow from `call`.
[[nodiscard]] erp_call to_abi(const CallContext& call);
[[nodiscard]] CallContext from_abi(const erp_call& call);

}  // namespace sales_leads
