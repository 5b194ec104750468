// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace contract {

/// One line per constant, struct and member of the ABI, in a fixed order.
[[nodiscard]] std::string abi_text();

}  // namespace contract
