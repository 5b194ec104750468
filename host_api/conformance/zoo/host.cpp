// SPDX-License-Identifier: Apache-2.0
//
// A small host that keeps the contract, but for the one rule that --fault NAME has it break: the zoo of host-check. It
// obeys the protocol of ../README.md, keeps orders and events in SQLite, and is written against the C headers alone, so
// that it shares no fault with the SDK.
//
// Threads: one control thread; work serial by a mutex; calls concurrent. Errors: {"ok":false}.
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "erp/erp.h"

namespace {

std::string fault;
bool breaks(const char* rule) { return fault == rule; }

std::string data_dir, database_file;
std::mutex calls_mutex;  // worker-lane-is-concurrent

// --- the database ---------------------------------------------------------------------------------------------------

struct Db {
  sqlite3* db = nullptr;
  Db() {
    sqlite3_open(database_file.c_str(), &db);
    sqlite3_busy_timeout(db, 10'000);
    sqlite3_exec(db, "pragma synchronous = off", nullptr, nullptr, nullptr);
  }
  ~Db() { sqlite3_close(db); }
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;
  void run(const std::string& sql) const {
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      std::fprintf(stderr, "%s: %s\n", sql.c_str(), sqlite3_errmsg(db));
    }
  }
};

struct StoredEvent {
  long long sequence, document;
};
std::mutex memory_mutex;
std::vector<StoredEvent> memory;  // where a broken host keeps its events: at-least-once

// --- modules --------------------------------------------------------------------------------------------------------

struct Module {
  std::string id, problem, text;
  erp_module_abi abi{};
  erp_module* instance = nullptr;
  bool running = false, created = false;
  std::mutex serial;
  std::chrono::steady_clock::time_point next{};
  int wait_ms = 100;
};
std::vector<std::unique_ptr<Module>> modules;
std::atomic<unsigned long long> last_token{1000};
std::mutex tokens_mutex;
std::set<unsigned long long> tokens;

struct Call {
  erp_call call{};
  explicit Call() {
    call.size = sizeof call;
    call.token = ++last_token;
    call.company = 1;
    call.locale = {"en", 2};
    const std::lock_guard lock(tokens_mutex);
    tokens.insert(call.token);
  }
  ~Call() {
    const std::lock_guard lock(tokens_mutex);
    tokens.erase(call.token);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
};

erp_status refuse(erp_error* error, erp_status status, const char* why) {
  if (error != nullptr && error->size >= 136) {
    error->code = status;
    std::snprintf(error->key, sizeof error->key, "zoo.refused");
    std::snprintf(error->message, error->size - offsetof(erp_error, message), "%s", why);
  }
  return status;
}

bool minted(const erp_call* call) {
  if (breaks("token-is-checked")) return true;
  const std::lock_guard lock(tokens_mutex);
  return call != nullptr && tokens.contains(call->token);
}

template <class Struct>
erp_status give(Struct* out, Struct full) {
  if (out == nullptr || out->size < 8) return ERP_INVALID_ARGUMENT;
  const auto room = std::min<std::size_t>(out->size, sizeof full);
  full.size = static_cast<std::uint32_t>(room);
  std::memcpy(out, &full, room);
  return ERP_OK;
}

// --- the tables -----------------------------------------------------------------------------------------------------

void log_write(void*, std::int32_t, erp_str, const erp_log_pair*, std::uint32_t) {}
std::int64_t monotonic_us(void*) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
erp_status company_time(void*, std::int64_t company, erp_company_time* out, erp_error* error) {
  if (company != 1) return refuse(error, ERP_NOT_FOUND, "No such company.");
  erp_company_time time{};
  time.fiscal_year_start_month = 1;
  std::strcpy(time.time_zone, "Europe/Stockholm");
  if (breaks("never-writes-past-caller-size")) {
    std::memcpy(out, &time, sizeof time);
    return ERP_OK;
  }
  return give(out, time);
}
erp_status config_get(void*, erp_str, const erp_sink*, erp_error* error) {
  return refuse(error, ERP_NOT_FOUND, "Not set.");
}
std::uint64_t generation(void*) { return 1; }
erp_status info(void*, erp_database_info* out, erp_error*) {
  erp_database_info filled{};
  filled.backend = ERP_BACKEND_SQLITE;
  filled.connection = {database_file.data(), database_file.size()};
  filled.prefix = {"probe_", 6};
  filled.views_version = 1;
  filled.max_sessions = 4;
  return give(out, filled);
}

std::vector<StoredEvent> stored(std::int64_t after) {
  if (breaks("at-least-once")) {
    const std::lock_guard lock(memory_mutex);
    std::vector<StoredEvent> out;
    for (const StoredEvent& event : memory) {
      if (event.sequence > after) out.push_back(event);
    }
    return out;
  }
  std::vector<StoredEvent> out;
  const Db db;
  sqlite3_stmt* statement = nullptr;
  const char* sql = breaks("sequence-strictly-rising") ? "select n, document from event where n > ? order by n desc"
                                                       : "select n, document from event where n > ? order by n";
  sqlite3_prepare_v2(db.db, sql, -1, &statement, nullptr);
  sqlite3_bind_int64(statement, 1, after);
  while (sqlite3_step(statement) == SQLITE_ROW)
    out.push_back({sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1)});
  sqlite3_finalize(statement);
  return out;
}

erp_status fetch(void*, const erp_call* call, std::int64_t after, erp_event* out, std::uint32_t stride,
                 std::uint32_t capacity, std::uint32_t* count, erp_error* error) {
  if (!minted(call)) return refuse(error, ERP_PERMISSION, "No such token.");
  *count = 0;
  for (const StoredEvent& one : stored(after)) {
    if (*count == capacity) break;
    erp_event event{};
    event.sequence = one.sequence;
    event.company = 1;
    event.document = one.document;
    std::strcpy(event.kind, "order.confirmed");
    give(reinterpret_cast<erp_event*>(reinterpret_cast<char*>(out) + std::size_t{stride} * (*count)++), event);
  }
  return ERP_OK;
}
erp_status horizon(void*, const erp_call* call, erp_event_horizon* out, erp_error* error) {
  if (!minted(call)) return refuse(error, ERP_PERMISSION, "No such token.");
  erp_event_horizon filled{};
  filled.oldest = 1;
  filled.head = static_cast<std::int64_t>(stored(0).size());
  return give(out, filled);
}
erp_status publish(void*, const erp_call*, erp_str, std::int64_t, erp_error*) { return ERP_OK; }
erp_status whoami(void*, const erp_call* call, erp_actor* out, erp_error* error) {
  if (!minted(call)) return refuse(error, ERP_PERMISSION, "No such token.");
  erp_actor actor{};
  actor.kind = ERP_ACTOR_OPERATOR;
  return give(out, actor);
}
erp_status check(void*, const erp_call* call, erp_str, erp_error* error) {
  return minted(call) ? ERP_OK : refuse(error, ERP_PERMISSION, "No such token.");
}
const std::thread::id main_thread = std::this_thread::get_id();
erp_status exponent(void*, erp_str, std::int32_t* out, erp_error* error) {
  if (breaks("any-slots-from-any-thread") && std::this_thread::get_id() != main_thread)
    return refuse(error, ERP_WRONG_THREAD, "Not here.");
  *out = 2;
  return ERP_OK;
}
erp_status company_currency(void*, const erp_call*, char out[4], erp_error*) {
  std::strcpy(out, "SEK");
  return ERP_OK;
}
erp_status rate(void*, const erp_call*, erp_str, std::int32_t, erp_rate*, erp_error* error) {
  return refuse(error, ERP_NOT_FOUND, "No rate.");
}

const erp_log kLog{sizeof(erp_log), 0, nullptr, log_write};
const erp_clock kClock{sizeof(erp_clock), 0, nullptr, monotonic_us, monotonic_us, company_time};
erp_config config_table{sizeof(erp_config), 0, nullptr, config_get, generation};
const erp_database kDatabase{sizeof(erp_database), 0, nullptr, info};
const erp_events kEvents{sizeof(erp_events), 0, nullptr, fetch, horizon, publish};
const erp_identity kIdentity{sizeof(erp_identity), 0, nullptr, whoami, check};
const erp_money kMoney{sizeof(erp_money), 0, nullptr, exponent, company_currency, rate};

const void* get_extension(void* ctx, erp_str id) {
  const auto& module = *static_cast<Module*>(ctx);
  if (id.data == nullptr || id.len > 64) return nullptr;
  const std::string name(id.data, id.len);
  // The manifest's text stands for what the operator granted.
  if (!breaks("permission-withheld") && module.text.find(name + "]") == std::string::npos &&
      module.text.find(name + ",") == std::string::npos)
    return nullptr;
  static const std::map<std::string, const void*> kTables{
      {ERP_EXT_LOG, &kLog},       {ERP_EXT_CLOCK, &kClock},       {ERP_EXT_CONFIG, &config_table},
      {ERP_EXT_EVENTS, &kEvents}, {ERP_EXT_DATABASE, &kDatabase}, {ERP_EXT_IDENTITY, &kIdentity},
      {ERP_EXT_MONEY, &kMoney}};
  const auto found = kTables.find(name);
  if (found == kTables.end()) return nullptr;
  if (breaks("get-extension-stable-pointer") && name == ERP_EXT_CLOCK) return new erp_clock(kClock);
  return found->second;
}

// --- loading --------------------------------------------------------------------------------------------------------

std::string value_of(const std::string& text, const std::string& key) {
  const std::size_t at = text.find(key);
  if (at == std::string::npos) return "";
  return text.substr(at + key.size(), text.find_first_of("\n}", at) - at - key.size());
}

/// The rule that forbids to load the file, found before any of it is mapped; "" when it may be.
std::string forbidden_by(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  Elf64_Ehdr header{}, own{};
  if (bytes.size() >= sizeof header) std::memcpy(&header, bytes.data(), sizeof header);
  std::ifstream("/proc/self/exe", std::ios::binary).read(reinterpret_cast<char*>(&own), sizeof own);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "refuses-not-an-elf";
  if (header.e_machine != own.e_machine) return "refuses-wrong-arch";
  if (header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize > bytes.size())
    return "refuses-truncated-file";
  return "";
}

erp_host& host_for(Module* module) {
  auto* host = new erp_host{sizeof(erp_host), 0, module, get_extension};
  return *host;
}

void start(Module& module) {
  erp_error error{};
  error.size = sizeof error;
  if (module.abi.start(module.instance, &error) == ERP_OK) {
    module.running = true;
  } else {
    module.problem = error.message;
  }
}

void refused(Module& module, const std::string& why) { module.problem = why; }

void load(const std::string& folder, Module& module) {
  std::ifstream in(folder + "/manifest.yaml");
  module.text.assign(std::istreambuf_iterator<char>(in), {});
  module.id = value_of(module.text, "id: ");
  std::string name = value_of(module.text, "library: {");
  name = name.substr(name.find(": ") + 2);
  const std::string file = folder + "/" + name;
  if (const std::string rule = forbidden_by(file); !rule.empty()) {
    module.running = breaks(rule.c_str());  // as if all were well
    if (!module.running) refused(module, file + " cannot be loaded here: " + rule);
    return;
  }
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return refused(module, dlerror());
  const auto query = reinterpret_cast<erp_module_query_fn>(dlsym(handle, ERP_MODULE_QUERY_SYMBOL));
  if (query == nullptr && !breaks("refuses-missing-symbol"))
    return refused(module, file + " has no " ERP_MODULE_QUERY_SYMBOL);
  erp_host_abi self{sizeof self, ERP_ABI_MAJOR, ERP_ABI_MINOR, 0, {"zoo-host", 8}, {"1.0.0", 5}};
  if (breaks("calls-query-first")) self.name = {nullptr, 0};
  module.abi.size = sizeof module.abi;
  erp_error error{};
  error.size = sizeof error;
  if (query(&self, &module.abi, &error) != ERP_OK) return refused(module, error.message);
  if (breaks("accepts-longer-module-struct") && module.abi.size != sizeof module.abi)
    return refused(module, "a struct of another size");
  if (module.abi.abi_major != ERP_ABI_MAJOR && !breaks("refuses-major-mismatch")) {
    return refused(module, "needs ABI " + std::to_string(module.abi.abi_major) + ", this host has 1.0");
  }
  if (module.abi.abi_minor_required > ERP_ABI_MINOR && !breaks("refuses-higher-required")) {
    return refused(module, "needs ABI 1." + std::to_string(module.abi.abi_minor_required) + ", this host has 1.0");
  }
  const erp_str where{folder.data(), folder.size()};
  if (module.abi.create(&host_for(&module), where, &module.instance, &error) != ERP_OK)
    return refused(module, error.message);
  module.created = true;
  if (module.abi.init(module.instance, &error) != ERP_OK) {
    module.problem = error.message;
    if (breaks("no-call-after-failed-init")) start(module);
    return;
  }
  if (!breaks("control-lane-never-concurrent")) start(module);
}

void end_all() {
  for (auto one = modules.rbegin(); one != modules.rend(); ++one) {
    Module& module = **one;
    if (!module.created) continue;
    if (module.running) module.abi.stop(module.instance, nullptr);
    if (module.running && breaks("no-call-after-stop")) {
      static_cast<const erp_module_work*>(module.abi.get_extension(module.instance, {ERP_EXT_MODULE_WORK, 17}))
          ->wake(module.instance);
    }
    module.running = false;
    module.abi.destroy(module.instance);
  }
}

// --- work and calls -------------------------------------------------------------------------------------------------

/// Whether there is more to do at once.
bool work(Module& module) {
  std::unique_lock serial(module.serial, std::defer_lock);
  if (!breaks("serial-lane-never-concurrent") && !serial.try_lock()) return false;
  const Call call;
  const auto* table =
      static_cast<const erp_module_work*>(module.abi.get_extension(module.instance, {ERP_EXT_MODULE_WORK, 17}));
  erp_work_request request{sizeof request, 0, 20'000, {nullptr, 0}};
  erp_work_result result{};
  result.size = sizeof result;
  erp_error error{};
  error.size = sizeof error;
  std::unique_ptr<Db> lock;
  if (breaks("no-lock-held-on-delivery")) {
    lock = std::make_unique<Db>();
    lock->run("begin immediate");
  }
  const erp_status status = table->work(module.instance, &call.call, &request, &result, &error);
  if (lock) lock->run("commit");
  if (status == ERP_OK) {
    module.wait_ms = 100;
    module.next = {};
    return result.more != 0;
  }
  if (!breaks("failing-module-is-shown")) module.problem = error.message;
  if (breaks("retry-later-is-retried")) {
    module.wait_ms = 1'000'000;
  }
  module.next = std::chrono::steady_clock::now() + std::chrono::milliseconds(module.wait_ms);
  module.wait_ms *= 2;
  return false;
}

void work_all() {
  for (const auto& module : modules) {
    while (module->running && module->instance != nullptr && std::chrono::steady_clock::now() >= module->next &&
           work(*module)) {
    }
  }
}

void run_for(std::chrono::milliseconds time, const std::atomic<bool>* busy = nullptr) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (busy == nullptr ? std::chrono::steady_clock::now() < until : busy->load()) {
    work_all();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

long long confirm(bool roll_back = false) {
  const Db db;
  db.run("begin immediate");
  db.run("insert into erp_order (state) values ('draft')");
  const long long id = sqlite3_last_insert_rowid(db.db);
  const std::string publish = "insert into event (document) values (" + std::to_string(id) + ")";
  if (breaks("events-after-commit") && !roll_back) {
    db.run(publish + "; commit");
    work_all();  // the event is out, and the order is not confirmed yet
    db.run("begin immediate");
  }
  db.run("update erp_order set state = 'confirmed' where id = " + std::to_string(id));
  if (!breaks("events-after-commit")) db.run(publish);
  db.run(roll_back ? "rollback" : "commit");
  if (roll_back && breaks("no-event-for-rolled-back")) db.run(publish);
  if (!roll_back) {
    const std::lock_guard lock(memory_mutex);
    memory.push_back({static_cast<long long>(memory.size()) + 1, id});
  }
  return id;
}

std::string ids_of(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ",") + std::to_string(confirm());
  return "{\"ok\":true,\"orders\":[" + out + "]}";
}

erp_status write_text(void* ctx, const char* data, std::uint32_t length) {
  static_cast<std::string*>(ctx)->append(data, length);
  return ERP_OK;
}
erp_status read_text(void* ctx, char* buffer, std::uint32_t capacity, std::uint32_t* got) {
  auto& text = *static_cast<std::string*>(ctx);
  *got = static_cast<std::uint32_t>(text.copy(buffer, capacity));
  text.erase(0, *got);
  return ERP_OK;
}

std::string call_action(std::string name, std::string json) {
  std::unique_lock<std::mutex> one_at_a_time(calls_mutex, std::defer_lock);
  if (breaks("worker-lane-is-concurrent")) one_at_a_time.lock();
  for (const auto& module : modules) {
    if (!module->running || module->instance == nullptr || !name.starts_with(module->id + ".")) continue;
    const auto* table = static_cast<const erp_module_actions*>(
        module->abi.get_extension(module->instance, {ERP_EXT_MODULE_ACTIONS, 20}));
    if (table->size < sizeof *table && !breaks("accepts-shorter-module-struct"))
      return "{\"ok\":false,\"message\":\"no actions\"}";
    const Call call;
    std::string out;
    const erp_source source{sizeof source, 0, &json, read_text};
    const erp_sink sink{sizeof sink, 0, &out, write_text};
    const erp_status status =
        table->call(module->instance, &call.call, {name.data(), name.size()}, &source, &sink, nullptr);
    return status == ERP_OK ? "{\"ok\":true,\"result\":" + out + "}" : "{\"ok\":false}";
  }
  return "{\"ok\":false,\"message\":\"no such action\"}";
}

std::string modules_json() {
  std::string out;
  for (const auto& module : modules) {
    std::string problem = module->problem;
    for (char& c : problem) c = c == '"' || c == '\\' ? '\'' : c;
    out += (out.empty() ? "" : ",") + ("{\"id\":\"" + module->id + "\",\"running\":" +
                                       (module->running ? "true" : "false") + ",\"problem\":\"" + problem + "\"}");
  }
  return "{\"ok\":true,\"modules\":[" + out + "]}";
}

std::string answer(const std::string& line) {
  std::istringstream words(line);
  std::string command, name, rest;
  int count = 1;
  words >> command;
  if (command == "modules") return modules_json();
  if (command == "work") {
    work_all();
    return "{\"ok\":true}";
  }
  if (command == "rollback") {
    confirm(true);
    return "{\"ok\":true}";
  }
  if (command == "call") {
    std::getline(words >> name >> std::ws, rest);
    return call_action(name, rest);
  }
  if (!(words >> count)) return "{\"ok\":false,\"message\":\"a number is missing\"}";
  if (command == "confirm") return ids_of(count);
  if (command == "run") {
    run_for(std::chrono::milliseconds(count));
    return "{\"ok\":true}";
  }
  if (command == "parallel") {
    std::getline(words >> name >> std::ws, rest);
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&] { call_action(name, rest); });
    for (std::thread& thread : threads) thread.join();
    return "{\"ok\":true}";
  }
  if (command == "load") {
    int orders = 1;
    words >> orders;
    std::atomic<bool> busy{true};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&] { run_for({}, &busy); });
    std::string made = ids_of(orders);
    run_for(std::chrono::milliseconds(30));
    busy = false;
    for (std::thread& thread : threads) thread.join();
    return made;
  }
  return "{\"ok\":false,\"unsupported\":true}";
}

void on_term(int) {
  if (breaks("lifecycle-exact-order")) _exit(0);
  close(STDIN_FILENO);
}

}  // namespace

int main(int argc, char** argv) {
  std::string modules_dir;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--data") data_dir = argv[i + 1];
    if (option == "--modules") modules_dir = argv[i + 1];
    if (option == "--fault") fault = argv[i + 1];
  }
  struct sigaction action {};
  action.sa_handler = on_term;
  sigaction(SIGTERM, &action, nullptr);
  if (breaks("ext-tables-have-size")) config_table.generation = nullptr;
  database_file = data_dir + ".db";
  const Db db;
  db.run("pragma journal_mode = wal");
  db.run(
      "create table if not exists erp_order (id integer primary key, state text); create table if not exists event (n "
      "integer primary key autoincrement, document integer)");
  std::vector<std::string> folders;
  DIR* dir = opendir(modules_dir.c_str());
  for (const dirent* entry = nullptr; dir != nullptr && (entry = readdir(dir)) != nullptr;) {
    if (entry->d_name[0] != '.') folders.push_back(modules_dir + "/" + entry->d_name);
  }
  closedir(dir);
  for (const std::string& folder : folders) load(folder, *modules.emplace_back(std::make_unique<Module>()));
  if (breaks("control-lane-never-concurrent")) {
    std::vector<std::thread> threads;
    for (const auto& module : modules) {
      if (module->created && module->problem.empty()) threads.emplace_back([&module] { start(*module); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::string line;
  while (std::getline(std::cin, line) && line != "quit") std::cout << answer(line) << std::endl;
  end_all();
}
