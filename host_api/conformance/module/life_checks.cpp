// SPDX-License-Identifier: Apache-2.0
//
// Checks 13 to 21: an instance from create to dlclose, on hosts that lack things or fail.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "erp/text.hpp"
#include "module/checks.h"

namespace conformance {
namespace {

using erp::sdk::sized;

void pause_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < texts.size() && i < 5; ++i) out += (i == 0 ? "" : "; ") + texts[i];
  return out + (texts.size() > 5 ? "; and " + std::to_string(texts.size() - 5) + " more" : "");
}

void expect_wrong_state(erp_status status, const char* what) {
  if (status == ERP_WRONG_STATE) return;
  throw Failed(std::string(what) + " answers " + std::string(erp::sdk::status_name(status)) +
               " instead of WRONG_STATE");
}

/// Threads and files come to rest a moment after the call that ended them.
void expect_given_back(const char* what, const char* folder, std::size_t before) {
  for (int i = 0; i < 40 && entries(folder) > before; ++i) pause_ms(5);
  const std::size_t after = entries(folder);
  if (after > before) throw Failed(std::to_string(after - before) + " " + what + " are left");
}

}  // namespace

void create_calls_no_host(Folder folder) {
  const Subject subject(folder);
  BenchHost host(scratch("create"));
  const Instance one(subject, host);
  if (host.count() > 0) throw Failed("create called the host: " + joined(host.calls()));
}

void init_missing_optional(Folder folder) {
  const Subject subject(folder);
  if (subject.manifest().optional_extensions.empty()) throw Skipped("its manifest names no optional extension");
  for (const std::string& id : subject.manifest().optional_extensions) {
    BenchHost host(scratch("optional-" + id.substr(4, id.find('/') - 4)));
    host.withheld = {id};
    Instance one(subject, host);
    erp_error error = sized<erp_error>();
    erp_status status = one.try_init(&error);
    if (status != ERP_OK) throw Failed("init refuses a host without the optional " + id + ": " + reason(status, error));
    one.migrate();
    status = one.try_start(&error);
    if (status != ERP_OK)
      throw Failed("start refuses a host without the optional " + id + ": " + reason(status, error));
  }
}

void init_missing_required(Folder folder) {
  const Subject subject(folder);
  if (subject.manifest().required_extensions.empty()) throw Skipped("its manifest requires no extension");
  for (const std::string& id : subject.manifest().required_extensions) {
    BenchHost host(scratch("required-" + id.substr(4, id.find('/') - 4)));
    host.withheld = {id};
    Instance one(subject, host);
    erp_error error = sized<erp_error>();
    const erp_status status = one.try_init(&error);
    if (status == ERP_OK) throw Failed("init accepts a host without " + id + ", which its manifest requires");
    if (std::string(erp::sdk::array_text(error.message)).find(id.substr(0, id.find('/'))) == std::string::npos) {
      throw Failed("init refuses a host without " + id + ", but does not name it: " + reason(status, error));
    }
  }
}

void init_null_slots(Folder folder) {
  const Subject subject(folder);
  for (const std::string& id : BenchHost::extensions()) {
    if (!subject.manifest().asks_for(id)) continue;
    for (const auto how : {BenchHost::Cut::null_slots, BenchHost::Cut::no_slots}) {
      BenchHost host(scratch("slots-" + std::to_string(static_cast<int>(how)) + "-" + id.substr(4, id.find('/') - 4)));
      host.cut[id] = how;
      Instance one(subject, host);
      erp_error error = sized<erp_error>();
      if (one.try_init(&error) != ERP_OK) continue;  // a clean refusal will do
      if (one.try_start(&error) == ERP_OK) one.health();
    }
  }
}

void init_fail_then_destroy(Folder folder) {
  const Subject subject(folder);
  int calls = 0;
  {
    BenchHost host(scratch("init-calls"));
    Instance one(subject, host);
    one.init();
    calls = host.count();
  }
  {
    BenchHost host(scratch("at-once"));
    Instance one(subject, host);
    one.destroy();
  }
  for (int n = 1; n <= calls; ++n) {
    BenchHost host(scratch("init-fail-" + std::to_string(n)));
    const std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    host.fail_at = n;
    Instance one(subject, host);
    erp_error error = sized<erp_error>();
    const bool failed = one.try_init(&error) != ERP_OK;
    host.forget();
    one.destroy();
    if (!failed) continue;  // it can do without
    if (host.count() > 0) throw Failed("after a failed init, destroy called the host: " + joined(host.calls()));
    expect_given_back("threads", "/proc/self/task", threads);
    expect_given_back("open files", "/proc/self/fd", files);
  }
}

void lifecycle_order(Folder folder) {
  const Subject subject(folder);
  BenchHost host(scratch("order"));
  erp_error error = sized<erp_error>();
  std::unique_ptr<Instance> one;
  try {
    one = std::make_unique<Instance>(subject, host);
  } catch (const Skipped& refused) {
    if (std::string(refused.what()).starts_with("create")) throw Failed(refused.what());
    throw;
  }
  const auto expect_ok = [&](erp_status status, const char* what) {
    if (status != ERP_OK)
      throw Failed(std::string(what) + " fails on a host that has everything: " + reason(status, error));
  };
  expect_ok(one->try_init(&error), "init");
  try {
    one->migrate();
  } catch (const Skipped& refused) {
    throw Failed(refused.what());
  }
  expect_wrong_state(one->try_stop(&error), "stop before start");
  for (int round = 0; round < 50; ++round) {
    expect_ok(one->try_start(&error), "start");
    if (round == 0) expect_wrong_state(one->try_start(&error), "a second start");
    if (round == 0) one->work();
    expect_ok(one->try_stop(&error), "stop");
    if (round == 0) expect_wrong_state(one->try_stop(&error), "a second stop");
  }
  expect_ok(one->try_start(&error), "start after many rounds");
}

void stop_quiesces(Folder folder, int watch_ms) {
  const Subject subject(folder);
  BenchHost host(scratch("quiet"));
  const std::size_t threads = entries("/proc/self/task");
  Instance one(subject, host);
  one.run();
  host.confirm_order();
  one.wake();
  one.work();
  one.stop();
  host.forget();
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(watch_ms);
  bool quiet = false;
  while (std::chrono::steady_clock::now() < until) {
    pause_ms(10);
    if (host.count() > 0) throw Failed("after stop the host is called: " + joined(host.calls()));
    quiet = entries("/proc/self/task") <= threads;
  }
  if (!quiet) throw Failed("after stop a thread of the module's own goes on");
}

void destroy_releases_all(Folder folder) {
  const Subject subject(folder);
  BenchHost host(scratch("release"));
  // One round first: what a library keeps for the whole process (time zones, a second library) is no leak.
  for (int round = 0; round < 3; ++round) {
    const std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    Instance one(subject, host);
    one.run();
    host.confirm_order();
    one.work();
    one.health();
    one.stop();
    one.destroy();
    if (round == 0) continue;
    expect_given_back("threads", "/proc/self/task", threads);
    expect_given_back("open files", "/proc/self/fd", files);
  }
}

void unload_clean(Folder folder) {
  const pid_t child = fork();
  if (child == 0) {
    const Subject subject(folder);
    const std::string file = subject.library().string();
    std::atomic<int> inside{0};
    std::atomic<bool> gone{false};
    std::vector<std::thread> threads;
    {
      BenchHost host(scratch("unload"));
      Instance one(subject, host);
      one.run();
      // Threads of the host that have been inside the module live on after it.
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          static_cast<void>(one.list(ERP_EXT_MODULE_ACTIONS));
          one.health();
          ++inside;
          while (!gone) pause_ms(1);
        });
      }
      while (inside < 4) pause_ms(1);
      one.work();
      one.stop();
      one.destroy();
    }
    dlclose(subject.handle());
    std::ifstream maps("/proc/self/maps");
    const std::string text{std::istreambuf_iterator<char>(maps), {}};
    gone = true;
    for (std::thread& thread : threads) thread.join();
    exit(text.find(file) == std::string::npos ? 0 : 77);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status))
    throw Failed("the process ended by signal " + std::to_string(WTERMSIG(status)) + " after destroy and dlclose");
  if (WEXITSTATUS(status) == 77)
    throw Warned("the library stays mapped after dlclose: something of it is kept by another library");
  if (WEXITSTATUS(status) != 0) throw Skipped("its life does not run to the end, see lifecycle-order");
}

}  // namespace conformance
