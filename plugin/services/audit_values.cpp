// SPDX-License-Identifier: Apache-2.0
#include "services/audit_values.h"

#include <algorithm>
#include <array>
#include <set>

#include "store/list_store.h"

namespace sales_leads::services {
namespace {

constexpr std::size_t kMostRecords = 500;   // of one call; more are told by their ids
constexpr std::size_t kMostSigns = 20'000;  // of one record's text
/// Who and when, which the log tells anyhow, and what follows from other fields or other records.
constexpr std::array<std::string_view, 15> kUntold = {
    "created_at", "changed_at", "changed_by",     "company_amount", "weighted", "effective_probability",
    "stale",      "cost",       "contract_value", "invoiced",       "members",  "rejection_rule",
    "full_name",  "score",      "next_activity"};
/// What a call says beside the change itself.
constexpr std::array<std::string_view, 5> kBeside = {"request_id", "expected_version", "preview", "id", "ids"};

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Rows of files and pasted blocks are no change of one record; and the log of an erasure keeps nothing of the person.
bool is_untold(const std::string& action, const json::object& input) {
  return input.contains("rows") || action == "budget.paste" || action.starts_with("person.");
}

void add_names(const json::object& object, std::set<std::string>& names) {
  for (const auto& member : object) names.emplace(member.key());
}

std::vector<Id> ids_in(const json::value& value) {
  if (const auto* id = value.if_int64()) return {*id};
  std::vector<Id> ids;
  if (const auto* list = value.if_array()) {
    for (const json::value& one : *list) {
      const auto* object = one.if_object();
      const json::value* id = object == nullptr ? &one : object->if_contains("id");
      if (id != nullptr && id->is_int64()) ids.push_back(id->get_int64());
    }
  }
  return ids;
}

}  // namespace

AuditValues::AuditValues(UseCase& use_case, const std::string& action, const json::object& input)
    : use_case_(use_case), action_(action), input_(input) {
  const std::string entity = action.substr(0, action.find('.'));
  table_ = use_case.lists == nullptr ? nullptr : use_case.lists->find(entity);
  if (table_ == nullptr || is_untold(action, input)) return;
  std::vector<Id> ids;
  for (const char* field : {"id", "ids", "customer"}) {
    const auto* value =
        field == std::string_view("customer") && entity != "customer_extra" ? nullptr : input.if_contains(field);
    if (value == nullptr) continue;
    for (const Id id : ids_in(*value)) ids.push_back(id);
    const lists::Column* code = table_->list.find("code");
    if (value->is_string() && code != nullptr) {
      lists::Question question;
      question.filters.push_back({code, lists::Op::equal, {std::string(value->get_string())}});
      question.limit = 2;
      for (auto& [id, cells] : read(question)) before_.emplace(id, std::move(cells));
    }
  }
  if (ids.size() > kMostRecords) ids.resize(kMostRecords);
  for (auto& [id, cells] : read(ids)) before_.emplace(id, std::move(cells));
}

bool AuditValues::told(const lists::Column& column) const {
  return column.right.empty() && !is_one_of(kUntold, column.name);
}

std::map<Id, AuditValues::Cells> AuditValues::read(const lists::Question& asked) {
  lists::Question question = asked;
  question.archived = true;
  for (const lists::Column& column : table_->list.columns) {
    if (told(column)) question.columns.push_back(&column);
  }
  const store::ListCaller all{use_case_.company(), use_case_.language(), use_case_.today(), {}, {}};
  std::map<Id, Cells> found;
  for (const lists::Row& row : store::list_runner(use_case_.session, *table_, all)->page(question)) {
    Cells& cells = found[row.id];
    for (std::size_t i = 0; i < question.columns.size(); ++i) {
      cells[question.columns[i]->name] =
          lists::cell_json(*question.columns[i], row.values[i], row.others[i], use_case_.rates.company_currency());
    }
  }
  return found;
}

std::map<Id, AuditValues::Cells> AuditValues::read(const std::vector<Id>& ids) {
  if (ids.empty()) return {};
  lists::Question question;
  question.ids = ids;
  question.has_ids = true;
  question.limit = static_cast<std::int64_t>(ids.size());
  return read(question);
}

json::object AuditValues::given() const {
  json::object given;
  for (const auto& member : input_) {
    const lists::Column* column = table_ == nullptr ? nullptr : table_->list.find(member.key());
    const bool guarded = column != nullptr && !column->right.empty();
    if (!guarded && !is_one_of(kBeside, member.key())) given[member.key()] = member.value();
  }
  return given;
}

std::map<Id, std::string> AuditValues::of(const std::vector<Id>& changed) {
  std::map<Id, std::string> texts;
  if (is_untold(action_, input_)) return texts;
  std::vector<Id> ids(changed.begin(),
                      changed.begin() + static_cast<std::ptrdiff_t>(std::min(changed.size(), kMostRecords)));
  auto after = table_ == nullptr ? std::map<Id, Cells>{} : read(ids);
  const bool creates = action_.ends_with(".create");
  for (const Id id : ids) {
    json::object told;
    const auto was = before_.find(id), is = after.find(id);
    if (was != before_.end() && is == after.end()) {
      json::object gone;
      for (const auto& [name, value] : was->second) {
        if (!value.is_null() && value != json::value("")) gone[name] = value;
      }
      told["deleted"] = std::move(gone);
    } else if (is != after.end() && (was != before_.end() || creates)) {
      for (const auto& [name, value] : is->second) {
        const json::value old = was == before_.end() ? json::value(nullptr) : was->second.at(name);
        const bool empty = was == before_.end() && (value.is_null() || value == json::value(""));
        if (old != value && !empty) told[name] = json::array{old, value};
      }
    }
    if (told.empty()) {
      json::object rest = given();
      if (!rest.empty()) told["given"] = std::move(rest);
    }
    std::string text = told.empty() ? "" : json::serialize(told);
    if (text.size() > kMostSigns) text.clear();  // what is longer than any form's fields is told by their names
    if (!text.empty()) texts[id] = std::move(text);
  }
  return texts;
}

std::string audited_fields(const json::object& input) {
  std::set<std::string> names;
  const auto* changes = input.if_contains("changes");
  const auto* rows = input.if_contains("rows");
  if (changes != nullptr && changes->is_object()) {
    add_names(changes->get_object(), names);
  } else if (rows != nullptr && rows->is_array()) {
    for (const json::value& row : rows->get_array()) {
      if (row.is_object()) add_names(row.get_object(), names);
    }
  } else {
    add_names(input, names);
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text.substr(0, 500);
}

}  // namespace sales_leads::services
