// SPDX-License-Identifier: Apache-2.0
//
// Structs that may be shorter or longer than ours. A member is present iff it lies inside the giver's `size`; nobody
// reads or writes past the smaller of both sides' sizes.
//
//   if (auto fetch = slot(events, &erp_events::fetch)) status = fetch(events->ctx, …);
//
// Threads: any; pure. Errors: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "erp/base.h"

namespace erp::sdk {

/// Where a member ends. Measured on an object of our own: the other side's may be too short to touch.
template <class Table, class Member>
[[nodiscard]] std::size_t end_of(Member Table::*member) noexcept {
  static const Table sample{};
  const char* begin = reinterpret_cast<const char*>(&sample);
  return static_cast<std::size_t>(reinterpret_cast<const char*>(&(sample.*member)) - begin) + sizeof(Member);
}

template <class Table, class Member>
[[nodiscard]] bool present(const Table* table, Member Table::*member) noexcept {
  return table != nullptr && table->size >= end_of(member);
}

/// The member's value, or `Member{}` (a null slot) when the other side's struct ends before it.
template <class Table, class Member>
[[nodiscard]] Member slot(const Table* table, Member Table::*member) noexcept {
  return present(table, member) ? table->*member : Member{};
}

/// Our own copy of the other side's struct; what it lacks is zero.
template <class Struct>
[[nodiscard]] Struct copy_in(const Struct* theirs) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct>);
  Struct ours{};
  if (theirs != nullptr) {
    std::memcpy(&ours, theirs, std::min<std::size_t>(theirs->size, sizeof ours));
    ours.size = std::min<std::uint32_t>(ours.size, sizeof ours);
  }
  return ours;
}

/// Writes at most the caller's size; `out->size` then tells how much of it is ours. False when the caller forgot to set
/// it.
template <class Struct>
[[nodiscard]] bool copy_out(Struct* out, const Struct& ours) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct>);
  if (out == nullptr || out->size < 2 * sizeof(std::uint32_t)) return false;
  const std::uint32_t length = std::min<std::uint32_t>(out->size, sizeof ours);
  std::memcpy(out, &ours, length);
  out->size = length;
  return true;
}

/// A zeroed struct whose size is set: what a caller passes to be filled.
template <class Struct>
[[nodiscard]] Struct sized() noexcept {
  Struct out{};
  out.size = sizeof out;
  return out;
}

}  // namespace erp::sdk
