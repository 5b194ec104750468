// SPDX-License-Identifier: Apache-2.0
//
// erp-host: the reference host's program. All it does stands in cli/.
#include <iostream>

#include "cli/commands.h"

int main(int argc, char** argv) {
  return erp::host::cli::run({argv + 1, argv + argc}, {std::cin, std::cout, std::cerr});
}
