// SPDX-License-Identifier: Apache-2.0
#include "extensions/module_host.h"

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "database/module_role.h"
#include "erp/schema_words.hpp"
#include "extensions/log.h"
#include "extensions/menus.h"
#include "services/access.h"

namespace erp::host {

namespace {

std::string file_hash(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string content = text.str();
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

}  // namespace

ModuleHost::~ModuleHost() {
  for (auto one = modules_.rbegin(); one != modules_.rend(); ++one) (*one)->module.reset();
}

std::vector<std::filesystem::path> ModuleHost::module_folders(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  if (folder.empty()) return found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (std::filesystem::exists(entry.path() / "manifest.yaml", error)) {
      found.push_back(std::filesystem::absolute(entry.path()).lexically_normal());
    }
  }
  if (error) {
    throw HostError(
        ERP_INVALID_ARGUMENT, "modules.folder",
        "The modules folder " + folder.string() + " cannot be read: " + error.message() + ". Give another.");
  }
  std::sort(found.begin(), found.end());
  return found;
}

void ModuleHost::load(const std::filesystem::path& folder, const std::vector<std::string>& taken) {
  for (const auto& path : module_folders(folder)) {
    Module& one = *modules_.emplace_back(std::make_unique<Module>());
    one.state.id = path.filename().string();
    one.state.folder = path.string();
    try {
      load_one(path, one);
      declare(modules_.size() - 1, taken);
      one.state.running = true;
    } catch (const std::exception& refusal) {
      one.state.problem = refusal.what();
      log_line(ERP_LOG_ERROR, "A module was refused; the host goes on without it.",
               {{"module", one.state.id}, {"folder", one.state.folder}, {"reason", one.state.problem}});
      one.module.reset();
    }
  }
}

std::string ModuleHost::migration_plan(const std::filesystem::path& folder) {
  std::string plan;
  for (const auto& path : module_folders(folder)) {
    Module one;
    one.state.id = path.filename().string();
    try {
      initialise(path, one, false);
      std::istringstream lines(one.module->migration_plan());
      for (std::string line; std::getline(lines, line);) plan += one.state.id + ": " + line + "\n";
    } catch (const HostError& refusal) {
      plan += one.state.id + ": " + refusal.what() + "\n";
    }
    one.module.reset();
  }
  return plan;
}

void ModuleHost::load_one(const std::filesystem::path& folder, Module& one) {
  initialise(folder, one, true);
  one.module->migrate();
  one.module->start();
}

/// Up to where the module may be asked about its tables. With `grant` false nothing is written.
void ModuleHost::initialise(const std::filesystem::path& folder, Module& one, bool grant) {
  one.module = LoadedModule::load(folder, this_host_abi(), [id = one.state.id](const sdk::Misbehaviour& breach) {
    log_line(breach.side == sdk::Side::host ? ERP_LOG_HOST_MISBEHAVES : ERP_LOG_MODULE_MISBEHAVES, breach.what,
             {{"module", id}, {"rule", breach.rule}});
  });
  const Manifest& manifest = one.module->manifest();
  one.state.id = manifest.id;
  one.state.version = manifest.version;
  for (const auto& other : modules_) {
    if (other.get() != &one && other->state.id == manifest.id) {
      throw HostError(
          ERP_CONFLICT, "module.twice",
          "Module " + manifest.id + " stands in " + other->state.folder + " too. Remove one of the folders.");
    }
  }
  for (const std::string& extension : manifest.required_extensions) {
    if (!offered_extensions().contains(extension)) {
      throw HostError(
          ERP_UNSUPPORTED, "module.extension",
          "Module " + manifest.id + " requires " + extension + ", which this host does not offer. Use a newer host.");
    }
  }
  if (grant) {
    keep_manifest(manifest, folder);
  } else {
    const Pool::Lease db = base_.pool.lease();
    if (!db->row<std::string>("select id from host_module where id = ?", {manifest.id})) {
      throw HostError(ERP_NOT_FOUND, "module.new", "new here: its first start makes its tables, at the newest state");
    }
  }
  ModuleDatabase database;
  {
    const Pool::Lease db = base_.pool.lease();
    ModuleAccess access = prepare_module_access(*db, base_.pool.address(), manifest.id);
    database = {db->postgresql() ? ERP_BACKEND_POSTGRESQL : ERP_BACKEND_SQLITE, std::move(access.connection),
                std::move(access.schema), std::move(access.prefix)};
  }
  one.context = std::make_unique<Context>(base_, tokens_, manifest, std::move(database), granted(manifest));
  one.module->create(one.context->host());
  one.module->init();
}

/// A manifest that this host has not seen yet: what it asks for is granted.
void ModuleHost::keep_manifest(const Manifest& manifest, const std::filesystem::path& folder) {
  const Pool::Lease db = base_.pool.lease();
  const std::string hash = file_hash(folder / "manifest.yaml");
  const auto known = db->row<std::string>("select manifest_hash from host_module where id = ?", {manifest.id});
  if (known && std::get<0>(*known) == hash) return;
  Transaction transaction(*db, Transaction::Mode::write);
  db->exec(
      "insert into host_module (id, version, manifest_hash, config_generation) values (?, ?, ?, 0) on conflict (id) "
      "do "
      "update set version = excluded.version, manifest_hash = excluded.manifest_hash",
      {manifest.id, manifest.version, hash});
  // This host grants what the manifest asks for; what an operator has taken away stays away.
  for (const auto* list : {&manifest.required_extensions, &manifest.optional_extensions}) {
    for (const std::string& extension : *list) {
      db->exec(
          "insert into host_module_grant (module_id, extension, granted) values (?, ?, 1) on conflict (module_id, "
          "extension) do nothing",
          {manifest.id, extension});
    }
  }
  access::grant_defaults(*db, manifest.roles);
  transaction.commit();
}

/// What the manifest asks for and this host offers, without what an operator has taken away.
std::set<std::string> ModuleHost::granted(const Manifest& manifest) {
  std::set<std::string> out;
  for (const auto* list : {&manifest.required_extensions, &manifest.optional_extensions}) {
    for (const std::string& extension : *list) {
      if (offered_extensions().contains(extension)) out.insert(extension);
    }
  }
  const Pool::Lease db = base_.pool.lease();
  for (auto& [extension] : db->rows<std::string>(
           "select extension from host_module_grant where module_id = ? and granted = 0 order by extension",
           {manifest.id})) {
    out.erase(extension);
  }
  return out;
}

void ModuleHost::declare(std::size_t index, const std::vector<std::string>& taken) {
  LoadedModule& module = *modules_[index]->module;
  add_entries(index, module.list_actions(), "actions", actions_, taken);
  add_entries(index, module.list_reports(), "reports", reports_, {});
  add_views(index, module.list_views());
}

void ModuleHost::add_entries(std::size_t index, std::string_view text, std::string_view list,
                             std::map<std::string, Entry, std::less<>>& into, const std::vector<std::string>& taken) {
  const json::value value = json::parse(json::string_view(text.data(), text.size()));
  const json::array* entries = value.is_object() ? array_of(value.get_object(), list) : nullptr;
  if (entries == nullptr) return;
  for (const json::value& declaration : *entries) {
    const json::object& fields = declaration.as_object();
    const std::string name = required_text(fields, "name");
    if (std::find(taken.begin(), taken.end(), name) != taken.end() || into.contains(name)) {
      log_line(ERP_LOG_WARNING, "A module declares a name that is taken; the first keeps it.",
               {{"module", modules_[index]->state.id}, {"name", name}});
      continue;
    }
    Entry entry;
    entry.module = index;
    entry.declaration = declaration;
    entry.permission = text_of(fields, "permission").value_or("");
    entry.changes = flag_of(fields, "changes").value_or(false);
    const json::value* schema = field(fields, list == "actions" ? "input" : "params");
    // Rows that the module checks one by one are its own to refuse: one bad row must not cost its neighbours.
    if (schema != nullptr && schema->is_object())
      entry.input = std::make_unique<InputSchema>(sdk::without_rows_checked_apart(fields, *schema));
    into.emplace(name, std::move(entry));
  }
}

std::vector<ModuleState> ModuleHost::states() const {
  std::vector<ModuleState> out;
  for (const auto& one : modules_) {
    ModuleState state = one->state;
    if (state.running && !one->module->running()) {
      state.running = false;
      state.problem = one->module->problem();
    }
    out.push_back(std::move(state));
  }
  return out;
}

const ModuleHost::Entry* ModuleHost::action(std::string_view name) const {
  const auto found = actions_.find(name);
  return found == actions_.end() ? nullptr : &found->second;
}

const ModuleHost::Entry* ModuleHost::report(std::string_view name) const {
  const auto found = reports_.find(name);
  return found == reports_.end() ? nullptr : &found->second;
}

json::array ModuleHost::actions() const {
  json::array out;
  for (const auto& [name, entry] : actions_) out.push_back(entry.declaration);
  return out;
}

json::array ModuleHost::reports() const {
  json::array out;
  for (const auto& [name, entry] : reports_) out.push_back(entry.declaration);
  return out;
}

void ModuleHost::note(Module& one, const HostError& error, std::string_view where) {
  if (error.status() != ERP_INTERNAL && error.status() != ERP_DATA_LOSS) return;
  log_line(ERP_LOG_ERROR, "A module failed.", {{"module", one.state.id}, {"call", where}, {"reason", error.what()}});
  const std::lock_guard lock(one.mutex);
  one.trouble = std::string(where) + ": " + error.what();
}

json::value ModuleHost::call(const Caller& caller, Module& one, const std::string& what,
                             const std::function<std::string(const erp_call&)>& run) {
  const CallToken token(tokens_, caller);
  std::string text;
  try {
    text = run(token.call());
  } catch (const HostError& error) {
    note(one, error, what);
    throw;
  }
  boost::system::error_code error;
  json::value answer = json::parse(text, error);
  if (error) {
    const HostError wrong(ERP_INTERNAL, "module.json",
                          "Module " + one.state.id + " answered " + what + " with something that is not JSON.");
    note(one, wrong, what);
    throw wrong;
  }
  return answer;
}

json::value ModuleHost::call_action(const Caller& caller, std::string_view name, const Entry& entry,
                                    const json::value& input) {
  const json::value given = input.is_null() ? json::value(json::object{}) : input;
  if (entry.input) entry.input->check(given, name, caller.locale);
  Module& one = *modules_[entry.module];
  const auto run = [&] {
    return call(caller, one, std::string(name),
                [&](const erp_call& token) { return one.module->call_action(token, name, json::serialize(given)); });
  };
  return entry.input ? naming_the_field(*entry.input, run) : run();
}

json::value ModuleHost::run_report(const Caller& caller, std::string_view name, const Entry& entry,
                                   const json::value& params) {
  const json::value given = params.is_null() ? json::value(json::object{}) : params;
  if (entry.input) entry.input->check(given, name, caller.locale);
  Module& one = *modules_[entry.module];
  const auto run = [&] {
    return call(caller, one, std::string(name),
                [&](const erp_call& token) { return one.module->run_report(token, name, json::serialize(given)); });
  };
  return entry.input ? naming_the_field(*entry.input, run) : run();
}

std::vector<ManifestMenu> ModuleHost::menus() const {
  std::vector<ManifestMenu> out;
  const Pool::Lease db = base_.pool.lease();
  for (const auto& one : modules_) {
    if (!one->state.running) continue;
    const Manifest& manifest = one->context->manifest();
    const auto synchronised =
        db->row<std::string>("select json from host_module_ui where module_id = ? and kind = 'menus'", {manifest.id});
    const auto own = synchronised ? read_menus(manifest, std::get<0>(*synchronised)) : manifest.menus;
    out.insert(out.end(), own.begin(), own.end());
  }
  return out;
}

json::object ModuleHost::health(bool& degraded, bool& failed) const {
  json::object out;
  for (const auto& one : modules_) {
    json::object state{{"version", one->state.version}};
    if (!one->module || !one->state.running) {
      degraded = true;
      state["state"] = "failed";
      state["reason"] = one->state.problem;
    } else {
      boost::system::error_code error;
      const json::value report = json::parse(one->module->health(), error);
      const std::int64_t code = !error && report.is_object()
                                    ? integer_of(report.get_object(), "state").value_or(ERP_HEALTH_FAILED)
                                    : ERP_HEALTH_FAILED;
      std::string reason = !error && report.is_object() ? text_of(report.get_object(), "reason").value_or("") : "";
      std::string word = code == ERP_HEALTH_OK ? "ok" : code == ERP_HEALTH_DEGRADED ? "degraded" : "failed";
      const std::lock_guard lock(one->mutex);
      if (word == "ok" && !one->trouble.empty()) {
        word = "degraded";
        reason = one->trouble;
      }
      degraded = degraded || word == "degraded";
      failed = failed || word == "failed";
      state["state"] = word;
      state["reason"] = reason;
      if (!error && report.is_object()) {
        if (const json::value* metrics = field(report.get_object(), "metrics")) state["metrics"] = *metrics;
      }
    }
    out[one->state.id] = std::move(state);
  }
  return out;
}

}  // namespace erp::host
