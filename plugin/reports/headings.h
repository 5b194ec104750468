// SPDX-License-Identifier: Apache-2.0
//
// The headings of one axis as facts meet them. Each gets a number, so that facts are summed by numbers and only what is
// shown is spelled: of 200,000 customers a report shows a thousand.
//
// Threads: one; borrowed labels. Errors: Failure of the session.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "reports/axis.h"

namespace sales_leads::reports {

/// Of many customers or projects these are told apart, all others as one.
struct Told {
  std::vector<Id> ids;  // rising
  std::int64_t others = 0;
  [[nodiscard]] bool contains(Id id) const { return std::binary_search(ids.begin(), ids.end(), id); }
};

class Headings {
 public:
  /// Borrows `told`; without it each place has a heading of its own.
  Headings(Axis axis, Labels& labels, const Told* told = nullptr) : axis_(axis), labels_(labels), told_(told) {}

  [[nodiscard]] Axis axis() const { return axis_; }
  /// The number of the place's heading, from 0. Places with one heading have one number.
  [[nodiscard]] std::size_t at(const Place& place);
  [[nodiscard]] std::size_t size() const { return spelled_late() ? ids_.size() : found_.size(); }
  /// How many are told as one, and which number that one has.
  [[nodiscard]] const Told* told() const { return told_; }
  [[nodiscard]] bool is_rest(std::size_t number) const { return told_ != nullptr && ids_[number] == kRest; }
  /// Which of two equal sums comes first: the lower id, else the one that stands before the other.
  [[nodiscard]] bool before(std::size_t one, std::size_t other) const;
  /// Reads what these are called, in one go.
  void know(const std::vector<std::size_t>& numbers);
  [[nodiscard]] const Heading& operator[](std::size_t number);

 private:
  struct Raw {
    std::int64_t first = 0, second = 0;
    friend bool operator==(const Raw&, const Raw&) = default;
  };
  struct RawHash {
    std::size_t operator()(const Raw& raw) const {
      return std::hash<std::uint64_t>{}(static_cast<std::uint64_t>(raw.first) * 1'000'003U +
                                        static_cast<std::uint64_t>(raw.second));
    }
  };

  /// Customers and projects are many: spelled late, and one by its id.
  [[nodiscard]] bool spelled_late() const { return axis_ == Axis::customer || axis_ == Axis::project; }
  [[nodiscard]] Raw raw(const Place& place);
  [[nodiscard]] Id apart(Id id) const { return told_ == nullptr || told_->contains(id) ? id : kRest; }
  [[nodiscard]] std::int64_t number_of(const std::string& text);

  Axis axis_;
  Labels& labels_;
  const Told* told_;
  std::unordered_map<Raw, std::size_t, RawHash> numbers_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::vector<std::string> texts_;
  std::vector<Heading> found_;
  std::vector<Id> ids_;  // of those that are spelled late, by number
  std::unordered_map<std::size_t, Heading> spelled_;
};

/// Headings of one axis by themselves, as a report shows them: a group without those below it.
struct Picked {
  Axis axis = Axis::month;
  std::vector<std::pair<std::string, std::optional<Id>>> headings = {};  // key, and the id where two have one key
  bool others = false;                                                   // all but these
};

/// Which places pass a filter: their heading on an axis has one of the keys, or an id that is one of them. Of picked
/// headings: theirs is one of them.
class Sieve {
 public:
  Sieve(Axis axis, std::vector<std::string> keys, Labels& labels);
  Sieve(const Picked& picked, Labels& labels);
  [[nodiscard]] Axis axis() const { return headings_.axis(); }
  [[nodiscard]] bool passes(const Place& place);
  /// Whether places under such a heading pass.
  [[nodiscard]] bool matches(const Heading& heading);
  /// All but what it names pass.
  [[nodiscard]] bool others() const { return picked_ && picked_->others; }
  /// The keys that it names.
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
  /// Customers or projects, by their ids; otherwise those that its keys may be the ids of, and 0.
  [[nodiscard]] const std::set<Id>& named() const { return named_; }

 private:
  Headings headings_;
  std::vector<std::string> keys_;
  std::optional<Picked> picked_;
  Labels& labels_;
  std::vector<char> known_;  // by number: 0 = not looked at, 1 = no, 2 = yes
  std::set<Id> named_;
};

}  // namespace sales_leads::reports
