// SPDX-License-Identifier: Apache-2.0
#include "services/requests.h"

#include <sodium.h>

#include <array>

namespace erp::host {

namespace {

constexpr std::int64_t kKeepUs = 24LL * 3600 * 1'000'000;

/// Of the input, so that neither texts nor passwords are kept.
std::string fingerprint(const json::object& input) {
  const std::string text = json::serialize(input);
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

}  // namespace

std::optional<json::value> earlier_answer(Unit& unit, const std::string& scope, const std::string& request,
                                          const json::object& input) {
  if (unit.db().postgresql()) {
    // Two copies of one request at once: the second waits here for the first one's answer.
    unit.db().rows<std::int64_t>(
        "select cast(1 as bigint) from (select pg_advisory_xact_lock(hashtextextended(cast(? as text), 0))) locked",
        {std::to_string(unit.company_id()) + "/" + scope + "/" + request});
  }
  const auto found = unit.db().row<std::string, std::string, std::int64_t>(
      "select fingerprint, answer, created_at from host_request where company_id = ? and scope = ? and request_id = ?",
      {unit.company_id(), scope, request});
  if (!found) return std::nullopt;
  const auto& [print, answer, created_at] = *found;
  if (created_at < unit.now_us() - kKeepUs) return std::nullopt;
  if (print != fingerprint(input)) {
    refuse(ERP_CONFLICT, "request_id.reused",
           "request_id \"" + request + "\" was used for another " + scope + ". Give a new one to each new request.");
  }
  return json::parse(answer);
}

void keep_answer(Unit& unit, const std::string& scope, const std::string& request, const json::object& input,
                 const json::value& answer) {
  unit.db().exec("delete from host_request where company_id = ? and created_at < ?",
                 {unit.company_id(), unit.now_us() - kKeepUs});
  unit.db().exec(
      "insert into host_request (company_id, scope, request_id, fingerprint, answer, created_at) values (?, ?, ?, ?, "
      "?, ?)",
      {unit.company_id(), scope, request, fingerprint(input), json::serialize(answer), unit.now_us()});
}

}  // namespace erp::host
