// SPDX-License-Identifier: Apache-2.0
//
// How an answer is packed. The library reads the choice from the request and packs by itself: where a browser takes
// brotli, with it at its slowest level (60 KB take a quarter of a second, with gzip a few milliseconds). So the choice
// is taken away there.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace erp::host::http {

[[nodiscard]] inline bool takes_brotli(const httplib::Request& request) {
  const std::string accepted = request.get_header_value("Accept-Encoding");
  for (std::string_view rest = accepted; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string one;
    for (const char c : rest.substr(0, end)) {
      if (c != ' ' && c != '\t') one += c;
    }
    if (one == "br") return true;
    if (one.starts_with("br;q=")) return one.find_first_of("123456789") != std::string::npos;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

/// The library packs nothing, or by gzip where that is taken.
inline void let_pack(const httplib::Request& request, bool gzip) {
  auto& headers = const_cast<httplib::Request&>(request).headers;  // the library's own request, which is not const
  const auto accepted = headers.find("Accept-Encoding");
  if (accepted == headers.end()) return;
  accepted->second = gzip && accepted->second.find("gzip") != std::string::npos ? "gzip" : "identity";
}

}  // namespace erp::host::http
