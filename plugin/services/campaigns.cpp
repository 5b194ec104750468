// SPDX-License-Identifier: Apache-2.0
#include "services/campaigns.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "host/refusal.h"
#include "services/list_import.h"
#include "services/references.h"
#include "signals/reconcile.h"
#include "store/campaign_store.h"

namespace sales_leads::services {
namespace {

store::CampaignRow load(UseCase& use_case, const Input& input) {
  store::CampaignStore store(use_case.session, use_case.company());
  const json::value& id = *input.find("id");
  auto row = id.is_int64() ? store.find(id.get_int64()) : store.find(std::string(id.as_string()));
  if (!row) throw Refusal(Code::not_found, "reference.not_found", "id", shown(id));
  if (const auto expected = input.integer("expected_version"); expected && *expected != row->version) {
    throw Refusal(Code::conflict, "campaign.version.conflict", "expected_version", std::to_string(*expected),
                  {{"version", std::to_string(row->version)}});
  }
  return *row;
}

void read_day(const Input& input, const char* field, std::optional<std::int64_t>& target) {
  if (!input.names(field)) return;
  const auto day = input.date(field);
  target = day ? std::optional<std::int64_t>(*day) : std::nullopt;
}

/// A tree: no campaign stands below itself. Two that are put below each other at once wait for one another.
void read_parent(UseCase& use_case, References& references, const Input& input, store::CampaignRow& row) {
  signals::lock_company(use_case.session, use_case.company());
  row.parent = input.has("parent") ? references.campaign(*input.find("parent"), "parent", row.parent) : 0;
  if (row.parent == 0 || row.id == 0) return;
  std::map<Id, Id> parents;
  for (const auto& campaign : store::CampaignStore(use_case.session, use_case.company()).all()) {
    parents[campaign.id] = campaign.parent;
  }
  std::set<Id> above;
  for (Id at = row.parent; at != 0 && above.insert(at).second; at = parents[at]) {
    if (at == row.id) {
      throw Refusal(Code::invalid_argument, "campaign.parent.circle", "parent", shown(*input.find("parent")));
    }
  }
}

void read(UseCase& use_case, const Input& input, store::CampaignRow& row) {
  References references(use_case);
  if (const auto title = input.text("title")) row.title = *title;
  if (const auto status = input.text("status")) row.status = *status;
  if (const auto medium = input.text("medium")) row.medium = *medium;
  read_day(input, "start", row.start);
  read_day(input, "end", row.end);
  if (row.start && row.end && *row.end < *row.start) {
    throw Refusal(Code::invalid_argument, "campaign.end.before_start", "end",
                  domain::date_text(static_cast<domain::Day>(*row.end)));
  }
  if (input.names("budget")) {
    row.budget.reset();
    if (const auto budget = input.amount("budget")) {
      row.currency = budget->currency.empty() ? use_case.rates.company_currency() : budget->currency;
      use_case.rates.check("budget", row.currency);
      row.budget = budget->minor;
    }
  }
  if (input.names("owner")) row.owner = input.has("owner") ? references.employee(*input.find("owner"), "owner") : 0;
  if (input.names("source"))
    row.source = input.has("source") ? references.entry("source", *input.find("source"), row.source) : 0;
  if (input.names("parent")) read_parent(use_case, references, input, row);
  row.archived = input.flag("archived", row.archived);
}

/// The given code must be free; one made from the title gets a number where it is not.
std::string free_code(UseCase& use_case, const Input& input, const std::string& title) {
  store::CampaignStore store(use_case.session, use_case.company());
  if (const auto given = input.text("code")) {
    if (store.find(*given)) throw Refusal(Code::conflict, "campaign.code.taken", "code", *given);
    return *given;
  }
  const std::string made = code_from(title);
  std::string code = made;
  for (int number = 2; store.find(code); ++number) code = made + "_" + std::to_string(number);
  return code;
}

json::value day(const std::optional<std::int64_t>& value) {
  if (!value) return nullptr;
  return json::value(domain::date_text(static_cast<domain::Day>(*value)));
}

json::object shape(const store::CampaignRow& row) {
  json::object shaped{{"id", row.id}, {"version", row.version}, {"code", row.code}, {"title", row.title}};
  shaped["status"] = row.status;
  shaped["start"] = day(row.start);
  shaped["end"] = day(row.end);
  shaped["budget"] =
      row.budget ? json::value(json::object{{"minor", *row.budget}, {"currency", row.currency}}) : json::value(nullptr);
  shaped["owner"] = row.owner == 0 ? json::value(nullptr) : json::value(row.owner);
  shaped["medium"] = row.medium;
  shaped["parent"] = row.parent == 0 ? json::value(nullptr) : json::value(row.parent);
  shaped["source"] = row.source == 0 ? json::value(nullptr) : json::value(row.source);
  shaped["archived"] = row.archived;
  return shaped;
}

}  // namespace

std::string code_from(const std::string& title) {
  static constexpr std::pair<std::string_view, char> kLetters[] = {
      {"å", 'a'}, {"ä", 'a'}, {"à", 'a'}, {"á", 'a'}, {"æ", 'a'}, {"Å", 'a'}, {"Ä", 'a'}, {"Æ", 'a'},
      {"ö", 'o'}, {"ø", 'o'}, {"Ö", 'o'}, {"Ø", 'o'}, {"é", 'e'}, {"è", 'e'}, {"É", 'e'}, {"ü", 'u'}};
  std::string code;
  for (std::size_t at = 0; at < title.size();) {
    const auto byte = static_cast<unsigned char>(title[at]);
    char letter = '_';
    std::size_t length = 1;
    if (byte < 0x80U) {
      if (byte >= 'A' && byte <= 'Z') letter = static_cast<char>(byte - 'A' + 'a');
      if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) letter = static_cast<char>(byte);
    } else {
      length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : 2;
      for (const auto& [from, to] : kLetters) {
        if (std::string_view(title).substr(at, length) == from) letter = to;
      }
    }
    if (letter != '_' || (!code.empty() && code.back() != '_')) code += letter;
    at += length;
  }
  while (!code.empty() && code.back() == '_') code.pop_back();
  if (code.size() > 50) code.resize(50);
  return code.empty() ? "entry" : code;
}

namespace {

/// A new version of the campaign, which so also stands for what belongs to it.
json::object save(UseCase& use_case, const store::CampaignRow& row) {
  if (!store::CampaignStore(use_case.session, use_case.company()).update(row, use_case.stamp())) {
    throw Refusal(Code::conflict, "campaign.version.conflict", "expected_version", std::to_string(row.version));
  }
  use_case.changed.push_back(row.id);
  return {{"id", row.id}, {"version", row.version + 1}, {"code", row.code}};
}

void read_cost(UseCase& use_case, const Input& input, store::CampaignCost& cost) {
  if (const auto amount = input.amount("amount")) {
    cost.minor = amount->minor;
    cost.currency = amount->currency.empty() ? use_case.rates.company_currency() : amount->currency;
  }
  if (const auto day = input.date("date")) cost.date = *day;
  if (const auto text = input.text("text")) cost.text = *text;
  cost.company_minor =
      use_case.rates.to_company("amount", cost.minor, cost.currency, static_cast<domain::Day>(cost.date)).company_minor;
}

store::CampaignCost load_cost(UseCase& use_case, const Input& input, Id campaign) {
  auto cost = store::CampaignStore(use_case.session, use_case.company()).cost(campaign, input.id("cost"));
  if (!cost) throw Refusal(Code::not_found, "campaign.cost.not_found", "cost", std::to_string(input.id("cost")));
  return *cost;
}

}  // namespace

store::CampaignRow load_campaign(UseCase& use_case, const Input& input) { return load(use_case, input); }

json::value create_campaign(UseCase& use_case, const Input& input) {
  store::CampaignRow row;
  read(use_case, input, row);
  row.code = free_code(use_case, input, row.title);
  const Id id = store::CampaignStore(use_case.session, use_case.company()).insert(row, use_case.stamp());
  use_case.changed.push_back(id);
  return json::object{{"id", id}, {"version", 1}, {"code", row.code}};
}

json::value update_campaign(UseCase& use_case, const Input& input) {
  store::CampaignRow row = load(use_case, input);
  read(use_case, input, row);
  if (const auto code = input.text("code"); code && *code != row.code) row.code = free_code(use_case, input, row.title);
  return save(use_case, row);
}

json::value archive_campaign(UseCase& use_case, const Input& input) {
  store::CampaignRow row = load(use_case, input);
  const bool archived = input.flag("archived", true);
  if (row.archived == archived) return json::object{{"id", row.id}, {"version", row.version}, {"code", row.code}};
  row.archived = archived;
  return save(use_case, row);
}

json::value add_campaign_cost(UseCase& use_case, const Input& input) {
  const auto campaign = load(use_case, input);
  store::CampaignCost cost;
  cost.campaign = campaign.id;
  read_cost(use_case, input, cost);
  const Id id = store::CampaignStore(use_case.session, use_case.company()).add_cost(cost, use_case.stamp());
  use_case.changed.push_back(campaign.id);
  return json::object{{"id", campaign.id}, {"version", campaign.version}, {"cost", id}};
}

json::value update_campaign_cost(UseCase& use_case, const Input& input) {
  const auto campaign = load(use_case, input);
  auto cost = load_cost(use_case, input, campaign.id);
  read_cost(use_case, input, cost);
  store::CampaignStore(use_case.session, use_case.company()).update_cost(cost);
  json::object answer = save(use_case, campaign);
  answer["cost"] = cost.id;
  return answer;
}

json::value remove_campaign_cost(UseCase& use_case, const Input& input) {
  const auto campaign = load(use_case, input);
  const auto cost = load_cost(use_case, input, campaign.id);
  store::CampaignStore(use_case.session, use_case.company()).remove_cost(campaign.id, cost.id);
  return save(use_case, campaign);
}

json::value get_campaign(UseCase& use_case, const Input& input) {
  const auto row = load(use_case, input);
  json::object shaped = shape(row);
  json::array costs;
  for (const auto& cost : store::CampaignStore(use_case.session, use_case.company()).costs(row.id)) {
    costs.push_back(json::object{{"id", cost.id},
                                 {"date", day(cost.date)},
                                 {"amount", json::object{{"minor", cost.minor}, {"currency", cost.currency}}},
                                 {"company_amount", json::object{{"minor", cost.company_minor},
                                                                 {"currency", use_case.rates.company_currency()}}},
                                 {"text", cost.text}});
  }
  shaped["costs"] = std::move(costs);
  return shaped;
}

json::value list_campaigns(UseCase& use_case, const Input& input) {
  const std::int64_t limit = input.integer("limit").value_or(50);
  References references(use_case);
  store::CampaignFilter filter;
  filter.after = input.integer("after").value_or(0);
  filter.limit = limit + 1;
  filter.archived = input.flag("archived", false);
  filter.text = input.text("text").value_or("");
  filter.status = input.text("status").value_or("");
  filter.medium = input.text("medium").value_or("");
  if (input.has("source")) {
    const Id any = input.find("source")->is_int64() ? input.find("source")->get_int64() : 0;
    filter.source = references.entry("source", *input.find("source"), any);  // an archived one may be asked for
  }
  if (input.has("owner")) filter.owner = references.employee(*input.find("owner"), "owner");
  if (input.has("parent")) filter.parent = references.campaign(*input.find("parent"), "parent");
  filter.active_on = input.date("active_on");
  auto rows = store::CampaignStore(use_case.session, use_case.company()).list(filter);
  const bool more = static_cast<std::int64_t>(rows.size()) > limit;
  if (more) rows.resize(static_cast<std::size_t>(limit));
  json::array shaped;
  for (const auto& row : rows) shaped.push_back(shape(row));
  return json::object{{"campaigns", std::move(shaped)},
                      {"next", more ? json::value(rows.back().id) : json::value(nullptr)}};
}

namespace {

json::object kept(const store::CampaignRow& row) {
  json::object fields = shape(row);
  fields.erase("id");
  fields.erase("version");
  return fields;
}

void put_back(const json::object& before, store::CampaignRow& row) {
  const Input kept_row("campaign", before);
  row.title = kept_row.text("title").value_or("");
  row.status = kept_row.text("status").value_or("");
  row.medium = kept_row.text("medium").value_or("");
  read_day(kept_row, "start", row.start);
  read_day(kept_row, "end", row.end);
  const auto budget = kept_row.amount("budget");
  row.budget = budget ? std::optional(budget->minor) : std::nullopt;
  if (budget) row.currency = budget->currency;
  row.owner = kept_row.integer("owner").value_or(0);
  row.source = kept_row.integer("source").value_or(0);
  row.parent = kept_row.integer("parent").value_or(0);
  row.archived = kept_row.flag("archived", false);
}

}  // namespace

json::value import_campaigns(UseCase& use_case, const Input& input, const RowCheck& check) {
  ImportRun run(use_case, input, "campaign");
  store::CampaignStore store(use_case.session, use_case.company());
  struct Wanted {
    std::size_t index;
    store::CampaignRow row;
    std::optional<store::CampaignRow> before;
    std::string parent;  // one that this list makes
  };
  std::vector<Wanted> wanted;
  std::vector<RateWish> wishes;
  std::unordered_set<std::string> codes, listed;
  const json::array& rows = *input.array("rows");
  for (const json::value& row : rows) {
    const auto* code = row.is_object() ? row.get_object().if_contains("code") : nullptr;
    if (code != nullptr && code->is_string()) listed.emplace(code->get_string());
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (run.skips(i)) continue;
    try {
      check(rows[i]);
      json::object own = rows[i].get_object();
      const auto parent = Input("campaign", own).text("parent").value_or("");
      const bool made_here = !parent.empty() && listed.contains(parent) && !store.find(parent);
      if (made_here) own.erase("parent");
      const Input fields("campaign", own);
      const std::string code = *fields.text("code");
      if (!codes.insert(code).second) throw Refusal(Code::conflict, "campaign.code.taken", "code", code);
      auto before = store.find(code);
      store::CampaignRow row = before.value_or(store::CampaignRow{});
      row.code = code;
      read(use_case, fields, row);
      if (row.title.empty()) throw Refusal(Code::invalid_argument, "campaign.title.missing", "title");
      if (before && kept(*before) == kept(row) && !made_here) {
        run.note(i, "same", before->id, before->version);
      } else {
        wanted.push_back({i, std::move(row), std::move(before), made_here ? parent : ""});
      }
    } catch (const RatesNeeded& needed) {
      wishes.insert(wishes.end(), needed.wishes().begin(), needed.wishes().end());
    } catch (const Refusal& refusal) {
      run.reject(i, refusal);
    }
  }
  if (!wishes.empty()) throw RatesNeeded(std::move(wishes));
  References references(use_case);
  // Parents before those below them; what is below itself has no turn, and is refused by name.
  std::unordered_set<std::string> waiting;
  for (const Wanted& one : wanted) waiting.insert(one.row.code);
  for (std::size_t at = 0; run.writes() && at < wanted.size(); ++at) {
    const auto next = std::find_if(wanted.begin() + static_cast<std::ptrdiff_t>(at), wanted.end(),
                                   [&](const Wanted& one) { return !waiting.contains(one.parent); });
    if (next == wanted.end()) {
      throw Refusal(Code::invalid_argument, "campaign.parent.circle", "parent", wanted[at].parent);
    }
    waiting.erase(next->row.code);
    std::rotate(wanted.begin() + static_cast<std::ptrdiff_t>(at), next, next + 1);
  }
  for (auto& [index, row, before, parent] : wanted) {
    if (run.writes()) {
      try {
        const json::object named{{"parent", parent}};
        if (!parent.empty()) read_parent(use_case, references, Input("campaign", named), row);
      } catch (const Refusal& refusal) {
        if (!input.flag("keep_good", false)) throw;
        run.reject(index, refusal);  // its parent was refused
        continue;
      }
      const Id id = before ? row.id : store.insert(row, use_case.stamp());
      if (before) (void)store.update(row, use_case.stamp());
      use_case.changed.push_back(id);
      run.note(index, before ? "updated" : "created", id, before ? before->version + 1 : 1,
               before ? json::serialize(kept(*before)) : "");
    } else if (run.dry_run()) {
      run.note(index, before ? "updated" : "created");
    }
  }
  return run.answer();
}

std::map<std::int64_t, std::string> undo_campaigns(UseCase& use_case, const std::vector<store::ImportRow>& rows) {
  store::CampaignStore store(use_case.session, use_case.company());
  std::map<std::int64_t, std::string> left;
  for (const auto& imported : rows) {
    auto row = store.find(imported.record);
    if (!row) continue;
    if (row->version != imported.version) {
      left[imported.row_no] = "import.undo.changed";
      continue;
    }
    if (imported.act == "created") {
      row->archived = true;
    } else {
      put_back(json::parse(imported.before).as_object(), *row);
    }
    (void)store.update(*row, use_case.stamp());
  }
  return left;
}

}  // namespace sales_leads::services
