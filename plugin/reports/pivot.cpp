// SPDX-License-Identifier: Apache-2.0
#include "reports/pivot.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

void sum_into(std::int64_t& sum, std::int64_t value) {
  if (__builtin_add_overflow(sum, value, &sum)) {
    throw Failure(Code::limit, "report.overflow", "A sum of this report passes what 64 bits hold: narrow it down.");
  }
}

void sum_into(std::vector<std::int64_t>& sums, const std::vector<std::int64_t>& values) {
  sums.resize(values.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) sum_into(sums[i], values[i]);
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

std::vector<Axis> Question::axes_of_many() const {
  std::vector<Axis> axes;
  if (!columns || limit <= 0 || !picked.empty()) return axes;
  for (const Axis axis : {rows, *columns}) {
    const bool filtered =
        std::any_of(filter.begin(), filter.end(), [axis](const auto& entry) { return entry.first == axis; });
    if ((axis == Axis::customer || axis == Axis::project) && !filtered) axes.push_back(axis);
  }
  return axes;
}

Question Question::which_are_largest(Axis axis) const {
  Question question = *this;
  question.rows = axis;
  question.columns.reset();
  question.measures.resize(1);
  question.told.clear();
  return question;
}

void Question::tell(Axis axis, Told largest) {
  if (largest.others > 0) told[axis] = std::move(largest);
}

Told told_by(const json::object& answer) {
  Told told;
  for (const json::value& row : answer.at("rows").as_array()) {
    if (const json::value* others = row.as_object().if_contains("others")) {
      told.others = others->as_int64();
    } else {
      told.ids.push_back(row.at("id").as_int64());
    }
  }
  std::sort(told.ids.begin(), told.ids.end());
  return told;
}

std::string told_column(const store::Session& session, const std::string& column, Axis axis, const Told& told,
                        Labels& labels, store::Params& binds) {
  const std::string name = axis == Axis::customer ? "told_customers" : "told_projects";
  const std::vector<Id> ids =
      axis == Axis::customer ? labels.standing_for({told.ids.begin(), told.ids.end()}) : told.ids;
  binds.emplace_back(name, session.ids_text(ids));
  return "case when " + session.in_many_ids(column, name) + " then " + column + " else " + std::to_string(kRest) +
         " end";
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
      if (std::none_of(question.measures.begin(), question.measures.end(),
                       [&](const MeasureInfo& info) { return info.name == name; })) {
        question.measures.push_back(*found);
      }
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

Answers groups_many(const Question& question) {
  const Needs needs = question.needs();
  return (needs.customer && !question.told.contains(Axis::customer)) ||
                 (needs.project && !question.told.contains(Axis::project))
             ? Answers::many
             : Answers::few;
}

std::int64_t read_limit(const json::object& params, std::int64_t otherwise) {
  const json::value* limit = params.if_contains("limit");
  return limit != nullptr && limit->is_int64() ? limit->get_int64() : otherwise;
}

bool uses(const Question& question, Axis axis) {
  return question.rows == axis || question.columns == axis ||
         std::any_of(question.filter.begin(), question.filter.end(),
                     [axis](const auto& entry) { return entry.first == axis; });
}

void Pivot::Table::add(std::size_t row, const Values& values) {
  if (sums_.size() < (row + 1) * width_) sums_.resize((row + 1) * width_, 0);
  for (std::size_t i = 0; i < width_; ++i) sum_into(sums_[row * width_ + i], values[i]);
}

Pivot::Values Pivot::Table::at(std::size_t row) const {
  const auto from = sums_.begin() + static_cast<std::ptrdiff_t>(row * width_);
  return {from, from + static_cast<std::ptrdiff_t>(width_)};
}

Pivot::Pivot(const Question& question, Labels& labels)
    : question_(question),
      labels_(labels),
      rows_(question.rows, labels, told(question.rows)),
      sums_(question.measures.size()),
      column_totals_(question.measures.size()),
      cells_(question.measures.size()) {
  for (const auto& [axis, keys] : question.filter) sieves_.emplace_back(axis, keys, labels);
  for (const Picked& picked : question.picked) sieves_.emplace_back(picked, labels);
  if (question.columns) columns_.emplace(*question.columns, labels, told(*question.columns));
}

const Told* Pivot::told(Axis axis) const {
  const auto found = question_.told.find(axis);
  return found == question_.told.end() ? nullptr : &found->second;
}

void Pivot::add(const Place& place, const Values& values) { add(place, values, values); }

bool Pivot::passes(const Place& place) {
  return std::all_of(sieves_.begin(), sieves_.end(), [&](Sieve& sieve) { return sieve.passes(place); });
}

void Pivot::add(const Place& place, const Values& values, const Values& once) {
  if (!passes(place)) return;
  const auto tells_sellers = [](Axis axis) { return axis == Axis::seller || axis == Axis::group; };
  const bool by_row = tells_sellers(question_.rows);
  const std::size_t row = rows_.at(place);
  sums_.add(row, by_row ? values : once);
  sum_into(totals_, once);
  if (!columns_) return;
  const bool by_column = tells_sellers(*question_.columns);
  const std::size_t column = columns_->at(place);
  column_totals_.add(column, by_column ? values : once);
  cells_.add(cell_of_.try_emplace(static_cast<std::uint64_t>(row) << 32U | column, cell_of_.size()).first->second,
             by_row || by_column ? values : once);
}

void Pivot::add_others(std::int64_t count, const Values& values) {
  if (count == 0) return;
  others_count_ += count;
  sum_into(others_, values);
  sum_into(totals_, values);
}

Pivot::Shown Pivot::choose(Headings& headings, const Table& sums) const {
  Shown shown;
  shown.numbers.resize(headings.size());
  std::iota(shown.numbers.begin(), shown.numbers.end(), 0);
  if (headings.told() != nullptr) {
    std::erase_if(shown.numbers, [&](std::size_t number) { return headings.is_rest(number); });
    shown.others = headings.told()->others;
  }
  const auto most = static_cast<std::size_t>(question_.limit);
  if (most > 0 && headings.told() == nullptr && headings.size() > most) {
    const auto size = [&](std::size_t number) {
      const std::int64_t first = sums.first(number);
      return first < 0 ? 0 - static_cast<std::uint64_t>(first) : static_cast<std::uint64_t>(first);
    };
    std::nth_element(
        shown.numbers.begin(), shown.numbers.begin() + static_cast<std::ptrdiff_t>(most), shown.numbers.end(),
        [&](std::size_t a, std::size_t b) { return size(a) != size(b) ? size(a) > size(b) : headings.before(a, b); });
    shown.others = static_cast<std::int64_t>(headings.size() - most);
    shown.numbers.resize(most);
  }
  headings.know(shown.numbers);
  std::sort(shown.numbers.begin(), shown.numbers.end(), [&](std::size_t a, std::size_t b) {
    const Heading &one = headings[a], &other = headings[b];
    return std::tie(one.order, one.key, one.id) < std::tie(other.order, other.key, other.id);
  });
  shown.places.assign(headings.size(), shown.numbers.size());
  for (std::size_t i = 0; i < shown.numbers.size(); ++i) shown.places[shown.numbers[i]] = i;
  return shown;
}

json::object Pivot::measures(const Values& values) const {
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

json::object Pivot::entry(const Heading& heading, const Values& values) const {
  json::object object{{"key", heading.key}, {"label", heading.label}, {"id", heading.id}};
  object["measures"] = measures(values);
  return object;
}

json::object Pivot::others(std::int64_t count, const Values& values) const {
  json::object object = entry({"others", labels_.others(count), 0, ""}, values);
  object["others"] = count;
  return object;
}

json::object Pivot::json() {
  const Shown rows = choose(rows_, sums_);
  Shown columns;
  // Cells by row, in the order of their columns; others are one row, and one column.
  std::vector<std::map<std::size_t, Values>> cells;
  if (columns_) {
    columns = choose(*columns_, column_totals_);
    cells.resize(rows.numbers.size() + 1);
    for (const auto& [key, cell] : cell_of_) {
      sum_into(cells[rows.places[key >> 32U]][columns.places[key & 0xffff'ffffU]], cells_.at(cell));
    }
  }
  const auto along = [&](const std::map<std::size_t, Values>& sums) {
    json::array list;
    for (const auto& [place, values] : sums) {
      list.push_back(place < columns.numbers.size() ? entry((*columns_)[columns.numbers[place]], values)
                                                    : others(columns.others, values));
    }
    return list;
  };
  json::array list;
  for (std::size_t i = 0; i < rows.numbers.size(); ++i) {
    json::object row = entry(rows_[rows.numbers[i]], sums_.at(rows.numbers[i]));
    if (columns_) row["columns"] = along(cells[i]);
    list.push_back(std::move(row));
  }
  if (const std::int64_t count = rows.others + others_count_; count > 0) {
    Values rest = others_;
    for (std::size_t number = 0; number < rows_.size(); ++number) {
      if (rows.places[number] == rows.numbers.size()) sum_into(rest, sums_.at(number));
    }
    json::object row = others(count, rest);
    if (columns_) row["columns"] = along(cells.back());
    list.push_back(std::move(row));
  }
  json::object totals{{"measures", measures(totals_)}};
  if (columns_) {
    std::map<std::size_t, Values> sums;
    for (std::size_t number = 0; number < columns_->size(); ++number)
      sum_into(sums[columns.places[number]], column_totals_.at(number));
    totals["columns"] = along(sums);
  }
  return {{"rows", std::move(list)}, {"totals", std::move(totals)}};
}

}  // namespace sales_leads::reports
