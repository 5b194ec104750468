// SPDX-License-Identifier: Apache-2.0
#include "app.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <atomic>
#include <fstream>
#include <map>
#include <mutex>

#include "database/conninfo.h"
#include "database/migrate.h"
#include "database/outbox.h"
#include "extensions/log.h"
#include "extensions/menus.h"
#include "extensions/module_host.h"
#include "services/access.h"
#include "services/action_table.h"
#include "services/import.h"
#include "services/me.h"
#include "services/preferences.h"
#include "services/record_lists.h"
#include "services/settings.h"
#include "services/views.h"

namespace erp::host {

namespace {

constexpr std::int64_t kPurgeEveryUs = 3600LL * 1'000'000;

/// Takes out what the caller may not use; a branch that held something and holds nothing any more goes too.
void keep_allowed(Db& db, const Caller& caller, json::array& entries) {
  const auto refused = [&](json::value& value) {
    json::object& entry = value.as_object();
    const json::value* permission = entry.if_contains("permission");
    if (permission != nullptr && permission->is_string() &&
        !access::may(db, caller, std::string(permission->get_string()))) {
      return true;
    }
    json::value* children = entry.if_contains("children");
    if (children == nullptr || !children->is_array() || children->get_array().empty()) return false;
    keep_allowed(db, caller, children->get_array());
    return children->get_array().empty();
  };
  entries.erase(std::remove_if(entries.begin(), entries.end(), refused), entries.end());
}

/// Counts what the host's signals tell: the second listener beside the outbox.
class EventCounts {
 public:
  void count(std::string_view kind) {
    const std::lock_guard lock(mutex_);
    ++counts_[std::string(kind)];
  }
  [[nodiscard]] json::object report() const {
    const std::lock_guard lock(mutex_);
    json::object out;
    for (const auto& [kind, count] : counts_) out[kind] = count;
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> counts_;
};

std::filesystem::path prepared_folder(const std::filesystem::path& given) {
  if (given.empty()) {
    throw HostError(ERP_INVALID_ARGUMENT, "data.missing", "The data folder is missing. Give one with --data DIR.");
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(given).lexically_normal();
  const bool fresh = std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw HostError(ERP_UNAVAILABLE, "data.folder",
                    "The data folder " + folder.string() + " cannot be made: " + error.message() + ". Choose another.");
  }
  if (fresh) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  return folder;
}

std::string remembered_url(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string url;
  std::getline(in, url);
  return url;
}

/// Written beside and renamed, readable by the owner only: the URL may hold a password.
void remember_url(const std::filesystem::path& file, const std::string& url) {
  const std::string fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const mode_t before = ::umask(0077);
  {
    std::ofstream out(fresh);
    out << url << '\n';
  }
  ::umask(before);
  std::filesystem::rename(fresh, file);
}

DatabaseAddress address_of(const Options& options, const std::filesystem::path& folder) {
  const std::filesystem::path memory = folder / "database.url";
  const std::string known = remembered_url(memory);
  std::string url = options.database_url.empty() ? known : options.database_url;
  if (!url.empty() && url != "sqlite") {
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
      throw HostError(
          ERP_INVALID_ARGUMENT, "database.url.invalid",
          "The database URL is not one of PostgreSQL. Write it as postgresql://user:password@host:port/name.");
    }
    const DatabaseAddress address{Backend::postgresql, conninfo_of(url)};
    if (url != known) {
      const Db reachable(address);  // a wrong URL is not remembered
      remember_url(memory, url);
    }
    return address;
  }
  return {Backend::sqlite, (folder / "erp.db").string()};
}

class AppImpl final : public App {
 public:
  explicit AppImpl(const Options& options)
      : folder_(prepared_folder(options.data_dir)),
        company_(options.company),
        base_(address_of(options, folder_)),
        modules_(base_) {
    base_.signals.connect_all("metrics", Signals::Promise::best_effort,
                              [this](const Change& change) { counts_.count(change.kind); });
    {
      const Pool::Lease db = base_.pool.lease();
      migrate(*db);
    }
    settings::ensure_defaults(base_, company_);
    std::vector<std::string> taken;
    for (const auto& [name, action] : actions_.all()) {
      if (!record_lists::is_list_action(name)) taken.push_back(name);  // these are shared: who has the list answers
    }
    modules_.load(options.modules_dir, taken);
  }

  json::value call_action(const Caller& caller, std::string_view name, const json::value& input) override {
    const HostAction* action = actions_.find(name);
    if (action != nullptr && !is_for_module(name, input)) {
      json::value answer = run_host_action(base_, caller, std::string(name), *action, input);
      if (name == "menu.list") {
        Caller reader = caller;
        if (input.is_object()) reader.locale = text_of(input.get_object(), "lang").value_or(caller.locale);
        return menus(reader);
      }
      if (action->changes) stamp();
      return answer;
    }
    if (const auto* entry = modules_.action(name)) {
      check_right(caller, entry->permission);
      json::value answer = modules_.call_action(caller, name, *entry, input);
      if (entry->changes) stamp();
      return answer;
    }
    refuse(ERP_NOT_FOUND, "action.unknown",
           "There is no action \"" + std::string(name) + "\". `erp-host actions` lists them.");
  }

  json::value list_actions() override {
    json::array out;
    for (const auto& [name, action] : actions_.all()) out.push_back(action.declaration);
    for (json::value& declaration : modules_.actions()) {
      if (actions_.find(text_of(declaration.as_object(), "name").value_or("")) == nullptr)
        out.push_back(std::move(declaration));
    }
    return json::object{{"schema", "1.0"}, {"actions", std::move(out)}};
  }

  json::value run_report(const Caller& caller, std::string_view name, const json::value& params) override {
    const auto* entry = modules_.report(name);
    if (entry == nullptr) {
      refuse(ERP_NOT_FOUND, "report.unknown",
             "There is no report \"" + std::string(name) + "\". The reports are: " + report_names() + ".");
    }
    check_right(caller, entry->permission);
    return modules_.run_report(caller, name, *entry, params);
  }

  json::value list_reports() override { return json::object{{"schema", "1.0"}, {"reports", modules_.reports()}}; }

  json::value menus(std::string_view language) override {
    const auto entries = modules_.menus();
    std::map<std::string, std::int64_t> badges;
    const Pool::Lease db = base_.pool.lease();
    for (auto& [menu, count] : db->rows<std::string, std::int64_t>(
             "select menu_id, count from host_module_badge where company_id = ? order by menu_id", {company_})) {
      badges.emplace(std::move(menu), count);
    }
    return menu_tree(entries, language, badges);
  }

  json::value menus(const Caller& caller) override {
    json::value tree = menus(std::string_view(caller.locale));
    const Pool::Lease db = base_.pool.lease();
    keep_allowed(*db, caller, tree.as_object().at("menus").as_array());
    return tree;
  }

  json::value me(const Caller& caller) override {
    Unit unit(base_, caller, Transaction::Mode::read);
    return who_am_i(unit);
  }

  json::value views(const Caller& caller) override {
    json::array out = host_views().list(caller.locale.substr(0, 2), view_rights(caller));
    const Pool::Lease db = base_.pool.lease();
    for (const auto& [id, entry] : modules_.views()) {
      if (!entry.permission.empty() && !access::may(*db, caller, entry.permission)) continue;
      const json::value* title = entry.titles.if_contains(caller.locale.substr(0, 2));
      if (title == nullptr) title = entry.titles.if_contains("en");
      json::object one{{"id", id}, {"kind", entry.kind}, {"title", title == nullptr ? json::value(id) : *title}};
      if (entry.lookup) one["lookup"] = true;
      out.push_back(std::move(one));
    }
    return json::object{{"schema", "1.0"}, {"views", std::move(out)}};
  }

  json::value view(const Caller& caller, std::string_view id) override {
    if (auto own = host_views().resolve(id, caller.locale.substr(0, 2), view_rights(caller))) {
      add_panels(*own, modules_.parts());
      return *std::move(own);
    }
    const auto entry = modules_.views().find(id);
    if (entry == modules_.views().end()) {
      refuse(ERP_NOT_FOUND, "view.unknown",
             "There is no page \"" + std::string(id) + "\", or it is not yours to see. The menu shows those that are.");
    }
    check_right(caller, entry->second.permission);
    return checked_view(modules_.get_view(caller, entry->second), id);
  }

  json::value preference(const Caller& caller, const std::string& key) override {
    Unit unit(base_, caller, Transaction::Mode::read);
    return preferences::read(unit, key);
  }

  json::value set_preference(const Caller& caller, const json::value& input) override {
    if (!input.is_object()) refuse(ERP_INVALID_ARGUMENT, "preference.invalid", "Send an object with key and value.");
    Unit unit(base_, caller, Transaction::Mode::write);
    json::value answer = preferences::write(unit, input.get_object());
    unit.commit();
    return answer;
  }

  News news(std::int64_t after) override {
    News out;
    const Pool::Lease db = base_.pool.lease();
    out.head = event_horizon(*db, company_).head;
    if (out.head <= after) return out;
    for (auto& [kind] : db->rows<std::string>(
             "select distinct kind from host_event where company_id = ? and sequence > ? order by kind",
             {company_, after})) {
      out.kinds.push_back(std::move(kind));
    }
    return out;
  }

  DrainCounts drain() override {
    DrainCounts counts;
    // Work may publish events of its own, and others may write meanwhile: until a round finds nothing new.
    for (bool again = true; again;) {
      stamp();
      const std::int64_t before = counts.handled;
      for (const std::int64_t company : companies()) {
        const DrainCounts one = modules_.drain(company);
        counts.handled += one.handled;
        counts.parked += one.parked;
      }
      again = stamp() > 0 || counts.handled > before;
    }
    const Pool::Lease db = base_.pool.lease();
    counts.head = event_horizon(*db, company_).head;
    return counts;
  }

  bool work_once(std::int64_t budget_us) override {
    stamp();
    const std::int64_t now = Clock::monotonic_us();
    std::int64_t due = purge_at_us_;
    if (now >= due && purge_at_us_.compare_exchange_strong(due, now + kPurgeEveryUs)) {
      const Pool::Lease db = base_.pool.lease();
      purge_events(*db, base_.clock.now_us());
    }
    return modules_.work_round(companies(), budget_us);
  }

  ImportCounts import_batch(const Caller& caller, const ImportBatch& batch) override {
    ImportCounts counts;
    {
      Unit unit(base_, caller, Transaction::Mode::write);
      for (const std::string_view permission : {"host.customer.change", "host.order.change", "host.invoice.change"}) {
        access::require(unit.db(), caller, permission);
      }
      static_cast<void>(unit.company());
      counts = host::import_batch(unit, batch);
      unit.commit();
    }
    stamp();
    return counts;
  }

  std::vector<ModuleState> modules() const override { return modules_.states(); }

  json::value health() override {
    bool degraded = false;
    bool failed = false;
    json::object host;
    try {
      const Pool::Lease db = base_.pool.lease();
      host["database"] = db->postgresql() ? "postgresql" : "sqlite";
      host["events_unstamped"] = db->value<std::int64_t>("select count(*) from host_event where sequence is null");
      host["events_head"] = event_horizon(*db, company_).head;
      host["events"] = counts_.report();
      host["state"] = "ok";
    } catch (const HostError& error) {
      failed = true;
      host["state"] = "failed";
      host["reason"] = error.what();
    }
    json::object modules = modules_.health(degraded, failed);
    return json::object{{"state", failed     ? "failed"
                                  : degraded ? "degraded"
                                             : "ok"},
                        {"host", std::move(host)},
                        {"modules", std::move(modules)}};
  }

  std::optional<std::int64_t> authenticate(std::string_view login, std::string_view password) override {
    const Pool::Lease db = base_.pool.lease();
    return access::authenticate(*db, login, password);
  }
  std::string start_session(std::int64_t user) override {
    const Pool::Lease db = base_.pool.lease();
    return access::start_session(*db, user, base_.clock.now_us());
  }
  std::optional<Caller> session_caller(std::string_view token) override {
    const Pool::Lease db = base_.pool.lease();
    return access::session_caller(*db, token, base_.clock.now_us());
  }
  void end_session(std::string_view token) override {
    const Pool::Lease db = base_.pool.lease();
    access::end_session(*db, token);
  }

 private:
  /// Numbers what has been committed; the modules are woken when there is anything new, from whichever process.
  std::int64_t stamp() {
    const Pool::Lease db = base_.pool.lease();
    const std::int64_t stamped = relay_events(*db);
    const auto head = db->value<std::int64_t>("select last_sequence from host_relay where id = 1");
    if (head_seen_.exchange(head) != head) modules_.wake();
    return stamped;
  }

  /// One of the actions that all lists share, about a list that is not the host's.
  bool is_for_module(std::string_view name, const json::value& input) const {
    if (!record_lists::is_list_action(name) || modules_.action(name) == nullptr || !input.is_object()) return false;
    return !record_lists::is_own(text_of(input.get_object(), "list").value_or(""));
  }

  sdk::ViewRights view_rights(const Caller& caller) {
    sdk::ViewRights rights;
    rights.may = [this, caller](const std::string& permission) {
      const Pool::Lease db = base_.pool.lease();
      return access::may(*db, caller, permission);
    };
    rights.may_action = [this, rights](const std::string& name) {
      const HostAction* action = actions_.find(name);
      if (action != nullptr) return action->permission.empty() || rights.may(action->permission);
      const auto* entry = modules_.action(name);
      return entry == nullptr || entry->permission.empty() || rights.may(entry->permission);
    };
    rights.may_view = [this, rights](const std::string& id) {
      const auto entry = modules_.views().find(id);
      if (entry != modules_.views().end())
        return entry->second.permission.empty() || rights.may(entry->second.permission);
      const auto own = host_views().views().find(id);
      return own == host_views().views().end() || host_views().visible(own->second, rights);
    };
    return rights;
  }

  void check_right(const Caller& caller, const std::string& permission) {
    if (permission.empty()) return;
    const Pool::Lease db = base_.pool.lease();
    access::require(*db, caller, permission);
  }

  std::vector<std::int64_t> companies() {
    std::vector<std::int64_t> out;
    const Pool::Lease db = base_.pool.lease();
    for (const auto& [id] : db->rows<std::int64_t>("select id from host_company order by id")) out.push_back(id);
    return out;
  }

  std::string report_names() const {
    std::string out;
    for (const json::value& report : modules_.reports()) {
      out += (out.empty() ? "" : ", ") + text_of(report.as_object(), "name").value_or("?");
    }
    return out.empty() ? "none, since no module is loaded" : out;
  }

  const std::filesystem::path folder_;
  const std::int64_t company_;
  EventCounts counts_;
  Base base_;
  ActionTable actions_;
  ModuleHost modules_;  // last: it ends before what it uses
  std::atomic<std::int64_t> purge_at_us_{0};
  std::atomic<std::int64_t> head_seen_{-1};
};

}  // namespace

std::string App::migration_plan(const Options& options) {
  if (sodium_init() < 0) throw HostError(ERP_INTERNAL, "sodium", "The cryptographic library cannot start.");
  const std::filesystem::path folder = std::filesystem::absolute(options.data_dir).lexically_normal();
  const bool remembered =
      std::filesystem::exists(folder / "erp.db") || std::filesystem::exists(folder / "database.url");
  if (!remembered) {
    throw HostError(
        ERP_NOT_FOUND, "data.none",
        "There is no company in " + folder.string() + " yet: the first start makes one, at the newest state.");
  }
  Base base(address_of(options, folder));
  std::string host_plan;
  {
    const Pool::Lease db = base.pool.lease();
    host_plan = host::migration_plan(*db);
  }
  if (!host_plan.empty()) return host_plan + "modules: planned once the host's own migrations are applied\n";
  return "host: nothing to do\n" + ModuleHost(base).migration_plan(options.modules_dir);
}

std::unique_ptr<App> App::open(const Options& options) {
  if (sodium_init() < 0) throw HostError(ERP_INTERNAL, "sodium", "The cryptographic library cannot start.");
  return std::make_unique<AppImpl>(options);
}

}  // namespace erp::host
