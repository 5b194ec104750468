// SPDX-License-Identifier: Apache-2.0
//
// The budget as a grid: sellers (and their types) by months, the sums of their groups, and the history of its cells.
#include <algorithm>
#include <map>

#include "host/refusal.h"
#include "services/budget_selection.h"
#include "services/budgets.h"

namespace sales_leads::services {
namespace {

struct GridRow {
  BudgetKey key;
  std::string label, type_title;
  BudgetCells cells{};
  std::int64_t version = 0;
  bool typed = false;  // of one type, or of none of them
  bool split = false;  // all types of the seller together
};

BudgetCells plus(const BudgetCells& a, const BudgetCells& b) {
  BudgetCells sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (!b[i]) continue;
    std::int64_t minor = sum[i].value_or(0);
    add_minor(minor, *b[i]);
    sum[i] = minor;
  }
  return sum;
}

class Grid {
 public:
  Grid(UseCase& use_case, BudgetSheet& sheet, BudgetSelection& selection)
      : use_case_(use_case), sheet_(sheet), selection_(selection) {}

  json::object answer(const Input& input) {
    const auto employees = selection_.employees(input);
    names_ = names_of(use_case_, employees);
    const bool by_type = input.flag("by_type", false);
    for (const Id employee : employees) {
      if (by_type) {
        add_types(employee);
      } else {
        add_whole(employee);
      }
    }
    std::stable_sort(rows_.begin(), rows_.end(), [](const GridRow& a, const GridRow& b) { return a.label < b.label; });
    json::object answer;
    BudgetCells all{};
    json::array rows;
    for (const auto& row : rows_) {
      all = plus(all, row.cells);
      rows.push_back(shape(row));
    }
    answer["rows"] = std::move(rows);
    answer["groups"] = groups();
    answer["totals"] = json::object{{"values", values_json(all)}, {"total", total_json(all)}};
    return answer;
  }

 private:
  void add_types(Id employee) {
    std::vector<std::pair<Id, std::string>> types{{0, ""}};
    const std::string language = use_case_.language();
    for (const auto& entry : selection_.references().entries()) {
      if (entry.list != "type") continue;
      if (entry.archived && !sheet_.rows().contains({employee, entry.id})) continue;
      types.emplace_back(entry.id, entry.title.in(language));
    }
    for (const auto& [type, title] : types) {
      const auto row = sheet_.row({employee, type});
      rows_.push_back({{employee, type}, names_[employee].name, title, row.cells, row.version, true});
    }
  }

  void add_whole(Id employee) {
    GridRow whole{{employee, 0}, names_[employee].name, "", {}, 0, false, sheet_.is_split(employee)};
    for (auto at = sheet_.rows().lower_bound({employee, 0});
         at != sheet_.rows().end() && at->first.employee == employee; ++at) {
      whole.cells = plus(whole.cells, at->second.cells);
      if (at->first.type == 0) whole.version = at->second.version;
    }
    rows_.push_back(std::move(whole));
  }

  json::object shape(const GridRow& row) {
    const auto name = names_.find(row.key.employee);
    const Id group = group_of(row.key.employee);
    return {
        {"key", row.typed ? std::to_string(row.key.employee) + ":" + std::to_string(row.key.type) : key_text(row.key)},
        {"label", row.type_title.empty() ? row.label : row.label + " – " + row.type_title},
        {"employee", row.key.employee},
        {"number", name == names_.end() ? "" : name->second.number},
        {"name", row.label},
        {"type", row.key.type == 0 ? json::value(nullptr) : json::value(row.key.type)},
        {"group", group == 0 ? json::value(nullptr) : json::value(title_of(group))},
        {"version", row.version},
        {"values", values_json(row.cells)},
        {"total", total_json(row.cells)},
        {"split", row.split},
        {"readonly", row.split || sheet_.budget().locked || sheet_.budget().archived ||
                         !use_case_.caller.changes.covers(row.key.employee)}};
  }

  /// The last one of the year: where the seller is found today.
  [[nodiscard]] Id group_of(Id employee) const {
    Id group = 0;
    for (const domain::Day month : sheet_.months()) {
      if (const Id here = sheet_.members().group_in(employee, month); here != 0) group = here;
    }
    return group;
  }

  [[nodiscard]] std::string title_of(Id group) const {
    for (const auto& one : sheet_.members().groups()) {
      if (one.id == group) return one.title;
    }
    return "";
  }

  /// Each group's month is the sum of those who are in it, or in a group below it, in that month. Groups without any
  /// of the chosen sellers are left out; cells of months without a group stand under "none".
  json::array groups() {
    std::map<Id, BudgetCells> own;
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Id group = sheet_.members().group_in(row.key.employee, sheet_.months()[i]);
        if (group == 0 && !row.cells[i]) continue;
        BudgetCells one{};
        one[i] = row.cells[i];
        BudgetCells& cells = own[group];
        cells = plus(cells, one);
      }
    }
    std::map<Id, BudgetCells> whole;
    for (const auto& [group, cells] : own) {
      if (group == 0) continue;
      // A tree has no circles, but a damaged one must not hang the grid.
      std::size_t steps = 0;
      for (Id at = group; at != 0 && steps <= sheet_.members().groups().size(); at = parent_of(at), ++steps) {
        BudgetCells& sum = whole[at];
        sum = plus(sum, cells);
      }
    }
    json::array shaped;
    add_below(0, 0, whole, own, shaped);
    if (own.contains(0)) {
      const std::string others = use_case_.messages.text(use_case_.call.locale, "budget.group.others");
      shaped.push_back(shape_group("none", others, nullptr, 0, own[0], own[0]));
    }
    return shaped;
  }

  void add_below(Id parent, std::int64_t depth, std::map<Id, BudgetCells>& whole, std::map<Id, BudgetCells>& own,
                 json::array& shaped) {
    for (const auto& group : sheet_.members().groups()) {
      const bool shown_parent = group.parent != 0 && whole.contains(group.parent);
      if (!whole.contains(group.id) || (shown_parent ? group.parent : 0) != parent) continue;
      shaped.push_back(shape_group(std::to_string(group.id), group.title,
                                   parent == 0 ? json::value(nullptr) : json::value(std::to_string(parent)), depth,
                                   whole[group.id], own[group.id]));
      add_below(group.id, depth + 1, whole, own, shaped);
    }
  }

  static json::object shape_group(const std::string& key, const std::string& label, const json::value& parent,
                                  std::int64_t depth, const BudgetCells& whole, const BudgetCells& own) {
    return {{"key", key},
            {"label", label},
            {"parent", parent},
            {"depth", depth},
            {"values", values_json(whole)},
            {"total", total_json(whole)},
            {"own_values", values_json(own)}};
  }

  [[nodiscard]] Id parent_of(Id group) const {
    for (const auto& one : sheet_.members().groups()) {
      if (one.id == group) return one.parent;
    }
    return 0;
  }

  UseCase& use_case_;
  BudgetSheet& sheet_;
  BudgetSelection& selection_;
  std::map<Id, EmployeeName> names_;
  std::vector<GridRow> rows_;
};

}  // namespace

json::value load_budget(UseCase& use_case, const Input& input) {
  auto budget = find_budget(use_case, input, false);
  const bool there = budget.has_value();
  if (!there) {
    budget.emplace();
    budget->year = *input.integer("year");
    budget->first_month =
        domain::months_of_year(static_cast<std::int32_t>(budget->year), use_case.fiscal_year_start_month).front();
  }
  BudgetSheet sheet(use_case, *budget);
  BudgetSelection selection(use_case, sheet);
  json::object answer = Grid(use_case, sheet, selection).answer(input);
  answer["budget"] = there ? json::value(budget_shape(*budget)) : json::value(nullptr);
  answer["year"] = budget->year;
  json::array columns;
  for (const domain::Day month : sheet.months()) {
    const std::string key = domain::month_key(month);
    columns.push_back(json::object{{"key", key}, {"label", key}});
  }
  answer["columns"] = std::move(columns);
  answer["currency"] = use_case.rates.company_currency();
  answer["decimals"] = use_case.rates.company_exponent();
  answer["scope"] = use_case.caller.sees.name;
  return answer;
}

json::value budget_history(UseCase& use_case, const Input& input) {
  const auto budget = find_budget(use_case, input, false);
  if (!budget) return json::object{{"history", json::array{}}, {"next", nullptr}};
  BudgetSheet sheet(use_case, *budget);
  BudgetSelection selection(use_case, sheet);
  store::BudgetHistoryFilter filter;
  filter.budget = budget->id;
  filter.before = input.integer("after").value_or(0);
  const std::int64_t limit = input.integer("limit").value_or(50);
  filter.limit = limit + 1;
  if (input.has("employee")) filter.employee = selection.references().employee(*input.find("employee"), "employee");
  if (input.has("type")) filter.type = selection.references().any_entry("type", *input.find("type"));
  if (const auto month = input.text("column")) {
    filter.month = sheet.months()[sheet.month_of(*month, "column")];
  }
  if (!use_case.caller.sees.all()) filter.employees = use_case.caller.sees.employees;
  auto changes = store::BudgetStore(use_case.session, use_case.company()).history(filter);
  const bool more = static_cast<std::int64_t>(changes.size()) > limit;
  if (more) changes.pop_back();
  std::set<Id> employees;
  for (const auto& change : changes) employees.insert(change.employee);
  auto names = names_of(use_case, employees);
  json::array shaped;
  for (const auto& change : changes) {
    shaped.push_back(json::object{{"id", change.id},
                                  {"key", key_text({change.employee, change.type})},
                                  {"employee", change.employee},
                                  {"name", names[change.employee].name},
                                  {"type", change.type == 0 ? json::value(nullptr) : json::value(change.type)},
                                  {"column", domain::month_key(static_cast<domain::Day>(change.month))},
                                  {"before", minor_or_null(change.before)},
                                  {"minor", minor_or_null(change.after)},
                                  {"origin", change.origin},
                                  {"at", time_text(change.recorded_at)},
                                  {"actor", change.actor}});
  }
  return json::object{{"history", std::move(shaped)},
                      {"next", more ? json::value(changes.back().id) : json::value(nullptr)}};
}

}  // namespace sales_leads::services
