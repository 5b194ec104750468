// SPDX-License-Identifier: Apache-2.0
//
// Writes HTML in which every text is escaped: what is not meant as markup cannot become it. One thread per Html.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace erp::host::web {

std::string escaped(std::string_view text);
/// For a part of an address: all but letters, digits and -._~ as %XX.
std::string url_escaped(std::string_view text);

class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Markup of our own, never anybody's data.
  Html& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  Html& text(std::string_view text) {
    out_ += escaped(text);
    return *this;
  }
  /// <name attributes…>; an attribute with the value "" of a boolean kind is written as its name alone.
  Html& open(std::string_view name, Attributes attributes = {});
  Html& close(std::string_view name);
  /// <name attributes…>text</name>
  Html& element(std::string_view name, Attributes attributes, std::string_view text) {
    return open(name, attributes).text(text).close(name);
  }
  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  std::string out_;
};

}  // namespace erp::host::web
