// SPDX-License-Identifier: Apache-2.0
#include "services/records.h"

#include "services/input.h"

namespace erp::host {

namespace {

struct Series {
  std::string_view name, table, prefix;
};
constexpr Series kSeries[] = {{"customer", "host_customer", "C"},  {"project", "host_project", "P"},
                              {"employee", "host_employee", "E"},  {"product", "host_product", "A"},
                              {"order", "host_order", "O"},        {"invoice", "host_invoice", "I"},
                              {"credit_note", "host_invoice", "K"}};
constexpr std::int64_t kFirstNumber = 1001;

bool taken(Unit& unit, std::string_view table, const std::string& number) {
  return unit.db()
      .row<std::int64_t>("select id from " + std::string(table) + " where company_id = ? and number = ?",
                         {unit.company_id(), number})
      .has_value();
}

[[noreturn]] void unknown(std::string_view entity, std::int64_t id, std::string_view field, std::string_view remedy) {
  refuse(ERP_NOT_FOUND, std::string(entity) + ".not_found",
         std::string(field) + " " + std::to_string(id) + ": there is no such " + std::string(entity) +
             " in this company. " + std::string(remedy));
}

}  // namespace

std::int64_t usable_customer(Unit& unit, std::int64_t id, std::string_view field) {
  const auto found = unit.db().row<std::string, std::optional<std::int64_t>>(
      "select state, merged_into from host_customer where id = ? and company_id = ?", {id, unit.company_id()});
  if (!found) unknown("customer", id, field, "See customer.list.");
  const auto& [state, merged_into] = *found;
  if (merged_into) return usable_customer(unit, *merged_into, field);
  if (state != "active") {
    refuse(ERP_WRONG_STATE, "customer.deleted",
           std::string(field) + " " + std::to_string(id) + " is deleted. Choose another customer.");
  }
  return id;
}

void require_project(Unit& unit, std::int64_t id, std::string_view field) {
  const auto found = unit.db().row<std::string>("select state from host_project where id = ? and company_id = ?",
                                                {id, unit.company_id()});
  if (!found || std::get<0>(*found) == "deleted") unknown("project", id, field, "See project.list.");
}

void require_employee(Unit& unit, std::int64_t id, std::string_view field) {
  const auto found = unit.db().row<std::string>("select state from host_employee where id = ? and company_id = ?",
                                                {id, unit.company_id()});
  if (!found || std::get<0>(*found) == "deleted") unknown("employee", id, field, "See employee.list.");
}

std::string number_for(Unit& unit, std::string_view series, const std::optional<std::string>& given) {
  const Series* found = nullptr;
  for (const Series& one : kSeries) {
    if (one.name == series) found = &one;
  }
  if (found == nullptr) refuse(ERP_INTERNAL, "number.series", "Unknown number series " + std::string(series) + ".");
  if (given && !given->empty()) {
    if (taken(unit, found->table, *given)) {
      refuse(ERP_CONFLICT, std::string(series) + ".number.taken",
             "number \"" + *given + "\" is taken by another " + std::string(series) +
                 " of this company. Leave number out to get the next free one, or give another.");
    }
    return *given;
  }
  for (;;) {
    const auto next = unit.db().value<std::int64_t>(
        "insert into host_number_series (company_id, series, next_number) values (?, ?, ?) on conflict (company_id, "
        "series) "
        "do update set next_number = host_number_series.next_number + 1 returning next_number",
        {unit.company_id(), series, kFirstNumber});
    std::string number = std::string(found->prefix) + std::to_string(next);
    if (!taken(unit, found->table, number)) return number;
  }
}

std::optional<std::int64_t> employee_of_caller(Unit& unit) {
  if (unit.caller().kind != ERP_ACTOR_USER) return std::nullopt;
  const auto found = unit.db().row<std::optional<std::int64_t>>("select employee_id from host_user where id = ?",
                                                                {unit.caller().user});
  return found ? std::get<0>(*found) : std::nullopt;
}

}  // namespace erp::host
