// SPDX-License-Identifier: Apache-2.0
//
// host-check: runs the contract against a host, which is started as a program and loads probes of the kit.
#include "frame/runner.h"
#include "frame/scratch.h"
#include "host/checks.h"

namespace conformance {
namespace {

std::vector<Check> all_checks(const Options& options) {
  if (!options.list && !std::filesystem::exists(Bench::kit() / "libprobe.so")) {
    throw BadUsage((Bench::kit() / "libprobe.so").string() + " is missing: build the target conformance_kit.");
  }
  const auto on = [&options](void (*body)(const Options&)) { return [&options, body] { body(options); }; };
  return {
      {"calls-query-first", "the module is asked who it is, by a host that tells who it is", on(calls_query_first)},
      {"refuses-major-mismatch", "another major is refused with both numbers; others run", on(refuses_major_mismatch)},
      {"refuses-higher-required", "a later minor is refused with both numbers; others run",
       on(refuses_higher_required)},
      {"refuses-missing-symbol", "a library that is no module is refused", on(refuses_missing_symbol)},
      {"refuses-not-an-elf", "a file that is no library is refused", on(refuses_not_an_elf)},
      {"refuses-truncated-file", "half a library is refused", on(refuses_truncated_file)},
      {"refuses-wrong-arch", "a library of another machine is refused", on(refuses_wrong_arch)},
      {"accepts-longer-module-struct", "what a later module adds is passed over", on(accepts_longer_module_struct)},
      {"accepts-shorter-module-struct", "nothing is read past a module's size", on(accepts_shorter_module_struct)},
      {"never-writes-past-caller-size", "nothing is written past the module's structs",
       on(never_writes_past_caller_size)},
      {"lifecycle-exact-order", "query create init start stop destroy, on SIGTERM too", on(lifecycle_exact_order), 40},
      {"no-call-after-failed-init", "after a failed init comes destroy alone", on(no_call_after_failed_init)},
      {"no-call-after-stop", "nothing is called after stop, nothing after destroy", on(no_call_after_stop), 40},
      {"control-lane-never-concurrent", "one control lane for all modules", on(control_lane_never_concurrent)},
      {"serial-lane-never-concurrent", "work is never entered twice at once for a company",
       on(serial_lane_never_concurrent), 40},
      {"worker-lane-is-concurrent", "actions run beside each other", on(worker_lane_is_concurrent)},
      {"token-is-checked", "forged and ended tokens are refused", on(token_is_checked)},
      {"any-slots-from-any-thread", "slots with the tag [any] take every thread", on(any_slots_from_any_thread)},
      {"get-extension-stable-pointer", "the same id, the same table; unknown ids, null",
       on(get_extension_stable_pointer)},
      {"ext-tables-have-size", "tables are whole", on(ext_tables_have_size)},
      {"permission-withheld", "nothing that the manifest does not ask for, nobody but the token's holder",
       on(permission_withheld)},
      {"events-after-commit", "an event comes when its change can be read", on(events_after_commit)},
      {"no-event-for-rolled-back", "what is rolled back has no event", on(no_event_for_rolled_back)},
      {"no-lock-held-on-delivery", "the module can write while it is given time", on(no_lock_held_on_delivery), 40},
      {"sequence-strictly-rising", "sequences rise, and none is left out", on(sequence_strictly_rising), 40},
      {"at-least-once", "a killed host delivers after its restart", on(at_least_once)},
      {"retry-later-is-retried", "work that fails is tried again, and not in a spin", on(retry_later_is_retried)},
      {"failing-module-is-shown", "the operator sees a failing module, and the others go on",
       on(failing_module_is_shown)},
  };
}

}  // namespace
}  // namespace conformance

int main(int argc, char** argv) {
  const conformance::ScratchFolder folder("host-check");
  return conformance::run_program(argc, argv,
                                  {"host-check", "HOST_PROGRAM [ARGUMENTS]",
                                   "Runs the contract of erp/*.h against a host. It is started as: HOST_PROGRAM "
                                   "conformance --data DIR --modules DIR [ARGUMENTS],\n"
                                   "and obeys the few commands of host_api/conformance/README.md."},
                                  conformance::all_checks);
}
