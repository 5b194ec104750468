// SPDX-License-Identifier: Apache-2.0
#include "extensions/context.h"

#include "erp/text.hpp"
#include "services/access.h"

namespace erp::host {

namespace {

/// The length of the UTF-8 sequence that starts here, 0 when it is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
  return length;
}

template <class Table>
void prepare(Table& table, Context* context) {
  table.size = sizeof table;
  table.ctx = context;
  fill_table(table);
}

}  // namespace

const std::set<std::string>& offered_extensions() {
  static const std::set<std::string> all{ERP_EXT_LOG,    ERP_EXT_CLOCK,     ERP_EXT_CONFIG,    ERP_EXT_DATABASE,
                                         ERP_EXT_EVENTS, ERP_EXT_DOCUMENTS, ERP_EXT_DIRECTORY, ERP_EXT_IDENTITY,
                                         ERP_EXT_MONEY,  ERP_EXT_UI,        ERP_EXT_JOBS};
  return all;
}

Context::Context(Base& base, Tokens& tokens, Manifest manifest, ModuleDatabase database, std::set<std::string> granted)
    : base_(base),
      tokens_(tokens),
      manifest_(std::move(manifest)),
      database_(std::move(database)),
      granted_(std::move(granted)) {
  host_.size = sizeof host_;
  host_.ctx = this;
  host_.get_extension = &Context::get_extension;
  prepare(log_, this);
  prepare(clock_, this);
  prepare(config_, this);
  prepare(database_table_, this);
  prepare(events_, this);
  prepare(documents_, this);
  prepare(directory_, this);
  prepare(identity_, this);
  prepare(money_, this);
  prepare(ui_, this);
  prepare(jobs_, this);
}

const void* Context::get_extension(void* ctx, erp_str id) {
  const void* found = nullptr;
  host_slot(nullptr, [&] {
    if (ctx == nullptr || id.len > 64) return;
    auto& self = context_of(ctx);
    const std::string_view name = sdk::view(id);
    if (!self.granted_.contains(std::string(name))) return;
    const std::pair<std::string_view, const void*> tables[] = {{ERP_EXT_LOG, &self.log_},
                                                               {ERP_EXT_CLOCK, &self.clock_},
                                                               {ERP_EXT_CONFIG, &self.config_},
                                                               {ERP_EXT_DATABASE, &self.database_table_},
                                                               {ERP_EXT_EVENTS, &self.events_},
                                                               {ERP_EXT_DOCUMENTS, &self.documents_},
                                                               {ERP_EXT_DIRECTORY, &self.directory_},
                                                               {ERP_EXT_IDENTITY, &self.identity_},
                                                               {ERP_EXT_MONEY, &self.money_},
                                                               {ERP_EXT_UI, &self.ui_},
                                                               {ERP_EXT_JOBS, &self.jobs_}};
    for (const auto& [known, table] : tables) {
      if (known == name) found = table;
    }
  });
  return found;
}

erp_status translate_host_error(erp_error* error) noexcept {
  try {
    throw;
  } catch (const HostError& refusal) {
    return sdk::fill(error, refusal.status(), refusal.key(), refusal.what());
  } catch (...) {
    return sdk::translate(error);
  }
}

std::string stored_text(erp_str text, std::string_view field, std::size_t limit) {
  if ((text.data == nullptr && text.len > 0) || text.len > limit) {
    throw HostError(
        ERP_INVALID_ARGUMENT, std::string(field) + ".invalid",
        std::string(field) + " is longer than " + std::to_string(limit) + " bytes, or missing. Shorten it.");
  }
  const std::string_view given = sdk::view(text);
  for (std::size_t i = 0; i < given.size();) {
    const std::size_t length = given[i] == '\0' ? 0 : sequence_length(given.substr(i));
    if (length == 0) {
      throw HostError(
          ERP_INVALID_ARGUMENT, std::string(field) + ".invalid",
          std::string(field) + " is not UTF-8, or holds NUL, at byte " + std::to_string(i) + ". Correct it.");
    }
    i += length;
  }
  return std::string(given);
}

void require_permission(Context& context, const Caller& caller, std::string_view permission) {
  const Pool::Lease db = context.base().pool.lease();
  access::require(*db, caller, permission);
}

}  // namespace erp::host
