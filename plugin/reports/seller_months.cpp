// SPDX-License-Identifier: Apache-2.0
#include "reports/seller_months.h"

#include <algorithm>
#include <optional>

#include "store/pipeline_rollup.h"

namespace sales_leads::reports {

SellerMonths mixed_months(const Context& context) {
  SellerMonths mixed;
  const auto note = [&](Id employee, std::int64_t first_day) {
    const auto day = static_cast<domain::Day>(first_day);
    if (domain::civil_date(day).day != 1) mixed.emplace(employee, store::month_number(day));
  };
  for (auto& [employee, from, to] : context.session.query<Id, std::int64_t, std::optional<std::int64_t>>(
           "select m.employee_id, m.from_date, m.to_date from sl_group_member m join sl_group g on g.id = m.group_id "
           "where m.company_id = :company and g.kind = 'sales'",
           {{"company", context.company}})) {
    note(employee, from);
    if (to) note(employee, *to + 1);
  }
  return mixed;
}

domain::Day first_of(std::int64_t month) {
  return *domain::day_of({static_cast<std::int32_t>(month / 100), static_cast<std::int32_t>(month % 100), 1});
}

std::pair<domain::Day, domain::Day> days_of(const SellerMonths& months) {
  std::int64_t first = INT64_MAX, last = 0;
  for (const auto& [seller, month] : months) {
    first = std::min(first, month);
    last = std::max(last, month);
  }
  return {first_of(first), domain::add_months(first_of(last), 1) - 1};
}

std::vector<Id> sellers_of(const SellerMonths& months) {
  std::set<Id> sellers;
  for (const auto& [seller, month] : months) sellers.insert(seller);
  return {sellers.begin(), sellers.end()};
}

}  // namespace sales_leads::reports
