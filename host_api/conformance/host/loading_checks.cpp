// SPDX-License-Identifier: Apache-2.0
//
// Checks 1 to 6: what a host loads, what it refuses, and that a refusal is told and costs nobody else anything.
#include <elf.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "erp/erp.h"
#include "host/checks.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

struct Told {
  bool known = false, running = false;
  std::string problem;
};

Told module_of(Host& host, const std::string& id) {
  const json::object answer = host.ask("modules");
  for (const json::value& one : answer.at("modules").as_array()) {
    if (one.at("id").as_string() == id)
      return {true, one.at("running").as_bool(), std::string(one.at("problem").as_string())};
  }
  return {};
}

/// The bad module is refused with a reason that the operator sees; the good one beside it runs.
void expect_refused(Host& host, const Bench& bench, std::initializer_list<const char*> said, bool code_may_run = true) {
  const Told bad = module_of(host, "probe_bad");
  if (bad.running) throw Failed("the host runs it");
  if (bad.problem.empty()) throw Failed("the host refuses it without telling the operator why (command modules)");
  for (const char* part : said) {
    if (bad.problem.find(part) == std::string::npos)
      throw Failed("the reason does not show " + std::string(part) + ": " + bad.problem);
  }
  for (const Entry& entry : bench.journal("probe_bad")) {
    if (!code_may_run || entry.slot != "query")
      throw Failed("the host called " + entry.slot + " of a module that it refuses");
  }
  if (!module_of(host, "probe").running) throw Failed("the good module beside it does not run");
  host.quit();
}

/// A probe whose library is something else.
void refuses_library(const Options& options, const std::string& name,
                     const std::function<void(const fs::path&)>& spoil) {
  Bench bench(options, name);
  bench.add_probe("probe");
  spoil(bench.add_probe("probe_bad") / "libprobe.so");
  Host host = bench.start();
  expect_refused(host, bench, {}, false);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

void calls_query_first(const Options& options) {
  Bench bench(options, "query-first");
  bench.add_probe("probe");
  Host host = bench.start();
  if (!module_of(host, "probe").running)
    throw Failed("a good module does not run: " + module_of(host, "probe").problem);
  host.quit();
  const Journal journal = bench.journal("probe");
  if (journal.empty() || journal[0].slot != "query") throw Failed("the first call is not erp_module_query");
  unsigned size = 0, major = 0, minor = 0, room = 0;
  char name[128] = "";
  std::sscanf(journal[0].text.c_str(), "size=%u major=%u minor=%u name=%127[^ ]", &size, &major, &minor, name);
  const std::size_t at = journal[0].text.find("room=");
  if (at != std::string::npos) room = static_cast<unsigned>(std::stoul(journal[0].text.substr(at + 5)));
  if (size < sizeof(erp_host_abi))
    throw Failed("erp_host_abi.size is " + std::to_string(size) + ", version 1.0 has " +
                 std::to_string(sizeof(erp_host_abi)));
  if (major != ERP_ABI_MAJOR) throw Failed("the host says major " + std::to_string(major));
  if (name[0] == '\0') throw Failed("the host says no name");
  if (room < sizeof(erp_module_abi)) throw Failed("the table to fill has room for " + std::to_string(room) + " bytes");
}

void refuses_major_mismatch(const Options& options) {
  Bench bench(options, "major");
  bench.add_probe("probe");
  bench.add_probe("probe_bad", {{"major", "2"}});
  Host host = bench.start();
  expect_refused(host, bench, {"2", "1."});
}

void refuses_higher_required(const Options& options) {
  Bench bench(options, "minor");
  bench.add_probe("probe");
  bench.add_probe("probe_bad", {{"needs", "99"}});
  Host host = bench.start();
  expect_refused(host, bench, {"1.99", "1."});
}

void refuses_missing_symbol(const Options& options) {
  refuses_library(options, "symbol", [](const fs::path& file) {
    fs::copy_file(Bench::kit() / "libno_entry.so", file, fs::copy_options::overwrite_existing);
  });
}

void refuses_not_an_elf(const Options& options) {
  refuses_library(options, "text", [](const fs::path& file) { std::ofstream(file) << "This is no library.\n"; });
}

void refuses_truncated_file(const Options& options) {
  refuses_library(options, "half", [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); });
}

void refuses_wrong_arch(const Options& options) {
  refuses_library(options, "arch", [](const fs::path& file) {
    std::string bytes = bytes_of(file);
    const std::size_t at = offsetof(Elf64_Ehdr, e_machine);
    bytes[at] = static_cast<char>(bytes[at] == EM_X86_64 ? EM_AARCH64 : EM_X86_64);
    std::ofstream(file, std::ios::binary) << bytes;
  });
}

void accepts_longer_module_struct(const Options& options) {
  Bench bench(options, "longer");
  bench.add_probe("probe", {{"long", "1"}});
  Host host = bench.start();
  const Told told = module_of(host, "probe");
  if (!told.running) throw Failed("a module whose structs are longer does not run: " + told.problem);
  host.ask("call probe.run {}");
  host.quit();
}

void accepts_shorter_module_struct(const Options& options) {
  Bench bench(options, "shorter");
  bench.add_probe("probe", {{"short", "1"}});
  Host host = bench.start();
  const Told told = module_of(host, "probe");
  if (!told.running) throw Failed("a module whose table of actions ends early does not run: " + told.problem);
  const json::object answer = host.try_ask("call probe.run {}");
  if (answer.at("ok").as_bool()) throw Failed("the host called a slot behind the table's end");
  host.quit();
}

}  // namespace conformance
