// SPDX-License-Identifier: Apache-2.0
//
// What stands between the network and the host: where a request may come from, how often a login may be tried, and the
// token that a form must carry. Throttle is safe for any thread; the rest is pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace erp::host::http {

/// What a browser says about a request's origin; "" = it does not say.
struct RequestOrigin {
  std::string origin, fetch_site, host;
};

/// False when the request comes from another site. `Origin: null` counts only with Sec-Fetch-Site: same-origin.
bool is_same_origin(const RequestOrigin& from);

/// True for application/json, whatever its parameters.
bool is_json(std::string_view content_type);

/// The form token of a session: whoever holds the page has it, another site cannot guess it.
std::string form_token(std::string_view session);
bool is_form_token(std::string_view session, std::string_view token);

/// The value of one cookie in a Cookie header, "" when it is not there.
std::string cookie_value(std::string_view header, std::string_view name);

/// A path on this host to go to after the login: starts with one slash, else "/".
std::string safe_target(std::string_view target);

/// Failed logins per login and address: five are free, then the waiting doubles from 30 s to 15 minutes.
class Throttle {
 public:
  using Clock = std::function<std::int64_t()>;  // seconds, monotonic
  explicit Throttle(Clock clock);
  /// Seconds to wait before the next try; 0 = go on.
  std::int64_t wait_seconds(std::string_view login, std::string_view address);
  void failed(std::string_view login, std::string_view address);
  void succeeded(std::string_view login, std::string_view address);

 private:
  struct Entry {
    int failures = 0;
    std::int64_t blocked_until = 0, last = 0;
  };
  static std::string key(std::string_view login, std::string_view address);
  void forget_old(std::int64_t now);

  Clock clock_;
  std::mutex mutex_;  // guards entries_
  std::map<std::string, Entry> entries_;
};

}  // namespace erp::host::http
