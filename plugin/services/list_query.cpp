// SPDX-License-Identifier: Apache-2.0
#include "services/list_query.h"

#include <algorithm>
#include <array>

#include "host/refusal.h"
#include "services/audit_words.h"
#include "services/list_record_parts.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMostGroups = 500;

/// Lists whose entries make the columns of a board, empty ones included.
constexpr std::array<std::string_view, 7> kShort = {"step",   "pipeline", "rejection",      "type",
                                                    "source", "category", "customer_status"};

/// 1000000 as "1 000 000", by spaces that no line breaks at.
std::string grouped(const std::string& digits) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u00a0";
    out += digits[i];
  }
  return out;
}

/// A wrong question in the caller's words.
template <class Body>
auto worded(UseCase& use_case, const Input& input, Body&& body) {
  try {
    return body();
  } catch (const lists::Problem& problem) {
    if (problem.key() == "list.sort.too_many") {
      const auto label = use_case.lists->views().named(*input.text("list"), problem.field(), use_case.language());
      throw Refusal(Code::invalid_argument, problem.key(), problem.field(), grouped(problem.value()),
                    {{"name", label.value_or(problem.field())}, {"expected", grouped(problem.expected())}});
    }
    throw Refusal(Code::invalid_argument, problem.key(), problem.field(), problem.value(),
                  {{"expected", problem.expected()}});
  }
}

const store::ListTable& table_named(UseCase& use_case, const std::string& name) {
  const store::ListTable* table = use_case.lists->find(name);
  if (table == nullptr) {
    std::string known;
    for (const auto& [one, ignored] : use_case.lists->all()) known += (known.empty() ? "" : ", ") + one;
    throw Refusal(Code::not_found, "list.unknown", "list", name, {{"expected", known}});
  }
  if (!table->list.permission.empty() && !use_case.caller.may(table->list.permission))
    throw Refusal(Code::permission, "permission.missing", "", table->list.permission);
  return *table;
}

/// The log keeps names of fields; its readers get theirs.
void name_fields(UseCase& use_case, json::object& cells) {
  const auto* kind = cells.if_contains("record_kind");
  auto* detail = cells.if_contains("detail");
  if (detail == nullptr || !detail->is_string()) return;
  *detail = audit_detail(use_case.lists->views(), use_case.language(),
                         kind != nullptr && kind->is_string() ? std::string(kind->get_string()) : std::string(),
                         std::string(detail->get_string()));
}

constexpr std::string_view kLog = "audit";

/// What narrows both lists: a board of one pipeline has the steps of that pipeline.
json::object shared_filters(const Input& input, const lists::List& other) {
  json::array filters;
  if (const auto* given = input.array("filter")) {
    for (const json::value& one : *given) {
      const lists::Column* column = other.find(one.at("field").as_string());
      if (column != nullptr && column->type == lists::Type::ref) filters.push_back(one);
    }
  }
  return {{"filter", std::move(filters)}};
}

std::optional<std::vector<lists::GroupEntry>> entries_of(UseCase& use_case, const lists::Column& group,
                                                         const std::string& entity, const Input& input) {
  std::vector<lists::GroupEntry> entries;
  if (group.type == lists::Type::choice) {
    for (const std::string& choice : group.choices) {
      const auto label = use_case.lists->views().named(entity, group.name + "." + choice, use_case.language());
      entries.push_back({json::value(choice), label.value_or(choice), {}});
    }
    return entries;
  }
  if (group.type != lists::Type::ref || std::find(kShort.begin(), kShort.end(), group.list) == kShort.end())
    return std::nullopt;
  OpenList other(use_case, group.list);
  lists::Question question = other.reader.question(shared_filters(input, other.table.list));
  other.reader.read_sort(question, {});
  question.limit = kMostGroups;
  const bool steps = group.list == "step";
  if (steps) question.columns = {other.table.list.find("status"), other.table.list.find("rejection_rule")};
  for (const lists::Row& row : other.runner->page(question)) {
    json::object more;
    if (steps) {
      const std::string status = std::get<std::string>(row.values[0]);
      more = {{"closed", status != "open"},
              {"tone", status == "won"    ? "positive"
                       : status == "lost" ? "negative"
                                          : "neutral"},
              {"rejection_rule", std::get<std::string>(row.values[1])}};
    }
    entries.push_back({json::value(row.id), row.title, std::move(more)});
  }
  return entries;
}

}  // namespace

std::unique_ptr<lists::Runner> runner_of(UseCase& use_case, const store::ListTable& table) {
  store::ListCaller caller{use_case.company(), use_case.language(), use_case.today(), {}, {}};
  if (!use_case.caller.sees.all()) caller.opportunities_of = use_case.caller.sees.employees;
  if (!use_case.caller.sees_leads.all()) caller.leads_of = use_case.caller.sees_leads.employees;
  return store::list_runner(use_case.session, table, caller);
}

OpenList::OpenList(UseCase& use_case, const std::string& name)
    : table(table_named(use_case, name)),
      runner(runner_of(use_case, table)),
      reader{
          table.list, use_case.caller.may,
          [&calendar = use_case.calendar](std::int64_t day) { return calendar.at(static_cast<domain::Day>(day), 0); },
          use_case.today(), use_case.fiscal_year_start_month} {}

json::value query_list(UseCase& use_case, const Input& input) {
  return worded(use_case, input, [&]() -> json::value {
    OpenList open(use_case, *input.text("list"));
    constexpr const char* kExport = "sales_leads.export";
    if (input.flag("export", false) && !use_case.caller.may(kExport))
      throw Refusal(Code::permission, "permission.missing", "", kExport);
    auto answer = lists::answer_query(open.reader, *open.runner, input.object(), use_case.rates.company_currency());
    if (open.table.list.name == kLog) {
      for (json::value& row : answer.at("rows").as_array()) name_fields(use_case, row.at("cells").as_object());
    }
    return answer;
  });
}

json::value summarize_list(UseCase& use_case, const Input& input) {
  return worded(use_case, input, [&]() -> json::value {
    OpenList open(use_case, *input.text("list"));
    return lists::Summary(open.reader, *open.runner, use_case.rates.company_currency())
        .answer(input.object(),
                [&](const lists::Column& group) { return entries_of(use_case, group, open.table.list.name, input); });
  });
}

json::value look_up_in_list(UseCase& use_case, const Input& input) {
  return worded(use_case, input, [&]() -> json::value {
    OpenList open(use_case, *input.text("list"));
    return lists::answer_lookup(open.reader, *open.runner, input.object());
  });
}

json::value read_list_record(UseCase& use_case, const Input& input) {
  return worded(use_case, input, [&]() -> json::value {
    OpenList open(use_case, *input.text("list"));
    auto answer = lists::answer_record(open.reader, *open.runner, input.id(), use_case.rates.company_currency());
    if (!answer) throw Refusal(Code::not_found, "list.record.not_found", "id", std::to_string(input.id()));
    add_record_parts(use_case, open.table.list.name, input.id(), *answer);
    if (open.table.list.name == kLog) name_fields(use_case, answer->at("cells").as_object());
    return *std::move(answer);
  });
}

}  // namespace sales_leads::services
