// SPDX-License-Identifier: Apache-2.0
#include "http/guard.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace erp::host::http {
namespace {

constexpr int kFreeFailures = 5;
constexpr std::int64_t kFirstWaitSeconds = 30, kLongestWaitSeconds = 15 * 60, kForgetAfterSeconds = 60 * 60;
constexpr std::size_t kEntriesMax = 10'000;

}  // namespace

bool is_same_origin(const RequestOrigin& from) {
  if (!from.fetch_site.empty() && from.fetch_site != "same-origin" && from.fetch_site != "none") return false;
  if (from.origin.empty()) return true;
  if (from.origin == "null") return from.fetch_site == "same-origin";
  const std::size_t scheme = from.origin.find("://");
  if (scheme == std::string::npos || from.host.empty()) return false;
  return from.origin.substr(scheme + 3) == from.host;
}

bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type == "application/json";
}

std::string form_token(std::string_view session) {
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  constexpr std::string_view kPurpose = "erp-host form token, version 1";
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(session.data()),
                     session.size(), reinterpret_cast<const unsigned char*>(kPurpose.data()), kPurpose.size());
  std::array<char, crypto_generichash_BYTES * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

bool is_form_token(std::string_view session, std::string_view token) {
  const std::string expected = form_token(session);
  return !session.empty() && token.size() == expected.size() &&
         sodium_memcmp(expected.data(), token.data(), expected.size()) == 0;
}

std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t end = header.find(';');
    std::string_view part = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && part.substr(0, equals) == name) return std::string(part.substr(equals + 1));
  }
  return "";
}

std::string safe_target(std::string_view target) {
  const bool here = target.starts_with('/') && !target.starts_with("//") && target.size() < 500;
  const bool clean =
      std::none_of(target.begin(), target.end(), [](char c) { return c < 0x21 || c == '\\' || c > 0x7E; });
  return here && clean ? std::string(target) : "/";
}

Throttle::Throttle(Clock clock) : clock_(std::move(clock)) {}

std::string Throttle::key(std::string_view login, std::string_view address) {
  // A login of any length must not fill the memory.
  return std::string(login.substr(0, 200)) + '\n' + std::string(address);
}

std::int64_t Throttle::wait_seconds(std::string_view login, std::string_view address) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key(login, address));
  if (found == entries_.end()) return 0;
  return std::max<std::int64_t>(0, found->second.blocked_until - clock_());
}

void Throttle::failed(std::string_view login, std::string_view address) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = clock_();
  forget_old(now);
  Entry& entry = entries_[key(login, address)];
  entry.last = now;
  if (++entry.failures < kFreeFailures) return;
  std::int64_t wait = kFirstWaitSeconds;
  for (int i = kFreeFailures; i < entry.failures && wait < kLongestWaitSeconds; ++i) wait *= 2;
  entry.blocked_until = now + std::min(wait, kLongestWaitSeconds);
}

void Throttle::succeeded(std::string_view login, std::string_view address) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key(login, address));
}

void Throttle::forget_old(std::int64_t now) {
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.last > kForgetAfterSeconds; });
  // Somebody tries logins by the thousand: the oldest go first.
  while (entries_.size() >= kEntriesMax) {
    entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                    [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  }
}

}  // namespace erp::host::http
