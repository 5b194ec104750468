// SPDX-License-Identifier: Apache-2.0
//
// The answers of list.query, list.summary, list.lookup and list.record, as JSON, over any list that a Runner reads.
//
// Threads: the runner's. Errors: Problem, and those of the database. Needs Boost.JSON.
#pragma once

#include "erp/lists_json.hpp"
#include "erp/lists_run.hpp"

namespace erp::sdk::lists {

/// What a field's declaration says of its column; throws std::runtime_error where the two do not fit.
inline void complete(List& list, const json::object& entity) {
  static const std::map<std::string, Type> kTypes{
      {"text", Type::text},     {"longtext", Type::text},   {"integer", Type::integer}, {"percent", Type::percent},
      {"money", Type::money},   {"ref", Type::ref},         {"date", Type::date},       {"datetime", Type::datetime},
      {"choice", Type::choice}, {"boolean", Type::boolean}, {"tags", Type::tags},       {"email", Type::text},
      {"phone", Type::text},    {"url", Type::text}};
  const json::object& fields = entity.at("fields").as_object();
  for (Column& column : list.columns) {
    const auto* declared = fields.if_contains(column.name);
    if (declared == nullptr)
      throw std::runtime_error("the entity of list " + list.name + " lacks the field " + column.name);
    const json::object& field = declared->as_object();
    const auto type = kTypes.find(std::string(field.at("type").as_string()));
    if (type == kTypes.end())
      throw std::runtime_error("the field " + list.name + "." + column.name + " has a type that no list knows");
    column.type = type->second;
    if (const auto* right = field.if_contains("right")) column.right = std::string(right->as_string());
    if (const auto* ref = field.if_contains("ref")) column.list = std::string(ref->at("list").as_string());
    if (const auto* choices = field.if_contains("choices")) {
      for (const json::value& choice : choices->as_array())
        column.choices.emplace_back(choice.is_string() ? choice.get_string() : choice.at("value").as_string());
    }
  }
}

[[nodiscard]] inline json::object row_json(const Question& question, const Row& row, const std::string& currency) {
  json::object cells;
  for (std::size_t i = 0; i < question.columns.size(); ++i) {
    json::value cell = cell_json(*question.columns[i], row.values[i], row.others[i], currency);
    if (!cell.is_null()) cells[question.columns[i]->name] = std::move(cell);
  }
  json::object out{{"id", row.id}, {"version", row.version}, {"title", row.title}};
  if (!row.subtitle.empty()) out["subtitle"] = row.subtitle;
  out["cells"] = std::move(cells);
  return out;
}

/// Rows that no index keeps in order are sorted for every page anew: not very many of them.
inline void refuse_long_sort(Runner& runner, const Question& question) {
  const List& list = runner.list();
  if (list.sorted_at_most == 0 || question.sort.empty()) return;
  const std::string& first = question.sort.front().column->name;
  if (std::find(list.kept_in_order.begin(), list.kept_in_order.end(), first) != list.kept_in_order.end()) return;
  const std::int64_t total = runner.totals(question, {}).front().count;
  if (total > list.sorted_at_most)
    throw Problem("list.sort.too_many", first, std::to_string(total), std::to_string(list.sorted_at_most));
}

/// A page: after, before (so many further on, with skip), at a fraction of the list, or its beginning.
[[nodiscard]] inline json::object answer_query(const Reader& reader, Runner& runner, const json::object& in,
                                               const std::string& currency) {
  constexpr std::int64_t kWhole = 1'000'000'000;  // parts of a list that a seek tells apart
  Question question = reader.question(in);
  reader.read_sort(question, in);
  reader.read_columns(question, in);
  const auto given = [&](const char* name) -> const json::value* {
    const auto* value = in.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  };
  // Who has a cursor was let in.
  if (given("after") == nullptr && given("before") == nullptr) refuse_long_sort(runner, question);
  std::int64_t position = 0;
  bool beyond_end = false;
  // The rows between are passed in the index alone, without what is told of each.
  const auto skip = [&] {
    const auto* rows = given("skip");
    const std::int64_t many = rows == nullptr ? 0 : rows->to_number<std::int64_t>();
    if (many <= 0) return;
    auto there = runner.place(question, many);
    beyond_end = there.empty();
    question.from = std::move(there);
    question.inclusive = true;
    position += question.backward ? -many : many;
  };
  if (const auto* after = given("after")) {
    position = read_cursor(question, *after);
    skip();
  } else if (const auto* before = given("before")) {
    position = read_cursor(question, *before);
    question.backward = true;
    skip();
  } else if (const auto* at = given("at")) {
    const std::int64_t total = runner.totals(question, {}).front().count;
    const std::int64_t parts =
        at->is_double() ? static_cast<std::int64_t>(at->get_double() * kWhole) : at->to_number<std::int64_t>() * kWhole;
    const std::int64_t there = total / kWhole * parts + total % kWhole * parts / kWhole;
    position = std::max<std::int64_t>(0, std::min(total - question.limit, there));
    if (position > 0) {
      // From the end that is nearer.
      Question sought = question;
      sought.backward = position > total / 2;
      question.from = runner.place(sought, sought.backward ? total - 1 - position : position);
    }
    question.inclusive = true;
  }
  const std::int64_t asked = question.limit++;
  auto rows = beyond_end ? std::vector<Row>() : runner.page(question);
  const bool more = static_cast<std::int64_t>(rows.size()) > asked;
  if (more) rows.erase(question.backward ? rows.begin() : rows.end() - 1);
  const auto count = static_cast<std::int64_t>(rows.size());
  const std::int64_t first = question.backward ? std::max<std::int64_t>(0, position - count) : position;
  const bool has_before = question.backward ? more : first > 0;
  const bool has_after = question.backward || more;
  json::array out;
  for (const Row& row : rows) out.push_back(row_json(question, row, currency));
  json::object answer{{"rows", std::move(out)}, {"position", first}};
  answer["after"] =
      has_after && count > 0 ? json::value(cursor_text(question, rows.back().place, first + count)) : json::value();
  answer["before"] =
      has_before && count > 0 ? json::value(cursor_text(question, rows.front().place, first)) : json::value();
  return answer;
}

/// A value that a group may have, and what is told of it beside its sums.
struct GroupEntry {
  json::value key;
  std::string label;
  json::object more;
};
/// The values of a group's field in their order, empty ones included; nothing where only the rows know them.
using GroupEntries = std::function<std::optional<std::vector<GroupEntry>>(const Column& group)>;

[[nodiscard]] inline json::value group_key(const Value& value, const Column& group) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::value(*text);
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || (*number == 0 && group.zero_is_none)) return nullptr;
  if (group.type == Type::date) return json::value(day_text(*number));
  if (group.type == Type::boolean) return *number != 0;
  return *number;
}

class Summary {
 public:
  Summary(const Reader& reader, Runner& runner, std::string currency)
      : reader_(reader), runner_(runner), currency_(std::move(currency)) {}

  [[nodiscard]] json::object answer(const json::object& in, const GroupEntries& entries_of) {
    const Question question = reader_.question(in);
    if (const auto* names = in.if_contains("sums")) {
      for (const json::value& name : names->as_array()) {
        const Column& column = reader_.column(name.as_string());
        if (column.type != Type::money && column.type != Type::integer)
          throw Problem("list.sum.invalid", "sums", column.name, "money, integer");
        sums_.push_back(&column);
      }
    }
    const auto* by = in.if_contains("group");
    group_ = by == nullptr ? nullptr : &reader_.column(by->as_string());
    read(question);
    json::object out{{"exact", true}};
    if (group_ == nullptr) {
      One& whole = groups_[""];
      out["total"] = whole.count;
      out["sums"] = said(whole.sums);
      return out;
    }
    std::vector<GroupEntry> entries = entries_of(*group_).value_or(std::vector<GroupEntry>{});
    // What rows have and no entry stands for (an archived step, nothing at all) comes last.
    std::sort(seen_.begin(), seen_.end());
    for (const Value& value : seen_) {
      const json::value key = group_key(value, *group_);
      if (std::none_of(entries.begin(), entries.end(), [&](const GroupEntry& one) { return one.key == key; }))
        entries.push_back({key, title_of(value), {}});
    }
    std::int64_t total = 0;
    Sums whole;
    json::array told;
    for (GroupEntry& entry : entries) {
      const One& one = groups_[json::serialize(entry.key)];
      total += one.count;
      for (const auto& [name, sum] : one.sums) whole[name] += sum;
      json::object group{{"key", entry.key}, {"label", entry.label}, {"count", one.count}, {"sums", said(one.sums)}};
      for (auto& member : entry.more) group[member.key()] = member.value();
      told.push_back(std::move(group));
    }
    out["total"] = total;
    out["sums"] = said(whole);
    out["groups"] = std::move(told);
    return out;
  }

 private:
  using Sums = std::map<std::pair<std::string, std::string>, std::int64_t>;  // field, currency
  struct One {
    std::int64_t count = 0;
    Sums sums;
  };

  [[nodiscard]] std::string name_of(const Value& value) const {
    return group_ == nullptr ? "" : json::serialize(group_key(value, *group_));
  }

  void read(const Question& question) {
    std::vector<const Column*> plain, mixed;
    for (const Column* column : sums_)
      (column->type == Type::money && !column->other.empty() ? mixed : plain).push_back(column);
    for (const Sum& one : runner_.totals(question, plain, group_)) {
      if (group_ != nullptr) seen_.push_back(one.group);
      One& into = groups_[name_of(one.group)];
      into.count += one.count;
      for (std::size_t i = 0; i < plain.size(); ++i)
        into.sums[{plain[i]->name, plain[i]->type == Type::money ? currency_ : ""}] += one.sums[i];
    }
    for (const Column* column : mixed) {
      for (const Sum& one : runner_.sums_by_currency(question, *column, group_))
        groups_[name_of(one.group)].sums[{column->name, one.currency}] += one.sums.front();
    }
  }

  [[nodiscard]] json::object said(const Sums& sums) const {
    json::object out;
    for (const Column* column : sums_)
      out[column->name] = column->type == Type::money ? json::value(json::array()) : json::value(0);
    for (const auto& [name, sum] : sums) {
      json::value& into = out[name.first];
      if (auto* list = into.if_array())
        list->push_back(json::object{{"minor", sum}, {"currency", name.second}});
      else
        into = sum;
    }
    return out;
  }

  /// Of a reference that no entry stands for: as one of the rows has it.
  [[nodiscard]] std::string title_of(const Value& value) {
    if (group_->type != Type::ref || !std::holds_alternative<std::int64_t>(value)) return "";
    Question question;
    question.archived = true;
    question.limit = 1;
    question.columns = {group_};
    question.filters.push_back({group_, Op::equal, {value}});
    for (const Row& row : runner_.page(question)) {
      if (const auto* title = std::get_if<std::string>(&row.others.front())) return *title;
    }
    return "";
  }

  const Reader& reader_;
  Runner& runner_;
  std::string currency_;
  std::vector<const Column*> sums_;
  const Column* group_ = nullptr;
  std::map<std::string, One> groups_;
  std::vector<Value> seen_;
};

/// What may be chosen for a reference: by a text, or these ids, also when they are archived.
[[nodiscard]] inline json::object answer_lookup(const Reader& reader, Runner& runner, const json::object& in) {
  Question question;
  if (const auto* filters = in.if_contains("filter"))
    question.filters = reader.question(json::object{{"filter", *filters}}).filters;
  question.limit = 20;
  if (const auto* limit = in.if_contains("limit")) question.limit = limit->to_number<std::int64_t>();
  if (const auto* text = in.if_contains("text"); text != nullptr && text->is_string())
    question.search = std::string(text->get_string());
  if (const auto* ids = in.if_contains("ids")) {
    for (const json::value& id : ids->as_array()) question.ids.push_back(id.to_number<std::int64_t>());
    question.has_ids = question.archived = true;
    question.limit = static_cast<std::int64_t>(question.ids.size());
  }
  reader.read_sort(question, {});
  const Column* archived = runner.list().archived.empty() ? nullptr : runner.list().find("archived");
  if (archived != nullptr) question.columns.push_back(archived);
  json::array items;
  for (const Row& row : runner.page(question)) {
    items.push_back(json::object{{"id", row.id},
                                 {"title", row.title},
                                 {"subtitle", row.subtitle},
                                 {"archived", archived != nullptr && row.values[0] == Value(std::int64_t{1})}});
  }
  return {{"items", std::move(items)}};
}

/// One record with every field that the caller may see; nothing when it is not there, or not theirs to see.
[[nodiscard]] inline std::optional<json::object> answer_record(const Reader& reader, Runner& runner, std::int64_t id,
                                                               const std::string& currency) {
  Question question;
  question.ids = {id};
  question.has_ids = question.archived = true;
  question.limit = 1;
  reader.read_columns(question, {});
  const auto rows = runner.page(question);
  if (rows.empty()) return std::nullopt;
  json::object answer = row_json(question, rows.front(), currency);
  const json::object& cells = answer.at("cells").as_object();
  const auto* by = cells.if_contains("changed_by");
  const auto* at = cells.if_contains("changed_at");
  if (by != nullptr && at != nullptr) answer["version_by"] = json::object{{"name", by->at("title")}, {"at", *at}};
  return answer;
}

}  // namespace erp::sdk::lists
