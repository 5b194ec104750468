// SPDX-License-Identifier: Apache-2.0
//
// What a renderer in the browser begins with: who is logged in, which pages there are, and one page with the caller's
// rights applied. Views come with an ETag, since a browser asks for the same ones again and again.
#include <sodium.h>

#include <array>

#include "http/state.h"

namespace erp::host::http {
namespace {

std::string tag_of(const std::string& body) {
  std::array<unsigned char, 16> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(body.data()), body.size(),
                     nullptr, 0);
  std::array<char, 33> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return "\"" + std::string(hex.data()) + "\"";
}

/// The tag of the request may be a weak one, or several.
bool is_known(const Request& request, const std::string& tag) {
  return request.get_header_value("If-None-Match").find(tag) != std::string::npos;
}

void answer_tagged(const Request& request, Response& response, const boost::json::value& value) {
  const std::string body = boost::json::serialize(value);
  const std::string tag = tag_of(body);
  if (is_known(request, tag)) {
    response.status = 304;
  } else {
    set_json(response, body);
  }
  response.set_header("ETag", tag);
  response.headers.erase("Cache-Control");
  response.set_header("Cache-Control", "private, no-cache");  // kept, and asked about
}

}  // namespace

void add_view_routes(State& state) {
  state.http.Get("/api/me", [&state](const Request& request, Response& response) {
    if (const auto caller = api_caller(state, request, response))
      set_json(response, boost::json::serialize(state.app.me(*caller)));
  });
  state.http.Get("/api/views", [&state](const Request& request, Response& response) {
    if (const auto caller = api_caller(state, request, response))
      answer_tagged(request, response, state.app.views(*caller));
  });
  state.http.Get(R"(/api/views/([A-Za-z0-9_.\-]+))", [&state](const Request& request, Response& response) {
    const auto caller = api_caller(state, request, response);
    if (caller) answer_tagged(request, response, state.app.view(*caller, request.matches[1].str()));
  });
}

}  // namespace erp::host::http
