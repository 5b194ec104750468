// SPDX-License-Identifier: Apache-2.0
#include "services/access.h"

#include <sodium.h>

#include <array>

#include "services/input.h"

namespace erp::host::access {

namespace {

constexpr std::int64_t kSessionUs = 12LL * 3600 * 1'000'000;

std::string hex(const unsigned char* data, std::size_t size) {
  std::string out(size * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), data, size);
  out.pop_back();
  return out;
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, crypto_generichash_BYTES> out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     nullptr, 0);
  return hex(out.data(), out.size());
}

bool verify(const std::string& hash, std::string_view password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace

bool may(Db& db, const Caller& caller, std::string_view permission) {
  if (caller.kind == ERP_ACTOR_OPERATOR) return true;
  if (caller.kind != ERP_ACTOR_USER) return false;
  return db
      .row<std::int64_t>(
          "select p.granted from host_user_role r join host_role_permission p on p.role = r.role join host_user u on "
          "u.id = "
          "r.user_id where r.user_id = ? and r.company_id = ? and p.permission = ? and p.granted = 1 and u.state = "
          "'active' "
          "limit 1",
          {caller.user, caller.company, permission})
      .has_value();
}

void require(Db& db, const Caller& caller, std::string_view permission) {
  if (may(db, caller, permission)) return;
  refuse(ERP_PERMISSION, "permission.denied",
         "This needs the permission " + std::string(permission) + ". Ask an administrator for a role that grants it.");
}

void grant_defaults(Db& db, const std::map<std::string, std::vector<std::string>>& by_role) {
  for (const auto& [role, permissions] : by_role) {
    if (!db.row<std::string>("select name from host_role where name = ?", {role})) continue;
    for (const std::string& permission : permissions) {
      db.exec(
          "insert into host_role_permission (role, permission, granted) values (?, ?, 1) on conflict (role, "
          "permission) do nothing",
          {role, permission});
    }
  }
}

std::string hash_password(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    refuse(ERP_UNAVAILABLE, "user.password.memory", "There is not enough memory to hash the password. Try again.");
  }
  return out.data();
}

std::optional<std::int64_t> authenticate(Db& db, std::string_view login, std::string_view password) {
  static const std::string nobody = hash_password("nobody has this password");
  const auto found = db.row<std::int64_t, std::string>(
      "select id, password_hash from host_user where login = ? and state = 'active'", {login});
  const bool right = verify(found ? std::get<1>(*found) : nobody, password);
  if (!found || !right) return std::nullopt;
  return std::get<0>(*found);
}

std::string start_session(Db& db, std::int64_t user, std::int64_t now_us) {
  std::array<unsigned char, 32> random{};
  randombytes_buf(random.data(), random.size());
  const std::string token = hex(random.data(), random.size());
  Transaction transaction(db, Transaction::Mode::write);
  const auto company =
      db.row<std::int64_t>("select company_id from host_user where id = ? and state = 'active'", {user});
  if (!company) refuse(ERP_NOT_FOUND, "user.not_found", "There is no active user " + std::to_string(user) + ".");
  db.exec("delete from host_session where expires_at <= ?", {now_us});
  db.exec("insert into host_session (token_hash, user_id, company_id, created_at, expires_at) values (?, ?, ?, ?, ?)",
          {token_hash(token), user, std::get<0>(*company), now_us, now_us + kSessionUs});
  transaction.commit();
  return token;
}

std::optional<Caller> session_caller(Db& db, std::string_view token, std::int64_t now_us) {
  const auto found = db.row<std::int64_t, std::int64_t>(
      "select s.user_id, s.company_id from host_session s join host_user u on u.id = s.user_id where s.token_hash = ? "
      "and "
      "s.expires_at > ? and u.state = 'active'",
      {token_hash(token), now_us});
  if (!found) return std::nullopt;
  Caller caller;
  caller.kind = ERP_ACTOR_USER;
  std::tie(caller.user, caller.company) = *found;
  return caller;
}

void end_session(Db& db, std::string_view token) {
  db.exec("delete from host_session where token_hash = ?", {token_hash(token)});
}

std::optional<std::int64_t> user_of_login(Db& db, std::string_view login) {
  const auto found = db.row<std::int64_t>("select id from host_user where login = ? and state = 'active'", {login});
  return found ? std::optional(std::get<0>(*found)) : std::nullopt;
}

}  // namespace erp::host::access
