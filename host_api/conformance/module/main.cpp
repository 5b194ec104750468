// SPDX-License-Identifier: Apache-2.0
//
// module-check: runs the contract against a module's folder, on a host of its own.
#include <filesystem>

#include "frame/runner.h"
#include "frame/scratch.h"
#include "module/checks.h"

namespace conformance {
namespace {

std::vector<Check> all_checks(const Options& options) {
  if (options.words.size() > 1) throw BadUsage("One MODULE_DIR at a time.");
  const std::filesystem::path folder = options.words.empty() ? "." : options.words[0];
  if (!options.list && !std::filesystem::is_regular_file(folder / "manifest.yaml")) {
    throw BadUsage(folder.string() + " holds no manifest.yaml: give the folder of an installed module.");
  }
  const auto on = [&](void (*body)(Folder)) { return [folder, body] { body(folder); }; };
  return {
      {"exports-one-symbol", "erp_module_query is all that the library exports", on(exports_one_symbol)},
      {"loads-now-local", "loads with every symbol resolved, and keeps its own to itself", on(loads_now_local)},
      {"loads-without-side-effects", "loading starts and changes nothing", on(loads_without_side_effects)},
      {"query-is-pure", "a thousand queries give one answer and leave no trace", on(query_is_pure)},
      {"query-fast", "the first query takes less than 100 ms", on(query_fast)},
      {"query-small-out-struct", "nothing is written past the caller's table", on(query_small_out_struct)},
      {"query-huge-host-struct", "a host whose struct is longer is accepted", on(query_huge_host_struct)},
      {"query-older-minor", "a host that is too old is refused with both numbers", on(query_older_minor)},
      {"query-newer-minor", "a host of a later minor is accepted", on(query_newer_minor)},
      {"query-other-major", "another major is refused with both numbers and nothing written", on(query_other_major)},
      {"null-error", "every call lives without an erp_error", on(null_error)},
      {"descriptor-matches-manifest", "library and manifest say the same", on(descriptor_matches_manifest)},
      {"create-calls-no-host", "create calls nothing", on(create_calls_no_host)},
      {"init-missing-optional", "starts without each optional extension", on(init_missing_optional)},
      {"init-missing-required", "names the required extension that is missing", on(init_missing_required)},
      {"init-null-slots", "calls no slot that is null or beyond a table's size", on(init_null_slots)},
      {"init-fail-then-destroy", "a failed init can be destroyed and leaves nothing", on(init_fail_then_destroy)},
      {"lifecycle-order", "start and stop fifty times; WRONG_STATE out of order", on(lifecycle_order)},
      {"stop-quiesces", "after stop nothing of it runs",
       [folder, ms = options.watch_ms] { stop_quiesces(folder, ms); }},
      {"destroy-releases-all", "threads and files are given back", on(destroy_releases_all)},
      {"unload-clean", "destroy, dlclose, and the process ends well", on(unload_clean)},
      {"two-instances", "two instances do not see each other", on(two_instances)},
      {"unknown-extension-null", "unknown ids, however odd, give null",
       [folder, seed = options.seed] { unknown_extension_null(folder, seed); }},
      {"thread-tags-respected", "calls the host in the lanes of its tags alone", on(thread_tags_respected), 60},
      {"no-callback-under-lock", "holds no lock while it calls the host", on(no_callback_under_lock), 60},
  };
}

}  // namespace
}  // namespace conformance

int main(int argc, char** argv) {
  const conformance::ScratchFolder folder("module-check");
  return conformance::run_program(
      argc, argv,
      {"module-check", "MODULE_DIR",
       "Runs the contract of erp/*.h against an installed module: a folder with manifest.yaml and library."},
      conformance::all_checks);
}
