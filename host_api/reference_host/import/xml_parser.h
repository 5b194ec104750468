// SPDX-License-Identifier: Apache-2.0
//
// Expat for files from strangers: names without prefix, no document type (so no entities to expand), no token that
// grows without end. One thread. Errors: HostError naming the part.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

struct XML_ParserStruct;

namespace erp::host::import {

class XmlParser {
 public:
  /// Names and values in turn, valid for the length of the call; by name without prefix, "" = none.
  class Attributes {
   public:
    explicit Attributes(const char** pairs) : pairs_(pairs) {}
    [[nodiscard]] std::string_view operator[](std::string_view name) const;

   private:
    const char** pairs_;
  };
  struct Handlers {
    std::function<void(std::string_view name, const Attributes&)> start;
    std::function<void(std::string_view name)> end;
    std::function<void(std::string_view text)> text;
  };

  XmlParser(std::string part, Handlers handlers);
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  void feed(std::string_view bytes, bool last);

 private:
  struct Calls;
  [[noreturn]] void refuse_xml(const std::string& why) const;

  std::string part_;
  Handlers handlers_;
  XML_ParserStruct* parser_;
  long long fed_ = 0;
  bool has_type_ = false;
  std::exception_ptr thrown_;  // out of a handler; nothing may fly through Expat
};

}  // namespace erp::host::import
