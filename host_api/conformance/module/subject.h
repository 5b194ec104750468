// SPDX-License-Identifier: Apache-2.0
//
// The module under check: its folder, manifest and library, and one instance of it on a BenchHost.
//
//   Subject subject(folder);                  // loads; a library that does not load skips the check, see
//   loads-now-local Instance one(subject, host);  one.init();  one.start();
//
// Threads: as the slots' tags say. Errors: Skipped when the way to what is checked is blocked by a fault that another
// check is there to find; Failed from what is checked itself. Ownership: the library stays loaded.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "erp/client.hpp"
#include "frame/check.h"
#include "frame/scratch.h"
#include "module/bench_host.h"
#include "modules/manifest.h"

namespace conformance {

/// A table to fill with room behind it, so that a module that writes too far harms nothing but its own check.
struct RoomyAbi {
  erp_module_abi abi;
  unsigned char beyond[256];
};

class Subject {
 public:
  explicit Subject(const std::filesystem::path& folder);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  /// The library's file as the manifest names it for this machine; Failed when there is none.
  [[nodiscard]] static std::filesystem::path library_of(const std::filesystem::path& folder,
                                                        const erp::host::Manifest& manifest);

  [[nodiscard]] const erp::host::Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::filesystem::path& library() const { return library_; }
  [[nodiscard]] erp_module_query_fn query() const { return query_; }
  [[nodiscard]] void* handle() const { return handle_; }

  /// What the checker says of itself; a minor that the module can live with.
  [[nodiscard]] erp_host_abi host_abi() const;
  /// Skipped when the module refuses a host that suits it: query-is-pure tells why.
  [[nodiscard]] erp_module_abi abi() const;

 private:
  std::filesystem::path folder_, library_;
  erp::host::Manifest manifest_;
  void* handle_ = nullptr;
  erp_module_query_fn query_ = nullptr;
};

/// One instance, called slot by slot, each in its lane. It is not destroyed unless asked: the process ends anyway.
class Instance {
 public:
  Instance(const Subject& subject, BenchHost& host);

  erp_status try_init(erp_error* error);
  erp_status try_start(erp_error* error);
  erp_status try_stop(erp_error* error);
  void init();  // Skipped when refused: lifecycle-order tells why
  void start();
  void stop();
  void migrate();  // when it has something to migrate
  void run();      // init, migrate, start
  void destroy();

  erp_status work(std::uint64_t user = 0);
  void wake();
  std::string health();  // "" when not offered
  [[nodiscard]] std::string list(const char* extension, LaneKind lane = kWorker);
  erp_status action(const std::string& name, const std::string& json, std::string* out);
  erp_status report(const std::string& name, const std::string& json, std::string* out);

  template <class Table>
  [[nodiscard]] const Table* table(const char* id) const {
    return static_cast<const Table*>(abi_.get_extension(module_, erp::sdk::str(id)));
  }
  [[nodiscard]] erp_module* get() const { return module_; }
  [[nodiscard]] const erp_module_abi& abi() const { return abi_; }

 private:
  BenchHost& host_;
  erp_module_abi abi_;
  erp_module* module_ = nullptr;
};

/// Text of a refusal: "VERSION: needs 1.3, this host has 1.2".
[[nodiscard]] std::string reason(erp_status status, const erp_error& error);

}  // namespace conformance
