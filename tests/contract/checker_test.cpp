// SPDX-License-Identifier: Apache-2.0
//
// The checker itself is checked: every rule is broken once, and keeping it is not reported. Threads meet at barriers,
// so that nothing here depends on time.
#include "erp/check.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include "contract/fake_host.h"
#include "erp/checked_host.hpp"
#include "erp/client.hpp"
#include "erp/module_base.hpp"

namespace erp::sdk {
namespace {

using contract::a_call;
using contract::FakeHost;
using testing::ElementsAre;
using testing::IsEmpty;

struct Heard {
  std::mutex mutex;
  std::vector<std::string> rules;
  MisbehaviourHandler handler() {
    return [this](const Misbehaviour& one) {
      const std::lock_guard lock(mutex);
      rules.push_back((one.side == Side::host ? "host " : "module ") + one.rule);
    };
  }
};

/// Runs `other` on a thread of its own while the caller's scope stays open.
void meanwhile(const std::function<void()>& other) { std::thread(other).join(); }

TEST(CallTracker, SeesALaneEnteredTwiceAtOnce) {
  for (const CheckLevel level : {CheckLevel::none, CheckLevel::minimal, CheckLevel::maximal}) {
    Heard heard;
    CallTracker tracker(level, heard.handler());
    {
      const auto first = tracker.enter(Lane::serial, "work", 1);
      EXPECT_TRUE(first.legal());
      meanwhile([&] { EXPECT_EQ(tracker.enter(Lane::serial, "work", 1).legal(), level == CheckLevel::none); });
      meanwhile([&] { EXPECT_TRUE(tracker.enter(Lane::serial, "work", 2).legal()); });  // another company
      meanwhile([&] { EXPECT_TRUE(tracker.enter(Lane::worker, "actions.call", 1).legal()); });
    }
    EXPECT_TRUE(tracker.enter(Lane::serial, "work", 1).legal());  // the first is over
    {
      const auto stop = tracker.enter(Lane::control, "stop");
      meanwhile([&] { static_cast<void>(tracker.enter(Lane::control, "start")); });
    }
    if (level == CheckLevel::none) {
      EXPECT_THAT(heard.rules, IsEmpty());
    } else {
      EXPECT_THAT(heard.rules, ElementsAre("host lane.serial", "host lane.control"));
    }
  }
}

TEST(CallTracker, SeesHostCallsOutsideACall) {
  Heard heard;
  CallTracker tracker(CheckLevel::maximal, heard.handler());
  EXPECT_FALSE(tracker.host_call(Lane::worker, "erp_events.fetch").legal());
  EXPECT_TRUE(tracker.host_call(Lane::any, "erp_clock.now_us").legal());  // legal on every thread
  {
    const auto work = tracker.enter(Lane::serial, "work", 1);
    EXPECT_TRUE(tracker.host_call(Lane::worker, "erp_events.fetch").legal());
    meanwhile([&] { EXPECT_FALSE(tracker.host_call(Lane::worker, "erp_events.fetch").legal()); });  // not this thread's
  }
  EXPECT_FALSE(tracker.host_call(Lane::worker, "erp_events.fetch").legal());
  EXPECT_THAT(heard.rules, ElementsAre("module call.outside", "module call.outside", "module call.outside"));
}

TEST(CallTracker, SeesHostCallsInCreate) {
  Heard heard;
  CallTracker tracker(CheckLevel::maximal, heard.handler());
  const auto create = tracker.enter(Lane::control, "create");
  EXPECT_FALSE(tracker.host_call(Lane::any, "erp_clock.now_us").legal());
  EXPECT_FALSE(tracker.host_call(Lane::worker, "get_extension").legal());
  EXPECT_THAT(heard.rules, ElementsAre("module call.too_early", "module call.too_early"));
}

TEST(CallTracker, SeesTheHostComingBackOnTheSameStack) {
  Heard heard;
  CallTracker tracker(CheckLevel::maximal, heard.handler());
  const auto work = tracker.enter(Lane::serial, "work", 1);
  const auto publish = tracker.host_call(Lane::worker, "erp_events.publish");
  meanwhile([&] { EXPECT_TRUE(tracker.enter(Lane::worker, "actions.call", 1).legal()); });  // another thread may
  EXPECT_FALSE(tracker.enter(Lane::worker, "actions.call", 1).legal());
  EXPECT_THAT(heard.rules, ElementsAre("host call.reentered"));
}

TEST(CallTracker, LooksAtThreadsAtItsHighestLevelOnly) {
  Heard heard;
  CallTracker tracker(CheckLevel::minimal, heard.handler());
  EXPECT_TRUE(tracker.host_call(Lane::worker, "erp_events.fetch").legal());
  EXPECT_THAT(heard.rules, IsEmpty());
}

TEST(CheckedHost, RefusesBeforeTheHostIsReached) {
  FakeHost fake;
  Heard heard;
  CallTracker tracker(CheckLevel::maximal, heard.handler());
  CheckedHost checked(fake.table(), tracker);
  const erp_host& host = *checked.get();
  const erp_ui* ui = nullptr;
  const erp_clock* clock = nullptr;
  {
    const auto init = tracker.enter(Lane::control, "init");
    ui = static_cast<const erp_ui*>(host.get_extension(host.ctx, str(ERP_EXT_UI)));
    clock = static_cast<const erp_clock*>(host.get_extension(host.ctx, str(ERP_EXT_CLOCK)));
    EXPECT_EQ(host.get_extension(host.ctx, str(ERP_EXT_UI)), ui);  // the same until destroy
    EXPECT_EQ(host.get_extension(host.ctx, str("erp.unheard/1")), nullptr);
    ASSERT_NE(ui, nullptr);
    EXPECT_EQ(ui->sync_menus(ui->ctx, str("{}"), nullptr), ERP_OK);
    EXPECT_EQ(ui->set_badge, nullptr);  // what the host lacks stays absent
  }
  const erp_call call = a_call();
  EXPECT_EQ(ui->notify(ui->ctx, &call, 1, str("x"), str(""), nullptr), ERP_WRONG_STATE);
  EXPECT_EQ(clock->now_us(clock->ctx), fake.now_us);
  EXPECT_THAT(fake.calls, ElementsAre("sync_menus {}"));
  EXPECT_THAT(heard.rules, ElementsAre("module call.outside"));
}

TEST(CheckedHost, PassesEverySlotOfEveryTableThrough) {
  FakeHost fake;
  fake.permissions = {"p"};
  CallTracker tracker(CheckLevel::maximal);
  CheckedHost checked(fake.table(), tracker);
  const auto work = tracker.enter(Lane::serial, "work", 1);
  const auto get = [&](const char* id) { return checked.get()->get_extension(checked.get()->ctx, str(id)); };
  const erp_call call = a_call();
  const auto* identity = static_cast<const erp_identity*>(get(ERP_EXT_IDENTITY));
  EXPECT_EQ(identity->check(identity->ctx, &call, str("p"), nullptr), ERP_OK);
  EXPECT_EQ(identity->check(identity->ctx, &call, str("q"), nullptr), ERP_PERMISSION);
  const auto* money = static_cast<const erp_money*>(get(ERP_EXT_MONEY));
  char currency[4] = {};
  EXPECT_EQ(money->company_currency(money->ctx, &call, currency, nullptr), ERP_OK);
  EXPECT_STREQ(currency, "SEK");
  const auto* log = static_cast<const erp_log*>(get(ERP_EXT_LOG));
  log->write(log->ctx, ERP_LOG_INFO, str("hello"), nullptr, 0);
  EXPECT_THAT(fake.lines, ElementsAre("1 hello"));
}

TEST(CheckedHost, KeepsAShorterTableShort) {
  FakeHost fake;
  fake.events_table.size = offsetof(erp_events, publish);
  fake.events_table.publish = reinterpret_cast<decltype(fake.events_table.publish)>(1);
  CallTracker tracker(CheckLevel::maximal);
  CheckedHost checked(fake.table(), tracker);
  const auto init = tracker.enter(Lane::control, "init");
  const auto* events =
      static_cast<const erp_events*>(checked.get()->get_extension(checked.get()->ctx, str(ERP_EXT_EVENTS)));
  EXPECT_NE(slot(events, &erp_events::fetch), nullptr);
  EXPECT_EQ(slot(events, &erp_events::publish), nullptr);
}

/// A module of this test: says what it is told to, and waits where it is told to.
class Puppet : public ModuleBase {
 public:
  Puppet(const erp_host& host, std::string folder)
      : ModuleBase(host, std::move(folder),
                   {.work = true, .actions = true, .reports = true, .migrate = true, .health = true}) {}
  void on_start() override {
    if (refuse_start) throw Error(ERP_UNAVAILABLE, "puppet.start", "Not now.");
  }
  void on_stop() override {
    if (refuse_stop) throw Error(ERP_BUSY, "puppet.stop", "Not now.");
  }
  erp_work_result work(const erp_call&, std::int64_t budget_us, std::string_view job) override {
    if (inside_work) inside_work();
    erp_work_result result = sized<erp_work_result>();
    result.handled = budget_us;
    result.more = job == "nightly" ? 1 : 0;
    return result;
  }
  std::string call_action(const erp_call& call, std::string_view name, std::string_view json) override {
    return std::string(name) + std::to_string(call.company) + std::string(json);
  }

  static inline bool refuse_start = false, refuse_stop = false;
  static inline std::function<void()> inside_work;
};

erp_module_abi puppet_abi() {
  return negotiate(
      [](const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
        return answer_query<Puppet>({"puppet", "1.0.0"}, host, out, error);
      },
      {sizeof(erp_host_abi), ERP_ABI_MAJOR, ERP_ABI_MINOR, 0, {}, {}});
}

erp_status status_of(const std::function<void()>& call) {
  erp_error error = sized<erp_error>();
  return guard(&error, call);
}

class PuppetTest : public testing::Test {
 protected:
  void SetUp() override {
    Puppet::refuse_start = Puppet::refuse_stop = false;
    Puppet::inside_work = nullptr;
  }
  void run() {
    client.create(fake.table(), "/");
    client.init();
    client.start();
  }
  FakeHost fake;
  CallTracker tracker{CheckLevel::maximal};
  ModuleClient client{puppet_abi(), tracker};
};

TEST_F(PuppetTest, CarriesWorkAndActions) {
  run();
  const WorkOutcome done = client.work(a_call(), 17, "nightly");
  EXPECT_EQ(done.handled, 17);
  EXPECT_TRUE(done.more);
  const std::string large(200'000, 'x');
  EXPECT_EQ(client.call_action(a_call(4), "do", large), "do4" + large);
  EXPECT_EQ(status_of([&] { static_cast<void>(client.run_report(a_call(), "x", "{}")); }), ERP_UNSUPPORTED);
}

TEST_F(PuppetTest, KeepsItsStateWhenAStepIsRefused) {
  Puppet::refuse_start = true;
  client.create(fake.table(), "/");
  client.init();
  EXPECT_EQ(status_of([&] { client.start(); }), ERP_UNAVAILABLE);
  EXPECT_EQ(client.state(), LifeState::initialised);
  Puppet::refuse_start = false;
  client.start();
  Puppet::refuse_stop = true;
  EXPECT_EQ(status_of([&] { client.stop(); }), ERP_BUSY);
  EXPECT_EQ(client.work(a_call(), 5).handled, 5);  // still running
  Puppet::refuse_stop = false;
  client.stop();
}

TEST_F(PuppetTest, StopWaitsForTheCallsInsideAndLetsNobodyElseIn) {
  run();
  std::barrier inside(2), go_on(2);
  std::atomic<bool> begun = false, finished = false;
  Puppet::inside_work = [&] {
    if (begun.exchange(true)) return;
    inside.arrive_and_wait();
    go_on.arrive_and_wait();
    finished = true;
  };
  std::thread worker([&] { client.work(a_call(), 1); });
  inside.arrive_and_wait();
  std::thread stopper([&] {
    client.stop();
    EXPECT_TRUE(finished);
  });
  // Until the stop has begun, another company's calls still come through; from then on they are refused.
  while (status_of([&] { client.work(a_call(2), 1); }) == ERP_OK) std::this_thread::yield();
  EXPECT_FALSE(finished);
  go_on.arrive_and_wait();
  worker.join();
  stopper.join();
  EXPECT_EQ(client.state(), LifeState::stopped);
}

/// Stop is called with nobody inside even where the module does not look after itself.
TEST(ModuleClient, GuardsAModuleThatHasNoGuardOfItsOwn) {
  static std::function<void()> inside_work;
  static std::atomic<int> working;
  static bool stopped_under_work;
  working = 0;
  stopped_under_work = false;
  erp_module_abi abi = puppet_abi();
  abi.get_extension = [](erp_module*, erp_str) -> const void* {
    static const erp_module_work kWork{
        sizeof(erp_module_work), 0,
        [](erp_module*, const erp_call*, const erp_work_request*, erp_work_result*, erp_error*) -> erp_status {
          ++working;
          inside_work();
          --working;
          return ERP_OK;
        },
        nullptr};
    return &kWork;
  };
  abi.stop = [](erp_module*, erp_error*) -> erp_status {
    stopped_under_work = working > 0;
    return ERP_OK;
  };
  FakeHost fake;
  CallTracker tracker;
  ModuleClient client(abi, tracker);
  client.create(fake.table(), "/");
  client.init();
  client.start();
  std::barrier inside(2), go_on(2);
  std::atomic<bool> begun = false;
  inside_work = [&] {
    if (begun.exchange(true)) return;
    inside.arrive_and_wait();
    go_on.arrive_and_wait();
  };
  std::thread worker([&] { client.work(a_call(), 1); });
  inside.arrive_and_wait();
  std::thread stopper([&] { client.stop(); });
  // Another company's calls come through until stop() has begun; without the client's gate, until stop() is over.
  while (status_of([&] { client.work(a_call(2), 1); }) == ERP_OK) std::this_thread::yield();
  go_on.arrive_and_wait();
  worker.join();
  stopper.join();
  EXPECT_FALSE(stopped_under_work);
}

/// The module's own guard, without a client in front of it.
class RawPuppetTest : public testing::Test {
 protected:
  void SetUp() override {
    Puppet::refuse_start = Puppet::refuse_stop = false;
    Puppet::inside_work = nullptr;
    ASSERT_EQ(abi.create(&fake.table(), str("/"), &module, &error), ERP_OK);
    actions = static_cast<const erp_module_actions*>(abi.get_extension(module, str(ERP_EXT_MODULE_ACTIONS)));
    work = static_cast<const erp_module_work*>(abi.get_extension(module, str(ERP_EXT_MODULE_WORK)));
    migrate = static_cast<const erp_module_migrate*>(abi.get_extension(module, str(ERP_EXT_MODULE_MIGRATE)));
  }
  void TearDown() override { abi.destroy(module); }

  erp_status do_work(std::int64_t company) {
    const erp_call call = a_call(company);
    const erp_work_request request = sized<erp_work_request>();
    erp_work_result result = sized<erp_work_result>();
    return work->work(module, &call, &request, &result, nullptr);
  }

  FakeHost fake;
  erp_module_abi abi = puppet_abi();
  erp_module* module = nullptr;
  erp_error error = sized<erp_error>();
  const erp_module_actions* actions = nullptr;
  const erp_module_work* work = nullptr;
  const erp_module_migrate* migrate = nullptr;
};

TEST_F(RawPuppetTest, RefusesEveryStepOutOfOrder) {
  EXPECT_EQ(abi.start(module, &error), ERP_WRONG_STATE);
  EXPECT_STREQ(error.message, "start is not legal while the module is created.");
  EXPECT_EQ(abi.stop(module, nullptr), ERP_WRONG_STATE);  // a null error is allowed everywhere
  EXPECT_EQ(migrate->apply(module, nullptr), ERP_WRONG_STATE);
  EXPECT_EQ(do_work(1), ERP_WRONG_STATE);
  EXPECT_EQ(abi.init(module, nullptr), ERP_OK);
  EXPECT_EQ(abi.init(module, nullptr), ERP_WRONG_STATE);
  EXPECT_EQ(migrate->apply(module, nullptr), ERP_OK);
  EXPECT_EQ(do_work(1), ERP_WRONG_STATE);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(abi.start(module, nullptr), ERP_OK);
    EXPECT_EQ(abi.start(module, nullptr), ERP_WRONG_STATE);
    EXPECT_EQ(do_work(1), ERP_OK);
    EXPECT_EQ(abi.stop(module, nullptr), ERP_OK);
    EXPECT_EQ(abi.stop(module, nullptr), ERP_WRONG_STATE);
    EXPECT_EQ(do_work(1), ERP_WRONG_STATE);
  }
}

TEST_F(RawPuppetTest, RefusesASecondWorkOfTheSameCompany) {
  ASSERT_EQ(abi.init(module, nullptr), ERP_OK);
  ASSERT_EQ(abi.start(module, nullptr), ERP_OK);
  bool nested = false;
  Puppet::inside_work = [&] {
    if (std::exchange(nested, true)) return;
    EXPECT_EQ(do_work(1), ERP_WRONG_THREAD);
    EXPECT_EQ(do_work(2), ERP_OK);
  };
  EXPECT_EQ(do_work(1), ERP_OK);
  EXPECT_EQ(do_work(1), ERP_OK);  // the lane is free again
}

TEST_F(RawPuppetTest, RefusesRubbish) {
  ASSERT_EQ(abi.init(module, nullptr), ERP_OK);
  ASSERT_EQ(abi.start(module, nullptr), ERP_OK);
  const erp_call call = a_call();
  const erp_work_request request = sized<erp_work_request>();
  erp_work_result result{};  // size not set
  EXPECT_EQ(work->work(module, &call, &request, &result, nullptr), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(work->work(module, nullptr, &request, &result, nullptr), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(work->work(nullptr, &call, &request, &result, nullptr), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(actions->call(module, &call, str("x"), nullptr, nullptr, nullptr), ERP_INVALID_ARGUMENT);
  const StringSource input("{}");
  EXPECT_EQ(actions->call(module, &call, str("x"), input.get(), nullptr, nullptr), ERP_INVALID_ARGUMENT);
  StringSink tight(3);
  const StringSource again("{}");
  EXPECT_EQ(actions->call(module, &call, str("x"), again.get(), tight.get(), nullptr), ERP_LIMIT);
  for (const std::string& id : {std::string(), std::string("erp.module.work"), std::string("erp.module.work/1x"),
                                std::string("erp.module.work/1\0", 18), std::string(1 << 20, 'x')}) {
    EXPECT_EQ(abi.get_extension(module, str(id)), nullptr);
  }
  EXPECT_EQ(abi.get_extension(module, erp_str{}), nullptr);
  EXPECT_EQ(abi.get_extension(nullptr, str(ERP_EXT_MODULE_WORK)), nullptr);
  abi.destroy(nullptr);
}

TEST_F(RawPuppetTest, StopsItselfWhenTheHostForgets) {
  ASSERT_EQ(abi.init(module, nullptr), ERP_OK);
  ASSERT_EQ(abi.start(module, nullptr), ERP_OK);  // TearDown destroys without stop
}

TEST(Query, WritesNothingBehindTheCallersSizeOrOnRefusal) {
  const auto query = [](const erp_host_abi& host, erp_module_abi* out) {
    return answer_query<Puppet>({"puppet", "1.0.0", 2}, &host, out, nullptr);
  };
  erp_host_abi host{sizeof(erp_host_abi), ERP_ABI_MAJOR, 2, 0, {}, {}};
  erp_module_abi out;
  std::memset(&out, 'x', sizeof out);
  out.size = offsetof(erp_module_abi, init);
  EXPECT_EQ(query(host, &out), ERP_OK);
  EXPECT_EQ(out.size, offsetof(erp_module_abi, init));
  const std::string behind(reinterpret_cast<const char*>(&out) + out.size, sizeof out - out.size);
  EXPECT_EQ(behind, std::string(behind.size(), 'x'));

  for (const auto& [major, minor] : {std::pair<std::uint32_t, std::uint32_t>{2, 9}, {0, 9}, {1, 1}}) {
    std::memset(&out, 'x', sizeof out);
    out.size = sizeof out;
    host.abi_major = major;
    host.abi_minor = minor;
    EXPECT_EQ(query(host, &out), ERP_VERSION);
    const std::string untouched(reinterpret_cast<const char*>(&out) + 4, sizeof out - 4);
    EXPECT_EQ(untouched, std::string(untouched.size(), 'x'));
  }
  host = {sizeof(erp_host_abi), ERP_ABI_MAJOR, 50, 0, {}, {}};
  EXPECT_EQ(query(host, &out), ERP_OK);
  out.size = 0;
  EXPECT_EQ(query(host, &out), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(query(host, nullptr), ERP_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace erp::sdk
