// SPDX-License-Identifier: Apache-2.0
//
// erp.ui/1. Menus and parts are kept as the module gave them, per module, and read again at the next start.
#include "erp/text.hpp"
#include "extensions/context.h"
#include "extensions/menus.h"

namespace erp::host {

namespace {

constexpr std::size_t kUiLimit = 1 << 20;

void keep(Context& context, const char* kind, const std::string& text) {
  const Pool::Lease db = context.base().pool.lease();
  const auto known = db->row<std::string>("select json from host_module_ui where module_id = ? and kind = ?",
                                          {context.manifest().id, kind});
  if (known && std::get<0>(*known) == text) return;
  Transaction transaction(*db, Transaction::Mode::write);
  db->exec(
      "insert into host_module_ui (module_id, kind, json) values (?, ?, ?) on conflict (module_id, kind) do update set "
      "json = excluded.json",
      {context.manifest().id, kind, text});
  transaction.commit();
}

erp_status sync_menus(void* ctx, erp_str text, erp_error* error) {
  return host_slot(error, [&] {
    const std::string given = stored_text(text, "json", kUiLimit);
    read_menus(context_of(ctx).manifest(), given);
    keep(context_of(ctx), "menus", given);
  });
}

erp_status sync_parts(void* ctx, erp_str text, erp_error* error) {
  return host_slot(error, [&] {
    const std::string given = stored_text(text, "json", kUiLimit);
    read_parts(context_of(ctx).manifest(), given);
    keep(context_of(ctx), "parts", given);
  });
}

erp_status set_badge(void* ctx, const erp_call* call, erp_str menu_id, std::int64_t count, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    const std::string id = stored_text(menu_id, "menu_id", 200);
    if (!context.is_own(id))
      refuse(ERP_INVALID_ARGUMENT, "menu_id.invalid", "Menu \"" + id + "\" is not the module's own.");
    const Pool::Lease db = context.base().pool.lease();
    Transaction transaction(*db, Transaction::Mode::write);
    db->exec(
        "insert into host_module_badge (company_id, menu_id, count) values (?, ?, ?) on conflict (company_id, menu_id) "
        "do "
        "update set count = excluded.count",
        {caller.company, id, count});
    transaction.commit();
  });
}

erp_status notify(void* ctx, const erp_call* call, std::int64_t user, erp_str message, erp_str url, erp_error* error) {
  return host_slot(error, [&] {
    Context& context = context_of(ctx);
    const Caller caller = context.tokens().caller_of(call);
    Unit unit(context.base(), caller, Transaction::Mode::write);
    if (!unit.db().row<std::int64_t>("select id from host_user where id = ? and company_id = ? and state = 'active'",
                                     {user, caller.company})) {
      refuse(ERP_NOT_FOUND, "user.not_found", "There is no active user " + std::to_string(user) + " in this company.");
    }
    unit.db().exec(
        "insert into host_notice (id, company_id, user_id, message, url, created_at, seen) values (?, ?, ?, ?, ?, ?, "
        "0)",
        {unit.new_id("notice"), caller.company, user, stored_text(message, "message", 1000),
         stored_text(url, "url", 1000), unit.now_us()});
    unit.commit();
  });
}

}  // namespace

void fill_table(erp_ui& table) {
  table.sync_menus = sync_menus;
  table.sync_parts = sync_parts;
  table.set_badge = set_badge;
  table.notify = notify;
}

}  // namespace erp::host
