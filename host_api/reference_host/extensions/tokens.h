// SPDX-License-Identifier: Apache-2.0
//
// Tokens of calls into modules: minted for one call, known only while it lasts, good only on its thread.
//
//   const CallToken token(tokens, caller, deadline);
//   module.call_action(token.call(), …);     // callbacks find the caller again by the token
//
// Threads: any. Errors: HostError(ERP_PERMISSION) for a token that was not minted or has ended, WRONG_THREAD elsewhere.
#pragma once

#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "app.h"

namespace erp::host {

class Tokens {
 public:
  /// The caller behind a module's call, in the company that the call names.
  [[nodiscard]] Caller caller_of(const erp_call* call) const;

 private:
  friend class CallToken;
  struct Holder {
    Caller caller;
    std::thread::id thread;
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Holder> live_;
};

class CallToken {
 public:
  CallToken(Tokens& tokens, const Caller& caller);
  ~CallToken();
  CallToken(const CallToken&) = delete;
  CallToken& operator=(const CallToken&) = delete;
  [[nodiscard]] const erp_call& call() const { return call_; }

 private:
  Tokens& tokens_;
  const Caller caller_;
  erp_call call_{};
};

}  // namespace erp::host
