// SPDX-License-Identifier: Apache-2.0
#include "extensions/tokens.h"

#include <sodium.h>

#include "erp/table.hpp"
#include "erp/text.hpp"
#include "services/clock.h"

namespace erp::host {

Caller Tokens::caller_of(const erp_call* call) const {
  const erp_call given = sdk::copy_in(call);
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(given.token);
  if (given.token == 0 || found == live_.end()) {
    throw HostError(ERP_PERMISSION, "call.token", "The call's token is not one of this host, or its call has ended.");
  }
  if (found->second.thread != std::this_thread::get_id()) {
    throw HostError(ERP_WRONG_THREAD, "call.thread",
                    "The host may be called only on the thread of the call that is under way.");
  }
  if (given.company != found->second.caller.company) {
    throw HostError(ERP_PERMISSION, "call.company",
                    "The call's token is for company " + std::to_string(found->second.caller.company) + ", not " +
                        std::to_string(given.company) + ".");
  }
  return found->second.caller;
}

CallToken::CallToken(Tokens& tokens, const Caller& caller) : tokens_(tokens), caller_(caller) {
  call_.size = sizeof call_;
  call_.company = caller_.company;
  call_.actor = caller_.user;
  call_.locale = sdk::str(caller_.locale);
  call_.correlation_id = sdk::str(caller_.correlation_id);
  if (caller_.timeout_us > 0) call_.deadline_us = Clock::monotonic_us() + caller_.timeout_us;
  const std::lock_guard lock(tokens_.mutex_);
  do {
    randombytes_buf(&call_.token, sizeof call_.token);
  } while (call_.token == 0 || tokens_.live_.contains(call_.token));
  tokens_.live_.emplace(call_.token, Tokens::Holder{caller_, std::this_thread::get_id()});
}

CallToken::~CallToken() {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.live_.erase(call_.token);
}

}  // namespace erp::host
