// SPDX-License-Identifier: Apache-2.0
//
// Checks 4 to 12: the query, asked by hosts of every age.
#include <dlfcn.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstring>

#include "erp/text.hpp"
#include "module/checks.h"

namespace conformance {
namespace {

using erp::sdk::sized;
using erp::sdk::view;

struct Answer {
  erp_status status;
  erp_error error;
  RoomyAbi out;
};

Answer ask(const Subject& subject, const erp_host_abi& host) {
  Answer a{ERP_OK, sized<erp_error>(), {}};
  a.out.abi.size = sizeof a.out.abi;
  a.status = subject.query()(&host, &a.out.abi, &a.error);
  return a;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A refusal for its version: VERSION, both numbers told, nothing written.
void expect_refusal(const Answer& a, const std::string& theirs, const std::string& what) {
  if (a.status == ERP_OK) throw Failed("accepts " + what);
  if (a.status != ERP_VERSION)
    throw Failed("refuses " + what + " with " + reason(a.status, a.error) + " instead of VERSION");
  RoomyAbi untouched{};
  untouched.abi.size = sizeof untouched.abi;
  if (std::memcmp(&a.out, &untouched, sizeof untouched) != 0)
    throw Failed("refuses " + what + ", but wrote into the table");
  const std::string message(erp::sdk::array_text(a.error.message));
  const std::string ours = std::to_string(ERP_ABI_MAJOR) + ".";
  if (!holds(message, theirs) || !holds(message, ours)) {
    throw Failed("refuses " + what + ", but the message does not show both numbers: \"" + message + "\"");
  }
}

}  // namespace

void query_is_pure(Folder folder) {
  const Subject subject(folder);
  const erp_host_abi host = subject.host_abi();
  const Answer first = ask(subject, host);
  if (first.status != ERP_OK) throw Failed("refuses a host that suits it: " + reason(first.status, first.error));
  const erp_module_abi& abi = first.out.abi;
  if (abi.size < sizeof abi || abi.create == nullptr || abi.init == nullptr || abi.start == nullptr ||
      abi.stop == nullptr || abi.destroy == nullptr || abi.get_extension == nullptr) {
    throw Failed("leaves slots of the life cycle empty");
  }
  const std::string id(view(abi.id)), version(view(abi.version));
  const std::size_t threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
  std::size_t used = 0;
  for (int i = 0; i < 1000; ++i) {
    const Answer again = ask(subject, host);
    if (again.status != ERP_OK || std::memcmp(&again.out.abi, &abi, sizeof abi) != 0 || view(again.out.abi.id) != id ||
        view(again.out.abi.version) != version) {
      throw Failed("query " + std::to_string(i + 2) + " answers something else than the first");
    }
    if (i == 100) used = mallinfo2().uordblks;
  }
  const std::size_t grown = mallinfo2().uordblks - std::min(used, mallinfo2().uordblks);
  if (grown > 64 * 1024) throw Failed("900 queries keep " + std::to_string(grown) + " bytes");
  if (entries("/proc/self/task") != threads) throw Failed("a query starts a thread");
  if (entries("/proc/self/fd") != files) throw Failed("a query opens a file");
}

void query_fast(Folder folder) {
  // Cold each time: a process of its own. The least of three, since the machine may be busy with something else.
  std::int64_t least_us = INT64_MAX;
  for (int round = 0; round < 3; ++round) {
    int pipes[2];
    if (pipe(pipes) != 0) throw Failed("no pipe");
    const pid_t child = fork();
    if (child == 0) {
      std::int64_t took = -1;
      try {
        const Subject subject(folder);
        const auto begin = std::chrono::steady_clock::now();
        static_cast<void>(subject.abi());
        took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin).count();
      } catch (const Outcome&) {
      }
      [[maybe_unused]] const auto wrote = write(pipes[1], &took, sizeof took);
      _exit(0);
    }
    close(pipes[1]);
    std::int64_t took = -1;
    if (read(pipes[0], &took, sizeof took) != sizeof took) took = -1;
    close(pipes[0]);
    waitpid(child, nullptr, 0);
    if (took < 0) throw Skipped("the query is not answered, see query-is-pure");
    least_us = std::min(least_us, took);
  }
  if (least_us > 100'000)
    throw Warned("the first query takes " + std::to_string(least_us / 1000) + " ms; 100 ms are allowed");
}

void query_small_out_struct(Folder folder) {
  const Subject subject(folder);
  const erp_host_abi host = subject.host_abi();
  // All members up to here were there in 1.0, the least that a host of this major has.
  constexpr std::uint32_t kFirst = offsetof(erp_module_abi, get_extension) + sizeof(void*);
  RoomyAbi out;
  std::memset(&out, 0xA5, sizeof out);
  out.abi.size = kFirst;
  erp_error error = sized<erp_error>();
  const erp_status status = subject.query()(&host, &out.abi, &error);
  if (status != ERP_OK) throw Failed("refuses a table of version 1.0: " + reason(status, error));
  const auto* bytes = reinterpret_cast<const unsigned char*>(&out);
  for (std::size_t i = kFirst; i < sizeof out; ++i) {
    if (bytes[i] != 0xA5)
      throw Failed("wrote " + std::to_string(i) + " bytes into a table of " + std::to_string(kFirst));
  }
  // And nothing is read behind it either: the next page is not there.
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  auto* pages =
      static_cast<unsigned char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  auto* edge = reinterpret_cast<erp_module_abi*>(pages + page - kFirst);
  edge->size = kFirst;
  static_cast<void>(subject.query()(&host, edge, &error));
}

void query_huge_host_struct(Folder folder) {
  const Subject subject(folder);
  struct {
    erp_host_abi host;
    unsigned char unknown[256];
  } later;
  std::memset(&later, 0xFF, sizeof later);
  later.host = subject.host_abi();
  later.host.size = sizeof later;
  const Answer a = ask(subject, later.host);
  if (a.status != ERP_OK) throw Failed("refuses a host whose struct is longer: " + reason(a.status, a.error));
}

void query_older_minor(Folder folder) {
  const Subject subject(folder);
  const std::uint32_t needs = subject.abi().abi_minor_required;
  if (needs == 0) throw Skipped("runs from minor 0 on: there is no older host of this major");
  erp_host_abi host = subject.host_abi();
  host.abi_minor = needs - 1;
  expect_refusal(ask(subject, host), "1." + std::to_string(needs - 1),
                 "a host of minor " + std::to_string(needs - 1) + " though it needs " + std::to_string(needs));
}

void query_newer_minor(Folder folder) {
  const Subject subject(folder);
  erp_host_abi host = subject.host_abi();
  host.abi_minor += 50;
  const Answer a = ask(subject, host);
  if (a.status != ERP_OK) throw Failed("refuses a host of a later minor: " + reason(a.status, a.error));
}

void query_other_major(Folder folder) {
  const Subject subject(folder);
  for (const std::uint32_t major : {ERP_ABI_MAJOR + 1, 0U}) {
    erp_host_abi host = subject.host_abi();
    host.abi_major = major;
    expect_refusal(ask(subject, host), std::to_string(major) + ".", "a host of major " + std::to_string(major));
  }
}

void null_error(Folder folder) {
  const Subject subject(folder);
  erp_host_abi other = subject.host_abi();
  other.abi_major += 1;
  RoomyAbi out{};
  out.abi.size = sizeof out.abi;
  if (subject.query()(&other, &out.abi, nullptr) == ERP_OK) throw Skipped("does not refuse, see query-other-major");
  BenchHost host(scratch("null-error"));
  Instance one(subject, host);
  one.try_start(nullptr);  // refused: not initialised yet
  if (one.try_init(nullptr) != ERP_OK) throw Skipped("init fails, see lifecycle-order");
  one.try_stop(nullptr);
  one.migrate();
  one.start();
  one.try_start(nullptr);
  const erp_call call = host.call(1);
  const erp::sdk::StringSource nothing("{}");
  erp::sdk::StringSink sink;
  const Lane lane(host, kWorker, "call without error");
  const auto* actions = one.table<erp_module_actions>(ERP_EXT_MODULE_ACTIONS);
  if (const auto run = erp::sdk::slot(actions, &erp_module_actions::call)) {
    if (run(one.get(), &call, erp::sdk::str("no.such.action"), nothing.get(), sink.get(), nullptr) == ERP_OK) {
      throw Failed("answers OK to an action that it does not have");
    }
  }
  const auto* reports = one.table<erp_module_reports>(ERP_EXT_MODULE_REPORTS);
  if (const auto run = erp::sdk::slot(reports, &erp_module_reports::run)) {
    run(one.get(), &call, erp::sdk::str("no.such.report"), erp::sdk::str("{}"), sink.get(), nullptr);
  }
  const auto* work = one.table<erp_module_work>(ERP_EXT_MODULE_WORK);
  if (const auto run = erp::sdk::slot(work, &erp_module_work::work)) {
    auto request = sized<erp_work_request>();
    auto result = sized<erp_work_result>();
    erp_call forged = call;
    forged.token = 1;
    run(one.get(), &forged, &request, &result, nullptr);
  }
}

void descriptor_matches_manifest(Folder folder) {
  try {
    static_cast<void>(erp::host::read_manifest(folder / "manifest.yaml"));
  } catch (const std::exception& failure) {
    throw Failed(failure.what());
  }
  const Subject subject(folder);
  const erp_module_abi abi = subject.abi();
  const auto same = [](const std::string& what, const std::string& told, const std::string& written) {
    if (told != written) throw Failed("its " + what + " is \"" + told + "\", the manifest says \"" + written + "\"");
  };
  same("id", std::string(view(abi.id)), subject.manifest().id);
  same("version", std::string(view(abi.version)), subject.manifest().version);
  same("least minor", std::to_string(abi.abi_minor_required), std::to_string(subject.manifest().abi_min_minor));
  same("major", std::to_string(abi.abi_major), std::to_string(subject.manifest().abi_major));
  // Every permission that its actions and reports ask for is one that the operator can grant.
  BenchHost host(scratch("descriptor"));
  Instance one(subject, host);
  one.run();
  const auto& known = subject.manifest().permissions;
  for (const char* extension : {ERP_EXT_MODULE_ACTIONS, ERP_EXT_MODULE_REPORTS}) {
    const std::string text = one.list(extension);
    if (text.empty()) continue;
    const boost::json::value listed = boost::json::parse(text);
    for (const auto& entry : listed.as_object()
                                 .at(std::string_view(extension) == ERP_EXT_MODULE_ACTIONS ? "actions" : "reports")
                                 .as_array()) {
      const auto* permission = entry.as_object().if_contains("permission");
      const std::string name = permission == nullptr ? "" : std::string(permission->as_string());
      if (!name.empty() && !name.starts_with("host.") && std::find(known.begin(), known.end(), name) == known.end()) {
        throw Failed(std::string(entry.as_object().at("name").as_string()) + " asks for the permission " + name +
                     ", which the manifest does not name");
      }
    }
  }
}

}  // namespace conformance
