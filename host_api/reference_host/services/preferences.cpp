// SPDX-License-Identifier: Apache-2.0
#include "services/preferences.h"

#include "services/access.h"
#include "services/input.h"

namespace erp::host::preferences {

namespace {

constexpr std::size_t kKeyBytesMost = 200, kValueBytesMost = 64 * 1024;
constexpr std::int64_t kKeysMost = 500;

void check_key(const std::string& key) {
  if (!key.empty() && key.size() <= kKeyBytesMost) return;
  refuse(
      ERP_INVALID_ARGUMENT, "preference.key.invalid",
      "key must have 1 to " + std::to_string(kKeyBytesMost) + " characters. Give one, such as view.opportunity.list.");
}

}  // namespace

json::object read(Unit& unit, const std::string& key) {
  check_key(key);
  json::value own;
  if (const auto found = unit.db().row<std::string>(
          "select value from host_preference where company_id = ? and user_id = ? and name = ?",
          {unit.company_id(), unit.caller().user, key})) {
    own = json::parse(std::get<0>(*found));
  }
  json::array shared;
  for (auto& [user, name, value] : unit.db().rows<std::int64_t, std::optional<std::string>, std::string>(
           "select p.user_id, u.name, p.value from host_preference p left join host_user u on u.id = p.user_id where "
           "p.company_id = ? and p.name = ? and p.shared = 1 and p.user_id <> ? order by p.user_id limit 50",
           {unit.company_id(), key, unit.caller().user})) {
    shared.push_back(json::object{{"user", user}, {"name", optional_json(name)}, {"value", json::parse(value)}});
  }
  return {{"key", key}, {"value", std::move(own)}, {"shared", std::move(shared)}};
}

json::object write(Unit& unit, const json::object& input) {
  const std::string key = required_text(input, "key");
  check_key(key);
  const json::value* value = field(input, "value");
  const bool shared = flag_of(input, "shared").value_or(false);
  if (shared) access::require(unit.db(), unit.caller(), "host.preference.share");
  const Args place{unit.company_id(), unit.caller().user, key};
  if (value == nullptr) {
    unit.db().exec("delete from host_preference where company_id = ? and user_id = ? and name = ?", place);
    return {{"key", key}};
  }
  const std::string text = json::serialize(*value);
  if (text.size() > kValueBytesMost) {
    refuse(ERP_LIMIT, "preference.value.too_large",
           "value is larger than " + std::to_string(kValueBytesMost / 1024) + " KiB. Keep less in it.");
  }
  const auto kept = unit.db().value<std::int64_t>(
      "select count(*) from host_preference where company_id = ? and user_id = ? and name <> ?", place);
  if (kept >= kKeysMost) {
    refuse(ERP_LIMIT, "preference.too_many",
           "There are " + std::to_string(kept) + " settings already. Remove one that is no longer used.");
  }
  unit.db().exec(
      "insert into host_preference (company_id, user_id, name, value, shared, changed_at) values (?, ?, ?, ?, ?, ?) on "
      "conflict (company_id, user_id, name) do update set value = excluded.value, shared = excluded.shared, changed_at "
      "= excluded.changed_at",
      {unit.company_id(), unit.caller().user, key, text, shared, unit.now_us()});
  return {{"key", key}, {"shared", shared}};
}

}  // namespace erp::host::preferences
