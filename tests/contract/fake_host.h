// SPDX-License-Identifier: Apache-2.0
//
// A host of a few lines for the contract tests: every extension, each of which can be withheld or cut short, answers
// that a test sets, and a record of what was asked. One thread, but for the clock.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "erp/erp.h"
#include "erp/error.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"

namespace contract {

class FakeHost {
 public:
  FakeHost();
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  [[nodiscard]] const erp_host& table() const { return host_; }

  std::set<std::string> withheld;
  std::vector<std::string> asked;  // extensions asked for
  std::vector<std::string> lines;  // log
  std::int64_t now_us = 1'700'000'000'000'000;
  erp_database_info database{};
  std::string database_path = "/nonexistent/erp.db";
  std::map<std::string, std::string> settings;
  std::vector<erp_event> events;
  erp_status refuse_with = ERP_OK;  // every call with a status answers this, when it is not OK
  std::set<std::string> permissions;
  std::vector<std::string> calls;  // publish, set_reference, create_customer, notify, sync_menus with their arguments

  erp_clock clock{};
  erp_database database_table{};
  erp_events events_table{};
  erp_log log{};
  erp_config config{};
  erp_identity identity{};
  erp_money money{};
  erp_documents documents{};
  erp_directory directory{};
  erp_ui ui{};

 private:
  erp_host host_{};
};

[[nodiscard]] inline erp_call a_call(std::int64_t company = 1) {
  erp_call call = erp::sdk::sized<erp_call>();
  call.token = 7;
  call.company = company;
  call.locale = erp::sdk::str("sv");
  return call;
}

}  // namespace contract
