// SPDX-License-Identifier: Apache-2.0
//
// The host as one module sees it: its extension tables, and what their slots work with. Each table's ctx is the
// Context.
//
// Threads: tables are immutable after construction; slots take their own database session. Errors: slots turn HostError
// into erp_error and let nothing out. Ownership: borrows base and tokens; outlives the module.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "erp/erp.h"
#include "erp/error.hpp"
#include "extensions/tokens.h"
#include "modules/manifest.h"
#include "services/input.h"
#include "services/unit.h"

namespace erp::host {

/// What the module may connect with.
struct ModuleDatabase {
  std::int32_t backend = ERP_BACKEND_SQLITE;
  std::string connection, schema, prefix;
};

class Context {
 public:
  Context(Base& base, Tokens& tokens, Manifest manifest, ModuleDatabase database, std::set<std::string> granted);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const erp_host& host() const { return host_; }
  [[nodiscard]] Base& base() const { return base_; }
  [[nodiscard]] const Tokens& tokens() const { return tokens_; }
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const ModuleDatabase& database() const { return database_; }
  /// A name that the module may use for its own things begins with its id.
  [[nodiscard]] bool is_own(std::string_view name) const { return name.starts_with(manifest_.id + "."); }

  /// Whether the module or the host has put new jobs in since the last question.
  std::atomic<bool> jobs_changed{true};

 private:
  static const void* get_extension(void* ctx, erp_str id);

  Base& base_;
  const Tokens& tokens_;
  const Manifest manifest_;
  const ModuleDatabase database_;
  const std::set<std::string> granted_;
  erp_host host_{};
  erp_log log_{};
  erp_clock clock_{};
  erp_config config_{};
  erp_database database_table_{};
  erp_events events_{};
  erp_documents documents_{};
  erp_directory directory_{};
  erp_identity identity_{};
  erp_money money_{};
  erp_ui ui_{};
  erp_jobs jobs_{};
};

/// Ids of all extensions that this host offers.
const std::set<std::string>& offered_extensions();

// Each fills one table's slots; ctx and size are set by Context.
void fill_table(erp_log& table);
void fill_table(erp_clock& table);
void fill_table(erp_config& table);
void fill_table(erp_database& table);
void fill_table(erp_events& table);
void fill_table(erp_documents& table);
void fill_table(erp_directory& table);
void fill_table(erp_identity& table);
void fill_table(erp_money& table);
void fill_table(erp_ui& table);
void fill_table(erp_jobs& table);

/// HostError and everything else into a status, for sdk::guard.
erp_status translate_host_error(erp_error* error) noexcept;

/// Runs a slot's body; no exception leaves it.
template <class Body>
erp_status host_slot(erp_error* error, Body&& body) noexcept {
  return sdk::guard<translate_host_error>(error, std::forward<Body>(body));
}

inline Context& context_of(void* ctx) { return *static_cast<Context*>(ctx); }

/// Text that will be stored or looked up: valid UTF-8 without NUL, at most `limit` bytes.
std::string stored_text(erp_str text, std::string_view field, std::size_t limit = 4096);

/// The system itself has no user's rights; anybody else needs the permission.
void require_permission(Context& context, const Caller& caller, std::string_view permission);

}  // namespace erp::host
