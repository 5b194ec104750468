// SPDX-License-Identifier: Apache-2.0
// A whole module: one action, "hello.greet".
#define ERP_MODULE_IMPLEMENTATION
#include "erp/module_base.hpp"

class Hello : public erp::sdk::ModuleBase {
 public:
  Hello(const erp_host& host, std::string folder) : ModuleBase(host, std::move(folder), {.actions = true}) {}

  void on_init() override {
    clock_ = static_cast<const erp_clock*>(host().get_extension(host().ctx, erp::sdk::str(ERP_EXT_CLOCK)));
    if (clock_ == nullptr)
      throw erp::sdk::Error(ERP_UNSUPPORTED, "hello.no_clock", "hello needs erp.clock/1; grant it.");
  }

  std::string call_action(const erp_call& call, std::string_view name, std::string_view) override {
    if (name != "hello.greet") throw erp::sdk::Error(ERP_NOT_FOUND, "action.unknown", "There is no such action.");
    return R"({"company":)" + std::to_string(call.company) + R"(,"now":)" +
           std::to_string(clock_->now_us(clock_->ctx)) + "}";
  }

 private:
  const erp_clock* clock_ = nullptr;
};

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  return erp::sdk::answer_query<Hello>({"hello", "1.0.0"}, host, out, error);
}
