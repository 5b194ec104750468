// SPDX-License-Identifier: Apache-2.0
#include "services/budget_selection.h"

#include <charconv>

#include "host/refusal.h"
#include "services/group_members.h"
#include "store/directory_store.h"

namespace sales_leads::services {
namespace {

/// "12", "12:3", "12:0"; whether a type is named.
bool read_key(const std::string& text, BudgetKey& key) {
  const std::size_t colon = text.find(':');
  const auto number = [](std::string_view digits, Id& into) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  const std::string_view view(text);
  if (!number(view.substr(0, colon), key.employee)) key.employee = 0;
  if (colon == std::string::npos) return false;
  if (!number(view.substr(colon + 1), key.type)) key.employee = 0;
  return true;
}

}  // namespace

std::set<Id> BudgetSelection::employees(const Input& input) {
  const auto& months = sheet_.months();
  const domain::Day first = months.front(), last = domain::add_months(months.back(), 1) - 1;
  const auto& members = sheet_.members();
  const Scope& sees = use_case_.caller.sees;
  if (const auto* named = input.array("employees")) {
    std::set<Id> chosen;
    for (const auto& value : *named) {
      const Id employee = references_.employee(value, "employees");
      if (!sees.covers(employee)) throw Refusal(Code::not_found, "reference.not_found", "employees", shown(value));
      const auto at = sheet_.rows().lower_bound({employee, 0});
      const bool has_row = at != sheet_.rows().end() && at->first.employee == employee;
      if (!has_row && !members.is_member(employee, first, last)) {
        throw Refusal(Code::invalid_argument, "budget.employee.no_seller", "employees", shown(value),
                      {{"year", std::to_string(sheet_.budget().year)}});
      }
      chosen.insert(employee);
    }
    return chosen;
  }
  std::set<Id> found;
  if (input.has("group")) {
    const auto& group = pick_group(members.groups(), *input.find("group"), "group", true);
    if (group.kind != "sales" && members.members(first, last, members.with_below(group.id)).empty()) {
      throw Refusal(Code::invalid_argument, "budget.group.standard", "group", group.title);
    }
    found = members.members(first, last, members.with_below(group.id));
  } else {
    found = members.members(first, last);
    // Who left the groups keeps what was planned.
    for (const auto& [key, row] : sheet_.rows()) found.insert(key.employee);
  }
  std::erase_if(found, [&](Id employee) { return !sees.covers(employee); });
  return found;
}

BudgetKey BudgetSelection::key(const Input& input) {
  BudgetKey key;
  bool typed = false;
  std::string written;
  if (input.has("row")) {
    written = *input.text("row");
    typed = read_key(written, key);
    if (key.employee <= 0 || key.type < 0) {
      throw Refusal(Code::invalid_argument, "budget.row.invalid", "row", written, {{"expected", "12 | 12:3"}});
    }
    (void)references_.employee(json::value(key.employee), "row");
    if (key.type != 0) (void)references_.any_entry("type", json::value(key.type));
  } else {
    if (!input.has("employee")) throw Refusal(Code::invalid_argument, "budget.employee.missing", "employee");
    written = shown(*input.find("employee"));
    key.employee = references_.employee(*input.find("employee"), "employee");
    typed = input.names("type");
    if (input.has("type")) key.type = references_.entry("type", *input.find("type"), 0);
  }
  if (!typed && sheet_.is_split(key.employee)) {
    throw Refusal(Code::invalid_argument, "budget.row.split", input.has("row") ? "row" : "type", written);
  }
  return key;
}

std::map<Id, EmployeeName> names_of(UseCase& use_case, const std::set<Id>& employees) {
  std::map<Id, EmployeeName> names;
  for (auto& entry : store::DirectoryStore(use_case.session, use_case.company())
                         .by_ids(store::DirectoryKind::employee, {employees.begin(), employees.end()})) {
    names[entry.id] = {std::move(entry.number), std::move(entry.name)};
  }
  return names;
}

}  // namespace sales_leads::services
