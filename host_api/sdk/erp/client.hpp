// SPDX-License-Identifier: Apache-2.0
//
// A module as its host sees it: negotiation, life cycle with its state table, typed calls. For hosts and for checkers.
//
//   ModuleClient client(negotiate(query, host_abi), tracker);
//   client.create(host, folder);  client.init();  client.start();
//   std::string json = client.call_action(call, "campaign.create", input);
//
// Threads: create, init, start, stop, destroy, migrations: one control lane. work: one at a time per company. Actions,
// reports, lists: concurrent. wake, health, state, problem: any. stop() refuses new calls and waits for those inside.
// Errors: Error. A call out of order is refused with WRONG_STATE before it reaches the module. A C++ exception that
// comes out of a slot breaks the contract: the module is marked failed and not entered again, not even for destroy;
// what it holds is left alone. Ownership: owns the instance; borrows the code.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>

#include "erp/check.hpp"
#include "erp/erp.h"
#include "erp/error.hpp"
#include "erp/gate.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace erp::sdk {

enum class LifeState { queried, created, initialised, init_failed, started, stopped, destroyed, failed };

[[nodiscard]] inline std::string_view life_state_name(LifeState state) noexcept {
  constexpr std::string_view kNames[] = {"not created", "created", "initialised", "not initialised",
                                         "started",     "stopped", "destroyed",   "failed"};
  return kNames[static_cast<int>(state)];
}

/// Asks a module who it is. VERSION with both numbers when they do not fit, also when the module forgot to refuse.
[[nodiscard]] inline erp_module_abi negotiate(erp_module_query_fn query, const erp_host_abi& host) {
  erp_module_abi abi = sized<erp_module_abi>();
  erp_error error = sized<erp_error>();
  erp_status status = ERP_OK;
  try {
    status = query(&host, &abi, &error);
  } catch (...) {
    throw Error(ERP_INTERNAL, "module.exception", "Its entry let a C++ exception out; the module breaks the contract.");
  }
  check(status, error, ERP_MODULE_QUERY_SYMBOL);
  abi = copy_in(&abi);
  const std::string ours = std::to_string(host.abi_major) + "." + std::to_string(host.abi_minor);
  if (abi.abi_major != host.abi_major) {
    throw Error(ERP_VERSION, "module.abi_major",
                "It speaks host ABI " + std::to_string(abi.abi_major) + ", this host " + ours +
                    "; install the build of the module for ABI " + std::to_string(host.abi_major) + ".");
  }
  if (abi.abi_minor_required > host.abi_minor) {
    throw Error(ERP_VERSION, "module.abi_minor",
                "It needs host ABI " + std::to_string(abi.abi_major) + "." + std::to_string(abi.abi_minor_required) +
                    " or later, this host has " + ours + "; update the host or install an older module.");
  }
  if (!present(&abi, &erp_module_abi::get_extension) || abi.create == nullptr || abi.init == nullptr ||
      abi.start == nullptr || abi.stop == nullptr || abi.destroy == nullptr || abi.get_extension == nullptr) {
    throw Error(ERP_VERSION, "module.slots",
                "It leaves slots of the life cycle empty that ABI " + ours +
                    " demands; rebuild it against this host's headers.");
  }
  return abi;
}

struct WorkOutcome {
  bool more = false;
  std::int64_t retry_after_us = 0, handled = 0, parked = 0;
};
struct MigrationNumbers {
  std::int32_t current = 0, target = 0;
};

class ModuleClient {
 public:
  ModuleClient(const erp_module_abi& abi, CallTracker& tracker) : abi_(abi), tracker_(tracker) {}
  ~ModuleClient() {
    if (state() == LifeState::started) static_cast<void>(guard(nullptr, [&] { stop(); }));
    destroy();
  }
  ModuleClient(const ModuleClient&) = delete;
  ModuleClient& operator=(const ModuleClient&) = delete;

  [[nodiscard]] LifeState state() const noexcept { return state_.load(); }
  [[nodiscard]] std::string problem() const {
    const std::lock_guard lock(problem_mutex_);
    return problem_;
  }

  /// `host` outlives destroy().
  void create(const erp_host& host, std::string_view folder) {
    expect({LifeState::queried}, "create");
    erp_module* made = nullptr;
    call(Lane::control, "create", 0, [&](erp_error* e) { return abi_.create(&host, str(folder), &made, e); });
    if (made == nullptr) throw Error(ERP_INTERNAL, "module.no_instance", "create answered OK and gave no instance.");
    instance_ = made;
    alive_.open();
    state_ = LifeState::created;
  }

  void init() {
    expect({LifeState::created}, "init");
    state_ = LifeState::init_failed;  // unless it succeeds
    call(Lane::control, "init", 0, [&](erp_error* e) { return abi_.init(instance_, e); });
    state_ = LifeState::initialised;
  }

  void start() {
    expect({LifeState::initialised, LifeState::stopped}, "start");
    call(Lane::control, "start", 0, [&](erp_error* e) { return abi_.start(instance_, e); });
    state_ = LifeState::started;
    running_.open();
  }

  void stop() {
    expect({LifeState::started}, "stop");
    running_.close();                      // nobody comes in any more, and everybody is out
    expect({LifeState::started}, "stop");  // unless the last one out broke it
    try {
      call(Lane::control, "stop", 0, [&](erp_error* e) { return abi_.stop(instance_, e); });
    } catch (const Error&) {
      if (state() == LifeState::started) running_.open();
      throw;
    }
    state_ = LifeState::stopped;
  }

  void destroy() noexcept {
    const LifeState before = state();
    if (before == LifeState::started) return;  // stop() comes first
    alive_.close();
    if (before != LifeState::failed && instance_ != nullptr) {
      const auto scope = tracker_.enter(Lane::control, "destroy");
      try {
        abi_.destroy(instance_);
      } catch (const std::exception& failure) {
        fail("destroy", failure.what());
      } catch (...) {
        fail("destroy", "an exception of unknown type");
      }
    }
    if (state() == LifeState::failed) return;
    instance_ = nullptr;
    state_ = LifeState::destroyed;
  }

  [[nodiscard]] MigrationNumbers migration_state() {
    const auto* table = prepared<erp_module_migrate>(ERP_EXT_MODULE_MIGRATE, "migrate.state");
    const auto ask = slot(table, &erp_module_migrate::state);
    if (ask == nullptr) return {};
    erp_migration_state numbers = sized<erp_migration_state>();
    call(Lane::control, "migrate.state", 0, [&](erp_error* e) { return ask(instance_, &numbers, e); });
    return {numbers.current, numbers.target};
  }

  [[nodiscard]] std::string migration_plan() {
    const auto* table = prepared<erp_module_migrate>(ERP_EXT_MODULE_MIGRATE, "migrate.plan");
    const auto ask = slot(table, &erp_module_migrate::plan);
    return ask == nullptr ? "" : text(Lane::control, "migrate.plan", 0, [&](const erp_sink* out, erp_error* e) {
      return ask(instance_, out, e);
    });
  }

  void migrate() {
    const auto* table = prepared<erp_module_migrate>(ERP_EXT_MODULE_MIGRATE, "migrate.apply");
    const auto apply = slot(table, &erp_module_migrate::apply);
    if (apply != nullptr) call(Lane::control, "migrate.apply", 0, [&](erp_error* e) { return apply(instance_, e); });
  }

  WorkOutcome work(const erp_call& c, std::int64_t budget_us, std::string_view job = {}) {
    const Gate::Pass inside(running_);
    admitted(inside, "work");
    const auto run = slot(find<erp_module_work>(ERP_EXT_MODULE_WORK), &erp_module_work::work);
    if (run == nullptr) return {};
    erp_work_request request = sized<erp_work_request>();
    request.budget_us = budget_us;
    request.job = str(job);
    erp_work_result result = sized<erp_work_result>();
    call(Lane::serial, "work", c.company, [&](erp_error* e) { return run(instance_, &c, &request, &result, e); });
    result = copy_in(&result);
    return {result.more != 0, result.retry_after_us, result.handled, result.parked};
  }

  /// Nothing when the module does not run.
  void wake() noexcept {
    static_cast<void>(guard(nullptr, [&] {
      const Gate::Pass inside(running_);
      admitted(inside, "wake");
      const auto run = slot(find<erp_module_work>(ERP_EXT_MODULE_WORK), &erp_module_work::wake);
      if (run == nullptr) return;
      call(Lane::any, "wake", 0, [&](erp_error*) {
        run(instance_);
        return ERP_OK;
      });
    }));
  }

  [[nodiscard]] std::string list_actions() {
    const Gate::Pass inside(running_);
    admitted(inside, "actions.list");
    const auto list = slot(find<erp_module_actions>(ERP_EXT_MODULE_ACTIONS), &erp_module_actions::list);
    if (list == nullptr) return R"({"schema":"1.0","actions":[]})";
    return text(Lane::worker, "actions.list", 0,
                [&](const erp_sink* out, erp_error* e) { return list(instance_, out, e); });
  }

  std::string call_action(const erp_call& c, std::string_view name, std::string_view json) {
    const Gate::Pass inside(running_);
    admitted(inside, "actions.call");
    const auto run = slot(find<erp_module_actions>(ERP_EXT_MODULE_ACTIONS), &erp_module_actions::call);
    if (run == nullptr) throw Error(ERP_UNSUPPORTED, "module.no_actions", "The module has no actions.");
    const StringSource input(json);
    return text(Lane::worker, "actions.call", c.company,
                [&](const erp_sink* out, erp_error* e) { return run(instance_, &c, str(name), input.get(), out, e); });
  }

  [[nodiscard]] std::string list_reports() {
    const Gate::Pass inside(running_);
    admitted(inside, "reports.list");
    const auto list = slot(find<erp_module_reports>(ERP_EXT_MODULE_REPORTS), &erp_module_reports::list);
    if (list == nullptr) return R"({"schema":"1.0","reports":[]})";
    return text(Lane::worker, "reports.list", 0,
                [&](const erp_sink* out, erp_error* e) { return list(instance_, out, e); });
  }

  std::string run_report(const erp_call& c, std::string_view name, std::string_view params) {
    const Gate::Pass inside(running_);
    admitted(inside, "reports.run");
    const auto run = slot(find<erp_module_reports>(ERP_EXT_MODULE_REPORTS), &erp_module_reports::run);
    if (run == nullptr) throw Error(ERP_UNSUPPORTED, "module.no_reports", "The module has no reports.");
    return text(Lane::worker, "reports.run", c.company,
                [&](const erp_sink* out, erp_error* e) { return run(instance_, &c, str(name), str(params), out, e); });
  }

  [[nodiscard]] std::string list_views() {
    const Gate::Pass inside(running_);
    admitted(inside, "views.list");
    const auto list = slot(find<erp_module_views>(ERP_EXT_MODULE_VIEWS), &erp_module_views::list);
    if (list == nullptr) return R"({"schema":"1.0","views":[]})";
    return text(Lane::worker, "views.list", 0,
                [&](const erp_sink* out, erp_error* e) { return list(instance_, out, e); });
  }

  std::string get_view(const erp_call& c, std::string_view id) {
    const Gate::Pass inside(running_);
    admitted(inside, "views.get");
    const auto get = slot(find<erp_module_views>(ERP_EXT_MODULE_VIEWS), &erp_module_views::get);
    if (get == nullptr) throw Error(ERP_UNSUPPORTED, "module.no_views", "The module has no views.");
    return text(Lane::worker, "views.get", c.company,
                [&](const erp_sink* out, erp_error* e) { return get(instance_, &c, str(id), out, e); });
  }

  /// Empty when the module offers no health report; throws when it fails.
  [[nodiscard]] std::string health() {
    const Gate::Pass inside(alive_);
    expect({LifeState::initialised, LifeState::started, LifeState::stopped}, "health.report");
    const auto report = slot(find<erp_module_health>(ERP_EXT_MODULE_HEALTH), &erp_module_health::report);
    if (report == nullptr) return {};
    return text(Lane::any, "health.report", 0,
                [&](const erp_sink* out, erp_error* e) { return report(instance_, out, e); });
  }

  [[nodiscard]] const void* extension(std::string_view id) {
    expect({LifeState::initialised, LifeState::started, LifeState::stopped}, "get_extension");
    const void* table = nullptr;
    call(Lane::any, "get_extension", 0, [&](erp_error*) {
      table = abi_.get_extension(instance_, str(id));
      return ERP_OK;
    });
    return table;
  }

 private:
  void expect(std::initializer_list<LifeState> legal, std::string_view operation) const {
    const LifeState now = state();
    if (std::find(legal.begin(), legal.end(), now) != legal.end()) return;
    if (now == LifeState::failed) throw Error(ERP_UNAVAILABLE, "module.failed", problem());
    throw Error(ERP_WRONG_STATE, "module.state",
                "\"" + std::string(operation) + "\" is not legal while the module is " +
                    std::string(life_state_name(now)) + ".");
  }

  void admitted(const Gate::Pass& pass, std::string_view operation) const {
    expect({LifeState::started}, operation);
    if (!pass) {
      throw Error(ERP_WRONG_STATE, "module.state",
                  "\"" + std::string(operation) + "\" came while the module is being started or stopped.");
    }
  }

  template <class Table>
  [[nodiscard]] const Table* find(std::string_view id) {
    return static_cast<const Table*>(extension(id));
  }

  /// Migrations belong to the control lane: after init, running or not.
  template <class Table>
  [[nodiscard]] const Table* prepared(std::string_view id, std::string_view operation) {
    expect({LifeState::initialised, LifeState::started, LifeState::stopped}, operation);
    return find<Table>(id);
  }

  template <class Body>
  void call(Lane lane, std::string_view name, std::int64_t company, Body&& body) {
    if (state() == LifeState::failed) throw Error(ERP_UNAVAILABLE, "module.failed", problem());
    erp_error error = sized<erp_error>();
    erp_status status = ERP_OK;
    {
      const auto scope = tracker_.enter(lane, name, company);
      try {
        status = body(&error);
      } catch (const std::exception& failure) {
        fail(name, failure.what());
        throw Error(ERP_UNAVAILABLE, "module.failed", problem());
      } catch (...) {
        fail(name, "an exception of unknown type");
        throw Error(ERP_UNAVAILABLE, "module.failed", problem());
      }
    }
    check(status, error, name);
  }

  template <class Body>
  [[nodiscard]] std::string text(Lane lane, std::string_view name, std::int64_t company, Body&& body) {
    StringSink sink;
    call(lane, name, company, [&](erp_error* e) { return body(sink.get(), e); });
    return sink.take();
  }

  void fail(std::string_view name, std::string_view what) noexcept {
    static_cast<void>(guard(nullptr, [&] {
      const std::lock_guard lock(problem_mutex_);
      problem_ = "It let a C++ exception out of \"" + std::string(name) + "\" (" + std::string(cut(what, 500)) +
                 "), which the contract forbids. It is switched off until the host is started again; tell its maker.";
    }));
    state_ = LifeState::failed;
  }

  erp_module_abi abi_;
  CallTracker& tracker_;
  erp_module* instance_ = nullptr;
  std::atomic<LifeState> state_{LifeState::queried};
  Gate running_;  // open from start to stop
  Gate alive_;    // open from create to destroy
  mutable std::mutex problem_mutex_;
  std::string problem_;
};

}  // namespace erp::sdk
