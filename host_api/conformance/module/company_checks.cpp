// SPDX-License-Identifier: Apache-2.0
//
// Checks 22 to 25: the module at work for a small company, from several threads and in two instances.
#include <sys/mman.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <future>
#include <random>
#include <thread>

#include "erp/text.hpp"
#include "module/checks.h"

namespace conformance {
namespace {

namespace json = boost::json;

struct Listed {
  std::string name, example;
  bool changes = false;
};

/// Actions or reports as the module declares them, with the input of their example.
std::vector<Listed> listed(Instance& one, const char* extension) {
  std::vector<Listed> out;
  const std::string text = one.list(extension);
  if (text.empty()) return out;
  const bool actions = std::string_view(extension) == ERP_EXT_MODULE_ACTIONS;
  const json::value parsed = json::parse(text);
  for (const json::value& entry : parsed.as_object().at(actions ? "actions" : "reports").as_array()) {
    const json::object& fields = entry.as_object();
    Listed found{std::string(fields.at("name").as_string()), "{}", false};
    if (const auto* changes = fields.if_contains("changes")) found.changes = changes->is_bool() && changes->get_bool();
    if (const auto* example = fields.if_contains("example"); example != nullptr && example->is_object()) {
      const auto* input = example->get_object().if_contains(actions ? "input" : "params");
      found.example = json::serialize(input == nullptr ? *example : *input);
    }
    out.push_back(std::move(found));
  }
  return out;
}

std::string first(const std::vector<std::string>& texts) { return texts.empty() ? "" : texts.front(); }

}  // namespace

void two_instances(Folder folder) {
  const Subject subject(folder);
  BenchHost left(scratch("left")), right(scratch("right"));
  Instance a(subject, left), b(subject, right);
  if (a.get() == b.get()) throw Failed("the second create gives the instance of the first");
  a.run();
  b.run();
  std::vector<std::string> before;
  const auto readers = listed(b, ERP_EXT_MODULE_ACTIONS);
  const auto look = [&] {
    std::vector<std::string> seen;
    for (const Listed& action : readers) {
      if (action.changes) continue;
      std::string answer;
      b.action(action.name, action.example, &answer);
      seen.push_back(action.name + " " + answer);
    }
    return seen;
  };
  before = look();
  right.forget();
  left.confirm_order();
  a.work();
  a.health();
  for (const Listed& action : listed(a, ERP_EXT_MODULE_ACTIONS)) a.action(action.name, action.example, nullptr);
  if (right.count() > 0) throw Failed("a call of one instance reaches the other's host: " + first(right.calls()));
  left.forget();
  b.work();
  const auto after = look();
  if (left.count() > 0) throw Failed("a call of one instance reaches the other's host: " + first(left.calls()));
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i] != before[i])
      throw Failed("what one instance did shows in the other: " + before[i].substr(0, 200) + " became " +
                   after[i].substr(0, 200));
  }
  a.stop();
  a.destroy();
  if (b.work() == ERP_WRONG_STATE) throw Failed("stopping one instance stops the other");
}

void unknown_extension_null(Folder folder, std::uint64_t seed) {
  const Subject subject(folder);
  BenchHost host(scratch("unknown"));
  Instance one(subject, host);
  one.init();
  std::vector<std::string> ids{"",
                               "erp.module.work",
                               "erp.module.work/",
                               "erp.module.work/1x",
                               "erp.module.work/2",
                               "erp.module.work/01",
                               "ERP.MODULE.WORK/1",
                               " erp.module.work/1",
                               "erp.module.work/1 ",
                               std::string("erp.module.work/1\0", 18),
                               std::string(1 << 20, 'x'),
                               "\xff\xfe"};
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200; ++i) {
    std::string id(random() % 40, '\0');
    for (char& c : id) c = static_cast<char>(random());
    ids.push_back(id);
  }
  const auto ask = [&](erp_str id, const std::string& shown) {
    const Lane lane(host, kControl, "get_extension");
    if (one.abi().get_extension(one.get(), id) != nullptr) throw Failed("gives a table for \"" + shown + "\"");
  };
  for (const std::string& id : ids) ask(erp::sdk::str(id), id.substr(0, 40));
  ask({nullptr, 0}, "NULL");
  ask({nullptr, 17}, "NULL of length 17");
  // The last byte of a page: no terminator, and nothing behind may be looked at.
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  auto* pages = static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  const std::string cut = "erp.module.work/";
  std::memcpy(pages + page - cut.size(), cut.data(), cut.size());
  ask({pages + page - cut.size(), cut.size()}, cut);
  // What it does offer is the same each time.
  for (const char* id : {ERP_EXT_MODULE_WORK, ERP_EXT_MODULE_ACTIONS, ERP_EXT_MODULE_VIEWS, ERP_EXT_MODULE_REPORTS,
                         ERP_EXT_MODULE_MIGRATE, ERP_EXT_MODULE_HEALTH}) {
    if (one.table<void>(id) != one.table<void>(id))
      throw Failed(std::string("gives another table for ") + id + " the second time");
  }
}

void thread_tags_respected(Folder folder) {
  const Subject subject(folder);
  BenchHost host(scratch("tags"));
  Instance one(subject, host);
  one.run();
  for (int i = 0; i < 3; ++i) host.confirm_order();
  one.wake();
  std::thread([&] { one.work(); }).join();  // the serial lane is any thread, one at a time
  const auto actions = listed(one, ERP_EXT_MODULE_ACTIONS);
  const auto reports = listed(one, ERP_EXT_MODULE_REPORTS);
  std::vector<std::thread> workers;
  for (std::size_t lane = 0; lane < 3; ++lane) {
    workers.emplace_back([&, lane] {
      for (std::size_t i = lane; i < actions.size(); i += 3) one.action(actions[i].name, actions[i].example, nullptr);
      for (std::size_t i = lane; i < reports.size(); i += 3) one.report(reports[i].name, reports[i].example, nullptr);
      static_cast<void>(one.health());
      one.wake();
    });
  }
  for (std::thread& worker : workers) worker.join();
  one.work();
  if (const auto breaches = host.breaches(); !breaches.empty()) throw Failed(first(breaches));
}

void no_callback_under_lock(Folder folder) {
  const Subject subject(folder);
  BenchHost host(scratch("reenter"));
  Instance one(subject, host);
  one.run();
  for (int i = 0; i < 2; ++i) host.confirm_order();
  const auto actions = listed(one, ERP_EXT_MODULE_ACTIONS);
  std::atomic<int> rounds{0};
  std::string stuck;
  const std::thread::id here = std::this_thread::get_id();
  host.on_call = [&](const std::string& slot) {
    if (!stuck.empty() || std::this_thread::get_id() != here || ++rounds > 40) return;
    std::promise<void> done;
    auto waiting = done.get_future();
    std::thread([&one, done = std::move(done)]() mutable {
      one.wake();
      static_cast<void>(one.health());
      static_cast<void>(one.list(ERP_EXT_MODULE_ACTIONS));
      done.set_value();
    }).detach();
    if (waiting.wait_for(std::chrono::seconds(5)) != std::future_status::ready) {
      stuck = slot;  // told after the call: no exception may run through the module
    }
  };
  one.work();
  for (const Listed& action : actions) {
    if (!action.changes) one.action(action.name, action.example, nullptr);
    if (rounds > 40) break;
  }
  host.on_call = nullptr;
  if (!stuck.empty()) {
    throw Failed("while it was inside " + stuck +
                 ", wake, health and the list of actions did not come through within 5 s: it holds a lock while it "
                 "calls the host");
  }
}

}  // namespace conformance
