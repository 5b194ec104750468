// SPDX-License-Identifier: Apache-2.0
//
// The loader against a zoo of modules that each do one thing wrong (zoo/), and one that does everything right
// (samples/).
#include "modules/loader.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "app.h"
#include "contract/fake_host.h"

namespace erp::host {
namespace {

namespace fs = std::filesystem;
using contract::a_call;
using contract::FakeHost;
using testing::AllOf;
using testing::HasSubstr;

fs::path zoo(const std::string& name) { return fs::path(BUILD_DIR) / "test_modules" / name; }

struct Refusal {
  erp_status status = ERP_OK;
  std::string key, message;
};

Refusal refusal_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const HostError& error) {
    return {error.status(), error.key(), error.what()};
  }
  return {ERP_OK, "", "not refused"};
}

Refusal load_refusal(const fs::path& folder) {
  return refusal_of([&] { LoadedModule::unload_for_test(LoadedModule::load(folder)); });
}

/// A copy of a module folder that a test may spoil.
class Copy {
 public:
  explicit Copy(const std::string& name)
      : folder_(fs::temp_directory_path() / ("loader_" + std::to_string(getpid())) / name) {
    fs::create_directories(folder_);
    fs::copy(zoo(name), folder_, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  ~Copy() { fs::remove_all(folder_.parent_path()); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }
  [[nodiscard]] fs::path library() const { return folder_ / "libtest.so"; }
  void manifest(const std::string& from, const std::string& to) const {
    std::ifstream in(folder_ / "manifest.yaml");
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    text.replace(text.find(from), from.size(), to);
    std::ofstream(folder_ / "manifest.yaml") << text;
  }

 private:
  fs::path folder_;
};

TEST(Loader, RunsAWholeLife) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("hello"));
  EXPECT_EQ(module->state(), LifeState::queried);
  module->create(host.table());
  module->init();
  EXPECT_THAT(host.asked, testing::ElementsAre("erp.clock/1"));
  module->start();
  EXPECT_TRUE(module->running());
  EXPECT_EQ(module->call_action(a_call(3), "hello.greet", "{}"), R"({"company":3,"now":1700000000000000})");
  EXPECT_EQ(module->list_actions(), R"({"schema":"1.0","actions":[]})");
  EXPECT_EQ(module->list_reports(), R"({"schema":"1.0","reports":[]})");  // offers none
  EXPECT_EQ(module->migration_state().target, 0);
  EXPECT_EQ(module->work(a_call(), 1000).handled, 0);
  EXPECT_EQ(module->health(), R"({"state":0,"reason":"","metrics":{}})");
  module->stop();
  module->start();
  module->stop();
  module->destroy();
  EXPECT_EQ(module->state(), LifeState::destroyed);
  LoadedModule::unload_for_test(std::move(module));
}

TEST(Loader, PassesAModulesOwnRefusalOnAsItIs) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("hello"));
  module->create(host.table());
  module->init();
  module->start();
  const Refusal refusal = refusal_of([&] { module->call_action(a_call(), "hello.leave", "{}"); });
  EXPECT_EQ(refusal.status, ERP_NOT_FOUND);
  EXPECT_EQ(refusal.key, "action.unknown");
  EXPECT_EQ(refusal.message, "There is no such action.");
  EXPECT_EQ(refusal_of([&] { module->run_report(a_call(), "x", "{}"); }).status, ERP_UNSUPPORTED);
  LoadedModule::unload_for_test(std::move(module));
}

TEST(Loader, RefusesEveryCallOutOfOrder) {
  using State = LifeState;
  const std::map<std::string, std::function<void(LoadedModule&, FakeHost&)>> operations{
      {"create", [](LoadedModule& m, FakeHost& h) { m.create(h.table()); }},
      {"init", [](LoadedModule& m, FakeHost&) { m.init(); }},
      {"start", [](LoadedModule& m, FakeHost&) { m.start(); }},
      {"stop", [](LoadedModule& m, FakeHost&) { m.stop(); }},
      {"work", [](LoadedModule& m, FakeHost&) { m.work(a_call(), 1); }},
      {"call", [](LoadedModule& m, FakeHost&) { m.call_action(a_call(), "hello.greet", "{}"); }},
      {"list", [](LoadedModule& m, FakeHost&) { static_cast<void>(m.list_actions()); }},
      {"migrate", [](LoadedModule& m, FakeHost&) { m.migrate(); }},
      {"extension", [](LoadedModule& m, FakeHost&) { static_cast<void>(m.extension("erp.module.actions/1")); }},
  };
  struct Row {
    std::vector<std::string> way;  // what was done before
    State state;
    std::set<std::string> legal;
  };
  const std::vector<Row> table{
      {{}, State::queried, {"create"}},
      {{"create"}, State::created, {"init"}},
      {{"create", "init"}, State::initialised, {"start", "migrate", "extension"}},
      {{"create", "init", "start"}, State::started, {"stop", "work", "call", "list", "migrate", "extension"}},
      {{"create", "init", "start", "stop"}, State::stopped, {"start", "migrate", "extension"}},
  };
  for (const Row& row : table) {
    for (const auto& [name, operation] : operations) {
      FakeHost host;
      auto module = LoadedModule::load(zoo("hello"));
      for (const std::string& step : row.way) operations.at(step)(*module, host);
      ASSERT_EQ(module->state(), row.state);
      const Refusal refusal = refusal_of([&, op = operation] { op(*module, host); });
      const std::string where = name + " while " + std::string(sdk::life_state_name(row.state));
      EXPECT_EQ(refusal.status, row.legal.contains(name) ? ERP_OK : ERP_WRONG_STATE)
          << where << ": " << refusal.message;
      LoadedModule::unload_for_test(std::move(module));
    }
  }
}

TEST(Loader, DestroysAlsoWhatWasNeverInitialised) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("hello"));
  module->create(host.table());
  module->destroy();
  module->destroy();  // a second time is harmless
  EXPECT_EQ(refusal_of([&] { module->init(); }).status, ERP_WRONG_STATE);
  LoadedModule::unload_for_test(std::move(module));
}

TEST(Loader, SaysWhyAModuleWillNotHaveThisHost) {
  FakeHost host;
  host.withheld = {ERP_EXT_CLOCK};
  auto module = LoadedModule::load(zoo("hello"));
  module->create(host.table());
  const Refusal refusal = refusal_of([&] { module->init(); });
  EXPECT_EQ(refusal.status, ERP_UNSUPPORTED);
  EXPECT_EQ(refusal.message, "Module hello: hello needs erp.clock/1; grant it.");
  EXPECT_EQ(module->state(), LifeState::init_failed);
  for (const auto& call : {std::function<void()>([&] { module->start(); }), {[&] { module->init(); }}}) {
    EXPECT_EQ(refusal_of(call).status, ERP_WRONG_STATE);
  }
  EXPECT_THAT(module->health(), HasSubstr(R"("state":2)"));
  module->destroy();
  LoadedModule::unload_for_test(std::move(module));
}

TEST(Loader, OnlyDestroyFollowsAFailedInit) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("fails_in_init"));
  module->create(host.table());
  EXPECT_EQ(refusal_of([&] { module->init(); }).message, "Module fails_in_init: Not today.");
  EXPECT_EQ(refusal_of([&] { module->start(); }).status, ERP_WRONG_STATE);  // the module would abort
  LoadedModule::unload_for_test(std::move(module));
}

TEST(LoaderRefusals, TellNumbersSymbolsAndRemedies) {
  struct Row {
    std::string name;
    erp_status status;
    std::string key;
    std::vector<std::string> parts;  // of the message
  };
  const std::vector<Row> table{
      {"missing_symbol", ERP_INVALID_ARGUMENT, "module.no_entry", {"libtest.so", "erp_module_query"}},
      {"undefined_symbol", ERP_INVALID_ARGUMENT, "module.cannot_load", {"libtest.so", "function_that_nobody_defines"}},
      {"wrong_major", ERP_VERSION, "module.abi_major", {"host ABI 2", "this host 1.0", "install"}},
      {"needs_minor", ERP_VERSION, "module.abi_minor", {"host ABI 1.7", "this host has 1.0", "update the host"}},
      {"needs_minor_silent", ERP_VERSION, "module.abi_minor", {"1.7", "this host has 1.0", "update the host"}},
      {"id_differs",
       ERP_CONFLICT,
       "module.id_differs",
       {"\"somebody_else\"", "\"id_differs\"", "install the module again"}},
      {"version_differs",
       ERP_CONFLICT,
       "module.version_differs",
       {"\"0.9.9\"", "\"1.0.0\"", "install the module again"}},
      {"short_query", ERP_VERSION, "module.slots", {"leaves slots", "rebuild"}},
      {"throws_in_query", ERP_INTERNAL, "module.exception", {"C++ exception"}},
  };
  for (const Row& row : table) {
    const Refusal refusal = load_refusal(zoo(row.name));
    EXPECT_EQ(refusal.status, row.status) << row.name;
    EXPECT_EQ(refusal.key, row.key) << row.name;
    EXPECT_THAT(refusal.message, HasSubstr((zoo(row.name) / "libtest.so").string())) << row.name;
    for (const std::string& part : row.parts) EXPECT_THAT(refusal.message, HasSubstr(part)) << row.name;
  }
}

TEST(LoaderRefusals, ReadTheManifestsVersionsBeforeMappingAnything) {
  const Copy copy("missing_symbol");  // would fail later, if it came so far
  copy.manifest("major: 1, min_minor: 0", "major: 2, min_minor: 0");
  EXPECT_THAT(load_refusal(copy.folder()).message, AllOf(HasSubstr("made for host ABI 2"), HasSubstr("speaks 1.0")));
  copy.manifest("major: 2, min_minor: 0", "major: 1, min_minor: 3");
  EXPECT_THAT(load_refusal(copy.folder()).message, AllOf(HasSubstr("needs host ABI 1.3"), HasSubstr("speaks 1.0")));
  copy.manifest("major: 1, min_minor: 3", "major: 1, min_minor: 0, max_minor: 0");
  erp_host_abi newer = this_host_abi();
  newer.abi_minor = 5;
  EXPECT_THAT(refusal_of([&] { LoadedModule::load(copy.folder(), newer); }).message,
              AllOf(HasSubstr("after 1.0"), HasSubstr("speaks 1.5")));
}

TEST(LoaderRefusals, AcceptANewerHostMinor) {
  erp_host_abi newer = this_host_abi();
  newer.abi_minor = 50;
  LoadedModule::unload_for_test(LoadedModule::load(zoo("hello"), newer));
}

TEST(LoaderRefusals, LookAtTheFileFirst) {
  const Copy copy("hello");
  EXPECT_EQ(load_refusal("modules/hello").key, "module.relative_path");
  EXPECT_EQ(load_refusal(copy.folder() / "nowhere").key, "module.folder_missing");
  for (const std::uintmax_t left : {20'000U, 5'000U, 100U}) {  // loading such a file would end in SIGBUS
    fs::resize_file(copy.library(), left);
    EXPECT_EQ(load_refusal(copy.folder()).key, "module.truncated") << left;
  }
  fs::resize_file(copy.library(), 40);
  EXPECT_EQ(load_refusal(copy.folder()).key, "module.not_a_library");
  std::ofstream(copy.library()) << "#!/bin/sh\necho this is text, and longer than an ELF header is, by some bytes\n";
  EXPECT_EQ(load_refusal(copy.folder()).key, "module.not_a_library");
  fs::remove(copy.library());
  EXPECT_EQ(load_refusal(copy.folder()).key, "module.library_missing");
  copy.manifest("linux-x86_64: libtest.so, linux-aarch64: libtest.so", "plan9-386: libtest.so");
  EXPECT_EQ(load_refusal(copy.folder()).key, "module.no_platform");
  fs::remove(copy.folder() / "manifest.yaml");
  EXPECT_EQ(load_refusal(copy.folder()).key, "manifest.missing");
}

TEST(LoaderRefusals, NameAnotherMachinesLibrary) {
  const Copy copy("hello");
  {
    std::fstream library(copy.library(), std::ios::in | std::ios::out | std::ios::binary);
    library.seekp(18);           // e_machine
    library.write("\x16\0", 2);  // S/390
  }
  const Refusal refusal = load_refusal(copy.folder());
  EXPECT_EQ(refusal.key, "module.other_machine");
  EXPECT_THAT(refusal.message, HasSubstr("ELF machine 22"));
}

TEST(LoaderRefusals, DistrustWhatEverybodyMayWrite) {
  const Copy copy("hello");
  LoadedModule::unload_for_test(LoadedModule::load(copy.folder()));
  for (const fs::path& path :
       {copy.library(), copy.folder() / "manifest.yaml", copy.folder(), copy.folder().parent_path()}) {
    fs::permissions(path, fs::perms::others_write, fs::perm_options::add);
    const Refusal refusal = load_refusal(copy.folder());
    EXPECT_EQ(refusal.status, ERP_PERMISSION) << path;
    EXPECT_EQ(refusal.key, "module.writable_by_all") << path;
    EXPECT_THAT(refusal.message, HasSubstr("chmod o-w " + path.string()));
    fs::permissions(path, fs::perms::others_write, fs::perm_options::remove);
  }
  LoadedModule::unload_for_test(LoadedModule::load(copy.folder()));
}

TEST(LoaderSizes, ReadNothingBehindAShorterTable) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("short_table"));
  module->create(host.table());
  module->init();
  module->start();
  EXPECT_EQ(module->list_actions(), R"({"schema":"1.0","actions":[]})");
  EXPECT_EQ(refusal_of([&] { module->call_action(a_call(), "x", "{}"); }).status, ERP_UNSUPPORTED);
  LoadedModule::unload_for_test(std::move(module));
}

TEST(LoaderSizes, AcceptLongerStructsWithAnUnknownTail) {
  FakeHost host;
  auto module = LoadedModule::load(zoo("long_structs"));
  module->create(host.table());
  module->init();
  module->start();
  EXPECT_EQ(module->list_actions(), R"({"schema":"1.0","actions":[]})");
  LoadedModule::unload_for_test(std::move(module));
}

TEST(LoaderExceptions, MarkTheModuleFailedAndTheHostLivesOn) {
  for (const std::string slot : {"create", "init", "start", "stop", "destroy", "call"}) {
    FakeHost host;
    auto module = LoadedModule::load(zoo("throws_in_" + slot));
    const Refusal refusal = refusal_of([&] {
      module->create(host.table());
      module->init();
      module->start();
      if (slot == "call") module->call_action(a_call(), "x", "{}");
      module->stop();
      module->destroy();
      if (module->state() == LifeState::failed) throw HostError(ERP_UNAVAILABLE, "module.failed", module->problem());
    });
    EXPECT_EQ(refusal.status, ERP_UNAVAILABLE) << slot;
    EXPECT_EQ(refusal.key, "module.failed") << slot;
    EXPECT_THAT(refusal.message, HasSubstr("thrown in " + slot));
    EXPECT_EQ(module->state(), LifeState::failed) << slot;
    EXPECT_THAT(module->health(), AllOf(HasSubstr(R"("state":2)"), HasSubstr("thrown in " + slot)));
    // Never entered again, whatever is asked.
    EXPECT_EQ(refusal_of([&] { module->call_action(a_call(), "x", "{}"); }).status, ERP_UNAVAILABLE) << slot;
    EXPECT_EQ(refusal_of([&] { module->start(); }).status, ERP_UNAVAILABLE) << slot;
    module->wake();
  }
}

TEST(LoaderExceptions, CatchThoseOfEverySlot) {
  const std::vector<std::function<void(LoadedModule&)>> calls{
      [](LoadedModule& m) { static_cast<void>(m.list_actions()); },
      [](LoadedModule& m) { static_cast<void>(m.list_reports()); },
      [](LoadedModule& m) { m.run_report(a_call(), "x", "{}"); },  // throws an int
      [](LoadedModule& m) { m.work(a_call(), 1); },
      [](LoadedModule& m) { m.wake(); },
      [](LoadedModule& m) { static_cast<void>(m.health()); },
  };
  for (const auto& call : calls) {
    FakeHost host;
    auto module = LoadedModule::load(zoo("throws_in_call"));
    module->create(host.table());
    module->init();
    module->start();
    static_cast<void>(refusal_of([&] { call(*module); }));
    EXPECT_EQ(module->state(), LifeState::failed);
  }
}

TEST(LoaderChecks, SeeAHostCallInCreate) {
  FakeHost host;
  std::vector<std::string> rules;
  auto module = LoadedModule::load(zoo("calls_host_in_create"), this_host_abi(),
                                   [&](const sdk::Misbehaviour& one) { rules.push_back(one.rule); });
  module->create(host.table());  // the module saw a refusal, not the clock
  EXPECT_THAT(rules, testing::ElementsAre("call.too_early"));
  EXPECT_TRUE(host.asked.empty());
  LoadedModule::unload_for_test(std::move(module));
}

TEST(LoaderChecks, SeeAModulesOwnThreadAfterStop) {
  FakeHost host;
  std::mutex mutex;
  std::vector<std::string> rules;
  auto module = LoadedModule::load(zoo("calls_host_after_stop"), this_host_abi(), [&](const sdk::Misbehaviour& one) {
    const std::lock_guard lock(mutex);
    rules.push_back(one.rule);
  });
  module->create(host.table());
  module->init();
  module->start();
  module->stop();
  module->destroy();  // waits for the thread
  EXPECT_THAT(rules, testing::ElementsAre("call.outside"));
  EXPECT_THAT(host.asked, testing::ElementsAre("erp.clock/1"));
  LoadedModule::unload_for_test(std::move(module));
}

TEST(LoaderChecks, KeepOneModulesSecondCopyApart) {
  FakeHost host;
  auto first = LoadedModule::load(zoo("hello"));
  auto second = LoadedModule::load(zoo("hello"));
  for (auto* module : {&first, &second}) {
    (*module)->create(host.table());
    (*module)->init();
    (*module)->start();
  }
  first->stop();
  EXPECT_EQ(second->call_action(a_call(2), "hello.greet", "{}").substr(0, 12), R"({"company":2)");
  LoadedModule::unload_for_test(std::move(first));
  LoadedModule::unload_for_test(std::move(second));
}

}  // namespace
}  // namespace erp::host
