// SPDX-License-Identifier: Apache-2.0
//
// The checks of module-check by number of design: library (1-3), query (4-12), life (13-20), company (21-25). Each is a
// plain function that returns or throws an Outcome. Threads: one each.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "frame/options.h"
#include "module/subject.h"

namespace conformance {

using Folder = const std::filesystem::path&;

void exports_one_symbol(Folder);
void loads_now_local(Folder);
void loads_without_side_effects(Folder);
void query_is_pure(Folder);
void query_fast(Folder);
void query_small_out_struct(Folder);
void query_huge_host_struct(Folder);
void query_older_minor(Folder);
void query_newer_minor(Folder);
void query_other_major(Folder);
void null_error(Folder);
void descriptor_matches_manifest(Folder);
void create_calls_no_host(Folder);
void init_missing_optional(Folder);
void init_missing_required(Folder);
void init_null_slots(Folder);
void init_fail_then_destroy(Folder);
void lifecycle_order(Folder);
void stop_quiesces(Folder, int watch_ms);
void destroy_releases_all(Folder);
void unload_clean(Folder);
void two_instances(Folder);
void unknown_extension_null(Folder, std::uint64_t seed);
void thread_tags_respected(Folder);
void no_callback_under_lock(Folder);

/// Entries of a folder of /proc, "." and ".." among them: only differences mean anything.
[[nodiscard]] std::size_t entries(const char* folder);

}  // namespace conformance
