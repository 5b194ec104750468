// SPDX-License-Identifier: Apache-2.0
#include "http/metrics.h"

namespace erp::host::http {
namespace {

// Paths come from modules: only what a label may hold without escaping goes in.
std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("_-./: ").find(c) != std::string_view::npos;
    out += plain ? c : '_';
  }
  return out;
}

void add_numbers(const boost::json::value& value, const std::string& path, std::string& out) {
  if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      add_numbers(member.value(), path + (path.empty() ? "" : ".") + label(member.key()), out);
    }
  } else if (value.is_int64()) {
    out += "erp_host_health{path=\"" + path + "\"} " + std::to_string(value.get_int64()) + "\n";
  }
}

std::string state_of(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_object()) {
    for (const char* key : {"state", "status"}) {
      const auto* state = value.get_object().if_contains(key);
      if (state && state->is_string()) return std::string(state->get_string());
    }
  }
  return "unknown";
}

}  // namespace

std::string metrics_text(const Counters& counters, const boost::json::value& health, std::int64_t rounds,
                         std::int64_t failed_rounds) {
  std::string out;
  const auto add = [&](const char* name, const char* help, std::int64_t value) {
    out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " counter\n" + name + " " +
           std::to_string(value) + "\n";
  };
  out +=
      "# HELP erp_host_http_answers_total Answers by class of their HTTP status.\n# TYPE erp_host_http_answers_total "
      "counter\n";
  for (std::size_t i = 2; i < counters.answers.size(); ++i) {
    out += "erp_host_http_answers_total{class=\"" + std::to_string(i) + "xx\"} " + std::to_string(counters.answers[i]) +
           "\n";
  }
  add("erp_host_actions_total", "Actions called over HTTP.", counters.actions);
  add("erp_host_reports_total", "Reports run over HTTP.", counters.reports);
  add("erp_host_logins_total", "Logins that succeeded.", counters.logins);
  add("erp_host_logins_failed_total", "Logins that failed or were throttled.", counters.logins_failed);
  add("erp_host_work_rounds_total", "Rounds of work given to the modules.", rounds);
  add("erp_host_work_rounds_failed_total", "Rounds of work that failed.", failed_rounds);
  const std::string state = state_of(health);
  out +=
      "# HELP erp_host_up 1 while the host and its modules are well, else 0.\n# TYPE erp_host_up gauge\nerp_host_up " +
      std::string(state == "ok" ? "1" : "0") + "\n";
  std::string numbers;
  add_numbers(health, "", numbers);
  if (!numbers.empty()) {
    out +=
        "# HELP erp_host_health Numbers of the host's health report by path.\n# TYPE erp_host_health gauge\n" + numbers;
  }
  return out;
}

boost::json::object public_health(const boost::json::value& health) {
  boost::json::object out{{"state", state_of(health)}};
  const auto* modules = health.is_object() ? health.get_object().if_contains("modules") : nullptr;
  if (modules && modules->is_object()) {
    boost::json::object states;
    for (const auto& module : modules->get_object()) states[module.key()] = state_of(module.value());
    out["modules"] = std::move(states);
  }
  return out;
}

}  // namespace erp::host::http
