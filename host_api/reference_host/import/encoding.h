// SPDX-License-Identifier: Apache-2.0
//
// Turns the bytes of a file into checked UTF-8, chunk by chunk, and says where a byte does not fit. One thread.
// Errors: HostError with line, byte offset and remedy.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace erp::host::import {

/// kAuto: found in the file itself, before it is read. kOther: by the name that ICU knows it by.
enum class Encoding { kUtf8, kWindows1252, kLatin1, kAuto, kOther };

std::optional<Encoding> encoding_named(std::string_view name);

/// The encoding's name as ICU writes it, "" when it knows none such.
std::string known_encoding(const std::string& name);

/// What a file is written in, by its byte order mark, else UTF-8 where every byte fits, else by the frequency of its
/// letters. Reads the whole stream and goes back to its start.
struct FoundEncoding {
  Encoding encoding = Encoding::kUtf8;
  std::string name;  // of kOther
};
FoundEncoding find_encoding(std::istream& in);

class OtherDecoder;  // by ICU

class Decoder {
 public:
  explicit Decoder(Encoding encoding, const std::string& name = "");
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  /// Appends the text of `bytes` to `out`. A sequence cut by the chunk's end is kept for the next call.
  void feed(std::string_view bytes, std::string& out);
  /// The file has ended: a sequence must not be left half.
  void finish();

 private:
  void feed_utf8(std::string_view bytes, std::string& out);
  void feed_single_byte(std::string_view bytes, std::string& out);
  void feed_byte(unsigned char byte);
  [[noreturn]] void refuse_byte(unsigned char byte, std::int64_t offset) const;

  Encoding encoding_;
  std::unique_ptr<OtherDecoder> other_;
  std::int64_t offset_ = 0;  // of the byte at hand in the file, the first is 0
  std::int64_t line_ = 1;
  int missing_ = 0;                   // continuation bytes still to come
  unsigned char low_ = 0, high_ = 0;  // range of the next continuation byte
  std::int64_t lead_offset_ = 0;      // where the character at hand begins, and its first byte
  unsigned char lead_ = 0;
};

}  // namespace erp::host::import
