// SPDX-License-Identifier: Apache-2.0
//
// The host's own actions: what the files in actions/ declare, joined to the functions that do them.
//
// Threads: immutable after construction. Errors: HostError(ERP_INTERNAL) at construction when a declaration has no
// function or a function no declaration.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "services/input.h"
#include "services/schema_check.h"
#include "services/unit.h"

namespace erp::host {

struct HostAction {
  json::value declaration;
  std::string permission;
  bool changes = false;
  std::unique_ptr<InputSchema> input;
  std::function<json::value(Unit&, const json::object&)> run;
};

class ActionTable {
 public:
  ActionTable();
  [[nodiscard]] const HostAction* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, HostAction, std::less<>>& all() const { return actions_; }

 private:
  std::map<std::string, HostAction, std::less<>> actions_;
};

/// Runs one action: rights, input, request id (a repeated one gets the first answer), transaction, events.
json::value run_host_action(Base& base, const Caller& caller, const std::string& name, const HostAction& action,
                            const json::value& input);

}  // namespace erp::host
