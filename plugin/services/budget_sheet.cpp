// SPDX-License-Identifier: Apache-2.0
#include "services/budget_sheet.h"

#include <algorithm>
#include <set>

#include "host/refusal.h"
#include "signals/reconcile.h"

namespace sales_leads::services {
namespace {

store::BudgetStore store_of(UseCase& use_case) { return {use_case.session, use_case.company()}; }

domain::Day last_day(const std::array<domain::Day, domain::kBudgetMonths>& months) {
  return domain::add_months(months.front(), domain::kBudgetMonths) - 1;
}

}  // namespace

std::string key_text(const BudgetKey& key) {
  return std::to_string(key.employee) + (key.type == 0 ? "" : ":" + std::to_string(key.type));
}

json::value minor_or_null(const std::optional<std::int64_t>& minor) {
  return minor ? json::value(*minor) : json::value(nullptr);
}

json::array values_json(const BudgetCells& cells) {
  json::array values;
  for (const auto& minor : cells) values.push_back(minor_or_null(minor));
  return values;
}

void add_minor(std::int64_t& sum, std::int64_t minor) {
  if (__builtin_add_overflow(sum, minor, &sum)) {
    throw Refusal(Code::limit, "amount.too_large", "total", std::to_string(minor));
  }
}

std::int64_t total_json(const BudgetCells& cells) {
  std::int64_t total = 0;
  for (const auto& minor : cells) add_minor(total, minor.value_or(0));
  return total;
}

json::object budget_shape(const store::BudgetVersion& budget) {
  return {{"id", budget.id},
          {"version", budget.version},
          {"year", budget.year},
          {"title", budget.title},
          {"first_month", domain::month_key(static_cast<domain::Day>(budget.first_month))},
          {"active", budget.active},
          {"locked", budget.locked},
          {"archived", budget.archived},
          {"changed_at", time_text(budget.changed_at)},
          {"changed_by", budget.changed_by}};
}

void check_budget_title(const std::vector<store::BudgetVersion>& others, const store::BudgetVersion& budget) {
  for (const auto& other : others) {
    if (other.id == budget.id || other.year != budget.year || other.title != budget.title) continue;
    throw Refusal(Code::conflict, "budget.title.taken", "title", budget.title);
  }
}

void check_budget_months(const std::vector<store::BudgetVersion>& others, const store::BudgetVersion& budget) {
  constexpr std::int64_t kNearlyAYear = 360;
  for (const auto& other : others) {
    if (other.id == budget.id || other.archived) continue;
    const std::int64_t apart = other.first_month - budget.first_month;
    const bool overlaps = apart != 0 && apart < kNearlyAYear && apart > -kNearlyAYear;
    if (!overlaps) continue;
    throw Refusal(Code::wrong_state, "budget.year.overlaps", "year", std::to_string(budget.year),
                  {{"other", other.title}, {"month", domain::month_key(static_cast<domain::Day>(other.first_month))}});
  }
}

store::BudgetVersion new_budget(UseCase& use_case, std::int64_t year, const std::string& title, bool active) {
  auto store = store_of(use_case);
  store::BudgetVersion made;
  made.year = year;
  made.first_month = domain::months_of_year(static_cast<std::int32_t>(year), use_case.fiscal_year_start_month).front();
  made.title = title;
  made.active = active;
  made.changed_at = use_case.now_us;
  made.changed_by = use_case.caller.actor.user;
  const auto others = store.versions();
  check_budget_title(others, made);
  check_budget_months(others, made);
  if (active) store.deactivate(year, use_case.stamp());
  made.id = store.insert(made, use_case.stamp());
  use_case.changed.push_back(made.id);
  return made;
}

std::optional<store::BudgetVersion> find_budget(UseCase& use_case, const Input& input, bool changing) {
  auto store = store_of(use_case);
  if (const auto id = input.integer("budget")) {
    auto found = changing ? store.lock(*id) : store.find(*id);
    if (!found) throw Refusal(Code::not_found, "budget.not_found", "budget", std::to_string(*id));
    return found;
  }
  const auto year = input.integer("year");
  if (!year) throw Refusal(Code::invalid_argument, "budget.year.missing", "year");
  if (changing) signals::lock_company(use_case.session, use_case.company());  // two at once would both find it missing
  for (const auto& version : store.versions(*year)) {
    if (version.active) return changing ? store.lock(version.id) : version;
  }
  if (!changing) return std::nullopt;
  return new_budget(use_case, *year, std::to_string(*year), true);
}

store::BudgetVersion changing_budget(UseCase& use_case, const Input& input) {
  auto budget = *find_budget(use_case, input, true);
  if (budget.locked) {
    throw Refusal(Code::wrong_state, "budget.locked", "budget", budget.title, {{"year", std::to_string(budget.year)}});
  }
  if (budget.archived) throw Refusal(Code::invalid_argument, "reference.archived", "budget", budget.title);
  return budget;
}

BudgetSheet::BudgetSheet(UseCase& use_case, store::BudgetVersion budget)
    : use_case_(use_case), budget_(std::move(budget)) {
  for (std::size_t i = 0; i < months_.size(); ++i) {
    months_[i] = domain::add_months(static_cast<domain::Day>(budget_.first_month), static_cast<std::int32_t>(i));
  }
  auto store = store_of(use_case_);
  std::map<Id, BudgetKey> keys;
  for (const auto& row : store.rows(budget_.id)) {
    const BudgetKey key{row.employee, row.type};
    keys[row.id] = key;
    Row& mine = rows_[key];
    mine.id = row.id;
    mine.version = row.version;
  }
  for (const auto& cell : store.cells(budget_.id)) {
    const auto month = std::find(months_.begin(), months_.end(), static_cast<domain::Day>(cell.month));
    if (month == months_.end()) continue;
    Row& mine = rows_[keys.at(cell.row)];
    const auto place = static_cast<std::size_t>(month - months_.begin());
    mine.cells[place] = cell.minor;
    mine.ids[place] = cell.id;
  }
}

BudgetSheet::Row BudgetSheet::row(const BudgetKey& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? Row{} : found->second;
}

std::size_t BudgetSheet::month_of(const std::string& text, const std::string& field) const {
  for (std::size_t i = 0; i < months_.size(); ++i) {
    if (domain::month_key(months_[i]) == text) return i;
  }
  throw Refusal(Code::invalid_argument, "budget.month.outside", field, text,
                {{"first", domain::month_key(months_.front())}, {"last", domain::month_key(months_.back())}});
}

const SalesMembers& BudgetSheet::members() const {
  if (!members_) members_.emplace(use_case_.session, use_case_.company());
  return *members_;
}

bool BudgetSheet::is_split(Id employee) const {
  for (auto at = rows_.lower_bound({employee, 1}); at != rows_.end() && at->first.employee == employee; ++at) {
    for (const auto& minor : at->second.cells) {
      if (minor) return true;
    }
  }
  return false;
}

void BudgetSheet::check_employee(Id employee) {
  const auto& caller = use_case_.caller;
  if (!caller.sees.covers(employee) && !caller.changes.covers(employee)) {
    throw Refusal(Code::not_found, "reference.not_found", "employee", std::to_string(employee));
  }
  if (!caller.changes.covers(employee)) {
    throw Refusal(Code::permission, "budget.change.right", "employee", std::to_string(employee));
  }
  const auto at = rows_.lower_bound({employee, 0});
  if (at != rows_.end() && at->first.employee == employee) return;
  if (!members().is_member(employee, months_.front(), last_day(months_))) {
    throw Refusal(Code::invalid_argument, "budget.employee.no_seller", "employee", std::to_string(employee),
                  {{"year", std::to_string(budget_.year)}});
  }
}

void BudgetSheet::check(const std::vector<BudgetWish>& wishes) {
  std::set<Id> employees;
  for (const auto& wish : wishes) {
    if (employees.insert(wish.key.employee).second) check_employee(wish.key.employee);
  }
}

std::size_t BudgetSheet::change(const std::vector<BudgetWish>& wishes, const std::string& origin) {
  check(wishes);
  auto store = store_of(use_case_);
  std::vector<store::BudgetCell> put;
  std::vector<Id> removed;
  std::set<Id> touched;
  std::vector<store::BudgetChange> history;
  // The same cell twice: the later wish holds, and is written once.
  std::map<std::pair<BudgetKey, std::size_t>, BudgetWish> once;
  for (const auto& wish : wishes) once.insert_or_assign({wish.key, wish.month}, wish);
  for (const auto& [place, wish] : once) {
    const auto found = rows_.find(wish.key);
    const bool is_new = found == rows_.end();
    if (is_new ? !wish.minor : found->second.cells[wish.month] == wish.minor) continue;
    Row& row = is_new ? rows_[wish.key] : found->second;
    if (is_new) {
      row.id = store.insert(budget_.id, {0, 1, wish.key.employee, wish.key.type}, use_case_.stamp());
      row.version = 1;
    } else if (touched.insert(row.id).second) {
      ++row.version;
    }
    if (is_new) touched.insert(row.id);
    const auto month = static_cast<std::int64_t>(months_[wish.month]);
    history.push_back({0, wish.key.employee, wish.key.type, month, row.cells[wish.month], wish.minor, origin,
                       use_case_.now_us, use_case_.caller.actor.user});
    row.cells[wish.month] = wish.minor;
    if (wish.minor) {
      put.push_back({0, row.id, month, *wish.minor});
    } else {
      removed.push_back(row.ids[wish.month]);
    }
  }
  std::vector<Id> raised;
  for (const auto& [key, row] : rows_) {
    if (touched.contains(row.id) && row.version > 1) raised.push_back(row.id);
  }
  store.touch(raised, use_case_.stamp());
  store.put(put);
  store.remove(removed);
  store.add_history(budget_.id, history);
  if (std::find(use_case_.changed.begin(), use_case_.changed.end(), budget_.id) == use_case_.changed.end()) {
    use_case_.changed.push_back(budget_.id);
  }
  return history.size();
}

json::array BudgetSheet::changed_rows(const std::vector<BudgetWish>& wishes) const {
  std::set<BudgetKey> keys;
  for (const auto& wish : wishes) keys.insert(wish.key);
  json::array shaped;
  for (const auto& key : keys) {
    const Row mine = row(key);
    shaped.push_back(json::object{{"key", key_text(key)},
                                  {"employee", key.employee},
                                  {"type", key.type == 0 ? json::value(nullptr) : json::value(key.type)},
                                  {"version", mine.version},
                                  {"values", values_json(mine.cells)},
                                  {"total", total_json(mine.cells)}});
  }
  return shaped;
}

}  // namespace sales_leads::services
