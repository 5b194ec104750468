// SPDX-License-Identifier: Apache-2.0
//
// The closed expressions of declared views: visible_if, required_if, ask_if, if. No calls, no arithmetic, no loops.
//
//   expression = or ; or = and { "or" and } ; and = not { "and" not } ; not = "not" not | comparison
//   comparison = value [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") value ]
//   value      = text in double quotes | number | true | false | null | path | "[" [ value { "," value } ] "]" | "(" or
//   ")" path       = name { "." name }
//
// A path that leads nowhere is null. Money compares by its minor units, a reference by its id. Unlike kinds are
// unequal, and neither smaller nor larger. What counts as no: null, false, 0, "" and [].
//
// The renderer has the same in TypeScript; host_api/web/schema/expressions.json holds the vectors for both.
//
// Threads: pure. Errors: ExpressionError with the place. Needs Boost.JSON.
#pragma once

#include <boost/json.hpp>

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace erp::sdk {

class ExpressionError : public std::runtime_error {
 public:
  ExpressionError(const std::string& what, std::size_t at)
      : std::runtime_error(what + " at " + std::to_string(at + 1)), at_(at) {}
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::size_t at_;
};

class Expression {
 public:
  using Json = boost::json::value;

  /// `values`: the fields' cells.
  static Json evaluate(std::string_view text, const boost::json::object& values) {
    Expression run(text, &values);
    return run.whole();
  }
  static bool holds(std::string_view text, const boost::json::object& values) { return truth(evaluate(text, values)); }
  /// The paths that it names; throws where it is not an expression.
  static std::vector<std::string> paths(std::string_view text) {
    Expression run(text, nullptr);
    run.whole();
    return std::move(run.paths_);
  }

  static bool truth(const Json& value) {
    switch (value.kind()) {
      case boost::json::kind::null:
        return false;
      case boost::json::kind::bool_:
        return value.get_bool();
      case boost::json::kind::int64:
        return value.get_int64() != 0;
      case boost::json::kind::string:
        return !value.get_string().empty();
      case boost::json::kind::array:
        return !value.get_array().empty();
      default:
        return true;
    }
  }

 private:
  static constexpr int kDeepest = 32;
  Expression(std::string_view text, const boost::json::object* values) : text_(text), values_(values) {}

  [[noreturn]] void fail(const std::string& what) const { throw ExpressionError(what, at_); }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool sign(std::string_view wanted) {
    skip();
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
  }
  bool word(std::string_view wanted) {
    skip();
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    const std::size_t end = at_ + wanted.size();
    if (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.')) return false;
    at_ = end;
    return true;
  }

  Json whole() {
    if (text_.size() > 1000) fail("an expression has at most 1000 characters");
    Json value = either();
    skip();
    if (at_ != text_.size()) fail("unexpected \"" + std::string(text_.substr(at_, 10)) + "\"");
    return value;
  }
  Json either() {
    if (++depth_ > kDeepest) fail("nested too deep");
    Json value = both();
    while (word("or")) {
      const Json other = both();
      value = truth(value) || truth(other);
    }
    --depth_;
    return value;
  }
  Json both() {
    Json value = negated();
    while (word("and")) {
      const Json other = negated();
      value = truth(value) && truth(other);
    }
    return value;
  }
  Json negated() {
    if (++depth_ > kDeepest) fail("nested too deep");
    Json value = word("not") ? Json(!truth(negated())) : compared();
    --depth_;
    return value;
  }
  Json compared() {
    const Json left = primary();
    if (sign("==")) return equal(left, primary());
    if (sign("!=")) return !equal(left, primary());
    if (sign("<=")) return ordered(left, primary(), true, true);
    if (sign(">=")) return ordered(left, primary(), false, true);
    if (sign("<")) return ordered(left, primary(), true, false);
    if (sign(">")) return ordered(left, primary(), false, false);
    if (word("in")) {
      const Json list = primary();
      if (!list.is_array()) {
        if (values_ != nullptr && list.is_null()) return false;
        if (values_ == nullptr) return false;
        fail("\"in\" needs a list");
      }
      for (const Json& one : list.get_array()) {
        if (equal(left, one)) return true;
      }
      return false;
    }
    return left;
  }
  Json primary() {
    skip();
    if (at_ >= text_.size()) fail("something is missing");
    const char c = text_[at_];
    if (c == '"') return quoted();
    if (is_digit(c) || c == '-') return number();
    if (sign("(")) {
      Json value = either();
      if (!sign(")")) fail("\")\" is missing");
      return value;
    }
    if (sign("[")) {
      boost::json::array list;
      if (sign("]")) return list;
      do {
        list.push_back(primary());
      } while (sign(","));
      if (!sign("]")) fail("\"]\" is missing");
      return list;
    }
    if (word("true")) return true;
    if (word("false")) return false;
    if (word("null")) return nullptr;
    for (const char* reserved : {"and", "or", "not", "in"}) {
      if (word(reserved)) fail("\"" + std::string(reserved) + "\" stands where a value should");
    }
    if (is_letter(c)) return path();
    fail("unexpected \"" + std::string(1, c) + "\"");
  }
  Json quoted() {
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return Json(out);
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\')) ++at_;
      out += text_[at_];
    }
    fail("the text has no end");
  }
  Json number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) fail("not a whole number");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (at_ < text_.size() && (text_[at_] == '.' || is_letter(text_[at_]))) fail("not a whole number");
    return value;
  }
  Json path() {
    std::string whole;
    const Json* found = nullptr;
    for (;;) {
      std::string name;
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) name += text_[at_++];
      if (name.empty()) fail("a name is missing");
      const auto* object = whole.empty() ? values_ : found == nullptr ? nullptr : found->if_object();
      found = object == nullptr ? nullptr : object->if_contains(name);
      whole += (whole.empty() ? "" : ".") + name;
      if (at_ >= text_.size() || text_[at_] != '.') break;
      ++at_;
    }
    paths_.push_back(whole);
    return found == nullptr ? Json() : *found;
  }

  /// Money as its minor units, a reference as its id.
  static Json plain(const Json& value) {
    const auto* object = value.if_object();
    if (object == nullptr) return value;
    for (const char* member : {"minor", "id"}) {
      if (const auto* inside = object->if_contains(member)) return *inside;
    }
    return value;
  }
  static bool equal(const Json& left, const Json& right) { return plain(left) == plain(right); }
  static Json ordered(const Json& given_left, const Json& given_right, bool less, bool or_equal) {
    const Json left = plain(given_left), right = plain(given_right);
    int order = 0;
    if (left.is_int64() && right.is_int64()) {
      order = left.get_int64() < right.get_int64() ? -1 : left.get_int64() > right.get_int64() ? 1 : 0;
    } else if (left.is_string() && right.is_string()) {
      order = std::string_view(left.get_string()).compare(std::string_view(right.get_string()));
    } else {
      return false;
    }
    return order == 0 ? or_equal : (order < 0) == less;
  }

  std::string_view text_;
  const boost::json::object* values_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::string> paths_;
};

}  // namespace erp::sdk
