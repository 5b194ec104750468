// SPDX-License-Identifier: Apache-2.0
//
// The three forms of a report. The JSON and the XML are so small that they are written here, escaped by hand.
#include <array>
#include <cstdio>

#include "frame/runner.h"

namespace conformance {
namespace {

/// What a process printed may be bytes of any kind, cut anywhere; a report is UTF-8.
std::string as_utf8(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    std::size_t there = length == 0 ? 0 : 1;
    while (there > 0 && there < length && at + there < text.size() &&
           (static_cast<unsigned char>(text[at + there]) & 0xC0) == 0x80) {
      ++there;
    }
    if (length != 0 && there == length) {
      out.append(text, at, length);
    } else {
      out += "\xEF\xBF\xBD";
    }
    at += there == 0 ? 1 : there;
  }
  return out;
}

std::string json_text(const std::string& raw) {
  const std::string text = as_utf8(raw);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += code.data();
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string xml_text(const std::string& raw) {
  const std::string text = as_utf8(raw);
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n') {
      out += c;
    }
  }
  return out;
}

std::string as_json(const Program& program, const std::vector<Result>& results, const Options& options) {
  std::string out =
      "{\"program\":" + json_text(program.name) + ",\"seed\":" + std::to_string(options.seed) + ",\"checks\":[";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& one = results[i];
    out += (i == 0 ? "\n" : ",\n");
    out += "{\"name\":" + json_text(one.name) + ",\"status\":" + json_text(status_name(one.status)) +
           ",\"detail\":" + json_text(one.detail) + ",\"milliseconds\":" + std::to_string(one.milliseconds) + "}";
  }
  return out + "\n]}\n";
}

std::string as_junit(const Program& program, const std::vector<Result>& results) {
  std::size_t failures = 0, errors = 0, skips = 0;
  std::string cases;
  for (const Result& one : results) {
    cases += "  <testcase classname=\"" + xml_text(program.name) + "\" name=\"" + xml_text(one.name) + "\" time=\"" +
             std::to_string(one.milliseconds / 1000) + "." + std::to_string(1000 + one.milliseconds % 1000).substr(1) +
             "\">";
    const std::string message = " message=\"" + xml_text(one.detail) + "\"/>";
    if (one.status == Status::skip) {
      ++skips;
      cases += "<skipped" + message;
    } else if (one.status == Status::fail) {
      ++failures;
      cases += "<failure" + message;
    } else if (is_bad(one.status)) {
      ++errors;
      cases += std::string("<error type=\"") + status_name(one.status) + "\"" + message;
    } else if (one.status == Status::warn) {
      cases += "<system-out>warning: " + xml_text(one.detail) + "</system-out>";
    }
    cases += "</testcase>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"" + xml_text(program.name) + "\" tests=\"" +
         std::to_string(results.size()) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
         std::to_string(errors) + "\" skipped=\"" + std::to_string(skips) + "\">\n" + cases + "</testsuite>\n";
}

std::string as_text(const std::vector<Result>& results, const Options& options) {
  std::array<int, 6> counts{};
  std::string out;
  for (const Result& one : results) {
    ++counts[static_cast<std::size_t>(one.status)];
    std::string name = status_name(one.status);
    name.resize(6, ' ');
    out += name + one.name + (one.detail.empty() ? "" : ": " + one.detail) + "\n";
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0 || i == 0) out += std::to_string(counts[i]) + " " + status_name(static_cast<Status>(i)) + ", ";
  }
  return out + "seed " + std::to_string(options.seed) + "\n";
}

}  // namespace

std::string report(const Program& program, const std::vector<Result>& results, const Options& options) {
  if (options.format == "json") return as_json(program, results, options);
  if (options.format == "junit") return as_junit(program, results);
  return as_text(results, options);
}

}  // namespace conformance
