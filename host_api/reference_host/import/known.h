// SPDX-License-Identifier: Apache-2.0
//
// What the company has already, looked up through the host's and the module's own list actions, each list at most once
// and only when somebody asks. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "app.h"

namespace erp::host::import {

class Known {
 public:
  Known(App& app, const Caller& caller) : app_(app), caller_(caller) {}

  /// key (a member of the records, as "number" or "code") -> id, out of `action` ("customer.list").
  const std::map<std::string, std::int64_t>& by(const std::string& action, const std::string& key);
  /// Forget what was read: something has been written since.
  void forget() { lists_.clear(); }

 private:
  App& app_;
  Caller caller_;
  std::map<std::string, std::map<std::string, std::int64_t>> lists_;
};

}  // namespace erp::host::import
