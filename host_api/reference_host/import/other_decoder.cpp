// SPDX-License-Identifier: Apache-2.0
#include "import/other_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <vector>

#include "import/encoding.h"
#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr std::size_t kSampleBytes = 64 * 1024;

void append_point(std::uint32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

void rewind(std::istream& in) {
  in.clear();
  in.seekg(0);
}

/// Whether the whole stream is UTF-8; else bytes around the first that are not, as a sample.
bool is_utf8(std::istream& in, std::string& sample) {
  Decoder decoder(Encoding::kUtf8);
  std::string chunk(kSampleBytes, '\0'), text;
  try {
    for (;;) {
      in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      const auto got = static_cast<std::size_t>(in.gcount());
      text.clear();
      decoder.feed(std::string_view(chunk).substr(0, got), text);
      if (got < chunk.size()) break;
    }
    decoder.finish();
    return true;
  } catch (const HostError&) {
    sample = chunk.substr(0, std::max<std::size_t>(static_cast<std::size_t>(in.gcount()), 1));
    return false;
  }
}

/// Half of the bytes of a text of western letters in UTF-16 are zero: on which side of each pair?
std::string utf16_by_zeros(std::string_view start) {
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (start[i] == '\0') (i % 2 == 0 ? even : odd) += 1;
  }
  if (odd > start.size() / 4 && even < odd / 8) return "UTF-16LE";
  if (even > start.size() / 4 && odd < even / 8) return "UTF-16BE";
  return "";
}

FoundEncoding by_letters(const std::string& sample) {
  UErrorCode status = U_ZERO_ERROR;
  UCharsetDetector* detector = ucsdet_open(&status);
  std::string name;
  ucsdet_setText(detector, sample.data(), static_cast<std::int32_t>(sample.size()), &status);
  const UCharsetMatch* match = ucsdet_detect(detector, &status);
  if (U_SUCCESS(status) && match != nullptr) name = ucsdet_getName(match, &status);
  ucsdet_close(detector);
  // Western text: Windows knows all that ISO 8859-1 and -15 have in common, and its own quotes and dashes.
  if (U_FAILURE(status) || name.empty() || name == "ISO-8859-1" || name == "windows-1252" || name.starts_with("UTF-"))
    return {Encoding::kWindows1252, ""};
  return {Encoding::kOther, name};
}

}  // namespace

std::string known_encoding(const std::string& name) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = name.empty() ? nullptr : ucnv_open(name.c_str(), &status);
  if (converter == nullptr || U_FAILURE(status)) return "";
  const char* own = ucnv_getName(converter, &status);
  std::string found = U_SUCCESS(status) && own != nullptr ? own : "";
  ucnv_close(converter);
  return found;
}

FoundEncoding find_encoding(std::istream& in) {
  std::string start(4'096, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  rewind(in);
  if (start.starts_with("\xEF\xBB\xBF")) return {};
  if (start.starts_with(std::string_view("\xFF\xFE\0\0", 4)) || start.starts_with(std::string_view("\0\0\xFE\xFF", 4)))
    return {Encoding::kOther, "UTF-32"};
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) return {Encoding::kOther, "UTF-16"};
  if (const std::string name = utf16_by_zeros(start); !name.empty()) return {Encoding::kOther, name};
  std::string sample;
  const bool utf8 = is_utf8(in, sample);
  rewind(in);
  return utf8 ? FoundEncoding{} : by_letters(sample);
}

OtherDecoder::OtherDecoder(const std::string& name) : name_(name) {
  UErrorCode status = U_ZERO_ERROR;
  converter_ = ucnv_open(name.c_str(), &status);
  if (U_FAILURE(status)) refuse("import.encoding", "The encoding " + name + " is unknown.");
  ucnv_setToUCallBack(converter_, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
}

OtherDecoder::~OtherDecoder() { ucnv_close(converter_); }

void OtherDecoder::refuse_place(const std::string& what, std::int64_t offset) const {
  refuse("import.encoding", "The file " + what + " at line " + std::to_string(line_) + ", byte " +
                                std::to_string(offset) + ", read as " + name_ +
                                ": save it as UTF-8, or name its encoding in the profile.");
}

void OtherDecoder::append(std::u16string_view text, std::string& out) {
  for (const char16_t unit : text) {
    if (first_) {
      first_ = false;
      if (unit == 0xFEFF) continue;
    }
    if (lead_ != 0) {
      append_point(0x10000U + ((static_cast<std::uint32_t>(lead_) - 0xD800U) << 10U) + (unit - 0xDC00U), out);
      lead_ = 0;
    } else if (unit >= 0xD800 && unit < 0xDC00) {
      lead_ = unit;
    } else {
      if (unit == 0) refuse_place("holds a NUL character", offset_);
      if (unit == '\n') ++line_;
      append_point(unit, out);
    }
  }
}

void OtherDecoder::convert(std::string_view bytes, std::string& out, bool last) {
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  std::array<UChar, 8'192> units;
  for (;;) {
    UChar* target = units.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter_, &target, units.data() + units.size(), &source, end, nullptr, last ? 1 : 0, &status);
    append({units.data(), static_cast<std::size_t>(target - units.data())}, out);
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_FAILURE(status)) refuse_place("does not fit its encoding", offset_ + (source - bytes.data()));
    break;
  }
  offset_ += static_cast<std::int64_t>(bytes.size());
}

void OtherDecoder::finish() {
  std::string rest;
  convert({}, rest, true);
}

}  // namespace erp::host::import
