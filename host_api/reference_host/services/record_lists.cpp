// SPDX-License-Identifier: Apache-2.0
#include "services/record_lists.h"

#include <array>
#include <map>

#include "erp/lists_answer.hpp"
#include "services/access.h"
#include "services/documents.h"
#include "services/input.h"
#include "services/views.h"

namespace erp::host::record_lists {

namespace lists = sdk::lists;

namespace {

constexpr std::array<std::string_view, 5> kActions = {"list.query", "list.summary", "list.lookup", "list.record",
                                                      "list.feed"};

const std::map<std::string, lists::List, std::less<>>& all() {
  static const std::map<std::string, lists::List, std::less<>> known = [] {
    std::map<std::string, lists::List, std::less<>> out;
    for (lists::List& list : tables()) {
      lists::complete(list, host_views().entities().at(list.name));
      const std::string name = list.name;
      out.emplace(name, std::move(list));
    }
    return out;
  }();
  return known;
}

/// Letters without their case: SQLite folds ASCII alone.
constexpr std::pair<const char*, const char*> kLetters[] = {{"Å", "å"}, {"Ä", "ä"}, {"Ö", "ö"},
                                                            {"Æ", "æ"}, {"Ø", "ø"}, {"É", "é"}};
std::string folded(const std::string& sql) {
  std::string out = "lower(" + sql + ")";
  for (const auto& [large, small] : kLetters) out = "replace(" + out + ", '" + large + "', '" + small + "')";
  return out;
}
std::string pattern(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const auto& [large, small] : kLetters) {
    for (auto at = out.find(large); at != std::string::npos; at = out.find(large)) out.replace(at, 2, small);
  }
  return out + "%";
}

lists::Dialect dialect_of(Unit& unit) {
  lists::Dialect dialect;
  dialect.language = unit.caller().locale.substr(0, 2);
  dialect.company = unit.company_id();
  dialect.today = unit.zone().day_of(unit.now_us());
  dialect.folded = folded;
  dialect.pattern = pattern;
  return dialect;
}

lists::Database database_of(Unit& unit) {
  lists::Database database;
  database.placeholder = [](std::size_t) { return "?"; };
  database.fetch = [&unit](const std::string& sql, const std::vector<lists::Value>& binds, const std::string& kinds,
                           const std::function<bool(std::vector<lists::Value>&)>& row) {
    Args args;
    for (const lists::Value& value : binds) {
      if (const auto* number = std::get_if<std::int64_t>(&value))
        args.emplace_back(*number);
      else if (const auto* text = std::get_if<std::string>(&value))
        args.emplace_back(*text);
      else
        args.emplace_back(std::optional<std::int64_t>());
    }
    unit.db().fetch(sql, args, kinds, [&](std::span<detail::Cell> cells) {
      std::vector<lists::Value> values;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].null)
          values.emplace_back();
        else if (kinds[i] == 'i')
          values.emplace_back(static_cast<std::int64_t>(cells[i].integer));
        else
          values.emplace_back(cells[i].text);
      }
      return row(values);
    });
  };
  return database;
}

/// What hangs on a record: contacts of a customer, lines of a document, roles of a user.
void add_parts(Unit& unit, const std::string& list, std::int64_t id, json::object& cells) {
  json::array rows;
  if (list == "customer") {
    for (auto& [contact, name, email, phone] :
         unit.db().rows<std::int64_t, std::string, std::optional<std::string>, std::optional<std::string>>(
             "select id, name, email, phone from host_contact where customer_id = ? order by id", {id})) {
      rows.push_back(json::object{
          {"id", contact},
          {"cells", json::object{{"name", name}, {"email", optional_json(email)}, {"phone", optional_json(phone)}}}});
    }
    cells["contacts"] = std::move(rows);
  } else if (list == "order" || list == "invoice") {
    const std::string currency(cells.at("currency").as_string());
    for (auto& [line, no, text, units, exponent, net] :
         unit.db().rows<std::int64_t, std::int64_t, std::string, std::int64_t, std::int64_t, std::int64_t>(
             "select id, line_no, description, quantity_units, quantity_exponent, net_minor from host_" + list +
                 "_line where " + list + "_id = ? order by line_no",
             {id})) {
      rows.push_back(
          json::object{{"id", line},
                       {"cells", json::object{{"description", text},
                                              {"quantity", decimal_text({units, static_cast<std::int32_t>(exponent)})},
                                              {"net", json::object{{"minor", net}, {"currency", currency}}}}}});
    }
    cells["lines"] = std::move(rows);
  } else if (list == "user") {
    for (auto& [role] : unit.db().rows<std::string>(
             "select role from host_user_role where user_id = ? and company_id = ? order by role",
             {id, unit.company_id()})) {
      rows.emplace_back(role);
    }
    cells["roles"] = std::move(rows);
  }
}

json::value answered(Unit& unit, std::string_view action, const lists::List& list, const json::object& input) {
  lists::Runner runner(list, dialect_of(unit), database_of(unit));
  const lists::Reader reader{list,
                             [&](const std::string& right) { return access::may(unit.db(), unit.caller(), right); },
                             [&](std::int64_t day) { return unit.zone().moment_of(day * 86'400'000'000); },
                             unit.zone().day_of(unit.now_us()), unit.company().fiscal_year_start_month};
  const std::string currency = unit.company().currency;
  if (action == "list.query") return lists::answer_query(reader, runner, input, currency);
  if (action == "list.lookup") return lists::answer_lookup(reader, runner, input);
  if (action == "list.feed") return json::object{{"items", json::array()}};
  if (action == "list.summary") {
    return lists::Summary(reader, runner, currency).answer(input, [&](const lists::Column& group) {
      std::vector<lists::GroupEntry> entries;
      for (const std::string& choice : group.choices) {
        const auto label = host_views().named(list.name, group.name + "." + choice, unit.caller().locale.substr(0, 2));
        entries.push_back({json::value(choice), label.value_or(choice), {}});
      }
      return entries.empty() ? std::nullopt : std::optional(std::move(entries));
    });
  }
  const std::int64_t id = required_integer(input, "id");
  auto record = lists::answer_record(reader, runner, id, currency);
  if (!record)
    refuse(ERP_NOT_FOUND, "list.record.not_found", naming(list.name, id) + " is not there, or is not yours to see.");
  add_parts(unit, list.name, id, record->at("cells").as_object());
  return *std::move(record);
}

}  // namespace

bool is_own(std::string_view list) { return all().contains(list); }

bool is_list_action(std::string_view action) {
  return std::find(kActions.begin(), kActions.end(), action) != kActions.end();
}

json::value answer(Unit& unit, std::string_view action, const json::object& input) {
  const std::string name = required_text(input, "list");
  const auto found = all().find(name);
  if (found == all().end()) {
    std::string known;
    for (const auto& [one, ignored] : all()) known += (known.empty() ? "" : ", ") + one;
    refuse(ERP_NOT_FOUND, "list.unknown", "There is no list \"" + name + "\". The host's own are: " + known + ".");
  }
  const lists::List& list = found->second;
  access::require(unit.db(), unit.caller(), list.permission);
  try {
    return answered(unit, action, list, input);
  } catch (const lists::Problem& problem) {
    refuse(ERP_INVALID_ARGUMENT, problem.key(),
           problem.field() + " cannot be \"" + problem.value() + "\" in the list " + list.name +
               ". Expected: " + problem.expected() + ".");
  }
}

}  // namespace erp::host::record_lists
