// SPDX-License-Identifier: Apache-2.0
//
// Checks an action's input against its declared JSON Schema (draft 7).
//
// Threads: check() on any thread, also at once on one object. Errors: HostError(ERP_INVALID_ARGUMENT,
// "<entity>.<field>.invalid") naming the field, its value and what was expected.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string_view>

namespace erp::host {

class InputSchema {
 public:
  explicit InputSchema(const boost::json::value& schema);
  ~InputSchema();
  void check(const boost::json::value& input, std::string_view action) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace erp::host
