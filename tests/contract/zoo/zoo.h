// SPDX-License-Identifier: Apache-2.0
//
// What the misbehaving modules share: a module that does nothing, and does it right. Each of them breaks one thing of
// it.
#pragma once

#define ERP_MODULE_IMPLEMENTATION
#include "erp/module_base.hpp"

class Idle : public erp::sdk::ModuleBase {
 public:
  Idle(const erp_host& host, std::string folder)
      : ModuleBase(host, std::move(folder), {.work = true, .actions = true}) {}
};
