// SPDX-License-Identifier: Apache-2.0
//
// Which document of the host: kind and id. Credit notes are invoices.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "domain/attribution/attribution.h"

namespace sales_leads::store {

struct DocumentKey {
  domain::DocumentKind kind = domain::DocumentKind::order;
  domain::Id id = 0;
  friend auto operator<=>(const DocumentKey&, const DocumentKey&) = default;
};

inline std::string kind_text(domain::DocumentKind kind) {
  return kind == domain::DocumentKind::order ? "order" : "invoice";
}
inline domain::DocumentKind kind_of(std::string_view text) {
  return text == "order" ? domain::DocumentKind::order : domain::DocumentKind::invoice;
}

}  // namespace sales_leads::store
