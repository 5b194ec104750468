// SPDX-License-Identifier: Apache-2.0
#include "services/me.h"

#include "erp/lists_days.hpp"
#include "services/access.h"
#include "services/input.h"

namespace erp::host {

boost::json::object who_am_i(Unit& unit) {
  const Company& company = unit.company();
  json::object user{{"id", unit.caller().user}, {"login", ""}, {"name", ""}, {"employee", nullptr}};
  if (const auto found = unit.db().row<std::string, std::string, std::optional<std::int64_t>>(
          "select login, name, employee_id from host_user where id = ?", {unit.caller().user})) {
    user["login"] = std::get<0>(*found);
    user["name"] = std::get<1>(*found);
    user["employee"] = optional_json(std::get<2>(*found));
  }
  json::object currencies;
  const auto add = [&](const std::string& code) {
    if (!code.empty() && !currencies.contains(code)) currencies[code] = currency_exponent(code).value_or(2);
  };
  add(company.currency);
  for (const auto& [code] : unit.db().rows<std::string>(
           "select distinct currency from host_currency_rate where company_id = ? order by currency", {company.id})) {
    add(code);
  }
  json::array permissions;
  for (const auto& [name] : unit.db().rows<std::string>(
           "select distinct permission from host_role_permission where granted = 1 order by permission")) {
    if (access::may(unit.db(), unit.caller(), name)) permissions.emplace_back(name);
  }
  return {{"schema", "1.0"},
          {"user", std::move(user)},
          {"company", json::object{{"id", company.id},
                                   {"name", company.name},
                                   {"currency", company.currency},
                                   {"time_zone", company.time_zone},
                                   {"fiscal_year_start_month", company.fiscal_year_start_month}}},
          {"currencies", std::move(currencies)},
          {"today", sdk::lists::day_text(unit.zone().day_of(unit.now_us()))},
          {"language", unit.caller().locale.substr(0, 2)},
          {"languages", json::array{"sv", "nb", "en"}},
          {"permissions", std::move(permissions)},
          {"search", json::array{"customer", "opportunity", "lead", "campaign", "project", "order", "invoice"}}};
}

}  // namespace erp::host
