// SPDX-License-Identifier: Apache-2.0
//
// Text through erp_sink and erp_source, in chunks of at most 64 KiB.
//
//   StringSink sink(16 << 20);                     // what a caller hands over, with a limit
//   list(module, sink.get(), &error);  std::string json = sink.take();
//   write_all(out, json);                          // what the producing side does
//
// Threads: one each. Errors: Error; a sink that is full answers ERP_LIMIT. Ownership: get() is borrowed from the
// object.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "erp/base.h"
#include "erp/error.hpp"
#include "erp/table.hpp"

namespace erp::sdk {

inline constexpr std::uint32_t kChunkBytes = 64 * 1024;
inline constexpr std::size_t kTextLimitBytes = 64U << 20;

/// Collects what the other side writes.
class StringSink {
 public:
  explicit StringSink(std::size_t limit = kTextLimitBytes) : limit_(limit) {
    sink_.size = sizeof sink_;
    sink_.ctx = this;
    sink_.write = &StringSink::write;
  }
  StringSink(const StringSink&) = delete;
  StringSink& operator=(const StringSink&) = delete;

  [[nodiscard]] const erp_sink* get() const noexcept { return &sink_; }
  [[nodiscard]] std::string take() noexcept { return std::move(text_); }

 private:
  static erp_status write(void* ctx, const char* data, std::uint32_t length) noexcept {
    auto* self = static_cast<StringSink*>(ctx);
    if (length > kChunkBytes || (data == nullptr && length > 0)) return ERP_INVALID_ARGUMENT;
    return guard(nullptr, [&]() -> erp_status {
      if (length > self->limit_ - self->text_.size()) return ERP_LIMIT;
      self->text_.append(data, length);
      return ERP_OK;
    });
  }

  std::size_t limit_;
  std::string text_;
  erp_sink sink_{};
};

/// Gives a text to the other side. The text outlives the object.
class StringSource {
 public:
  explicit StringSource(std::string_view text, std::uint32_t chunk = kChunkBytes) : rest_(text), chunk_(chunk) {
    source_.size = sizeof source_;
    source_.ctx = this;
    source_.read = &StringSource::read;
  }
  StringSource(const StringSource&) = delete;
  StringSource& operator=(const StringSource&) = delete;

  [[nodiscard]] const erp_source* get() const noexcept { return &source_; }

 private:
  static erp_status read(void* ctx, char* buffer, std::uint32_t capacity, std::uint32_t* got) noexcept {
    auto* self = static_cast<StringSource*>(ctx);
    if (got == nullptr || (buffer == nullptr && capacity > 0)) return ERP_INVALID_ARGUMENT;
    const std::size_t length = std::min({self->rest_.size(), std::size_t{capacity}, std::size_t{self->chunk_}});
    std::copy_n(self->rest_.data(), length, buffer);
    self->rest_.remove_prefix(length);
    *got = static_cast<std::uint32_t>(length);
    return ERP_OK;
  }

  std::string_view rest_;
  std::uint32_t chunk_;
  erp_source source_{};
};

/// Writes all of a text. A refusal of the sink ends it and becomes the call's own status.
inline void write_all(const erp_sink* sink, std::string_view text) {
  const auto write = slot(sink, &erp_sink::write);
  if (write == nullptr) throw Error(ERP_INVALID_ARGUMENT, "sink.missing", "The call needs a sink for its output.");
  while (!text.empty()) {
    const std::string_view part = text.substr(0, kChunkBytes);
    const erp_status status = write(sink->ctx, part.data(), static_cast<std::uint32_t>(part.size()));
    if (status != ERP_OK) throw Error(status, "sink.refused", "The caller does not take the output any further.");
    text.remove_prefix(part.size());
  }
}

/// Reads to the end; short reads are fine. LIMIT when it is longer than `limit`.
[[nodiscard]] inline std::string read_all(const erp_source* source, std::size_t limit = kTextLimitBytes) {
  const auto read = slot(source, &erp_source::read);
  if (read == nullptr) throw Error(ERP_INVALID_ARGUMENT, "source.missing", "The call needs a source for its input.");
  std::string text;
  std::uint32_t capacity = 4096;
  while (true) {
    const std::size_t before = text.size();
    text.resize(before + capacity);
    std::uint32_t got = 0;
    const erp_status status = read(source->ctx, text.data() + before, capacity, &got);
    if (status != ERP_OK) throw Error(status, "source.failed", "The input could not be read to its end.");
    if (got > capacity)
      throw Error(ERP_INVALID_ARGUMENT, "source.overrun", "The input's source claims more than it was asked for.");
    text.resize(before + got);
    if (got == 0) return text;
    if (text.size() > limit) {
      throw Error(ERP_LIMIT, "input.too_large",
                  "The input is larger than " + std::to_string(limit) + " bytes; send it in parts.");
    }
    capacity = kChunkBytes;
  }
}

}  // namespace erp::sdk
