// SPDX-License-Identifier: Apache-2.0
//
// What the module declares of its pages is whole: every text there, every list with its entity.
#include "actions/view_files.h"

#include <gmock/gmock.h>

#include "services/list_catalog.h"

namespace sales_leads {
namespace {

using testing::IsEmpty;

const DeclaredViews& declared() {
  static const DeclaredViews views = actions::load_views(std::string(PROJECT_DIR) + "/schemas");
  return views;
}

TEST(ViewFiles, EveryTextStandsInThreeLanguages) { EXPECT_THAT(declared().missing_texts(), IsEmpty()); }

TEST(ViewFiles, EveryListHasItsEntityAndItsTypes) {
  const services::ListCatalog catalog(declared());
  EXPECT_GT(catalog.all().size(), 25U);
  for (const auto& [name, table] : catalog.all()) {
    for (const auto& column : table.list.columns) {
      EXPECT_EQ(column.type == lists::Type::ref, !column.other.empty() && column.type != lists::Type::money)
          << name << "." << column.name << ": a reference has a title, and nothing else has";
    }
    EXPECT_TRUE(table.list.default_sort.ends_with("id") ||
                table.list.find(table.list.default_sort[0] == '-' ? table.list.default_sort.substr(1)
                                                                  : table.list.default_sort) != nullptr)
        << name;
  }
}

TEST(ViewFiles, EveryViewOfAListNamesOneThatIsThere) {
  const services::ListCatalog catalog(declared());
  for (const auto& [id, view] : declared().views()) {
    const auto* source = view.if_contains("source");
    if (source == nullptr) continue;
    EXPECT_NE(catalog.find(source->at("list").as_string()), nullptr) << id;
  }
}

}  // namespace
}  // namespace sales_leads
