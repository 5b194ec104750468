// SPDX-License-Identifier: Apache-2.0
#include "import/known.h"

namespace erp::host::import {
namespace {

// A list answers {"<records>":[…],"next":…}: the records are its one array.
const boost::json::array* records_of(const boost::json::value& page) {
  if (!page.is_object()) return nullptr;
  for (const auto& member : page.get_object()) {
    if (member.value().is_array()) return &member.value().get_array();
  }
  return nullptr;
}

}  // namespace

const std::map<std::string, std::int64_t>& Known::by(const std::string& action, const std::string& key) {
  const auto found = lists_.find(action + "/" + key);
  if (found != lists_.end()) return found->second;
  std::map<std::string, std::int64_t> out;
  boost::json::object input;
  // Lists of a few dozen entries come whole and know neither `after` nor `limit`.
  const bool paged = action != "step.list" && action != "user.list";
  if (paged) input["limit"] = 500;
  for (;;) {
    const boost::json::value page = app_.call_action(caller_, action, input);
    const boost::json::array* records = records_of(page);
    if (!records) break;
    for (const auto& record : *records) {
      if (!record.is_object()) continue;
      const auto* name = record.get_object().if_contains(key);
      const auto* id = record.get_object().if_contains("id");
      if (name && name->is_string() && id && id->is_int64()) {
        out.emplace(std::string(name->get_string()), id->get_int64());
      }
    }
    const auto* next = page.get_object().if_contains("next");
    if (!paged || !next || next->is_null() || records->empty()) break;
    input["after"] = *next;
  }
  return lists_.emplace(action + "/" + key, std::move(out)).first->second;
}

}  // namespace erp::host::import
