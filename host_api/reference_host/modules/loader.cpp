// SPDX-License-Identifier: Apache-2.0
#include "modules/loader.h"

#include <boost/dll/shared_library.hpp>
#include <boost/json.hpp>
#include <mutex>
#include <utility>
#include <vector>

#include "app.h"
#include "modules/library_file.h"

namespace erp::host {

namespace {

/// What outlives a LoadedModule. Always the library: code that a thread, a static or an exception object may still
/// point to cannot be taken away safely. And all of a module that failed: it is not destroyed, so it may still look at
/// its host.
struct Kept {
  boost::dll::shared_library library;
  std::unique_ptr<sdk::CallTracker> tracker;
  std::unique_ptr<sdk::CheckedHost> host;
  std::unique_ptr<sdk::ModuleClient> client;
};

/// The registry is allocated and never destroyed, so that no order of exit matters.
void keep(Kept kept) {
  static auto& mutex = *new std::mutex;
  static auto& all = *new std::vector<Kept>;
  const std::lock_guard lock(mutex);
  all.push_back(std::move(kept));
}

}  // namespace

/// Kept whatever becomes of the module, also of one that was refused after its code had run.
struct LoadedModule::Library {
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (handle.is_loaded()) keep({std::move(handle), nullptr, nullptr, nullptr});
  }
  boost::dll::shared_library handle;
};

namespace {

std::string numbers(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

/// What the manifest says of versions is known before the library is mapped.
void expect_versions(const Manifest& manifest, const std::filesystem::path& folder, const erp_host_abi& host) {
  const std::string where = (folder / "manifest.yaml").string() + ": ";
  const std::string ours = numbers(host.abi_major, host.abi_minor);
  if (manifest.abi_major != host.abi_major) {
    throw HostError(ERP_VERSION, "module.abi_major",
                    where + manifest.id + " is made for host ABI " + std::to_string(manifest.abi_major) +
                        ", this host speaks " + ours + "; install the module's build for ABI " +
                        std::to_string(host.abi_major));
  }
  if (manifest.abi_min_minor > host.abi_minor) {
    throw HostError(ERP_VERSION, "module.abi_minor",
                    where + manifest.id + " needs host ABI " + numbers(manifest.abi_major, manifest.abi_min_minor) +
                        " or later, this host speaks " + ours + "; update the host or install an older module");
  }
  if (manifest.abi_max_minor && *manifest.abi_max_minor < host.abi_minor) {
    throw HostError(ERP_VERSION, "module.abi_minor",
                    where + manifest.id + " does not run on host ABI after " +
                        numbers(manifest.abi_major, *manifest.abi_max_minor) + ", this host speaks " + ours +
                        "; install a newer module");
  }
}

/// The library's file: whole, of this machine, and nobody else's to change.
std::filesystem::path expect_library_for_here(const Manifest& manifest, const std::filesystem::path& folder) {
  const auto named = manifest.libraries.find(this_platform());
  if (named == manifest.libraries.end()) {
    throw HostError(ERP_UNSUPPORTED, "module.no_platform",
                    (folder / "manifest.yaml").string() + ": names no library for " + this_platform() +
                        "; install the module's build for this machine");
  }
  std::filesystem::path file = folder / named->second;
  expect_library(file);
  expect_trusted_file(std::filesystem::canonical(file));
  return file;
}

boost::dll::shared_library open_library(const std::filesystem::path& file) {
  namespace load_mode = boost::dll::load_mode;
  try {
    // now: a missing symbol shows here and not at its first call. local: no module sees another one's symbols.
    return boost::dll::shared_library(file, load_mode::rtld_now | load_mode::rtld_local);
  } catch (const std::exception& failure) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.cannot_load",
                    file.string() + ": the library cannot be loaded (" + failure.what() +
                        "); install what it misses, or the module's build for this system");
  }
}

void expect_identity(const Manifest& manifest, const erp_module_abi& abi, const std::filesystem::path& file) {
  const auto same = [&](std::string_view what, std::string_view told, std::string_view written) {
    if (told == written) return;
    throw HostError(ERP_CONFLICT, "module." + std::string(what) + "_differs",
                    file.string() + ": says that its " + std::string(what) + " is \"" +
                        std::string(sdk::cut(told, 100)) + "\", its manifest says \"" + std::string(written) +
                        "\"; library and manifest are of different builds: install the module again");
  };
  same("id", sdk::view(abi.id), manifest.id);
  same("version", sdk::view(abi.version), manifest.version);
}

}  // namespace

erp_host_abi this_host_abi() {
  erp_host_abi host = sdk::sized<erp_host_abi>();
  host.abi_major = ERP_ABI_MAJOR;
  host.abi_minor = ERP_ABI_MINOR;
  host.json_schema_minor = 0;
  host.name = sdk::str("erp-host");
  host.version = sdk::str("1.0.0");
  return host;
}

LoadedModule::LoadedModule(std::filesystem::path folder, Manifest manifest, const erp_host_abi& host,
                           sdk::MisbehaviourHandler misbehaviour)
    : folder_(std::move(folder)),
      manifest_(std::move(manifest)),
      library_(std::make_unique<Library>()),
      tracker_(std::make_unique<sdk::CallTracker>(sdk::CheckLevel::maximal, std::move(misbehaviour))) {
  const std::filesystem::path file = expect_library_for_here(manifest_, folder_);
  library_->handle = open_library(file);
  if (!library_->handle.has(ERP_MODULE_QUERY_SYMBOL)) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.no_entry",
                    file.string() + ": does not export " ERP_MODULE_QUERY_SYMBOL
                                    ", the entry of every module; is it a module of this host?");
  }
  using Query = erp_status(const erp_host_abi*, erp_module_abi*, erp_error*);
  const erp_module_query_fn query = library_->handle.get<Query>(ERP_MODULE_QUERY_SYMBOL);
  try {
    const erp_module_abi abi = sdk::negotiate(query, host);
    expect_identity(manifest_, abi, file);
    client_ = std::make_unique<sdk::ModuleClient>(abi, *tracker_);
  } catch (const sdk::Error& refusal) {
    throw HostError(refusal.status(), refusal.key(), file.string() + ": " + refusal.what());
  }
}

std::unique_ptr<LoadedModule> LoadedModule::load(const std::filesystem::path& folder, const erp_host_abi& host,
                                                 sdk::MisbehaviourHandler misbehaviour) {
  const std::filesystem::path real = trusted_folder(folder);
  const std::filesystem::path manifest_file = real / "manifest.yaml";
  expect_trusted_file(manifest_file);
  Manifest manifest = read_manifest(manifest_file);
  expect_versions(manifest, real, host);
  return std::unique_ptr<LoadedModule>(new LoadedModule(real, std::move(manifest), host, std::move(misbehaviour)));
}

Manifest LoadedModule::inspect(const std::filesystem::path& folder, const erp_host_abi& host) {
  const std::filesystem::path real = trusted_folder(folder);
  expect_trusted_file(real / "manifest.yaml");
  Manifest manifest = read_manifest(real / "manifest.yaml");
  expect_versions(manifest, real, host);
  expect_library_for_here(manifest, real);
  return manifest;
}

LoadedModule::~LoadedModule() {
  if (client_ != nullptr && client_->state() == LifeState::failed) {
    keep({std::move(library_->handle), std::move(tracker_), std::move(host_), std::move(client_)});
    return;
  }
  client_.reset();
}

void LoadedModule::unload_for_test(std::unique_ptr<LoadedModule> module) {
  module->client_.reset();
  module->library_->handle.unload();
  module->library_.reset();
}

template <class Call>
auto LoadedModule::control(Call&& call) {
  try {
    return call();
  } catch (const sdk::Error& refusal) {
    throw HostError(refusal.status(), refusal.key(), "Module " + manifest_.id + ": " + refusal.what());
  }
}

template <class Call>
auto LoadedModule::business(Call&& call) {
  try {
    return call();
  } catch (const sdk::Error& refusal) {
    const bool of_the_host = refusal.key().starts_with("module.");
    throw HostError(refusal.status(), refusal.key(),
                    (of_the_host ? "Module " + manifest_.id + ": " : std::string()) + refusal.what());
  }
}

void LoadedModule::create(const erp_host& host) {
  control([&] {
    if (host_ == nullptr) host_ = std::make_unique<sdk::CheckedHost>(host, *tracker_);
    client_->create(*host_->get(), folder_.string());
  });
}

void LoadedModule::init() {
  control([&] { client_->init(); });
}

void LoadedModule::start() {
  control([&] { client_->start(); });
}

void LoadedModule::stop() {
  control([&] { client_->stop(); });
}

void LoadedModule::destroy() noexcept { client_->destroy(); }

MigrationNumbers LoadedModule::migration_state() {
  return control([&] { return client_->migration_state(); });
}

std::string LoadedModule::migration_plan() {
  return control([&] { return client_->migration_plan(); });
}

void LoadedModule::migrate() {
  control([&] { client_->migrate(); });
}

WorkOutcome LoadedModule::work(const erp_call& call, std::int64_t budget_us, std::string_view job) {
  return business([&] { return client_->work(call, budget_us, job); });
}

void LoadedModule::wake() noexcept { client_->wake(); }

std::string LoadedModule::list_actions() {
  return business([&] { return client_->list_actions(); });
}

std::string LoadedModule::call_action(const erp_call& call, std::string_view name, std::string_view json) {
  return business([&] { return client_->call_action(call, name, json); });
}

std::string LoadedModule::list_views() {
  return business([&] { return client_->list_views(); });
}

std::string LoadedModule::get_view(const erp_call& call, std::string_view id) {
  return business([&] { return client_->get_view(call, id); });
}

std::string LoadedModule::list_reports() {
  return business([&] { return client_->list_reports(); });
}

std::string LoadedModule::run_report(const erp_call& call, std::string_view name, std::string_view params_json) {
  return business([&] { return client_->run_report(call, name, params_json); });
}

std::string LoadedModule::health() noexcept {
  std::string reason;
  try {
    if (state() == LifeState::failed) {
      reason = problem();
    } else {
      const std::string report = client_->health();
      return report.empty() ? R"({"state":0,"reason":"","metrics":{}})" : report;
    }
  } catch (const std::exception& failure) {
    reason = failure.what();
  }
  try {
    return boost::json::serialize(
        boost::json::object{{"state", ERP_HEALTH_FAILED}, {"reason", reason}, {"metrics", boost::json::object()}});
  } catch (const std::exception&) {
    return {};  // no memory for three words
  }
}

const void* LoadedModule::extension(std::string_view id) {
  return control([&] { return client_->extension(id); });
}

}  // namespace erp::host
