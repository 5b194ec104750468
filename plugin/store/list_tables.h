// SPDX-License-Identifier: Apache-2.0
//
// The lists that can be asked for by list.query: their SQL, column by column. What a column is (its type, who may see
// it) stands in schemas/entities; services/list_catalog puts both together.
//
// Threads: values. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "host/declared.h"

namespace sales_leads::store {

/// Whose rows a caller sees: everybody's; those of the opportunity `o`; of the lead `d`; of the lead `d` where there is
/// one; of either, by `t.entity`.
enum class ListScope { everybody, opportunity, lead, lead_member, either };

struct ListTable {
  lists::List list;
  ListScope scope = ListScope::everybody;
};

/// Stands in a list's SQL for the last ledger row that is in the sums of sales; ":company" beside it for the company.
inline constexpr const char* kInSalesSums = ":in_sales_sums";

/// Every list of the module. "{lang}" stands for en, sv or nb, "{today}" for the company's day as a number.
[[nodiscard]] std::vector<ListTable> list_tables();

// Its parts, one file each.
[[nodiscard]] std::vector<ListTable> opportunity_tables();
[[nodiscard]] std::vector<ListTable> campaign_tables();
[[nodiscard]] std::vector<ListTable> settings_tables();
[[nodiscard]] std::vector<ListTable> document_tables();

}  // namespace sales_leads::store
