// SPDX-License-Identifier: Apache-2.0
//
// A module's side of the border: derive, override what you offer, and let answer_query() make the tables.
//
//   class Hello : public erp::sdk::ModuleBase {
//    public:
//     Hello(const erp_host& host, std::string folder) : ModuleBase(host, std::move(folder), {.actions = true}) {}
//     std::string call_action(const erp_call&, std::string_view name, std::string_view json) override { … }
//   };
//   erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
//     return erp::sdk::answer_query<Hello>({"hello", "1.0.0"}, host, out, error);
//   }
//
// Threads: as the slots' tags say; the base refuses what the tags forbid: WRONG_STATE for calls out of order,
// WRONG_THREAD for a second work of the same company at once. stop() waits for the calls inside. wake() and health()
// come at any time. Errors: overrides throw; the thunks are the one place that translates, through T::translate.
// Ownership: the host owns the instance; the host's table outlives it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "erp/erp.h"
#include "erp/error.hpp"
#include "erp/gate.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace erp::sdk {

struct ModuleIdentity {
  std::string_view id;  // literals: the host keeps views of them
  std::string_view version;
  std::uint32_t abi_minor_required = 0;
};

class ModuleBase {
 public:
  /// Which module extensions the host is shown.
  struct Offers {
    bool work = false, actions = false, reports = false, migrate = false, health = false, views = false;
  };

  virtual ~ModuleBase() = default;
  ModuleBase(const ModuleBase&) = delete;
  ModuleBase& operator=(const ModuleBase&) = delete;

  virtual void on_init() {}  // fetch extensions here; throwing refuses the host
  virtual void on_start() {}
  virtual void on_stop() {}  // no call is inside any more
  virtual erp_work_result work(const erp_call&, std::int64_t /*budget_us*/, std::string_view /*job*/) {
    return sized<erp_work_result>();
  }
  virtual void wake() noexcept {}
  virtual std::string list_actions() { return R"({"schema":"1.0","actions":[]})"; }
  virtual std::string call_action(const erp_call&, std::string_view /*name*/, std::string_view /*json*/) {
    not_offered();
  }
  virtual std::string list_reports() { return R"({"schema":"1.0","reports":[]})"; }
  virtual std::string run_report(const erp_call&, std::string_view /*name*/, std::string_view /*params*/) {
    not_offered();
  }
  virtual std::string list_views() { return R"({"schema":"1.0","views":[]})"; }
  virtual std::string get_view(const erp_call&, std::string_view /*id*/) { not_offered(); }
  virtual erp_migration_state migration_state() { return sized<erp_migration_state>(); }
  virtual std::string migration_plan() { return ""; }
  virtual void migrate() {}
  virtual std::string health() { return R"({"state":0,"reason":"","metrics":{}})"; }

  static erp_status translate(erp_error* error) noexcept { return sdk::translate(error); }

 protected:
  ModuleBase(const erp_host& host, std::string folder, Offers offers)
      : host_(copy_in(&host)), folder_(std::move(folder)), offers_(offers) {}

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] const erp_host& host() const noexcept { return host_; }  // not before on_init()

 private:
  template <class Module>
  friend struct Thunks;
  enum class Life { created, init_failed, initialised, started, stopped };

  [[noreturn]] static void not_offered() {
    throw Error(ERP_UNSUPPORTED, "module.not_offered", "This module does not offer that.");
  }
  static std::string_view life_name(Life life) noexcept {
    constexpr std::string_view kNames[] = {"created", "not initialised", "initialised", "started", "stopped"};
    return kNames[static_cast<int>(life)];
  }
  [[noreturn]] void wrong_state(std::string_view operation) const {
    throw Error(
        ERP_WRONG_STATE, "module.state",
        std::string(operation) + " is not legal while the module is " + std::string(life_name(life_.load())) + ".");
  }
  void expect(std::string_view operation, std::initializer_list<Life> legal) const {
    for (const Life life : legal) {
      if (life_.load() == life) return;
    }
    wrong_state(operation);
  }

  void do_init() {
    expect("init", {Life::created});
    life_ = Life::init_failed;  // unless it succeeds
    on_init();
    life_ = Life::initialised;
  }
  void do_start() {
    expect("start", {Life::initialised, Life::stopped});
    on_start();
    life_ = Life::started;
    gate_.open();
  }
  void do_stop() {
    expect("stop", {Life::started});
    gate_.close();
    try {
      on_stop();
    } catch (...) {
      gate_.open();  // a failure leaves the former state
      throw;
    }
    life_ = Life::stopped;
  }

  /// One company's lane: the second to come is refused, since serving it would corrupt the first.
  class SerialLane {
   public:
    SerialLane(ModuleBase& base, std::int64_t company) : base_(base), company_(company) {
      const std::lock_guard lock(base_.lanes_mutex_);
      if (!base_.lanes_.insert(company).second) {
        throw Error(ERP_WRONG_THREAD, "module.lane",
                    "work was called twice at once for company " + std::to_string(company) +
                        "; the host must keep one serial lane per company.");
      }
    }
    ~SerialLane() {
      const std::lock_guard lock(base_.lanes_mutex_);
      base_.lanes_.erase(company_);
    }
    SerialLane(const SerialLane&) = delete;
    SerialLane& operator=(const SerialLane&) = delete;

   private:
    ModuleBase& base_;
    std::int64_t company_;
  };

  erp_host host_;
  std::string folder_;
  Offers offers_;
  std::atomic<Life> life_{Life::created};
  Gate gate_;
  std::mutex lanes_mutex_;
  std::set<std::int64_t> lanes_;
};

}  // namespace erp::sdk

#include "erp/module_thunks.hpp"
