// SPDX-License-Identifier: Apache-2.0
#include "services/action_table.h"

#include "database/resources.h"
#include "services/access.h"
#include "services/directory.h"
#include "services/invoices.h"
#include "services/orders.h"
#include "services/record_lists.h"
#include "services/requests.h"
#include "services/settings.h"

namespace erp::host {

namespace {

using Run = json::value (*)(Unit&, const json::object&);

/// Menus are the App's; it answers menu.list itself, after the checks that all actions share.
json::value answered_by_the_app(Unit&, const json::object&) { return nullptr; }

/// The host's own lists; the App hands the others on to the module that has them.
template <const char* kAction>
json::value answer_list(Unit& unit, const json::object& input) {
  return record_lists::answer(unit, kAction, input);
}
constexpr char kQuery[] = "list.query", kSummary[] = "list.summary", kLookup[] = "list.lookup",
               kRecord[] = "list.record", kFeed[] = "list.feed";

const std::map<std::string, Run, std::less<>>& functions() {
  static const std::map<std::string, Run, std::less<>> all{
      {"company.get", settings::get_company},
      {"company.update", settings::update_company},
      {"contact.create", directory::create_contact},
      {"contact.update", directory::update_contact},
      {"credit_note.create", invoices::create_credit_note},
      {"customer.create", directory::create_customer},
      {"customer.delete", directory::delete_customer},
      {"customer.get", directory::get_customer},
      {"customer.list", directory::list_customers},
      {"customer.merge", directory::merge_customer},
      {"customer.update", directory::update_customer},
      {"document.set_reference", orders::set_reference},
      {"employee.create", directory::create_employee},
      {"employee.list", directory::list_employees},
      {"employee.update", directory::update_employee},
      {"event.list", settings::list_events},
      {"invoice.cancel", invoices::cancel},
      {"invoice.create", invoices::create},
      {"invoice.delete", invoices::remove},
      {"invoice.get", invoices::get},
      {"invoice.list", invoices::list},
      {"invoice.pay", invoices::pay},
      {"invoice.post", invoices::post},
      {"invoice.void", invoices::make_void},
      {"list.feed", answer_list<kFeed>},
      {"list.lookup", answer_list<kLookup>},
      {"list.query", answer_list<kQuery>},
      {"list.record", answer_list<kRecord>},
      {"list.summary", answer_list<kSummary>},
      {"menu.list", answered_by_the_app},
      {"module.configure", settings::configure_module},
      {"order.cancel", orders::cancel},
      {"order.confirm", orders::confirm},
      {"order.create", orders::create},
      {"order.delete", orders::remove},
      {"order.draft", orders::draft},
      {"order.get", orders::get},
      {"order.list", orders::list},
      {"order.update", orders::update},
      {"project.create", directory::create_project},
      {"project.list", directory::list_projects},
      {"project.update", directory::update_project},
      {"rate.set", settings::set_rate},
      {"role.list", settings::list_roles},
      {"role.create", settings::create_role},
      {"role.grant", settings::grant_role},
      {"user.create", settings::create_user},
      {"user.list", settings::list_users},
  };
  return all;
}

[[noreturn]] void inconsistent(const std::string& name, const std::string& what) {
  refuse(ERP_INTERNAL, "action.declaration", "Action " + name + ": " + what + ".");
}

}  // namespace

ActionTable::ActionTable() {
  for (const Resource& resource : resources()) {
    if (!resource.name.starts_with("actions/")) continue;
    const json::value file = json::parse(json::string_view(resource.text.data(), resource.text.size()));
    for (const json::value& declaration : file.at("actions").as_array()) {
      const std::string name(declaration.at("name").as_string());
      const auto run = functions().find(name);
      if (run == functions().end()) inconsistent(name, "it is declared but not made");
      HostAction action;
      action.declaration = declaration;
      action.permission = declaration.at("permission").as_string();
      action.changes = declaration.at("changes").as_bool();
      action.input = std::make_unique<InputSchema>(declaration.at("input"));
      action.run = run->second;
      if (!actions_.emplace(name, std::move(action)).second) inconsistent(name, "it is declared twice");
    }
  }
  for (const auto& [name, run] : functions()) {
    if (!actions_.contains(name)) inconsistent(name, "it is made but not declared");
  }
}

const HostAction* ActionTable::find(std::string_view name) const {
  const auto found = actions_.find(name);
  return found == actions_.end() ? nullptr : &found->second;
}

json::value run_host_action(Base& base, const Caller& caller, const std::string& name, const HostAction& action,
                            const json::value& input) {
  const json::value given = input.is_null() ? json::value(json::object{}) : input;
  action.input->check(given, name, caller.locale);
  const json::object& fields = given.as_object();
  Unit unit(base, caller, action.changes ? Transaction::Mode::write : Transaction::Mode::read);
  if (!action.permission.empty()) access::require(unit.db(), caller, action.permission);
  static_cast<void>(unit.company());  // an unknown company is refused by name, not by a constraint
  const auto request = action.changes ? text_of(fields, "request_id") : std::nullopt;
  if (request) {
    if (auto known = earlier_answer(unit, name, *request, fields)) return std::move(*known);
  }
  json::value answer = naming_the_field(*action.input, [&] { return action.run(unit, fields); });
  if (request) keep_answer(unit, name, *request, fields, answer);
  if (action.changes) unit.commit();
  return answer;
}

}  // namespace erp::host
