// SPDX-License-Identifier: Apache-2.0
#include "reports/sales_lines.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "reports/line_source.h"
#include "reports/sales.h"
#include "store/opportunity_store.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

constexpr std::int64_t kPage = 100;
constexpr std::int64_t kPageMax = 1'000;

struct Words {
  const char *key, *en, *sv, *nb;
};
constexpr std::array kKinds = {
    Words{"offered", "Offer", "Offert", "Tilbud"}, Words{"ordered", "Order", "Order", "Ordre"},
    Words{"invoices", "Invoice", "Faktura", "Faktura"}, Words{"credits", "Credit note", "Kreditfaktura", "Kreditnota"}};

std::string kind_of(const std::string& measure, const std::string& language) {
  for (const Words& words : kKinds) {
    if (measure == words.key) return language == "sv" ? words.sv : language == "nb" ? words.nb : words.en;
  }
  return measure;
}

std::string text_of(const json::object& params, std::string_view name) {
  const json::value* value = params.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_of(const json::object& params, std::string_view name) {
  const json::value* value = params.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// "row", "row_id" and "row_others" say which of the report's rows the number stood in; columns likewise. `shown` is
/// what the report shows along that axis; `called` gets what the others are called there.
std::optional<Picked> picked_of(const json::object& params, const std::string& name, Axis axis,
                                const std::function<json::array()>& shown, json::object& called) {
  Picked picked{.axis = axis};
  if (flag_of(params, name + "_others")) {
    picked.others = true;
    for (const json::value& row : shown()) {
      if (row.as_object().contains("others")) {
        called[name] = row.at("label");
      } else {
        picked.headings.emplace_back(std::string(row.at("key").as_string()), row.at("id").as_int64());
      }
    }
    return picked;
  }
  if (!params.contains(name)) return std::nullopt;
  std::optional<Id> id;
  if (const json::value* value = params.if_contains(name + "_id"); value != nullptr && value->is_int64())
    id = value->get_int64();
  picked.headings.emplace_back(text_of(params, name), id);
  return picked;
}

Question question_of(const Context& context, const json::object& params, json::object& called) {
  Question question = sales_question(params);
  const json::value* most = params.if_contains("most");
  question.limit = most != nullptr && most->is_int64() ? most->get_int64() : read_limit({});
  std::optional<json::object> report;
  const auto shown = [&](bool columns) {
    if (!report) report = sales_rows(context, question);
    const json::value* list = columns ? report->at("totals").as_object().if_contains("columns") : &report->at("rows");
    return list == nullptr ? json::array{} : list->as_array();
  };
  std::vector<Picked> picked;
  if (auto row = picked_of(
          params, "row", question.rows, [&] { return shown(false); }, called))
    picked.push_back(*std::move(row));
  if (question.columns) {
    if (auto column = picked_of(
            params, "column", *question.columns, [&] { return shown(true); }, called))
      picked.push_back(*std::move(column));
  }
  question.picked = std::move(picked);
  return question;
}

/// What stands behind the ids of one page, read in one go each.
class Names {
 public:
  Names(const Context& context, const std::vector<SalesLine>& lines) : context_(context), labels_(context) {
    std::set<Id> customers, projects, opportunities;
    std::map<std::string, std::set<Id>> documents, parts;
    for (const SalesLine& line : lines) {
      customers.insert(labels_.survivor(line.customer));
      projects.insert(line.project);
      if (line.opportunity != 0) opportunities.insert(line.opportunity);
      documents[line.kind].insert(line.document);
      parts[line.kind].insert(line.line);
    }
    labels_.know_customers({customers.begin(), customers.end()});
    labels_.know_projects({projects.begin(), projects.end()});
    read_titles({opportunities.begin(), opportunities.end()});
    for (const auto& [kind, ids] : documents) read_numbers(kind, {ids.begin(), ids.end()});
    for (const auto& [kind, ids] : parts) read_lines(kind, {ids.begin(), ids.end()});
  }

  json::object shown(const SalesLine& line) {
    const auto number = numbers_.find({line.kind, line.document});
    json::object row{{"key", line.key()},
                     {"label", number == numbers_.end() ? "#" + std::to_string(line.document) : number->second},
                     {"id", line.document},
                     {"date", domain::date_text(line.date)},
                     {"document_kind", line.kind},
                     {"kind", kind_of(line.measure, context_.language)},
                     {"measure", line.measure},
                     {"line", part_of(line)},
                     {"customer", named(labels_.customer(line.customer), line.customer)},
                     {"project", named(labels_.project(line.project), line.project)},
                     {"opportunity", opportunity_of(line.opportunity)},
                     {"campaign", named(labels_.campaign(line.campaign), line.campaign)},
                     {"seller", named(labels_.seller(line.seller), line.seller)}};
    row["corrects"] = line.corrects ? json::value(domain::date_text(*line.corrects)) : json::value();
    json::object measures{{"amount", amount_json(line.company_minor, context_.currency)}};
    measures["document_amount"] = line.currency == context_.currency
                                      ? json::value()
                                      : json::value(amount_json(line.document_minor, line.currency));
    row["measures"] = std::move(measures);
    return row;
  }

 private:
  static json::value named(const Label& label, Id id) {
    if (id == 0) return nullptr;
    return json::object{{"key", label.key}, {"label", label.label}, {"id", label.id}};
  }

  /// Who sees a share of what was sold need not see the deal.
  json::value opportunity_of(Id id) const {
    const auto title = titles_.find(id);
    if (title == titles_.end()) return nullptr;
    return json::object{{"label", title->second}, {"id", id}};
  }

  json::value part_of(const SalesLine& line) const {
    const auto part = parts_.find({line.kind, line.line});
    if (part == parts_.end()) return nullptr;
    const auto& [number, text] = part->second;
    return json::object{{"label", std::to_string(number) + (text.empty() ? "" : " " + text)}, {"id", line.line}};
  }

  void read_titles(const std::vector<Id>& ids) {
    if (ids.empty()) return;
    std::string sql = "select o.id, o.title from sl_opportunity o where o.company_id = :company and " +
                      context_.session.in_ids("o.id", "ids");
    store::Params binds{{"company", context_.company}, {"ids", context_.session.ids_text(ids)}};
    if (!context_.sees_all()) {
      sql += " and " + store::own_condition(context_.session, "o");
      binds.emplace_back("them", context_.session.ids_text(context_.employees));
    }
    for (auto& [id, title] : context_.session.query<Id, std::string>(sql, binds)) titles_[id] = std::move(title);
  }

  void read_numbers(const std::string& kind, const std::vector<Id>& ids) {
    for (auto& [id, number] : context_.session.query<Id, std::string>(
             "select document_id, number from sl_document where company_id = :company and document_kind = :kind and " +
                 context_.session.in_ids("document_id", "ids"),
             {{"company", context_.company}, {"kind", kind}, {"ids", context_.session.ids_text(ids)}})) {
      if (!number.empty()) numbers_[{kind, id}] = std::move(number);
    }
  }

  /// As the host has them now; a line that was taken out of its document has no words any more.
  void read_lines(const std::string& kind, const std::vector<Id>& ids) {
    const std::string view = kind == "invoice" ? "erp_invoice_line" : "erp_order_line";
    for (auto& [id, number, text] : context_.session.query<Id, std::int64_t, std::string>(
             "select id, line_no, coalesce(description, '') from " + view + " where company_id = :company and " +
                 context_.session.in_ids("id", "ids"),
             {{"company", context_.company}, {"ids", context_.session.ids_text(ids)}})) {
      parts_[{kind, id}] = {number, std::move(text)};
    }
  }

  const Context& context_;
  Labels labels_;
  std::map<Id, std::string> titles_;
  std::map<std::pair<std::string, Id>, std::string> numbers_;
  std::map<std::pair<std::string, Id>, std::pair<std::int64_t, std::string>> parts_;
};

/// The number itself, by the report that it stands in; and what its row and column are called.
void add_sum(const Context& context, const json::object& params, Question question, const std::string& measure,
             json::object called, json::object& answer) {
  question.measures = {{measure}};
  question.limit = 1;
  const json::object report = sales_rows(context, question);
  const json::value& sum = report.at("totals").at("measures").at(measure);
  answer["totals"] = json::object{{"measures", json::object{{"amount", sum}}}};
  const auto call = [&](const std::string& name, const json::value* list) {
    if (!params.contains(name) || called.contains(name)) return;
    const bool found = list != nullptr && !list->as_array().empty();
    called[name] = found ? list->as_array().front().at("label") : json::value(text_of(params, name));
  };
  call("row", report.if_contains("rows"));
  if (question.columns) call("column", report.at("totals").as_object().if_contains("columns"));
  answer["picked"] = std::move(called);
}

}  // namespace

json::object sales_lines(const Context& context, const json::object& params) {
  const json::value* asked = params.if_contains("limit");
  const std::int64_t limit =
      asked != nullptr && asked->is_int64() ? std::clamp<std::int64_t>(asked->get_int64(), 1, kPageMax) : kPage;
  const std::string given = text_of(params, "measure"), measure = given.empty() ? "invoiced" : given;
  const std::string after = text_of(params, "after");
  json::object called;
  const Question question = question_of(context, params, called);
  Labels labels(context);
  LineSource source(context, question,
                    measure == "invoiced" ? std::vector<std::string>{"invoices", "credits"} : std::vector{measure},
                    labels);
  std::vector<SalesLine> lines = source.read(after, limit + 1);
  json::object answer;
  json::value next;
  if (static_cast<std::int64_t>(lines.size()) > limit) {
    lines.resize(static_cast<std::size_t>(limit));
    next = lines.back().key();
  }
  Names names(context, lines);
  json::array rows;
  for (const SalesLine& line : lines) rows.push_back(names.shown(line));
  answer["rows"] = std::move(rows);
  if (after.empty()) add_sum(context, params, question, measure, std::move(called), answer);
  answer["next"] = std::move(next);
  return answer;
}

}  // namespace sales_leads::reports
