// SPDX-License-Identifier: Apache-2.0
#include "services/list_catalog.h"

#include "host/host.h"

namespace sales_leads::services {
namespace json = boost::json;
namespace {

[[noreturn]] void unfit(const std::string& what) {
  throw Failure(Code::data_loss, "declarations.lists", what + "; install the module anew.");
}

}  // namespace

ListCatalog::ListCatalog(const DeclaredViews& views) : views_(views) {
  for (store::ListTable& table : store::list_tables()) {
    const std::string name = table.list.name;
    const auto entity = views.entities().find(name);
    if (entity == views.entities().end()) unfit("The list " + name + " has no entity");
    try {
      lists::complete(table.list, entity->second);
    } catch (const std::exception& error) {
      unfit(error.what());
    }
    tables_.emplace(name, std::move(table));
  }
}

const store::ListTable* ListCatalog::find(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace sales_leads::services
