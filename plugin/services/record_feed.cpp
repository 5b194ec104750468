// SPDX-License-Identifier: Apache-2.0
#include "services/record_feed.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "host/refusal.h"
#include "services/audit_words.h"
#include "services/leads.h"
#include "services/links.h"
#include "services/list_query.h"
#include "store/directory_store.h"
#include "store/opportunity_life_store.h"
#include "store/opportunity_parts_store.h"

namespace sales_leads::services {
namespace {

constexpr std::int64_t kMost = 200;
constexpr std::int64_t kMostWaiting = 20;  // documents of a customer that are looked at for one that fits

/// Items with their moment, so that several sources come in one order.
class Feed {
 public:
  Feed(UseCase& use_case, const ListCatalog& catalog) : use_case_(use_case), catalog_(catalog) {}

  /// Any field as a cell, from the decimal text that histories keep.
  json::value cell(const lists::Column* column, const std::string& text, const std::string& currency) {
    if (text.empty()) return nullptr;
    if (column == nullptr) return json::value(text);
    if (!lists::is_number(column->type)) {  // a choice is told by its words
      return json::value(
          catalog_.views().named("opportunity", column->name + "." + text, use_case_.language()).value_or(text));
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return json::value(text);
    if (column->type == lists::Type::ref && number == 0) return nullptr;
    const std::string other = column->type == lists::Type::ref ? title_of(column->list, number) : currency;
    return lists::cell_json(*column, number, other, use_case_.rates.company_currency());
  }

  void add(std::int64_t at, json::object item) {
    item["at"] = time_text(at);
    items_.emplace_back(at, std::move(item));
  }

  std::string title_of(const std::string& list, Id id) {
    auto& known = titles_[list];
    if (const auto found = known.find(id); found != known.end()) return found->second;
    std::string title = "#" + std::to_string(id);
    const auto kind = list == "customer"   ? std::optional(store::DirectoryKind::customer)
                      : list == "project"  ? std::optional(store::DirectoryKind::project)
                      : list == "employee" ? std::optional(store::DirectoryKind::employee)
                                           : std::nullopt;
    if (kind) {
      for (const auto& entry : store::DirectoryStore(use_case_.session, use_case_.company()).by_ids(*kind, {id}))
        title = entry.name;
    } else if (const store::ListTable* table = catalog_.find(list)) {
      lists::Question question;
      question.ids = {id};
      question.has_ids = question.archived = true;
      for (const auto& row : runner_of(use_case_, *table)->page(question)) title = row.title;
    }
    return known.emplace(id, title).first->second;
  }

  /// Rows of a list that stand under the record: `field` = id.
  template <class Each>
  void rows(const std::string& list, const std::vector<std::pair<std::string, lists::Value>>& where, const Each& each,
            std::int64_t most = kMost) {
    const store::ListTable& table = *catalog_.find(list);
    lists::Question question;
    question.archived = true;
    question.limit = most;
    question.id_down = true;
    for (const auto& [field, value] : where)
      question.filters.push_back({table.list.find(field), lists::Op::equal, {value}});
    for (const lists::Column& column : table.list.columns) question.columns.push_back(&column);
    for (const lists::Row& row : runner_of(use_case_, table)->page(question)) {
      json::object cells;
      for (std::size_t i = 0; i < question.columns.size(); ++i)
        cells[question.columns[i]->name] =
            lists::cell_json(*question.columns[i], row.values[i], row.others[i], use_case_.rates.company_currency());
      each(row, cells);
    }
  }

  json::value done(std::int64_t limit) {
    std::stable_sort(items_.begin(), items_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    json::array out;
    for (auto& [at, item] : items_) {
      if (static_cast<std::int64_t>(out.size()) < limit) out.push_back(std::move(item));
    }
    return json::object{{"items", std::move(out)}};
  }

  [[nodiscard]] std::optional<std::string> known(const std::string& entity, const std::string& rest) const {
    return catalog_.views().named(entity, rest, use_case_.language());
  }
  [[nodiscard]] std::string said(const std::string& entity, const std::string& rest) const {
    return known(entity, rest).value_or(rest);
  }
  [[nodiscard]] std::string detail(const std::string& entity, const json::value& text) const {
    return text.is_string()
               ? audit_detail(catalog_.views(), use_case_.language(), entity, std::string(text.get_string()))
               : std::string();
  }

 private:
  UseCase& use_case_;
  const ListCatalog& catalog_;
  std::vector<std::pair<std::int64_t, json::object>> items_;
  std::map<std::string, std::map<Id, std::string>> titles_;
};

std::int64_t moment_of(const json::object& cells, const char* field, const CompanyCalendar& calendar) {
  const auto* value = cells.if_contains(field);
  if (value == nullptr || !value->is_string()) return 0;
  return parse_time(value->get_string(), calendar).value_or(0);
}

void add_visits_and_changes(UseCase& use_case, Feed& feed, const OpenList& open, Id id, bool visits, bool changes) {
  store::OpportunityPartsStore parts(use_case.session, use_case.company(), use_case.stamp());
  if (visits) {
    const auto all = parts.visits(id);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& visit = all[i];
      json::object item{{"kind", "visit"}, {"title", feed.title_of("step", visit.step)}};
      if (i > 0)
        item["changes"] = json::array{json::object{{"label", feed.said("opportunity", "step")},
                                                   {"from", feed.title_of("step", all[i - 1].step)},
                                                   {"to", feed.title_of("step", visit.step)}}};
      item["seconds"] =
          std::max<std::int64_t>(0, visit.left_at.value_or(use_case.now_us) - visit.entered_at) / 1'000'000;
      feed.add(visit.entered_at, std::move(item));
    }
  }
  if (!changes) return;
  std::map<std::string, std::string> before;
  std::map<std::int64_t, json::array> together;  // what was changed at once is one item
  std::map<std::int64_t, Id> actors;
  for (const auto& entry : parts.history(id)) {
    const auto old = before.find(entry.field);
    const lists::Column* column = open.table.list.find(entry.field);
    if (column != nullptr && !column->right.empty() && !use_case.caller.may(column->right)) continue;
    if (old != before.end() && old->second != entry.value) {
      together[entry.effective_at].push_back(json::object{{"label", feed.said("opportunity", entry.field)},
                                                          {"type", entry.field},
                                                          {"from", feed.cell(column, old->second, "")},
                                                          {"to", feed.cell(column, entry.value, "")}});
      actors[entry.effective_at] = entry.actor;
    }
    before[entry.field] = entry.value;
  }
  std::vector<Id> users;
  for (const auto& [at, user] : actors) users.push_back(user);
  const auto names = store::DirectoryStore(use_case.session, use_case.company()).names_of_users(users);
  for (auto& [at, list] : together) {
    json::object item{{"kind", "change"}, {"changes", std::move(list)}};
    if (actors[at] != 0) item["actor"] = actors[at];
    if (const auto name = names.find(actors[at]); name != names.end()) item["who"] = name->second;
    feed.add(at, std::move(item));
  }
}

void add_activities(UseCase& use_case, Feed& feed, const std::string& entity, Id id) {
  feed.rows("activity", {{entity, id}}, [&](const lists::Row& row, const json::object& cells) {
    json::object item{{"kind", "activity"}, {"badge", cells.at("kind")}, {"title", row.title}};
    if (cells.at("text").is_string() && !cells.at("text").as_string().empty()) item["text"] = cells.at("text");
    if (cells.at("owner").is_object()) item["who"] = cells.at("owner").at("title");
    item["tone"] = cells.at("done").as_bool() ? "muted" : "info";
    item["link"] = json::object{{"view", "activity.form"}, {"id", row.id}, {"title", row.title}};
    const std::int64_t done = moment_of(cells, "done_at", use_case.calendar);
    feed.add(done != 0 ? done : moment_of(cells, "created_at", use_case.calendar), std::move(item));
  });
}

void add_touches(UseCase& use_case, Feed& feed, Id id) {
  feed.rows("touch", {{"opportunity", id}}, [&](const lists::Row& row, const json::object& cells) {
    const auto& campaign = cells.at("campaign");
    json::object item{{"kind", "touch"}, {"title", row.title}};
    if (campaign.is_object())
      item["link"] = json::object{{"view", "campaign.form"}, {"id", campaign.at("id")}, {"title", row.title}};
    feed.add(moment_of(cells, "date", use_case.calendar), std::move(item));
  });
}

/// Why the document is linked to the opportunity, in words.
std::string reason_of(const json::object& shown, Id opportunity) {
  for (const json::value& link : shown.at("links").as_array()) {
    if (link.at("opportunity").as_int64() == opportunity) return std::string(link.at("reason_text").as_string());
  }
  return "";
}

json::object document_link(const std::string& kind, Id document, const json::value& title) {
  return {{"view", kind + ".form"}, {"id", document}, {"title", title}};
}

/// A document of an opportunity, with the reason for its link. Of other opportunities nothing is told.
void add_link(UseCase& use_case, Feed& feed, Id opportunity, const std::string& kind, Id document,
              const std::string& number, const json::value& amount, std::int64_t at) {
  const json::object asked{{"document_kind", kind}, {"document", document}};
  const json::value shown = show_link(use_case, Input("link", asked));
  json::object item{
      {"kind", "link"}, {"badge", kind}, {"title", number.empty() ? "#" + std::to_string(document) : number}};
  item["text"] = reason_of(shown.as_object(), opportunity);
  if (!amount.is_null()) item["amount"] = amount;
  item["link"] = document_link(kind, document, item.at("title"));
  feed.add(at, std::move(item));
}

/// What links the document to the opportunity, offered to those who may; and the way back.
json::object link_act(const std::string& kind, Id document, Id opportunity) {
  const json::object of{{"document_kind", kind}, {"document", document}};
  json::object input(of);
  input["shares"] = json::array{json::object{{"opportunity", opportunity}, {"share", "100"}}};
  return {
      {"action", "link.set"}, {"input", std::move(input)}, {"undo", json::object{{"run", "link.undo"}, {"input", of}}}};
}

/// The opportunities that a document which is not linked may belong to: several fit equally well.
std::vector<Id> suggested(const json::object& shown) {
  std::vector<Id> found;
  const json::value& decision = shown.at("decision");
  for (const json::value& link : shown.at("links").as_array()) {
    if (link.at("opportunity").as_int64() != 0) return found;  // 0 = what is not linked
  }
  if (!decision.is_object()) return found;
  for (const json::value& one : decision.at("suggestions").as_array())
    found.push_back(one.at("opportunity").as_int64());
  return found;
}

constexpr const char* kLinkRight = "sales_leads.link";

/// On a document's page: what it may belong to, as far as the caller may see.
void add_suggested(UseCase& use_case, Feed& feed, const std::string& kind, Id document, const json::object& shown,
                   bool may_link) {
  lists::Question question;
  question.ids = suggested(shown);
  if (question.ids.empty()) return;
  question.has_ids = true;
  for (const lists::Row& row : runner_of(use_case, *use_case.lists->find("opportunity"))->page(question)) {
    json::object item{{"kind", "suggestion"}, {"title", row.title}, {"tone", "info"}};
    item["text"] = shown.at("decision").at("reason_text");
    item["link"] = json::object{{"view", "opportunity.form"}, {"id", row.id}, {"title", row.title}};
    if (may_link) item["act"] = link_act(kind, document, row.id);
    feed.add(use_case.now_us, std::move(item));
  }
}

/// On an opportunity's page: documents of its customer that wait to be linked and may belong to it.
void add_waiting(UseCase& use_case, Feed& feed, const OpenList& open, Id opportunity) {
  lists::Question question;
  question.ids = {opportunity};
  question.has_ids = true;
  question.columns = {open.table.list.find("customer")};
  const auto found = open.runner->page(question);
  const auto* customer = found.empty() ? nullptr : std::get_if<std::int64_t>(&found.front().values.front());
  if (customer == nullptr || *customer == 0) return;
  feed.rows(
      "to_link", {{"customer", *customer}},
      [&](const lists::Row&, const json::object& row) {
        const std::string kind(row.at("kind").as_string());
        const Id document = row.at("document").as_int64();
        const json::object asked{{"document_kind", kind}, {"document", document}};
        const json::object shown = show_link(use_case, Input("link", asked)).as_object();
        const std::vector<Id> fit = suggested(shown);
        if (std::find(fit.begin(), fit.end(), opportunity) == fit.end()) return;
        json::object item{{"kind", "suggestion"}, {"title", row.at("number")}, {"badge", kind}, {"tone", "info"}};
        item["text"] = shown.at("decision").at("reason_text");
        item["amount"] = row.at("company_net");
        item["link"] = document_link(kind, document, row.at("number"));
        item["act"] = link_act(kind, document, opportunity);
        feed.add(moment_of(row, "date", use_case.calendar), std::move(item));
      },
      kMostWaiting);
}

/// The opportunities of a document, as far as the caller may see them.
void add_linked(UseCase& use_case, Feed& feed, const json::object& shown) {
  std::map<Id, std::int64_t> parts;
  for (const json::value& link : shown.at("links").as_array()) {
    const auto* amount = link.as_object().if_contains("amount");
    const auto* minor = amount == nullptr     ? nullptr
                        : amount->is_object() ? amount->get_object().if_contains("minor")
                                              : amount;
    parts[link.at("opportunity").as_int64()] += minor != nullptr && minor->is_int64() ? minor->get_int64() : 0;
  }
  lists::Question question;
  question.has_ids = question.archived = true;
  for (const auto& [id, amount] : parts) question.ids.push_back(id);
  for (const lists::Row& row : runner_of(use_case, *use_case.lists->find("opportunity"))->page(question)) {
    json::object item{{"kind", "link"}, {"title", row.title}, {"text", reason_of(shown, row.id)}};
    item["amount"] = json::object{{"minor", parts[row.id]}, {"currency", use_case.rates.company_currency()}};
    item["link"] = json::object{{"view", "opportunity.form"}, {"id", row.id}, {"title", row.title}};
    feed.add(use_case.now_us, std::move(item));
  }
}

void add_links(UseCase& use_case, Feed& feed, Id opportunity) {
  feed.rows("linked_document", {{"opportunity", opportunity}}, [&](const lists::Row&, const json::object& cells) {
    add_link(use_case, feed, opportunity, std::string(cells.at("kind").as_string()), cells.at("document").as_int64(),
             std::string(cells.at("number").as_string()), cells.at("amount"),
             moment_of(cells, "date", use_case.calendar));
  });
}

void add_audit(UseCase& use_case, Feed& feed, const std::string& entity, Id id) {
  feed.rows("audit", {{"record_kind", entity}, {"record", id}}, [&](const lists::Row&, const json::object& cells) {
    const std::string action(cells.at("action").as_string());
    json::object item{{"kind", "audit"},
                      {"title", feed.known("audit", "action." + action).value_or(action)},
                      {"text", feed.detail(entity, cells.at("detail"))}};
    item["who"] =
        cells.at("actor").is_object()
            ? cells.at("actor").at("title")
            : json::value(feed.said("audit", "actor_kind." + std::string(cells.at("actor_kind").as_string())));
    feed.add(moment_of(cells, "at", use_case.calendar), std::move(item));
  });
}

void add_duplicates(UseCase& use_case, Feed& feed, Id lead) {
  const json::object asked{{"id", lead}};
  const json::value found = lead_duplicates(use_case, Input("lead", asked));
  std::int64_t rank = use_case.now_us;  // the likeliest first
  for (const auto& [list, view, badge] :
       {std::tuple("duplicates", "lead.form", "lead"), std::tuple("customers", "customer.form", "customer")}) {
    for (const json::value& one : found.at(list).as_array()) {
      std::string text;
      for (const json::value& reason : one.at("reasons").as_array()) {
        const auto* words = reason.is_object() ? reason.get_object().if_contains("text") : &reason;
        if (words != nullptr && words->is_string())
          text += (text.empty() ? "" : "; ") + std::string(words->get_string());
      }
      json::object item{{"kind", "duplicate"},
                        {"badge", badge},
                        {"title", one.at("name")},
                        {"text", text},
                        {"score", one.at("score")}};
      item["link"] = json::object{{"view", view}, {"id", one.at("id")}, {"title", one.at("name")}};
      feed.add(rank--, std::move(item));
    }
  }
}

}  // namespace

json::value read_feed(UseCase& use_case, const Input& input) {
  const std::string list = *input.text("list");
  std::set<std::string> kinds;
  if (const auto* wanted = input.array("kinds")) {
    for (const json::value& kind : *wanted) kinds.emplace(kind.as_string());
  }
  const auto wants = [&](const char* kind) { return kinds.empty() || kinds.contains(kind); };
  const Id id = input.id();
  // The host is asked before anything is read.
  const bool may_link = wants("suggestion") && use_case.caller.may(kLinkRight);
  Feed feed(use_case, *use_case.lists);
  if (list == "document" && input.has("kind")) {  // what stands on a page of the host
    const json::object asked{{"document_kind", *input.text("kind")}, {"document", id}};
    const json::value shown = show_link(use_case, Input("link", asked));
    if (wants("link")) add_linked(use_case, feed, shown.as_object());
    if (wants("suggestion")) add_suggested(use_case, feed, *input.text("kind"), id, shown.as_object(), may_link);
    return feed.done(kMost);
  }
  OpenList open(use_case, list);
  lists::Question question;
  question.ids = {id};
  question.has_ids = question.archived = true;
  const auto record = open.runner->page(question);
  if (record.empty()) throw Refusal(Code::not_found, "list.record.not_found", "id", std::to_string(id));
  if (list == "opportunity") {
    add_visits_and_changes(use_case, feed, open, id, wants("visit"), wants("change"));
    if (wants("touch")) add_touches(use_case, feed, id);
    if (wants("link")) add_links(use_case, feed, id);
    if (may_link) add_waiting(use_case, feed, open, id);
  }
  if ((list == "opportunity" || list == "lead") && wants("activity")) add_activities(use_case, feed, list, id);
  if (list == "lead" && kinds.contains("duplicate")) add_duplicates(use_case, feed, id);
  if (wants("audit")) add_audit(use_case, feed, list, id);
  return feed.done(input.integer("limit").value_or(kMost));
}

}  // namespace sales_leads::services
