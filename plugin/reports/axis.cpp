// SPDX-License-Identifier: Apache-2.0
#include "reports/axis.h"

#include <array>
#include <cstdio>
#include <utility>

namespace sales_leads::reports {
namespace {

constexpr std::array<std::pair<std::string_view, Axis>, 15> kAxes = {{
    {"month", Axis::month},
    {"quarter", Axis::quarter},
    {"year", Axis::year},
    {"seller", Axis::seller},
    {"group", Axis::group},
    {"customer", Axis::customer},
    {"project", Axis::project},
    {"type", Axis::type},
    {"source", Axis::source},
    {"campaign", Axis::campaign},
    {"step", Axis::step},
    {"status", Axis::status},
    {"medium", Axis::medium},
    {"currency", Axis::currency},
    {"adjustment", Axis::adjustment},
}};

Heading of(const Label& label) { return {label.key, label.label, label.id, label.order}; }

Heading of_date(Axis axis, domain::Day day, const Context& context) {
  if (axis == Axis::month) {
    const std::string month = domain::month_key(day);
    return {month, month, 0, month};
  }
  const domain::FiscalQuarter quarter = domain::fiscal_quarter(day, context.fiscal_year_start_month);
  const std::string text = axis == Axis::quarter ? domain::quarter_key(quarter) : std::to_string(quarter.start_year);
  return {text, text, 0, text};
}

Heading of_entry(Id id, std::string_view axis, Labels& labels) {
  return id == 0 ? of(labels.none(axis)) : of(labels.list_entry(id));
}

}  // namespace

Axis axis_of(std::string_view parameter, std::string_view name) {
  std::string known;
  for (const auto& [text, axis] : kAxes) {
    if (text == name) return axis;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  throw Failure(Code::invalid_argument, "report." + std::string(parameter) + ".invalid",
                std::string(parameter) + " '" + std::string(name) + "' is not an axis: use one of " + known + ".");
}

void add_needs(Axis axis, Needs& needs) {
  switch (axis) {
    case Axis::month:
    case Axis::quarter:
    case Axis::year:
      needs.date = true;
      return;
    case Axis::seller:
      needs.seller = true;
      return;
    case Axis::group:
      needs.seller = needs.date = true;
      return;
    case Axis::campaign:
    case Axis::medium:
      needs.campaign = true;
      return;
    case Axis::currency:
      needs.currency = true;
      return;
    case Axis::customer:
      needs.customer = true;
      return;
    case Axis::project:
      needs.project = true;
      return;
    case Axis::type:
    case Axis::source:
    case Axis::step:
    case Axis::status:
      needs.opportunity = true;
      return;
    case Axis::adjustment:
      needs.adjustment = true;
      return;
  }
}

Heading heading(Axis axis, const Place& place, Labels& labels) {
  switch (axis) {
    case Axis::month:
    case Axis::quarter:
    case Axis::year:
      return place.date ? of_date(axis, *place.date, labels.context()) : of(labels.none("date"));
    case Axis::seller:
      return of(labels.seller(place.seller));
    case Axis::group:
      return of(labels.group(place.seller, place.date.value_or(labels.context().today)));
    case Axis::campaign:
      return of(labels.campaign(place.campaign));
    case Axis::medium:
      return of(labels.medium(place.campaign));
    case Axis::currency:
      return place.currency.empty() ? of(labels.none("currency"))
                                    : Heading{place.currency, place.currency, 0, place.currency};
    case Axis::customer:
      return of(labels.customer(place.customer));
    case Axis::project:
      return of(labels.project(place.project));
    case Axis::type:
      return of_entry(place.type, "type", labels);
    case Axis::source:
      return of_entry(place.source, "source", labels);
    case Axis::step:
      return place.step == 0 ? of(labels.none("step")) : of(labels.step(place.step));
    case Axis::adjustment:
      return place.corrects ? of(labels.adjustment(*place.corrects)) : of(labels.none("adjustment"));
    case Axis::status:
      break;
  }
  if (place.status.empty()) return of(labels.none("status"));
  // In the order of an opportunity's life, not of the alphabet.
  constexpr std::array<std::string_view, 4> kOrder = {"open", "won", "lost", "expired"};
  std::string order = "9";
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (kOrder[i] == place.status) order = std::to_string(i);
  }
  return {place.status, labels.status(place.status), 0, order};
}

}  // namespace sales_leads::reports
