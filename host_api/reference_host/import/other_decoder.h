// SPDX-License-Identifier: Apache-2.0
//
// Every encoding that ICU knows, chunk by chunk into UTF-8. One thread. Errors: HostError with the place of the first
// byte that does not fit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct UConverter;

namespace erp::host::import {

class OtherDecoder {
 public:
  explicit OtherDecoder(const std::string& name);
  ~OtherDecoder();
  OtherDecoder(const OtherDecoder&) = delete;
  OtherDecoder& operator=(const OtherDecoder&) = delete;

  void feed(std::string_view bytes, std::string& out) { convert(bytes, out, false); }
  void finish();

 private:
  void convert(std::string_view bytes, std::string& out, bool last);
  void append(std::u16string_view text, std::string& out);
  [[noreturn]] void refuse_place(const std::string& what, std::int64_t offset) const;

  std::string name_;
  UConverter* converter_;
  char16_t lead_ = 0;  // first half of a pair that the chunk's end has cut
  bool first_ = true;
  std::int64_t offset_ = 0, line_ = 1;
};

}  // namespace erp::host::import
