// SPDX-License-Identifier: Apache-2.0
#include "web/action_block.h"

namespace erp::host::web {

void write_action(Language language, const ActionText& action, Html& out) {
  out.open("details", {{"class", "action"}, {"id", action.name}}).raw("<summary>");
  out.element("code", {}, action.name).raw(" ").element("span", {}, action.summary).raw("</summary>");
  out.open("p", {}).text(text(language, "actions.permission") + ": ").element("code", {}, action.permission);
  out.text(" · " + text(language, action.changes ? "actions.changes" : "actions.reads")).close("p");
  if (!action.fields.empty()) {
    out.raw("<div class=\"table\"><table><thead><tr>");
    for (const char* title : {"actions.field", "actions.holds", "actions.about"}) {
      out.element("th", {{"scope", "col"}}, text(language, title));
    }
    out.raw("</tr></thead><tbody>");
    for (const ActionField& field : action.fields) {
      out.raw("<tr><th scope=\"row\">").element("code", {}, field.name + (field.needed ? " *" : "")).raw("</th>");
      out.element("td", {}, field.holds).element("td", {}, field.about).raw("</tr>");
    }
    out.raw("</tbody></table></div>");
  }
  if (!action.errors.empty()) {
    out.open("p", {}).text(text(language, "actions.errors") + ":");
    for (const std::string& error : action.errors) out.raw(" ").element("code", {}, error);
    out.close("p");
  }
  if (!action.setup.empty()) {
    out.element("p", {}, text(language, "actions.setup")).element("pre", {}, action.setup);
  }
  if (!action.example.empty()) {
    out.element("p", {}, text(language, "actions.example"));
    out.element("pre", {}, "POST /api/actions/" + action.name + "\n" + action.example);
  }
  out.raw("<details><summary>").text("JSON Schema").raw("</summary>").element("pre", {}, action.schema);
  out.raw("</details></details>");
}

}  // namespace erp::host::web
