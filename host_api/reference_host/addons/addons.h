// SPDX-License-Identifier: Apache-2.0
//
// Add-ons of one data folder: installed, upgraded, taken back, switched off and removed, each after it has been
// verified and without any code of a module running before that.
//
//   Addons addons(options);  addons.install("sales_leads-1.0.0.erpmod");
//
// Layout below the data folder: addons/ID (what runs), addons/.off/ID (switched off), addons/.before/ID with
// ID.snapshot (the version before the last upgrade and its data), keys/*.pub (who is trusted).
//
// Threads: one, while no host serves this data folder. Errors: HostError; after one, what ran before runs again.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "app.h"
#include "database/sql.h"
#include "modules/manifest.h"

namespace erp::host {

struct AddonState {
  std::string id, version;
  bool on = true;
  std::string before;  // version that `rollback` would bring back, or empty
};

class Addons {
 public:
  explicit Addons(const Options& options);

  void trust(const std::filesystem::path& key);
  /// Signature, checksums, versions, machine: everything but running it. The manifest of what was verified.
  Manifest verify(const std::filesystem::path& file);
  Manifest install(const std::filesystem::path& file);
  /// Sets the module's data aside, migrates, and goes back by itself when the new version does not run.
  Manifest upgrade(const std::filesystem::path& file);
  /// The version before, with its data as they were before the upgrade.
  Manifest rollback(const std::string& id);
  void disable(const std::string& id);
  void enable(const std::string& id);
  /// The data stay when `export_to` is empty; else they are exported there and dropped. Answers the rows exported.
  std::int64_t remove(const std::string& id, const std::filesystem::path& export_to);
  [[nodiscard]] std::vector<AddonState> list() const;

 private:
  /// Verified, unpacked, inspected; in a folder that is taken away again unless it is moved.
  struct Staged {
    std::filesystem::path folder;
    Manifest manifest;
    Staged() = default;
    Staged(Staged&& other) noexcept : folder(std::exchange(other.folder, {})), manifest(std::move(other.manifest)) {}
    Staged& operator=(Staged&&) = delete;
    ~Staged();
  };
  Staged stage(const std::filesystem::path& file);
  [[nodiscard]] std::filesystem::path place(const std::string& id) const { return folder_ / id; }
  [[nodiscard]] std::filesystem::path before(const std::string& id) const { return folder_ / ".before" / id; }
  [[nodiscard]] std::filesystem::path off(const std::string& id) const { return folder_ / ".off" / id; }
  [[nodiscard]] std::filesystem::path snapshot(const std::string& id) const {
    return folder_ / ".before" / (id + ".snapshot");
  }
  [[nodiscard]] std::filesystem::path existing(const std::string& id) const;
  [[nodiscard]] DatabaseAddress address() const;
  /// Starts the host once; why the module does not run, or nothing.
  [[nodiscard]] std::string trial(const std::string& id) const;

  Options options_;
  std::filesystem::path folder_;
};

}  // namespace erp::host
