// SPDX-License-Identifier: Apache-2.0
//
// A host's tables with a CallTracker in front of every slot: hand get() to the module instead of the host itself, and
// the module's calls are checked without either side knowing.
//
//   CallTracker tracker(CheckLevel::maximal, handler);
//   CheckedHost checked(host, tracker);
//   client.create(*checked.get(), folder);         // a ModuleClient that uses the same tracker
//
// Threads: any. Errors: a call that breaks the rules is refused with WRONG_STATE before it reaches the host; slots that
// have no status answer zero. Ownership: borrows the host and the tracker; lives until the module is destroyed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>

#include "erp/check.hpp"
#include "erp/erp.h"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace erp::sdk {

class CheckedHost {
 public:
  CheckedHost(const erp_host& host, CallTracker& tracker) : host_(copy_in(&host)), tracker_(tracker) {
    front_.size = sizeof front_;
    front_.ctx = this;
    front_.get_extension = &CheckedHost::get_extension;
  }
  CheckedHost(const CheckedHost&) = delete;
  CheckedHost& operator=(const CheckedHost&) = delete;

  [[nodiscard]] const erp_host* get() const noexcept { return &front_; }

 private:
  struct Entry {
    virtual ~Entry() = default;
    [[nodiscard]] virtual const void* table() const = 0;
  };

  /// One table: `front` is what the module sees, its ctx is this object.
  template <class Table>
  struct Wrapped : Entry {
    Wrapped(const void* host_table, CallTracker& t) : tracker(t), back(copy_in(static_cast<const Table*>(host_table))) {
      front.size = back.size;
      front.ctx = this;
    }
    [[nodiscard]] const void* table() const override { return &front; }

    template <auto kSlot, Lane kLane, const char* kName>
    void add() {
      if (slot(&back, kSlot) != nullptr) front.*kSlot = Forward<kSlot, kLane, kName>::pointer(front.*kSlot);
    }

    CallTracker& tracker;
    Table back;
    Table front{};
  };

  template <auto kSlot, Lane kLane, const char* kName>
  struct Forward {
    template <class Result, class... Args>
    static auto pointer(Result (*)(void*, Args...)) {
      return &call<Result, Args...>;
    }
    template <class Result, class... Args>
    static Result call(void* ctx, Args... args) {
      using Table = std::remove_const_t<std::remove_reference_t<decltype(owner(kSlot))>>;
      auto* self = static_cast<Wrapped<Table>*>(ctx);
      const auto scope = self->tracker.host_call(kLane, kName);
      if constexpr (std::is_same_v<Result, erp_status>) {
        if (!scope.legal()) return ERP_WRONG_STATE;
      } else if (!scope.legal()) {
        return Result();
      }
      return (self->back.*kSlot)(self->back.ctx, args...);
    }
    template <class Table, class Member>
    static Table& owner(Member Table::*);
  };

  static const void* get_extension(void* ctx, erp_str id) {
    auto* self = static_cast<CheckedHost*>(ctx);
    const auto scope = self->tracker_.host_call(Lane::worker, "get_extension");
    if (!scope.legal()) return nullptr;
    const auto ask = slot(&self->host_, &erp_host::get_extension);
    const void* table = ask == nullptr ? nullptr : ask(self->host_.ctx, id);
    if (table == nullptr) return nullptr;
    const std::lock_guard lock(self->mutex_);
    auto& entry = self->entries_[std::string(view(id))];
    if (entry == nullptr) entry = self->wrap(view(id), table);
    return entry == nullptr ? table : entry->table();  // an extension that we do not know goes through as it is
  }

  [[nodiscard]] std::unique_ptr<Entry> wrap(std::string_view id, const void* table) const;

  erp_host host_;
  CallTracker& tracker_;
  erp_host front_{};
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;
};

#define ERP_SDK_SLOT(Table, slot_name, lane)                       \
  {                                                                \
    static constexpr char kName[] = #Table "." #slot_name;         \
    wrapped->template add<&Table::slot_name, Lane::lane, kName>(); \
  }
#define ERP_SDK_WRAP(Table) auto wrapped = std::make_unique<Wrapped<Table>>(table, tracker_)

inline std::unique_ptr<CheckedHost::Entry> CheckedHost::wrap(std::string_view id, const void* table) const {
  if (id == ERP_EXT_LOG) {
    ERP_SDK_WRAP(erp_log);
    ERP_SDK_SLOT(erp_log, write, any)
    return wrapped;
  }
  if (id == ERP_EXT_CLOCK) {
    ERP_SDK_WRAP(erp_clock);
    ERP_SDK_SLOT(erp_clock, now_us, any)
    ERP_SDK_SLOT(erp_clock, monotonic_us, any)
    ERP_SDK_SLOT(erp_clock, company_time, any)
    return wrapped;
  }
  if (id == ERP_EXT_CONFIG) {
    ERP_SDK_WRAP(erp_config);
    ERP_SDK_SLOT(erp_config, get, worker)
    ERP_SDK_SLOT(erp_config, generation, any)
    return wrapped;
  }
  if (id == ERP_EXT_DATABASE) {
    ERP_SDK_WRAP(erp_database);
    ERP_SDK_SLOT(erp_database, info, worker)
    return wrapped;
  }
  if (id == ERP_EXT_EVENTS) {
    ERP_SDK_WRAP(erp_events);
    ERP_SDK_SLOT(erp_events, fetch, worker)
    ERP_SDK_SLOT(erp_events, horizon, worker)
    ERP_SDK_SLOT(erp_events, publish, worker)
    return wrapped;
  }
  if (id == ERP_EXT_IDENTITY) {
    ERP_SDK_WRAP(erp_identity);
    ERP_SDK_SLOT(erp_identity, whoami, worker)
    ERP_SDK_SLOT(erp_identity, check, worker)
    return wrapped;
  }
  if (id == ERP_EXT_MONEY) {
    ERP_SDK_WRAP(erp_money);
    ERP_SDK_SLOT(erp_money, exponent, any)
    ERP_SDK_SLOT(erp_money, company_currency, worker)
    ERP_SDK_SLOT(erp_money, rate, worker)
    return wrapped;
  }
  if (id == ERP_EXT_DOCUMENTS) {
    ERP_SDK_WRAP(erp_documents);
    ERP_SDK_SLOT(erp_documents, read, worker)
    ERP_SDK_SLOT(erp_documents, create_draft_order, worker)
    ERP_SDK_SLOT(erp_documents, set_reference, worker)
    return wrapped;
  }
  if (id == ERP_EXT_DIRECTORY) {
    ERP_SDK_WRAP(erp_directory);
    ERP_SDK_SLOT(erp_directory, read, worker)
    ERP_SDK_SLOT(erp_directory, search, worker)
    ERP_SDK_SLOT(erp_directory, create_customer, worker)
    return wrapped;
  }
  if (id == ERP_EXT_UI) {
    ERP_SDK_WRAP(erp_ui);
    ERP_SDK_SLOT(erp_ui, sync_menus, control)
    ERP_SDK_SLOT(erp_ui, sync_parts, control)
    ERP_SDK_SLOT(erp_ui, set_badge, worker)
    ERP_SDK_SLOT(erp_ui, notify, worker)
    return wrapped;
  }
  if (id == ERP_EXT_JOBS) {
    ERP_SDK_WRAP(erp_jobs);
    ERP_SDK_SLOT(erp_jobs, run_at, worker)
    ERP_SDK_SLOT(erp_jobs, run_daily, worker)
    ERP_SDK_SLOT(erp_jobs, progress, worker)
    ERP_SDK_SLOT(erp_jobs, cancel, worker)
    return wrapped;
  }
  return nullptr;
}

#undef ERP_SDK_SLOT
#undef ERP_SDK_WRAP

}  // namespace erp::sdk
