// SPDX-License-Identifier: Apache-2.0
#include "addons/addons.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "addons/archive.h"
#include "addons/snapshot.h"
#include "database/address.h"
#include "modules/library_file.h"
#include "modules/loader.h"

namespace erp::host {
namespace {

namespace fs = std::filesystem;

/// "1.10.0" as numbers, so that it comes after "1.9.2".
std::vector<long> numbers_of(const std::string& version) {
  std::vector<long> out;
  std::istringstream parts(version);
  for (std::string part; std::getline(parts, part, '.');) out.push_back(std::strtol(part.c_str(), nullptr, 10));
  return out;
}

[[noreturn]] void refuse_addon(erp_status status, const std::string& key, const std::string& what) {
  throw HostError(status, "addon." + key, what);
}

std::string version_in(const fs::path& folder) {
  std::error_code missing;
  return fs::exists(folder / "manifest.yaml", missing) ? read_manifest(folder / "manifest.yaml").version : "";
}

void put(const fs::path& from, const fs::path& to) {
  fs::create_directories(to.parent_path());
  fs::remove_all(to);
  fs::rename(from, to);
}

}  // namespace

Addons::Addons(const Options& options)
    : options_(options), folder_(fs::absolute(options.data_dir).lexically_normal() / "addons") {
  fs::create_directories(folder_);
  static_cast<void>(trusted_folder(folder_));  // whoever may write here may run code as the host
}

Addons::Staged::~Staged() {
  std::error_code ignored;
  if (!folder.empty()) fs::remove_all(folder, ignored);
}

void Addons::trust(const fs::path& key) {
  const PublicKey read = read_public_key(key);
  const fs::path keys = folder_.parent_path() / "keys";
  fs::create_directories(keys);
  static_cast<void>(trusted_folder(keys));
  fs::copy_file(key, keys / (key_id(read.id) + ".pub"), fs::copy_options::overwrite_existing);
  fs::permissions(keys / (key_id(read.id) + ".pub"),
                  fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read);
}

Addons::Staged Addons::stage(const fs::path& file) {
  Staged staged;
  const auto keys = trusted_keys({folder_.parent_path() / "keys", "/etc/erp-host/keys"});
  staged.folder = folder_ / (".staged-" + std::to_string(getpid()));
  fs::remove_all(staged.folder);
  unpack_addon(file, keys, staged.folder);
  staged.manifest = LoadedModule::inspect(staged.folder);
  return staged;
}

fs::path Addons::existing(const std::string& id) const {
  if (fs::exists(place(id))) return place(id);
  if (fs::exists(off(id))) return off(id);
  refuse_addon(
      ERP_NOT_FOUND, "not_installed",
      "There is no add-on " + id + " in " + folder_.string() + "; `erp-host module list` shows what there is.");
}

DatabaseAddress Addons::address() const { return database_address(options_); }

std::string Addons::trial(const std::string& id) const {
  // In a process of its own: a library that was mapped once stays, and would be found again under the same path when
  // the version before takes its place.
  int pipes[2];
  if (pipe(pipes) != 0) refuse_addon(ERP_UNAVAILABLE, "trial", "The host cannot be tried out: no pipe.");
  const pid_t child = fork();
  if (child == 0) {
    std::string problem = "the host does not see it";
    try {
      const auto app = App::open(options_);
      for (const ModuleState& module : app->modules()) {
        if (module.id == id && module.folder.starts_with(folder_.string()))
          problem = module.running ? "" : module.problem;
      }
    } catch (const std::exception& failure) {
      problem = failure.what();
    }
    problem.resize(std::min<std::size_t>(problem.size(), 4000));
    const bool told = write(pipes[1], problem.data(), problem.size()) == static_cast<ssize_t>(problem.size());
    _exit(told ? 0 : 1);
  }
  close(pipes[1]);
  std::string problem(4000, '\0');
  std::size_t length = 0;
  for (ssize_t got = 0;
       length < problem.size() && (got = read(pipes[0], problem.data() + length, problem.size() - length)) > 0;) {
    length += static_cast<std::size_t>(got);
  }
  close(pipes[0]);
  problem.resize(length);
  int status = 0;
  waitpid(child, &status, 0);
  return problem.empty() && status != 0 ? "it ends the host's process" : problem;
}

Manifest Addons::verify(const fs::path& file) { return stage(file).manifest; }

Manifest Addons::install(const fs::path& file) {
  Staged staged = stage(file);
  const std::string id = staged.manifest.id;
  if (fs::exists(place(id)) || fs::exists(off(id))) {
    refuse_addon(ERP_CONFLICT, "installed",
                 id + " " + version_in(existing(id)) + " is installed already; use upgrade.");
  }
  if (!options_.modules_dir.empty() && fs::exists(options_.modules_dir / id)) {
    refuse_addon(
        ERP_CONFLICT, "installed",
        id + " comes with the system, in " + (options_.modules_dir / id).string() + "; remove that package first.");
  }
  put(staged.folder, place(id));
  staged.folder.clear();
  if (const std::string problem = trial(id); !problem.empty()) {
    fs::remove_all(place(id));
    refuse_addon(ERP_UNAVAILABLE, "does_not_run", id + " was not installed, since it does not run here: " + problem);
  }
  return staged.manifest;
}

Manifest Addons::upgrade(const fs::path& file) {
  Staged staged = stage(file);
  const std::string id = staged.manifest.id;
  const fs::path current = existing(id);
  if (current != place(id)) refuse_addon(ERP_WRONG_STATE, "disabled", id + " is switched off; enable it first.");
  const std::string from = version_in(current);
  if (numbers_of(staged.manifest.version) <= numbers_of(from)) {
    refuse_addon(ERP_CONFLICT, "not_newer",
                 id + " " + from + " is installed, and " + staged.manifest.version +
                     " is not newer; `rollback` brings back the version before.");
  }
  fs::create_directories(folder_ / ".before");
  fs::permissions(folder_ / ".before", fs::perms::owner_all);
  take_snapshot(address(), id, snapshot(id));
  put(current, before(id));
  put(staged.folder, place(id));
  staged.folder.clear();
  if (const std::string problem = trial(id); !problem.empty()) {
    rollback(id);
    refuse_addon(ERP_UNAVAILABLE, "does_not_run",
                 id + " " + staged.manifest.version + " does not run here, so " + from +
                     " was put back with its data: " + problem);
  }
  return staged.manifest;
}

Manifest Addons::rollback(const std::string& id) {
  if (!fs::exists(before(id)))
    refuse_addon(ERP_NOT_FOUND, "no_way_back", "There is no version of " + id + " from before an upgrade.");
  restore_snapshot(address(), id, snapshot(id));
  put(before(id), place(id));
  fs::remove(snapshot(id));
  if (const std::string problem = trial(id); !problem.empty()) {
    refuse_addon(ERP_UNAVAILABLE, "does_not_run",
                 id + " " + version_in(place(id)) + " is back, but does not run: " + problem);
  }
  return read_manifest(place(id) / "manifest.yaml");
}

void Addons::disable(const std::string& id) {
  if (existing(id) == off(id)) refuse_addon(ERP_WRONG_STATE, "disabled", id + " is switched off already.");
  put(place(id), off(id));
}

void Addons::enable(const std::string& id) {
  if (existing(id) == place(id)) refuse_addon(ERP_WRONG_STATE, "enabled", id + " is switched on already.");
  put(off(id), place(id));
  if (const std::string problem = trial(id); !problem.empty()) {
    put(place(id), off(id));
    refuse_addon(ERP_UNAVAILABLE, "does_not_run", id + " stays off, since it does not run: " + problem);
  }
}

std::int64_t Addons::remove(const std::string& id, const fs::path& export_to) {
  const fs::path current = existing(id);
  std::int64_t rows = 0;
  if (!export_to.empty()) {
    rows = export_tables(address(), id, export_to);
    drop_tables(address(), id);
  }
  for (const fs::path& path : {current, before(id), snapshot(id)}) fs::remove_all(path);
  return rows;
}

std::vector<AddonState> Addons::list() const {
  std::vector<AddonState> out;
  for (const bool on : {true, false}) {
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(on ? folder_ : folder_ / ".off", missing)) {
      const std::string id = entry.path().filename().string();
      if (id.starts_with(".") || !fs::exists(entry.path() / "manifest.yaml")) continue;
      out.push_back({id, version_in(entry.path()), on, version_in(before(id))});
    }
  }
  std::sort(out.begin(), out.end(), [](const AddonState& a, const AddonState& b) { return a.id < b.id; });
  return out;
}

}  // namespace erp::host
