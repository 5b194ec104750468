// SPDX-License-Identifier: Apache-2.0
//
// How the tables of lists say their columns in one line each.
//
// Threads: pure. Errors: none.
#pragma once

#include <string>

#include "store/list_tables.h"

namespace sales_leads::store {

/// A reference: its id, and the SQL of its title with the join that this needs. 0 is none.
inline lists::Column ref(const char* name, const std::string& value, const std::string& title, const char* join) {
  return {.name = name, .value = value, .other = title, .other_join = join, .zero_is_none = true};
}
/// Name or number of the customer that `alias` stands for: its own, unless it was merged into another one.
inline std::string customer_text(const std::string& alias, const std::string& column) {
  return "coalesce(case when " + alias + ".merged_into is null then " + alias + "." + column + " else (select s." +
         column + " from erp_customer s where s.company_id = " + alias + ".company_id and s.id = " + alias +
         ".merged_into) end, '')";
}
/// A reference to a customer, read through the host's map of merged ones.
inline lists::Column customer_ref(const std::string& value, const std::string& alias) {
  lists::Column column = ref("customer", value, customer_text(alias, "name"), alias.c_str());
  column.shown = "coalesce(" + alias + ".merged_into, " + value + ")";
  return column;
}
/// Minor units; an empty currency is the company's.
inline lists::Column money(const char* name, const std::string& value, const char* currency) {
  return {.name = name, .value = value, .other = currency};
}
inline lists::Column plain(const char* name, const std::string& value, const char* join = "") {
  return {.name = name, .value = value, .join = join};
}
inline lists::Join employee_join(const std::string& alias, const std::string& id, const std::string& table = "t") {
  return {alias, "left join erp_employee " + alias + " on " + alias + ".company_id = " + table + ".company_id and " +
                     alias + ".id = " + id};
}
/// Who changed it last: the employee of that user.
inline lists::Join changed_join(const std::string& table = "t") {
  return {"cb", "left join erp_employee cb on cb.company_id = " + table + ".company_id and cb.user_id = " + table +
                    ".changed_by and " + table + ".changed_by <> 0"};
}
inline lists::Column changed_by(const std::string& table = "t") {
  return ref("changed_by", table + ".changed_by", "coalesce(cb.name, '')", "cb");
}

}  // namespace sales_leads::store
