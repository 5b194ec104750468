// SPDX-License-Identifier: Apache-2.0
//
// The command line of erp-host. Exit codes: 0 done, 1 refused (the reason stands on stderr), 2 the command line is
// wrong.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace erp::host::cli {

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

/// `arguments` without the program's name. Never throws.
int run(const std::vector<std::string>& arguments, const Streams& streams) noexcept;

}  // namespace erp::host::cli
