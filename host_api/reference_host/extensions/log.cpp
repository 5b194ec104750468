// SPDX-License-Identifier: Apache-2.0
#include "extensions/log.h"

#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "services/calendar.h"
#include "services/clock.h"

namespace erp::host {

namespace {

constexpr std::size_t kLongestLine = 8 * 1024;
constexpr std::array<std::string_view, 6> kLevels{
    "debug", "info", "warning", "error", "host-misbehaves", "module-misbehaves"};

int least_level() {
  const char* setting = std::getenv("ERP_HOST_LOG");
  for (std::size_t i = 0; setting != nullptr && i < kLevels.size(); ++i) {
    if (kLevels[i] == setting) return static_cast<int>(i);
  }
  return ERP_LOG_WARNING;
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') line += '\\';
    if (c == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      line += c;
    }
  }
  line += '"';
}

bool is_secret(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view word : {"password", "secret", "token", "connection", "credential"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void log_line(int level, std::string_view message, std::initializer_list<LogPair> pairs,
              std::string_view origin) noexcept {
  log_line(level, message, pairs.begin(), pairs.size(), origin);
}

void log_line(int level, std::string_view message, const LogPair* pairs, std::size_t count,
              std::string_view origin) noexcept {
  try {
    static const int least = least_level();
    if (level < least) return;
    static const Clock clock;
    std::string line = time_text(clock.now_us());
    line += ' ';
    line += level >= 0 && static_cast<std::size_t>(level) < kLevels.size() ? kLevels[static_cast<std::size_t>(level)]
                                                                           : "unknown";
    line += ' ';
    line += origin;
    line += ' ';
    append_quoted(line, message);
    for (std::size_t i = 0; i < count; ++i) {
      line += ' ';
      line += pairs[i].first;
      line += '=';
      append_quoted(line, is_secret(pairs[i].first) ? "***" : pairs[i].second);
    }
    if (line.size() > kLongestLine - 1) {
      line.resize(kLongestLine - 1);
      while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0U) == 0x80U) line.pop_back();
      if (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) line.pop_back();
    }
    line += '\n';
    // One write call, so that lines of several threads and processes do not mix.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  } catch (...) {  // a log line is never worth a failure
  }
}

}  // namespace erp::host
