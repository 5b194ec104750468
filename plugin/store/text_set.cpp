// SPDX-License-Identifier: Apache-2.0
#include "store/text_set.h"

#include <array>
#include <cstdio>

namespace sales_leads::store {

std::string in_texts(const Session& session, const std::string& expression, const std::string& param) {
  return session.backend() == Backend::postgresql ? expression + " = any(cast(:" + param + " as text[]))"
                                                  : expression + " in (select value from json_each(:" + param + "))";
}

std::string texts_text(const Session& session, const std::vector<std::string>& texts) {
  const bool array = session.backend() == Backend::postgresql;
  std::string out(array ? "{" : "[");
  for (const auto& text : texts) {
    out += out.size() == 1 ? "\"" : ",\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      if (!array && static_cast<unsigned char>(c) < 0x20U) {
        std::array<char, 8> escaped{};
        std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
        out += escaped.data();
      } else {
        out += c;
      }
    }
    out += '"';
  }
  return out + (array ? "}" : "]");
}

}  // namespace sales_leads::store
