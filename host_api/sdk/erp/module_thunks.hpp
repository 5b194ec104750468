// SPDX-License-Identifier: Apache-2.0
//
// The C functions in front of a ModuleBase, and the tables that hold them. Included by module_base.hpp.
//
// Threads: as the slots' tags say. Errors: none gets out; T::translate turns exceptions into a status, at one place.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "erp/module_base.hpp"

namespace erp::sdk {

template <class Module>
struct Thunks {
  static Module& self(erp_module* module) {
    if (module == nullptr) throw Error(ERP_INVALID_ARGUMENT, "module.null", "The call names no module instance.");
    return *reinterpret_cast<Module*>(module);
  }
  static ModuleBase& base(erp_module* module) { return self(module); }

  template <class Body>
  static erp_status guarded(erp_error* error, Body&& body) noexcept {
    return guard<Module::translate>(error, body);
  }

  /// A call of the started module; refused in every other state.
  template <class Body>
  static erp_status inside(erp_module* module, erp_error* error, std::string_view operation, Body&& body) noexcept {
    return guarded(error, [&] {
      ModuleBase& b = base(module);
      const Gate::Pass pass(b.gate_);
      if (!pass) b.wrong_state(operation);
      body(self(module));
    });
  }

  static const erp_call& known(const erp_call* call) {
    if (!present(call, &erp_call::deadline_us)) {
      throw Error(ERP_INVALID_ARGUMENT, "call.missing", "The call carries no erp_call, or one that is too short.");
    }
    return *call;
  }

  static erp_status create(const erp_host* host, erp_str folder, erp_module** out, erp_error* error) noexcept {
    return guarded(error, [&] {
      if (out == nullptr || !present(host, &erp_host::get_extension) || host->get_extension == nullptr) {
        throw Error(ERP_INVALID_ARGUMENT, "host.missing",
                    "create needs the host's table and a place for the instance.");
      }
      *out = reinterpret_cast<erp_module*>(std::make_unique<Module>(*host, std::string(view(folder))).release());
    });
  }
  static erp_status init(erp_module* module, erp_error* error) noexcept {
    return guarded(error, [&] { base(module).do_init(); });
  }
  static erp_status start(erp_module* module, erp_error* error) noexcept {
    return guarded(error, [&] { base(module).do_start(); });
  }
  static erp_status stop(erp_module* module, erp_error* error) noexcept {
    return guarded(error, [&] { base(module).do_stop(); });
  }
  static void destroy(erp_module* module) noexcept {
    static_cast<void>(guarded(nullptr, [&] {
      if (module == nullptr) return;
      const std::unique_ptr<Module> owned(&self(module));
      ModuleBase& b = *owned;
      if (b.life_ == ModuleBase::Life::started) b.do_stop();  // the host forgot; better late
    }));
  }

  static erp_status work(erp_module* module, const erp_call* call, const erp_work_request* request,
                         erp_work_result* result, erp_error* error) noexcept {
    return inside(module, error, "work", [&](Module& m) {
      const erp_call& c = known(call);
      const erp_work_request wanted = copy_in(request);
      const ModuleBase::SerialLane lane(m, c.company);
      erp_work_result done = m.work(c, wanted.budget_us, view(wanted.job));
      done.size = sizeof done;
      if (!copy_out(result, done))
        throw Error(ERP_INVALID_ARGUMENT, "result.size", "work needs a result whose size is set.");
    });
  }
  static void wake(erp_module* module) noexcept {
    if (module != nullptr) reinterpret_cast<Module*>(module)->wake();
  }

  static erp_status list_actions(erp_module* module, const erp_sink* out, erp_error* error) noexcept {
    return inside(module, error, "actions.list", [&](Module& m) { write_all(out, m.list_actions()); });
  }
  static erp_status call_action(erp_module* module, const erp_call* call, erp_str name, const erp_source* input,
                                const erp_sink* output, erp_error* error) noexcept {
    return inside(module, error, "actions.call", [&](Module& m) {
      const std::string json = read_all(input);
      write_all(output, m.call_action(known(call), view(name), json));
    });
  }
  static erp_status list_reports(erp_module* module, const erp_sink* out, erp_error* error) noexcept {
    return inside(module, error, "reports.list", [&](Module& m) { write_all(out, m.list_reports()); });
  }
  static erp_status run_report(erp_module* module, const erp_call* call, erp_str name, erp_str params,
                               const erp_sink* out, erp_error* error) noexcept {
    return inside(module, error, "reports.run",
                  [&](Module& m) { write_all(out, m.run_report(known(call), view(name), view(params))); });
  }

  static erp_status list_views(erp_module* module, const erp_sink* out, erp_error* error) noexcept {
    return inside(module, error, "views.list", [&](Module& m) { write_all(out, m.list_views()); });
  }
  static erp_status get_view(erp_module* module, const erp_call* call, erp_str id, const erp_sink* out,
                             erp_error* error) noexcept {
    return inside(module, error, "views.get", [&](Module& m) { write_all(out, m.get_view(known(call), view(id))); });
  }

  /// After a successful init, running or not: migrations and health.
  template <class Body>
  static erp_status prepared(erp_module* module, erp_error* error, std::string_view operation, Body&& body) noexcept {
    using Life = ModuleBase::Life;
    return guarded(error, [&] {
      base(module).expect(operation, {Life::initialised, Life::started, Life::stopped});
      body(self(module));
    });
  }
  static erp_status migration_state(erp_module* module, erp_migration_state* out, erp_error* error) noexcept {
    return prepared(module, error, "migrate.state", [&](Module& m) {
      erp_migration_state numbers = m.migration_state();
      numbers.size = sizeof numbers;
      if (!copy_out(out, numbers))
        throw Error(ERP_INVALID_ARGUMENT, "result.size", "state needs a result whose size is set.");
    });
  }
  static erp_status migration_plan(erp_module* module, const erp_sink* out, erp_error* error) noexcept {
    return prepared(module, error, "migrate.plan", [&](Module& m) { write_all(out, m.migration_plan()); });
  }
  static erp_status migrate(erp_module* module, erp_error* error) noexcept {
    return prepared(module, error, "migrate.apply", [&](Module& m) { m.migrate(); });
  }
  static erp_status health(erp_module* module, const erp_sink* out, erp_error* error) noexcept {
    return prepared(module, error, "health.report", [&](Module& m) { write_all(out, m.health()); });
  }

  static const void* get_extension(erp_module* module, erp_str id) noexcept {
    static constexpr erp_module_work kWork{sizeof(erp_module_work), 0, &work, &wake};
    static constexpr erp_module_actions kActions{sizeof(erp_module_actions), 0, &list_actions, &call_action};
    static constexpr erp_module_reports kReports{sizeof(erp_module_reports), 0, &list_reports, &run_report};
    static constexpr erp_module_migrate kMigrate{sizeof(erp_module_migrate), 0, &migration_state, &migration_plan,
                                                 &migrate};
    static constexpr erp_module_views kViews{sizeof(erp_module_views), 0, &list_views, &get_view};
    static constexpr erp_module_health kHealth{sizeof(erp_module_health), 0, &health};
    if (module == nullptr) return nullptr;
    const ModuleBase::Offers offers = static_cast<ModuleBase*>(reinterpret_cast<Module*>(module))->offers_;
    const std::string_view name = view(id);
    if (name == ERP_EXT_MODULE_WORK) return offers.work ? &kWork : nullptr;
    if (name == ERP_EXT_MODULE_ACTIONS) return offers.actions ? &kActions : nullptr;
    if (name == ERP_EXT_MODULE_REPORTS) return offers.reports ? &kReports : nullptr;
    if (name == ERP_EXT_MODULE_MIGRATE) return offers.migrate ? &kMigrate : nullptr;
    if (name == ERP_EXT_MODULE_VIEWS) return offers.views ? &kViews : nullptr;
    if (name == ERP_EXT_MODULE_HEALTH) return offers.health ? &kHealth : nullptr;
    return nullptr;
  }
};

/// The whole of erp_module_query: refuses what does not fit, else fills the caller's table. Pure.
template <class Module>
erp_status answer_query(const ModuleIdentity& identity, const erp_host_abi* host, erp_module_abi* out,
                        erp_error* error) noexcept {
  return guard(error, [&] {
    if (!present(host, &erp_host_abi::abi_minor) || out == nullptr) {
      throw Error(ERP_INVALID_ARGUMENT, "query.arguments", "The query needs the host's numbers and a table to fill.");
    }
    const std::string theirs = std::to_string(host->abi_major) + "." + std::to_string(host->abi_minor);
    const std::string ours = std::to_string(ERP_ABI_MAJOR) + "." + std::to_string(identity.abi_minor_required);
    if (host->abi_major != ERP_ABI_MAJOR || host->abi_minor < identity.abi_minor_required) {
      throw Error(ERP_VERSION, host->abi_major != ERP_ABI_MAJOR ? "module.abi_major" : "module.abi_minor",
                  std::string(identity.id) + " " + std::string(identity.version) + " needs host ABI " + ours +
                      ", this host has " + theirs +
                      "; install a build of the module for this host, or update the host.");
    }
    using T = Thunks<Module>;
    erp_module_abi abi = sized<erp_module_abi>();
    abi.abi_major = ERP_ABI_MAJOR;
    abi.abi_minor_required = identity.abi_minor_required;
    abi.id = str(identity.id);
    abi.version = str(identity.version);
    abi.create = &T::create;
    abi.init = &T::init;
    abi.start = &T::start;
    abi.stop = &T::stop;
    abi.destroy = &T::destroy;
    abi.get_extension = &T::get_extension;
    if (!copy_out(out, abi)) throw Error(ERP_INVALID_ARGUMENT, "query.size", "The caller must set the table's size.");
  });
}

}  // namespace erp::sdk
