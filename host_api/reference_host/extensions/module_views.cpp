// SPDX-License-Identifier: Apache-2.0
//
// Views and panels that modules bring: what they list at the start, and one view when a page asks for it.
#include <algorithm>

#include "extensions/log.h"
#include "extensions/menus.h"
#include "extensions/module_host.h"

namespace erp::host {

void ModuleHost::add_views(std::size_t index, std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  const json::array* entries = !error && value.is_object() ? array_of(value.get_object(), "views") : nullptr;
  if (entries == nullptr) return;
  for (const json::value& declared : *entries) {
    const json::object& fields = declared.as_object();
    ViewEntry entry;
    entry.module = index;
    entry.id = required_text(fields, "id");
    entry.kind = text_of(fields, "kind").value_or("");
    entry.permission = text_of(fields, "permission").value_or("");
    entry.lookup = flag_of(fields, "lookup").value_or(false);
    if (const json::value* titles = field(fields, "titles"); titles != nullptr && titles->is_object())
      entry.titles = titles->get_object();
    const std::string id = entry.id;
    if (!views_.emplace(id, std::move(entry)).second) {
      log_line(ERP_LOG_WARNING, "A module declares a view that is there already; the first keeps its name.",
               {{"module", modules_[index]->state.id}, {"view", id}});
    }
  }
}

json::value ModuleHost::get_view(const Caller& caller, const ViewEntry& entry) {
  Module& one = *modules_[entry.module];
  return call(caller, one, "view " + entry.id,
              [&](const erp_call& token) { return one.module->get_view(token, entry.id); });
}

json::array ModuleHost::parts() const {
  json::array out;
  const Pool::Lease db = base_.pool.lease();
  for (const auto& one : modules_) {
    if (!one->state.running) continue;
    const auto kept =
        db->row<std::string>("select json from host_module_ui where module_id = ? and kind = 'parts'", {one->state.id});
    if (!kept) continue;
    for (json::value& part : read_parts(one->context->manifest(), std::get<0>(*kept))) out.push_back(std::move(part));
  }
  const auto order = [](const json::value& part) { return integer_of(part.as_object(), "order").value_or(100); };
  std::stable_sort(out.begin(), out.end(),
                   [&](const json::value& a, const json::value& b) { return order(a) < order(b); });
  return out;
}

}  // namespace erp::host
