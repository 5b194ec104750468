// SPDX-License-Identifier: Apache-2.0
//
// Which ids a file has named before, and where first: 12 bytes an id, taken at once for the file's size, so that a
// million rows need no more memory than the first. Ids are told apart by 64 bits of hash. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace erp::host::import {

class SeenIds {
 public:
  explicit SeenIds(std::size_t expected) {
    std::size_t slots = 1'024;
    while (slots < expected + expected / 2) slots *= 2;
    resize(slots);
  }

  /// The line where it stood first; nothing when it is new, and then it is remembered.
  std::optional<std::int64_t> first_or_remember(std::string_view id, std::int64_t line) {
    if ((count_ + 1) * 4 > hashes_.size() * 3) grow();
    const std::uint64_t hash = hash_of(id);
    const std::size_t at = place(hash);
    if (hashes_[at] == hash) return lines_[at];
    hashes_[at] = hash;
    lines_[at] = static_cast<std::uint32_t>(line);
    ++count_;
    return std::nullopt;
  }

 private:
  static std::uint64_t hash_of(std::string_view id) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ (hash >> 32U)) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29U;
    return hash == 0 ? 1 : hash;
  }
  [[nodiscard]] std::size_t place(std::uint64_t hash) const {
    std::size_t at = hash & (hashes_.size() - 1);
    while (hashes_[at] != 0 && hashes_[at] != hash) at = (at + 1) & (hashes_.size() - 1);
    return at;
  }
  void resize(std::size_t slots) {
    hashes_.assign(slots, 0);
    lines_.assign(slots, 0);
  }
  void grow() {
    const auto hashes = std::move(hashes_);
    const auto lines = std::move(lines_);
    resize(hashes.size() * 2);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (hashes[i] == 0) continue;
      const std::size_t at = place(hashes[i]);
      hashes_[at] = hashes[i];
      lines_[at] = lines[i];
    }
  }

  std::vector<std::uint64_t> hashes_;  // 0 = free
  std::vector<std::uint32_t> lines_;
  std::size_t count_ = 0;
};

}  // namespace erp::host::import
