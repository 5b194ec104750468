// SPDX-License-Identifier: Apache-2.0
#include "reports/pivot.h"

#include <algorithm>

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

void sum_into(std::vector<std::int64_t>& sums, const std::vector<std::int64_t>& values) {
  sums.resize(values.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (__builtin_add_overflow(sums[i], values[i], &sums[i])) {
      throw Failure(Code::limit, "report.overflow", "A sum of this report passes what 64 bits hold: narrow it down.");
    }
  }
}

/// A text, or an array of texts; a text may name several with commas between.
std::vector<std::string> texts(const json::value& value) {
  std::vector<std::string> found;
  const auto add = [&](const json::value& one) {
    if (one.is_string()) {
      found.emplace_back(one.get_string());
    } else if (one.is_int64()) {
      found.push_back(std::to_string(one.get_int64()));
    }
  };
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) add(one);
  } else {
    add(value);
  }
  return found;
}

std::vector<std::string> split_commas(const std::vector<std::string>& parts) {
  std::vector<std::string> names;
  for (const std::string& part : parts) {
    for (std::size_t at = 0; at <= part.size();) {
      const std::size_t comma = std::min(part.find(',', at), part.size());
      const std::size_t first = part.find_first_not_of(' ', at);
      if (first < comma) names.push_back(part.substr(first, part.find_last_not_of(' ', comma - 1) + 1 - first));
      at = comma + 1;
    }
  }
  return names;
}

}  // namespace

json::object amount_json(std::int64_t minor, const std::string& currency) {
  return {{"minor", minor}, {"currency", currency}};
}

std::optional<domain::Day> read_day(const json::object& params, std::string_view name, bool end) {
  const json::value* value = params.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::string text = value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
  if (const auto day = domain::parse_date(text)) return day;
  if (const auto first = text.size() == 7 ? domain::parse_date(text + "-01") : std::nullopt) {
    return end ? domain::add_months(*first, 1) - 1 : *first;
  }
  throw Failure(Code::invalid_argument, "report." + std::string(name) + ".invalid",
                std::string(name) + " '" + text + "' is not a date: write 2011-07 or 2011-07-15.");
}

Needs Question::needs() const {
  Needs needs;
  add_needs(rows, needs);
  if (columns) add_needs(*columns, needs);
  for (const auto& [axis, keys] : filter) add_needs(axis, needs);
  return needs;
}

Question read_question(const json::object& params, std::string_view default_rows,
                       const std::vector<MeasureInfo>& offered) {
  Question question;
  const auto text = [&](std::string_view name, std::string_view otherwise) {
    const json::value* value = params.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string(otherwise);
  };
  question.rows = axis_of("rows", text("rows", default_rows));
  if (const std::string columns = text("columns", ""); !columns.empty()) question.columns = axis_of("columns", columns);
  if (const json::value* measures = params.if_contains("measures"); measures != nullptr && !measures->is_null()) {
    for (const std::string& name : split_commas(texts(*measures))) {
      const auto found =
          std::find_if(offered.begin(), offered.end(), [&](const MeasureInfo& info) { return info.name == name; });
      if (found == offered.end()) {
        std::string known;
        for (const MeasureInfo& info : offered) known += (known.empty() ? "" : ", ") + info.name;
        throw Failure(Code::invalid_argument, "report.measures.invalid",
                      "measures '" + name + "' is not a measure of this report: use one of " + known + ".");
      }
      question.measures.push_back(*found);
    }
  }
  if (question.measures.empty()) {
    std::copy_if(offered.begin(), offered.end(), std::back_inserter(question.measures),
                 [](const MeasureInfo& info) { return !info.by_itself; });
  }
  if (const json::value* filter = params.if_contains("filter"); filter != nullptr && filter->is_object()) {
    for (const auto& [name, keys] : filter->get_object()) {
      question.filter.emplace_back(axis_of("filter", name), texts(keys));
    }
  }
  question.from = read_day(params, "from", false);
  question.to = read_day(params, "to", true);
  return question;
}

void Pivot::add(const Place& place, const std::vector<std::int64_t>& values) { add(place, values, values); }

void Pivot::add(const Place& place, const std::vector<std::int64_t>& values, const std::vector<std::int64_t>& totals) {
  for (const auto& entry : question_.filter) {
    const Axis axis = entry.first;
    const auto& keys = entry.second;
    const Heading found = heading(axis, place, labels_);
    const bool passes = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
      if (axis == Axis::group) return labels_.is_within_group(found.id, key);
      return key == found.key || (found.id != 0 && key == std::to_string(found.id));
    });
    if (!passes) return;
  }
  const Heading row = heading(question_.rows, place, labels_);
  Cells& cells = rows_[{row.order, row.key}];
  cells.heading = row;
  sum_into(cells.values, values);
  sum_into(totals_, totals);
  if (!question_.columns) return;
  const Heading column = heading(*question_.columns, place, labels_);
  auto& cell = cells.columns[{column.order, column.key}];
  cell.first = column;
  sum_into(cell.second, values);
  auto& total = column_totals_[{column.order, column.key}];
  total.first = column;
  sum_into(total.second, totals);
}

json::object Pivot::measures(const std::vector<std::int64_t>& values) const {
  json::object object;
  for (std::size_t i = 0; i < question_.measures.size(); ++i) {
    const std::int64_t value = i < values.size() ? values[i] : 0;
    if (question_.measures[i].is_amount) {
      object[question_.measures[i].name] = amount_json(value, labels_.context().currency);
    } else {
      object[question_.measures[i].name] = value;
    }
  }
  return object;
}

json::object Pivot::entry(const Heading& heading, const std::vector<std::int64_t>& values) const {
  json::object object{{"key", heading.key}, {"label", heading.label}, {"id", heading.id}};
  object["measures"] = measures(values);
  return object;
}

json::object Pivot::json() const {
  json::array rows;
  for (const auto& [key, cells] : rows_) {
    json::object row = entry(cells.heading, cells.values);
    if (question_.columns) {
      json::array columns;
      for (const auto& [column_key, cell] : cells.columns) columns.push_back(entry(cell.first, cell.second));
      row["columns"] = std::move(columns);
    }
    rows.push_back(std::move(row));
  }
  json::object totals{{"measures", measures(totals_)}};
  if (question_.columns) {
    json::array columns;
    for (const auto& [key, total] : column_totals_) columns.push_back(entry(total.first, total.second));
    totals["columns"] = std::move(columns);
  }
  return {{"rows", std::move(rows)}, {"totals", std::move(totals)}};
}

}  // namespace sales_leads::reports
