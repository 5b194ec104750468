// SPDX-License-Identifier: Apache-2.0
#include "database/module_role.h"

#include <sodium.h>

#include <array>

#include "app.h"
#include "database/conninfo.h"

namespace erp::host {

namespace {

constexpr std::string_view kViews =
    "erp_company, erp_customer, erp_contact, erp_project, erp_employee, erp_currency_rate, erp_order, erp_order_line, "
    "erp_invoice, erp_invoice_line, erp_invoice_line_source, erp_document_ref, erp_event";
constexpr std::size_t kLongestName = 63;

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string out(bytes * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  out.pop_back();
  return out;
}

/// "sales_leads" -> "sl_".
std::string prefix_of(const std::string& module) {
  std::string out;
  bool first = true;
  for (const char c : module) {
    if (first) out += c;
    first = c == '_';
  }
  return out + "_";
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

/// Everything in the schema becomes the role's: in a copy of the database under another name, and in one that was put
/// back from a dump, it belongs to somebody else.
void hand_over(Db& db, const std::string& role, const std::string& schema) {
  const std::string quoted_role = "\"" + role + "\"";
  db.run_once("alter schema \"" + schema + "\" owner to " + quoted_role);
  const auto others = db.rows<std::string, std::string>(
      "select cast(c.relname as text), case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else "
      "'table' "
      "end from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid <> c.relowner where "
      "n.nspname = ? and r.rolname = ? and c.relkind in ('r', 'p', 'v', 'm') order by c.relname",
      {schema, role});
  for (const auto& [name, kind] : others) {
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    db.run_once("alter " + kind + " \"" + schema + "\"." + quoted + "\" owner to " + quoted_role);
  }
}

/// Roles and schemas are named in statements that take no parameters: every name is checked to be plain, the password
/// is hexadecimal digits of our own making.
void provide(Db& db, const std::string& role, const std::string& schema, const std::string& password,
             bool set_password) {
  // The module logs in next, through an address that may name a standby first: libpq tries no other machine when one
  // says that there is no such role.
  db.run_once("set local synchronous_commit = remote_apply");
  const std::string quoted = "\"" + role + "\"";
  if (!db.row<std::int64_t>("select cast(1 as bigint) from pg_roles where rolname = ?", {role})) {
    db.run_once("create role " + quoted + " login nosuperuser nocreatedb nocreaterole noinherit password '" + password +
                "'");
  } else if (set_password) {
    db.run_once("alter role " + quoted + " login password '" + password + "'");
  }
  const bool superuser =
      db.row<std::int64_t>("select cast(1 as bigint) from pg_roles where rolname = current_user and rolsuper")
          .has_value();
  // Who is no superuser must be a member to make a schema for the role.
  if (!superuser) db.run_once("grant " + quoted + " to current_user");
  db.run_once("create schema if not exists \"" + schema + "\" authorization " + quoted);
  hand_over(db, role, schema);
  db.run_once("revoke create on schema public from public");
  db.run_once("grant usage on schema public to " + quoted);
  db.run_once("grant select on " + std::string(kViews) + " to " + quoted);
  const auto database = db.value<std::string>("select cast(current_database() as text)");
  std::string quoted_database = "\"";
  for (const char c : database) quoted_database += c == '"' ? std::string("\"\"") : std::string(1, c);
  db.run_once("alter role " + quoted + " in database " + quoted_database + "\" set search_path = \"" + schema +
              "\", public");
}

/// Whether there is nothing to do: the usual start.
bool is_provided(Db& db, const std::string& role, const std::string& schema) {
  return db
      .row<std::int64_t>(
          "select cast(1 as bigint) from pg_roles r join pg_namespace n on n.nspowner = r.oid where r.rolname = ? and "
          "n.nspname = ? and has_table_privilege(r.oid, 'public.erp_event', 'select')",
          {role, schema})
      .has_value();
}

}  // namespace

std::string module_role_name(const std::string& module, const std::string& database) {
  std::string name = module + "_";
  for (const char c : database) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    name += plain ? c : '_';
  }
  if (name == module + "_" + database && name.size() <= kLongestName) return name;
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(database.data()), database.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return name.substr(0, kLongestName - 9) + "_" + std::string(hex.data(), 8);
}

ModuleAccess prepare_module_access(Db& db, const DatabaseAddress& address, const std::string& module) {
  if (!db.postgresql()) return {address.connection, "", prefix_of(module)};
  if (!is_plain_name(module)) {
    throw HostError(ERP_INVALID_ARGUMENT, "module.id.invalid", "Module id \"" + module + "\" cannot name a schema.");
  }
  Transaction transaction(db, Transaction::Mode::write);
  const std::string role = module_role_name(module, db.value<std::string>("select cast(current_database() as text)"));
  db.run_once("select pg_advisory_xact_lock(7310572)");
  auto known = db.row<std::string, std::string>("select role_name, password from host_module_role where module_id = ?",
                                                {module});
  const bool fresh =
      !known || std::get<0>(*known) != role;  // a copy of the database under another name needs its own role
  if (fresh) {
    known.emplace(role, random_hex(24));
    db.exec(
        "insert into host_module_role (module_id, role_name, password) values (?, ?, ?) on conflict (module_id) do "
        "update "
        "set role_name = excluded.role_name, password = excluded.password",
        {module, role, std::get<1>(*known)});
  }
  if (fresh || !is_provided(db, role, module)) {
    try {
      provide(db, role, module, std::get<1>(*known), fresh);
    } catch (const HostError& error) {
      throw HostError(ERP_PERMISSION, "database.role",
                      "The host cannot make the database role " + role + " for module " + module + ": " + error.what() +
                          ". Give the host's role CREATEROLE and ownership of the database.");
    }
  }
  transaction.commit();
  return {conninfo_as(address.connection, role, std::get<1>(*known)), module, ""};
}

}  // namespace erp::host
