// SPDX-License-Identifier: Apache-2.0
#include "import/xml_parser.h"

#include <expat.h>

#include "import/refusal.h"

namespace erp::host::import {
namespace {

constexpr long long kTokenBytesMax = 4LL * 1024 * 1024;

std::string_view local(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlParser::Attributes::operator[](std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (local(pair[0]) == name) return pair[1];
  }
  return "";
}

struct XmlParser::Calls {
  template <class Call>
  static void guarded(XmlParser& self, Call&& call) {
    if (self.thrown_) return;
    try {
      call();
    } catch (...) {
      self.thrown_ = std::current_exception();
      XML_StopParser(self.parser_, XML_FALSE);
    }
  }
  static void start(void* data, const XML_Char* name, const XML_Char** pairs) {
    auto& self = *static_cast<XmlParser*>(data);
    guarded(self, [&] {
      if (!self.handlers_.start) return;
      self.handlers_.start(local(name), Attributes(pairs));
    });
  }
  static void end(void* data, const XML_Char* name) {
    auto& self = *static_cast<XmlParser*>(data);
    guarded(self, [&] {
      if (self.handlers_.end) self.handlers_.end(local(name));
    });
  }
  static void text(void* data, const XML_Char* text, int length) {
    auto& self = *static_cast<XmlParser*>(data);
    guarded(self, [&] {
      if (self.handlers_.text) self.handlers_.text({text, static_cast<std::size_t>(length)});
    });
  }
  static void type(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    auto& self = *static_cast<XmlParser*>(data);
    self.has_type_ = true;
    XML_StopParser(self.parser_, XML_FALSE);
  }
};

XmlParser::XmlParser(std::string part, Handlers handlers)
    : part_(std::move(part)), handlers_(std::move(handlers)), parser_(XML_ParserCreate(nullptr)) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Calls::start, Calls::end);
  XML_SetCharacterDataHandler(parser_, Calls::text);
  XML_SetStartDoctypeDeclHandler(parser_, Calls::type);
}

XmlParser::~XmlParser() { XML_ParserFree(parser_); }

void XmlParser::refuse_xml(const std::string& why) const {
  refuse("import.xlsx.broken", "The part " + part_ + " of the workbook " + why + ": save it again, or save it as CSV.");
}

void XmlParser::feed(std::string_view bytes, bool last) {
  const auto status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
  fed_ += static_cast<long long>(bytes.size());
  if (thrown_) std::rethrow_exception(thrown_);
  if (has_type_) refuse_xml("declares a document type, which no workbook has");
  if (status != XML_STATUS_OK) {
    refuse_xml("is not well-formed XML (line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ": " +
               XML_ErrorString(XML_GetErrorCode(parser_)) + ")");
  }
  if (!last && fed_ - static_cast<long long>(XML_GetCurrentByteIndex(parser_)) > kTokenBytesMax)
    refuse_xml("holds a tag of several megabytes");
}

}  // namespace erp::host::import
