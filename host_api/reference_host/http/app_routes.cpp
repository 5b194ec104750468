// SPDX-License-Identifier: Apache-2.0
//
// The stock renderer: its page at /app and everything below, its files at /app/assets. They travel inside the program.
// Files whose name holds a hash of their text are kept by the browser for good; the few others are asked about each
// time.
#include <sodium.h>

#include <array>
#include <map>

#include "http/packing.h"
#include "http/state.h"
#include "web/renderer_files.h"

namespace erp::host::http {
namespace {

struct File {
  std::string_view text, packed;
  const char* type;
  std::string tag;
  bool for_good;
};

const char* type_of(std::string_view name) {
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "text/html; charset=utf-8";
}

std::map<std::string, File, std::less<>> files() {
  std::map<std::string, File, std::less<>> out;
  for (const web::RendererFile& file : web::renderer_files()) {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(file.text.data()),
                       file.text.size(), nullptr, 0);
    std::array<char, 33> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    const bool hashed = file.name.ends_with(".js") && file.name.find('-') != std::string_view::npos;
    out.emplace(std::string(file.name),
                File{file.text, file.packed, type_of(file.name), std::string(hex.data()), hashed});
  }
  return out;
}

void send(const Request& request, Response& response, const File& file, bool brotli = false) {
  // Two packings are two texts to a cache between browser and host: a tag of its own for each.
  const std::string tag = '"' + file.tag + (brotli ? ".br\"" : "\"");
  response.set_header("ETag", tag);
  response.set_header("Cache-Control", file.for_good ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.get_header_value("If-None-Match").find(tag) != std::string::npos) {
    response.status = 304;
    return;
  }
  if (brotli) response.set_header("Content-Encoding", "br");
  response.set_content(std::string(brotli ? file.packed : file.text), file.type);
}

}  // namespace

void add_app_routes(State& state) {
  const auto known = std::make_shared<const std::map<std::string, File, std::less<>>>(files());
  state.http.Get(R"(/app/assets/([A-Za-z0-9_.\-]+))", [known](const Request& request, Response& response) {
    const bool brotli = takes_brotli(request);
    let_pack(request, !brotli);
    const auto found = known->find(request.matches[1].str());
    if (found == known->end() || found->first == "index.html") {
      response.status = 404;
    } else {
      send(request, response, found->second, brotli);
    }
  });
  // The page is the same for all and holds nobody's data; who has no session is sent to the login by what it asks
  // first.
  state.http.Get(R"(/app(/.*)?)", [known, &state](const Request& request, Response& response) {
    if (!state.caller_of(request)) {
      response.set_redirect("/login?next=" + httplib::detail::encode_query_param(safe_target(request.target)), 302);
      return;
    }
    remember_language(request, response);
    send(request, response, known->at("index.html"));
  });
}

}  // namespace erp::host::http
