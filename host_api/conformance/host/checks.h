// SPDX-License-Identifier: Apache-2.0
//
// The checks of host-check by number of design: loading (1-6), life (8-13), tables (7, 14-18), events (19-25). Each is
// a plain function that returns or throws an Outcome. Threads: one each.
#pragma once

#include "host/host_process.h"

namespace conformance {

void calls_query_first(const Options&);
void refuses_major_mismatch(const Options&);
void refuses_higher_required(const Options&);
void refuses_missing_symbol(const Options&);
void refuses_not_an_elf(const Options&);
void refuses_truncated_file(const Options&);
void refuses_wrong_arch(const Options&);
void accepts_longer_module_struct(const Options&);
void accepts_shorter_module_struct(const Options&);

/// Two calls of work that overlap, or nothing.
std::string overlapping_work(const Journal& journal);
void lifecycle_exact_order(const Options&);
void no_call_after_failed_init(const Options&);
void no_call_after_stop(const Options&);
void control_lane_never_concurrent(const Options&);
void serial_lane_never_concurrent(const Options&);
void worker_lane_is_concurrent(const Options&);

void never_writes_past_caller_size(const Options&);
void token_is_checked(const Options&);
void any_slots_from_any_thread(const Options&);
void get_extension_stable_pointer(const Options&);
void ext_tables_have_size(const Options&);
void permission_withheld(const Options&);

void events_after_commit(const Options&);
void no_event_for_rolled_back(const Options&);
void no_lock_held_on_delivery(const Options&);
void sequence_strictly_rising(const Options&);
void at_least_once(const Options&);
void retry_later_is_retried(const Options&);
void failing_module_is_shown(const Options&);

}  // namespace conformance
