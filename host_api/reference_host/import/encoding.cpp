// SPDX-License-Identifier: Apache-2.0
#include "import/encoding.h"

#include <array>

#include "import/other_decoder.h"
#include "import/refusal.h"

namespace erp::host::import {
namespace {

// Windows-1252, 0x80 to 0x9F, as Unicode; 0 where the code page has no character.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append(std::uint16_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

std::string hex(unsigned char byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

std::optional<Encoding> encoding_named(std::string_view name) {
  if (name == "utf-8") return Encoding::kUtf8;
  if (name == "windows-1252") return Encoding::kWindows1252;
  if (name == "iso-8859-1") return Encoding::kLatin1;
  if (name == "auto") return Encoding::kAuto;
  if (!known_encoding(std::string(name)).empty()) return Encoding::kOther;
  return std::nullopt;
}

Decoder::Decoder(Encoding encoding, const std::string& name) : encoding_(encoding) {
  if (encoding == Encoding::kOther) other_ = std::make_unique<OtherDecoder>(name);
}
Decoder::~Decoder() = default;

void Decoder::refuse_byte(unsigned char byte, std::int64_t offset) const {
  const std::string place = "line " + std::to_string(line_) + ", byte " + std::to_string(offset);
  if (byte == 0) {
    refuse("import.encoding", "The file holds a NUL byte at " + place +
                                  ": it is not a CSV text, or was saved as UTF-16. Save it as UTF-8.");
  }
  switch (encoding_) {
    case Encoding::kUtf8:
      refuse("import.encoding", "The file is not valid UTF-8 at " + place + " (" + hex(byte) +
                                    "): save it as UTF-8, or set encoding: windows-1252 in the profile.");
    case Encoding::kWindows1252:
      refuse("import.encoding", "The file holds " + hex(byte) + " at " + place +
                                    ", which windows-1252 does not know: save it as UTF-8 and take encoding: utf-8.");
    case Encoding::kLatin1:
      refuse("import.encoding", "The file holds the control character " + hex(byte) + " at " + place +
                                    ", which no ISO 8859-1 text has: set encoding: windows-1252 in the profile.");
    case Encoding::kAuto:
    case Encoding::kOther:
      break;
  }
  refuse("import.encoding", "The file cannot be read at " + place + ".");
}

// The well-formed sequences of the Unicode standard (table 3-7): no overlong form, no surrogate, nothing past 10FFFF.
void Decoder::feed_byte(unsigned char byte) {
  if (missing_ > 0) {
    if (byte < low_ || byte > high_) refuse_byte(lead_, lead_offset_);
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return;
  }
  low_ = 0x80;
  high_ = 0xBF;
  lead_ = byte;
  lead_offset_ = offset_;
  if (byte < 0x80) {
    if (byte == 0) refuse_byte(byte, offset_);
    if (byte == '\n') ++line_;
  } else if (byte >= 0xC2 && byte <= 0xDF) {
    missing_ = 1;
  } else if (byte >= 0xE0 && byte <= 0xEF) {
    missing_ = 2;
    if (byte == 0xE0) low_ = 0xA0;
    if (byte == 0xED) high_ = 0x9F;
  } else if (byte >= 0xF0 && byte <= 0xF4) {
    missing_ = 3;
    if (byte == 0xF0) low_ = 0x90;
    if (byte == 0xF4) high_ = 0x8F;
  } else {
    refuse_byte(byte, offset_);
  }
}

void Decoder::feed_utf8(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    feed_byte(static_cast<unsigned char>(c));
    ++offset_;
  }
  out.append(bytes);
}

void Decoder::feed_single_byte(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) refuse_byte(byte, offset_);
    if (byte == '\n') ++line_;
    if (byte >= 0x80 && byte <= 0x9F) {
      const std::uint16_t point = encoding_ == Encoding::kWindows1252 ? kWindows1252[byte - 0x80] : std::uint16_t{0};
      if (point == 0) refuse_byte(byte, offset_);
      append(point, out);
    } else {
      append(byte, out);
    }
    ++offset_;
  }
}

void Decoder::feed(std::string_view bytes, std::string& out) {
  if (other_) {
    other_->feed(bytes, out);
  } else if (encoding_ == Encoding::kUtf8) {
    feed_utf8(bytes, out);
  } else {
    feed_single_byte(bytes, out);
  }
}

void Decoder::finish() {
  if (other_) other_->finish();
  if (missing_ > 0) {
    refuse("import.encoding", "The file ends inside a UTF-8 character (line " + std::to_string(line_) + ", byte " +
                                  std::to_string(offset_) + "): it is cut off. Save it again as UTF-8.");
  }
}

}  // namespace erp::host::import
