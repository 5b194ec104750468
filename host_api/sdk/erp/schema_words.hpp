// SPDX-License-Identifier: Apache-2.0
//
// Why a value does not fit its JSON Schema (draft 7), in words for a person: which field, and what would be right, in
// English, Swedish or Norwegian. A validator tells that a value does not fit, and where; the words are found here, so
// that a host and its modules say the same.
//
//   const SchemaFault fault = schema_fault(input, schema, {"<root>", "[lines]", "[0]", "[net]"});
//   fault.path                            // "lines[0].net"
//   schema_fault_text(fault, "sv")        // "lines[0].net kan inte vara 'x'. Förväntat: ett heltal."
//   allowed_words({"maxLength": 200, …})  // "text of at most 200 characters"
//
// Threads: pure. Errors: none. Ownership: a fault borrows from value and schema. Needs Boost.JSON.
#pragma once

#include <boost/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp/text.hpp"

namespace erp::sdk {

namespace json = boost::json;

/// One text in the three languages, with {names} to fill.
struct SchemaWord {
  std::string_view en, sv, nb;
  [[nodiscard]] std::string_view in(std::string_view locale) const {
    const std::string_view start = locale.substr(0, 2);
    if (start == "sv") return sv;
    return start == "nb" || start == "no" || start == "nn" ? nb : en;
  }
};

namespace schema_words {

/// A value as it may stand in a message: text without quotes, cut at 80 bytes between characters.
inline std::string shown(const json::value& value) {
  std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  if (text.size() > 80) text = std::string(cut(text, 77)) + "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

inline std::string filled(const SchemaWord& word, std::string_view locale,
                          const std::vector<std::pair<std::string_view, std::string>>& values) {
  const std::string_view form = word.in(locale);
  std::string text;
  for (std::size_t at = 0; at < form.size();) {
    const std::size_t end = form[at] == '{' ? form.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      text += form[at++];
      continue;
    }
    for (const auto& [name, value] : values) {
      if (name == form.substr(at + 1, end - at - 1)) text += value;
    }
    at = end + 1;
  }
  return text;
}

inline std::optional<std::int64_t> limit(const json::object& rule, std::string_view name) {
  const json::value* value = rule.if_contains(name);
  if (value == nullptr || (!value->is_int64() && !value->is_uint64())) return std::nullopt;
  return value->to_number<std::int64_t>();
}

inline std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

/// "… 1 to 200 …", "… at least 1 …", "… at most 200 …" or what stands alone.
struct Ranged {
  SchemaWord both, least, most, alone;
  [[nodiscard]] std::string in(std::string_view locale, std::optional<std::int64_t> min,
                               std::optional<std::int64_t> max) const {
    const std::string from = min ? std::to_string(*min) : "", to = max ? std::to_string(*max) : "";
    const SchemaWord& word = min && max ? both : min ? least : max ? most : alone;
    return filled(word, locale, {{"min", from}, {"max", to}});
  }
};

inline constexpr Ranged kWhole{
    {"a whole number from {min} to {max}", "ett heltal från {min} till {max}", "et heltall fra {min} til {max}"},
    {"a whole number of at least {min}", "ett heltal som är minst {min}", "et heltall på minst {min}"},
    {"a whole number of at most {max}", "ett heltal som är högst {max}", "et heltall på høyst {max}"},
    {"a whole number", "ett heltal", "et heltall"}};
inline constexpr Ranged kNumber{
    {"a number from {min} to {max}", "ett tal från {min} till {max}", "et tall fra {min} til {max}"},
    {"a number of at least {min}", "ett tal som är minst {min}", "et tall på minst {min}"},
    {"a number of at most {max}", "ett tal som är högst {max}", "et tall på høyst {max}"},
    {"a number", "ett tal", "et tall"}};
inline constexpr Ranged kText{
    {"text of {min} to {max} characters", "text på {min} till {max} tecken", "tekst på {min} til {max} tegn"},
    {"text of at least {min} characters", "text på minst {min} tecken", "tekst på minst {min} tegn"},
    {"text of at most {max} characters", "text på högst {max} tecken", "tekst på høyst {max} tegn"},
    {"text", "text", "tekst"}};
inline constexpr Ranged kList{
    {"a list of {min} to {max} values", "en lista med {min} till {max} värden", "en liste med {min} til {max} verdier"},
    {"a list of at least {min} values", "en lista med minst {min} värden", "en liste med minst {min} verdier"},
    {"a list of at most {max} values", "en lista med högst {max} värden", "en liste med høyst {max} verdier"},
    {"a list", "en lista", "en liste"}};

/// What a pattern asks for. The patterns are those that business data has; another is shown as it is.
inline std::string pattern_words(std::string_view pattern, std::string_view locale) {
  struct Known {
    std::string_view begins;
    SchemaWord word;
  };
  static constexpr std::array<Known, 9> kKnown{{
      {"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T",
       {"a date, or a date and a time of day, such as 2026-12-31T10:00:00",
        "ett datum, eller datum och klockslag, som 2026-12-31T10:00:00",
        "en dato, eller dato og klokkeslett, som 2026-12-31T10:00:00"}},
      {"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
       {"a date such as 2026-12-31", "ett datum som 2026-12-31", "en dato som 2026-12-31"}},
      {"^[0-9]{4}-[0-9]{2}(",
       {"a month or a date, such as 2026-12 or 2026-12-31", "en månad eller ett datum, som 2026-12 eller 2026-12-31",
        "en måned eller en dato, som 2026-12 eller 2026-12-31"}},
      {"^[0-9]{4}-[0-9]{2}$", {"a month such as 2026-12", "en månad som 2026-12", "en måned som 2026-12"}},
      {"^[A-Z]{3}$",
       {"a currency as three capital letters, such as SEK", "en valuta med tre versaler, som SEK",
        "en valuta med tre store bokstaver, som SEK"}},
      {"^[A-Z]{2}$",
       {"a country as two capital letters, such as SE", "ett land med två versaler, som SE",
        "et land med to store bokstaver, som SE"}},
      {"^([A-Z]{2})?$",
       {"a country as two capital letters, such as SE, or empty", "ett land med två versaler, som SE, eller tomt",
        "et land med to store bokstaver, som SE, eller tomt"}},
      {"^[0-9A-Za-z]{0,10}$",
       {"at most 10 digits and letters without spaces", "högst 10 siffror och bokstäver utan mellanslag",
        "høyst 10 sifre og bokstaver uten mellomrom"}},
      {"^[a-z][a-z0-9_",
       {"small letters a–z, digits and _, a letter first", "små bokstäver a–z, siffror och _, med en bokstav först",
        "små bokstaver a–z, sifre og _, med en bokstav først"}},
  }};
  for (const Known& known : kKnown) {
    if (pattern.starts_with(known.begins)) return std::string(known.word.in(locale));
  }
  for (const std::string_view point : {"([.][0-9]{1,", "([.,][0-9]{1,"}) {
    const auto at = pattern.find(point);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = pattern.substr(at + point.size());
    return filled({"a number with a point and at most {max} decimals, such as 12.5",
                   "ett tal med punkt och högst {max} decimaler, som 12.5",
                   "et tall med punktum og høyst {max} desimaler, som 12.5"},
                  locale, {{"max", std::string(rest.substr(0, rest.find('}')))}});
  }
  return filled({"text of the form {pattern}", "text på formen {pattern}", "tekst på formen {pattern}"}, locale,
                {{"pattern", std::string(pattern)}});
}

inline std::string listed(const json::array& values) {
  std::string text;
  for (const json::value& one : values) text += (text.empty() ? "" : ", ") + shown(one);
  return text;
}

inline std::string names_of(const json::object& members) {
  std::string text;
  for (const auto& member : members) text += (text.empty() ? "" : ", ") + std::string(member.key());
  return text;
}

inline std::string text_words(const json::object& rule, const json::value* found, std::string_view locale) {
  if (const json::value* pattern = rule.if_contains("pattern"); pattern != nullptr && pattern->is_string()) {
    return pattern_words(std::string_view(pattern->get_string()), locale);
  }
  auto least = limit(rule, "minLength");
  const auto most = limit(rule, "maxLength");
  if (least && *least == 0) least.reset();
  std::string text = kText.in(locale, least, most);
  const std::size_t has = found != nullptr && found->is_string() ? characters(found->get_string()) : 0;
  if (most && has > static_cast<std::size_t>(*most)) {
    text += filled({" (this has {has})", " (det här har {has})", " (dette har {has})"}, locale,
                   {{"has", std::to_string(has)}});
  }
  return text;
}

inline std::string object_words(const json::object& rule, std::string_view locale) {
  static constexpr SchemaWord kAlone{"a JSON object", "ett JSON-objekt", "et JSON-objekt"};
  static constexpr SchemaWord kNamed{"a JSON object with {names}", "ett JSON-objekt med {names}",
                                     "et JSON-objekt med {names}"};
  static constexpr SchemaWord kAny{"a JSON object with some of {names}", "ett JSON-objekt med något av {names}",
                                   "et JSON-objekt med noe av {names}"};
  const json::value* members = rule.if_contains("properties");
  if (members != nullptr && members->is_object() && !members->get_object().empty()) {
    return filled(kNamed, locale, {{"names", names_of(members->get_object())}});
  }
  if (const json::value* names = rule.if_contains("propertyNames"); names != nullptr && names->is_object()) {
    const json::value* choices = names->get_object().if_contains("enum");
    if (choices != nullptr && choices->is_array()) {
      return filled(kAny, locale, {{"names", listed(choices->get_array())}});
    }
  }
  return std::string(kAlone.in(locale));
}

}  // namespace schema_words

/// What a rule lets through; empty where it says nothing that has words.
[[nodiscard]] inline std::string allowed_words(const json::object& rule, const json::value* found,
                                               std::string_view locale) {
  namespace words = schema_words;
  static constexpr SchemaWord kOneOf{"one of {list}", "något av {list}", "en av {list}"};
  static constexpr SchemaWord kOr{" or ", " eller ", " eller "};
  if (const json::value* choices = rule.if_contains("enum"); choices != nullptr && choices->is_array()) {
    return words::filled(kOneOf, locale, {{"list", words::listed(choices->get_array())}});
  }
  std::vector<std::string> types;
  if (const json::value* type = rule.if_contains("type")) {
    if (type->is_string()) types.emplace_back(type->get_string());
    if (type->is_array()) {
      for (const json::value& one : type->get_array()) types.emplace_back(one.get_string());
    }
  } else if (rule.contains("pattern") || rule.contains("maxLength") || rule.contains("minLength")) {
    types.emplace_back("string");
  } else if (rule.contains("properties")) {
    types.emplace_back("object");
  }
  std::string text;
  const auto add = [&](std::string_view one) { text += (text.empty() ? "" : std::string(kOr.in(locale))) += one; };
  for (const std::string& type : types) {
    if (type == "string") add(words::text_words(rule, found, locale));
    if (type == "integer") add(words::kWhole.in(locale, words::limit(rule, "minimum"), words::limit(rule, "maximum")));
    if (type == "number") add(words::kNumber.in(locale, words::limit(rule, "minimum"), words::limit(rule, "maximum")));
    if (type == "boolean") add(SchemaWord{"true or false", "true eller false", "true eller false"}.in(locale));
    if (type == "array") add(words::kList.in(locale, words::limit(rule, "minItems"), words::limit(rule, "maxItems")));
    if (type == "object") add(words::object_words(rule, locale));
    if (type == "null" && types.size() == 1) add("null");  // beside others it only means that the field may stay empty
  }
  if (const json::value* ways = rule.if_contains("oneOf"); text.empty() && ways != nullptr && ways->is_array()) {
    for (const json::value& way : ways->get_array()) {
      const std::string one = way.is_object() ? allowed_words(way.get_object(), found, locale) : "";
      if (!one.empty()) add(one);
    }
  }
  return text;
}

struct SchemaFault {
  enum class Kind { missing, unknown, wrong };
  Kind kind = Kind::wrong;
  std::string path;   // lines[0].net; "" = the whole input
  std::string name;   // the last part of it: net
  std::string field;  // the first: lines
  std::string shown;  // the value, where there is one
  std::string known;  // of an unknown member: which there are
  const json::object* rule = nullptr;
  const json::value* value = nullptr;
};

/// What people call the field: its "x-label" (language → text), beside the path where that leads inside another field;
/// the path where it has none.
[[nodiscard]] inline std::string schema_fault_label(const SchemaFault& fault, std::string_view locale) {
  const json::value* labels =
      fault.rule == nullptr || fault.kind == SchemaFault::Kind::unknown ? nullptr : fault.rule->if_contains("x-label");
  if (labels == nullptr || !labels->is_object()) return fault.path;
  const std::string_view language = locale.starts_with("sv") ? "sv"
                                    : locale.starts_with("nb") || locale.starts_with("no") || locale.starts_with("nn")
                                        ? "nb"
                                        : "en";
  const json::value* label = labels->get_object().if_contains(language);
  if (label == nullptr) label = labels->get_object().if_contains("en");
  if (label == nullptr || !label->is_string()) return fault.path;
  const std::string text(label->get_string());
  return fault.path == fault.name ? text : text + " (" + fault.path + ")";
}

/// `context`: where the validator saw it: "<root>", "[lines]", "[0]".
[[nodiscard]] inline SchemaFault schema_fault(const json::value& input, const json::value& schema,
                                              const std::vector<std::string>& context) {
  const auto member = [](const json::object* rule, std::string_view name) -> const json::object* {
    const json::value* found = rule == nullptr ? nullptr : rule->if_contains(name);
    return found == nullptr ? nullptr : found->if_object();
  };
  SchemaFault fault;
  fault.value = &input;
  fault.rule = schema.if_object();
  for (const std::string& part : context) {
    if (part.size() < 2 || part.front() != '[') continue;
    const std::string name = part.substr(1, part.size() - 2);
    if (const json::object* object = fault.value->if_object()) {
      const json::value* found = object->if_contains(name);
      if (found == nullptr) break;
      fault.value = found;
      const json::object* closed = member(fault.rule, "additionalProperties");
      const json::object* own = member(member(fault.rule, "properties"), name);
      fault.rule = own != nullptr ? own : closed;
      fault.path += (fault.path.empty() ? "" : ".") + name;
    } else if (const json::array* array = fault.value->if_array()) {
      const std::size_t index = std::strtoull(name.c_str(), nullptr, 10);
      if (index >= array->size()) break;
      fault.value = &(*array)[index];
      fault.rule = member(fault.rule, "items");
      fault.path += "[" + name + "]";
    } else {
      break;
    }
    fault.name = name;
  }
  fault.shown = schema_words::shown(*fault.value);
  const auto of_member = [&](SchemaFault::Kind kind, std::string_view name) {
    fault.kind = kind;
    fault.name = std::string(name);
    fault.path += (fault.path.empty() ? "" : ".") + fault.name;
  };
  const json::object* object = fault.value->if_object();
  const json::object* properties = member(fault.rule, "properties");
  if (object != nullptr && fault.rule != nullptr) {
    const json::value* required = fault.rule->if_contains("required");
    const json::value* closed = fault.rule->if_contains("additionalProperties");
    if (required != nullptr && required->is_array()) {
      for (const json::value& name : required->get_array()) {
        if (object->contains(name.as_string())) continue;
        of_member(SchemaFault::Kind::missing, name.as_string());
        fault.rule = member(properties, name.as_string());
        fault.value = nullptr;
        break;
      }
    }
    if (fault.kind == SchemaFault::Kind::wrong && properties != nullptr && closed != nullptr && closed->is_bool() &&
        !closed->get_bool()) {
      for (const auto& one : *object) {
        if (properties->contains(one.key())) continue;
        of_member(SchemaFault::Kind::unknown, one.key());
        fault.known = schema_words::names_of(*properties);
        fault.shown = schema_words::shown(one.value());
        fault.value = &one.value();
        break;
      }
    }
  }
  fault.field = fault.path.substr(0, fault.path.find_first_of(".["));
  return fault;
}

/// What is allowed instead, in words; says so where there are none.
[[nodiscard]] inline std::string schema_fault_expected(const SchemaFault& fault, std::string_view locale) {
  std::string text = fault.rule == nullptr ? "" : allowed_words(*fault.rule, fault.value, locale);
  if (text.empty())
    text = SchemaWord{"what the field's description says", "det som fältets beskrivning säger",
                      "det som feltets beskrivelse sier"}
               .in(locale);
  return text;
}

[[nodiscard]] inline std::string schema_fault_text(const SchemaFault& fault, std::string_view locale) {
  static constexpr SchemaWord kMissing{"{path} is missing: give {expected}.", "{path} saknas: ange {expected}.",
                                       "{path} mangler: oppgi {expected}."};
  static constexpr SchemaWord kUnknown{"{path} is no field here: leave it out. These are: {known}.",
                                       "{path} är inget fält här: utelämna det. Fälten är: {known}.",
                                       "{path} er ikke et felt her: utelat det. Feltene er: {known}."};
  static constexpr SchemaWord kWrong{"{path} cannot be '{value}'. Expected: {expected}.",
                                     "{path} kan inte vara '{value}'. Förväntat: {expected}.",
                                     "{path} kan ikke være '{value}'. Forventet: {expected}."};
  static constexpr SchemaWord kWhole{"The input cannot be '{value}'. Expected: {expected}.",
                                     "Indata kan inte vara '{value}'. Förväntat: {expected}.",
                                     "Inndata kan ikke være '{value}'. Forventet: {expected}."};
  const SchemaWord& word = fault.kind == SchemaFault::Kind::missing   ? kMissing
                           : fault.kind == SchemaFault::Kind::unknown ? kUnknown
                           : fault.path.empty()                       ? kWhole
                                                                      : kWrong;
  return schema_words::filled(word, locale,
                              {{"path", schema_fault_label(fault, locale)},
                               {"value", fault.shown},
                               {"known", fault.known},
                               {"expected", schema_fault_expected(fault, locale)}});
}

/// A schema without what the declaration says its owner checks row by row: there, rows are objects, no more.
[[nodiscard]] inline json::value without_rows_checked_apart(const json::object& declaration, json::value schema) {
  const json::value* apart = declaration.if_contains("rows_checked_apart");
  if (apart == nullptr || !apart->is_string() || !schema.is_object()) return schema;
  json::value* properties = schema.get_object().if_contains("properties");
  json::value* rows = properties == nullptr || !properties->is_object()
                          ? nullptr
                          : properties->get_object().if_contains(apart->get_string());
  if (rows != nullptr && rows->is_object()) rows->get_object()["items"] = json::object{{"type", "object"}};
  return schema;
}

}  // namespace erp::sdk
