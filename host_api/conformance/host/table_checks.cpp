// SPDX-License-Identifier: Apache-2.0
//
// Checks 7 and 14 to 18: the host's tables, exercised by the probe from inside a call.
#include "erp/erp.h"
#include "host/checks.h"

namespace conformance {
namespace {

void expect_nothing_found(Host& host, const std::string& what) {
  const json::object answer = host.ask("call probe.run {\"do\":\"" + what + "\"}");
  const json::array& found = answer.at("result").at("findings").as_array();
  if (found.empty()) return;
  const std::string first(found[0].as_string());
  if (first.starts_with("skip: ")) throw Skipped(first.substr(6));
  throw Failed(first + (found.size() > 1 ? "; and " + std::to_string(found.size() - 1) + " more" : ""));
}

void exercise(const Options& options, const std::string& what, int times = 1,
              const std::vector<std::string>& asks = {}) {
  Bench bench(options, what);
  bench.add_probe("probe", {}, asks);
  Host host = bench.start();
  for (int i = 0; i < times; ++i) expect_nothing_found(host, what);
  host.quit();
}

}  // namespace

void never_writes_past_caller_size(const Options& options) { exercise(options, "sizes"); }
void token_is_checked(const Options& options) {
  exercise(options, "token", 2);
}  // the second sees the first one's token
void any_slots_from_any_thread(const Options& options) { exercise(options, "any"); }
void get_extension_stable_pointer(const Options& options) { exercise(options, "pointers"); }
void ext_tables_have_size(const Options& options) { exercise(options, "tables"); }
void permission_withheld(const Options& options) {
  exercise(options, "withheld", 1, {ERP_EXT_CLOCK, ERP_EXT_IDENTITY});
}

}  // namespace conformance
