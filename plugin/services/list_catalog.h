// SPDX-License-Identifier: Apache-2.0
//
// What can be listed: the SQL of store/list_tables with what schemas/entities says of each field.
//
// Threads: immutable after the constructor, any thread. Errors: Failure(data_loss) where the two do not fit.
#pragma once

#include <map>
#include <string>

#include "host/declared.h"
#include "store/list_tables.h"

namespace sales_leads::services {

class ListCatalog {
 public:
  explicit ListCatalog(const DeclaredViews& views);
  /// Null when there is no such list.
  [[nodiscard]] const store::ListTable* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, store::ListTable, std::less<>>& all() const { return tables_; }
  [[nodiscard]] const DeclaredViews& views() const { return views_; }

 private:
  const DeclaredViews& views_;
  std::map<std::string, store::ListTable, std::less<>> tables_;
};

}  // namespace sales_leads::services
