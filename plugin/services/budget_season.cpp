// SPDX-License-Identifier: Apache-2.0
#include "services/budget_season.h"

#include <algorithm>

#include "host/refusal.h"

namespace sales_leads::services {
namespace {
constexpr std::int64_t kLeastPercent = -10'000, kMostPercent = 1'000'000;  // basis points
}

Seasons::Seasons(UseCase& use_case, const BudgetSheet& sheet, const Input& input) {
  const std::string basis = input.text("basis").value_or("budget");
  const std::int64_t year = input.integer("from_year").value_or(sheet.budget().year - 1);
  if (basis != "budget") {
    read_sold(use_case, year, basis);
  } else {
    store::BudgetStore store(use_case.session, use_case.company());
    std::optional<store::BudgetVersion> from;
    if (const auto id = input.integer("from_budget")) {
      from = store.find(*id);
      if (!from) throw Refusal(Code::not_found, "budget.not_found", "from_budget", std::to_string(*id));
    } else {
      for (const auto& version : store.versions(year)) {
        if (version.active) from = version;
      }
    }
    if (from) read_budget(use_case, *from);
  }
  // What the caller may not see is no season of theirs either.
  std::erase_if(rows_, [&](const auto& row) { return !use_case.caller.sees.covers(row.first.employee); });
  if (rows_.empty()) {
    throw Refusal(Code::wrong_state, "budget.from.none", input.has("from_budget") ? "from_budget" : "from_year",
                  input.has("from_budget") ? std::to_string(*input.integer("from_budget")) : std::to_string(year),
                  {{"basis", basis}});
  }
}

void Seasons::read_budget(UseCase& use_case, const store::BudgetVersion& budget) {
  const BudgetSheet from(use_case, budget);
  for (const auto& [key, row] : from.rows()) {
    bool any = false;
    domain::BudgetYear year{};
    std::array<bool, domain::kBudgetMonths> has{};
    for (std::size_t i = 0; i < year.size(); ++i) {
      year[i] = row.cells[i].value_or(0);
      has[i] = row.cells[i].has_value();
      any = any || has[i];
    }
    if (!any) continue;
    rows_[key] = year;
    has_[key] = has;
  }
}

void Seasons::read_sold(UseCase& use_case, std::int64_t year, const std::string& measure) {
  const auto months = domain::months_of_year(static_cast<std::int32_t>(year), use_case.fiscal_year_start_month);
  const domain::Day last = domain::add_months(months.back(), 1) - 1;
  store::BudgetStore store(use_case.session, use_case.company());
  for (const auto& figure : store.sold(measure, months.front(), last)) {
    if (figure.employee == 0) continue;
    const auto after = std::upper_bound(months.begin(), months.end(), static_cast<domain::Day>(figure.day));
    const auto place = static_cast<std::size_t>(after - months.begin()) - 1;
    const BudgetKey key{figure.employee, 0};
    add_minor(rows_[key][place], figure.minor);
    has_[key][place] = true;
  }
  for (auto& [key, months_of] : rows_) {
    // More credits than invoices in a month: no budget grows out of that.
    for (auto& minor : months_of) minor = std::max<std::int64_t>(minor, 0);
  }
}

Season Seasons::of(const BudgetKey& key, bool of_company) const {
  const auto some = [](const domain::BudgetYear& year) {
    return std::any_of(year.begin(), year.end(), [](std::int64_t minor) { return minor > 0; });
  };
  const auto own = rows_.find(key);
  if (!of_company && own != rows_.end() && some(own->second)) return {own->second, "seller"};
  domain::BudgetYear of_seller{}, of_all{};
  for (const auto& [other, year] : rows_) {
    for (std::size_t i = 0; i < year.size(); ++i) {
      add_minor(of_all[i], year[i]);
      if (other.employee == key.employee) add_minor(of_seller[i], year[i]);
    }
  }
  if (!of_company && some(of_seller)) return {of_seller, "seller"};
  if (some(of_all)) return {of_all, "company"};
  return {};
}

bool Seasons::has(const BudgetKey& key, std::size_t month) const {
  const auto found = has_.find(key);
  return found != has_.end() && found->second[month];
}

std::int64_t read_percent(const Input& input, const std::string& field) {
  if (!input.has(field)) return 0;
  const json::value& value = *input.find(field);
  const auto refuse = [&]() -> std::int64_t { input.refuse(field, value, "@expected.percent"); };
  std::string text = value.is_int64() ? std::to_string(value.get_int64()) : input.text(field).value_or("");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.erase(0, 1);
  const std::size_t point = text.find_first_of(".,");
  const std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? "" : text.substr(point + 1);
  const auto digits = [](const std::string& one) {
    return std::all_of(one.begin(), one.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool fits = !whole.empty() && whole.size() <= 5 && part.size() <= 2 && digits(whole) && digits(part);
  if (!fits || (point != std::string::npos && part.empty())) return refuse();
  part.append(2 - part.size(), '0');
  const std::int64_t points = (std::stoll(whole) * 100 + std::stoll(part)) * (negative ? -1 : 1);
  if (points < kLeastPercent || points > kMostPercent) return refuse();
  return points;
}

}  // namespace sales_leads::services
