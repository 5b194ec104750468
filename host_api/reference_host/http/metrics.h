// SPDX-License-Identifier: Apache-2.0
//
// What the server counts, and the text that Prometheus reads. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cstdint>
#include <string>

namespace erp::host::http {

struct Counters {
  std::array<std::atomic<std::int64_t>, 6> answers{};  // by first digit of the HTTP status
  std::atomic<std::int64_t> actions{0}, reports{0}, logins{0}, logins_failed{0};
};

/// The counters, and every number in the host's health by its path.
std::string metrics_text(const Counters& counters, const boost::json::value& health, std::int64_t rounds,
                         std::int64_t failed_rounds);

/// Health for strangers: the state of the whole and of each module, no text that could tell about the inside.
boost::json::object public_health(const boost::json::value& health);

}  // namespace erp::host::http
