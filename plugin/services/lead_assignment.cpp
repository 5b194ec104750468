// SPDX-License-Identifier: Apache-2.0
#include "services/lead_assignment.h"

#include <algorithm>

#include "host/refusal.h"
#include "services/leads.h"
#include "services/references.h"
#include "store/directory_store.h"
#include "store/group_store.h"

namespace sales_leads::services {
namespace {

using store::LeadRuleRow;

bool fits(const LeadRuleRow& rule, const store::LeadRow& lead) {
  const auto same = [](Id wanted, Id value) { return wanted == 0 || wanted == value; };
  if (!same(rule.source, lead.source) || !same(rule.campaign, lead.campaign) || !same(rule.category, lead.category))
    return false;
  if (!rule.country.empty() && rule.country != lead.country) return false;
  if (rule.postal_from.empty() && rule.postal_to.empty()) return true;
  std::string postal;
  for (const char c : lead.postal_code) {
    if (c != ' ' && c != '-') postal += c;
  }
  // "114" to "117" holds 114 55 and 117 99: the bounds compare with as many characters as they have.
  return !postal.empty() && postal.substr(0, rule.postal_from.size()) >= rule.postal_from &&
         (rule.postal_to.empty() || postal.substr(0, rule.postal_to.size()) <= rule.postal_to);
}

const store::GroupRow& sales_group(const std::vector<store::GroupRow>& groups, const json::value& value) {
  for (const auto& group : groups) {
    const bool meant =
        value.is_int64() ? group.id == value.get_int64() : group.code == std::string_view(value.as_string());
    if (!meant) continue;
    if (group.kind != "sales") throw Refusal(Code::invalid_argument, "lead_rule.group.standard", "group", shown(value));
    return group;
  }
  throw Refusal(Code::invalid_argument, "reference.not_found", "group", shown(value));
}

void read_rule(UseCase& use_case, const Input& input, LeadRuleRow& row) {
  References references(use_case);
  if (const auto title = input.text("title")) row.title = *title;
  if (const auto position = input.integer("position")) row.position = *position;
  const auto reference = [&](const char* field, Id& target, auto resolve) {
    const auto* value = input.find(field);
    if (value != nullptr) target = value->is_null() ? 0 : resolve(*value);
  };
  reference("source", row.source, [&](const json::value& v) { return references.entry("source", v, row.source); });
  reference("category", row.category,
            [&](const json::value& v) { return references.entry("category", v, row.category); });
  reference("campaign", row.campaign,
            [&](const json::value& v) { return references.campaign(v, "campaign", row.campaign); });
  reference("employee", row.employee, [&](const json::value& v) { return references.employee(v, "employee"); });
  reference("group", row.group, [&](const json::value& v) {
    return sales_group(store::GroupStore(use_case.session, use_case.company()).groups(), v).id;
  });
  if (input.names("country")) row.country = input.text("country").value_or("");
  if (input.names("postal_from")) row.postal_from = input.text("postal_from").value_or("");
  if (input.names("postal_to")) row.postal_to = input.text("postal_to").value_or("");
  if ((row.group == 0) == (row.employee == 0)) {
    throw Refusal(Code::invalid_argument, row.group == 0 ? "lead_rule.employee.missing" : "lead_rule.employee.both",
                  "employee");
  }
  if (!row.postal_to.empty() && row.postal_to < row.postal_from.substr(0, row.postal_to.size())) {
    input.refuse("postal_to", json::value(row.postal_to), ">= " + row.postal_from);
  }
}

LeadRuleRow load_rule(UseCase& use_case, const Input& input) {
  auto row = store::LeadRuleStore(use_case.session, use_case.company()).find(input.id());
  if (!row) throw Refusal(Code::not_found, "lead_rule.not_found", "id", std::to_string(input.id()));
  if (const auto expected = input.integer("expected_version"); expected && *expected != row->version) {
    throw Refusal(Code::conflict, "lead_rule.version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(row->version)}});
  }
  return *row;
}

json::value write_rule(UseCase& use_case, const LeadRuleRow& row) {
  if (!store::LeadRuleStore(use_case.session, use_case.company()).update(row, use_case.stamp())) {
    throw Refusal(Code::conflict, "lead_rule.version.conflict", "expected_version", std::to_string(row.version),
                  {{"version", std::to_string(row.version + 1)}});
  }
  use_case.changed.push_back(row.id);
  return json::object{{"id", row.id}, {"version", row.version + 1}};
}

}  // namespace

void LeadAssigner::load() {
  if (loaded_) return;
  loaded_ = true;
  const domain::Day today = use_case_.today();
  const auto rows = store::LeadRuleStore(use_case_.session, use_case_.company()).list(false);
  if (rows.empty()) return;
  const auto members = store::GroupStore(use_case_.session, use_case_.company()).members();
  std::set<Id> employees;
  for (const auto& member : members) employees.insert(member.employee);
  for (const auto& row : rows) employees.insert(row.employee);
  std::set<Id> present;
  for (const auto& entry : store::DirectoryStore(use_case_.session, use_case_.company())
                               .by_ids(store::DirectoryKind::employee, {employees.begin(), employees.end()})) {
    if (entry.state == "active") present.insert(entry.id);
  }
  for (const auto& row : rows) {
    Rule rule{row, {}, row.last_employee};
    std::set<Id> who;
    if (present.contains(row.employee)) who.insert(row.employee);
    for (const auto& member : members) {
      const bool holds = member.from <= today && (!member.to || today <= *member.to);
      if (row.group != 0 && member.group == row.group && member.kind == "sales" && holds &&
          present.contains(member.employee)) {
        who.insert(member.employee);
      }
    }
    rule.members.assign(who.begin(), who.end());
    rules_.push_back(std::move(rule));
  }
}

Id LeadAssigner::owner_of(const store::LeadRow& row) {
  load();
  for (Rule& rule : rules_) {
    if (rule.members.empty() || !fits(rule.row, row)) continue;
    const auto next = std::upper_bound(rule.members.begin(), rule.members.end(), rule.last);
    rule.last = next == rule.members.end() ? rule.members.front() : *next;
    return rule.last;
  }
  return 0;
}

void LeadAssigner::write_turns() {
  store::LeadRuleStore store(use_case_.session, use_case_.company());
  for (const Rule& rule : rules_) {
    if (rule.row.group == 0 || rule.last == rule.row.last_employee) continue;
    if (!store.take_turn(rule.row.id, rule.row.last_employee, rule.last)) {
      throw Failure(Code::busy, "database.busy", "Somebody else was given the turn; try again.");
    }
  }
}

json::value create_lead_rule(UseCase& use_case, const Input& input) {
  LeadRuleRow row;
  row.position = 10;
  store::LeadRuleStore store(use_case.session, use_case.company());
  for (const auto& other : store.list(true)) row.position = std::max(row.position, other.position + 10);
  read_rule(use_case, input, row);
  row.id = store.insert(row, use_case.stamp());
  use_case.changed.push_back(row.id);
  return json::object{{"id", row.id}, {"version", 1}, {"position", row.position}};
}

json::value update_lead_rule(UseCase& use_case, const Input& input) {
  auto row = load_rule(use_case, input);
  read_rule(use_case, input, row);
  return write_rule(use_case, row);
}

json::value archive_lead_rule(UseCase& use_case, const Input& input) {
  auto row = load_rule(use_case, input);
  row.archived = input.flag("archived", true);
  return write_rule(use_case, row);
}

json::value list_lead_rules(UseCase& use_case, const Input& input) {
  const auto id = [](Id value) { return value == 0 ? json::value(nullptr) : json::value(value); };
  json::array rules;
  for (const auto& row :
       store::LeadRuleStore(use_case.session, use_case.company()).list(input.flag("archived", false))) {
    rules.push_back(json::object{{"id", row.id},
                                 {"version", row.version},
                                 {"position", row.position},
                                 {"title", row.title},
                                 {"source", id(row.source)},
                                 {"campaign", id(row.campaign)},
                                 {"category", id(row.category)},
                                 {"country", row.country},
                                 {"postal_from", row.postal_from},
                                 {"postal_to", row.postal_to},
                                 {"group", id(row.group)},
                                 {"employee", id(row.employee)},
                                 {"last_employee", id(row.last_employee)},
                                 {"archived", row.archived}});
  }
  return json::object{{"rules", std::move(rules)}};
}

}  // namespace sales_leads::services
