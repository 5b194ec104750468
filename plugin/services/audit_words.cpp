// SPDX-License-Identifier: Apache-2.0
#include "services/audit_words.h"

#include <sstream>

namespace sales_leads::services {

std::string audit_detail(const DeclaredViews& views, const std::string& language, const std::string& entity,
                         const std::string& detail) {
  std::string out;
  std::istringstream words(detail);
  bool named = false;
  for (std::string word; words >> word;) {
    if (named && word.find_first_not_of("0123456789") == std::string::npos) {  // which one
      out += " " + word;
      continue;
    }
    const auto name = views.named(entity, word, language);
    named = name.has_value();
    if (name) out += (out.empty() ? "" : ", ") + *name;
  }
  return out;
}

}  // namespace sales_leads::services
